/** How refused rows end: mended by a later delivery of their key, dismissed by a person, or open; and what a conflict says. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBook, type OpenBook, openBook } from '../books/play.ts';
import { commandLine } from './command-line.ts';

let book: OpenBook;
let folder = '';
let files = 0;

const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cps-rejects-'));
  book = await openBook();
  await makeBook(book.session);
  await take('shops', 'shop_id,seller_id,mall,name\ntea,s1,taobao,tea\n');
});
afterAll(async () => {
  await book.close();
  await rm(folder, { recursive: true });
});

async function take(feed: string, content: string): Promise<number> {
  files += 1;
  mkdirSync(join(folder, String(files)));
  const path = join(folder, String(files), `${feed}.csv`);
  writeFileSync(path, content);
  return (await cps('ingest', path)).code;
}

interface Listed {
  readonly number: number;
  readonly feed: string;
  readonly line: number;
  readonly state: string;
  readonly reason: string;
}

async function rejects(...args: string[]): Promise<Listed[]> {
  return (JSON.parse((await cps('rejects', '--json', ...args)).out) as { rejects: Listed[] }).rejects;
}

const ORDERS = 'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at';
const order = (id: string, amount = '12.50', shop = 'tea'): string =>
  `${id},O1,b1,${shop},i,c,1,${amount},2013-12-21 10:00:00`;
const orders = (...rows: string[]): string => `${[ORDERS, ...rows].join('\n')}\n`;

it('a row is open until one of its key is accepted, in the same delivery or a later one', async () => {
  expect(
    await take('orders', orders(order('L1', 'x'), order('L2', '1.00', 'silk'), order('L3', '?'), order('L3'))),
  ).toBe(1);
  expect((await rejects()).map(({ line }) => line)).toEqual([2, 3]);
  expect(await take('orders', orders(order('L1', '12.34')))).toBe(0);
  expect((await rejects()).map(({ line }) => line)).toEqual([3]);
  expect((await rejects('--all')).map(({ line, state }) => [line, state])).toEqual([
    [2, 'mended'],
    [4, 'mended'],
    [3, 'open'],
  ]);
  // What is refused again mends nothing.
  expect(await take('orders', orders(order('L2', '1.00', 'silk')))).toBe(1);
  expect((await rejects()).length).toBe(2);
  expect((await cps('rejects', '--feed', 'orders', '--format', 'csv')).out.trim().split('\n').length).toBe(3);
});

it('lists the notices of deliveries gone by, of a feed or of all', async () => {
  await take('orders', `${ORDERS},coupon_pid,paid_amout\n${order('L20')},nobody,\n`);
  const shown = await cps('rejects', 'notices', 'orders');
  expect(shown).toMatchObject({ code: 0, err: '' });
  expect(shown.out).toContain('orders.csv');
  expect(shown.out).toContain('coupon_pid');
  const { deliveries } = JSON.parse((await cps('rejects', 'notices', '--json')).out) as {
    deliveries: { feed: string; notices: { kind: string }[] }[];
  };
  expect(deliveries.map(({ feed }) => feed)).toContain('orders');
  expect(deliveries[0]?.notices.map(({ kind }) => kind)).toContain('coupon-no-pid');
  expect((await cps('rejects', 'notices', 'shops')).out).toBe('No delivery has notices.\n');
});

it('a waiting row that proves impossible is open, and one that comes true mends', async () => {
  const receipts = (...rows: string[]): string =>
    `${['order_line_id,confirmed_at,received_amount', ...rows].join('\n')}\n`;
  await take('receipts', receipts('L8,2013-12-22 10:00:00,x'));
  await take('receipts', receipts('L8,2013-12-22 10:00:00,10.00', 'L9,2013-12-22 10:00:00,99.00'));
  expect((await rejects('--feed', 'receipts')).map(({ line }) => line)).toEqual([2]);
  await take('orders', orders(order('L8'), order('L9')));
  const open = await rejects('--feed', 'receipts');
  expect(open.map(({ reason }) => reason)).toEqual([
    'received 99.00 of order line L9, which was paid with 12.50: check the line and the amount',
  ]);
});

it('a person dismisses one with a reason, once', async () => {
  const [first] = await rejects('--feed', 'orders');
  const number = String(first?.number);
  const dismiss = (...more: string[]) => cps('rejects', 'dismiss', number, '--by', 'Chen', ...more);
  expect((await dismiss()).err).toContain('--reason');
  expect((await dismiss('--reason', ' ')).err).toContain('reason is empty');
  expect((await dismiss('--reason', 'a test')).out).toBe(`Dismissed refused row ${number}: line 3 of orders.\n`);
  expect((await dismiss('--reason', 'again')).err).toContain('was dismissed by Chen already');
  expect((await cps('rejects', 'dismiss', '999', '--by', 'Chen', '--reason', 'r')).err).toContain(
    'there is no refused row 999',
  );
  expect((await rejects('--feed', 'orders')).map((one) => one.number)).not.toContain(first?.number);
  expect((await rejects('--all')).find((one) => one.number === first?.number)?.state).toBe('dismissed by Chen: a test');
});

it('a conflict says which cells differ, and both values of each', async () => {
  const reasonOf = async (feed: string, content: string): Promise<string | undefined> => {
    await take(feed, content);
    return (await rejects('--feed', feed)).at(-1)?.reason;
  };
  expect(await reasonOf('orders', orders(`L1,O1,b2,tea,i,c,1,12.35,2013-12-21 11:00:00`))).toBe(
    'order_line_id "L1" is known with buyer_id "b1" and not "b2", paid_amount 12.34 and not 12.35, paid_at 2013-12-21 10:00:00+08:00 and not 2013-12-21 11:00:00+08:00: it stays as it was first delivered',
  );
  expect(await reasonOf('receipts', 'order_line_id,confirmed_at,received_amount\nL8,2013-12-22 10:00:00,\n')).toContain(
    'received_amount 10.00 and not (empty)',
  );
  expect(await reasonOf('shops', 'shop_id,seller_id,mall,name\ntea,s2,taobao,Tee\n')).toBe(
    'shop_id "tea" is known with seller_id "s1" and not "s2", which cannot be changed: deliver it under a new key, or as it was',
  );
  const click = (shop: string): string =>
    `click_id,clicked_at,pid,buyer_id,shop_id\nk,2013-12-20 12:00:00,mm_1_2_3,b,${shop}\n`;
  await take('clicks', click('tea'));
  expect(await reasonOf('clicks', click('silk'))).toContain('is known with shop_id "tea" and not "silk"');
});
