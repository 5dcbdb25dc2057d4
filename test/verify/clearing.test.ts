/** That `cps verify` finds earnings made payable for another deduction, on another night, or not at all. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { play } from '../../src/cli/scenario/play.ts';
import { connect, type Session } from '../../src/store/connection/session.ts';
import { verify } from '../../src/verify/verify.ts';
import { freshDatabase } from '../support/database.ts';

const SCENARIO = 'scenarios/55-paid-when-collected.md';
let database: Awaited<ReturnType<typeof freshDatabase>>;
let session: Session;

beforeAll(async () => {
  database = await freshDatabase();
  const text = readFileSync(resolve(import.meta.dirname, '../..', SCENARIO), 'utf8');
  const played = await play(SCENARIO, text, { url: database.url, now: Date.UTC(2026, 0, 1) });
  expect(played.differences).toEqual([]);
  session = await connect(database.url, 'test');
  await session.client.query('set session_replication_role = replica');
});
afterAll(async () => {
  await session.close();
  await database.drop();
});

/** What is found in the decisions, in one sentence; undefined where nothing is. */
async function found(): Promise<string | undefined> {
  const order = { url: database.url, workers: 1, deep: false, onProgress: () => {} };
  const { differences } = await verify(session, order);
  const first = differences.find(({ kind }) => kind === 'decisions')?.first;
  return first && `${first.subject}: ${first.field} ${first.stored} / ${first.derived}`;
}

describe('an earning that was made payable', () => {
  const kept = ['log', 'settlement'];
  beforeEach(async () => {
    for (const table of kept) await session.client.query(`create table kept_${table} as table ${table}`);
  });
  afterEach(async () => {
    for (const table of kept) {
      await session.client.query(`delete from ${table}`);
      await session.client.query(`insert into ${table} select * from kept_${table}`);
      await session.client.query(`drop table kept_${table}`);
    }
  });

  it('verifies as it was', async () => {
    expect(await found()).toBeUndefined();
  });

  it('names the deduction that was confirmed', async () => {
    await session.client.query(
      `update log set body = replace(body::text, 'D-s1-20131109', 'D-s1-20131107')::json
       where type = 'EarningCleared' and subject = 'L3'`,
    );
    expect(await found()).toBe('L3: body.deduction D-s1-20131107 / D-s1-20131109');
  });

  it('says that it was netted only where no deduction was made', async () => {
    await session.client.query(
      `update log set body = replace(body::text, '"D-s1-20131109"', 'null')::json
       where type = 'EarningCleared' and subject = 'L3'`,
    );
    expect(await found()).toBe('L3: body.deduction - / D-s1-20131109');
  });

  it('came in the first night in which its charge was collected', async () => {
    await session.client.query(
      `update log set business_day = '2013-11-10' where type = 'DeductionConfirmed' and subject = 'D-s1-20131109'`,
    );
    expect(await found()).toContain('business_day 2013-11-11 / 2013-11-10');
  });

  it('did not come while it was not collected', async () => {
    await session.client.query(`delete from log where type = 'DeductionConfirmed' and subject = 'D-s1-20131109'`);
    expect(await found()).toContain('business_day 2013-11-11 / not yet: its charge is not collected');
  });

  it('is not left waiting', async () => {
    await session.client.query(
      `update settlement set clears_on = '2013-11-06', charged_on = '2013-11-06' where order_line_id = 'L1'`,
    );
    expect(await found()).toBe('L1: EarningCleared none / its wait is over');
  });
});
