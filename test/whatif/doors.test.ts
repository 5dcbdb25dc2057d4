/** What is typed for a what-if is judged before anything is decided; and nothing of one is ever written to the book. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alimama2013 } from '../../src/core/policy/policy.ts';
import { connect } from '../../src/store/connection/session.ts';
import { type OpenBook, openBook } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';
import { cps } from '../integration/commands.ts';
import { type Copied, smallBookTemplate } from '../support/small-book.ts';
import { ask, fingerprint } from './asked.ts';

let folder = '';
let template: Awaited<ReturnType<typeof smallBookTemplate>>;
let book: Copied;
let state: Record<string, string>;
const FROM = '2013-11-20';
const TO = '2013-12-31';
const SPAN = ['--from', FROM, '--to', TO];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cps-whatif-doors-'));
  await chmod(folder, 0o755);
  template = await smallBookTemplate();
  book = await template.copy();
  state = await fingerprint(book.session);
});
afterAll(async () => {
  await book.drop();
  await template.drop();
  await rm(folder, { recursive: true, force: true });
});

const whatif = (...args: string[]) => commandLine(['--database', book.url, 'whatif', ...args]);

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** A site and a plan that the book has. */
async function known(): Promise<{ site: string; plan: string; shop: string }> {
  const { rows } = await book.session.client.query<{ site: string; plan: string; shop: string }>(
    'select (select min(site_id) from site) as site, min(plan_id) as plan, min(shop_id) as shop from plan where plan_id = (select min(plan_id) from plan)',
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the small book has no plan');
  return row;
}

describe('what is typed', () => {
  it.each([
    [['--from', FROM], /required option '--to <day>'/],
    [['--from', '2013-02-30', '--to', TO], /existing day/],
    [['--from', TO, '--to', FROM], /--to 2013-11-20 is before --from 2013-12-31/],
    [['--from', '2013-01-01', '--to', TO], /first day is 2013-11-20: 2013-01-01 is before it/],
    [['--from', FROM, '--to', '2014-06-01'], /the last day run is 2014-02-21: 2014-06-01 has not been decided yet/],
    [[...SPAN, '--policy', '/nowhere.json'], /\/nowhere\.json cannot be read/],
    [[...SPAN, '--permissions', '/nowhere.csv'], /\/nowhere\.csv/],
    [[...SPAN, '--cpc', 'cheap'], /--cpc "cheap" is no price: give an amount above 0 such as 0\.30/],
    [[...SPAN, '--cpa', '0.00'], /--cpa "0\.00" is no price/],
    [[...SPAN, '--cpc', '0.123'], /--cpc "0\.123" is no price/],
    [[...SPAN, '--top', '0'], /whole number from 1 to 1000/],
    [[...SPAN, '--workers', '65'], /whole number from 1 to 64/],
    [[...SPAN, '--explain', 'L1', '--html', 'x.html'], /--explain tells of one line: leave --html out/],
    [[...SPAN, '--explain', 'nobody'], /order line nobody is not known/],
    [
      [...SPAN, '--html', '/dev/null/at/all.html'],
      /\/dev\/null\/at\/all\.html cannot be written \(a part of the path is no folder\): choose another --html/,
    ],
    [[...SPAN, '--lines', '/dev/null/at/all.csv'], /choose another --lines/],
  ])('%j is refused with code 2 and one sentence', async (args, says) => {
    const { code, out, err } = await whatif(...args);
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toMatch(says);
  });

  const PERMISSIONS = 'site_id,permission,action,at';
  const RATES = 'plan_id,scope,scope_id,rate,valid_from,valid_to';
  it.each([
    ['--policy', 'p.json', '{"crossStoreWindowDays": -1}', /p\.json: crossStoreWindowDays is "-1"/],
    ['--policy', 'p.json', '{"windows": 3}', /p\.json: "windows" is no setting/],
    ['--policy', 'p.json', 'cross-store: no', /is not JSON/],
    ['--permissions', 'p.csv', '', /p\.csv is empty/],
    ['--permissions', 'p.csv', `${PERMISSIONS}\n`, /p\.csv has no rows/],
    ['--permissions', 'p.csv', 'site_id,permission,action\n601,api,grant\n', /at/],
    [
      '--permissions',
      'p.csv',
      `${PERMISSIONS}\nSITE,cross-store:mars,grant,2013-01-01 00:00:00\n`,
      /p\.csv:2: permission is "cross-store:mars"/,
    ],
    [
      '--permissions',
      'p.csv',
      `${PERMISSIONS}\nSITE,api,grant,2013-01-01 00:00:00\nSITE,api,close,2013-01-01 00:00:00\n`,
      /p\.csv:3: action is "close"/,
    ],
    ['--permissions', 'p.csv', `${PERMISSIONS}\nSITE,api,grant,yesterday\n`, /p\.csv:2: at is "yesterday"/],
    [
      '--permissions',
      'p.csv',
      `${PERMISSIONS}\nnone,api,grant,2013-01-01 00:00:00\n`,
      /p\.csv:2: site none is not known to the book/,
    ],
    ['--permissions', 'p.csv', `${PERMISSIONS}\n"SITE,api\n`, /p\.csv:2: /],
    ['--rates', 'r.csv', `${RATES}\nPLAN,shop,SHOP,95%,2013-01-01 00:00:00,\n`, /r\.csv:2: rate is "95%"/],
    ['--rates', 'r.csv', `${RATES}\nnone,shop,SHOP,5%,2013-01-01 00:00:00,\n`, /r\.csv:2: plan none is not known/],
    [
      '--rates',
      'r.csv',
      `${RATES}\nPLAN,shop,other,5%,2013-01-01 00:00:00,\n`,
      /r\.csv:2: a rate of scope shop must be for the plan's own shop/,
    ],
    [
      '--rates',
      'r.csv',
      `${RATES}\nPLAN,shop,SHOP,5%,2013-01-02 00:00:00,2013-01-01 00:00:00\n`,
      /r\.csv:2: valid_to is not after valid_from/,
    ],
    [
      '--rates',
      'r.csv',
      `${RATES}\nPLAN,shop,SHOP,5%,2013-01-01 00:00:00,\nPLAN,shop,SHOP,6%,2013-01-01 00:00:00,\n`,
      /r\.csv:3: .*stands in line 2 with other content/,
    ],
  ])('%s %s with %j is refused as a whole', async (option, name, text, says) => {
    const { site, plan, shop } = await known();
    const path = await file(name, text.replaceAll('SITE', site).replaceAll('PLAN', plan).replaceAll('SHOP', shop));
    const { code, out, err } = await whatif(...SPAN, option, path);
    expect({ code, out, lines: err.trim().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toMatch(says);
  });

  it('is refused where nothing was run, or where there is no book', async () => {
    const empty = await openBook();
    try {
      const none = await commandLine(['--database', empty.url, 'whatif', ...SPAN]);
      expect([none.code, none.err]).toEqual([2, 'cps: this database holds no book: cps init makes one\n']);
      await commandLine(['--database', empty.url, 'init']);
      const first = await commandLine(['--database', empty.url, 'whatif', ...SPAN]);
      expect([first.code, first.err]).toEqual([2, 'cps: no night of this book has been run: see cps run\n']);
    } finally {
      await empty.close();
    }
  });
});

describe('an answer', () => {
  it('is one document with --json, beside a page and every line that comes out otherwise', async () => {
    const policy = await file(
      'strict.json',
      '{"name": "strict", "crossStoreWindowDays": 0, "minimumCommission": "0.01"}',
    );
    const [page, lines] = [join(folder, 'page.html'), join(folder, 'lines.csv')];
    const { code, out, err } = await whatif(
      '--json',
      ...SPAN,
      '--policy',
      policy,
      '--html',
      page,
      '--lines',
      lines,
      '--top',
      '3',
      '--workers',
      '2',
    );
    expect([code, err]).toEqual([0, '']);
    const document = JSON.parse(out) as {
      differs: boolean;
      changes: string[];
      lines: { of: number; largest: object[] };
    };
    expect(document.differs).toBe(true);
    expect(document.changes[0]).toContain('policy strict of strict.json: ');
    expect(document.lines.largest).toHaveLength(3);
    const rows = (await readFile(lines, 'utf8')).trimEnd().split('\n');
    expect(rows).toHaveLength(document.lines.of + 1);
    expect(rows[0]).toMatch(/^order_line_id,business_day,what,shop_id,seller_id,book_publisher/);
    const html = await readFile(page, 'utf8');
    expect(html).toMatch(/^<!doctype html>/);
    expect(html).not.toMatch(/<script|https?:|url\(|<link|<img|@import/);
    expect([existsSync(`${page}.part`), existsSync(`${lines}.part`)]).toEqual([false, false]);
  });

  it('tells two decisions about a line as text and as a document', async () => {
    const { rows } = await book.session.client.query<{ line: string }>(
      "select min(order_line_id) as line from attribution where trace = 'cross-store'",
    );
    const line = rows[0]?.line ?? '';
    const policy = await file(
      'none.json',
      '{"crossStoreWindowDays": 0, "sameStoreWindowDays": 0, "couponOverride": false}',
    );
    const same = await whatif(...SPAN, '--explain', line);
    expect([same.code, same.out]).toEqual([0, expect.stringContaining('The two decisions are the same.')]);
    const text = await whatif(...SPAN, '--policy', policy, '--explain', line);
    expect(text.out.match(/^>> /gm)).toHaveLength(1);
    const { out } = await whatif('--json', ...SPAN, '--policy', policy, '--explain', line);
    const { firstDifference, steps } = JSON.parse(out) as {
      firstDifference: string;
      steps: { what: string; differs: boolean }[];
    };
    expect(steps.find((step) => step.differs)?.what).toBe(firstDifference);
  });

  it('writes nothing to the book: not a row, not a number of a sequence', async () => {
    expect(await fingerprint(book.session)).toEqual(state);
  });
});

describe('a policy', () => {
  const preview = (...args: string[]) => commandLine(['--database', book.url, 'policy', 'adopt', ...args]);

  it('is shown before it is adopted, and adopted only by a yes', async () => {
    const path = await file('draft.json', '{"name": "draft", "serviceFeeRate": "0.2"}');
    const asked = await preview(path, '--preview', '2013-11');
    expect(asked.code).toBe(3);
    expect(asked.out).toContain('Sellers');
    expect(asked.err).toBe(
      'cps: nobody can be asked whether to adopt it: repeat the command with --yes; nothing was adopted\n',
    );
    expect(await fingerprint(book.session)).toEqual(state);
    const none = await preview(path, '--preview', '2015-12');
    expect([none.code, none.err]).toEqual([
      2,
      'cps: no day of 2015-12 has been run: preview a month that has been decided\n',
    ]);
    const own = await template.copy();
    try {
      const { code, out } = await commandLine([
        '--database',
        own.url,
        '--json',
        'policy',
        'adopt',
        path,
        '--preview',
        '2013-11',
        '--yes',
      ]);
      const document = JSON.parse(out) as { adopted: boolean; preview: { differs: boolean } };
      expect([code, document.adopted, document.preview.differs]).toEqual([0, true, true]);
    } finally {
      await own.drop();
    }
  });
});

/** Takes clicks away past the triggers, as only the owner of the database can. */
async function dropClicks({ session: { client } }: Pick<OpenBook, 'session'>, where: string): Promise<number> {
  await client.query('set session_replication_role = replica');
  const { rowCount } = await client.query(`delete from click where ${where}`);
  await client.query('set session_replication_role = origin');
  return rowCount ?? 0;
}

describe('clicks that are no longer kept', () => {
  it('refuse the span, with the line they are missed at', async () => {
    const own = await template.copy();
    try {
      await dropClicks(
        own,
        "click_id = (select a.click_id from attribution a where trace = 'same-store' order by order_line_id limit 1)",
      );
      for (const workers of ['1', '2']) {
        const { code, out, err } = await commandLine(['--database', own.url, 'whatif', ...SPAN, '--workers', workers]);
        expect([code, out]).toEqual([3, '']);
        expect(err).toMatch(
          /^cps: order line \w+ of 2013-1\d-\d\d cannot be decided again: its attribution .* clicks are no longer kept/,
        );
        expect(err.trim().split('\n')).toHaveLength(1);
      }
    } finally {
      await own.drop();
    }
  });

  it('refuse a policy that looks further back than they reach, and no other', async () => {
    const own = await template.copy();
    try {
      const longer = { ...alimama2013(2), sameStoreWindowDays: 60 };
      await expect(ask(own, { changes: { policy: longer } })).resolves.toBeDefined();
      // Beyond every window of the book: no decision of it changes.
      const gone = await dropClicks(own, "clicked_at < (select min(clicked_at) from click) + interval '1 hour'");
      expect(gone).toBeGreaterThan(0);
      const from = '2013-12-20';
      await expect(ask(own, { from, changes: { policy: longer } })).rejects.toThrow(
        /reach back to .*, and of \d+ clicks delivered \d+ are kept/,
      );
      await expect(
        ask(own, { from, changes: { policy: { ...longer, sameStoreWindowDays: 15 } } }),
      ).resolves.toBeDefined();
    } finally {
      await own.drop();
    }
  });
});

/** Connections to a book that are so. */
async function connected(to: Copied, so: string): Promise<number> {
  const { rows } = await to.session.client.query<{ n: string }>(
    `select count(*) as n from pg_stat_activity where datname = current_database() and ${so}`,
  );
  return Number(rows[0]?.n ?? 0);
}

describe('a what-if that is killed', () => {
  it('leaves the book as it was, and nobody connected', async () => {
    const own = await template.copy();
    try {
      const before = await fingerprint(own.session);
      const out = join(folder, 'killed');
      await mkdir(out, { recursive: true });
      // An exclusive lock, held by another connection, makes it stand in the middle of its reads until it is killed.
      const locker = await connect(own.url, 'locker');
      await locker.client.query('begin');
      await locker.client.query('lock table trade_fact in access exclusive mode');
      const page = join(out, 'page.html');
      const { child, ended } = cps(['--database', own.url, 'whatif', ...SPAN, '--html', page, '--workers', '2']);
      while ((await connected(own, "wait_event_type = 'Lock'")) === 0) await wait(20);
      child.kill('SIGKILL');
      expect((await ended).code).toBeNull();
      await locker.client.query('rollback');
      await locker.close();
      while ((await connected(own, "application_name like 'cps%'")) > 0) await wait(20);
      expect(existsSync(join(out, 'page.html'))).toBe(false);
      expect(await fingerprint(own.session)).toEqual(before);
    } finally {
      await own.drop();
    }
  });
});
