/** Holds the simulator's reference against the golden books of test/books, to the byte, before it judges the engine. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCsv } from './reference/csv.ts';
import { SHAPES } from './reference/feeds.ts';
import { EXPORTS, Reference } from './reference/reference.ts';

const BOOKS = resolve(import.meta.dirname, '../books');
const books = readdirSync(BOOKS).filter((name) => name.startsWith('book-'));

function play(home: string): Reference {
  const policy = JSON.parse(readFileSync(join(home, 'policy.json'), 'utf8'));
  const reference = new Reference({ zone: 'Asia/Shanghai', digits: 2, policy });
  for (const step of readFileSync(join(home, 'steps.txt'), 'utf8').trim().split('\n')) {
    const [verb, what = ''] = step.split(' ');
    if (verb === 'run') reference.run(what);
    else {
      for (const feed of Object.keys(SHAPES)) {
        const path = join(home, what, `${feed}.csv`);
        if (existsSync(path)) reference.deliver(feed, readCsv(readFileSync(path, 'utf8')));
      }
    }
  }
  return reference;
}

/** The books' transfers leave out `entry` and `occurred_at`, and their rows are sorted. */
function asExpected(transfers: string): string {
  const [header = '', ...rows] = transfers.trimEnd().split('\n');
  const kept = (row: string): string => {
    const cells = row.split(',');
    return [cells[1], ...cells.slice(3)].join(',');
  };
  return `${[kept(header), ...rows.map(kept).sort()].join('\n')}\n`;
}

describe('the reference', () => {
  it.each(books)('makes %s as expected', (book) => {
    const reference = play(join(BOOKS, book));
    for (const name of EXPORTS) {
      const expected = readFileSync(join(BOOKS, book, 'expected', `${name}.csv`), 'utf8');
      const text = reference.export(name);
      expect(name === 'transfers' ? asExpected(text) : text, `${book} ${name}`).toBe(expected);
    }
  });
});
