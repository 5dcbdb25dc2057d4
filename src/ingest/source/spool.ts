/**
 * What comes as a stream, kept in a file of its own while it is delivered, so that it can be surveyed, read and resumed like any
 * file. The file has no name: it is gone when it is let go, or when the program ends in whatever way. It does not look at what it keeps.
 */

import { mkdtempSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { whyNot } from '../../core/error-code.ts';
import { SourceError } from './source-error.ts';

/** A kept copy; `remove()` it when done, twice does no harm. */
export interface Spooled {
  readonly place: FileHandle;
  remove(): Promise<void>;
}

/** Copies `input` to its end into a new file that only its owner may read; sentences call it `name`. SourceError: no room, the input broke off. */
export async function spool(input: Readable, name: string, under: string = tmpdir()): Promise<Spooled> {
  // It may break off before it is read; reading it says so then.
  input.once('error', () => undefined);
  let place: FileHandle | undefined;
  try {
    const kept = await namelessFile(under);
    place = kept;
    for await (const piece of input) await kept.appendFile(piece as Uint8Array | string);
    return { place: kept, remove: () => kept.close() };
  } catch (error) {
    await place?.close();
    throw new SourceError(
      `${name} could not be copied to ${under} (${whyNot(error)}): make room there or set TMPDIR to another folder, then deliver it again`,
      { cause: error },
    );
  }
}

/** A file that is gone when it is closed, or when the program ends in whatever way. */
export async function namelessFile(under: string = tmpdir()): Promise<FileHandle> {
  const folder = mkdtempSync(join(under, 'cps-'));
  try {
    return await open(join(folder, 'kept'), 'wx+', 0o600);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
