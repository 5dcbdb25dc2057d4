/**
 * Lists on pages: their columns, what is read of them for one page, how they are shown with the way on, and all of them as
 * a file. What is listed, and what stands in its cells, is said by the page.
 */
import type { Money } from '../core/money.ts';
import { csvRow } from '../formats/files/csv.ts';
import { html, type Markup } from '../formats/files/markup.ts';
import type { PageOf } from '../store/lists/lists.ts';
import type { Download } from './page.ts';
import { type Column, empty, money, pager, rate, type Shown } from './pieces.ts';
import type { Visit } from './visit.ts';

/** What most lists show at once. */
export const A_PAGE = 50;

/** What a column has beside its label and cells. */
type More = Pick<Column<never>, 'fold' | 'total'>;

/** Makes the columns of a table, each by what its cells hold; where a figure is null, nothing stands. */
export function columnsFor<Row>(visit: Visit) {
  type Cell = (row: Row) => Shown;
  type Made = (label: string, cell: Cell, more?: More) => Column<Row>;
  const of =
    (kind: Column<Row>['kind']): Made =>
    (label, cell, more) => ({ label, kind, cell, ...more });
  return {
    id: of('id'),
    word: of('word'),
    text: of('text'),
    day: of('day'),
    rate: (label: string, cell: (row: Row) => string | null): Column<Row> =>
      of('rate')(label, (row) => rate(cell(row))),
    count: (label: string, cell: (row: Row) => number | bigint | string | null, more?: More): Column<Row> =>
      of('count')(label, (row) => String(cell(row) ?? ''), more),
    amount: (
      label: string,
      cell: (row: Row) => Money | null,
      { total, fold }: { readonly total?: Money | undefined; readonly fold?: NonNullable<Column<Row>['fold']> } = {},
    ): Column<Row> => {
      const shown = (amount: Money | null): string => (amount === null ? '' : money(visit, amount));
      const more = { ...(total === undefined ? {} : { total: shown(total) }), ...(fold === undefined ? {} : { fold }) };
      return of('amount')(label, (row) => shown(cell(row)), more);
    },
  };
}

/** An amount or a count of which nothing is shown where it is zero. */
export function unlessZero<N extends number | bigint>(of: N): N | null {
  return Number(of) === 0 ? null : of;
}

/** One page of a list: its rows, and what the next one is asked for by; null on the last. */
export interface Listed<Row> {
  readonly rows: readonly Row[];
  readonly next: string | null;
}

/** One page of what was read of a list: one row more than it shows, where there is one. */
export function pageOf<Row>(found: readonly Row[], size: number, keyOf: (row: Row) => readonly string[]): Listed<Row> {
  const rows = found.slice(0, size);
  const last = rows.at(-1);
  return { rows, next: found.length > size && last !== undefined ? keyOf(last).join(' ') : null };
}

/**
 * Reads one page of a list.
 * @param after the key after which it goes on, null for its beginning
 * @param keyOf the key of a row
 */
export async function listed<Row>(
  list: (asked: PageOf) => Promise<readonly Row[]>,
  after: PageOf['after'],
  keyOf: (row: Row) => readonly string[],
  size = A_PAGE,
): Promise<Listed<Row>> {
  return pageOf(await list({ after, limit: size }), size, keyOf);
}

/** The key after which a list goes on, as `after` of the query holds it: its parts are set apart by a blank. */
export function keyAfter({ query }: Visit, parts: number): readonly string[] | null {
  const key = (query.get('after') ?? '').split(' ');
  return key.length === parts && key.every((part) => part !== '') ? key : null;
}

/**
 * A list as it stands on its page: its table with the way to the next page, or the sentence that there is nothing.
 * @param count of the whole list, where that is known
 */
export function listShown<Row>(
  visit: Visit,
  { rows, next }: Listed<Row>,
  none: string,
  table: () => Markup,
  count?: number,
): Markup {
  const { t } = visit.speech;
  if ((count ?? rows.length) === 0) return empty(none);
  const shown = rows.length;
  return html`${table()}${pager(visit, next, count === undefined ? t('shown', { shown }) : t('shown-of', { shown, count }))}`;
}

/** Rows of a list that are asked for together, where all of it is written. */
const TOGETHER = 1000;

/** All of a list that is asked for after a key, in its order, some rows together. */
export async function* allOf<Row>(
  list: (asked: PageOf) => Promise<readonly Row[]>,
  keyOf: (row: Row) => readonly string[],
): AsyncGenerator<readonly Row[]> {
  for (let after: PageOf['after'] = null; ; ) {
    const found: readonly Row[] = await list({ after, limit: TOGETHER });
    const rows = found.slice(0, TOGETHER);
    yield rows;
    const last = rows.at(-1);
    if (found.length <= TOGETHER || last === undefined) return;
    after = keyOf(last);
  }
}

export const CSV = 'text/csv; charset=utf-8';

/** A table as a file to be had: its header, and the cells of each row. */
export function csvFile<Row>(
  name: string,
  header: readonly string[],
  lists: AsyncIterable<readonly Row[]> | Iterable<readonly Row[]>,
  cellsOf: (row: Row) => readonly (string | null)[],
): Download {
  async function* pieces(): AsyncGenerator<string> {
    yield csvRow(header);
    for await (const rows of lists) yield rows.map((row) => csvRow(cellsOf(row))).join('');
  }
  return { name, mime: CSV, pieces: pieces() };
}
