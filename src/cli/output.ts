/** How long answers reach standard output or a file: piece by piece, no faster than they are taken. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { World } from './context.ts';
import { UsageError } from './errors.ts';

/** Takes the next piece of a text. */
export type Write = (piece: string) => Promise<void>;

/** Writes to standard output. */
export function toStdout(world: World): Write {
  return async (piece) => {
    if (!world.stdout.write(piece)) await once(world.stdout, 'drain');
  };
}

/** Keeps what is written, for those who want it as one text. */
export function toText(): { readonly write: Write; readonly text: () => string } {
  let text = '';
  return {
    write: async (piece) => {
      text += piece;
    },
    text: () => text,
  };
}

/**
 * Writes a file that appears when it is complete, in place of one that was there. The draft beside it has a name nobody
 * can foresee and is never opened where something is already: in a folder that others write to, no link misleads it.
 * @throws UsageError when it cannot be written
 */
export async function writeWhole(path: string, text: Iterable<string> | AsyncIterable<string>): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.part`;
  try {
    await pipeline(Readable.from(text), createWriteStream(draft, { flags: 'wx' }));
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('E')) {
      throw new UsageError(`${path} cannot be written (${String(error.code)}): choose another --out`);
    }
    throw error;
  }
}
