/** Laws of a whole book, through the real store: how it was delivered and run does not show in what it says. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateBook } from '../../src/cli/generate/book.ts';
import { FEED_NAMES } from '../../src/core/feeds/index.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { feedOf } from '../../src/ingest/source/folder.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { deliverFolder, makeBook, type OpenBook, openBook, runThrough } from '../books/play.ts';
import { headsOf, textsOf } from '../support/said.ts';

const THROUGH = '2014-01-31';
let work = '';
let feeds = '';

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'cps-laws-'));
  feeds = join(work, 'feeds');
  await generateBook({ lines: 250, seed: 11, out: feeds, clicksPerLine: 6 });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** What a book says but for the counts of deliveries, which tell how it was delivered. */
async function said(session: Session, asOf: string | null = null): Promise<Record<string, string>> {
  const { ingest: _, ...texts } = await textsOf(session, asOf);
  return texts;
}

/** Plays a book of its own and tells what it said. */
async function story(
  play: (book: OpenBook) => Promise<unknown>,
): Promise<{ texts: Record<string, string>; heads: string[] }> {
  const book = await openBook();
  try {
    await makeBook(book.session);
    await play(book);
    return { texts: await said(book.session), heads: await headsOf(book.session) };
  } finally {
    await book.close();
  }
}

const plain = () =>
  story(async (book) => {
    await deliverFolder(book.session, feeds);
    await runThrough(book, THROUGH);
  });

/** A file's rows dealt out to several files, in their order. */
function dealt(path: string, cuts: readonly number[]): string[] {
  const [header = '', ...rows] = readFileSync(path, 'utf8').trimEnd().split('\n');
  const borders = [0, ...cuts.map((cut) => Math.floor((cut * rows.length) / 1000)).sort((a, b) => a - b), rows.length];
  return borders.slice(1).map((to, i) => {
    const file = join(work, `piece-${Math.abs(path.length * 31 + i)}-${i}.csv`);
    writeFileSync(file, `${[header, ...rows.slice(borders[i], to)].join('\n')}\n`);
    return file;
  });
}

describe('a book', () => {
  it('says the same, to the last hash, delivered in other files, twice, clicks in any order, by 1, 2 or 5 workers, in large nights or small', async () => {
    const once = await plain();
    expect(once.texts['transfers']?.split('\n').length).toBeGreaterThan(100);
    const ways = fc.record({
      cuts: fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 3 }),
      again: fc.boolean(),
      workers: fc.constantFrom(1, 2, 5),
      smallNight: fc.constantFrom(undefined, 5),
    });
    const tryWay = async ({
      cuts,
      again,
      workers,
      smallNight,
    }: {
      cuts: number[];
      again: boolean;
      workers: number;
      smallNight: number | undefined;
    }) => {
      const other = await story(async (book) => {
        for (const name of FEED_NAMES) {
          for (const file of readdirSync(feeds).filter((one) => feedOf(one, FEED_NAMES) === name)) {
            const pieces = dealt(join(feeds, file), cuts);
            // Clicks are evidence and come in any order.
            if (name === 'clicks') pieces.reverse();
            for (const path of pieces) await deliver(book.session, { path, feed: name }, () => {});
          }
        }
        if (again) await deliverFolder(book.session, feeds);
        await runThrough(book, THROUGH, smallNight === undefined ? { workers } : { workers, smallNight });
      });
      expect(other).toEqual(once);
    };
    await fc.assert(fc.asyncProperty(ways, tryWay), {
      numRuns: 3,
      examples: [[{ cuts: [500], again: true, workers: 5, smallNight: 5 }]],
    });
  });

  it('says the same after thirty nights as after one catch-up', async () => {
    const nightly = await story(async (book) => {
      await deliverFolder(book.session, feeds);
      for (let night = 20; night <= 60; night++) {
        await runThrough(book, new Date(Date.UTC(2013, 10, night)).toISOString().slice(0, 10));
      }
      await runThrough(book, THROUGH);
    });
    expect(nightly).toEqual(await plain());
  });

  it('never changes what it said of closed days, whatever arrives later', async () => {
    const book = await openBook();
    try {
      await makeBook(book.session);
      const files = readdirSync(feeds).filter((name) => !/^(orders|receipts|refunds)/.test(name));
      for (const name of FEED_NAMES) {
        for (const file of files.filter((one) => feedOf(one, FEED_NAMES) === name)) {
          await deliver(book.session, { path: join(feeds, file), feed: name }, () => {});
        }
      }
      const [early = '', late = ''] = dealt(join(feeds, 'orders.csv'), [600]);
      await deliver(book.session, { path: early, feed: 'orders' }, () => {});
      const seen = new Map<string, Record<string, string>>();
      for (const day of ['2013-12-01', '2013-12-11', '2013-12-20', '2014-01-20']) {
        await runThrough(book, day);
        seen.set(day, await said(book.session, day));
        if (day === '2013-12-11') await deliver(book.session, { path: late, feed: 'orders' }, () => {});
        if (day === '2013-12-20') await deliverFolder(book.session, feeds);
      }
      await runThrough(book, THROUGH);
      for (const [day, texts] of seen) expect(await said(book.session, day), day).toEqual(texts);
    } finally {
      await book.close();
    }
  });
});
