/** Payment files on disk: beside their names until the book has them, and under them from then on. */

import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { whyNot } from '../../core/error-code.ts';
import { Refusal } from '../../core/refusal.ts';
import { WholeFile } from '../../filing/whole-file.ts';
import { type DraftedFile, type LeftOut, type PayOrder, writePayments } from '../../office/payments.ts';
import type { Session } from '../../store/connection/session.ts';
import type { Door } from '../../store/people/audit.ts';

interface WrittenFile extends Omit<DraftedFile, 'name' | 'bytes'> {
  readonly path: string;
}

export interface Written {
  readonly files: readonly WrittenFile[];
  /** Instructions that wait, and why they are in no file. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * Writes what waits into files of a folder.
 * @throws Refusal where a file of that name is there already or the folder cannot be written: nothing is recorded
 */
export async function writeIntoFolder(session: Session, door: Door, order: PayOrder, out: string): Promise<Written> {
  const made: WholeFile[] = [];
  try {
    const { files, leftOut } = await writePayments(session, door, order, async (file) => {
      made.push(await draft(file, out));
    });
    for (const file of made) file.keep();
    made.length = 0;
    const written = files.map(({ fileId, name, sha256, rows, amount }) => {
      return { fileId, path: join(out, name), sha256, rows, amount };
    });
    return { files: written, leftOut };
  } finally {
    for (const file of made) file.drop();
  }
}

/** Writes a file to the disk without its name, which it is given when it is in the book. */
async function draft({ name, bytes }: DraftedFile, out: string): Promise<WholeFile> {
  const path = join(out, name);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw new Refusal(`${path} is there already: give an empty --out folder`);
  let file: WholeFile | undefined;
  try {
    file = new WholeFile(path, 0o600);
    file.write(bytes);
    file.finish();
    return file;
  } catch (error) {
    file?.drop();
    throw new Refusal(`${path} cannot be written (${whyNot(error)}): give an --out folder that is there and empty`);
  }
}
