/**
 * What is read from a bank's file, whatever its format: statements of accounts, each with its lines and the balances it
 * states. The formats are read in the files beside this one; what several files make of an account, account.ts says.
 */
import { createHash } from 'node:crypto';
import type { Calendar, Instant } from '../calendar.ts';
import { isoOf } from '../calendar.ts';
import type { FeedRows } from '../cases/decide.ts';
import { selfDelimited } from '../events/event.ts';
import { formatMoney, type Money, sum } from '../money.ts';

/** What a bank writes of a movement beside its amount; empty where it writes nothing. */
export interface Told {
  /** What the payer or we wrote as a reference, or the payment file that was booked as one. */
  readonly reference: string;
  readonly counterparty: string;
  readonly counterpartyName: string;
  readonly memo: string;
}

/** One of the payments that a bank booked as one line. */
export interface LinePart extends Told {
  readonly amount: Money;
}

/** One movement of an account; the amount is positive where money came in. */
export interface BankLine extends Told {
  /** The bank's own reference, which it may use again; empty where it gives none. */
  readonly lineRef: string;
  readonly bookedAt: Instant;
  readonly amount: Money;
  /** The payments in it, where the bank tells them one by one. They need not add up to it. */
  readonly parts: readonly LinePart[];
}

/**
 * What a file says of an account over a span of time; `through` is its first instant no longer covered. Lines are in
 * the order in which the balance runs.
 */
export interface BankStatement {
  readonly account: string;
  readonly since: Instant;
  readonly through: Instant;
  /** Both null where the file states no balance. */
  readonly opening: Money | null;
  readonly closing: Money | null;
  readonly lines: readonly BankLine[];
}

export interface BankFile {
  readonly statements: readonly BankStatement[];
  /** What was left aside or read in one of several ways: a sentence each. */
  readonly notices: readonly string[];
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
 * @returns the lines as the balance runs, opening and closing in minor units; or one sentence that names the first line
 * at which the chain breaks
 */
export function chained(
  rows: readonly Balanced[],
  digits: number,
): Pick<BankStatement, 'opening' | 'closing' | 'lines'> | string {
  const [first, last] = [rows[0], rows.at(-1)];
  if (first === undefined || last === undefined) return 'the file has no movement, so that it states no balance';
  const upwards = firstBreak(rows);
  if (upwards === undefined) return run(rows, first, last);
  const reversed = [...rows].reverse();
  if (firstBreak(reversed) === undefined) return run(reversed, last, first);
  const isLatestFirst = first.line.bookedAt > last.line.bookedAt;
  const broken = (isLatestFirst ? firstBreak(reversed) : upwards) ?? first;
  return `line ${broken.at}: the balance ${formatMoney(broken.balance, digits)} does not follow from the line before it and ${formatMoney(broken.line.amount, digits)}: a line is missing, altered or twice`;
}

function run(rows: readonly Balanced[], first: Balanced, last: Balanced) {
  return {
    opening: first.balance - first.line.amount,
    closing: last.balance,
    lines: rows.map(({ line }) => line),
  };
}

function firstBreak(rows: readonly Balanced[]): Balanced | undefined {
  return rows.find((row, i) => {
    const before = rows[i - 1];
    return before !== undefined && before.balance + row.line.amount !== row.balance;
  });
}

/** A reference as given, or nothing where banks write that they have none. */
export function given(text: string): string {
  const plain = text.trim();
  return /^(NONREF|NOTPROVIDED|NOT PROVIDED|NOTAVAILABLE|N\/?A|-+)$/i.test(plain) ? '' : plain;
}

/** Every movement of a file: a line, or its parts where they add up to it. */
export function movementsIn(lines: readonly BankLine[]): Money[] {
  return lines.flatMap((line) => {
    const parts = line.parts.map(({ amount }) => amount);
    return parts.length > 1 && sum(parts) === line.amount ? parts : [line.amount];
  });
}

/** Sums what came in and what went out, both positive. */
export function inAndOut(amounts: readonly Money[]): Record<'income' | 'outgo', { count: number; amount: Money }> {
  const of = (some: Money[]): { count: number; amount: Money } => ({ count: some.length, amount: sum(some) });
  return {
    income: of(amounts.filter((amount) => amount > 0n)),
    outgo: of(amounts.filter((amount) => amount < 0n).map((amount) => -amount)),
  };
}

/** The digest that a statement is known by: its account, span, balances and lines, and no number or name of the bank's. */
function statementId({ account, since, through, opening, closing, lines }: BankStatement): string {
  const told = ({ amount, reference, counterparty, counterpartyName, memo }: LinePart): string[] => [
    String(amount),
    reference,
    counterparty,
    counterpartyName,
    memo,
  ];
  const said = [
    ...[account, String(since), String(through), String(opening), String(closing)],
    ...lines.flatMap((line) => [
      ...[line.lineRef, String(line.bookedAt), ...told(line), String(line.parts.length)],
      ...line.parts.flatMap(told),
    ]),
  ];
  return createHash('sha256').update(selfDelimited(said)).digest('hex').slice(0, 32);
}

/** A bank file as rows of the feeds `bank-statements` and `bank-lines`; a part of a line is a row under its number. */
export function feedRowsOf(statements: readonly BankStatement[], digits: number): FeedRows[] {
  const known = new Map(statements.map((one) => [statementId(one), one]));
  const sumOf = (amount: Money | null): string => (amount === null ? '' : formatMoney(amount, digits));
  const stated = [...known].map(([statement, { account, since, through, opening, closing }]) => ({
    statement,
    account,
    since: isoOf(since),
    through: isoOf(through),
    opening: sumOf(opening),
    closing: sumOf(closing),
  }));
  const lines = [...known].flatMap(([statement, of]) =>
    of.lines.flatMap((line, i) =>
      [line, ...line.parts].map((one, part) => ({
        statement,
        line: String(i + 1),
        part: String(part),
        booked_at: isoOf(line.bookedAt),
        amount: formatMoney(one.amount, digits),
        line_ref: line.lineRef,
        reference: one.reference,
        counterparty: one.counterparty,
        counterparty_name: one.counterpartyName,
        memo: one.memo,
      })),
    ),
  );
  return [
    { feed: 'bank-statements', rows: stated },
    { feed: 'bank-lines', rows: lines },
  ].filter(({ rows }) => rows.length > 0);
}
