/** Payment files on disk: beside their names until the book has them, and under them from then on. */
import { open, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Refusal } from '../../core/refusal.ts';
import type { Door } from '../../office/acts/act.ts';
import { type DraftedFile, type PayOrder, writePayments } from '../../office/payments.ts';
import type { Session } from '../../store/connection/session.ts';

interface WrittenFile extends Omit<DraftedFile, 'name' | 'bytes'> {
  readonly path: string;
}

export interface Written {
  readonly files: readonly WrittenFile[];
  /** Instructions that wait, and why they are in no file. */
  readonly leftOut: readonly { readonly instructionId: string; readonly why: string }[];
}

/**
 * Writes what waits into files of a folder.
 * @throws Refusal where a file of that name is there already or the folder cannot be written: nothing is recorded
 */
export async function writeIntoFolder(session: Session, door: Door, order: PayOrder, out: string): Promise<Written> {
  const made: string[] = [];
  try {
    const { files, leftOut } = await writePayments(session, door, order, async (file) => {
      made.push(await draft(file, out));
    });
    for (const path of made) await rename(`${path}.part`, path);
    const written = files.map(({ fileId, name, sha256, rows, amount }) => {
      return { fileId, path: join(out, name), sha256, rows, amount };
    });
    return { files: written, leftOut };
  } catch (error) {
    for (const path of made) await rm(`${path}.part`, { force: true });
    throw error;
  }
}

/** Writes a file beside its name; it is given its name when it is in the book. */
async function draft({ name, bytes }: DraftedFile, out: string): Promise<string> {
  const path = join(out, name);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw new Refusal(`${path} is there already: give an empty --out folder`);
  try {
    const handle = await open(`${path}.part`, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new Refusal(`${path} cannot be written (${code}): give an --out folder that is there and empty`);
  }
  return path;
}
