/**
 * What COPY sends in binary, read cell by cell in the order of the columns: of a text, strings that were seen before or only
 * the place where it stands. It knows no table; how rows are written is in binary-rows.ts.
 */
import type { Instant } from '../../core/calendar.ts';
import { EPOCH } from './binary-rows.ts';

/** The signature, the flags, and the length of an extension that there never is. */
const HEAD_LENGTH = 19;
/** Milliseconds from 1970 that a Date reaches; what is infinite is beyond. */
const LATEST = 8.64e15;

export class BinaryCells {
  /** All of it as one string, a unit for each byte, for `laterText`: what is cut out of it is not copied. */
  readonly signs: string;
  /** Where the next cell stands. */
  at = HEAD_LENGTH;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.signs = bytes.toString('latin1');
  }

  /** Steps to the next row; false behind the last. */
  row(): boolean {
    const columns = this.#bytes.readInt16BE(this.at);
    this.at += 2;
    return columns >= 0;
  }

  /** Steps over a cell. */
  skip(): void {
    const length = this.#int32();
    if (length > 0) this.at += length;
  }

  /** A timestamptz that is there; what is finer than a millisecond is cut off. */
  instant(): Instant {
    this.at += 4;
    const high = this.#int32();
    const low = this.#int32() >>> 0;
    // Microseconds may be more than a number holds to the unit; 2 ** 32 of them are 4,294,967 milliseconds and 296 more.
    const at = EPOCH + high * 4_294_967 + Math.floor((high * 296 + low) / 1000);
    if (Math.abs(at) > LATEST)
      throw new Error('the database returned an instant that no calendar has: correct that row');
    return at;
  }

  /** A text that is there and that many rows have. */
  shared(texts: SharedTexts): string {
    const length = this.#int32();
    const from = this.at;
    this.at = from + length;
    return texts.get(this.#bytes, from, this.at);
  }

  #int32(): number {
    const bytes = this.#bytes;
    const { at } = this;
    this.at = at + 4;
    return ((bytes[at] ?? 0) << 24) | ((bytes[at + 1] ?? 0) << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0);
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII begins with them.
const ASCII = /^[\x00-\x7f]*$/;

/** The text so many cells behind a place in an answer's signs; null of an absent one. */
export function laterText(signs: string, place: number, behind: number): string | null {
  let at = place;
  for (let over = 0; over < behind; over++) at += 4 + Math.max(0, lengthAt(signs, at));
  const length = lengthAt(signs, at);
  if (length < 0) return null;
  const text = signs.slice(at + 4, at + 4 + length);
  return ASCII.test(text) ? text : Buffer.from(text, 'latin1').toString();
}

const lengthAt = (signs: string, at: number): number =>
  (signs.charCodeAt(at) << 24) |
  (signs.charCodeAt(at + 1) << 16) |
  (signs.charCodeAt(at + 2) << 8) |
  signs.charCodeAt(at + 3);

const FEWEST = 1 << 10;

/** Texts by their bytes: of those that were seen before no string is made. It forgets all of them when they are too many. */
export class SharedTexts {
  readonly #most: number;
  #texts: (string | undefined)[] = [];
  #hashes = new Int32Array(0);
  #count = 0;

  constructor(most: number) {
    this.#most = most;
    this.#grow(FEWEST);
  }

  get(bytes: Buffer, from: number, to: number): string {
    let hash = 0x811c9dc5 | 0;
    for (let at = from; at < to; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    hash ^= hash >>> 15;
    const mask = this.#hashes.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const known = this.#texts[slot];
      if (known === undefined) return this.#add(slot, hash, bytes.toString('utf8', from, to));
      if (this.#hashes[slot] === hash && isSame(known, bytes, from, to)) return known;
    }
  }

  #add(slot: number, hash: number, text: string): string {
    this.#texts[slot] = text;
    this.#hashes[slot] = hash;
    this.#count++;
    if (this.#count >= this.#most) this.#grow(FEWEST);
    else if (this.#count * 2 > this.#texts.length) this.#grow(this.#texts.length * 2);
    return text;
  }

  /** Makes room; with room for few it begins anew. */
  #grow(size: number): void {
    const texts = size === FEWEST ? [] : this.#texts;
    const hashes = this.#hashes;
    this.#texts = Array<string | undefined>(size).fill(undefined);
    this.#hashes = new Int32Array(size);
    this.#count = 0;
    for (const [at, text] of texts.entries()) {
      if (text === undefined) continue;
      const hash = hashes[at] ?? 0;
      let slot = hash & (size - 1);
      while (this.#texts[slot] !== undefined) slot = (slot + 1) & (size - 1);
      this.#texts[slot] = text;
      this.#hashes[slot] = hash;
      this.#count++;
    }
  }
}

/** Whether a text is of these bytes; of one that is not all ASCII it is not sure, and it is made again. */
function isSame(text: string, bytes: Buffer, from: number, to: number): boolean {
  if (text.length !== to - from) return false;
  for (let at = from; at < to; at++) if (text.charCodeAt(at - from) !== bytes[at]) return false;
  return true;
}
