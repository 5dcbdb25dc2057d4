/** What deciding a book's days again is asked for and needs of its past; which spans it refuses. */

import { reach } from '../core/attribution/attribution.ts';
import type { Day } from '../core/calendar.ts';
import type { Money } from '../core/money.ts';
import type { Supposed } from '../core/whatif/result.ts';
import type { ChangedLine } from '../core/whatif/tally.ts';
import { Refused } from '../night/run.ts';
import { theBook } from '../night/terms.ts';
import type { Session } from '../store/connection/session.ts';
import { type Book, policies } from '../store/night/book.ts';
import { nightRows } from '../store/proof/sums.ts';
import { clicksKept } from '../store/whatif/reads.ts';
import type { AgainTerms, DatedNight } from './task.ts';

export interface WhatIfOrder {
  readonly from: Day;
  readonly to: Day;
  readonly changes: AgainTerms['changes'];
  /** What was changed, in words, for the answer. */
  readonly said: readonly Supposed[];
  /** Prices of a click and of a sale in minor units, to compare ways of paying; null leaves a way out. */
  readonly prices: { readonly cpc: Money | null; readonly cpa: Money | null };
  /** Sellers, publishers, shops and lines to name, the largest. */
  readonly top: number;
  /** The database, for threads; null where the session alone decides. */
  readonly url: string | null;
  /** Threads that take days in turn; 1 is the session alone. */
  readonly workers: number;
  /** Lines decided so far. */
  readonly onProgress: (lines: number) => void;
  /** Is given every changed line, by day, then partition, then id; null where nobody wants them. */
  readonly onChanged: ((lines: readonly ChangedLine[]) => void) | null;
}

/** The span, or the rows given for it, cannot be used: nothing was decided. */
export class WrongSpan extends Error {}

/** What deciding a book's days again needs to know of it. */
export interface Past {
  readonly book: Book;
  readonly nights: readonly DatedNight[];
  readonly policies: AgainTerms['policies'];
  readonly last: DatedNight;
}

/** Reads a book's past and refuses a span that it does not hold. Call it in a snapshot. Throws WrongSpan, Refused. */
export async function pastOf(session: Session, order: Pick<WhatIfOrder, 'from' | 'to' | 'changes'>): Promise<Past> {
  const book = await theBook(session);
  const { nights: rows } = await nightRows(session);
  const nights = rows
    .filter((row) => book.lastRunDay !== null && row.business_day <= book.lastRunDay)
    .map((row) => ({ day: row.business_day, through: row.through_batch, policyVersion: row.policy }));
  const [first, last] = [nights[0], nights.at(-1)];
  if (first === undefined || last === undefined) throw new WrongSpan('no night of this book has been run: see cps run');
  if (order.to < order.from)
    throw new WrongSpan(`--to ${order.to} is before --from ${order.from}: give the first day first`);
  if (order.from < first.day) throw new WrongSpan(`the book's first day is ${first.day}: ${order.from} is before it`);
  if (order.to > last.day)
    throw new WrongSpan(
      `the last day run is ${last.day}: ${order.to} has not been decided yet, so nothing can be again`,
    );
  const past = { book, nights, policies: await policies(session, book.digits), last };
  await refuseMissingClicks(session, past, order);
  return past;
}

/**
 * Deciding again proves of every line that the clicks its night saw are kept. Where the other policy looks further back,
 * clicks are needed that nothing proves: then every click delivered has to be there, or those kept to begin early enough.
 */
async function refuseMissingClicks(
  session: Session,
  past: Past,
  { from, to, changes }: Pick<WhatIfOrder, 'from' | 'to' | 'changes'>,
): Promise<void> {
  if (changes.policy === null) return;
  const needed = reach(changes.policy);
  const versions = new Set(past.nights.filter(({ day }) => day >= from && day <= to).map((one) => one.policyVersion));
  const isFurther = past.policies.some(({ version, policy }) => versions.has(version) && reach(policy) < needed);
  if (!isFurther) return;
  const { delivered, kept, earliest } = await clicksKept(session);
  const start = past.book.calendar.startOf(from) - needed;
  if (kept >= delivered || (earliest !== null && earliest < start)) return;
  const since = past.book.calendar.format(start);
  throw new Refused(
    `the windows of this policy reach back to ${since}, and of ${delivered} clicks delivered ${kept} are kept: take a later span, or shorter windows`,
  );
}
