/**
 * What a row is, whichever format it came in, and the bounds that hold for every row: size, NULs, and which cells are known.
 * It does not judge what cells mean: that they are dates, amounts or ids is for the feed to say.
 */

import { CELL_BYTES, type Lines, type Mark } from './framing.ts';

/**
 * One data row. Its strings are windows into the block they were read from: what is kept beyond the next chunk holds that block
 * (128 KiB) in memory, so keep few, or copies.
 */
export interface Row {
  /** 1-based line on which the row starts; the header and empty lines count. */
  readonly line: number;
  /** 1-based ordinal of the data row; the header and empty lines do not count. */
  readonly row: number;
  /** The row as delivered, without its line end, at most 64 KiB; NULs are shown as U+2400, invalid bytes as U+FFFD. */
  readonly raw: string;
  /** In the order of the columns asked for; an empty, missing or null cell is null. Null if the row does not parse. */
  readonly cells: readonly (string | null)[] | null;
  /** Cells of columns not asked for, by name, without empty ones. Null if there are none. */
  readonly aside: Readonly<Record<string, string>> | null;
  /** One sentence, without any of the row's content, if it does not parse. */
  readonly fault: string | null;
}

/** Turns the lines of one file, in order, into rows. `last` says that no lines follow. */
export interface RowReader {
  /** The columns found: a CSV file's header, once it is read; a NDJSON file's are those asked for. */
  readonly header: readonly string[] | null;
  /** What sets cells apart, where that is not a comma and the file does not say it. */
  readonly guessedDelimiter: string | undefined;
  read(lines: Lines, last: boolean): Row[];
}

/** A row is read and known, as cells and what is kept aside; or the sentence that says why not. */
export type Parsed = { readonly cells: (string | null)[]; readonly aside: Record<string, string> | null } | string;

/** Fewer UTF-16 units than this can never be more than CELL_BYTES of UTF-8. */
export const SURELY_SHORT = Math.floor(CELL_BYTES / 3);

/** The row of what was parsed, or of its fault. */
export function rowOf(line: number, row: number, raw: string, parsed: Parsed): Row {
  if (typeof parsed === 'string') return { line, row, raw: shown(raw), cells: null, aside: null, fault: parsed };
  const { cells, aside } = parsed;
  return { line, row, raw: raw.length > SURELY_SHORT ? shown(raw) : raw, cells, aside, fault: null };
}

/** Whether `text` is longer than a cell may be. */
export function tooLong(text: string): boolean {
  return text.length > SURELY_SHORT && Buffer.byteLength(text) > CELL_BYTES;
}

/** Why a cell of that name is refused that is too long. */
export function tooLongFault(name: string): string {
  return `The cell of ${name} is longer than 64 KiB: shorten it.`;
}

/** Why a row with a NUL is refused: no text in PostgreSQL can hold one. */
export const NUL_FAULT = 'The row holds a NUL character: write the file again without it.';

/** A column's name fit for a sentence. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > 40 ? `${name.slice(0, 40)}...` : name);
}

function shown(raw: string): string {
  const visible = raw.includes('\0') ? raw.replaceAll('\0', '\u2400') : raw;
  if (!tooLong(visible)) return visible;
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.from(visible).subarray(0, CELL_BYTES), {
    stream: true,
  });
}

/** The marks of `lines` moved to where its text begins after `by` units more, joined to earlier ones. */
export function shifted(
  earlier: ReadonlyMap<number, Mark> | null,
  lines: Lines,
  by: number,
): ReadonlyMap<number, Mark> | null {
  if (lines.marks === null || (by === 0 && earlier === null)) return lines.marks ?? earlier;
  const marks = new Map(earlier);
  for (const [offset, mark] of lines.marks) marks.set(offset + by, mark);
  return marks;
}
