/**
 * Decides, from the lines of a file, whether it is UTF-8 or GB18030.
 * It decides once for the whole file; lines that break the decision are refused one by one by framing.ts.
 */

import { isAscii, isUtf8 } from 'node:buffer';
import { type Encoding, eachLine, type Piece, strict } from './framing.ts';

/** Takes every piece of a file in order, then says its encoding: GB18030 if most lines that are not ASCII are no UTF-8 but are GB18030. */
export class EncodingVote {
  #started = false;
  #bom = false;
  #utf8 = 0;
  #gb18030 = 0;
  #neither = 0;

  take({ bytes, overlong }: Piece): void {
    if (!this.#started) {
      this.#started = true;
      this.#bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    }
    if (overlong || this.#bom || isAscii(bytes)) return;
    if (isUtf8(bytes)) this.#utf8 += linesBeyondAscii(bytes);
    else eachLine(bytes, (line) => this.#count(line));
  }

  encoding(): Encoding {
    return this.#gb18030 > this.#utf8 + this.#neither ? 'gb18030' : 'utf-8';
  }

  #count(line: Buffer): void {
    if (isAscii(line)) return;
    if (isUtf8(line)) this.#utf8 += 1;
    else if (strict('gb18030', line) !== null) this.#gb18030 += 1;
    else this.#neither += 1;
  }
}

function linesBeyondAscii(bytes: Buffer): number {
  let lines = 0;
  let beyond = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte > 0x7f) beyond = 1;
    else if (byte === 0x0a) {
      lines += beyond;
      beyond = 0;
    }
  }
  return lines + beyond;
}
