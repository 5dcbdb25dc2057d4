/**
 * Lines of a CSV file into rows: which cell belongs to which column, and which rows do not fit the header.
 * quotes.ts says where a row with quotes ends and csv-parse what its cells are; what cells mean is not judged.
 */

import { parse } from 'csv-parse/sync';
import { delimiterOf } from './delimiter.ts';
import type { Lines, Mark } from './framing.ts';
import { type Layout, layoutOf, place, type Wanted } from './layout.ts';
import { BROKEN, feeds, found, frame, lineEnd, markIn, moved, OPEN, unformulated } from './quotes.ts';
import { NUL_FAULT, type Row, type RowReader, rowOf, SURELY_SHORT, shifted } from './row.ts';

const QUOTE_FAULT =
  'The quotes of the row do not pair up: a cell with quotes begins and ends with one, and a quote inside it is doubled.';

const RETURN = 0x0d;

/** Reads the rows of one CSV file. Throws SourceError for a header that cannot be used. */
export class CsvRows implements RowReader {
  readonly #wanted: Wanted;
  #layout: Layout | null = null;
  #delimiter: string | null = null;
  /** Whether the file itself says its delimiter: `sep=;`. */
  #isSaid = false;
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

  get guessedDelimiter(): string | undefined {
    return this.#isSaid || this.#delimiter === ',' ? undefined : (this.#delimiter ?? undefined);
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
      if (this.#delimiter === null && this.#isSettledBy(text.slice(start, end))) {
        this.#line += 1;
        start = end + 1;
        continue;
      }
      if (nextQuote < end) {
        const framed = frame(text, start, last, marks, this.#delimiter ?? ',');
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

  /** Settles the delimiter by the first line that is not empty; true of one that says nothing else. */
  #isSettledBy(line: string): boolean {
    if (line.trim() === '') return false;
    const said = /^"?sep=(.)"?\r?$/i.exec(line)?.[1];
    this.#delimiter = said ?? delimiterOf(line, this.#wanted.columns);
    this.#isSaid = said !== undefined;
    return this.#isSaid;
  }

  /** Adds the row at text[start, end) to `rows`; an empty line, the header and a skipped row add none. */
  #take(text: string, start: number, end: number, seen: Seen, rows: Row[], waiting: Waiting[]): void {
    const line = this.#line;
    this.#line += seen.quotes && !seen.broken ? feeds(text, start, end) + 1 : 1;
    const stop = end > start && text.charCodeAt(end - 1) === RETURN ? end - 1 : end;
    if (stop === start) return;
    const delimiter = this.#delimiter ?? ',';
    if (this.#layout !== null && !seen.broken && isEmpty(text, start, stop, delimiter)) return;
    const skipped = this.#layout !== null && this.#row < this.#wanted.skipRows;
    if (this.#layout !== null) this.#row += 1;
    if (skipped) return;
    const raw = text.slice(start, stop);
    const mark = markIn(seen.marks, text, start, end);
    const fault = mark?.fault ?? (seen.nul ? NUL_FAULT : seen.broken ? QUOTE_FAULT : null);
    if (this.#layout === null) {
      this.#layout = layoutOf(
        this.#wanted,
        fault ?? (seen.quotes ? quotedCells(raw, delimiter) : raw.split(delimiter)),
      );
      return;
    }
    if (fault === null && seen.quotes) waiting.push({ at: rows.length, raw });
    const parsed =
      fault ?? (seen.quotes ? QUOTE_FAULT : place(this.#layout, raw.split(delimiter), raw.length > SURELY_SHORT));
    rows.push(rowOf(line, this.#row, raw, parsed));
  }

  /** Gives the rows with quotes their cells, all at once: csv-parse takes four times as long row by row. */
  #fill(rows: Row[], waiting: readonly Waiting[]): void {
    if (this.#layout === null || waiting.length === 0) return;
    const delimiter = this.#delimiter ?? ',';
    const together = records(waiting.map(({ raw }) => unformulated(raw, delimiter)).join('\n'), delimiter);
    for (const [index, { at, raw }] of waiting.entries()) {
      const row = rows[at];
      const cells = together?.length === waiting.length ? together[index] : quotedCells(raw, delimiter);
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
function records(text: string, delimiter: string): string[][] | null {
  try {
    return parse(text, { delimiter, relax_column_count: true, record_delimiter: '\n', relax_quotes: false });
  } catch {
    return null;
  }
}

function quotedCells(raw: string, delimiter: string): string[] | string {
  const rows = records(unformulated(raw, delimiter), delimiter);
  return rows?.length === 1 ? (rows[0] ?? QUOTE_FAULT) : QUOTE_FAULT;
}

/** Whether a row is delimiters and blanks alone, as spreadsheets write below a table. */
function isEmpty(text: string, start: number, stop: number, delimiter: string): boolean {
  const first = text[start];
  if (first !== delimiter && first !== '"' && first !== ' ' && first !== '\t') return false;
  return text
    .slice(start, stop)
    .split(delimiter)
    .every((cell) => /^\s*(?:"")?\s*$/.test(cell));
}
