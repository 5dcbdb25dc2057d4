/**
 * Reviews over random histories of sites, held to the reference of SPEC 12: each review's scores, states, grants, losses and
 * cancellations, and what each site may afterwards; and a review that is only looked at says the same whenever it is run.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Change } from '../../src/core/promotion/review/change.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { permissionsOf } from '../../src/office/permissions.ts';
import { review } from '../../src/office/review.ts';
import { readBook } from '../../src/store/night/book.ts';
import { makeBook, type OpenBook, openBook, runThrough } from '../books/play.ts';
import { Draw } from './draw.ts';
import { ASKS, dayOf, Reviewer, startOf } from './reference/review.ts';

const ROUNDS = 6;
const DAY = 86_400_000;
const FIRST = startOf('2013-12-01');
const SITES = ['601', '602', '603'];
const PERMISSIONS = Object.keys(ASKS);
const POLICY = '{"review":{"leastClicks":3}}';
const HEX = 'aa3bd2b08df8b6e1b0b7c2a1b3e0e3e1b6f0d3a29d0a4b6a9f4ce0d4a9a3f1c2';
let work = '';

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), 'cps-reviews-'));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** The column that dates a row, of the feeds that have one. */
const DATED: Readonly<Record<string, string>> = {
  sites: 'filed_at',
  filings: 'filed_at',
  notices: 'issued_at',
  clicks: 'clicked_at',
  'notice-cancellations': 'cancelled_at',
  'application-decisions': 'decided_at',
};

const moment = (at: number): string => new Date(at).toISOString();

/** A book and the reference beside it, told the same. */
class Round {
  readonly draw: Draw;
  readonly book: OpenBook;
  readonly reviewer = new Reviewer();
  #n = 0;
  #ids = 0;
  nextDay: string | null = null;

  constructor(seed: number, book: OpenBook) {
    this.draw = new Draw(seed);
    this.book = book;
  }

  id(): number {
    return ++this.#ids;
  }

  /** Delivers one row; the reference hears of it where the book took it. */
  async tell(feed: string, cells: Readonly<Record<string, string | number>>, site?: string): Promise<boolean> {
    const row = Object.fromEntries(
      Object.entries(cells).map(([name, value]) => [name, typeof value === 'number' ? moment(value) : value]),
    );
    const path = join(work, `${feed}-${this.id()}.ndjson`);
    writeFileSync(path, `${JSON.stringify(row)}\n`);
    const { accepted } = await deliver(this.book.session, { path, feed }, () => {});
    if (accepted === 1) this.hear(feed, cells, site);
    return accepted === 1;
  }

  /** Tells the reference alone. */
  hear(feed: string, cells: Readonly<Record<string, string | number>>, site?: string): void {
    const at = Number(cells[DATED[feed] ?? 'at'] ?? 0);
    const blank = feed === 'notices' ? { score: '' } : { review: '', score: '' };
    const row: Record<string, string> = { ...blank };
    for (const [name, value] of Object.entries(cells)) row[name] = String(value);
    if (site !== undefined) row['site_id'] = site;
    this.reviewer.say({ n: ++this.#n, feed: feed === 'application-decisions' ? 'approvals' : feed, at, row });
  }
}

async function begin(round: Round): Promise<void> {
  const publisher = { publisher_id: '2', name: 'P', kind: 'company', payee_name: 'x', payee_account: 'y' };
  await round.tell('publishers', { ...publisher, registered_at: FIRST - 90 * DAY });
  await round.tell('shops', { shop_id: 'tea', seller_id: 's', mall: 'taobao', name: 'T' });
  await round.tell('programme', { shop_id: 'tea', action: 'join', at: FIRST - 90 * DAY });
  await round.tell('plans', { plan_id: 'tea-g', shop_id: 'tea', kind: 'general' });
  const rate = { plan_id: 'tea-g', scope: 'shop', scope_id: 'tea', rate: '5%' };
  await round.tell('rates', { ...rate, valid_from: FIRST - 90 * DAY });
  for (const site of SITES) {
    await file(round, site, FIRST - round.draw.pick([60, 30, 5]) * DAY);
    await round.tell('adzones', { adzone_id: `9${site}`, site_id: site, name: 'top' });
    await round.tell('site-reviews', { site_id: site, status: 'approved', at: FIRST - 5 * DAY });
    for (const permission of round.draw.some(PERMISSIONS, 0.6))
      await round.tell('permissions', { site_id: site, permission, action: 'grant', at: FIRST - 5 * DAY });
  }
}

function file(round: Round, site: string, at: number): Promise<boolean> {
  const domain = round.draw.pick([`${site}.example`, `${site}.example`, 'other.example']);
  return round.tell('sites', { site_id: site, publisher_id: '2', kind: 'website', name: 'S', domain, filed_at: at });
}

/** Something that happens to a site around a moment, told in whatever order. */
async function happen(round: Round, now: number): Promise<void> {
  const { draw } = round;
  const site = draw.pick(SITES);
  const at = now + draw.pick([-3 * DAY, -DAY, -3_600_000, 0, 0, 0, DAY]);
  const permission = draw.pick(PERMISSIONS);
  const [action, verified] = [draw.pick(['grant', 'revoke']), draw.pick(['yes', 'yes', 'no'])];
  const filing = { site_id: site, filed_at: at, icp_number: draw.pick(['', 'x']), categories: 'tea', description: 'd' };
  const score = draw.pick(['', '', '20', '75']);
  const doings: readonly (() => Promise<unknown>)[] = [
    () => file(round, site, at),
    () => round.tell('filings', { ...filing, daily_visitors: draw.pick(['', '9']), evidence: HEX }),
    () => round.tell('ownership', { site_id: site, verified, at, how: '', verified_by: 'Chen' }),
    () => round.tell('permissions', { site_id: site, permission, action, at, reason: String(round.id()) }),
    () =>
      round.tell('site-reviews', { site_id: site, status: draw.pick(STATES), score, at, reason: String(round.id()) }),
    () => clicks(round, site, at),
    () => apply(round, site, permission, at),
    () => cancel(round, site, at),
    () => round.tell('publisher-status', { publisher_id: '2', status: draw.pick(['active', 'active', 'frozen']), at }),
    () => notice(round, site, permission, at),
    () => forfeit(round, site, at),
  ];
  await draw.pick(doings)();
}

const STATES = ['submitted', 'approved', 'approved', 'rejected', 'amend'];

async function clicks(round: Round, site: string, at: number): Promise<void> {
  const from = round.draw.pick([`http://${site}.example/`, 'http://other.example/', '']);
  for (let n = 0; n < 3; n++) {
    const id = `c${round.id()}`;
    const click = {
      click_id: id,
      clicked_at: at,
      pid: `mm_2_${site}_9${site}`,
      buyer_id: id,
      shop_id: 'tea',
      referrer: from,
    };
    await round.tell('clicks', click, site);
  }
}

async function apply(round: Round, site: string, permission: string, at: number): Promise<void> {
  const id = `A${round.id()}`;
  const applied = { application_id: id, site_id: site, permission, applied_at: at, statement: '' };
  if (!(await round.tell('applications', applied))) return;
  const decision = round.draw.pick(['approve', 'reject']);
  const decided = { application_id: id, decision, decided_at: at + 60_000, decided_by: 'Chen', reason: '' };
  if (decision === 'reject') {
    const path = join(work, `d-${id}.ndjson`);
    writeFileSync(path, `${JSON.stringify({ ...decided, decided_at: moment(at + 60_000) })}\n`);
    await deliver(round.book.session, { path, feed: 'application-decisions' }, () => {});
  } else {
    await round.tell('application-decisions', { ...decided, permission, review: '' }, site);
  }
}

async function cancel(round: Round, site: string, at: number): Promise<void> {
  const { rows } = await round.book.session.client.query<{ notice_id: string; permission: string }>(
    'select notice_id, permissions[1] as permission from notice where site_id = $1 order by notice_id desc limit 1',
    [site],
  );
  const [one] = rows;
  if (one === undefined) return;
  const cancelled = { ...one, cancelled_at: at, cancelled_by: 'Sun', reason: 'no' };
  await round.tell('notice-cancellations', cancelled, site);
}

function notice(round: Round, site: string, permission: string, at: number): Promise<boolean> {
  const ends = at + round.draw.pick([1, 2, 6]) * DAY;
  const of = { notice_id: `H${round.id()}`, site_id: site, permissions: permission, issued_by: 'Chen', reason: '' };
  return round.tell('notices', { ...of, issued_at: at, effective_at: ends });
}

/** A line of the site, and forfeited at once: what is told late is taken by a later night. */
async function forfeit(round: Round, site: string, at: number): Promise<void> {
  const line = await sell(round, site, at);
  if (line !== undefined) await take(round, site, line.id, line.when + 1000);
}

/** A line of the site, where it may earn; paid on the first day not opened, or later. */
async function sell(round: Round, site: string, at: number): Promise<{ id: string; when: number } | undefined> {
  const id = `L${round.id()}`;
  const day = round.nextDay === null || dayOf(at) > round.nextDay ? dayOf(at) : round.nextDay;
  const when = Math.max(at, startOf(day) + 3_600_000);
  const click = { click_id: id, clicked_at: when - 60_000, pid: `mm_2_${site}_9${site}`, buyer_id: id, shop_id: 'tea' };
  const order = { order_line_id: id, order_id: id, buyer_id: id, shop_id: 'tea', item_id: 'i', category_id: 'c' };
  const state = await permissionsOf(round.book.session, await bookOf(round), site, when - 60_000);
  if (state.state?.status !== 'approved' || state.standing !== 'active') return undefined;
  await round.tell('clicks', { ...click, referrer: `http://${site}.example/` }, site);
  await round.tell('orders', { ...order, quantity: '1', paid_amount: '100.00', paid_at: when });
  return { id, when };
}

/** Forfeits a line: the night takes it of the day, or of the first day not opened where it comes late. */
async function take(round: Round, site: string, line: string, at: number): Promise<void> {
  const decided = { decision_id: line, order_line_id: line, decision: 'forfeit', decided_by: 'Chen', reason: '' };
  await round.tell('risk-decisions', { ...decided, decided_at: at });
  const day = round.nextDay === null || dayOf(at) > round.nextDay ? dayOf(at) : round.nextDay;
  pending.push({ line, site, at, nightOf: day });
}

const pending: { line: string; site: string; at: number; nightOf: string }[] = [];

async function bookOf(round: Round) {
  const book = await readBook(round.book.session);
  if (book === undefined) throw new Error('there is no book');
  return book;
}

/** Runs the nights before a day; what they forfeited the reference hears from the log. */
async function nights(round: Round, before: string): Promise<void> {
  await runThrough(round.book, dayOf(startOf(before) - DAY));
  round.nextDay = (await bookOf(round)).nextDay;
  const { rows } = await round.book.session.client.query<{ subject: string }>(
    `select subject from log where type = 'CommissionVoided' and body ->> 'reason' = 'forfeited'`,
  );
  const taken = new Set(rows.map((row) => row.subject));
  round.reviewer.forfeits.length = 0;
  round.reviewer.forfeits.push(...pending.filter(({ line }) => taken.has(line)));
}

async function changesOf(round: Round, asOf: number, apply: boolean): Promise<Map<string, Change>> {
  const made = await review(round.book.session, { asOf, noticeDays: null, apply, by: 'the desk' });
  const found = new Map<string, Change>();
  for await (const change of made.changes()) found.set(change.site, change);
  expect(made.refused).toEqual([]);
  await made.remove();
  return found;
}

/** What the reference says of a review, and the same of the engine's change. */
async function compare(round: Round, asOf: number): Promise<void> {
  const expected = new Map(SITES.map((site) => [site, round.reviewer.review(site, asOf, round.nextDay)]));
  const changes = await changesOf(round, asOf, true);
  for (const [site, { status, score, granted, lost, cancelled }] of expected) {
    const change = changes.get(site);
    const none = granted.length + lost.length + cancelled.length === 0;
    if (change === undefined) {
      expect({ site, none }).toEqual({ site, none: true });
      continue;
    }
    const told = {
      status: change.status.after,
      score: Number(change.score.after),
      granted: change.granted.map((one) =>
        one.from === null ? one.permission : `${one.permission} from ${Date.parse(one.from)}`,
      ),
      lost: change.notice?.permissions.map((one) => one.permission) ?? [],
      cancelled: change.cancelled.map((one) => one.permission),
    };
    expect({ site, asOf: moment(asOf), ...told }).toEqual({
      site,
      asOf: moment(asOf),
      status,
      score,
      granted,
      lost,
      cancelled,
    });
    hearChange(round, change, asOf);
  }
}

/** The reference hears what the review recorded. */
function hearChange(round: Round, change: Change, asOf: number): void {
  const { site, status, score, granted, notice: given, cancelled } = change;
  const by = { site_id: site, review: 'x' };
  const isNew = status.before !== status.after || Number(score.before ?? -1) !== Number(score.after);
  if (isNew) {
    const row = { ...by, status: status.after, score: score.person ? '' : score.after, at: asOf };
    round.hear('site-reviews', row);
  }
  for (const { permission, from } of granted)
    round.hear('permissions', { ...by, permission, action: 'grant', at: from === null ? asOf : Date.parse(from) });
  if (given !== null) {
    const permissions = given.permissions.map((one) => one.permission).join(';');
    const ends = Date.parse(given.effectiveAt);
    expect(ends).toBe(round.reviewer.endOf(asOf, round.nextDay));
    round.hear('notices', {
      notice_id: given.id,
      site_id: site,
      permissions,
      issued_at: asOf,
      effective_at: ends,
      score: '1',
    });
  }
  for (const { notice: id, permission } of cancelled)
    round.hear('notice-cancellations', { notice_id: id, permission, cancelled_at: asOf }, site);
}

it.each(Array.from({ length: ROUNDS }, (_, n) => n + 1))('round %i agrees with the reference', async (seed) => {
  const book = await openBook();
  pending.length = 0;
  try {
    await makeBook(book.session, POLICY);
    const round = new Round(seed, book);
    await begin(round);
    for (let day = 0; day < 8; day++) {
      const now = FIRST + day * DAY + 10 * 3_600_000;
      for (let n = round.draw.whole(2, 8); n > 0; n--) await happen(round, now);
      await nights(round, dayOf(now));
      const asOf = now + round.draw.pick([0, 0, -DAY, -2 * DAY, 7_200_000]);
      await compare(round, asOf);
      for (const site of SITES) {
        for (const at of [asOf, now + 20 * DAY]) {
          const { permissions } = await permissionsOf(book.session, await bookOf(round), site, at);
          const held = permissions.filter((one) => one.held.held).map((one) => one.permission);
          const expected = PERMISSIONS.filter((permission) => round.reviewer.holds(site, permission, at, at));
          expect({ site, at: moment(at), held }).toEqual({ site, at: moment(at), held: expected });
        }
      }
    }
  } finally {
    await book.close();
  }
});

it('says the same of the same deliveries, whenever it is run', async () => {
  for (const seed of [11, 12, 13]) {
    const book = await openBook();
    pending.length = 0;
    try {
      await makeBook(book.session, POLICY);
      const round = new Round(seed, book);
      await begin(round);
      const now = FIRST + 3 * DAY + 10 * 3_600_000;
      for (const site of SITES)
        await round.tell('site-reviews', { site_id: site, status: 'approved', at: FIRST, reason: 'anew' });
      const sold = [];
      for (const site of SITES) sold.push(await sell(round, site, now - DAY));
      for (let n = 0; n < 20; n++) await happen(round, now);
      await nights(round, dayOf(now));
      const scores = async (): Promise<Record<string, string>> =>
        Object.fromEntries([...(await changesOf(round, now, false))].map(([site, { score }]) => [site, score.after]));
      const first = await scores();
      expect(Object.keys(first).length).toBeGreaterThan(0);
      // Later nights, and what is dated later: a move, a filing, another verdict, clicks, a forfeit.
      for (const site of SITES) {
        await file(round, site, now + 1000);
        await round.tell('ownership', { site_id: site, verified: 'no', at: now + 1000, how: '', verified_by: 'Chen' });
        await clicks(round, site, now + 1000);
      }
      // Forfeits of the day before that come late: a later night takes them.
      for (const [i, line] of sold.entries())
        if (line !== undefined) await take(round, SITES[i] ?? '', line.id, line.when + 1000);
      expect(await scores()).toEqual(first);
      await nights(round, dayOf(now + 4 * DAY));
      expect(round.reviewer.forfeits.length).toBeGreaterThan(0);
      expect(await scores()).toEqual(first);
    } finally {
      await book.close();
    }
  }
});
