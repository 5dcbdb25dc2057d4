/** The rows of a workbook's sheet, as those of any table: its first row that is not empty names the columns. */
import { csvRow } from '../../formats/files/csv.ts';
import { type Layout, layoutOf, place, type Wanted } from './layout.ts';
import { NUL_FAULT, type Row, rowOf, SURELY_SHORT } from './row.ts';
import { SourceError } from './source-error.ts';

/** Reads a sheet. Throws SourceError for a header that cannot be used. */
export class SheetRows {
  readonly #layout: Layout;
  readonly #table: readonly (readonly string[])[];
  readonly #first: number;
  readonly #skipRows: number;

  constructor(wanted: Wanted, table: readonly (readonly string[])[]) {
    this.#table = table;
    this.#skipRows = wanted.skipRows;
    const at = table.findIndex((cells) => !isEmpty(cells));
    const header = table[at];
    if (header === undefined)
      throw new SourceError(`${wanted.file} has no header row: name the columns in the first row of its sheet`);
    this.#first = at + 1;
    this.#layout = layoutOf(wanted, header);
  }

  get header(): readonly string[] {
    return this.#layout.header;
  }

  all(): Row[] {
    const rows: Row[] = [];
    let count = 0;
    for (let at = this.#first; at < this.#table.length; at += 1) {
      const cells = this.#table[at] ?? [];
      if (isEmpty(cells)) continue;
      count += 1;
      if (count <= this.#skipRows) continue;
      // A sheet has no cells behind the last that is filled.
      const whole = [...cells, ...new Array<string>(Math.max(0, this.#layout.slots.length - cells.length)).fill('')];
      const raw = csvRow(cells).trimEnd();
      const parsed = raw.includes('\0') ? NUL_FAULT : place(this.#layout, whole, raw.length > SURELY_SHORT);
      rows.push(rowOf(at + 1, count, raw, parsed));
    }
    return rows;
  }
}

const isEmpty = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');
