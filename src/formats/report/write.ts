/** A network's table as a file: csv, ndjson and json through cells, xlsx as a sheet of its own. */
import { CELL_FORMATS, type CellFormat, writeCells } from '../files/cells.ts';
import { csvSafe } from '../files/csv.ts';
import { type SheetCell, workbook } from '../files/xlsx.ts';
import type { ReportColumn, ReportTerms } from './table.ts';

export type ReportFormat = CellFormat | 'xlsx';
export const REPORT_FORMATS: readonly ReportFormat[] = [...CELL_FORMATS, 'xlsx'];

/**
 * Writes rows under a table's headers. In csv a text that would start a formula gets an apostrophe; ids stay as networks
 * write them. In xlsx ids are text and amounts are numbers.
 */
export async function* writeReport<Row>(
  name: string,
  columns: readonly ReportColumn<Row>[],
  lists: AsyncIterable<readonly Row[]>,
  format: ReportFormat,
  terms: ReportTerms,
): AsyncGenerator<string | Uint8Array> {
  const headers = columns.map(({ header }) => header);
  if (format !== 'xlsx') {
    const safe = (cell: string): string => (format === 'csv' ? (csvSafe(cell) ?? '') : cell);
    yield* writeCells(
      headers,
      mapped(lists, (row) => columns.map(({ cell }) => safe(cell(row, terms)))),
      format,
    );
    return;
  }
  const cellOf = ({ kind, cell }: ReportColumn<Row>, row: Row): SheetCell => {
    const text = cell(row, terms);
    if (text === '') return null;
    return kind === 'amount' ? { number: text, style: 'amount' } : { text };
  };
  const sheet = {
    name,
    widths: columns.map(({ kind }) => (kind === 'text' ? 20 : 12)),
    head: [headers.map((header) => ({ text: header, style: 'head' as const }))],
    rows: mapped(lists, (row) => columns.map((column) => cellOf(column, row))),
  };
  yield* workbook([sheet], terms.digits);
}

async function* mapped<Row, Cells>(
  lists: AsyncIterable<readonly Row[]>,
  cells: (row: Row) => Cells,
): AsyncGenerator<Cells[]> {
  for await (const list of lists) yield list.map(cells);
}
