/** Two of anything at once: runs, deliveries, a delivery beside a night, and a run that has lost its turn. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { generateBook } from '../../src/cli/generate/book.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { Refused } from '../../src/night/run.ts';
import { connect } from '../../src/store/connection/session.ts';
import { Fenced } from '../../src/store/log/append.ts';
import { beginRun } from '../../src/store/night/claims.ts';
import { lockRun, unlockRun } from '../../src/store/night/progress.ts';
import { deliverFolder, makeBook, openBook, runThrough } from '../books/play.ts';
import { headsOf, textsOf } from '../support/said.ts';

let feeds = '';

beforeAll(async () => {
  feeds = mkdtempSync(join(tmpdir(), 'cps-two-'));
  await generateBook({ lines: 600, seed: 8, out: join(feeds, 'all'), clicksPerLine: 5 });
});
afterAll(() => rmSync(feeds, { recursive: true, force: true }));

it('refuses a second run at once, and says so', async () => {
  const book = await openBook();
  const other = await connect(book.url, 'other run');
  try {
    await makeBook(book.session);
    expect(await lockRun(other)).toBe(true);
    await expect(runThrough(book, '2013-12-11')).rejects.toThrow(Refused);
    await expect(runThrough(book, '2013-12-11')).rejects.toThrow(/another run is going/);
    await unlockRun(other);
    await expect(runThrough(book, '2013-12-11')).resolves.toMatchObject({ nights: [] });
  } finally {
    await other.close();
    await book.close();
  }
});

it.each([1, 2])('lets a fenced run with %i workers write nothing more', async (workers) => {
  const book = await openBook();
  const usurper = await connect(book.url, 'usurper');
  try {
    await makeBook(book.session);
    await deliverFolder(book.session, join(feeds, 'all'));
    let taken: string[] | undefined;
    const going = runThrough(book, '2014-01-31', {
      workers,
      smallNight: 5,
      onNight: async () => {
        if (taken !== undefined) return;
        taken = [];
        await beginRun(usurper, '');
        taken = await headsOf(usurper);
      },
    });
    await expect(going).rejects.toThrow(Fenced);
    expect(taken?.length).toBe(16);
    expect(await headsOf(usurper)).toEqual(taken);
  } finally {
    await usurper.close();
    await book.close();
  }
});

it('takes every row once when two deliver the same file at once, and others beside them', async () => {
  const book = await openBook();
  const sessions = await Promise.all([1, 2, 3, 4].map((n) => connect(book.url, `delivery ${n}`)));
  try {
    await makeBook(book.session);
    const all = join(feeds, 'all');
    const clicks = readdirSync(all).filter((name) => name.startsWith('clicks'));
    for (const name of ['publishers', 'sites', 'adzones', 'shops', 'plans']) {
      await Promise.all(
        sessions.map((session) =>
          deliver(session, { path: join(all, `${name}.csv`), feed: name, rowsABatch: 50 }, () => {}),
        ),
      );
    }
    const orders = sessions
      .slice(0, 2)
      .map((session) => deliver(session, { path: join(all, 'orders.csv'), feed: 'orders', rowsABatch: 50 }, () => {}));
    const others = sessions.slice(2).map(async (session) => {
      for (const name of clicks)
        await deliver(session, { path: join(all, name), feed: 'clicks', rowsABatch: 70 }, () => {});
      await deliver(session, { path: join(all, 'receipts.csv'), feed: 'receipts', rowsABatch: 50 }, () => {});
    });
    const receipts = await Promise.all(orders);
    await Promise.all(others);
    expect(receipts.map((receipt) => receipt.accepted).sort()).toEqual([0, 600]);
    expect(receipts.map((receipt) => receipt.duplicate).sort()).toEqual([0, 600]);
    const counts = (await textsOf(book.session))['ingest'] ?? '';
    expect(counts).toMatch(/^clicks,(\d+),\1,0,0,0$/m);
    expect(counts).toMatch(/^receipts,(\d+),\1,0,0,0$/m);
  } finally {
    for (const session of sessions) await session.close();
    await book.close();
  }
});

it('shows a night nothing that is delivered beside it', async () => {
  const book = await openBook();
  const session = await connect(book.url, 'delivery');
  try {
    await makeBook(book.session);
    const all = join(feeds, 'all');
    for (const name of ['publishers', 'sites', 'adzones', 'shops', 'plans', 'rates', 'programme']) {
      await deliver(book.session, { path: join(all, `${name}.csv`), feed: name }, () => {});
    }
    // A first order line, so that there is a day to begin with; the rest arrives while nights are going on.
    const orders = readFileSync(join(all, 'orders.csv'), 'utf8').split('\n');
    const first = join(feeds, 'orders-first.csv');
    writeFileSync(first, `${orders.slice(0, 2).join('\n')}\n`);
    await deliver(book.session, { path: first, feed: 'orders' }, () => {});
    const beside = deliver(session, { path: join(all, 'orders.csv'), feed: 'orders', rowsABatch: 10 }, () => {});
    await runThrough(book, '2013-12-20', { smallNight: 5 });
    await beside;
    await runThrough(book, '2014-01-31');
    const { rows } = await session.client.query<{ seen: bigint; early: bigint; split: bigint }>(`
      select count(*) as seen, count(*) filter (where o.batch > n.through_batch) as early,
        count(distinct n.through_batch) as split
      from attribution a
      join order_line o on o.partition = a.partition and o.order_line_id = a.order_line_id
      join night n on n.business_day = a.business_day`);
    expect(rows[0]?.seen).toBe(600n);
    expect(rows[0]?.early).toBe(0n);
    expect(rows[0]?.split).toBeGreaterThan(1n);
  } finally {
    await session.close();
    await book.close();
  }
});

it('reports in a dry run what the night then does, and writes nothing', async () => {
  const book = await openBook();
  try {
    await makeBook(book.session);
    await deliverFolder(book.session, join(feeds, 'all'));
    await runThrough(book, '2013-11-30');
    for (const smallNight of [5, 4000]) {
      const before = [await headsOf(book.session), await textsOf(book.session)];
      const dry = await runThrough(book, '2013-12-31', { dryRun: true, smallNight });
      expect([await headsOf(book.session), await textsOf(book.session)]).toEqual(before);
      const day = dry.nights[0]?.day ?? '';
      expect((await runThrough(book, day, { smallNight })).nights).toEqual(dry.nights);
      expect(dry.nights[0]?.counts.attributed).toBeGreaterThan(0);
    }
  } finally {
    await book.close();
  }
});
