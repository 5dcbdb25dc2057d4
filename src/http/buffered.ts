/**
 * Reads an answer of any length from the database to its end before the first byte is sent: a slow client holds no
 * database session, and what breaks off becomes a problem instead of half an answer. A long answer waits in a file
 * without a name.
 */
import type { FileHandle } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { namelessFile } from '../ingest/source/spool.ts';

/** Bytes that are kept in memory. */
const SHORT = 1024 * 1024;

export interface Gathered {
  readonly body: Buffer | Readable;
  readonly bytes: number;
}

/** Reads pieces to their end, or until `gone` says that nobody waits for them any more; then it throws the reason. */
export async function gathered(
  pieces: AsyncIterable<string | Uint8Array>,
  gone: AbortSignal,
  short = SHORT,
): Promise<Gathered> {
  let kept: Buffer[] = [];
  let bytes = 0;
  let file: FileHandle | undefined;
  try {
    for await (const piece of pieces) {
      gone.throwIfAborted();
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
