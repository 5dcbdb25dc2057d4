/**
 * However facts about sites are delivered (in which order of feeds, in which chunks, one night or several between), a review
 * of them finds the same, and the log is the same.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { review } from '../../src/office/review.ts';
import { verify } from '../../src/verify/verify.ts';
import { makeBook, type OpenBook, openBook, runThrough } from '../books/play.ts';
import { headsOf, textsOf } from '../support/said.ts';
import { FACTS, REGISTRY } from './matters.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cps-matters-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function take(book: OpenBook, [feed, csv]: readonly [string, string], rowsABatch: number): Promise<void> {
  const path = join(folder, `${feed}.csv`);
  writeFileSync(path, csv);
  const receipt = await deliver(book.session, { path, feed, rowsABatch }, () => {});
  expect(receipt.accepted).toBe(receipt.read);
}

async function told(order: readonly number[], rowsABatch: number, workers: number, smallNight: number) {
  const book = await openBook();
  try {
    await makeBook(book.session);
    for (const one of REGISTRY) await take(book, one, 10_000);
    for (const at of order) {
      const one = FACTS[at];
      if (one !== undefined) await take(book, one, rowsABatch);
    }
    const made = await review(book.session, {
      asOf: Date.UTC(2013, 11, 9),
      noticeDays: null,
      apply: true,
      by: 'a law',
    });
    const changes = [];
    for await (const change of made.changes()) changes.push(change);
    await made.remove();
    await runThrough(book, '2013-12-14', { workers, smallNight });
    const { ingest: _, ...texts } = await textsOf(book.session);
    const report = await verify(book.session, { url: book.url, workers: 1, deep: true, onProgress: () => {} });
    expect(report.differences).toEqual([]);
    return { changes, heads: await headsOf(book.session), texts };
  } finally {
    await book.close();
  }
}

it('tells the same', async () => {
  const plain = await told(
    FACTS.map((_, at) => at),
    10_000,
    1,
    4000,
  );
  expect(plain.changes.length).toBeGreaterThan(3);
  // What people and reviews say of a site counts by who said it last (SPEC 12); all else may come in any order.
  const SAID = [
    'site-reviews',
    'permissions',
    'applications',
    'application-decisions',
    'notices',
    'notice-cancellations',
  ];
  const isSaid = (at: number): boolean => SAID.includes(FACTS[at]?.[0] ?? '');
  const valid = fc
    .shuffledSubarray(
      FACTS.map((_, at) => at),
      { minLength: FACTS.length },
    )
    .map((order) => {
      const said = order.filter(isSaid).sort((one, other) => one - other);
      return order.map((at) => (isSaid(at) ? (said.shift() ?? at) : at));
    });
  await fc.assert(
    fc.asyncProperty(
      valid,
      fc.constantFrom(1, 2, 10_000),
      fc.constantFrom([1, 4000], [1, 2], [2, 2]),
      async (order, rowsABatch, [workers = 1, smallNight = 1]) => {
        expect(await told(order, rowsABatch, workers, smallNight)).toEqual(plain);
      },
    ),
    { numRuns: 8 },
  );
}, 120_000);
