/** A publisher's own marks (SPEC 2): its lines show them and its month is grouped by them; its seller is told of none. */

import { resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { messageOf } from '../../src/core/webhook/message.ts';
import { kindsFor, typesOf } from '../../src/core/webhook/telling.ts';
import { apiRoom } from '../../src/http/v1/index.ts';
import { recordRows } from '../../src/ingest/deliver/record.ts';
import { run } from '../../src/night/run.ts';
import { newsIn } from '../../src/store/outbox/webhook-turns.ts';
import { type House, NOW, openHouse } from './house.ts';

const STORY = resolve(import.meta.dirname, '../../scenarios/01-first-sale.md');
/** Order lines of January by the mark of their click, with what was paid; a tenth of 5.5 % is the service fee. */
const SALES = [
  ['M1', 'spring', '100.00'],
  ['M2', 'spring', '200.00'],
  ['M3', '=autumn', '400.00'],
  ['M4', '', '800.00'],
] as const;

let house: House;

beforeAll(async () => {
  house = await openHouse(STORY, [apiRoom]);
  const day = '2014-01-22';
  const clicks = SALES.map(([line, mark]) => ({
    click_id: `c${line}`,
    clicked_at: `${day} 09:00:00`,
    pid: 'mm_1001_501_9001',
    buyer_id: `b${line}`,
    shop_id: 'tea',
    referrer: 'http://lin.example/green-tea',
    sub_id: mark,
  }));
  const orders = SALES.map(([line, , paid]) => ({
    order_line_id: line,
    order_id: `O${line}`,
    buyer_id: `b${line}`,
    shop_id: 'tea',
    item_id: 'tin',
    category_id: 'green-tea',
    quantity: '1',
    paid_amount: paid,
    paid_at: `${day} 10:00:00`,
  }));
  const receipts = SALES.map(([line]) => ({ order_line_id: line, confirmed_at: '2014-01-23 10:00:00' }));
  const refunds = [{ refund_id: 'R1', order_line_id: 'M2', amount: '100.00', refunded_at: '2014-01-24 10:00:00' }];
  const feeds = { clicks, orders, receipts, refunds };
  const rows = Object.entries(feeds).map(([feed, of]) => ({ feed, rows: of }));
  await recordRows(house.session, 'marked', rows);
  const order = { through: '2014-01-24', workers: 1, now: NOW, dryRun: false, url: house.databaseUrl };
  await run(house.session, { ...order, onNight: () => undefined, onBatch: () => undefined });
}, 120_000);
afterAll(() => house.close());

async function asked(path: string, role: 'publisher' | 'seller', party: string): Promise<string> {
  const { text } = await house.key(role, party);
  const answer = await fetch(house.url + path, { headers: { authorization: `Bearer ${text}` } });
  expect(answer.status).toBe(200);
  return answer.text();
}

const marksOf = (rows: readonly Record<string, unknown>[], name: string) => rows.map((row) => row[name]);

it('attributions and statements show them to the publisher, and to no seller', async () => {
  const list = '/v1/attributions?from=2014-01-22';
  const items = async (role: 'publisher' | 'seller', party: string) =>
    (JSON.parse(await asked(list, role, party)) as { items: Record<string, unknown>[] }).items;
  expect(marksOf(await items('publisher', '1001'), 'subId')).toEqual(['spring', 'spring', '=autumn', null]);
  expect(marksOf(await items('seller', 's1'), 'subId')).toEqual([null, null, null, null]);

  const marked = async (role: 'publisher' | 'seller', party: string) =>
    JSON.parse(await asked(`${list}&subId=spring`, role, party)) as { items: unknown[]; totals: { count: number } };
  expect(await marked('publisher', '1001')).toMatchObject({ items: [{}, {}], totals: { count: 2 } });
  expect(await marked('seller', 's1')).toMatchObject({ items: [], totals: { count: 0 } });

  const month = '/v1/publishers/1001/statements/2014-01';
  const { lines } = JSON.parse(await asked(month, 'publisher', '1001')) as { lines: Record<string, unknown>[] };
  const charged = lines.filter(({ subject }) => String(subject).startsWith('M'));
  expect(marksOf(charged, 'sub_id')).toEqual(['spring', 'spring', '=autumn', null, 'spring']);
  const csv = await asked(`${month}?format=csv`, 'publisher', '1001');
  expect(csv.split('\n')[0]).toContain(',pid,sub_id,trace,');
  expect(csv).toContain(",mm_1001_501_9001,'=autumn,same-store,");
  for (const format of ['text', 'html'])
    expect(await asked(`${month}?format=${format}`, 'publisher', '1001')).toContain('spring');
  for (const format of ['json', 'csv', 'text', 'html'])
    expect(await asked(`/v1/sellers/s1/deductions/2014-01?format=${format}`, 'seller', 's1')).not.toMatch(
      /spring|sub_?-?id/i,
    );
});

it('documents of a month before the first mark have no column of them', async () => {
  for (const format of ['json', 'csv', 'text', 'html'])
    expect(await asked(`/v1/publishers/1001/statements/2013-11?format=${format}`, 'publisher', '1001')).not.toMatch(
      /sub_?-?id/i,
    );
});

it('the pages show them by line and by group', async () => {
  const lin = await house.visitor('publisher', '1001');
  await lin.get('/publisher/2014-01?lang=en');
  const { text } = await lin.get('/publisher/2014-01?lang=en');
  const group = /<table[^>]*>\s*<caption[^>]*>By sub-id.*?<\/table>/s.exec(text)?.[0] ?? '';
  const told = group.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  // 4.95 % of 300.00 came, and of 100.00 went back.
  expect(told).toMatch(/spring 3 14\.85 −4\.95 9\.90/);
  expect(told).toMatch(/=autumn 1 19\.80 0\.00 19\.80/);
  expect(told).toMatch(/none 1 39\.60 0\.00 39\.60/);
  expect((await lin.get('/publisher/2014-01/lines')).text).toContain('spring');
  expect(text).toContain('href="/publisher/2014-01/lines?mark=spring"');
  const linesOf = async (query: string) =>
    [...(await lin.get(`/publisher/2014-01/lines?${query}`)).text.matchAll(/lines\/(M\d)"/g)].map(([, id]) => id);
  expect(await linesOf('mark=spring')).toEqual(['M1', 'M2', 'M2']);
  expect(await linesOf('mark=%3Dautumn')).toEqual(['M3']);
  expect(await linesOf('mark=')).toContain('M4');
  expect(await linesOf('mark=')).not.toContain('M1');
  const seller = await house.visitor('seller', 's1');
  const all = (await seller.get('/seller/2014-01/lines?mark=spring')).text;
  expect([...all.matchAll(/lines\/(M\d)"/g)].map(([, id]) => id)).toEqual(['M1', 'M2', 'M3', 'M4', 'M2']);
  for (const path of ['/seller/2014-01', '/seller/2014-01/lines', '/seller/lines/M1'])
    expect((await seller.get(path)).text).not.toMatch(/spring|sub-id/);
});

it('a webhook tells them to the publisher and the operator, and to no seller', async () => {
  const heads = await house.session.client.query<{ partition: number; position: bigint }>(
    'select partition, position from partition_head',
  );
  const stretches = heads.rows.map((head) => ({
    partition: head.partition,
    after: 0n,
    through: BigInt(head.position),
  }));
  const told = async (role: 'operator' | 'publisher' | 'seller', party: string | null) => {
    const audience = { role, party };
    const types = typesOf(kindsFor(role));
    const news = await newsIn(house.session, stretches, { endpointId: 0, types, audience, limit: 1000, digits: 2 });
    return news
      .filter(({ logged }) => logged.event.subject.startsWith('M'))
      .map(({ logged, winner }) => messageOf(logged, winner, audience, { currency: 'CNY', digits: 2 }).body);
  };
  for (const bodies of [await told('publisher', '1001'), await told('operator', null)]) {
    expect(bodies.some((body) => body.includes('"sub_id":"spring"'))).toBe(true);
    expect(bodies.filter((body) => body.includes('"M4"')).join('')).not.toContain('sub_id');
  }
  const seller = await told('seller', 's1');
  expect(seller.length).toBeGreaterThan(0);
  expect(seller.join('')).not.toMatch(/sub_id|spring/);
});
