/**
 * Lines of a CSV file into rows: which cell belongs to which column, and which rows do not fit the header.
 * quotes.ts says where a row with quotes ends and csv-parse what its cells are; what cells mean is not judged.
 */

import { parse } from 'csv-parse/sync';
import type { Lines, Mark } from './framing.ts';
import { BROKEN, feeds, found, frame, lineEnd, markIn, moved, OPEN } from './quotes.ts';
import {
  NUL_FAULT,
  type Parsed,
  quoted,
  type Row,
  type RowReader,
  rowOf,
  SURELY_SHORT,
  shifted,
  tooLong,
  tooLongFault,
} from './row.ts';
import { SourceError } from './source-error.ts';

const QUOTE_FAULT =
  'The quotes of the row do not pair up: a cell with quotes begins and ends with one, and a quote inside it is doubled.';

const RETURN = 0x0d;

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

/** Reads the rows of one CSV file. Throws SourceError for a header that cannot be used. */
export class CsvRows implements RowReader {
  readonly #wanted: Wanted;
  #layout: Layout | null = null;
  #line = 1;
  #row = 0;
  /** A row whose quotes are still open, from its start, and the marks in it. */
  #rest = '';
  #restMarks: ReadonlyMap<number, Mark> | null = null;

  constructor(wanted: Wanted) {
    this.#wanted = wanted;
  }

  get header(): readonly string[] | null {
    return this.#layout?.header ?? null;
  }

  read(lines: Lines, last: boolean): Row[] {
    const text = this.#rest === '' ? lines.text : this.#rest + lines.text;
    const marks = shifted(this.#restMarks, lines, this.#rest.length);
    const rows: Row[] = [];
    const waiting: Waiting[] = [];
    let nextQuote = -1;
    let nextNul = -1;
    let start = 0;
    while (start < text.length) {
      let end = lineEnd(text, start);
      if (nextQuote < start) nextQuote = found(text, '"', start);
      if (nextNul < start) nextNul = found(text, '\0', start);
      let broken = false;
      if (nextQuote < end) {
        const framed = frame(text, start, last, marks);
        if (framed === OPEN) break;
        broken = framed === BROKEN;
        if (!broken) end = framed;
      }
      this.#take(text, start, end, { broken, quotes: nextQuote < end, nul: nextNul < end, marks }, rows, waiting);
      start = end + 1;
    }
    this.#fill(rows, waiting);
    this.#rest = start < text.length ? text.slice(start) : '';
    this.#restMarks = this.#rest === '' ? null : moved(marks, start);
    return rows;
  }

  /** Adds the row at text[start, end) to `rows`; an empty line, the header and a skipped row add none. */
  #take(text: string, start: number, end: number, seen: Seen, rows: Row[], waiting: Waiting[]): void {
    const line = this.#line;
    this.#line += seen.quotes && !seen.broken ? feeds(text, start, end) + 1 : 1;
    const stop = end > start && text.charCodeAt(end - 1) === RETURN ? end - 1 : end;
    if (stop === start) return;
    const skipped = this.#layout !== null && this.#row < this.#wanted.skipRows;
    if (this.#layout !== null) this.#row += 1;
    if (skipped) return;
    const raw = text.slice(start, stop);
    const mark = markIn(seen.marks, text, start, end);
    const fault = mark?.fault ?? (seen.nul ? NUL_FAULT : seen.broken ? QUOTE_FAULT : null);
    if (this.#layout === null) {
      this.#layout = layoutOf(this.#wanted, fault ?? (seen.quotes ? quotedCells(raw) : raw.split(',')));
      return;
    }
    if (fault === null && seen.quotes) waiting.push({ at: rows.length, raw });
    const parsed =
      fault ?? (seen.quotes ? QUOTE_FAULT : place(this.#layout, raw.split(','), raw.length > SURELY_SHORT));
    rows.push(rowOf(line, this.#row, raw, parsed));
  }

  /** Gives the rows with quotes their cells, all at once: csv-parse takes four times as long row by row. */
  #fill(rows: Row[], waiting: readonly Waiting[]): void {
    if (this.#layout === null || waiting.length === 0) return;
    const together = records(waiting.map(({ raw }) => raw).join('\n'));
    for (const [index, { at, raw }] of waiting.entries()) {
      const row = rows[at];
      const cells = together?.length === waiting.length ? together[index] : quotedCells(raw);
      if (row === undefined || cells === undefined) continue;
      const parsed = typeof cells === 'string' ? cells : place(this.#layout, cells, raw.length > SURELY_SHORT);
      rows[at] = rowOf(row.line, row.row, raw, parsed);
    }
  }
}

/** A row with quotes, `at` its place among the rows, where a faulty one stands until its cells are read. */
interface Waiting {
  readonly at: number;
  readonly raw: string;
}

/** What is known of a row before its cells are read. */
interface Seen {
  readonly broken: boolean;
  readonly quotes: boolean;
  readonly nul: boolean;
  readonly marks: ReadonlyMap<number, Mark> | null;
}

/** The cells of every row of `text`, or null where csv-parse, the second judge of what `frame` let through, finds a mistake. */
function records(text: string): string[][] | null {
  try {
    return parse(text, { relax_column_count: true, record_delimiter: '\n', relax_quotes: false });
  } catch {
    return null;
  }
}

function quotedCells(raw: string): string[] | string {
  const rows = records(raw);
  return rows?.length === 1 ? (rows[0] ?? QUOTE_FAULT) : QUOTE_FAULT;
}

/** Where each cell of a row goes. */
interface Layout {
  readonly header: readonly string[];
  /** For each cell the index of its column among those wanted, or -1 for aside. */
  readonly slots: readonly number[];
  /** Whether the header is the wanted columns in their order, so that cells are already where they belong. */
  readonly straight: boolean;
  readonly width: number;
}

function layoutOf({ file, columns, required }: Wanted, cells: readonly string[] | string): Layout {
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
        'name the columns in the first row as the feed does, separated by commas',
    );
  }
  const slots = header.map((name) => columns.indexOf(name));
  const straight = header.length === columns.length && slots.every((slot, index) => slot === index);
  return { header, slots, straight, width: columns.length };
}

function listed(names: readonly string[]): string {
  const more = names.length > 20 ? ` and ${names.length - 20} more` : '';
  return names.slice(0, 20).map(quoted).join(', ') + more;
}

function place(layout: Layout, cells: (string | null)[], long: boolean): Parsed {
  const { header, slots } = layout;
  if (cells.length !== slots.length) {
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
