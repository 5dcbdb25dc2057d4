/**
 * Nights worked on by several processes (SPEC 4): however many join, die or hang, the book is the same to the last hash;
 * who has lost its partitions writes nothing more; and who is of another version does not join.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { generateBook } from '../../src/cli/generate/book.ts';
import { claim, join as joinNights, type Member, takeClaim } from '../../src/night/crew.ts';
import { openingOf } from '../../src/night/night.ts';
import { run } from '../../src/night/run.ts';
import { theBook } from '../../src/night/terms.ts';
import { connect } from '../../src/store/connection/session.ts';
import { Fenced } from '../../src/store/log/append.ts';
import { workersNow } from '../../src/store/night/claims.ts';
import { connectAsWriter } from '../../src/store/schema/roles.ts';
import { deliverFolder, makeBook, type OpenBook, openBook, runThrough } from '../books/play.ts';
import { headsOf, textsOf } from '../support/said.ts';
import { cps } from './commands.ts';

const THROUGH = '2014-01-31';
const PROGRAM = { version: manifest.version, place: 'test' };
const LARGE = 20;
let work = '';
let feeds = '';
let expected: { texts: Record<string, string>; heads: string[] };

const said = async ({ session }: OpenBook) => ({ texts: await textsOf(session), heads: await headsOf(session) });

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'cps-crew-'));
  chmodSync(work, 0o755);
  feeds = join(work, 'feeds');
  await generateBook({ lines: 1500, seed: 6, out: feeds, clicksPerLine: 4 });
  await withDelivered(async (book) => {
    await runThrough(book, THROUGH);
    expected = await said(book);
  });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

async function withDelivered(use: (book: OpenBook) => Promise<void>): Promise<void> {
  const book = await openBook();
  try {
    await makeBook(book.session);
    await deliverFolder(book.session, feeds);
    await use(book);
  } finally {
    await book.close();
  }
}

/** Opens a large night of many lines and leaves it: its run is gone when its first batch is written. */
async function openNight(book: OpenBook): Promise<void> {
  const session = await connectAsWriter(book.url, 'gone');
  const gone = new Error('the run is gone');
  const onBatch = (): void => {
    throw gone;
  };
  const going = run(session, { ...ORDER, url: book.url, smallNight: LARGE, workers: 1, onBatch });
  await expect(going).rejects.toThrow(gone);
  await session.close();
}

const ORDER = {
  through: THROUGH,
  now: Date.UTC(2026, 0, 1),
  dryRun: false,
  program: PROGRAM,
  onNight: () => undefined,
  onBatch: () => undefined,
};

/** `cps work` processes; `doneBy` ends them and says how much each has done. */
function workers(book: OpenBook, count: number) {
  const all = Array.from({ length: count }, () => cps(['--database', book.url, '--json', 'work']));
  const doneBy = async (): Promise<number[]> => {
    for (const { child } of all) child.kill('SIGTERM');
    const ended = await Promise.all(all.map((one) => one.ended));
    expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual(ended.map(() => [0, '']));
    return ended.map(({ stdout }) => (JSON.parse(stdout) as { done: number }).done);
  };
  return { all, doneBy };
}

async function untilJoined(book: OpenBook, count: number): Promise<void> {
  while ((await workersNow(book.session, 2)).filter(({ program }) => program === 'work').length < count) await wait(50);
}

describe('nights with processes that have joined', () => {
  it.each([1, 4])('are the same with %i, who have done their part', async (count) => {
    await withDelivered(async (book) => {
      const joined = workers(book, count);
      await untilJoined(book, count);
      const report = await run(book.session, { ...ORDER, url: book.url, workers: 1, smallNight: LARGE });
      expect((await joined.doneBy()).filter((done) => done > 0).length).toBeGreaterThan(0);
      expect(report.nights.reduce((sum, { counts }) => sum + counts.attributed + counts.unattributed, 0)).toBe(1500);
      expect(await said(book)).toEqual(expected);
      expect(await workersNow(book.session, 2)).toEqual([]);
    });
  });

  it('are the same when workers, the run and connections are killed again and again', async () => {
    await withDelivered(async (book) => {
      const killer = await connect(book.url, 'killer');
      const joined = Array.from({ length: 3 }, () => cps(['--database', book.url, 'work']));
      await untilJoined(book, 3);
      let kills = 0;
      for (let done = false; !done; ) {
        const session = await connectAsWriter(book.url, 'victim');
        const outcome = run(session, { ...ORDER, url: book.url, workers: 1 + (kills % 2), smallNight: LARGE }).then(
          () => undefined,
          (error: unknown) => error,
        );
        const isOver = await Promise.race([outcome.then(() => true), wait(150 + kills * 120).then(() => false)]);
        if (!isOver) {
          kills++;
          const at = kills % 3;
          joined[at]?.child.kill('SIGKILL');
          joined[at] = cps(['--database', book.url, 'work']);
          await wait(100);
          await killer.client.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and application_name in ('victim', 'cps run worker')`,
          );
        }
        const error = await outcome;
        done = error === undefined;
        if (error !== undefined) expect(error).toBeInstanceOf(Error);
        await session.close();
      }
      expect(kills).toBeGreaterThan(2);
      expect(await said(book)).toEqual(expected);
      for (const { child, ended } of joined) {
        child.kill('SIGKILL');
        await ended;
      }
      await killer.close();
    });
  });

  it('go on with whoever has joined when the run is killed, and end with the next run', async () => {
    await withDelivered(async (book) => {
      await openNight(book);
      const joined = workers(book, 1);
      const left = async (): Promise<number> => {
        const { rows } = await book.session.client.query<{ left: number }>(
          'select count(*)::int as left from partition_head, book where (day = open_day and step > 2) is not true',
        );
        return rows[0]?.left ?? 0;
      };
      while ((await left()) > 0) await wait(50);
      expect((await joined.doneBy())[0]).toBeGreaterThan(0);
      await runThrough(book, THROUGH);
      expect(await said(book)).toEqual(expected);
    });
  });
});

describe('a claim', () => {
  /** Two that have joined a night that is open, each in its connection. */
  async function withTwo(use: (book: OpenBook, first: Member, second: Member) => Promise<void>): Promise<void> {
    await withDelivered(async (book) => {
      await openNight(book);
      const sessions = [await connectAsWriter(book.url, 'first'), await connectAsWriter(book.url, 'second')] as const;
      const program = { name: 'work' as const, ...PROGRAM };
      await use(book, await joinNights(sessions[0], program), await joinNights(sessions[1], program));
      await Promise.all(sessions.map((session) => session.close()));
      await runThrough(book, THROUGH);
      expect(await said(book)).toEqual(expected);
    });
  }
  const take = async (member: Member, claimed: NonNullable<Awaited<ReturnType<typeof claim>>>): Promise<void> => {
    const book = await theBook(member.session);
    const pen = { epoch: claimed.epoch, partitions: book.partitions, digits: book.digits };
    await takeClaim(member, pen, await openingOf(member.session, book, claimed.day), claimed, () => undefined);
  };

  it('is of partitions that nobody holds who is there', async () => {
    await withTwo(async (book, first, second) => {
      const claimed = await Promise.all([claim(first), claim(second)]);
      const seen = claimed.flatMap((one) => one?.partitions ?? []);
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThan(5);
      const shown = await workersNow(book.session, 2);
      expect(shown.flatMap(({ partitions }) => partitions).sort((a, b) => a - b)).toEqual(
        [...seen].sort((a, b) => a - b),
      );
    });
  });

  it.each(['is cut off', 'hangs'])('is there for others when its worker %s, who writes nothing more', async (what) => {
    await withTwo(async (book, first, second) => {
      const claimed = await claim(first);
      if (claimed === undefined) throw new Error('there was nothing to claim');
      const owner = await connect(book.url, 'owner');
      const ofFirst = claimed.partitions;
      if (what === 'hangs')
        await owner.client.query("update worker set seen_at = now() - interval '11 minutes' where number = $1", [
          first.number,
        ]);
      else
        await owner.client.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1 and datname = current_database()',
          ['first'],
        );
      await owner.close();
      const more = await claim(second);
      if (more === undefined) throw new Error('nothing was taken over');
      expect(more.partitions).toEqual(expect.arrayContaining(ofFirst.slice(0, 1)));
      expect(more.epoch).toBeGreaterThan(claimed.epoch);
      const heads = await headsOf(book.session);
      await expect(take(first, claimed)).rejects.toThrow(what === 'hangs' ? Fenced : Error);
      expect(await headsOf(book.session)).toEqual(heads);
      await take(second, more);
    });
  });

  it('is not made by a program of another version, which says so', async () => {
    await withDelivered(async (book) => {
      await openNight(book);
      await book.session.client.query("update book set run_version = '9.9.9'");
      const { code, stderr } = await cps(['--database', book.url, 'work']).ended;
      expect(code).toBe(3);
      expect(stderr).toBe(
        `cps: the night under way is run by version 9.9.9 of cps, and this is ${manifest.version}, which might decide otherwise: start cps work of version 9.9.9 here\n`,
      );
    });
  });
});
