/**
 * Files that appear under their name when they are whole and on the disk. A draft beside the file has a name nobody can
 * foresee and is never opened where something is already: in a folder that others write to, no link misleads it.
 */
import { createHash, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

const DRAFT = /^\.(.+)\.[0-9a-f]{12}\.part$/;

/** A file that is being written: under its name once it is kept. System errors come as they are. */
export class WholeFile {
  readonly #path: string;
  readonly #draft: string;
  readonly #file: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #isOpen = true;

  /** Makes the folders it is in. @param mode who may read and write it, as the system counts it */
  constructor(path: string, mode = 0o666) {
    this.#path = path;
    this.#draft = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.part`);
    mkdirSync(dirname(path), { recursive: true });
    this.#file = openSync(this.#draft, 'wx', mode);
  }

  write(piece: string | Uint8Array): void {
    const whole = typeof piece === 'string' ? Buffer.from(piece) : piece;
    this.#hash.update(whole);
    this.#bytes += whole.length;
    for (let at = 0; at < whole.length; ) at += writeSync(this.#file, whole, at);
  }

  /** Has all of it on the disk, still without its name. */
  finish(): void {
    fsyncSync(this.#file);
    this.#close();
  }

  /**
   * Gives it its name, in place of a file that was there.
   * @returns its length in bytes, and its SHA-256 in hex
   */
  keep(): { bytes: number; sha256: string } {
    if (this.#isOpen) this.finish();
    renameSync(this.#draft, this.#path);
    return { bytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Removes what was begun in vain. */
  drop(): void {
    this.#close();
    rmSync(this.#draft, { force: true });
  }

  #close(): void {
    if (this.#isOpen) closeSync(this.#file);
    this.#isOpen = false;
  }
}

/** Writes a file whole, in place of one that was there; what was begun in vain is removed. */
export async function writeWhole(
  path: string,
  pieces: AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>,
): Promise<{ bytes: number; sha256: string }> {
  const file = new WholeFile(path);
  try {
    for await (const piece of pieces) file.write(piece);
    return file.keep();
  } catch (error) {
    file.drop();
    throw error;
  }
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
