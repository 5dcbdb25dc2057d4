/**
 * Killed at any point and started again, a book ends as one that was never killed (SPEC 4): the command by SIGKILL, its
 * connections by the server, the server by SIGKILL.
 */

import type { ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateBook } from '../../src/cli/generate/book.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { connect, DatabaseAway } from '../../src/store/connection/session.ts';
import { deliverFolder, makeBook, type OpenBook, openBook, runThrough } from '../books/play.ts';
import { headsOf, textsOf } from '../support/said.ts';
import { cps } from './commands.ts';

const THROUGH = '2014-01-31';
let work = '';
let feeds = '';
let expected: { texts: Record<string, string>; heads: string[] };

async function said(book: Pick<OpenBook, 'session'>) {
  return { texts: await textsOf(book.session), heads: await headsOf(book.session) };
}

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'cps-crash-'));
  chmodSync(work, 0o755);
  feeds = join(work, 'feeds');
  await generateBook({ lines: 1500, seed: 5, out: feeds, clicksPerLine: 6 });
  const book = await openBook();
  await makeBook(book.session);
  await deliverFolder(book.session, feeds);
  await runThrough(book, THROUGH);
  expected = await said(book);
  await book.close();
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Kills a command after ever longer times until one of its lives is long enough. Returns how often it was killed. */
async function killUntilDone(args: readonly string[]): Promise<number> {
  for (let kills = 0; ; kills++) {
    const { child, ended } = cps(args);
    const isOver = await Promise.race([ended.then(() => true), wait(250 * 1.3 ** kills).then(() => false)]);
    if (isOver) {
      expect((await ended).code, (await ended).stderr).toBe(0);
      return kills;
    }
    child.kill('SIGKILL');
    await ended;
  }
}

describe('a book that is killed', () => {
  it('ends the same when ingest and run are killed again and again', async () => {
    const book = await openBook();
    try {
      await makeBook(book.session);
      const ingests = await killUntilDone(['--database', book.url, 'ingest', feeds]);
      // Every whole file delivered again by the later lives counts as duplicates; nothing else may differ.
      const runs = await killUntilDone(['--database', book.url, 'run', '--through', THROUGH]);
      expect(ingests).toBeGreaterThan(1);
      expect(runs).toBeGreaterThan(1);
      const now = await said(book);
      expect(now.heads).toEqual(expected.heads);
      expect({ ...now.texts, ingest: '' }).toEqual({ ...expected.texts, ingest: '' });
    } finally {
      await book.close();
    }
  });

  it('resumes a file that was cut short at its next row, so that even the counts are those of one delivery', async () => {
    const book = await openBook();
    const killer = await connect(book.url, 'killer');
    try {
      await makeBook(book.session);
      for (const name of ['publishers', 'sites', 'adzones', 'shops']) {
        await deliver(book.session, { path: join(feeds, `${name}.csv`), feed: name }, () => {});
      }
      const of = { path: join(feeds, 'orders.csv'), feed: 'orders', rowsABatch: 20 };
      const starts: number[] = [];
      for (let done = false; !done; ) {
        const victim = await connect(book.url, 'victim');
        let rows = 0;
        const fate = 100 + starts.length * 300;
        const cut =
          "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim' and datname = current_database()";
        const onRows = (more: number): void => {
          rows += more;
          if (rows >= fate && rows - more < fate) void killer.client.query(cut);
        };
        try {
          const receipt = await deliver(victim, of, onRows);
          expect(receipt.resumedAfter).toBeGreaterThan(0);
          expect(receipt).toMatchObject({ read: 1500, accepted: 1500, duplicate: 0 });
          done = true;
        } catch (error) {
          expect(error).toBeInstanceOf(DatabaseAway);
          starts.push(rows);
        }
        await victim.close();
      }
      expect(starts.length).toBeGreaterThan(1);
      expect((await textsOf(book.session))['ingest']).toContain('orders,1500,0,0,0,0\n');
    } finally {
      await killer.close();
      await book.close();
    }
  });

  it('ends the same when the server cuts its connections in the middle of large nights', async () => {
    const book = await openBook();
    const killer = await connect(book.url, 'killer');
    try {
      await makeBook(book.session);
      await deliverFolder(book.session, feeds);
      let cuts = 0;
      for (let done = false; !done; ) {
        const session = await connect(book.url, 'victim');
        const going = runThrough({ session, url: book.url }, THROUGH, {
          smallNight: 20,
          workers: cuts % 2 === 0 ? 1 : 2,
        });
        const outcome = going.then(
          () => 'done',
          (error: unknown) => error,
        );
        const first = await Promise.race([outcome, wait(120 + cuts * 130)]);
        if (first === undefined) {
          await killer.client.query(
            `select pg_terminate_backend(pid) from pg_stat_activity
             where datname = current_database() and application_name in ('victim', 'cps run worker')`,
          );
          const error = await outcome;
          if (error !== 'done') {
            expect(error).toBeInstanceOf(Error);
            cuts++;
          }
          done = error === 'done';
        } else {
          if (first !== 'done') throw first;
          done = true;
        }
        await session.close();
      }
      expect(cuts).toBeGreaterThan(2);
      expect(await said(book)).toEqual(expected);
    } finally {
      await killer.close();
      await book.close();
    }
  });

  it('ends the same when the database server itself is killed', async () => {
    const data = join(work, 'data');
    const on = ['--data', data];
    expect((await cps([...on, 'init']).ended).code).toBe(0);
    expect((await cps([...on, 'ingest', feeds]).ended).code).toBe(0);
    for (const nights of [1, 3, 8]) {
      const { child, ended } = cps([...on, 'run', '--through', THROUGH], { log: 'info' });
      await nightsLogged(child, nights);
      process.kill(Number(readFileSync(join(data, 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]), 'SIGKILL');
      const { code, stderr } = await ended;
      expect(code, stderr).toBe(4);
      const told = stderr.split('\n').filter((line) => line !== '' && !line.startsWith('{'));
      expect(told).toEqual([expect.stringMatching(/^cps: the database at .* has gone away/)]);
    }
    expect((await cps([...on, 'run', '--through', THROUGH]).ended).code).toBe(0);
    const transfers = join(work, 'transfers.csv');
    expect((await cps([...on, 'export', 'transfers', '--out', transfers]).ended).code).toBe(0);
    expect(readFileSync(transfers, 'utf8')).toBe(expected.texts['transfers']);
    await cps([...on, 'stop']).ended;
  });
});

/** Waits until a run has logged so many nights. */
function nightsLogged(child: ChildProcess, nights: number): Promise<void> {
  let seen = 0;
  return new Promise((done) => {
    child.stderr?.on('data', (piece) => {
      seen += String(piece).split('night completed').length - 1;
      if (seen >= nights) done();
    });
    child.on('close', () => done());
  });
}
