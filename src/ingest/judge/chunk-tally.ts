/** What judging a chunk of rows comes to: the rows to keep, the counts, and what was refused. It judges nothing itself. */
import type { Calendar, Day } from '../../core/calendar.ts';
import type { Terms } from '../../core/feeds/columns.ts';
import { type Feed, parseRow, type Row, type RowOf } from '../../core/feeds/feed.ts';
import { noTally, type Refusal, type Tally } from '../../store/intake/deliveries.ts';
import type { Row as Given } from '../source/row.ts';

/** A row that has parsed and keeps the bounds of a single row, with where it came from. */
export interface Candidate<R = Row> {
  readonly row: R;
  readonly given: Given;
}

/** Why a row is impossible, or undefined; what it accepts it may remember for the rows after it. */
export type Judge = (row: Row) => string | undefined;

/** The rows of one chunk, counted as they are judged. */
export class Ledger {
  readonly tally: Tally = noTally();
  readonly refusals: Refusal[] = [];
  readonly #feed: string;
  readonly #delivery: bigint;
  #n = 0;

  constructor(feed: string, delivery: bigint) {
    this.#feed = feed;
    this.#delivery = delivery;
  }

  /** The next place in the batch. */
  next(): number {
    return this.#n++;
  }

  accept(amount: bigint | null = null): void {
    this.tally.accepted++;
    this.tally.amount += amount ?? 0n;
  }

  duplicate(): void {
    this.tally.duplicate++;
  }

  refuse(verdict: 'conflict' | 'rejected', given: Given, reason: string): void {
    this.tally[verdict]++;
    const { line, cells, raw } = given;
    this.refusals.push({ deliveryId: this.#delivery, feed: this.#feed, line, verdict, reason, cells, raw });
  }
}

/** The first judgement: rows that do not parse or break a bound are rejected, the others go on. */
export function parsed<C extends Feed['columns']>(
  feed: Feed<C>,
  chunk: readonly Given[],
  terms: Terms,
  ledger: Ledger,
): Candidate<RowOf<C>>[] {
  const good: Candidate<RowOf<C>>[] = [];
  for (const given of chunk) {
    const row = given.cells === null ? (given.fault ?? 'the row does not parse') : parseRow(feed, given.cells, terms);
    if (typeof row === 'string') ledger.refuse('rejected', given, row);
    else good.push({ row, given });
  }
  return good;
}

/** The day a fact falls due: its own, or the first not yet opened (SPEC 4). */
export function dueDay(calendar: Calendar, at: number, nextDay: Day | null): Day {
  const own = calendar.dayOf(at);
  return nextDay !== null && nextDay > own ? nextDay : own;
}

export function asideText(given: Given): string | null {
  return given.aside === null ? null : JSON.stringify(given.aside);
}
