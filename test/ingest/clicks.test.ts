/** Clicks through the real door: known ones beside new ones in one file, and those that come after the night of their buyer's orders. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliver, type Receipt } from '../../src/ingest/deliver/deliver.ts';
import { makeBook, type OpenBook, openBook, runThrough } from '../books/play.ts';

let book: OpenBook;
let work = '';
let files = 0;

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'cps-clicks-'));
  book = await openBook();
  await makeBook(book.session);
  await take('shops', ['shop_id,seller_id,mall,name', 's,1,tmall,']);
});
afterAll(async () => {
  await book.close();
  rmSync(work, { recursive: true, force: true });
});

function take(feed: string, lines: readonly string[]): Promise<Receipt> {
  const path = join(work, `${feed}-${files++}.csv`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return deliver(book.session, { path, feed, rowsABatch: 3 }, () => {});
}

const CLICKS = 'click_id,clicked_at,pid,buyer_id,shop_id,item_id,referrer,ip';
const ORDERS = 'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at,coupon_pid';
const click = (id: string, buyer: string, at: string, referrer = ''): string =>
  `${id},${at},mm_1_1_1,${buyer},s,,${referrer},10.0.0.1`;
const order = (id: string, buyer: string, at: string): string => `${id},${id},${buyer},s,i,c,1,10.00,${at},`;

it('takes the new ones of a chunk in which others are known, told by buyer, moment and id', async () => {
  const first = await take('clicks', [CLICKS, click('k1', 'b1', '2013-11-01 10:00:00')]);
  expect(first).toMatchObject({ read: 1, accepted: 1 });
  const again = await take('clicks', [
    CLICKS,
    click('k2', 'b1', '2013-11-01 10:00:00'),
    click('k1', 'b1', '2013-11-01T02:00:00Z'),
    click('k1', 'b2', '2013-11-01 10:00:00'),
    // A chunk of its own: the same twice, and the same with another referrer.
    click('k3', 'b1', '2013-11-01 10:00:00', '来路'),
    click('k3', 'b1', '2013-11-01 10:00:00', '来路'),
    click('k3', 'b1', '2013-11-01 10:00:00', 'elsewhere'),
  ]);
  expect(again).toMatchObject({ read: 6, accepted: 3, duplicate: 2, conflict: 1 });
  const { rows } = await book.session.client.query('select click_id, buyer_id, referrer from click order by 1, 2');
  expect(rows.map((row) => Object.values(row).join(' ').trim())).toEqual(['k1 b1', 'k1 b2', 'k2 b1', 'k3 b1 来路']);
});

it('says of a click that all orders of its buyer in its window were decided before it came', async () => {
  const orders = [
    order('L1', 'early', '2013-12-10 10:00:00'),
    order('L2', 'both', '2013-12-10 10:00:00'),
    order('L3', 'both', '2013-12-12 10:00:00'),
    order('L4', 'later', '2013-12-12 10:00:00'),
  ];
  await take('orders', [ORDERS, ...orders]);
  await runThrough(book, '2013-12-10');
  const late = await take('clicks', [
    CLICKS,
    click('k10', 'early', '2013-12-10 09:00:00'),
    click('k11', 'both', '2013-12-10 09:00:00'),
    click('k12', 'later', '2013-12-10 09:00:00'),
    click('k13', 'nobody', '2013-12-10 09:00:00'),
    // After its order, before its window, and in time: none of them is late.
    click('k14', 'early', '2013-12-10 11:00:00'),
    click('k15', 'early', '2013-11-20 09:00:00'),
    click('k16', 'early', '2013-12-11 09:00:00'),
    click('k17', 'early', '2013-11-25 10:00:00'),
  ]);
  expect(late).toMatchObject({ read: 8, accepted: 8 });
  expect(late.notices).toEqual([{ kind: 'late-click', about: '', detail: { click: 'k10' }, count: 2, lines: [2] }]);
});
