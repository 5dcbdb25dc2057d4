/**
 * Decides, from the lines of a file, whether it is UTF-8 or GBK, and refuses what is no text file at all.
 * It decides once for the whole file; lines that break the decision are refused one by one by framing.ts.
 */

import { isAscii, isUtf8 } from 'node:buffer';
import { type Encoding, eachLine, type Piece, strict } from './framing.ts';
import { SourceError } from './source-error.ts';

/** Takes every piece of a file in order, then says its encoding: GBK if most lines that are not ASCII are no UTF-8 but are GBK. */
export class EncodingVote {
  readonly #file: string;
  #started = false;
  #bom = false;
  #utf8 = 0;
  #gbk = 0;
  #neither = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** SourceError if the first piece shows UTF-16 or a workbook. */
  take({ bytes, overlong }: Piece): void {
    if (!this.#started) {
      this.#started = true;
      refuseForeign(this.#file, bytes);
      this.#bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    }
    if (overlong || this.#bom || isAscii(bytes)) return;
    if (isUtf8(bytes)) this.#utf8 += linesBeyondAscii(bytes);
    else eachLine(bytes, (line) => this.#count(line));
  }

  encoding(): Encoding {
    return this.#gbk > this.#utf8 + this.#neither ? 'gbk' : 'utf-8';
  }

  #count(line: Buffer): void {
    if (isAscii(line)) return;
    if (isUtf8(line)) this.#utf8 += 1;
    else if (strict('gbk', line) !== null) this.#gbk += 1;
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

function refuseForeign(file: string, bytes: Buffer): void {
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new SourceError(`${file} is written in UTF-16: save it as UTF-8 or GBK and deliver it again`);
  }
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 0x03 && bytes[3] === 0x04) {
    throw new SourceError(`${file} is a workbook or a zip archive: save it as CSV and deliver that`);
  }
}
