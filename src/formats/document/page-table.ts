/**
 * The table of a document's lines as it lies on pages: how wide each column is, how each cell is broken into lines, how
 * high a row is and so how many pages there are. It sets nothing.
 */
import { type Document, type DocumentRow, pass } from '../../core/month/document.ts';
import type { MonthTotals } from '../../core/month/month.ts';
import { grouped, paged, percent } from '../files/figures.ts';
import { INNER, measure, PAPER, wrapped } from '../files/pdf.ts';
import { say } from '../words/index.ts';
import { columnsOf, type DocumentColumn } from './columns.ts';
import { BOTTOM, CELL, HEAD, LEFT, MOST_LINES, ROW_SPACE, step, TEXT } from './page-sizes.ts';
import type { Terms } from './told.ts';

const GAP = 10;
/** Of the width that figures and days leave, what notes have at least where they need it. */
const NOTE_SHARE = 0.35;
/** Points that a column of ids asks for at most. */
const MOST = 150;

export interface Placed {
  readonly column: DocumentColumn;
  readonly title: readonly string[];
  readonly x: number;
  readonly width: number;
}

/** The first reading: totals, and the widest cell of each column. */
export async function survey(document: Document, terms: Terms): Promise<{ totals: MonthTotals; widths: number[] }> {
  const columns = columnsOf('page', document);
  const { totals, rows } = pass(document);
  const widths = columns.map(() => 0);
  for await (const list of rows) {
    for (const row of list) {
      for (const [at, column] of columns.entries()) {
        widths[at] = Math.max(widths[at] ?? 0, measure(shown(column, row, terms), CELL));
      }
    }
  }
  for (const [at, { sum }] of columns.entries()) {
    if (sum !== undefined) widths[at] = Math.max(widths[at] ?? 0, measure(paged(terms)(totals.sums[sum]), HEAD));
  }
  return { totals, widths };
}

export const isFigure = ({ kind }: DocumentColumn): boolean => kind === 'amount' || kind === 'rate';

function shown(column: DocumentColumn, row: DocumentRow, terms: Terms): string {
  const cell = column.cell(row, terms);
  if (column.kind === 'amount') return cell === '' ? '' : grouped(cell);
  return column.kind === 'rate' ? percent(cell).replace('\u00a0', ' ') : cell;
}

/** Gives the columns the page: figures, days and words what they need; ids and notes what is left. */
export function placed(document: Document, widths: readonly number[], terms: Terms): Placed[] {
  const columns = columnsOf('page', document);
  const titles = columns.map(({ term }) => titleLines(say(term, 'zh'), say(term, 'en'), terms));
  const wanted = columns.map((column, at) => {
    const title = Math.max(...(titles[at] ?? []).map((line) => measure(line, HEAD)));
    const cell = widths[at] ?? 0;
    return Math.max(title, column.kind === 'id' ? Math.min(cell, MOST) : cell);
  });
  const last = columns.length - 1;
  const room = INNER - GAP * last;
  const isFixed = (at: number): boolean => at !== last && columns[at]?.kind !== 'id';
  const sumOf = (which: (at: number) => boolean): number =>
    wanted.reduce((sum, width, at) => (which(at) ? sum + width : sum), 0);
  const left = room - sumOf(isFixed);
  const note = Math.min(wanted[last] ?? 0, left * NOTE_SHARE);
  const asked = sumOf((at) => !isFixed(at) && at !== last);
  const shrink = Math.min(1, (left - note) / asked);
  const given = wanted.map((width, at) => (isFixed(at) ? width : width * shrink));
  given[last] = 0;
  // Whatever the others leave is the last column's, which holds notes.
  given[last] = room - given.reduce((sum, width) => sum + width, 0);
  let x = LEFT;
  return columns.map((column, at) => {
    const width = given[at] ?? 0;
    const place: Placed = { column, title: titles[at] ?? [], x, width };
    x += width + GAP;
    return place;
  });
}

/** In both languages a column is headed by two lines. */
function titleLines(zh: string, en: string, { language }: Terms): string[] {
  if (language === 'both') return zh === en ? [zh] : [zh, en];
  return [language === 'zh' ? zh : en];
}

export type Cells = readonly (readonly string[])[];

export function cellsOf(row: DocumentRow, columns: readonly Placed[], terms: Terms): Cells {
  return columns.map(({ column, width }) => {
    const text = shown(column, row, terms);
    return isFigure(column) ? [text] : wrapped(text, CELL, width, MOST_LINES);
  });
}

export const heightOf = (cells: Cells): number =>
  Math.max(...cells.map((lines) => lines.length)) * step(CELL) + ROW_SPACE;

export function headHeight(columns: readonly Placed[]): number {
  return Math.max(...columns.map(({ title }) => title.length)) * step(HEAD) + ROW_SPACE + 1;
}

/** Where the table begins on the pages after the first. */
export const CONTINUED = PAPER.margin + step(TEXT) + 12;

/** The second reading: how many pages the rows take, as Page sets them. */
export async function countPages(
  document: Document,
  columns: readonly Placed[],
  firstTop: number,
  terms: Terms,
): Promise<number> {
  const head = headHeight(columns);
  let pages = 1;
  let y = firstTop + head;
  const room = (height: number): void => {
    if (y + height > BOTTOM) {
      pages++;
      y = CONTINUED + head;
    }
    y += height;
  };
  for await (const rows of pass(document).rows) {
    for (const row of rows) room(heightOf(cellsOf(row, columns, terms)));
  }
  if (pages > 1 || y > firstTop + head) room(TOTAL_HEIGHT);
  return pages;
}

export const TOTAL_HEIGHT = step(HEAD) + ROW_SPACE;
