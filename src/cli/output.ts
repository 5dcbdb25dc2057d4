/** How long answers reach standard output or a file: piece by piece, no faster than they are taken. */

import { once } from 'node:events';
import { codeOf, unusable } from '../core/error-code.ts';
import { Refusal } from '../core/refusal.ts';
import type { World } from './context.ts';

/** Takes the next piece of an answer. */
export type Write = (piece: string | Uint8Array) => Promise<void>;

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

/** Does what writes under `path`; where the path is at fault, says so in a sentence. */
export async function writing<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const fault = unusable(error);
    if (fault !== undefined) throw new Refusal(`${path} cannot be written (${fault}): choose another --out`);
    if (codeOf(error) === 'ENOSPC') throw new Error(`the disk of ${path} is full: make room, then repeat the command`);
    throw error;
  }
}
