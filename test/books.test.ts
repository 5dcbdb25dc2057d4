/** Plays the books of ../shared/cases, made by an independent reference, and compares every export to the byte. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exportText } from '../src/cli/exports.ts';
import { FEED_NAMES } from '../src/core/feeds/index.ts';
import { parsePolicy } from '../src/core/policy.ts';
import { deliver } from '../src/ingest/deliver.ts';
import { feedOf, folder } from '../src/ingest/folder.ts';
import { run } from '../src/run/run.ts';
import { createBook, readBook } from '../src/store/book.ts';
import { connect } from '../src/store/session.ts';
import { freshDatabase } from './database.ts';

const CASES = resolve(import.meta.dirname, '../../shared/cases');
const books = existsSync(CASES) ? readdirSync(CASES).filter((name) => name.startsWith('book-')) : [];
if (books.length === 0) console.warn(`no books under ${CASES}: they are not played`);

async function play(book: string, workers: number, smallNight: number | undefined): Promise<Record<string, string>> {
  const home = join(CASES, book);
  const database = await freshDatabase();
  const session = await connect(database.url, 'books test');
  try {
    const document = readFileSync(join(home, 'policy.json'), 'utf8');
    const policy = parsePolicy(document, 2);
    if (typeof policy === 'string') throw new Error(policy);
    await createBook(session, { zone: 'Asia/Shanghai', currency: 'CNY', digits: 2, policy, policyDocument: document });
    for (const step of readFileSync(join(home, 'steps.txt'), 'utf8').trim().split('\n')) {
      const [verb, what = ''] = step.split(' ');
      if (verb === 'ingest') {
        const { files } = await folder(join(home, what), FEED_NAMES);
        for (const path of files)
          await deliver(session, { path, feed: feedOf(path, FEED_NAMES)?.feed ?? '' }, () => {});
      } else {
        const order = { through: what, workers, now: Date.UTC(2026, 0, 1), dryRun: false, url: database.url };
        const large = smallNight === undefined ? {} : { smallNight };
        await run(session, { ...order, ...large, onNight: () => {}, onBatch: () => {} });
      }
    }
    const terms = await readBook(session);
    if (terms === undefined) throw new Error('no book');
    const texts: Record<string, string> = {};
    for (const name of ['attributions', 'transfers', 'balances', 'statements', 'ingest']) {
      texts[name] = '';
      const pieces = exportText(session, name, 'csv', { ...terms, asOf: null });
      for await (const piece of pieces ?? []) texts[name] += piece;
    }
    return texts;
  } finally {
    await session.close();
    await database.drop();
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

/** Each night in one transaction; and, with busy nights as if they were large ones, batch by batch. */
const WAYS = [
  ['with 1 worker', 1, undefined],
  ['with 1 worker, busy nights large', 1, 30],
  ['with 2 workers, busy nights large', 2, 30],
] as const;

describe.skipIf(books.length === 0)('the books of the reference', () => {
  for (const book of books) {
    for (const [how, workers, smallNight] of WAYS) {
      it(`${book} agrees ${how}`, async () => {
        const texts = await play(book, workers, smallNight);
        for (const [name, text] of Object.entries(texts)) {
          const expected = readFileSync(join(CASES, book, 'expected', `${name}.csv`), 'utf8');
          expect(name === 'transfers' ? asReference(text) : text, `${book} ${name}`).toBe(expected);
        }
      });
    }
  }
});
