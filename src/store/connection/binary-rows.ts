/**
 * Rows in COPY's binary format: the server parses no text, and the engine makes none. Whoever writes them says each cell by
 * the type of its column, in the order of the columns; a cell too many, or one of another type, the server refuses.
 */
import { DAY_LENGTH, type Day, type Instant } from '../../core/calendar.ts';
import { CopyPages, written } from './copy-pages.ts';

/** How a binary COPY begins: its signature, and no flags and no extension. */
const HEAD = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');
/** From where the server counts days and instants. */
export const EPOCH = Date.UTC(2000, 0, 1);
/** Texts up to this many units are written unit by unit, which is faster than calling out of JavaScript. */
const SHORT = 64;
const HIGH = 2 ** 32;

/** Rows of so many columns, to be given to `session.copyIn`. */
export class BinaryRows extends CopyPages {
  readonly columns: readonly string[];
  readonly isBinary = true;
  #isBegun = false;

  constructor(columns: readonly string[]) {
    super();
    this.columns = columns;
  }

  /** Begins a row; its cells follow. */
  row(): void {
    if (!this.#isBegun) this.#begin();
    this.room(2);
    this.#int16(this.columns.length);
  }

  none(): void {
    this.room(4);
    this.#int32(-1);
  }

  /** A smallint. */
  int2(value: number): void {
    this.room(6);
    this.#int32(2);
    this.#int16(value);
  }

  /** An integer. */
  int4(value: number): void {
    this.room(8);
    this.#int32(4);
    this.#int32(value);
  }

  /** A bigint; a number has to be a safe integer. */
  int8(value: bigint | number | null): void {
    if (value === null) {
      this.none();
      return;
    }
    this.room(12);
    this.#int32(8);
    const number = Number(value);
    if (Number.isSafeInteger(number) || typeof value === 'number') {
      this.#int32(Math.floor(number / HIGH));
      this.#int32((number % HIGH) | 0);
    } else {
      this.at = this.page.writeBigInt64BE(value, this.at);
    }
  }

  /** A timestamptz. */
  instant(at: Instant): void {
    this.int8((at - EPOCH) * 1000);
  }

  /** A date. */
  day(day: Day): void {
    this.int4(dayNumber(day));
  }

  /** A text, of an enumeration too, or JSON. */
  text(text: string | null): void {
    if (text === null) {
      this.none();
      return;
    }
    const { length } = text;
    // A UTF-16 unit takes at most three bytes in UTF-8.
    this.room(4 + length * 3);
    const start = this.at + 4;
    const bytes = length > SHORT ? this.page.write(text, start) : this.#short(text, start);
    this.#int32(bytes);
    this.at = start + bytes;
  }

  /** A text, or bytes, that stand ready in UTF-8. */
  bytes(of: Buffer, from: number, to: number): void {
    this.room(4 + to - from);
    this.#int32(to - from);
    this.at += of.copy(this.page, this.at, from, to);
  }

  boolean(value: boolean): void {
    this.room(5);
    this.#int32(1);
    this.page[this.at++] = value ? 1 : 0;
  }

  /** A bytea, given in hex. */
  hex(value: string): void {
    const bytes = value.length / 2;
    this.room(4 + bytes);
    this.#int32(bytes);
    this.at += this.page.write(value, this.at, 'hex');
  }

  /** A numeric, given as decimal text: `-12.50`. */
  decimal(text: string): void {
    const { groups, weight, isNegative, scale } = decimalOf(text);
    this.room(12 + groups.length * 2);
    this.#int32(8 + groups.length * 2);
    this.#int16(groups.length);
    this.#int16(weight);
    this.#int16(isNegative ? 0x4000 : 0);
    this.#int16(scale);
    for (const group of groups) this.#int16(group);
  }

  override pieces(): Buffer[] {
    if (this.#isBegun) {
      this.room(2);
      this.#int16(-1);
      this.#isBegun = false;
    }
    return super.pieces();
  }

  #begin(): void {
    this.room(HEAD.length);
    this.at += HEAD.copy(this.page, this.at);
    this.#isBegun = true;
  }

  /** Writes a text; answers its bytes. */
  #short(text: string, start: number): number {
    const { page } = this;
    for (let i = 0; i < text.length; i += 1) {
      const unit = text.charCodeAt(i);
      if (unit > 0x7f) return this.page.write(text, start);
      page[start + i] = unit;
    }
    return text.length;
  }

  #int16(value: number): void {
    const { page, at } = this;
    page[at] = value >> 8;
    page[at + 1] = value;
    this.at = at + 2;
  }

  #int32(value: number): void {
    const { page, at } = this;
    page[at] = value >> 24;
    page[at + 1] = value >> 16;
    page[at + 2] = value >> 8;
    page[at + 3] = value;
    this.at = at + 4;
  }
}

/** Items as rows that are written while they are sent, so that they do not all exist at once. */
export function inBinary<T>(
  columns: readonly string[],
  items: Iterable<T>,
  write: (rows: BinaryRows, item: T) => void,
): { readonly rows: BinaryRows; readonly pieces: Iterable<Buffer> } {
  const rows = new BinaryRows(columns);
  const one = (item: T): void => {
    rows.row();
    write(rows, item);
  };
  return { rows, pieces: written(items, rows, one) };
}

interface Decimal {
  /** Four digits each, from the greatest. */
  readonly groups: readonly number[];
  /** The power of 10,000 of the first group. */
  readonly weight: number;
  readonly isNegative: boolean;
  /** Digits behind the point. */
  readonly scale: number;
}

const MOST_DECIMALS = 10_000;
const decimals = new Map<string, Decimal>();

/** A decimal as the server keeps it; those that were asked for are kept, as many rows have few rates. */
function decimalOf(text: string): Decimal {
  let decimal = decimals.get(text);
  if (decimal === undefined) {
    if (decimals.size >= MOST_DECIMALS) decimals.clear();
    decimal = readDecimal(text);
    decimals.set(text, decimal);
  }
  return decimal;
}

function readDecimal(text: string): Decimal {
  const [, sign, whole = '', fraction = ''] = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text) ?? [];
  if (whole === '') throw new Error(`${text} is no decimal`);
  const digits =
    whole.padStart(Math.ceil(whole.length / 4) * 4, '0') + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  const groups = (digits.match(/[0-9]{4}/g) ?? []).map(Number);
  let weight = Math.ceil(whole.length / 4) - 1;
  while (groups[0] === 0) {
    groups.shift();
    weight--;
  }
  while (groups.at(-1) === 0) groups.pop();
  const isZero = groups.length === 0;
  return { groups, weight: isZero ? 0 : weight, isNegative: sign === '-' && !isZero, scale: fraction.length };
}

const MOST_DAYS = 10_000;
const dayNumbers = new Map<Day, number>();

/** Days since 2000; those that were asked for are kept, as many rows have few days. */
function dayNumber(day: Day): number {
  let number = dayNumbers.get(day);
  if (number === undefined) {
    if (dayNumbers.size >= MOST_DAYS) dayNumbers.clear();
    number = (Date.parse(`${day}T00:00:00Z`) - EPOCH) / DAY_LENGTH;
    dayNumbers.set(day, number);
  }
  return number;
}
