/**
 * Reads a bank's plain CSV by a map from our names to its columns; it guesses no column. Its header row may stand below
 * other lines, and rows without a day (totals, balances brought forward) are left aside and named. Without a balance
 * column it states no balance, and reconciliation then says so.
 */
import type { Money } from '../money.ts';
import {
  amountIn,
  cleaned,
  type DateOrder,
  type Decimal,
  dateOrderOf,
  decimalOf,
  hasLostDigits,
  momentIn,
} from './cells.ts';
import { type Balanced, type BankFile, type BankLine, type BankTerms, chained, given, type TableRow } from './file.ts';

/** Our names for columns; `amount` is signed or has its direction in `side`, or `in` and `out` are two columns. */
const TABLE_COLUMNS = [
  ...['ref', 'at', 'amount', 'side', 'in', 'out', 'reference', 'payee', 'name', 'memo', 'balance'],
] as const;
/** How cells are written, where that cannot be told from a file: `dates=dmy`, `decimal=,`. */
const WRITTEN: Readonly<Record<string, readonly string[]>> = { dates: ['ymd', 'dmy', 'mdy'], decimal: ['.', ','] };

export type ColumnMap = Readonly<Record<string, string>>;

/** How a plain CSV is read: whose it is, and which column is which. */
export interface KnownColumns {
  readonly account: string;
  readonly columns: ColumnMap;
}

/** Reads a `--columns` text such as `at=时间,amount=金额`; one sentence when it cannot be used. */
export function parseColumnMap(text: string): ColumnMap | string {
  const map: Record<string, string> = {};
  for (const part of text.replace(/decimal=,/, 'decimal=comma').split(',')) {
    const [name = '', column = ''] = [
      part.slice(0, part.indexOf('=')).trim(),
      part
        .slice(part.indexOf('=') + 1)
        .trim()
        .replace(/^comma$/, ','),
    ];
    const words = WRITTEN[name];
    if ((words === undefined && !TABLE_COLUMNS.some((known) => known === name)) || column === '')
      return `${JSON.stringify(part)} is no column: write NAME=COLUMN with a NAME of ${TABLE_COLUMNS.join(', ')}`;
    if (words !== undefined && !words.includes(column)) return `${name} is one of ${words.join(', ')}`;
    if (map[name] !== undefined) return `${name} is mapped twice`;
    map[name] = column;
  }
  if (map['at'] === undefined) return 'at has to be mapped: the column of the booking day';
  if ((map['amount'] === undefined) === (map['in'] === undefined || map['out'] === undefined))
    return 'map amount, or both in and out';
  return map;
}

interface Reading {
  readonly of: (row: TableRow, name: string) => string;
  readonly map: ColumnMap;
  readonly decimal: Decimal;
  readonly order: DateOrder;
  readonly terms: BankTerms;
}

/** The columns of a file that a map names. */
const columnsOf = (map: ColumnMap): string[] =>
  Object.entries(map).flatMap(([name, column]) => (WRITTEN[name] === undefined ? [column] : []));

/** The place of the header row: the first that has every column of a map; -1 where none has. */
export function headerAt(rows: readonly TableRow[], map: ColumnMap): number {
  return rows.findIndex(({ cells }) => {
    const header = cells.map(cleaned);
    return columnsOf(map).every((column) => header.includes(column));
  });
}

/**
 * Reads a file.
 * @returns its lines, with balances where it has them, and what was left aside; or one sentence that says what does not
 * hold, and where
 */
export function readTable(
  rows: readonly TableRow[],
  account: string,
  map: ColumnMap,
  terms: BankTerms,
): BankFile | string {
  const at = headerAt(rows, map);
  if (at < 0) return noHeader(rows, map);
  const header = rows[at]?.cells.map(cleaned) ?? [];
  const of = (row: TableRow, name: string): string => {
    const column = map[name];
    return column === undefined ? '' : cleaned(row.cells[header.indexOf(column)] ?? '');
  };
  const notices = rows.slice(0, at).map(({ line }) => `line ${line} stands above the header and was left aside`);
  const body: TableRow[] = [];
  for (const row of rows.slice(at + 1)) {
    const why = asideOf(row, of, header);
    if (why === undefined) body.push(row);
    else if (why !== '') notices.push(`line ${row.line} was left aside: ${why}`);
  }
  const sums = body.flatMap((row) => ['amount', 'in', 'out', 'balance'].map((name) => of(row, name)));
  const decimal = (map['decimal'] as Decimal | undefined) ?? decimalOf(sums, terms.digits);
  if (decimal !== '.' && decimal !== ',') return decimal;
  const order = (map['dates'] as DateOrder | undefined) ?? dateOrderOf(body.map((row) => of(row, 'at')));
  if (order !== 'ymd' && order !== 'dmy' && order !== 'mdy') return order;
  const found: { at: number; line: BankLine; balance: Money | null }[] = [];
  for (const row of body) {
    const long = row.cells.slice(header.length).some((cell) => cleaned(cell) !== '');
    const read = long
      ? `${row.cells.length} cells where the header has ${header.length}`
      : movementOf(row, { of, map, decimal, order, terms });
    if (typeof read === 'string') return `line ${row.line}: ${read}`;
    if (read.line.amount === 0n) notices.push(`line ${row.line} moves 0 and was left aside`);
    else found.push(read);
  }
  return stated(found, account, notices, terms);
}

function stated(
  found: readonly { at: number; line: BankLine; balance: Money | null }[],
  account: string,
  notices: readonly string[],
  { calendar, digits }: BankTerms,
): BankFile | string {
  const [first] = found;
  if (first === undefined) return 'it has no movement below its header row';
  const days = found.map(({ line }) => calendar.dayOf(line.bookedAt)).sort();
  const span = { account, since: calendar.startOf(days[0] ?? ''), through: calendar.endOf(days.at(-1) ?? '') };
  const balanced = found.filter((one): one is Balanced => one.balance !== null);
  const bare = found.find(({ balance }) => balance === null);
  if (bare !== undefined) {
    if (balanced.length > 0) return `line ${bare.at}: it has no balance, where other lines have one`;
    return { statements: [{ ...span, opening: null, closing: null, lines: found.map(({ line }) => line) }], notices };
  }
  const ends = chained(balanced, digits);
  return typeof ends === 'string' ? ends : { statements: [{ ...span, ...ends }], notices };
}

function noHeader(rows: readonly TableRow[], map: ColumnMap): string {
  const best = rows
    .map(({ cells }) => cells.map(cleaned))
    .find((cells) => columnsOf(map).some((one) => cells.includes(one)));
  const header = best ?? rows[0]?.cells.map(cleaned) ?? [];
  const missing = columnsOf(map).find((column) => !header.includes(column)) ?? '';
  return `the header row has no column ${JSON.stringify(missing)}: it has ${header.join(', ')}`;
}

/** Why a row is no movement: nothing of one that is empty; undefined of a movement. A row with a figure for its day is one. */
function asideOf(row: TableRow, of: Reading['of'], header: readonly string[]): string | undefined {
  const cells = row.cells.map(cleaned);
  if (cells.every((cell) => cell === '')) return '';
  if (cells.join() === header.join()) return 'it is the header again';
  const day = of(row, 'at');
  if (day === '') return 'it has no day';
  if (!/\d/.test(day)) return `${JSON.stringify(day)} is no day`;
  const isSilent = ['amount', 'in', 'out'].every((name) => of(row, name) === '');
  return isSilent && of(row, 'balance') !== '' ? 'it states a balance and no movement' : undefined;
}

function movementOf(row: TableRow, { of, map, decimal, order, terms }: Reading) {
  const { calendar, digits } = terms;
  const cell = (name: string): string => of(row, name);
  const lost = ['ref', 'reference', 'payee'].find((name) => hasLostDigits(cell(name)));
  if (lost !== undefined)
    return `${map[lost]} ${cell(lost)} has lost its digits: a spreadsheet saved this file, export it again`;
  const bookedAt = momentIn(cell('at'), order, calendar);
  if (bookedAt === undefined)
    return `${map['at']} ${JSON.stringify(cell('at'))} is no moment such as 2013-12-11 17:31:00, and no day`;
  const sum = (name: string, empty = ''): Money | undefined => amountIn(cell(name) || empty, decimal, digits);
  const amount =
    map['amount'] === undefined
      ? difference(sum('in', '0'), sum('out', '0'))
      : directed(sum('amount'), cell('side'), map['side'] !== undefined);
  if (amount === undefined) return 'it has no amount with the digits of the currency';
  if (typeof amount === 'string') return amount;
  const balance = map['balance'] === undefined || cell('balance') === '' ? null : sum('balance');
  if (balance === undefined) return `${map['balance']} ${JSON.stringify(cell('balance'))} is no amount`;
  const told = { counterparty: cell('payee'), counterpartyName: cell('name'), memo: cell('memo') };
  const [lineRef, reference] = [given(cell('ref')), given(cell('reference'))];
  return { at: row.line, balance, line: { lineRef, bookedAt, amount, reference, ...told, parts: [] } };
}

const INCOME = /^(c|cr|crdt|credit|h|haben|\+|in|贷|收入|收)$/i;
const OUTGO = /^(d|dr|dbit|debit|s|soll|-|out|借|支出|支)$/i;

/** An amount with the direction that another column says. */
function directed(amount: Money | undefined, side: string, isSaid: boolean): Money | string | undefined {
  if (amount === undefined || !isSaid) return amount;
  const size = amount < 0n ? -amount : amount;
  if (INCOME.test(side)) return size;
  return OUTGO.test(side) ? -size : `${JSON.stringify(side)} is neither credit nor debit`;
}

function difference(income: Money | undefined, outgo: Money | undefined): Money | undefined {
  if (income === undefined || outgo === undefined) return undefined;
  return income - (outgo < 0n ? -outgo : outgo);
}
