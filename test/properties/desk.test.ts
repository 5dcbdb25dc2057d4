/**
 * Laws of the desk on a whole book, through the real store: every held line is in one open case; the list says of a case
 * what its file says; when every case is forfeited the sellers have back what they were charged, to the fen; and neither
 * workers nor the size of nights show.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateBook } from '../../src/cli/generate/book.ts';
import { commandDoor } from '../../src/cli/person.ts';
import type { CaseSummary } from '../../src/core/cases/case.ts';
import { run } from '../../src/night/run.ts';
import { perform } from '../../src/office/acts/act.ts';
import { decideCase } from '../../src/office/acts/cases.ts';
import { caseFile, caseSummaries } from '../../src/office/cases.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { readBook } from '../../src/store/night/book.ts';
import { verify } from '../../src/verify/verify.ts';
import { deliverFolder, makeBook, type OpenBook, openBook, runThrough } from '../books/play.ts';
import { headsOf, textsOf } from '../support/said.ts';

let work = '';
let feeds = '';

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'cps-desk-'));
  feeds = join(work, 'feeds');
  await generateBook({ lines: 600, seed: 23, out: feeds, clicksPerLine: 6, publishers: 25 });
  // The generated book decides by itself; here the desk does.
  rmSync(join(feeds, 'risk-decisions.csv'), { force: true });
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Every case; what the list adds up of like lines is what the case's own file adds up line by line. */
async function cases(session: Session): Promise<CaseSummary[]> {
  const book = await readBook(session);
  if (book === undefined) throw new Error('there is no book');
  const all = await caseSummaries(session, book);
  for (const one of all) expect((await caseFile(session, book, one.id)).summary).toEqual(one);
  return all;
}

interface How {
  readonly workers?: number;
  readonly smallNight?: number;
  readonly stumbles?: true;
}

const AT = Date.parse('2013-12-25T02:00:00Z');

/** Runs through a day, struck down after every other batch of lines and started again. */
async function stumble({ session, url }: OpenBook, through: string): Promise<void> {
  for (let falls = 0; ; falls++) {
    let batches = 0;
    const onBatch = (): void => {
      if (++batches === 2) throw new Error('struck down');
    };
    const order = { through, workers: 1, now: Date.UTC(2026, 0, 1), dryRun: false, url, smallNight: 5 };
    const ended = await run(session, { ...order, onNight: () => {}, onBatch }).then(
      () => true,
      (error: Error) => {
        if (error.message !== 'struck down') throw error;
        return false;
      },
    );
    if (!ended) continue;
    expect(falls).toBeGreaterThan(1);
    return;
  }
}

/** Plays the book to where much is held, forfeits every open case, and goes on. */
async function forfeitAll(book: OpenBook, restoreOverwritten: boolean, how: How) {
  await makeBook(book.session, JSON.stringify({ approvalAbove: '1000000', restoreOverwritten, minimumPayout: '1.00' }));
  await deliverFolder(book.session, feeds);
  await runThrough(book, '2013-12-24', how);
  const before = await cases(book.session);
  for (const { id } of before.filter((one) => one.open > 0)) {
    const given = { case: id, decision: 'forfeit', reason: 'all of it', against: 'none', points: null } as const;
    await perform(book.session, commandDoor({ user: 'tester' }, 'decide', 'Chen', AT), decideCase, given);
  }
  const after = await cases(book.session);
  if (how.stumbles === true) await stumble(book, '2013-12-25');
  else await runThrough(book, '2013-12-25', how);
  return { before, after };
}

async function number(session: Session, query: ReturnType<typeof sql>): Promise<number> {
  const { rows } = await query.execute(session.db);
  return Number((rows[0] as { n: bigint } | undefined)?.n ?? -1n);
}

/** Lines under a hold that nobody has answered. */
const HELD = sql`attribution a left join settlement s using (partition, order_line_id)
  where a.outcome = 'attributed' and coalesce(s.hold, case when a.held then 'held' else 'none' end) = 'held'
    and coalesce(s.state, 'attributed') in ('attributed', 'settled')`;

/** Lines whose seller was not charged, all in all, what the line stands at. */
const OFF = sql`select count(*) as n from (
  select s.order_line_id from settlement s
  join log l on l.partition = s.partition and l.subject = s.order_line_id
  join transfer t on t.partition = l.partition and t.position = l.position
  group by s.partition, s.order_line_id, s.commission
  having sum(case when t.debit like 'assets:seller:%' then t.amount when t.credit like 'assets:seller:%' then -t.amount else 0 end)
    <> coalesce(s.commission, 0)) off`;

describe.each([false, true])('a desk that forfeits everything, restoreOverwritten %s', (restoreOverwritten) => {
  it('leaves nothing held, gives every seller back exactly what it was charged, and verifies', async () => {
    const book = await openBook();
    try {
      const { before, after } = await forfeitAll(book, restoreOverwritten, {});
      const { session, url } = book;
      expect(before.filter((one) => one.open > 0).length).toBeGreaterThan(5);
      expect(new Set(before.map(({ pattern }) => pattern)).size).toBeGreaterThan(2);
      expect(after.filter((one) => one.open > 0)).toEqual([]);
      const held = await number(
        session,
        sql`select count(*) as n from account_day d
        where account like '%:held' and closing <> 0 and business_day = (select max(business_day) from account_day e
          where e.account = d.account and e.business_day <= '2013-12-25')`,
      );
      expect(held).toBe(0);
      expect(await number(session, OFF)).toBe(0);
      const given = await number(session, sql`select count(*) as n from settlement where publisher_id is not null`);
      expect(given > 0).toBe(restoreOverwritten);
      const forfeited = await number(
        session,
        sql`select count(*) as n from settlement
        where state = 'forfeited' and (commission, fee, earning) <> (0, 0, 0)`,
      );
      expect(forfeited).toBe(0);
      await runThrough(book, '2014-02-21');
      expect(await number(session, OFF)).toBe(0);
      const report = await verify(session, { url, workers: 1, deep: true, onProgress: () => {} });
      expect(report.differences).toEqual([]);
    } finally {
      await book.close();
    }
  });

  it('says the same, to the last hash, by 1 or 2 workers, in small nights or large, struck down or not', async () => {
    const stories = [];
    const ways: readonly How[] = [{}, { workers: 2, smallNight: 5 }, { smallNight: 5, stumbles: true }];
    for (const how of ways) {
      const book = await openBook();
      try {
        await forfeitAll(book, restoreOverwritten, how);
        await runThrough(book, '2014-01-25', how);
        stories.push({ texts: await textsOf(book.session), heads: await headsOf(book.session) });
      } finally {
        await book.close();
      }
    }
    expect(stories[1]).toEqual(stories[0]);
    expect(stories[2]).toEqual(stories[0]);
  });
});

describe('a book whose desk has not decided', () => {
  // The second policy sees several signals on many a line, some that hold it and some that do not.
  const eager = { fastOrderSeconds: 86_400, overwriteSeconds: 86_400, actions: { 'fast-order': 'flag' } };
  it.each([{}, eager])('has every held line in exactly one open case, each night, by %j', async (policy) => {
    const book = await openBook();
    try {
      await makeBook(book.session, JSON.stringify(policy));
      await deliverFolder(book.session, feeds);
      for (const day of ['2013-12-02', '2013-12-11', '2013-12-24', '2014-01-20']) {
        await runThrough(book, day);
        const open = (await cases(book.session)).filter((one) => one.open > 0);
        const held = await number(book.session, sql`select count(*) as n from ${HELD}`);
        const flagged = await number(
          book.session,
          sql`select count(*) as n from attribution a
          left join settlement s using (partition, order_line_id)
          where a.signals <> '' and not a.held and coalesce(s.state, 'attributed') in ('attributed', 'settled')`,
        );
        expect(held).toBeGreaterThan(0);
        expect(open.reduce((sum, one) => sum + one.open, 0)).toBe(held + flagged);
        const balance = await number(
          book.session,
          sql`select coalesce(-sum(closing), 0)::bigint as n from (
          select distinct on (account) closing from account_day where account like '%:held'
          order by account, business_day desc) last`,
        );
        expect(open.reduce((sum, one) => sum + Number(one.held), 0)).toBe(balance);
      }
      const several = await number(book.session, sql`select count(*) as n from attribution where signals like '%;%'`);
      expect(several > 0).toBe(policy === eager);
    } finally {
      await book.close();
    }
  });
});
