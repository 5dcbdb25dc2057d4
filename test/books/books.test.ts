/** Plays the golden books of this folder, made by an independent reference, and compares every export to the byte. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../src/core/digest.ts';
import { textsOf } from '../support/said.ts';
import { ask, holdAgainstBook } from '../whatif/asked.ts';
import { BOOKS, openBook, playBook } from './play.ts';

async function exportsOf(home: string, how: { workers: number; smallNight?: number }): Promise<Record<string, string>> {
  const book = await openBook();
  try {
    await playBook(book, home, how);
    // A what-if that changes nothing is the book itself, every line decided again.
    const again = await ask(book, { workers: how.workers });
    expect(again.all.book.lines).toBeGreaterThan(0n);
    await holdAgainstBook(book, again);
    return await textsOf(book.session);
  } finally {
    await book.close();
  }
}

/** The reference leaves out `entry` and `occurred_at`, and sorts the rows. */
function asReference(transfers: string): string {
  const [header = '', ...rows] = transfers.trimEnd().split('\n');
  const kept = (row: string): string => {
    const cells = row.split(',');
    return [cells[1], ...cells.slice(3)].join(',');
  };
  return `${[kept(header), ...rows.map(kept).sort()].join('\n')}\n`;
}

/** Where the books are kept and grow; a clone alone does not have it. */
const CASES = resolve(import.meta.dirname, '../../../shared/cases');

/** Every file of the books under a folder, each as its path there and a digest of its bytes. */
function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((path) => relative(folder, path).startsWith('book-'))
    .map((path) => `${relative(folder, path)} ${sha256(readFileSync(path, 'utf8'))}`)
    .sort();
}

/** Each night in one transaction; and with busy nights as if they were large ones, batch by batch. */
const WAYS = [
  ['with 1 worker', { workers: 1 }],
  ['with 1 worker, busy nights large', { workers: 1, smallNight: 30 }],
  ['with 2 workers, busy nights large', { workers: 2, smallNight: 30 }],
] as const;

describe('the golden books', () => {
  it('are here', () => {
    expect(BOOKS.map((home) => basename(home))).toEqual(['book-0', 'book-1', 'book-2', 'book-3']);
  });

  it.skipIf(!existsSync(CASES))('are those that lie beside the checkout', () => {
    expect(filesUnder(import.meta.dirname)).toEqual(filesUnder(CASES));
  });

  for (const home of BOOKS) {
    for (const [how, options] of WAYS) {
      it(`${basename(home)} agrees ${how}`, async () => {
        const texts = await exportsOf(home, options);
        for (const [name, text] of Object.entries(texts)) {
          const expected = readFileSync(join(home, 'expected', `${name}.csv`), 'utf8');
          expect(name === 'transfers' ? asReference(text) : text, name).toBe(expected);
        }
      });
    }
  }
});
