/**
 * Which feed a file belongs to, by its name alone, and in which order the files of a folder are taken.
 * No file is opened here.
 */

import { readdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { codeOf } from '../../core/error-code.ts';
import { SourceError, sourceError } from './source-error.ts';

/** `clicks.csv`, `clicks-2013-12-06.ndjson.gz` and `clicks december.xlsx` are `clicks`; undefined if no feed's name fits. Upper and lower case are the same. */
export function feedOf(filename: string, feeds: readonly string[]): string | undefined {
  const match = /^(.+?)\.(csv|tsv|txt|xlsx|xls|ndjson|jsonl)(\.gz)?$/i.exec(basename(filename));
  const [, stem] = match ?? [];
  if (stem === undefined) return undefined;
  const name = stem.toLowerCase();
  const fitting = feeds.filter(
    (feed) => name === feed || (name.startsWith(feed) && /[-_. (]/.test(name.charAt(feed.length))),
  );
  // `plan-members-2013.csv` would fit `plan` too: the longest name is meant.
  const feed = fitting.toSorted((a, b) => b.length - a.length)[0];
  return feed;
}

/** A folder's feed files in the order of `feeds`, then by name; all else it holds apart. Paths begin with `dir`. SourceError: no such folder. */
export async function folder(dir: string, feeds: readonly string[]): Promise<{ files: string[]; ignored: string[] }> {
  const files: { path: string; order: number }[] = [];
  const ignored: string[] = [];
  for (const name of await names(dir)) {
    const path = join(dir, name);
    const named = feedOf(name, feeds);
    if (named !== undefined && (await isFile(path))) files.push({ path, order: feeds.indexOf(named) });
    else ignored.push(path);
  }
  // `names` is sorted and the sort is stable.
  files.sort((a, b) => a.order - b.order);
  return { files: files.map(({ path }) => path), ignored };
}

async function names(dir: string): Promise<string[]> {
  try {
    const found = await readdir(dir);
    return found.toSorted((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    if (codeOf(error) === 'ENOTDIR') {
      throw new SourceError(`${dir} is not a folder: name a folder of feed files`, { cause: error });
    }
    throw sourceError(dir, error);
  }
}

/** Links are followed; a link to nowhere counts as a file, so that reading it says what is wrong. */
async function isFile(path: string): Promise<boolean> {
  try {
    return !(await stat(path)).isDirectory();
  } catch {
    return true;
  }
}
