/** How long answers reach standard output: piece by piece, no faster than it is read. */
import { once } from 'node:events';
import type { World } from './context.ts';

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
