/**
 * A network's order report held against these books: which rows and lines belong together, and where they say
 * different things. The books' side is what `cps report` writes, so that both sides have the same columns. What is not compared is named, so that
 * "no difference" is said of nothing else. Why
 * they differ is in why.ts.
 */

import { isRounded } from '../../core/feeds/cell.ts';
import { groupBy } from '../../core/groups.ts';
import type { OrderFate, ReportLine } from '../../core/line/report.ts';
import { formatMoney, type Money, sum } from '../../core/money.ts';
import { amountOf, columnReader, type Reader } from './cells.ts';
import type { ReportFormat } from './formats.ts';
import type { ReportColumn, ReportedRow, ReportTerms } from './table.ts';
import { whyDiffers, whyOnlyInBooks, whyOnlyInReport } from './why.ts';

export interface Difference {
  readonly kind: 'only-in-report' | 'only-in-books' | 'differs' | 'unreadable' | 'total';
  /** In the file; null for a line it does not have. */
  readonly row: number | null;
  readonly order: string;
  /** Null for a row that is no line of these books. */
  readonly line: string | null;
  /** The column that differs; empty where a whole row or line is lacking. */
  readonly column: string;
  readonly report: string;
  readonly books: string;
  /** What the report says less what the books say, of a column of amounts. */
  readonly by: Money | null;
  readonly why: string;
}

export interface Comparison {
  readonly rows: number;
  readonly lines: number;
  /** Rows and lines that say the same in every column compared. */
  readonly same: number;
  readonly differences: readonly Difference[];
  /** Differences of amounts by column. */
  readonly totals: ReadonlyMap<string, Money>;
  /** By column: in how many rows it was compared, and in how many of them it differs. */
  readonly compared: readonly ComparedColumn[];
  /** Columns of the report that say nothing that the books know, and columns that it lacks. */
  readonly notCompared: readonly string[];
  /** Total rows of the report, held against its own rows. */
  readonly totalRows: number;
}

interface ComparedColumn {
  readonly column: string;
  readonly rows: number;
  readonly differ: number;
}

/** Holds rows against lines; `fates` are the orders of the report, whoever's they are. */
export function compareReport(
  format: ReportFormat,
  headers: readonly string[],
  given: readonly ReportedRow[],
  lines: readonly ReportLine[],
  fates: readonly OrderFate[],
  terms: ReportTerms,
): Comparison {
  const columns = format.columns.filter(({ header }) => headers.includes(header) && header in format.compared);
  const sums = given.filter((row) => isTotal(row, format));
  const whole = given.filter((row) => !sums.includes(row));
  const rows = whole.filter((row) => !isRounded(orderOf(format, row)));
  const { pairs, rest, missing } = paired(format, rows, lines, terms);
  const readers = new Map(columns.map((column) => [column.header, columnReader(format, column, pairs, terms)]));
  const differences: Difference[] = whole.filter((row) => !rows.includes(row)).map((row) => lostOrder(format, row));
  let same = 0;
  for (const [row, line] of pairs) {
    const found = columns.flatMap((column) => differenceOf(format, row, line, column, readers, terms));
    if (found.length === 0) same++;
    differences.push(...found);
  }
  const known = groupBy(fates, (fate) => fate.order_id);
  for (const row of rest)
    differences.push(onlyInReport(format, row, known.get(orderOf(format, row)) ?? [], lines, terms));
  for (const line of missing) differences.push(onlyInBooks(format, line, terms));
  for (const row of sums) differences.push(...totalDifferences(format, row, whole, columns, terms));
  differences.sort((a, b) => (a.row ?? Number.MAX_SAFE_INTEGER) - (b.row ?? Number.MAX_SAFE_INTEGER));
  const totals = new Map<string, Money>();
  for (const { column, by, kind } of differences) {
    if (by !== null && column !== '' && kind !== 'total') totals.set(column, (totals.get(column) ?? 0n) + by);
  }
  const compared = columns.map(({ header: column }): ComparedColumn => {
    const differ = differences.filter((one) => one.column === column && isOfCell(one)).length;
    return { column, rows: pairs.length, differ };
  });
  const lacking = Object.keys(format.compared).filter((name) => !headers.includes(name));
  const notCompared = [
    ...headers.filter((name) => !isUsed(format, name)),
    ...lacking.map((name) => `${name} (lacking)`),
  ];
  return {
    rows: whole.length,
    lines: lines.length,
    same,
    differences,
    totals,
    compared,
    notCompared,
    totalRows: sums.length,
  };
}

const isOfCell = ({ kind }: Difference): boolean => kind === 'differs' || kind === 'unreadable';

/** Whether a column is compared, or says which row is which. */
function isUsed(format: ReportFormat, header: string): boolean {
  return header in format.compared || [format.order, format.item, format.line].includes(header);
}

export const orderOf = (format: ReportFormat, { cells }: ReportedRow): string => cells.get(format.order) ?? '';
const itemOf = (format: ReportFormat, { cells }: ReportedRow): string => cells.get(format.item) ?? '';

const TOTAL = /^(合计|总计|小计|total|sum)[:：]?$/i;

/** A row that sums up the others: it is of no order, and says so. */
function isTotal(row: ReportedRow, format: ReportFormat): boolean {
  const order = orderOf(format, row);
  return (order === '' || TOTAL.test(order)) && [...row.cells.values()].some((cell) => TOTAL.test(cell));
}

/** Where the report's own total is not what its rows come to. */
function totalDifferences(
  format: ReportFormat,
  row: ReportedRow,
  rows: readonly ReportedRow[],
  columns: readonly ReportColumn<ReportLine>[],
  terms: ReportTerms,
): Difference[] {
  return columns.flatMap(({ header }): Difference[] => {
    const said = row.cells.get(header) ?? '';
    if (format.compared[header] !== 'amount' || said === '') return [];
    const total = amountOf(said, terms);
    const come = sum(rows.map(({ cells }) => amountOf(cells.get(header) ?? '', terms) ?? 0n));
    if (total === come) return [];
    const of = { row: row.row, order: '', line: null, column: header, report: said, books: '' };
    const by = total === undefined ? null : total - come;
    return [{ kind: 'total', ...of, by, why: `the rows of the report come to ${formatMoney(come, terms.digits)}` }];
  });
}

/** A row of which nobody knows which order it is. */
function lostOrder(format: ReportFormat, row: ReportedRow): Difference {
  const order = orderOf(format, row);
  const why = 'a spreadsheet has rounded the number of the order: have the report exported anew with it as text';
  const of = { row: row.row, order, line: null, column: format.order, report: order, books: '', by: null };
  return { kind: 'unreadable', ...of, why };
}

interface Paired {
  readonly pairs: readonly (readonly [ReportedRow, ReportLine])[];
  readonly rest: readonly ReportedRow[];
  readonly missing: readonly ReportLine[];
}

/**
 * A row that names its order line belongs to it. Else rows and lines of one order and item belong together: where an order has
 * several lines of an item, those with the same amount paid find each other first; what is left is taken in order.
 */
function paired(
  format: ReportFormat,
  rows: readonly ReportedRow[],
  lines: readonly ReportLine[],
  terms: ReportTerms,
): Paired {
  const waiting = new Set(lines);
  const pairs: (readonly [ReportedRow, ReportLine])[] = [];
  const take = (row: ReportedRow, among: readonly ReportLine[], fits: (line: ReportLine) => boolean): boolean => {
    const line = among.find((one) => waiting.has(one) && fits(one));
    if (line === undefined) return false;
    pairs.push([row, line]);
    waiting.delete(line);
    return true;
  };
  const byId = groupBy(lines, (line) => line.order_line_id);
  const byItem = groupBy(lines, (line) => `${line.order_id} ${line.item_id}`);
  const ofItem = (row: ReportedRow): readonly ReportLine[] =>
    byItem.get(`${orderOf(format, row)} ${itemOf(format, row)}`) ?? [];
  const unnamed = rows.filter((row) => !take(row, byId.get(row.cells.get(format.line) ?? '') ?? [], () => true));
  const paidOf = (row: ReportedRow): Money | undefined => amountOf(row.cells.get(format.paid) ?? '', terms);
  const left = unnamed.filter((row) => !take(row, ofItem(row), (line) => line.paid_amount === paidOf(row)));
  const rest = left.filter((row) => !take(row, ofItem(row), () => true));
  pairs.sort(([a], [b]) => a.row - b.row);
  return { pairs, rest, missing: [...waiting] };
}

function differenceOf(
  format: ReportFormat,
  row: ReportedRow,
  line: ReportLine,
  column: ReportColumn<ReportLine>,
  readers: ReadonlyMap<string, Reader>,
  terms: ReportTerms,
): Difference[] {
  const { header } = column;
  const reported = row.cells.get(header) ?? '';
  const booked = column.cell(line, terms);
  const read = readers.get(header);
  const report = reported === '' ? '' : read?.report(reported);
  const books = booked === '' ? '' : read?.books(booked);
  if (report === books) return [];
  const found = { row: row.row, order: line.order_id, line: line.order_line_id, column: header };
  if (report === undefined) {
    const why = `this is no ${EXPECTED[column.kind] ?? 'value'} of the column ${header}`;
    return [{ ...found, kind: 'unreadable', report: reported, books: booked, by: null, why }];
  }
  const amount = (text: string): Money => amountOf(text, terms) ?? 0n;
  const by = column.kind === 'amount' ? amount(report) - amount(books ?? '') : null;
  const why = whyDiffers(format.concepts[header] ?? header, line, { report, books: books ?? '' }, terms);
  return [{ ...found, kind: 'differs', report: reported, books: booked, by, why }];
}

const EXPECTED: Readonly<Record<string, string>> = { amount: 'amount', count: 'count' };

function onlyInReport(
  format: ReportFormat,
  row: ReportedRow,
  fates: readonly OrderFate[],
  lines: readonly ReportLine[],
  terms: ReportTerms,
): Difference {
  const fate = fates.find(({ item_id: item }) => item === itemOf(format, row));
  const report = row.cells.get(format.paid) ?? '';
  const amount = amountOf(report, terms);
  return {
    kind: 'only-in-report',
    row: row.row,
    order: orderOf(format, row),
    line: fate?.order_line_id ?? null,
    column: format.paid,
    report,
    books: '',
    by: amount ?? null,
    why: whyOnlyInReport(itemOf(format, row), fates, fate, lines, terms),
  };
}

function onlyInBooks(format: ReportFormat, line: ReportLine, terms: ReportTerms): Difference {
  return {
    kind: 'only-in-books',
    row: null,
    order: line.order_id,
    line: line.order_line_id,
    column: format.paid,
    report: '',
    books: formatMoney(line.paid_amount, terms.digits),
    by: -line.paid_amount,
    why: whyOnlyInBooks(line, terms),
  };
}
