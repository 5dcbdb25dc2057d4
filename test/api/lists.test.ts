/** Lists and documents: pages that join without a gap, totals that are the exports', and answers that stay as they are. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { client } from '../../clients/cps-client.ts';
import { commandLine } from '../cli/command-line.ts';
import { type Ground, ground } from './ground.ts';

let at: Ground;
beforeAll(async () => {
  at = await ground();
});
afterAll(() => at.close());

const SPAN = 'from=2013-11-20&through=2014-02-19';

interface Page {
  readonly items: Record<string, unknown>[];
  readonly next: string | null;
  readonly totals?: { readonly count: number } & Record<string, string>;
}

async function pages(
  path: string,
  limit: number,
): Promise<{ items: Record<string, unknown>[]; totals: Page['totals'] }> {
  const items: Record<string, unknown>[] = [];
  let cursor = '';
  let totals: Page['totals'];
  do {
    const page = (
      await at.get(`${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor}`, at.keys.operator)
    ).json<Page>();
    expect(page.items.length).toBeLessThanOrEqual(limit);
    if (cursor === '') totals = page.totals;
    else expect(page.totals).toBeUndefined();
    items.push(...page.items);
    cursor = page.next === null ? '' : `&cursor=${page.next}`;
    if (page.next !== null) expect(page.items.length).toBe(limit);
  } while (cursor !== '');
  return { items, totals };
}

const csv = (text: string): Record<string, string>[] => {
  const [header = '', ...rows] = text.trimEnd().split('\n');
  const names = header.split(',');
  return rows.map((row) => Object.fromEntries(row.split(',').map((cell, i) => [names[i] ?? '', cell])));
};
const fen = (amounts: readonly unknown[]): bigint =>
  amounts.reduce((sum: bigint, amount) => sum + BigInt(String(amount ?? '').replace('.', '') || '0'), 0n);

describe('a list', () => {
  it.each([
    [`/v1/attributions?${SPAN}`, 7],
    ['/v1/statements', 3],
    ['/v1/payouts', 1],
    ['/v1/deductions', 10],
    ['/v1/sites', 4],
    ['/v1/runs', 13],
    ['/v1/deliveries', 9],
    ['/v1/cases', 1],
  ])('%s is the same in pages as whole, each item once', async (path, limit) => {
    const whole = await pages(path, 500);
    const parts = await pages(path, limit);
    expect(parts.items).toEqual(whole.items);
    expect(parts.totals).toEqual(whole.totals);
    expect(whole.items.length).toBeGreaterThan(limit);
    expect(new Set(whole.items.map((item) => JSON.stringify(item))).size).toBe(whole.items.length);
  });

  it('of attributions has the totals and rows of its export, for everybody and each party', async () => {
    const exported = csv((await at.get('/v1/exports/attributions', at.keys.operator)).text);
    const { items, totals } = await pages(`/v1/attributions?${SPAN}`, 500);
    expect(totals).toMatchObject({ count: exported.length });
    expect(fen([totals?.['estimate']])).toBe(fen(exported.map((row) => row['estimate'])));
    const told = items.map((item) => [
      item['orderLine'],
      item['outcome'],
      item['pid'] ?? '',
      item['rate'] ?? '',
      item['estimate'] ?? '',
    ]);
    const wanted = exported.map((row) => [
      row['order_line_id'],
      row['outcome'],
      row['pid'],
      row['rate'],
      row['estimate'],
    ]);
    expect(told.sort()).toEqual(wanted.sort());
    const own = (await at.get(`/v1/attributions?${SPAN}&limit=500`, at.keys.publisher)).json<Page>();
    const of = exported.filter((row) => row['pid']?.startsWith(`mm_${at.publisher}_`));
    expect(own.totals?.count).toBe(of.length);
    expect(fen([own.totals?.['estimate']])).toBe(fen(of.map((row) => row['estimate'])));
    expect(own.items.length).toBe(of.length);
  });

  it('of statements has the totals of its export, figure by figure', async () => {
    const exported = csv((await at.get('/v1/exports/statements', at.keys.operator)).text);
    const { totals } = await pages('/v1/statements', 500);
    expect(totals?.count).toBe(exported.length);
    for (const name of ['opening', 'earnings', 'reversals', 'tax', 'payouts', 'closing', 'gross', 'payout'])
      expect(fen([totals?.[name]]), name).toBe(fen(exported.map((row) => row[name])));
  });

  it('of payouts and deductions has the totals of the transfers that instructed them', async () => {
    const exported = csv((await at.get('/v1/exports/transfers', at.keys.operator)).text);
    for (const [path, event] of [
      ['/v1/payouts', 'PayoutInstructed'],
      ['/v1/deductions', 'DeductionInstructed'],
    ] as const) {
      const { totals } = await pages(path, 500);
      const of = exported.filter((row) => row['event'] === event);
      expect(totals?.count).toBe(new Set(of.map((row) => row['subject'])).size);
      expect(fen([totals?.['amount']])).toBe(fen(of.map((row) => row['amount'])));
    }
  });

  it('through the client has the types it is described with', async () => {
    const call = client(at.url, at.keys.auditor);
    const { items, next, totals } = await call('GET /v1/payouts', { query: { limit: '1', state: 'confirmed' } });
    expect(items[0]).toMatchObject({ state: 'confirmed', amount: expect.stringMatching(/^\d+\.\d\d$/) });
    expect([typeof next, totals?.count]).toEqual([expect.any(String), expect.any(Number)]);
  });
});

describe('documents and exports', () => {
  it('are the bytes of the command line, in every format', async () => {
    const database = ['--database', at.databaseUrl];
    for (const format of ['text', 'json', 'csv', 'html']) {
      const ours = await at.get(
        `/v1/publishers/${at.publisher}/statements/2013-11?format=${format}`,
        at.keys.publisher,
      );
      const theirs = await commandLine([...database, 'statement', at.publisher, '2013-11', '--format', format]);
      expect([ours.status, ours.text], format).toEqual([200, theirs.out]);
      const due = await at.get(`/v1/sellers/${at.seller}/deductions/2013-11?format=${format}`, at.keys.seller);
      expect(due.text, format).toBe(
        (await commandLine([...database, 'deductions', at.seller, '2013-11', '--format', format])).out,
      );
    }
    for (const format of ['xlsx', 'pdf']) {
      const answer = await at.get(
        `/v1/publishers/${at.publisher}/statements/2013-11?format=${format}&lang=zh`,
        at.keys.finance,
      );
      expect(answer.status, format).toBe(200);
      expect(answer.text.slice(0, 4)).toBe(format === 'pdf' ? '%PDF' : 'PK\u0003\u0004');
      expect(answer.headers.get('content-disposition')).toBe(
        `attachment; filename="statement-${at.publisher}-2013-11.${format}"`,
      );
    }
    for (const name of ['transfers', 'balances', 'journal', 'ingest']) {
      const ours = await at.get(`/v1/exports/${name}`, at.keys.finance);
      expect(ours.text, name).toBe((await commandLine([...database, 'export', name])).out);
    }
  });

  it('of closed things have an ETag, and are not sent to who has them', async () => {
    const closed = [
      [`/v1/publishers/${at.publisher}/statements/2013-11?format=csv`, at.keys.publisher],
      [`/v1/publishers/${at.publisher}/statements/2013-12?as_of=2014-02-01`, at.keys.publisher],
      [`/v1/sellers/${at.seller}/deductions/2013-12?format=html`, at.keys.seller],
      ['/v1/exports/statements?as_of=2014-01-31', at.keys.auditor],
    ] as const;
    const tags = new Set<string>();
    for (const [path, key] of closed) {
      const first = await at.get(path, key);
      const tag = first.headers.get('etag') ?? '';
      expect(tag, path).toMatch(/^"[\w-]{32}"$/);
      tags.add(tag);
      const again = await at.get(path, key, { 'if-none-match': `"other", ${tag}` });
      expect([again.status, again.text], path).toEqual([304, '']);
      expect((await at.get(path, key, { 'if-none-match': '"other"' })).text).toBe(first.text);
    }
    expect(tags.size).toBe(closed.length);
    const stranger = await at.get(closed[0][0], at.keys.seller, { 'if-none-match': [...tags].join() });
    expect(stranger.status).toBe(403);
  });

  it('of open things have none', async () => {
    for (const path of [`/v1/publishers/${at.publisher}/statements/2014-02`, '/v1/exports/balances'])
      expect((await at.get(path, at.keys.operator)).headers.get('etag'), path).toBeNull();
  });

  it('as of a day that is not closed are refused', async () => {
    for (const path of [
      `/v1/publishers/${at.publisher}/statements/2014-02?as_of=2014-02-28`,
      '/v1/exports/balances?as_of=2014-02-28',
    ])
      expect((await at.get(path, at.keys.operator)).status, path).toBe(409);
  });
});
