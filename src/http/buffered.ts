/**
 * Reads an answer of any length from the database to its end before the first byte is sent: a slow client holds no
 * database session, and what breaks off becomes a problem instead of half an answer. A long answer waits in a file
 * without a name.
 */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

/** Bytes that are kept in memory. */
const SHORT = 1024 * 1024;

export interface Gathered {
  readonly body: Buffer | Readable;
  readonly bytes: number;
}

/** Reads pieces to their end. */
export async function gathered(pieces: AsyncIterable<string | Uint8Array>, short = SHORT): Promise<Gathered> {
  let kept: Buffer[] = [];
  let bytes = 0;
  let file: FileHandle | undefined;
  try {
    for await (const piece of pieces) {
      const buffer = typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece);
      kept.push(buffer);
      bytes += buffer.length;
      if (bytes <= short && file === undefined) continue;
      file ??= await namelessFile();
      await file.appendFile(Buffer.concat(kept));
      kept = [];
    }
    if (file === undefined) return { body: Buffer.concat(kept), bytes };
    return { body: file.createReadStream({ start: 0 }), bytes };
  } catch (error) {
    await file?.close();
    throw error;
  }
}

/** A file that is gone when it is closed, or when the program ends in whatever way. */
async function namelessFile(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'cps-'));
  try {
    return await open(join(folder, 'answer'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
