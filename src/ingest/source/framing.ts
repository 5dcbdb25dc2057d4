/**
 * Bytes into lines: blocks are cut at line ends and decoded as UTF-8 or GB18030, with a mark on every line that cannot be trusted.
 * Which lines make a row is decided by csv.ts and ndjson.ts. No byte of a multi-byte character is ever a line feed in either encoding, so cutting first is safe.
 */

import { isAscii, isUtf8 } from 'node:buffer';

export type Encoding = 'utf-8' | 'gb18030';

/** A line longer than this, in bytes, is skipped to its end and refused. */
export const LINE_BYTES = 1024 * 1024;
/** A cell longer than this, in bytes of UTF-8, is refused; a raw row is shown no longer. */
export const CELL_BYTES = 64 * 1024;

const LF = 0x0a;

/** Whole lines, the last of a file perhaps without its line feed; or (`overlong`) the head of one line that was too long to keep. */
export interface Piece {
  readonly bytes: Buffer;
  readonly overlong: boolean;
}

/** Why a line is refused whatever it says. An overlong line is moreover not all there. */
export interface Mark {
  readonly fault: string;
  readonly overlong: boolean;
}

/** Decoded whole lines, and marks by the offset in `text` at which the marked line starts. */
export interface Lines {
  readonly text: string;
  readonly marks: ReadonlyMap<number, Mark> | null;
}

/** Cuts blocks at line ends. Holds one block and one line (at most 1 MiB) at a time; what it yields depends on block sizes, the lines do not. */
export async function* pieces(blocks: AsyncIterable<Buffer>): AsyncGenerator<Piece, void, undefined> {
  let carry: Buffer[] = [];
  let carried = 0;
  let skipping = false;
  for await (const whole of blocks) {
    let block = whole;
    const first = block.indexOf(LF);
    if (skipping && first < 0) continue;
    if (first >= 0 && carried + first > LINE_BYTES) {
      yield { bytes: head(skipping ? carry : [...carry, block.subarray(0, first)]), overlong: true };
      [carry, carried, skipping] = [[], 0, false];
      block = block.subarray(first + 1);
    }
    const last = block.lastIndexOf(LF);
    if (last >= 0) {
      const lines = block.subarray(0, last + 1);
      yield { bytes: carried === 0 ? lines : Buffer.concat([...carry, lines]), overlong: false };
      [carry, carried] = [[], 0];
      block = block.subarray(last + 1);
    }
    if (block.length === 0) continue;
    carry.push(Buffer.from(block));
    carried += block.length;
    if (carried > LINE_BYTES) {
      skipping = true;
      carry = [head(carry)];
    }
  }
  if (carried > 0) yield { bytes: skipping ? head(carry) : Buffer.concat(carry), overlong: skipping };
}

function head(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts).subarray(0, CELL_BYTES);
}

/**
 * A decoder of the pieces of one file, in their order. It never throws: lines with invalid bytes come with replacement characters and a mark.
 * @param from the encoding that the pieces were in before they were made UTF-8: then a replacement character was an invalid byte
 */
export function decoder(encoding: Encoding, from?: string): (piece: Piece) => Lines {
  let start = true;
  return ({ bytes, overlong }) => {
    const bom = start && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    start = false;
    const body = bom ? bytes.subarray(3) : bytes;
    if (overlong) return overlongLine(encoding, body);
    const text = strict(encoding, body);
    if (text === null) return lineByLine(encoding, body);
    return { text, marks: from !== undefined && text.includes('\ufffd') ? replaced(text, from) : null };
  };
}

const gb18030 = new TextDecoder('gb18030', { fatal: true });

/** The text of `bytes`, or null where one of them is invalid. */
export function strict(encoding: Encoding, bytes: Buffer): string | null {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (encoding === 'utf-8') return isUtf8(bytes) ? bytes.toString('utf8') : null;
  // FF is no byte of GB18030; ICU would make a private character of it.
  if (bytes.includes(0xff)) return null;
  try {
    return gb18030.decode(bytes);
  } catch {
    return null;
  }
}

/** Calls `each` with every line of `bytes`, its line feed included. */
export function eachLine(bytes: Buffer, each: (line: Buffer) => void): void {
  for (let start = 0; start < bytes.length; ) {
    const feed = bytes.indexOf(LF, start);
    const end = feed < 0 ? bytes.length : feed + 1;
    each(bytes.subarray(start, end));
    start = end;
  }
}

function lineByLine(encoding: Encoding, bytes: Buffer): Lines {
  const marks = new Map<number, Mark>();
  let text = '';
  eachLine(bytes, (line) => {
    const good = strict(encoding, line);
    if (good === null) {
      marks.set(text.length, { fault: strangeBytes(encoding), overlong: false });
    }
    text += good ?? new TextDecoder(encoding, { ignoreBOM: true }).decode(line);
  });
  return { text, marks };
}

function strangeBytes(encoding: string): string {
  return `The row holds bytes that are not ${encoding.toUpperCase()}, the encoding of the file: save the file as UTF-8, or name its encoding.`;
}

function replaced(text: string, from: string): ReadonlyMap<number, Mark> {
  const marks = new Map<number, Mark>();
  for (let at = text.indexOf('\ufffd'); at >= 0; at = text.indexOf('\ufffd', at + 1))
    marks.set(text.lastIndexOf('\n', at) + 1, { fault: strangeBytes(from), overlong: false });
  return marks;
}

function overlongLine(encoding: Encoding, bytes: Buffer): Lines {
  // `stream` leaves out the character that the cut went through.
  const shown = new TextDecoder(encoding, { ignoreBOM: true }).decode(bytes, { stream: true });
  const fault = 'The line is longer than 1 MiB: look for a missing line end, or shorten it.';
  return { text: `${shown}\n`, marks: new Map([[0, { fault, overlong: true }]]) };
}
