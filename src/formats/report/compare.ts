/**
 * A network's Taobaoke order report held against these books: which rows and lines belong together, and where they say
 * different things. The books' side is what `cps report taobaoke` writes, so that both sides have the same columns. Why
 * they differ is in why.ts.
 */

import type { OrderFate, ReportLine } from '../../core/line/report.ts';
import { formatMoney, hundredfold, type Money, parseSum } from '../../core/money.ts';
import type { ReportColumn, ReportTerms } from './table.ts';
import { STATUSES, TAOBAOKE } from './taobaoke.ts';
import { whyDiffers, whyOnlyInBooks, whyOnlyInReport } from './why.ts';

/** Without these a file is no order report. */
export const REQUIRED = ['订单编号', '商品ID', '订单状态', '付款金额'] as const;

/** How the cells of a column are held against each other. */
const COMPARED: Readonly<Record<string, (text: string, terms: ReportTerms) => string | undefined>> = {
  商品数: (text) => /^\d+$/.exec(text)?.[0],
  订单状态: (text) => Object.values(STATUSES).find((status) => status === text),
  收入比率: rateOf,
  付款金额: amountOf,
  效果预估: amountOf,
  结算金额: amountOf,
  预估收入: amountOf,
  结算时间: dayOf,
  佣金比率: rateOf,
  佣金金额: amountOf,
  技术服务费比率: rateOf,
  来源媒体ID: (text) => text,
  广告位ID: (text) => text,
};

/** A row of a report: its place in the file, and its cells by header. */
export interface ReportedRow {
  readonly row: number;
  readonly cells: ReadonlyMap<string, string>;
}

export interface Difference {
  readonly kind: 'only-in-report' | 'only-in-books' | 'differs' | 'unreadable';
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
}

/** Holds rows against lines; `fates` are the orders of the report, whoever's they are. */
export function compareReport(
  headers: readonly string[],
  rows: readonly ReportedRow[],
  lines: readonly ReportLine[],
  fates: readonly OrderFate[],
  terms: ReportTerms,
): Comparison {
  const columns = TAOBAOKE.filter(({ header }) => headers.includes(header) && header in COMPARED);
  const { pairs, rest, missing } = paired(rows, lines, terms);
  const differences: Difference[] = [];
  let same = 0;
  for (const [row, line] of pairs) {
    const found = columns.flatMap((column) => differenceOf(row, line, column, terms));
    if (found.length === 0) same++;
    differences.push(...found);
  }
  const known = gathered(fates, (fate) => fate.order_id);
  for (const row of rest) differences.push(onlyInReport(row, known.get(orderOf(row)) ?? [], lines, terms));
  for (const line of missing) differences.push(onlyInBooks(line, terms));
  differences.sort((a, b) => (a.row ?? Number.MAX_SAFE_INTEGER) - (b.row ?? Number.MAX_SAFE_INTEGER));
  const totals = new Map<string, Money>();
  for (const { column, by } of differences) {
    if (by !== null && column !== '') totals.set(column, (totals.get(column) ?? 0n) + by);
  }
  return { rows: rows.length, lines: lines.length, same, differences, totals };
}

export const orderOf = ({ cells }: ReportedRow): string => cells.get('订单编号') ?? '';
const itemOf = ({ cells }: ReportedRow): string => cells.get('商品ID') ?? '';

function gathered<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

interface Paired {
  readonly pairs: readonly (readonly [ReportedRow, ReportLine])[];
  readonly rest: readonly ReportedRow[];
  readonly missing: readonly ReportLine[];
}

/**
 * Rows and lines of one order and item belong together. Where an order has several lines of an item, those with the same
 * amount paid find each other first, since the report names no sub-order; what is left is taken in order.
 */
function paired(rows: readonly ReportedRow[], lines: readonly ReportLine[], terms: ReportTerms): Paired {
  const keyOf = (order: string, item: string): string => `${order} ${item}`;
  const waiting = gathered(lines, (line) => keyOf(line.order_id, line.item_id));
  const pairs: (readonly [ReportedRow, ReportLine])[] = [];
  const rest: ReportedRow[] = [];
  const take = (row: ReportedRow, fits: (line: ReportLine) => boolean): boolean => {
    const key = keyOf(orderOf(row), itemOf(row));
    const among = waiting.get(key) ?? [];
    const line = among.find(fits);
    if (line === undefined) return false;
    pairs.push([row, line]);
    waiting.set(
      key,
      among.filter((one) => one !== line),
    );
    return true;
  };
  const paidOf = (row: ReportedRow): string | undefined => amountOf(row.cells.get('付款金额') ?? '', terms);
  const left = rows.filter((row) => !take(row, (line) => formatMoney(line.paid_amount, terms.digits) === paidOf(row)));
  for (const row of left) if (!take(row, () => true)) rest.push(row);
  return { pairs, rest, missing: [...waiting.values()].flat() };
}

function differenceOf(
  row: ReportedRow,
  line: ReportLine,
  column: ReportColumn<ReportLine>,
  terms: ReportTerms,
): Difference[] {
  const { header } = column;
  const reported = row.cells.get(header) ?? '';
  const booked = column.cell(line, terms);
  const read = COMPARED[header];
  const report = reported === '' ? '' : read?.(reported, terms);
  const books = booked === '' ? '' : read?.(booked, terms);
  if (report === books) return [];
  const found = { row: row.row, order: line.order_id, line: line.order_line_id, column: header };
  if (report === undefined) {
    const why = `this is no ${EXPECTED[column.kind] ?? 'value'} of the column ${header}`;
    return [{ ...found, kind: 'unreadable', report: reported, books: booked, by: null, why }];
  }
  const by = column.kind === 'amount' ? money(report, terms) - money(books ?? '', terms) : null;
  const why = whyDiffers(header, line, { report, books: books ?? '' }, terms);
  return [{ ...found, kind: 'differs', report: reported, books: booked, by, why }];
}

const EXPECTED: Readonly<Record<string, string>> = { amount: 'amount', count: 'count' };

function onlyInReport(
  row: ReportedRow,
  fates: readonly OrderFate[],
  lines: readonly ReportLine[],
  terms: ReportTerms,
): Difference {
  const fate = fates.find(({ item_id: item }) => item === itemOf(row));
  const report = row.cells.get('付款金额') ?? '';
  const amount = amountOf(report, terms);
  return {
    kind: 'only-in-report',
    row: row.row,
    order: orderOf(row),
    line: fate?.order_line_id ?? null,
    column: '付款金额',
    report,
    books: '',
    by: amount === undefined ? null : money(amount, terms),
    why: whyOnlyInReport(itemOf(row), fates, fate, lines, terms),
  };
}

function onlyInBooks(line: ReportLine, terms: ReportTerms): Difference {
  return {
    kind: 'only-in-books',
    row: null,
    order: line.order_id,
    line: line.order_line_id,
    column: '付款金额',
    report: '',
    books: formatMoney(line.paid_amount, terms.digits),
    by: -line.paid_amount,
    why: whyOnlyInBooks(line, terms),
  };
}

function money(text: string, { digits }: ReportTerms): Money {
  return parseSum(text, digits) ?? 0n;
}

/** An amount in plain decimals with the currency's digits; thousands and a currency sign are left aside. */
function amountOf(text: string, { digits }: ReportTerms): string | undefined {
  const plain = text.replace(/^[¥￥]\s*/, '').replace(/,(?=\d{3}(\D|$))/g, '');
  const amount = parseSum(plain, digits);
  return amount === undefined ? undefined : formatMoney(amount, digits);
}

/** A rate in percent without needless digits: `5.5` for `5.50 %`, and for a fraction below 1 without a sign. */
function rateOf(text: string): string | undefined {
  const match = /^(\d{1,3}(?:\.\d{1,12})?)( ?%)?$/.exec(text);
  const number = match?.[1];
  if (number === undefined) return undefined;
  const percent = match?.[2] !== undefined || Number(number) > 1 ? number : hundredfold(number, 0);
  return percent.includes('.') ? percent.replace(/\.?0+$/, '') : percent;
}

/** The day of a time: networks and books need not agree on the second. */
function dayOf(text: string, { calendar }: ReportTerms): string | undefined {
  const at = calendar.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text} 00:00:00` : text);
  return at === undefined ? undefined : calendar.dayOf(at);
}
