/** What a network's table is: its very headers, and what of the book stands under each. Fields the book does not know are empty. */

import type { Calendar, Instant } from '../../core/calendar.ts';
import { parsePid } from '../../core/ids.ts';
import { formatMoney, hundredfold, type Money, type Rate } from '../../core/money.ts';

/** How a book shows amounts and times. */
export interface ReportTerms {
  readonly calendar: Calendar;
  readonly digits: number;
}

/** Text also where it is digits, as ids are; an amount is a plain decimal; a count is whole. */
type ReportKind = 'text' | 'amount' | 'count';

export interface ReportColumn<Row> {
  readonly header: string;
  readonly kind: ReportKind;
  readonly cell: (row: Row, terms: ReportTerms) => string;
}

/** A row of a report: its place in the file, and its cells by header. */
export interface ReportedRow {
  readonly row: number;
  readonly cells: ReadonlyMap<string, string>;
}

/** A column that the network has and the book knows nothing of. */
export function unknown(header: string): ReportColumn<unknown> {
  return { header, kind: 'text', cell: () => '' };
}

export function text<Row>(header: string, cell: (row: Row) => string): ReportColumn<Row> {
  return { header, kind: 'text', cell };
}

export function count<Row>(header: string, cell: (row: Row) => number): ReportColumn<Row> {
  return { header, kind: 'count', cell: (row) => String(cell(row)) };
}

/** An amount in plain decimals; null is empty. */
export function amount<Row>(header: string, cell: (row: Row) => Money | null): ReportColumn<Row> {
  return {
    header,
    kind: 'amount',
    cell: (row, { digits }) => {
      const value = cell(row);
      return value === null ? '' : formatMoney(value, digits);
    },
  };
}

/** `yyyy-MM-dd HH:mm:ss` in the book's zone, as networks write times; null is empty. */
export function time<Row>(header: string, cell: (row: Row) => Instant | null): ReportColumn<Row> {
  return {
    header,
    kind: 'text',
    cell: (row, { calendar }) => {
      const at = cell(row);
      return at === null ? '' : calendar.format(at).slice(0, 19);
    },
  };
}

/** A fraction as networks write percentages: `5.50 %`. */
export function percentText(rate: Rate): string {
  return `${hundredfold(rate, 2)} %`;
}

/** The second and third part of a PID. */
export function siteOf(pid: string): string {
  return parsePid(pid)?.siteId ?? '';
}

export function adzoneOf(pid: string): string {
  return parsePid(pid)?.adzoneId ?? '';
}
