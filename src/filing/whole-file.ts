/**
 * Files that appear under their name when they are whole and on the disk. A draft beside the file has a name nobody can
 * foresee and is never opened where something is already: in a folder that others write to, no link misleads it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const DRAFT = /^\.(.+)\.[0-9a-f]{12}\.part$/;

/**
 * Writes a file, in place of one that was there; what was begun in vain is removed. System errors come as they are.
 * @returns its length in bytes, and its SHA-256 in hex
 */
export async function writeWhole(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<{ bytes: number; sha256: string }> {
  const draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(draft, 'wx');
  try {
    try {
      for await (const piece of pieces) {
        const whole = typeof piece === 'string' ? Buffer.from(piece) : piece;
        hash.update(whole);
        bytes += whole.length;
        await file.writeFile(whole);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** Drafts of some files in a folder, each with what tells whether it has grown since. */
export type Drafts = ReadonlyMap<string, string>;

/** The drafts that lie in a folder, of the files named: those being written, and those that a killed writing has left. */
export async function draftsIn(folder: string, files: ReadonlySet<string>): Promise<Drafts> {
  const drafts = new Map<string, string>();
  for (const name of await readdir(folder)) {
    if (!files.has(DRAFT.exec(name)?.[1] ?? '')) continue;
    const found = await stat(join(folder, name)).catch(() => undefined);
    if (found?.isFile() === true) drafts.set(name, `${found.ino} ${found.size} ${found.mtimeMs}`);
  }
  return drafts;
}

/** Removes the drafts that are as they were before: nobody writes them any more. */
export async function removeLeft(folder: string, before: Drafts): Promise<void> {
  if (before.size === 0) return;
  const files = new Set([...before.keys()].map((name) => DRAFT.exec(name)?.[1] ?? ''));
  for (const [name, state] of await draftsIn(folder, files)) {
    if (before.get(name) === state) await rm(join(folder, name), { force: true });
  }
}
