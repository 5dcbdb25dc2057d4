/**
 * The document of a party's month as pure shape: who it is for, its frame, and its lines, read afresh as often as a
 * format needs them. Totals are made here and nowhere else, as lines pass; how a document looks is in src/formats.
 */
import type { EventType } from '../events/event.ts';
import { typesWhere } from '../events/index.ts';
import { DEDUCTION_SUMS, type DeductionSum, STATEMENT_SUMS, type StatementSum } from '../events/record.ts';
import type { Money } from '../money.ts';
import { type MonthFrame, type MonthLine, MonthTotals, type PublisherFrame } from './month.ts';

/** Where the event that issued a statement lies in the log, with its hash in hex. */
export interface EventPlace {
  readonly partition: number;
  readonly position: bigint;
  readonly hash: string;
}

/** Lists of lines in order. Each call reads them from the first again, and all calls give the same lines. */
export type ReadLines = () => AsyncIterable<readonly MonthLine[]>;

export interface PublisherDocument {
  readonly kind: 'statement';
  readonly frame: PublisherFrame;
  /** The event of the statement; null while the month is open, and where there was nothing to state. */
  readonly event: EventPlace | null;
  readonly read: ReadLines;
}

export interface SellerDocument {
  readonly kind: 'deductions';
  readonly frame: MonthFrame;
  readonly event: null;
  readonly read: ReadLines;
}

export type Document = PublisherDocument | SellerDocument;

/** The sums that a document shows between opening and closing, by the events they sum. */
export const MOVEMENTS: Readonly<
  Record<Document['kind'], readonly (readonly [name: MovementSum, ...types: EventType[]])[]>
> = {
  statement: STATEMENT_SUMS.map((name) => [name, ...typesWhere(({ statement }) => statement === name)]),
  deductions: DEDUCTION_SUMS.map((name) => [name, ...typesWhere(({ deductions }) => deductions === name)]),
};
export type MovementSum = StatementSum | DeductionSum;

/** A line and the balance after it. */
export interface DocumentRow {
  readonly line: MonthLine;
  readonly balance: Money;
}

/** One reading of a document: its rows, and its totals, which are whole once the rows have been read to their end. */
export interface Pass {
  readonly totals: MonthTotals;
  readonly rows: AsyncIterable<readonly DocumentRow[]>;
}

/** What the first complete reading of a document summed to; every later one has to sum to the same. */
const known = new WeakMap<Document, MonthTotals>();

/**
 * Begins a reading.
 * @throws at the end of the rows, when a closed month's lines do not come to what was stated, or not to what they came
 * to when they were read before
 */
export function pass(document: Document): Pass {
  const totals = new MonthTotals(document.frame.opening);
  const rows = async function* (): AsyncGenerator<DocumentRow[]> {
    for await (const list of document.read()) yield list.map((line) => ({ line, balance: totals.add(line) }));
    refuseBreak(document, totals.balance);
    const before = known.get(document) ?? totals;
    if (before.count !== totals.count || before.balance !== totals.balance) {
      throw new Error(`the lines of ${document.frame.party} changed while they were read: read them in one snapshot`);
    }
    known.set(document, totals);
  };
  return { totals, rows: rows() };
}

/** The totals of a document, for what shows them before the lines or without them. */
export async function totalsOf(document: Document): Promise<MonthTotals> {
  const before = known.get(document);
  if (before !== undefined) return before;
  const { totals, rows } = pass(document);
  for await (const _ of rows);
  return totals;
}

/**
 * A closed month's lines have to come to what was stated; where they do not, nobody should rely on what was printed.
 * @throws where they do not
 */
export function refuseBreak(document: Document, closing: Money): void {
  if (document.kind !== 'statement') return;
  const { issued, party, month, opening } = document.frame;
  if (issued === null || (issued.opening === opening && issued.closing === closing)) return;
  throw new Error(
    `the statement of ${party} for ${month} says ${issued.opening} to ${issued.closing} minor units, its lines come from ${opening} to ${closing}: run cps verify`,
  );
}

/**
 * Lines that are read more than once. One list of them is kept; several are fetched once more for each reading, so that
 * memory does not grow with the lines.
 */
export function remembering(read: ReadLines): ReadLines {
  let kept: readonly MonthLine[] | undefined;
  return async function* () {
    if (kept !== undefined) {
      if (kept.length > 0) yield kept;
      return;
    }
    let lists = 0;
    let only: readonly MonthLine[] = [];
    for await (const list of read()) {
      lists++;
      only = list;
      yield list;
    }
    if (lists <= 1) kept = only;
  };
}
