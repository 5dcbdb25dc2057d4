// Decides how a generated feed gets to disk: in pieces, one piece in memory at a time.
// It does not decide what a row holds, nor quote: cells come plain.

import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';

const PIECE = 1 << 18;

/** A feed being written. Rows are counted as they come; `drain` when `full`, `close` at the end. */
export class FeedFile {
  readonly file: string;
  rows = 0;
  private pending: string;
  private readonly handle: FileHandle;

  private constructor(file: string, handle: FileHandle, header: string) {
    this.file = file;
    this.handle = handle;
    this.pending = header;
  }

  /** Creates `<feed>.csv` in a folder with its header; throws when it is already there. */
  static async create(folder: string, feed: string, columns: readonly string[]): Promise<FeedFile> {
    const file = `${feed}.csv`;
    return new FeedFile(file, await open(join(folder, file), 'wx'), `${columns.join(',')}\n`);
  }

  /** Takes rows, each with its LF. */
  write(text: string, rows = 1): void {
    this.pending += text;
    this.rows += rows;
  }

  get full(): boolean {
    return this.pending.length >= PIECE;
  }

  async drain(): Promise<void> {
    const text = this.pending;
    this.pending = '';
    if (text !== '') await this.handle.appendFile(text);
  }

  /** Writes what is left and closes; the feed's name and rows. */
  async close(): Promise<{ file: string; rows: number }> {
    await this.drain();
    await this.handle.close();
    return { file: this.file, rows: this.rows };
  }

  /** Closes without writing what is left, after a failure. */
  async abandon(): Promise<void> {
    await this.handle.close().catch(() => {});
  }
}
