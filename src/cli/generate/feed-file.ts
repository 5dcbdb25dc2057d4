// Decides how generated feeds get to disk: in pieces, one piece of each in memory at a time.
// It does not decide what a row holds, nor quote: cells come plain.

import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const PIECE = 1 << 18;

/** A feed as it was written: its file, and how many rows. */
export interface Written {
  readonly file: string;
  readonly rows: number;
}

/** A feed being written: `<name>.csv` in a folder, with its header. Throws when it is already there. */
export class FeedFile {
  readonly file: string;
  readonly #open: number;
  readonly #onPiece: () => void;
  #pending: string;
  rows = 0;

  constructor(folder: string, name: string, columns: readonly string[], onPiece: () => void) {
    this.file = `${name}.csv`;
    this.#open = openSync(join(folder, this.file), 'wx');
    this.#onPiece = onPiece;
    this.#pending = `${columns.join(',')}\n`;
  }

  /** Takes rows, each with its LF. */
  write(text: string, rows = 1): void {
    this.#pending += text;
    this.rows += rows;
    if (this.#pending.length < PIECE) return;
    this.#flush();
    this.#onPiece();
  }

  #flush(): void {
    const bytes = Buffer.from(this.#pending);
    this.#pending = '';
    for (let at = 0; at < bytes.length; ) at += writeSync(this.#open, bytes, at);
  }

  /** Writes what is left and closes; the feed's name and rows. */
  close(): Written {
    this.#flush();
    closeSync(this.#open);
    return { file: this.file, rows: this.rows };
  }

  /** Closes without writing what is left, after a failure. */
  abandon(): void {
    closeSync(this.#open);
  }
}
