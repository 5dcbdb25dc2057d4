/**
 * Lines of a NDJSON file into rows: one flat object a line, every number kept exactly as it was written, no key twice.
 * It is its own small scanner because JSON.parse makes floats of amounts and keeps the last of two equal keys; what values mean is not judged.
 */

import type { Lines } from './framing.ts';
import type { Wanted } from './layout.ts';
import { NUL_FAULT, type Parsed, quoted, type Row, type RowReader, rowOf, tooLong, tooLongFault } from './row.ts';

/** Reads the rows of one NDJSON file. A line that is no object is a faulty row; no line stops the file. */
export class NdjsonRows implements RowReader {
  readonly header: readonly string[];
  readonly guessedDelimiter = undefined;
  readonly #slots: ReadonlyMap<string, number>;
  readonly #skipRows: number;
  #line = 1;
  #row = 0;

  constructor({ columns, skipRows }: Wanted) {
    this.header = columns;
    this.#slots = new Map(columns.map((name, index) => [name, index]));
    this.#skipRows = skipRows;
  }

  read({ text, marks }: Lines): Row[] {
    const rows: Row[] = [];
    for (let start = 0; start < text.length; ) {
      const feed = text.indexOf('\n', start);
      const end = feed < 0 ? text.length : feed;
      const stop = end > start && text.charCodeAt(end - 1) === 0x0d ? end - 1 : end;
      const first = afterSpace(text, start, stop);
      if (first < stop || marks?.has(start) === true) {
        this.#row += 1;
        if (this.#row > this.#skipRows) {
          const raw = text.slice(start, stop);
          const parsed = marks?.get(start)?.fault ?? (raw.includes('\0') ? NUL_FAULT : parseObject(raw, this.#slots));
          rows.push(rowOf(this.#line, this.#row, raw, parsed));
        }
      }
      this.#line += 1;
      start = end + 1;
    }
    return rows;
  }
}

/** The one object of a line: the values of the columns in `slots` by their index, the others aside; or its fault. */
function parseObject(line: string, slots: ReadonlyMap<string, number>): Parsed {
  const scan = new Scan(line);
  if (!scan.eat(OPEN_BRACE)) return scan.atEnd() || !isValue(line) ? notJson(scan.at) : NOT_OBJECT;
  const cells = new Array<string | null>(slots.size).fill(null);
  const seen = new Array<boolean>(slots.size).fill(false);
  const others = new Map<string, string>();
  if (!scan.eat(CLOSE_BRACE)) {
    do {
      const key = scan.string();
      if (key === null || !scan.eat(COLON)) return notJson(scan.at);
      const slot = slots.get(key);
      if (slot === undefined ? others.has(key) : seen[slot])
        return `The key ${quoted(key)} stands twice in the object: remove one.`;
      const value = scan.value();
      if (value === null) return notJson(scan.at);
      if (tooLong(value)) return tooLongFault(quoted(key));
      if (slot === undefined) others.set(key, scan.kind === 'null' ? '' : value);
      else {
        seen[slot] = true;
        if (scan.kind === 'nested' || scan.kind === 'boolean') return wrongKind(key, scan.kind, value);
        if (scan.kind !== 'null' && value !== '') cells[slot] = value;
      }
    } while (scan.eat(COMMA));
    if (!scan.eat(CLOSE_BRACE)) return notJson(scan.at);
  }
  if (!scan.atEnd()) return notJson(scan.at);
  if (scan.untext) return UNTEXT_FAULT;
  const aside = others.size > 0 ? [...others].filter(([, value]) => value !== '') : [];
  return { cells, aside: aside.length > 0 ? Object.fromEntries(aside) : null };
}

const NOT_OBJECT =
  'The line is JSON but not an object: write each row as {"column": "value", ...} on a line of its own.';
const UNTEXT_FAULT =
  'The row holds a \\u escape that is no character (half of a pair, or NUL): write the file again without it.';

function notJson(at: number): string {
  return `The line is not a complete JSON object (it goes wrong at character ${at + 1}): write each row as {"column": "value", ...} on a line of its own.`;
}

function wrongKind(key: string, kind: Kind, value: string): string {
  const what = kind === 'boolean' ? 'true or false' : value.startsWith('[') ? 'a list' : 'an object';
  return `The value of ${quoted(key)} is ${what} where a text, a number or null is expected.`;
}

/** Whether a string can be kept: no lone surrogate, no NUL. */
function isText(text: string): boolean {
  return !/\p{Surrogate}|\0/u.test(text);
}

function isValue(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}

type Kind = 'string' | 'number' | 'boolean' | 'null' | 'nested';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const COLON = 0x3a;
const COMMA = 0x2c;

const plainWord = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;

/** A walk over one line of JSON. */
class Scan {
  at = 0;
  /** What the last value was. */
  kind: Kind = 'null';
  /** Whether a string was met that no text can hold. */
  untext = false;
  readonly #line: string;
  /** Whether a quote always ends a string, as no backslash and no control character is about. */
  readonly #simple: boolean;

  constructor(line: string) {
    this.#line = line;
    this.#simple = !/[\\\p{Cc}]/u.test(line);
  }

  /** Steps over `unit` and the space before it, if it stands here. */
  eat(unit: number): boolean {
    this.at = afterSpace(this.#line, this.at, this.#line.length);
    if (this.#line.charCodeAt(this.at) !== unit) return false;
    this.at += 1;
    return true;
  }

  atEnd(): boolean {
    this.at = afterSpace(this.#line, this.at, this.#line.length);
    return this.at >= this.#line.length;
  }

  /** The string that starts here, decoded; null if none does. */
  string(): string | null {
    if (!this.eat(QUOTE)) return null;
    const start = this.at;
    if (this.#simple) {
      const end = this.#line.indexOf('"', start);
      if (end < 0) return null;
      this.at = end + 1;
      return this.#line.slice(start, end);
    }
    for (; this.at < this.#line.length; this.at += 1) {
      const unit = this.#line.charCodeAt(this.at);
      if (unit === BACKSLASH) this.at += 1;
      else if (unit === QUOTE) {
        this.at += 1;
        const text = decoded(this.#line.slice(start - 1, this.at));
        if (text !== null && !isText(text)) this.untext = true;
        return text;
      }
    }
    return null;
  }

  /** The value that starts here: a string decoded, anything else as it was written; null if none does. Its kind is in `kind`. */
  value(): string | null {
    this.at = afterSpace(this.#line, this.at, this.#line.length);
    const unit = this.#line.charCodeAt(this.at);
    if (unit === QUOTE) {
      this.kind = 'string';
      return this.string();
    }
    if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      this.kind = 'nested';
      return this.#nested();
    }
    plainWord.lastIndex = this.at;
    const word = plainWord.exec(this.#line)?.[0];
    if (word === undefined) return null;
    this.at += word.length;
    this.kind = word === 'null' ? 'null' : word === 'true' || word === 'false' ? 'boolean' : 'number';
    return word;
  }

  /** A list or an object. */
  #nested(): string | null {
    const start = this.at;
    let depth = 0;
    while (this.at < this.#line.length) {
      const unit = this.#line.charCodeAt(this.at);
      if (unit === QUOTE) {
        if (this.string() === null) return null;
        continue;
      }
      this.at += 1;
      // Braces are 0x20 above brackets: which closes which is left to JSON.parse.
      if ((unit | 0x20) === OPEN_BRACE) depth += 1;
      else if ((unit | 0x20) === CLOSE_BRACE) depth -= 1;
      if (depth === 0) break;
    }
    const text = this.#line.slice(start, this.at);
    return isValue(text) ? text : null;
  }
}

/** A string literal's text; null for a bad escape or a bare control character, which JSON.parse refuses. */
function decoded(literal: string): string | null {
  try {
    const text: unknown = JSON.parse(literal);
    return typeof text === 'string' ? text : null;
  } catch {
    return null;
  }
}

function afterSpace(line: string, from: number, to: number): number {
  let at = from;
  while (at < to) {
    const unit = line.charCodeAt(at);
    if (unit !== 0x20 && unit !== 0x09 && unit !== 0x0d && unit !== 0x0a) break;
    at += 1;
  }
  return at;
}
