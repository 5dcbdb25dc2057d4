/** Tables of cells as csv, ndjson and json, written piece by piece: flat memory, the same bytes for the same cells. */
import { csvRow } from './csv.ts';

export type CellFormat = 'csv' | 'ndjson' | 'json';
export const CELL_FORMATS: readonly CellFormat[] = ['csv', 'ndjson', 'json'];

type Cells = readonly (string | null)[];

/** Writes lists of rows under their columns; LF line ends, an empty cell for null in csv and "" in the others. */
export async function* writeCells(
  columns: readonly string[],
  lists: AsyncIterable<readonly Cells[]>,
  format: CellFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvRow(columns);
  if (format === 'json') yield '[';
  let first = true;
  for await (const rows of lists) {
    let text = '';
    for (const row of rows) {
      if (format === 'csv') text += csvRow(row);
      else if (format === 'ndjson') text += `${objectText(columns, row)}\n`;
      else text += `${first ? '\n' : ',\n'}  ${objectText(columns, row)}`;
      first = false;
    }
    yield text;
  }
  if (format === 'json') yield first ? ']\n' : '\n]\n';
}

function objectText(columns: readonly string[], row: Cells): string {
  return JSON.stringify(Object.fromEntries(columns.map((name, i) => [name, row[i] ?? ''])));
}
