/** What judging a chunk of rows is told and comes to: rows that parse, the counts, and what was refused. It judges nothing itself. */
import type { Calendar, Day, Instant } from '../../core/calendar.ts';
import type { Terms } from '../../core/feeds/columns.ts';
import { Fault, type Feed, keyOfCells, parseRow, type Row, type RowOf } from '../../core/feeds/feed.ts';
import { type Habits, habituated } from '../../core/feeds/habits.ts';
import type { Odd } from '../../core/feeds/odd.ts';
import { noTally, type Refusal, type Tally } from '../../store/intake/deliveries.ts';
import { Remarks } from '../../store/intake/remarks.ts';
import type { Row as Given } from '../source/row.ts';

/** A row that has parsed and keeps the bounds of a single row, with where it came from. */
export interface Candidate<R = Row> {
  readonly row: R;
  readonly given: Given;
}

/** What judging a chunk is told. */
export interface JudgeTerms extends Terms {
  readonly calendar: Calendar;
  readonly partitions: number;
  /** The first day not yet opened; null before any night. */
  readonly nextDay: Day | null;
  readonly batch: bigint;
  readonly delivery: bigint;
  /** Today, as who delivers it knows; left out where nobody says. */
  readonly now: Instant | undefined;
}

/** The rows of one chunk, counted as they are judged. */
export class ChunkTally {
  readonly counts: Tally = noTally();
  readonly refusals: Refusal[] = [];
  readonly remarks = new Remarks();
  readonly feed: string;
  readonly #delivery: bigint;
  #n = 0;

  constructor(feed: string, delivery: bigint) {
    this.feed = feed;
    this.#delivery = delivery;
  }

  /** The next place in the batch. */
  next(): number {
    return this.#n++;
  }

  accept(amount: bigint | null = null): void {
    this.counts.accepted++;
    if (amount !== null) this.counts.amount += amount;
  }

  duplicate(): void {
    this.counts.duplicate++;
  }

  park(): void {
    this.counts.parked++;
  }

  /** A row that was parked is judged after all. */
  wake(): void {
    this.counts.parked--;
  }

  /** A row that is taken looks wrong. */
  remark(odd: Odd, line: number): void {
    this.remarks.add(odd, line);
  }

  /** @param key of the row, where that much of it reads: a row of the same key that is accepted later mends it */
  refuse(verdict: 'conflict' | 'rejected', given: Given, fault: Fault | string, key: string | null): void {
    this.counts[verdict]++;
    const { line, cells, raw } = given;
    const { reason, column } = typeof fault === 'string' ? new Fault(fault) : fault;
    const of = { deliveryId: this.#delivery, feed: this.feed, line, verdict, reason, column, cells, raw, key };
    this.refusals.push({ ...of, mendedBy: null });
  }

  /** A row of that key is accepted: it mends what was refused under it before. */
  mend(key: string): void {
    for (const one of this.refusals) if (one.key === key) one.mendedBy ??= this.#delivery;
  }
}

/** The first judgement: rows that do not parse or break a bound are rejected, the others go on. */
export function parsed<C extends Feed['columns']>(
  feed: Feed<C>,
  chunk: readonly Given[],
  terms: Terms,
  tally: ChunkTally,
  habits: Habits,
): Candidate<RowOf<C>>[] {
  const good: Candidate<RowOf<C>>[] = [];
  for (const given of chunk) {
    const { cells, fault } = given;
    const spelt = cells === null ? new Fault(fault ?? 'the row does not parse') : habituated(feed, habits, cells);
    const row = spelt instanceof Fault ? spelt : parseRow(feed, spelt, terms);
    if (row instanceof Fault) {
      const key = cells === null ? null : keyOfCells(feed as unknown as Feed, cells, terms);
      tally.refuse('rejected', given, row, key);
    }
    // What waits is read again, without its file.
    else good.push({ row, given: spelt === cells || spelt instanceof Fault ? given : { ...given, cells: spelt } });
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
