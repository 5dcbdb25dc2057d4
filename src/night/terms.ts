/** What every step of a night is given, and how it writes. It takes no step itself. */

import { Registry } from '../core/attribution/registry.ts';
import type { Day, Instant } from '../core/calendar.ts';
import type { EventType } from '../core/events/event.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Session } from '../store/connection/session.ts';
import { append, type Entry, type Pen, type Progress } from '../store/log/append.ts';
import { type Book, readBook } from '../store/night/book.ts';
import type { Cursor } from '../store/night/facts.ts';
import type { DayOpening } from '../store/night/progress.ts';
import { RegistryLoader } from '../store/registry/registry.ts';

/** Events by type. */
type Tally = Map<EventType, number>;

/** What every step of a night is given. */
export interface Night {
  readonly session: Session;
  readonly pen: Pen;
  readonly book: Book;
  readonly day: Day;
  /** The last batch this night sees. */
  readonly through: bigint;
  readonly policy: Policy;
  readonly policyVersion: number;
  readonly endOfDay: Instant;
  readonly registry: Registry;
  readonly loader: RegistryLoader;
  /** All of its events, once it is completed: whoever wrote them, and in whatever run. */
  readonly tally: Tally;
}

/** Where a batch of lines begins: in which step, among which partitions (in order and without a gap), after which line. */
export interface Stretch {
  readonly step: number;
  readonly partitions: readonly number[];
  readonly after: Cursor;
}

/** Takes a batch of lines in the current transaction: how many, and where the next begins, undefined when it was the last. */
export type TakeBatch = (
  night: Night,
  stretch: Stretch,
) => Promise<{ readonly done: number; readonly next: Cursor | undefined }>;

/** Puts together what the steps of an opened day are given. */
export function nightOf(session: Session, pen: Pen, book: Book, opening: DayOpening): Night {
  return {
    ...opening,
    session,
    pen,
    book,
    endOfDay: book.calendar.endOf(opening.day),
    registry: new Registry(),
    loader: new RegistryLoader(session, opening.through),
    tally: new Map(),
  };
}

/** What every event of the run itself has: at the end of its day, or at its beginning. */
export const runStamp = ({ day, book, endOfDay }: Night, at: 'begin' | 'end' = 'begin') => ({
  businessDay: day,
  occurredAt: at === 'end' ? endOfDay : book.calendar.startOf(day),
  subject: day,
  sellerId: null,
  publisherId: null,
});

/** Appends what a step decided, in the current transaction. */
export function write(night: Night, entries: readonly Entry[]): Promise<void> {
  return append(night.session, night.pen, { entries });
}

/** Appends what a step decided of a batch of lines, made while it is written, and how far that brings the partitions. */
export function writeBatch(night: Night, entries: Iterable<Entry>, progress: readonly Progress[]): Promise<void> {
  return append(night.session, night.pen, { entries, progress });
}

/** The book, which a run has found to be there. */
export async function theBook(session: Session, hold?: 'share' | 'update'): Promise<Book> {
  const book = await readBook(session, hold);
  if (book === undefined) throw new Error('this database holds no book: cps init makes one');
  return book;
}
