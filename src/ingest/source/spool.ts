/**
 * Standard input, kept in a file of its own while it is delivered, so that it can be surveyed, read and resumed like any file.
 * It does not look at what it keeps.
 */

import { createWriteStream, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { codeOrText } from '../../core/error-code.ts';
import { SourceError } from './source-error.ts';

/** A kept copy; `remove()` it when done, twice does no harm. */
export interface Spooled {
  readonly path: string;
  remove(): Promise<void>;
}

/** Copies `input` to its end into a new file that only its owner may read. `name` becomes the file's name. SourceError: no room, the input broke off. */
export async function spool(input: Readable, name: string, under: string = tmpdir()): Promise<Spooled> {
  let dir: string | undefined;
  try {
    // Without waiting, so that `input` cannot break off before anybody listens.
    dir = mkdtempSync(join(under, 'cps-'));
    const kept = dir;
    const path = join(kept, basename(name) || 'input');
    await pipeline(input, createWriteStream(path, { flags: 'wx', mode: 0o600 }));
    return { path, remove: () => rm(kept, { recursive: true, force: true }) };
  } catch (error) {
    if (dir !== undefined) await rm(dir, { recursive: true, force: true });
    const code = codeOrText(error);
    throw new SourceError(
      `${name} could not be copied to ${under} (${code}): make room there or set TMPDIR to another folder, then deliver it again`,
      { cause: error },
    );
  }
}
