/**
 * Verifies the book row against the log: the terms that the first event sealed, and how far the nights have come. What
 * the log says is what the rest of a verification goes by.
 */
import { addDays, Calendar } from '../core/calendar.ts';
import { type BookOpened, firstOtherTerm, LOG_FORMAT } from '../core/proof/opened.ts';
import { Checks } from '../core/verify/finding.ts';
import { termsOf } from '../night/open-book.ts';
import type { Session } from '../store/connection/session.ts';
import { NotOpened, type Opened, openedBook } from '../store/log/opened.ts';
import type { Book } from '../store/night/book.ts';
import { lastBatch } from '../store/night/progress.ts';
import { nightRows } from '../store/proof/sums.ts';
import type { Report } from './report.ts';
import type { CompletedNight } from './sums.ts';

/** The event that opened the book; undefined before the first night, and where the log begins with another event. */
export function openedInLog(session: Session): Promise<Opened | undefined> {
  return openedBook(session).catch((error: unknown) => {
    if (error instanceof NotOpened) return undefined;
    throw error;
  });
}

/** The book with the terms that its log was opened with. */
export function asOpened(book: Book, { currency, digits, zone, partitions }: BookOpened): Book {
  return { ...book, currency, digits, partitions, calendar: new Calendar(zone) };
}

/** Compares the book row, the key of its digests and its counter of batches with the log and its nights. */
export async function verifyBook(
  session: Session,
  row: Book,
  opened: Opened | undefined,
  last: CompletedNight | undefined,
  report: Report,
): Promise<void> {
  const { nights } = await nightRows(session);
  const checks = new Checks(row.digits);
  if (opened === undefined)
    checks.holds('book', 'BookOpened', nights.length === 0, 'none', 'the first event of the log');
  else {
    checks.same('book', 'format', opened.body.format, LOG_FORMAT);
    const other = firstOtherTerm(await termsOf(session, row), opened.body);
    if (other !== undefined) checks.same('book', `book.${other.term}`, other.stored, other.sealed);
  }
  const open = nights.at(-1)?.business_day === row.openDay ? nights.at(-1) : undefined;
  checks.same('book', 'book.last_run_day', row.lastRunDay, last?.day ?? null);
  checks.same('book', 'book.open_through', row.openThrough?.toString(), open?.through_batch.toString());
  checks.same('book', 'book.open_policy', row.openPolicy, open?.policy);
  const next = row.openDay ?? last?.day;
  checks.same('book', 'book.next_day', row.nextDay, next === undefined ? null : addDays(next, 1));
  const through = nights.at(-1)?.through_batch ?? 0n;
  const batch = await lastBatch(session);
  checks.holds('book', 'batch_number', batch >= through, String(batch), `${through} or later`);
  report.add({ partition: 0, position: null, subject: 'the book' }, checks.findings);
}
