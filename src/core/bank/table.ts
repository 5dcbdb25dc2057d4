/**
 * Reads a bank's plain CSV by a map from our names to its columns; it guesses no column. Without a balance column it
 * states no balance, and reconciliation then says so.
 */
import { type Money, parseSum } from '../money.ts';
import {
  type Balanced,
  type BankFile,
  type BankLine,
  type BankTerms,
  chained,
  repeatedRef,
  type TableRow,
} from './file.ts';

/** Our names for columns; `amount` is signed, or `in` and `out` are two columns. */
const TABLE_COLUMNS = ['ref', 'at', 'amount', 'in', 'out', 'reference', 'payee', 'name', 'memo', 'balance'] as const;
export type ColumnMap = Readonly<Partial<Record<(typeof TABLE_COLUMNS)[number], string>>>;

/** Reads a `--columns` text such as `ref=流水号,at=时间,amount=金额`; one sentence when it cannot be used. */
export function parseColumnMap(text: string): ColumnMap | string {
  const map: Record<string, string> = {};
  for (const part of text.split(',')) {
    const [name = '', column = ''] = [
      part.slice(0, part.indexOf('=')).trim(),
      part.slice(part.indexOf('=') + 1).trim(),
    ];
    if (!TABLE_COLUMNS.some((known) => known === name) || column === '')
      return `${JSON.stringify(part)} is no column: write NAME=COLUMN with a NAME of ${TABLE_COLUMNS.join(', ')}`;
    if (map[name] !== undefined) return `${name} is mapped twice`;
    map[name] = column;
  }
  const found: ColumnMap = map;
  if (found.ref === undefined || found.at === undefined) return 'ref and at have to be mapped';
  if ((found.amount === undefined) === (found.in === undefined || found.out === undefined))
    return 'map amount, or both in and out';
  return found;
}

/**
 * Reads a file.
 * @returns its lines, and one statement where it has balances; or one sentence that says what does not hold, and where
 */
export function readTable(
  rows: readonly TableRow[],
  account: string,
  map: ColumnMap,
  terms: BankTerms,
): BankFile | string {
  const header = rows[0]?.cells.map((cell) => cell.trim()) ?? [];
  const missing = Object.values(map).find((column) => !header.includes(column));
  if (missing !== undefined)
    return `the header row has no column ${JSON.stringify(missing)}: it has ${header.join(', ')}`;
  const found: { at: number; line: BankLine; balance: Money | null }[] = [];
  for (const row of rows.slice(1)) {
    const read = movementOf(row, header, account, map, terms);
    if (typeof read === 'string') return `line ${row.line}: ${read}`;
    found.push(read);
  }
  const lines = found.map(({ line }) => line);
  const repeated = repeatedRef(lines);
  if (repeated !== undefined) return `${map.ref} ${repeated.lineRef} stands in the file twice: export it again`;
  const balanced = found.filter((one): one is Balanced => one.balance !== null);
  if (balanced.length === 0) return { lines, statements: [] };
  const ends = chained(balanced, terms.digits);
  if (typeof ends === 'string') return ends;
  const [first, last] = spanOf(lines);
  const { calendar } = terms;
  const statement = {
    statementRef: `${lines[0]?.lineRef}-${lines.at(-1)?.lineRef}`,
    account,
    sequence: null,
    since: calendar.startOf(calendar.dayOf(first)),
    through: calendar.endOf(calendar.dayOf(last)),
    ...ends,
  };
  return { lines, statements: [statement] };
}

function spanOf(lines: readonly BankLine[]): [number, number] {
  let [first, last] = [lines[0]?.bookedAt ?? 0, lines[0]?.bookedAt ?? 0];
  for (const { bookedAt } of lines) [first, last] = [Math.min(first, bookedAt), Math.max(last, bookedAt)];
  return [first, last];
}

function movementOf(
  row: TableRow,
  header: readonly string[],
  account: string,
  map: ColumnMap,
  { calendar, digits }: BankTerms,
): { at: number; line: BankLine; balance: Money | null } | string {
  if (row.cells.length !== header.length) return `${row.cells.length} cells where the header has ${header.length}`;
  const of = (name: keyof ColumnMap): string => (row.cells[header.indexOf(map[name] ?? '')] ?? '').trim();
  const lineRef = of('ref');
  if (lineRef === '') return `${map.ref} is empty`;
  const day = /^\d{4}-\d\d-\d\d$/.test(of('at')) ? `${of('at')} 00:00:00` : of('at');
  const bookedAt = calendar.parse(day);
  if (bookedAt === undefined)
    return `${map.at} ${JSON.stringify(of('at'))} is no moment such as 2013-12-11 17:31:00, and no day`;
  const amount =
    map.amount === undefined
      ? difference(parseSum(of('in') || '0', digits), parseSum(of('out') || '0', digits))
      : parseSum(of('amount'), digits);
  if (amount === undefined || amount === 0n) return 'it has no amount other than 0 with the digits of the currency';
  const balance = map.balance === undefined ? null : parseSum(of('balance'), digits);
  if (balance === undefined) return `${map.balance} ${JSON.stringify(of('balance'))} is no amount`;
  const [reference, counterparty, counterpartyName, memo] = [of('reference'), of('payee'), of('name'), of('memo')];
  return {
    at: row.line,
    balance,
    line: { lineRef, account, bookedAt, amount, reference, counterparty, counterpartyName, memo },
  };
}

function difference(income: Money | undefined, outgo: Money | undefined): Money | undefined {
  if (income === undefined || outgo === undefined) return undefined;
  return income - (outgo < 0n ? -outgo : outgo);
}
