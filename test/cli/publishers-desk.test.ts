/** What a publishers' desk does on the command line: it files, verifies, reviews, decides, withdraws; and what it mistypes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBook, type OpenBook, openBook } from '../books/play.ts';
import { commandLine } from './command-line.ts';

let book: OpenBook;
let folder = '';
const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);
const json = async (...args: string[]): Promise<Record<string, unknown>> => {
  const { code, out, err } = await cps('--json', ...args);
  expect(code, err).toBe(0);
  return JSON.parse(out) as Record<string, unknown>;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cps-desk-'));
  book = await openBook();
  await makeBook(book.session);
  const publishers = join(folder, 'publishers.csv');
  writeFileSync(
    publishers,
    'publisher_id,name,kind,payee_name,payee_account,registered_at\n2002,Lin,individual,x,y,2013-01-10 09:00:00\n',
  );
  expect((await cps('ingest', publishers)).code).toBe(0);
});
afterAll(async () => {
  await book.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a desk', () => {
  it('files a site, amends it keeping what is not given, and has it verified', async () => {
    const filed = await cps(
      ...['site', 'file', '602', '--publisher', '2002', '--kind', 'website', '--name', 'Notes'],
      ...['--domain', 'lin.example', '--as-of', '2013-09-01 10:00:00'],
    );
    expect(filed).toMatchObject({ code: 0, err: '' });
    expect(filed.out).toContain('Site 602 is filed as of 2013-09-01 10:00:00+08:00. It waits for a review');
    const licence = join(folder, 'licence.txt');
    writeFileSync(licence, 'abc');
    const amended = await json(
      ...['site', 'file', '602', '--icp', 'ICP 1', '--categories', 'tea;books', '--description', 'Notes'],
      ...['--daily-visitors', '900', '--evidence', licence, '--as-of', '2013-09-02'],
    );
    expect(amended).toEqual({
      site: '602',
      amended: '2013-09-02 00:00:00+08:00',
      filedAt: '2013-09-02 00:00:00+08:00',
    });
    const kept = await json('site', 'file', '602', '--domain', 'www.lin.example', '--as-of', '2013-09-03');
    expect(kept).toEqual({ site: '602', amended: '2013-09-03 00:00:00+08:00', filedAt: '2013-09-03 00:00:00+08:00' });
    const { rows } = await book.session.client.query(
      `select icp_number, categories, daily_visitors, evidence, (select string_agg(domain, ' ' order by n, batch) from site) as domains
       from filing order by filed_at desc limit 1`,
    );
    expect(rows[0]).toEqual({
      icp_number: 'ICP 1',
      categories: ['books', 'tea'],
      daily_visitors: 900,
      evidence: ['ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
      domains: 'lin.example www.lin.example',
    });
    const verified = await cps('site', 'verify', '602', '--as', 'Chen', '--how', 'a file', '--as-of', '2013-09-04');
    expect(verified.out).toBe(
      "Site 602 is verified to be its publisher's as of 2013-09-04 00:00:00+08:00. The next review counts it.\n",
    );
  });

  it('reviews without writing, then with, then with nothing left to do', async () => {
    const at = ['--as-of', '2013-12-06 17:31:00'];
    const shown = await json('review', ...at);
    expect(shown).toMatchObject({ applied: false, sites: 1, changed: 1, grants: 2, notices: 0, cancellations: 0 });
    expect(shown['changes']).toMatchObject([
      { site: '602', status: { before: null, after: 'approved' }, score: { before: null, after: '100' }, notice: null },
    ]);
    const { rows } = await book.session.client.query('select count(*) as n from site_review');
    expect(rows).toEqual([{ n: 0n }]);
    const text = await cps('review', ...at);
    expect(text.out).toContain('Nothing was written: --apply records it.');
    expect((await json('review', ...at, '--apply', '--as', 'Chen'))['changes']).toEqual(shown['changes']);
    expect(await json('review', ...at, '--apply')).toMatchObject({ applied: true, changed: 0, changes: [] });
  });

  it('takes an application, rejects it, takes the appeal, approves that, and shows why', async () => {
    const applied = await json('application', 'submit', '602', 'api', '--statement', 'prices', '--as-of', '2013-12-07');
    const id = 'A-602-api-20131207000000';
    expect(applied).toMatchObject({ application: id, appealOf: null });
    expect((await cps('application', 'list')).out).toContain(`application ${id}`);
    const decide = ['--as', 'Chen', '--as-of', '2013-12-08'];
    const rejected = await json('application', 'reject', id, ...decide, '--reason', 'no');
    expect(rejected).toMatchObject({ decision: 'reject', appealUntil: '2013-12-23 00:00:00+08:00' });
    const appeal = await json('application', 'appeal', id, '--statement', 'but', '--as-of', '2013-12-09');
    expect(appeal).toMatchObject({ application: 'A-602-api-20131209000000', appealOf: id });
    const end = ['--reason', 'yes', '--as-of', '2013-12-10'];
    for (const [as, what] of [
      ['Chen', 'approve'],
      ['ｃｈｅｎ', 'approve'],
      ['Chen', 'reject'],
    ] as const) {
      const same = await cps('application', what, 'A-602-api-20131209000000', '--as', as, ...end);
      expect([same.code, same.err], as).toEqual([
        2,
        expect.stringContaining(`rejected application ${id}: somebody else has to decide appeal`),
      ]);
    }
    const approved = await cps(
      ...[
        'application',
        'approve',
        'A-602-api-20131209000000',
        '--as',
        'Sun',
        '--reason',
        'yes',
        '--as-of',
        '2013-12-10',
      ],
    );
    expect(approved.out).toBe(
      'Site 602 holds api from 2013-12-10 00:00:00+08:00 on, until a person revokes it.\nIt is seen by the first night on.\n',
    );
    expect((await cps('application', 'list')).out).toBe('No application waits.\n');
    const now = await json('permissions', '602', '--as-of', '2013-12-10');
    expect(now).toMatchObject({ state: 'approved', score: '100', withdrawnAt: null });
    expect(now['permissions']).toMatchObject([
      { permission: 'cross-store:tmall', held: true, by: 'row' },
      { permission: 'cross-store:taobao', held: true },
      { permission: 'site-wide:tmall', held: false, since: null },
      { permission: 'api', held: true, by: 'approval', application: 'A-602-api-20131209000000' },
      { permission: 'taodianjin', held: false },
    ]);
    const before = await json('permissions', '602', '--as-of', '2013-12-08 12:00:00');
    expect(before['applications']).toMatchObject([{ id, decision: 'reject', reason: 'no' }]);
  });

  it('lets a person judge a site and switch its permissions, which no review undoes', async () => {
    const by = ['--as', 'Chen', '--reason', 'seen'];
    const revoked = await cps('site', 'revoke', '602', 'cross-store:tmall', ...by, '--as-of', '2013-12-11');
    expect(revoked.out).toContain('no longer holds cross-store:tmall from 2013-12-11 00:00:00+08:00 on');
    const rejected = await json('site', 'reject', '602', ...by, '--as-of', '2013-12-11');
    expect(rejected).toMatchObject({ status: 'rejected', by: 'Chen', reason: 'seen' });
    expect((await cps('site', 'file', '602', '--icp', 'ICP 2', '--as-of', '2013-12-12')).code).toBe(0);
    const none = await json('review', '--as-of', '2013-12-13');
    expect(none['changes']).toMatchObject([
      { status: { after: 'rejected' }, granted: [], notice: { permissions: [{}, {}] } },
    ]);
    expect((await cps('site', 'approve', '602', ...by, '--as-of', '2013-12-14')).code).toBe(0);
    expect(await json('review', '--as-of', '2013-12-15')).toMatchObject({ changed: 0, grants: 0 });
    expect((await cps('site', 'grant', '602', 'cross-store:tmall', ...by, '--as-of', '2013-12-16')).code).toBe(0);
    const now = await json('permissions', '602', '--as-of', '2013-12-17');
    expect(now).toMatchObject({ state: 'approved', score: '100' });
    expect(now['permissions']).toMatchObject([
      { permission: 'cross-store:tmall', held: true, why: 'Chen: seen' },
      {},
      {},
      {},
      {},
    ]);
  });

  it('withdraws a site for good', async () => {
    const gone = await cps('site', 'withdraw', '602', '--as', 'Lin', '--reason', 'sold', '--as-of', '2013-12-20');
    expect(gone.out).toContain('Site 602 is withdrawn as of 2013-12-20 00:00:00+08:00');
    expect(
      (await cps('site', 'withdraw', '602', '--as', 'Lin', '--reason', 'sold', '--as-of', '2013-12-20')).code,
    ).toBe(0);
    const other = ['site', 'file', '603', '--publisher', '2002', '--kind', 'app', '--as-of', '2013-12-21'];
    expect((await cps(...other)).code).toBe(0);
    const view = await json('permissions', '602');
    expect(view).toMatchObject({ state: 'withdrawn', score: null, withdrawnAt: '2013-12-20 00:00:00+08:00' });
    expect(JSON.stringify(view['permissions'])).not.toContain('"held":true');
    expect(await json('review')).toMatchObject({ sites: 1, changed: 1, changes: [{ site: '603' }] });
  });

  it.each([
    ['--as-of is "noon"', 'review', '--as-of', 'noon'],
    ['--as-of is "2013-02-30"', 'review', '--as-of', '2013-02-30'],
    ['still to come', 'review', '--as-of', '2027-01-01'],
    ['whole number from 1 to 366', 'review', '--notice-days', '0'],
    ['site 999 is not known', 'permissions', '999'],
    ['site 602 is not known as of 2013-01-01', 'permissions', '602', '--as-of', '2013-01-01'],
    ['no id of a site', 'site', 'file', 'a b', '--kind', 'app'],
    ['say --publisher and --kind', 'site', 'file', '777', '--icp', 'x'],
    ['publisher 999 is not known', 'site', 'file', '777', '--publisher', '999', '--kind', 'app'],
    ['it must be one of website, app, guide, software', 'site', 'file', '777', '--publisher', '2002', '--kind', 'blog'],
    ['publisher_id "2002" and not "2003", which cannot be changed', 'site', 'file', '603', '--publisher', '2003'],
    ['a whole number from 1', 'site', 'file', '603', '--daily-visitors', 'many'],
    [
      'the evidence nothing.jpg cannot be read (there is no such path)',
      'site',
      'file',
      '603',
      '--evidence',
      'nothing.jpg',
    ],
    ['site 602 was withdrawn', 'site', 'file', '602', '--icp', 'ICP 2'],
    ['site 777 is not known', 'site', 'verify', '777', '--as', 'Chen', '--how', 'x'],
    ['say --as PERSON', 'site', 'verify', '602', '--how', 'x'],
    ["required option '--reason", 'site', 'withdraw', '602', '--as', 'x'],
    ['which cannot be changed', 'site', 'withdraw', '602', '--as', 'Wu', '--reason', 'other', '--as-of', '2013-12-20'],
    ['site 602 was withdrawn', 'application', 'submit', '602', 'api', '--statement', 'x'],
    ['permission is "everything"', 'application', 'submit', '602', 'everything', '--statement', 'x'],
    ['application A0 is not known', 'application', 'approve', 'A0', '--as', 'x', '--reason', 'y'],
    ['cannot be changed', 'application', 'reject', 'A-602-api-20131209000000', '--as', 'x', '--reason', 'y'],
    [
      'is an appeal itself|was approved',
      'application',
      'appeal',
      'A-602-api-20131209000000',
      '--statement',
      'x',
      '--as-of',
      '2013-12-11',
    ],
    ['site 602 was withdrawn', 'site', 'approve', '602', '--as', 'x', '--reason', 'y'],
    ['site 602 was withdrawn', 'site', 'grant', '602', 'api', '--as', 'x', '--reason', 'y'],
    ['permission is "all"', 'site', 'revoke', '603', 'all', '--as', 'x', '--reason', 'y'],
    ['unknown command', 'application', 'forget', 'A0'],
  ])('is told %s', async (sentence, ...args) => {
    const tables = [
      'delivery',
      'refusal',
      'tally',
      'site',
      'filing',
      'application',
      'application_decision',
      'withdrawal',
    ];
    const counts = async (): Promise<unknown> => {
      const query = tables.map((table) => `(select count(*) from ${table}) as ${table}`).join(', ');
      return (await book.session.client.query(`select ${query}`)).rows;
    };
    const before = await counts();
    const { code, out, err } = await cps(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(new RegExp(sentence.replaceAll(/[()]/g, '\\$&')));
    expect(err.trim().split('\n').length).toBeLessThanOrEqual(2);
    expect(await counts()).toEqual(before);
  });
});

describe('a policy', () => {
  it.each([
    ['{"permissions": {"cross-store:jd": {}}}', '"cross-store:jd", which is no permission'],
    ['{"permissions": {"api": {"leastScore": 101}}}', 'a whole number from 0 to 100 for leastScore for api'],
    ['{"permissions": {"api": {"least": 1}}}', '"least", which is no part of a permission'],
    ['{"permissions": []}', 'permissions is'],
    ['{"review": {"points": {"icp": 20}}}', 'add up to 100 and not 105'],
    ['{"review": {"points": {"looks": 20}}}', '"looks", which is no check'],
    ['{"review": {"mostForeign": 0.2}}', 'in quotes'],
    ['{"review": {"clicks": 3}}', '"clicks", which is no part of review'],
    ['{"noticeDays": 0}', 'noticeDays is "0"'],
    ['{"appealDays": "five"}', 'appealDays is'],
  ])('%s is refused in a sentence: %s', async (document, sentence) => {
    const file = join(folder, 'policy.json');
    writeFileSync(file, document);
    const { code, err } = await cps('policy', 'adopt', file);
    expect(code).toBe(2);
    expect(err).toContain(sentence);
  });

  it('is followed by the next review, and shown part by part', async () => {
    const file = join(folder, 'policy.json');
    writeFileSync(file, '{"permissions": {"cross-store:tmall": {"leastScore": 0}}, "noticeDays": 7}');
    expect((await cps('policy', 'adopt', file)).code).toBe(0);
    const { out } = await cps('policy', 'show');
    expect(out).toMatch(/permissions cross-store:tmall leastScore +0/);
    expect(out).toMatch(/review points ownership +25/);
    expect(out).toMatch(/noticeDays +7/);
  });
});
