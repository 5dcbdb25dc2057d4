/** Holds the simulator's reference against the four books of ../shared/cases, to the byte, before it judges the engine. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readCsv } from './reference/csv.ts';
import { SHAPES } from './reference/feeds.ts';
import { EXPORTS, Reference } from './reference/reference.ts';

const CASES = resolve(import.meta.dirname, '../../../shared/cases');
const books = existsSync(CASES) ? readdirSync(CASES).filter((name) => name.startsWith('book-')) : [];
if (books.length === 0) console.warn(`no books under ${CASES}: the reference is not held against them`);

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

describe.skipIf(books.length === 0)('the reference', () => {
  it.each(books)('makes %s as expected', (book) => {
    const reference = play(join(CASES, book));
    for (const name of EXPORTS) {
      const expected = readFileSync(join(CASES, book, 'expected', `${name}.csv`), 'utf8');
      const text = reference.export(name);
      expect(name === 'transfers' ? asExpected(text) : text, `${book} ${name}`).toBe(expected);
    }
  });
});
