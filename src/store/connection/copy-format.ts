// How values travel between PostgreSQL and the engine: the parsers of what a query returns, and the text of what COPY sends; in binary it is written in binary-rows.ts.
// It holds no connection and knows no table.

import pg from 'pg';
import { CopyPages, written } from './copy-pages.ts';

/** What COPY can carry. Instants are sent as text by the caller, a Buffer as bytea, a list of strings as text[]. */
export type CopyValue = string | number | bigint | boolean | null | Buffer | readonly string[];

/** A row of a table, by the names of its columns. */
export type CopyRow = Readonly<Record<string, CopyValue>>;

const raw = (text: string): string => text;
const boolean = (text: string): boolean => text === 't';

/** The text-format parser of pg for one type, as a plain function. */
function borrowed<T>(oid: number): (text: string) => T {
  const parse: (text: string) => T = pg.types.getTypeParser(oid, 'text');
  return parse;
}

const textList = borrowed<(string | null)[]>(1009);

function listOf<T>(one: (text: string) => T): (text: string) => (T | null)[] {
  return (text) => textList(text).map((item) => (item === null ? null : one(item)));
}

// By type oid. What is not here arrives as PostgreSQL wrote it: numeric, date, json and jsonb above all, which a parser could only spoil.
const parsers = new Map<number, (text: string) => unknown>([
  [16, boolean],
  [17, borrowed<Buffer>(17)],
  [20, BigInt],
  [21, Number],
  [23, Number],
  [26, Number],
  [700, Number],
  [701, Number],
  [1184, parseInstant],
  [1000, listOf(boolean)],
  [1003, textList],
  [1005, listOf(Number)],
  [1007, listOf(Number)],
  [1009, textList],
  [1015, textList],
  [1016, listOf(BigInt)],
  [1182, textList],
  [1185, listOf(parseInstant)],
  [1231, textList],
]);

/**
 * The `types` option of a pg client: int8 is bigint, int2 and int4 number, timestamptz the milliseconds since the epoch,
 * bytea Buffer, arrays of these lists; numeric, date (`yyyy-mm-dd`), json and all else the text as PostgreSQL wrote it.
 */
export const columnTypes = {
  getTypeParser: (oid: number): ((text: string) => unknown) => parsers.get(oid) ?? raw,
};

function twoDigits(text: string, at: number): number {
  return text.charCodeAt(at) * 10 + text.charCodeAt(at + 1) - 528;
}

/**
 * Milliseconds since the epoch of PostgreSQL's `2013-12-10 10:08:02.123456+00`; what is finer than a millisecond is cut off.
 * Throws when the text is not a UTC instant of the years 1000 to 9999, as `infinity` is not.
 */
export function parseInstant(text: string): number {
  const length = text.length;
  const shaped =
    length >= 22 && text.charCodeAt(4) === 45 && text.charCodeAt(10) === 32 && text.charCodeAt(length - 3) === 43;
  let fraction = 0;
  for (let at = 20, weight = 100; at < length - 3; at++, weight /= 10) {
    if (weight >= 1) fraction += (text.charCodeAt(at) - 48) * weight;
  }
  const instant = Date.UTC(
    twoDigits(text, 0) * 100 + twoDigits(text, 2),
    twoDigits(text, 5) - 1,
    twoDigits(text, 8),
    twoDigits(text, 11),
    twoDigits(text, 14),
    twoDigits(text, 17),
    fraction,
  );
  if (!shaped || !text.endsWith('+00') || Number.isNaN(instant)) {
    throw new Error(`the database returned the instant "${text}", which is not a UTC time of the years 1000 to 9999`);
  }
  return instant;
}

const special = /[\\\t\n\r]/;
const everySpecial = /[\\\t\n\r]/g;
const escapes: Record<string, string> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n', '\r': '\\r' };

function copyText(text: string): string {
  return special.test(text) ? text.replace(everySpecial, (character) => escapes[character] ?? character) : text;
}

/** A list as PostgreSQL writes it, to be sent for a `text[]`: much faster than what pg makes of a long list. */
export function arrayLiteral(items: readonly string[]): string {
  return items.length === 0 ? '{}' : `{"${items.map(arrayItem).join('","')}"}`;
}

const arrayItem = (item: string): string =>
  item.includes('"') || item.includes('\\') ? item.replace(/["\\]/g, '\\$&') : item;

function copyCell(value: CopyValue): string {
  if (typeof value === 'string') return copyText(value);
  if (value === null) return '\\N';
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value !== 'object') return String(value);
  if (Buffer.isBuffer(value)) return `\\\\x${value.toString('hex')}`;
  return copyText(arrayLiteral(value));
}

/** Rows in COPY's text format, by the names of their columns. */
export class CopyRows extends CopyPages {
  /** The columns of the first row, which are those of all. */
  columns: readonly string[] = [];
  readonly isBinary = false;

  add(row: CopyRow): void {
    if (this.columns.length === 0) this.columns = Object.keys(row);
    const line = `${this.columns.map((name) => copyCell(row[name] ?? null)).join('\t')}\n`;
    // A UTF-16 unit takes at most three bytes in UTF-8.
    this.room(line.length * 3);
    this.at += this.page.write(line, this.at);
  }
}

/** Rows as pieces of about 64 KiB in COPY's text format, made as they are asked for. */
export function copyPieces(rows: Iterable<CopyRow>, pages = new CopyRows()): Generator<Buffer> {
  return written(rows, pages, (row) => pages.add(row));
}
