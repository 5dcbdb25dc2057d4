/** A what-if against whole books: nothing changed is the book itself, and a change is what a book so run has. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generateBook } from '../../src/cli/generate/book.ts';
import { alimama2013, type Policy, policyText } from '../../src/core/policy/policy.ts';
import type { WhatIf } from '../../src/core/whatif/result.ts';
import type { ChangedLine } from '../../src/core/whatif/tally.ts';
import { supposedPermissions, supposedRates } from '../../src/ingest/judge/supposed.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { readBook } from '../../src/store/night/book.ts';
import { deliverFolder, makeBook, type OpenBook, openBook, runThrough } from '../books/play.ts';
import { smallBookTemplate } from '../support/small-book.ts';
import { ask, booked, holdAgainstBook } from './asked.ts';

/** The figures of some groups, as `booked` tells them. */
function told(answer: WhatIf, side: 'book' | 'other', kind: 'sellers' | 'publishers'): Record<string, bigint[]> {
  return Object.fromEntries(
    answer[kind].list.map(({ id, both }) => [id, [both[side].commission, both[side].earning, both[side].held]]),
  );
}

/** What the small book has of what reaches a line by other ways than its trade: by kind, how often. */
async function reached(session: Session): Promise<Record<string, number>> {
  const { rows } = await session.client.query<Record<string, number>>(
    `select (select count(*)::int from settlement where pid is not null) as restored,
       (select count(*)::int from log where type = 'CommissionRestored') as "restoredEvents",
       (select count(*)::int from withdrawal) as withdrawn, (select count(*)::int from notice) as notices,
       (select count(*)::int from dispute) as disputes`,
  );
  return rows[0] ?? {};
}

describe('the small book', () => {
  it('is what it is, with every kind of event in it, and by party', async () => {
    const template = await smallBookTemplate();
    try {
      const copy = await template.copy();
      const book = copy;
      const { restored, ...others } = await reached(book.session);
      expect(restored).toBeGreaterThan(0);
      expect(others).toEqual({ restoredEvents: restored, withdrawn: 1, notices: 2, disputes: 1 });
      await holdAgainstBook(book, await ask(book));
      // Half the fee: every seller and publisher with money is in the lists then, with what the book has of it.
      const policy = { ...alimama2013(2), serviceFeeRate: '0.05', minimumCommission: 4000n };
      const answer = await ask(book, { changes: { policy } });
      const { from, to } = answer;
      const publishers = await booked(book.session, "coalesce(s.publisher_id, a.publisher_id, '')", from, to);
      const listed = told(answer, 'book', 'publishers');
      expect(Object.keys(listed).length).toBeGreaterThan(3);
      for (const [id, figures] of Object.entries(listed))
        expect([id, figures]).toEqual([id, publishers[id]?.filter((_, at) => at === 1 || at > 2)]);
      const forfeits = await book.session.client.query<{ id: string; n: string }>(
        `select publisher_id as id, count(*) as n from log
         where type = 'CommissionForfeited' or (type = 'CommissionVoided' and body->>'reason' = 'forfeited')
         group by 1`,
      );
      const lost = new Map(forfeits.rows.map(({ id, n }) => [id, BigInt(n)]));
      for (const { id, both } of answer.publishers.list)
        expect([id, both.book.forfeitedLines]).toEqual([id, lost.get(id) ?? 0n]);
      expect(answer.interests.irregularCount).toBeGreaterThan(0n);
      expect(answer.interests.irregularForfeited.book).toBeGreaterThan(0n);
      await copy.drop();
    } finally {
      await template.drop();
    }
  });
});

const THROUGH = '2014-01-31';
const STRICTER: Policy = {
  ...alimama2013(2),
  name: 'stricter',
  sameStoreWindowDays: 9,
  crossStoreWindowDays: 4,
  fallThrough: false,
  couponOverride: false,
  serviceFeeRate: '0.15',
  minimumCommission: 500n,
};

describe('a change', () => {
  let folder = '';
  let book: OpenBook;

  /** A book of the same feeds, with some of their files as given, under a policy. */
  async function played(policy: string, files: Readonly<Record<string, string>>): Promise<OpenBook> {
    const own = join(folder, `feeds-${Object.keys(files).join('-')}-${policy.length}`);
    await rm(own, { recursive: true, force: true });
    const made = await mkdtemp(join(folder, 'copy-'));
    for (const name of await readdir(join(folder, 'feeds')))
      await writeFile(join(made, name), files[name] ?? (await readFile(join(folder, 'feeds', name), 'utf8')));
    const other = await openBook();
    await makeBook(other.session, policy);
    await deliverFolder(other.session, made);
    await runThrough(other, THROUGH);
    return other;
  }

  /** The answer's other side has to be what a book has that was run so from the first day. */
  async function holdAgainst(answer: WhatIf, policy: string, files: Readonly<Record<string, string>>): Promise<void> {
    const other = await played(policy, files);
    try {
      const own = await ask(other);
      expect(answer.all.other).toEqual(own.all.book);
      expect(answer.all.other).not.toEqual(answer.all.book);
      for (const kind of ['traces', 'reasons'] as const) {
        const figures = (of: WhatIf, side: 'book' | 'other') =>
          Object.fromEntries(
            of[kind].flatMap((one) =>
              one.both[side].lines === 0n ? [] : [['trace' in one ? one.trace : one.reason, one.both[side]]],
            ),
          );
        expect(figures(answer, 'other')).toEqual(figures(own, 'book'));
      }
      const sellers = await booked(other.session, 'a.seller_id', answer.from, answer.to);
      for (const [id, [commission]] of Object.entries(told(answer, 'other', 'sellers')))
        expect([id, commission]).toEqual([id, sellers[id]?.[1] ?? 0n]);
    } finally {
      await other.close();
    }
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cps-whatif-'));
    await generateBook({ lines: 400, seed: 5, out: join(folder, 'feeds'), clicksPerLine: 6 });
    book = await played('{}', {});
  });
  afterAll(async () => {
    await book.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('of the policy comes to what a book under that policy has', async () => {
    const answer = await ask(book, { changes: { policy: STRICTER } });
    await holdAgainst(answer, policyText(STRICTER, 2), {});
  });

  it('of permissions comes to what a book with those rows has', async () => {
    const rows = (await readFile(join(folder, 'feeds', 'permissions.csv'), 'utf8')).trimEnd().split('\n');
    const closed = [rows[0], ...rows.slice(1).map((row) => row.replace(',grant,', ',revoke,')), ''].join('\n');
    const path = join(folder, 'closed.csv');
    await writeFile(path, closed);
    const terms = await readBook(book.session);
    if (terms === undefined) throw new Error('no book');
    const answer = await ask(book, { changes: { permissions: await supposedPermissions(book.session, path, terms) } });
    expect(answer.traces.find(({ trace }) => trace === 'cross-store')?.both.other.lines ?? 0n).toBe(0n);
    await holdAgainst(answer, '{}', { 'permissions.csv': closed });
  });

  it('of rates comes to what a book with those rows has', async () => {
    const rows = (await readFile(join(folder, 'feeds', 'rates.csv'), 'utf8')).trimEnd().split('\n');
    const at = (rows[0] ?? '').split(',').indexOf('rate');
    const raised = rows.map((row, line) =>
      line === 0
        ? row
        : row
            .split(',')
            .map((cell, i) => (i === at ? '0.12' : cell))
            .join(','),
    );
    const path = join(folder, 'raised.csv');
    await writeFile(path, `${raised.join('\n')}\n`);
    const terms = await readBook(book.session);
    if (terms === undefined) throw new Error('no book');
    const answer = await ask(book, { changes: { rates: await supposedRates(book.session, path, terms) } });
    await holdAgainst(answer, '{}', { 'rates.csv': `${raised.join('\n')}\n` });
  });

  it('is answered the same by one worker, two or five, with every changed line in one order', async () => {
    const answers: { answer: WhatIf; lines: ChangedLine[] }[] = [];
    for (const workers of [1, 2, 5]) {
      const lines: ChangedLine[] = [];
      const onChanged = (more: readonly ChangedLine[]): void => void lines.push(...more);
      const prices = { cpc: 30n, cpa: 500n };
      const answer = await ask(book, { changes: { policy: STRICTER }, workers, top: 7, prices, onChanged });
      answers.push({ answer, lines });
    }
    const [one] = answers;
    expect(one?.lines.length).toBeGreaterThan(50);
    expect(one?.lines.length).toBe(one?.answer.lines.of);
    for (const other of answers) expect(other).toEqual(one);
  });

  it('adds up: fees and earnings are commission, parties and traces are the whole, under both', async () => {
    const { all, traces, reasons, sellers, publishers, shifts, lines, interests } = await ask(book, {
      changes: { policy: STRICTER },
    });
    for (const side of ['book', 'other'] as const) {
      expect(all[side].fee + all[side].earning).toBe(all[side].commission);
      const sum = (figures: readonly bigint[]): bigint => figures.reduce((a, b) => a + b, 0n);
      expect(sum([...traces, ...reasons].map(({ both }) => both[side].lines))).toBe(all[side].lines);
      expect(sum(traces.map(({ both }) => both[side].commission))).toBe(all[side].commission);
      expect(interests.good[side] + interests.irregular[side]).toBe(all[side].earning);
      expect(sum(interests.sellers.map((one) => one.commission[side]))).toBe(all[side].commission);
    }
    const change = (kind: typeof sellers, figure: 'commission' | 'earning'): bigint =>
      kind.list.reduce((sum, { both }) => sum + both.other[figure] - both.book[figure], 0n);
    expect(change(sellers, 'commission')).toBe(all.other.commission - all.book.commission);
    expect(change(publishers, 'earning')).toBe(all.other.earning - all.book.earning);
    expect(shifts.reduce((sum, { both }) => sum + both.book.lines, 0n)).toBe(BigInt(lines.of));
  });

  it('counts clicks and sales of every shop as the book has them', async () => {
    const { traffic } = await ask(book, { prices: { cpc: 30n, cpa: 500n } });
    const { rows } = await book.session.client.query<{ shop: string; sales: string; clicks: string; buying: string }>(
      `select shop_id as shop,
         (select count(*) from settlement s join order_line o using (partition, order_line_id)
          where o.shop_id = p.shop_id and s.commission > 0) as sales,
         (select count(*) from click c join adzone z on 'mm_' || (select publisher_id from site t where t.site_id = z.site_id limit 1)
            || '_' || z.site_id || '_' || z.adzone_id = c.pid where c.shop_id = p.shop_id and c.clicked_at >= '2013-11-20 00:00:00+08') as clicks,
         (select count(distinct c.click_id) from settlement s join attribution a using (partition, order_line_id)
            join click c on c.click_id = a.click_id
          where c.shop_id = p.shop_id and s.commission > 0 and c.clicked_at >= '2013-11-20 00:00:00+08') as buying
       from shop p`,
    );
    const shops = Object.fromEntries(
      (traffic?.shops ?? []).map((one) => [one.shopId, [one.sales, one.clicks, one.buying]]),
    );
    expect(shops).toEqual(
      Object.fromEntries(rows.map(({ shop, ...one }) => [shop, [one.sales, one.clicks, one.buying].map(BigInt)])),
    );
    const all = traffic?.all;
    expect([all?.cpc, all?.cpa, all?.idle]).toEqual([
      (all?.clicks ?? 0n) * 30n,
      (all?.sales ?? 0n) * 500n,
      ((all?.clicks ?? 0n) - (all?.buying ?? 0n)) * 30n,
    ]);
  });
});
