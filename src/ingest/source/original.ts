/**
 * A delivered file as bytes: opened, hashed as it was delivered, unpacked where it is gzip, and refused where it changes under our eyes.
 * What the bytes mean (encoding, lines, rows) is decided elsewhere.
 */

import { createHash } from 'node:crypto';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { pipeline, Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { codeOf } from '../../core/error-code.ts';
import { MIB } from '../bounds.ts';
import { changed, SourceError, sourceError } from './source-error.ts';

/** 128 KiB: large enough that a read costs little, small enough to stay in the processor's cache (1 MiB is a third slower). */
export const BLOCK_BYTES = 128 * 1024;

/** Where a file is: its path, or an open file that has none. */
export type Place = string | FileHandle;

/** How far contents are given. */
export interface Limits {
  /** Bytes unpacked at most; more is refused. */
  readonly bytes?: number;
  /** Ends the reading, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** An open file. Read its contents once, to the end, then ask for `sha256()`; always `close()` it. */
export class Original {
  /** Size in bytes, as delivered. */
  readonly bytes: number;
  /** Time of the last change, in milliseconds since 1970 with fractions: a mark to compare, never a date to show. */
  readonly modified: number;
  /** Whether it begins as gzip does, whatever its name. */
  readonly gz: boolean;
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #isOwn: boolean;
  readonly #hash = createHash('sha256');

  private constructor(
    file: string,
    handle: FileHandle,
    isOwn: boolean,
    was: { size: number; mtimeMs: number },
    gz: boolean,
  ) {
    this.#file = file;
    this.#handle = handle;
    this.#isOwn = isOwn;
    this.bytes = was.size;
    this.modified = was.mtimeMs;
    this.gz = gz;
  }

  /** Opens a file; `file` is what sentences call it. SourceError: not there, not a file, not readable, empty, `.gz` by name only. */
  static async open(place: Place, file: string): Promise<Original> {
    const isOwn = typeof place === 'string';
    let handle: FileHandle | undefined;
    try {
      // Looked at before it is opened: opening a pipe would wait for a writer for ever.
      if (isOwn) refuseUnlessFile(file, await stat(place));
      handle = isOwn ? await open(place, 'r') : place;
      const was = await handle.stat();
      refuseUnlessFile(file, was);
      if (was.size === 0) throw new SourceError(`${file} is empty: deliver it again with its content`);
      const head = new Uint8Array(2);
      await handle.read(head, 0, 2, 0);
      const gz = head[0] === 0x1f && head[1] === 0x8b;
      if (!gz && /\.gz$/i.test(file)) {
        throw new SourceError(`${file} is named .gz but is not gzip: take .gz off its name, or compress it again`);
      }
      return new Original(file, handle, isOwn, was, gz);
    } catch (error) {
      if (isOwn) await handle?.close();
      throw sourceError(file, error);
    }
  }

  /** The content in blocks of about `blockBytes`, unpacked. SourceError: changed, damaged or cut short, not readable, too much. */
  async *contents(blockBytes: number, limits: Limits = {}): AsyncGenerator<Buffer, void, undefined> {
    const { bytes: most = Number.POSITIVE_INFINITY, signal } = limits;
    let bytes = 0;
    for await (const block of this.gz ? this.#unpacked(blockBytes) : this.#delivered(blockBytes)) {
      signal?.throwIfAborted();
      bytes += block.length;
      if (bytes > most) {
        const is = this.gz ? 'unpacks to' : 'has';
        throw new SourceError(
          `${this.#file} ${is} more than ${Math.ceil(most / MIB)} MiB: cut it into files of fewer rows`,
        );
      }
      yield block;
    }
  }

  /** Hex SHA-256 of the bytes as delivered; only after `contents` has come to its end. */
  sha256(): string {
    return this.#hash.digest('hex');
  }

  async close(): Promise<void> {
    if (this.#isOwn) await this.#handle.close();
  }

  async *#delivered(blockBytes: number): AsyncGenerator<Buffer, void, undefined> {
    try {
      let position = 0;
      while (position < this.bytes) {
        const block = Buffer.allocUnsafeSlow(Math.min(blockBytes, this.bytes - position));
        const { bytesRead } = await this.#handle.read(block, 0, block.length, position);
        if (bytesRead === 0) throw changed(this.#file);
        position += bytesRead;
        const filled = bytesRead === block.length ? block : block.subarray(0, bytesRead);
        this.#hash.update(filled);
        yield filled;
      }
      const now = await this.#handle.stat();
      if (now.size !== this.bytes || now.mtimeMs !== this.modified) throw changed(this.#file);
    } catch (error) {
      throw sourceError(this.#file, error);
    }
  }

  async *#unpacked(blockBytes: number): AsyncGenerator<Buffer, void, undefined> {
    const gunzip = createGunzip({ chunkSize: Math.max(blockBytes, 64) });
    const packed = Readable.from(this.#delivered(blockBytes), { objectMode: false });
    // Its errors reach the loop below through `gunzip`; the callback keeps them from being thrown a second time.
    pipeline(packed, gunzip, () => {});
    try {
      for await (const block of gunzip) {
        if (!Buffer.isBuffer(block)) throw new TypeError('gunzip gave something else than bytes');
        yield block;
      }
    } catch (error) {
      throw damaged(this.#file, error);
    }
    // Node stops quietly at a zero byte after a member, and would so lose every member that follows.
    if (gunzip.bytesWritten !== this.bytes) throw damaged(this.#file, undefined);
  }
}

function refuseUnlessFile(file: string, was: { isFile(): boolean; isDirectory(): boolean }): void {
  if (was.isDirectory()) throw sourceError(file, Object.assign(new Error(), { code: 'EISDIR' }));
  if (!was.isFile()) {
    throw new SourceError(`${file} is a pipe or a device: send its content to standard input with --feed NAME`);
  }
}

function damaged(file: string, cause: unknown): unknown {
  const code = codeOf(cause);
  if (cause !== undefined && !(typeof code === 'string' && code.startsWith('Z_'))) return cause;
  const how = code === 'Z_BUF_ERROR' ? 'is cut short' : 'is damaged';
  return new SourceError(`${file} ${how}: it does not unpack as gzip to its end; deliver it again`, { cause });
}
