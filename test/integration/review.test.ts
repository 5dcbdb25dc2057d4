/**
 * A review killed while it is applied leaves nothing or all of it, and repeated completes; the nights that write its
 * notices into the log may be killed, small or large, with one worker or two, and give one log.
 */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { generateBook } from '../../src/cli/generate/book.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { review } from '../../src/office/review.ts';
import { connect, type Session } from '../../src/store/connection/session.ts';
import { verify } from '../../src/verify/verify.ts';
import { deliverFolder, makeBook, type OpenBook, openBook, runThrough } from '../books/play.ts';
import { headsOf, textsOf } from '../support/said.ts';
import { cps } from './commands.ts';

const AS_OF = Date.UTC(2013, 10, 25, 9, 31);
const THROUGH = '2013-12-05';
let work = '';
let feeds = '';

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'cps-review-seams-'));
  chmodSync(work, 0o755);
  feeds = join(work, 'feeds');
  // What a killed command leaves in its temporary folder goes with the test's own.
  vi.stubEnv('TMPDIR', work);
  await generateBook({ lines: 400, seed: 9, out: feeds, clicksPerLine: 6 });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(work, { recursive: true, force: true });
});

/** What a review leaves, but for where in the intake it lies. */
async function left({ client }: Session): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const [table, columns] of [
    ['site_review', 'site_id, status, score, at, reason'],
    ['permission', 'site_id, permission, action, at, reason'],
    ['notice', 'notice_id, site_id, permissions, issued_at, effective_at, issued_by, score, short, reason, due_day'],
    ['mail', 'message_id, publisher_id, subject, body, queued_at'],
    ['delivery', 'file, feed, finished'],
  ] as const) {
    const { rows } = await client.query<{ all: string }>(
      `select coalesce(string_agg(t::text, E'\n' order by t::text collate "C"), '') as all from (select ${columns} from ${table}) t`,
    );
    found[table] = rows[0]?.all ?? '';
  }
  return found;
}

it('is all there or not at all when it is killed, and complete when it is repeated', async () => {
  const many = join(work, 'many');
  const SITES = 4000;
  mkdirSync(many);
  const rows = (header: string, row: (n: number) => string): string =>
    `${[header, ...Array.from({ length: SITES }, (_, n) => row(n))].join('\n')}\n`;
  writeFileSync(
    join(many, 'publishers.csv'),
    rows(
      'publisher_id,name,kind,payee_name,payee_account,registered_at',
      (n) => `p${n},P,individual,x,y,2013-01-01 00:00:00`,
    ),
  );
  writeFileSync(
    join(many, 'sites.csv'),
    rows(
      'site_id,publisher_id,kind,name,domain,filed_at',
      (n) => `s${n},p${n},website,S,s${n}.example,2013-01-01 00:00:00`,
    ),
  );
  writeFileSync(
    join(many, 'site-reviews.csv'),
    rows('site_id,status,score,at', (n) => `s${n},approved,45,2013-01-02 00:00:00`),
  );
  writeFileSync(
    join(many, 'permissions.csv'),
    rows('site_id,permission,action,at', (n) => `s${n},cross-store:tmall,grant,2013-01-02 00:00:00`),
  );
  const deliverAll = async (book: OpenBook): Promise<void> => {
    await makeBook(book.session);
    await deliverFolder(book.session, many);
  };
  const whole = await openBook();
  const book = await openBook();
  try {
    await deliverAll(whole);
    await (await review(whole.session, { asOf: AS_OF, noticeDays: null, apply: true, by: 'cps review' })).remove();
    const expected = await left(whole.session);
    expect(expected['notice']?.split('\n').length).toBe(SITES);
    expect(expected['mail']).toContain('N-s0-20131125173100');
    await deliverAll(book);
    const before = await left(book.session);
    const args = ['--database', book.url, 'review', '--as-of', '2013-11-25 17:31:00', '--apply'];
    let kills = 0;
    for (let over = false; !over; ) {
      const { child, ended } = cps(args);
      over = await Promise.race([ended.then(() => true), wait(500 * 1.4 ** kills).then(() => false)]);
      if (over) expect((await ended).code, (await ended).stderr).toBe(0);
      else {
        child.kill('SIGKILL');
        await ended;
        kills++;
        expect([before, expected]).toContainEqual(await settled(book.session));
      }
    }
    expect(kills).toBeGreaterThan(1);
    expect(await left(book.session)).toEqual(expected);
    const again = await cps([...args, '--json']).ended;
    expect(JSON.parse(again.stdout)).toMatchObject({ changed: 0, notices: 0, changes: [] });
    expect(await left(book.session)).toEqual(expected);
  } finally {
    await whole.close();
    await book.close();
  }
}, 180_000);

/** What is left once the killed command's connection has gone. */
async function settled(session: Session): Promise<Record<string, string>> {
  for (;;) {
    const { rows } = await session.client.query(
      `select 1 from pg_stat_activity where datname = current_database() and application_name = 'cps'`,
    );
    if (rows.length === 0) return left(session);
    await wait(20);
  }
}

/** Delivers the book, has it reviewed, and delivers what two publishers and a desk then do. */
async function deliverBook(book: OpenBook): Promise<void> {
  await makeBook(book.session);
  await deliverFolder(book.session, feeds);
  await (await review(book.session, { asOf: AS_OF, noticeDays: null, apply: true, by: 'the desk' })).remove();
  const { rows } = await book.session.client.query<{ site_id: string; notice_id: string; permission: string }>(
    'select site_id, notice_id, permissions[1] as permission from notice order by notice_id limit 2',
  );
  const [a, b] = rows;
  for (const [feed, ...lines] of [
    [
      'applications',
      'application_id,site_id,permission,applied_at,statement',
      `A1,${a?.site_id},${a?.permission},2013-11-26 09:00:00,please`,
    ],
    [
      'application-decisions',
      'application_id,decision,decided_at,decided_by,reason',
      'A1,approve,2013-11-27 09:00:00,Chen,fine',
    ],
    [
      'notice-cancellations',
      'notice_id,permission,cancelled_at,cancelled_by,reason',
      `${b?.notice_id},${b?.permission},2013-11-28 09:00:00,Chen,mended`,
    ],
    ['withdrawals', 'site_id,withdrawn_at,withdrawn_by,reason', `${b?.site_id},2013-12-02 09:00:00,its owner,sold`],
  ] as const) {
    const path = join(work, `${feed}.csv`);
    writeFileSync(path, `${lines.join('\n')}\n`);
    expect((await deliver(book.session, { path, feed }, () => {})).accepted).toBe(1);
  }
}

async function said(book: OpenBook) {
  const report = await verify(book.session, { url: book.url, workers: 1, deep: true, onProgress: () => {} });
  expect(report.differences).toEqual([]);
  return { heads: await headsOf(book.session), texts: await textsOf(book.session) };
}

it('gives one log, whatever the workers, the size of nights and the kills', async () => {
  const books = await Promise.all([1, 2, 3, 4].map(() => openBook()));
  const [plain, small, two, killed] = books;
  if (plain === undefined || small === undefined || two === undefined || killed === undefined)
    throw new Error('no books');
  const killer = await connect(killed.url, 'killer');
  try {
    for (const book of books) await deliverBook(book);
    await runThrough(plain, THROUGH);
    const expected = await said(plain);
    const { rows } = await plain.session.client.query<{ type: string }>(
      `select distinct type::text as type from log where subject like '%:%' order by 1`,
    );
    expect(rows.map((row) => row.type)).toEqual([
      'NoticeCancelled',
      'NoticeIssued',
      'PermissionApplied',
      'PermissionApproved',
      'SiteWithdrawn',
    ]);
    await runThrough(small, THROUGH, { smallNight: 3 });
    expect(await said(small)).toEqual(expected);
    await runThrough(two, THROUGH, { smallNight: 3, workers: 2 });
    expect(await said(two)).toEqual(expected);
    let cuts = 0;
    for (let done = false; !done; ) {
      const session = await connect(killed.url, 'victim');
      const going = runThrough({ session, url: killed.url }, THROUGH, { smallNight: 3, workers: 1 + (cuts % 2) });
      const outcome = going.then(
        () => 'done',
        (error: unknown) => error,
      );
      if ((await Promise.race([outcome, wait(80 * 1.4 ** cuts)])) === undefined) {
        await killer.client.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where datname = current_database() and application_name in ('victim', 'cps run worker')`,
        );
        cuts++;
      }
      const end = await outcome;
      done = end === 'done';
      if (!done) expect(end).toBeInstanceOf(Error);
      await session.close();
    }
    expect(cuts).toBeGreaterThan(2);
    expect(await said(killed)).toEqual(expected);
  } finally {
    await killer.close();
    for (const book of books) await book.close();
  }
}, 180_000);
