/**
 * Decides which lines of a CSV text make one row where quotes are open over line ends, and when a quote is a mistake instead.
 * It finds where rows end and nothing else: csv-parse, asked in csv.ts, reads their cells.
 */

import { LINE_BYTES, type Mark } from './framing.ts';

/** A quoted cell may run over so many lines. */
const ROW_LINES = 1000;

const FEED = 0x0a;
const RETURN = 0x0d;
const QUOTE = 0x22;
const EQUALS = 0x3d;

/** The first mark on a line of text[start, end). */
export function markIn(
  marks: ReadonlyMap<number, Mark> | null,
  text: string,
  start: number,
  end: number,
): Mark | undefined {
  if (marks === null) return undefined;
  for (let at = start; at < end; at = lineEnd(text, at) + 1) {
    const mark = marks.get(at);
    if (mark !== undefined) return mark;
  }
  return undefined;
}

/** The end of a row cannot be known before more lines come. */
export const OPEN = -1;
/** The quotes of a row are misplaced. */
export const BROKEN = -2;

/**
 * Where the row with quotes that begins at `start` ends (the offset of its line feed or the end of the text), OPEN if that cannot
 * be known before more lines come, or BROKEN if its quotes are misplaced or stay open too long: then only its first line is lost.
 */
export function frame(
  text: string,
  start: number,
  last: boolean,
  marks: ReadonlyMap<number, Mark> | null,
  delimiter: string,
): number {
  const end = quotesEnd(text, start, delimiter.charCodeAt(0));
  if (end === BROKEN) return BROKEN;
  const stop = end === OPEN ? text.length : end;
  const lines = feeds(text, start, stop) + 1;
  if (lines > ROW_LINES || stop - start > LINE_BYTES || (end === OPEN && last)) return BROKEN;
  if (marks !== null && lines > 1 && overlongIn(marks, text, start, stop)) return BROKEN;
  return end;
}

function overlongIn(marks: ReadonlyMap<number, Mark>, text: string, start: number, stop: number): boolean {
  for (let at = start; at < stop; at = lineEnd(text, at) + 1) if (marks.get(at)?.overlong === true) return true;
  return false;
}

/** The end of the row at `start` as its quotes say: OPEN where one is not closed, BROKEN where one stands amid a cell. */
function quotesEnd(text: string, start: number, delimiter: number): number {
  let at = start;
  for (;;) {
    // A spreadsheet keeps digits as text by a formula: ="0012".
    if (text.charCodeAt(at) === EQUALS && text.charCodeAt(at + 1) === QUOTE) at += 1;
    if (text.charCodeAt(at) === QUOTE) {
      at += 1;
      for (;;) {
        const quote = text.indexOf('"', at);
        if (quote < 0) return OPEN;
        at = quote + 1;
        if (text.charCodeAt(at) !== QUOTE) break;
        at += 1;
      }
    } else {
      while (at < text.length && !isBorder(text.charCodeAt(at), delimiter)) at += 1;
    }
    if (at >= text.length || text.charCodeAt(at) === FEED) return at;
    const closing = text.charCodeAt(at);
    if (closing === delimiter) at += 1;
    else if (closing === RETURN && (at + 1 === text.length || text.charCodeAt(at + 1) === FEED)) return at + 1;
    else return BROKEN;
  }
}

function isBorder(unit: number, delimiter: number): boolean {
  return unit === delimiter || unit === FEED || unit === QUOTE;
}

/** A row whose quotes pair up, with every cell that is a formula of a text, `="0012"`, made that text. */
export function unformulated(raw: string, delimiter: string): string {
  if (!raw.includes('="')) return raw;
  let made = '';
  let isQuoted = false;
  for (let at = 0; at < raw.length; at += 1) {
    const one = raw[at];
    const isStart = at === 0 || raw[at - 1] === delimiter;
    if (one === '"') isQuoted = !isQuoted;
    if (!(one === '=' && raw[at + 1] === '"' && isStart && !isQuoted)) made += one;
  }
  return made;
}

/** The offset of the line feed that ends the line at `start`, or the end of the text. */
export function lineEnd(text: string, start: number): number {
  const feed = text.indexOf('\n', start);
  return feed < 0 ? text.length : feed;
}

/** The offset of the next `what`; beyond the text if there is none. */
export function found(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length + 1 : at;
}

/** How many line feeds text[start, end) holds. */
export function feeds(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}

/** The marks from offset `by` on, counted from there. */
export function moved(marks: ReadonlyMap<number, Mark> | null, by: number): ReadonlyMap<number, Mark> | null {
  if (marks === null) return null;
  return new Map([...marks].filter(([offset]) => offset >= by).map(([offset, mark]) => [offset - by, mark]));
}
