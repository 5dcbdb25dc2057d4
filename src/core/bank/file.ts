/**
 * What is read from a bank's file, whatever its format: movements of accounts, and the balances it states. The formats
 * are read in the files beside this one.
 */
import type { Calendar, Instant } from '../calendar.ts';
import { isoOf } from '../calendar.ts';
import type { FeedRows } from '../cases/decide.ts';
import { formatMoney, type Money, sum } from '../money.ts';

/** One movement; the amount is positive where money came in. */
export interface BankLine {
  readonly lineRef: string;
  readonly account: string;
  readonly bookedAt: Instant;
  readonly amount: Money;
  /** What the payer or we wrote as a reference; empty where there is none. */
  readonly reference: string;
  readonly counterparty: string;
  readonly counterpartyName: string;
  readonly memo: string;
}

/** A balance before and after a span of time; `through` is its first instant no longer covered. */
export interface BankStatement {
  readonly statementRef: string;
  readonly account: string;
  readonly sequence: number | null;
  readonly since: Instant;
  readonly through: Instant;
  readonly opening: Money;
  readonly closing: Money;
}

export interface BankFile {
  readonly lines: readonly BankLine[];
  readonly statements: readonly BankStatement[];
}

/** What bank files are read with: the book's zone, currency and digits. */
export interface BankTerms {
  readonly calendar: Calendar;
  readonly currency: string;
  readonly digits: number;
}

/** A row of a table in a file, with the line it stands on. */
export interface TableRow {
  readonly line: number;
  readonly cells: readonly string[];
}

/** A movement with the balance that the bank wrote after it, and the line of the file it stands on. */
export interface Balanced {
  readonly at: number;
  readonly line: BankLine;
  readonly balance: Money;
}

/**
 * Whether each balance follows from the one before it; rows may be oldest first or latest first, as banks write both.
 * @returns opening and closing in minor units; or one sentence that names the first line at which the chain breaks
 */
export function chained(rows: readonly Balanced[], digits: number): { opening: Money; closing: Money } | string {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return 'the file has no movement, so that it states no balance';
  const upwards = firstBreak(rows);
  if (upwards === undefined) return { opening: first.balance - first.line.amount, closing: last.balance };
  const reversed = [...rows].reverse();
  if (firstBreak(reversed) === undefined) return { opening: last.balance - last.line.amount, closing: first.balance };
  const isLatestFirst = first.line.bookedAt > last.line.bookedAt;
  const broken = (isLatestFirst ? firstBreak(reversed) : upwards) ?? first;
  return `line ${broken.at}: the balance ${formatMoney(broken.balance, digits)} does not follow from the line before it and ${formatMoney(broken.line.amount, digits)}: a line is missing, altered or twice`;
}

function firstBreak(rows: readonly Balanced[]): Balanced | undefined {
  return rows.find((row, i) => {
    const before = rows[i - 1];
    return before !== undefined && before.balance + row.line.amount !== row.balance;
  });
}

/** The first line whose reference an earlier one of the file has. */
export function repeatedRef(lines: readonly BankLine[]): BankLine | undefined {
  const seen = new Set<string>();
  return lines.find((line) => {
    const isThere = seen.has(line.lineRef);
    seen.add(line.lineRef);
    return isThere;
  });
}

/** Sums what came in and what went out, both positive. */
export function inAndOut(lines: readonly BankLine[]): Record<'income' | 'outgo', { count: number; amount: Money }> {
  const of = (amounts: Money[]): { count: number; amount: Money } => ({ count: amounts.length, amount: sum(amounts) });
  return {
    income: of(lines.filter((line) => line.amount > 0n).map((line) => line.amount)),
    outgo: of(lines.filter((line) => line.amount < 0n).map((line) => -line.amount)),
  };
}

/** A bank file as rows of the feeds `bank-statements` and `bank-lines`. */
export function feedRowsOf(file: BankFile, digits: number): FeedRows[] {
  const statements = file.statements.map((one) => ({
    statement_ref: one.statementRef,
    account: one.account,
    sequence: one.sequence === null ? '' : String(one.sequence),
    since: isoOf(one.since),
    through: isoOf(one.through),
    opening: formatMoney(one.opening, digits),
    closing: formatMoney(one.closing, digits),
  }));
  const lines = file.lines.map((one) => ({
    line_ref: one.lineRef,
    account: one.account,
    booked_at: isoOf(one.bookedAt),
    amount: formatMoney(one.amount, digits),
    reference: one.reference,
    counterparty: one.counterparty,
    counterparty_name: one.counterpartyName,
    memo: one.memo,
  }));
  return [
    { feed: 'bank-statements', rows: statements },
    { feed: 'bank-lines', rows: lines },
  ].filter(({ rows }) => rows.length > 0);
}
