/**
 * The header of a table: which cell of a row belongs to which column, and which rows do not fit it. What cells mean is not judged.
 */
import { meantName } from '../../core/feeds/names.ts';
import { type Parsed, quoted, tooLong, tooLongFault } from './row.ts';
import { SourceError } from './source-error.ts';

/** What a file is read for. */
export interface Wanted {
  /** What sentences call the file. */
  readonly file: string;
  /** The feed's columns: the order of `Row.cells`. */
  readonly columns: readonly string[];
  /** Those of them that a CSV header must name. */
  readonly required: readonly string[];
  /** So many data rows are counted but not given. */
  readonly skipRows: number;
}

/** Where each cell of a row goes. */
export interface Layout {
  readonly header: readonly string[];
  /** For each cell the index of its column among those wanted, or -1 for aside. */
  readonly slots: readonly number[];
  /** Whether the header is the wanted columns in their order, so that cells are already where they belong. */
  readonly straight: boolean;
  readonly width: number;
  /** The cells that a row has at least: columns without a name at the end may be left out. */
  readonly least: number;
}

export function layoutOf({ file, columns, required }: Wanted, cells: readonly string[] | string): Layout {
  if (typeof cells === 'string') throw new SourceError(`${file} has no usable header row: ${cells}`);
  const header = cells.map((cell, index) => cell.trim() || `column ${index + 1}`);
  const twice = header.find((name, index) => header.indexOf(name) !== index);
  if (twice !== undefined)
    throw new SourceError(`${file} has the column ${quoted(twice)} twice in its header: remove or rename one`);
  const missing = required.filter((name) => !header.includes(name));
  if (missing.length > 0) {
    const names = missing.map(quoted).join(', ');
    throw new SourceError(
      `${file} lacks the column${missing.length > 1 ? 's' : ''} ${names} in its header row (found: ${listed(header)}): ` +
        `${nearest(missing, header)}name the columns in the first row as the feed does`,
    );
  }
  const slots = header.map((name) => columns.indexOf(name));
  const straight = header.length === columns.length && slots.every((slot, index) => slot === index);
  const least = cells.findLastIndex((cell) => cell.trim() !== '') + 1;
  return { header, slots, straight, width: columns.length, least };
}

function listed(names: readonly string[]): string {
  const more = names.length > 20 ? ` and ${names.length - 20} more` : '';
  return names.slice(0, 20).map(quoted).join(', ') + more;
}

export function place(layout: Layout, cells: (string | null)[], long: boolean): Parsed {
  const { header, slots } = layout;
  // What spreadsheets leave behind a table is no cell of it.
  while (cells.length > slots.length && (cells.at(-1) ?? '').trim() === '') cells.pop();
  if (cells.length < layout.least || cells.length > slots.length) {
    return `The row has ${cells.length} cells where the header has ${slots.length}: look for a comma too many or too few, or a comma in a cell without quotes.`;
  }
  if (long) {
    const index = cells.findIndex((cell) => cell !== null && tooLong(cell));
    if (index >= 0) return tooLongFault(quoted(header[index] ?? ''));
  }
  if (layout.straight) {
    for (let index = 0; index < cells.length; index += 1) if (cells[index] === '') cells[index] = null;
    return { cells, aside: null };
  }
  const placed = new Array<string | null>(layout.width).fill(null);
  const aside: [string, string][] = [];
  for (let index = 0; index < cells.length; index += 1) {
    const cell = cells[index];
    const slot = slots[index] ?? -1;
    if (cell === '' || cell === null || cell === undefined) continue;
    if (slot >= 0) placed[slot] = cell;
    else aside.push([header[index] ?? '', cell]);
  }
  return { cells: placed, aside: aside.length > 0 ? Object.fromEntries(aside) : null };
}

/** What a missing column may have been written as. */
function nearest(missing: readonly string[], header: readonly string[]): string {
  const meant = header.flatMap((name) => {
    const one = meantName(name, missing);
    return one === undefined ? [] : [`did you mean ${quoted(one)} by ${quoted(name)}? `];
  });
  return meant.join('');
}
