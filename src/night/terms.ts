/** What every step of a night is given, and what it counts. It takes no step itself. */

import { Registry } from '../core/attribution/registry.ts';
import type { Day, Instant } from '../core/calendar.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Session } from '../store/connection/session.ts';
import type { Pen } from '../store/log/append.ts';
import { type Book, readBook } from '../store/night/book.ts';
import type { DayOpening } from '../store/night/progress.ts';
import { RegistryLoader } from '../store/registry/registry.ts';

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
  readonly count: Counts;
}

/** What a night did, for people. */
export interface Counts {
  attributed: number;
  unattributed: number;
  broughtIn: number;
  settled: number;
  reversed: number;
  voided: number;
  released: number;
  forfeited: number;
  restored: number;
  cleared: number;
  results: number;
  deductions: number;
  statements: number;
  payouts: number;
  adjustments: number;
  /** Withdrawals, applications, decisions and notices written into the log. */
  promotion: number;
}

export const noCounts = (): Counts => ({
  attributed: 0,
  unattributed: 0,
  broughtIn: 0,
  settled: 0,
  reversed: 0,
  voided: 0,
  released: 0,
  forfeited: 0,
  restored: 0,
  cleared: 0,
  results: 0,
  deductions: 0,
  statements: 0,
  payouts: 0,
  adjustments: 0,
  promotion: 0,
});

export function addCounts(to: Counts, more: Counts): void {
  for (const key of Object.keys(to) as (keyof Counts)[]) to[key] += more[key];
}

/** Puts together what the steps of an opened day are given. */
export function nightOf(session: Session, pen: Pen, book: Book, opening: DayOpening, count: Counts): Night {
  return {
    session,
    pen,
    book,
    day: opening.day,
    through: opening.through,
    policy: opening.policy,
    policyVersion: opening.policyVersion,
    endOfDay: book.calendar.endOf(opening.day),
    registry: new Registry(),
    loader: new RegistryLoader(session, opening.through),
    count,
  };
}

/** The book, which a run has found to be there. */
export async function theBook(session: Session, hold?: 'share' | 'update'): Promise<Book> {
  const book = await readBook(session, hold);
  if (book === undefined) throw new Error('this database holds no book: cps init makes one');
  return book;
}
