/** Hostile deliveries through the real door: a sentence for each bad row or file, the good rows in, every row accounted for. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { deliver, type Receipt } from '../../src/ingest/deliver/deliver.ts';
import { SourceError } from '../../src/ingest/source/source.ts';
import { refusals, type StoredRefusal } from '../../src/store/intake/deliveries.ts';
import { makeBook, type OpenBook, openBook } from '../books/play.ts';
import { cps } from '../integration/commands.ts';

let book: OpenBook;
let work = '';

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'cps-hostile-'));
  book = await openBook();
  await makeBook(book.session);
  await take('shops', 'shop_id,seller_id,mall,name\n1,s1,tmall,一号店\n');
});
afterAll(async () => {
  await book.close();
  rmSync(work, { recursive: true, force: true });
});

let files = 0;

function take(feed: string, content: string | Buffer, ending = 'csv'): Promise<Receipt> {
  const path = join(work, `${feed}-${files++}.${ending}`);
  writeFileSync(path, content);
  return deliver(book.session, { path, feed }, () => {});
}

async function refusedOf(receipt: Receipt): Promise<StoredRefusal[]> {
  const found: StoredRefusal[] = [];
  for await (const some of refusals(book.session)) found.push(...some.filter((one) => one.file === receipt.file));
  return found;
}

const HEADER = 'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at,coupon_pid\n';
const good = (id: string): string => `${id},O1,b1,1,i1,c1,1,12.30,2013-12-10 10:00:00,\n`;
const row = (change: Record<string, string>): string => {
  const cells = {
    id: 'X',
    order: 'O1',
    buyer: 'b1',
    shop: '1',
    item: 'i1',
    category: 'c1',
    quantity: '1',
    paid: '12.30',
    at: '2013-12-10 10:00:00',
    coupon: '',
    ...change,
  };
  return `${Object.values(cells).join(',')}\n`;
};

it.each<[string, string, RegExp]>([
  ['an amount beyond floats', row({ paid: '1e309' }), /^paid_amount is "1e309": it must be an amount/],
  ['not a number', row({ paid: 'NaN' }), /^paid_amount is "NaN"/],
  ['a hexadecimal amount', row({ paid: '0x10' }), /^paid_amount/],
  ['full-width digits', row({ paid: '１２.３０' }), /^paid_amount/],
  ['more digits than the currency has', row({ paid: '12.345' }), /^paid_amount/],
  ['a negative amount', row({ paid: '-1.00' }), /^paid_amount/],
  ['an amount of a trillion', row({ paid: '1000000000000.00' }), /^paid_amount/],
  ['a leap second', row({ at: '2012-06-30 23:59:60' }), /^paid_at is/],
  ['a day that is not', row({ at: '2013-02-29 10:00:00' }), /^paid_at is/],
  ['the year 9999', row({ at: '9999-12-31 23:59:59' }), /^paid_at is .* of the years 1990 to 2099/],
  ['a day without a time', row({ at: '2013-12-10' }), /^paid_at is/],
  ['an id with a space', row({ id: 'L 1' }), /^order_line_id is "L 1"/],
  ['an id with a colon', row({ shop: 'a:b' }), /^shop_id is "a:b"/],
  ['a quantity of a half', row({ quantity: '0.5' }), /^quantity/],
  ['a missing cell', row({ buyer: '' }), /^buyer_id is empty/],
  ['a shop nobody knows', row({ shop: '2' }), /^shop 2 is not known/],
  ['a quote that never closes', 'X,"O1,b1,1,i1,c1,1,12.30,2013-12-10 10:00:00,\n', /quote/i],
  ['too few cells', 'X,O1,b1\n', /3.*10|cells/],
  ['a NUL', row({ order: 'O\0' }), /NUL/],
  ['a megabyte in a cell', row({ coupon: 'x'.repeat(1_100_000) }), /longer|MiB|KiB/],
])('refuses %s with a sentence, and takes the rows around it', async (_what, bad, says) => {
  const [before, after] = [`L${files}a`, `L${files}b`];
  const receipt = await take('orders', HEADER + good(before) + bad + good(after));
  expect(receipt).toMatchObject({ read: 3, accepted: 2, rejected: 1 });
  const [refusal, ...others] = await refusedOf(receipt);
  expect(others).toEqual([]);
  expect(refusal).toMatchObject({ verdict: 'rejected', line: 3n, reason: expect.stringMatching(says) });
  expect(refusal?.reason.length).toBeLessThan(400);
});

it('refuses bytes that are no text, row by row', async () => {
  const bad = Buffer.concat([
    Buffer.from('U1,O1,b\xff\xfe1,1,i1,c1,1,12.30,2013-12-10 10:00:00,', 'latin1'),
    Buffer.from('\n'),
  ]);
  const many = Array.from({ length: 20 }, (_, i) => row({ id: `U${i + 2}`, coupon: '优惠券' })).join('');
  const receipt = await take('orders', Buffer.concat([Buffer.from(HEADER), bad, Buffer.from(many)]));
  expect(receipt).toMatchObject({ read: 21, accepted: 20, rejected: 1 });
});

it('reads GBK and gzip, any column order, percent rates, unknown columns kept aside', async () => {
  const gbk = execFileSync('iconv', ['-f', 'utf-8', '-t', 'gbk'], {
    input: 'name,mall,来源,shop_id,seller_id\n二号店,taobao,后台,2,s1\n',
  });
  const shops = await take('shops', gzipSync(gbk), 'csv.gz');
  expect(shops).toMatchObject({ read: 1, accepted: 1, unknownColumns: ['来源'] });
  const { rows } = await book.session.client.query("select name, aside from shop where shop_id = '2'");
  expect(rows).toEqual([{ name: '二号店', aside: '{"来源":"后台"}' }]);
  await take('plans', 'plan_id,shop_id,kind,name\np1,1,general,\n');
  const rates = await take(
    'rates',
    '{"plan_id":"p1","scope":"shop","scope_id":1,"rate":"5.50 %","valid_from":"2013-01-01T00:00:00Z"}\n',
    'ndjson',
  );
  expect(rates).toMatchObject({ read: 1, accepted: 1 });
  expect((await book.session.client.query('select rate from rate')).rows).toEqual([{ rate: '0.055' }]);
  const again = await take(
    'rates',
    'plan_id,scope,scope_id,rate,valid_from,valid_to\np1,shop,1,0.0550,2013-01-01 08:00:00,\n',
  );
  expect(again).toMatchObject({ read: 1, duplicate: 1 });
});

it('takes no amount from JSON that a float would change', async () => {
  const line = (id: string, paid: string): string =>
    `{"order_line_id":"${id}","order_id":"O","buyer_id":"b","shop_id":1,"item_id":"i","category_id":"c","quantity":1,"paid_amount":${paid},"paid_at":"2013-12-10 10:00:00"}\n`;
  const receipt = await take(
    'orders',
    line('J1', '999999999999.99') + line('J2', '0.30000000000000000001') + line('J3', '1e2') + line('J4', 'true'),
    'ndjson',
  );
  expect(receipt).toMatchObject({ read: 4, accepted: 1, rejected: 3 });
  const { rows } = await book.session.client.query("select paid_amount from order_line where order_line_id = 'J1'");
  expect(rows).toEqual([{ paid_amount: 99_999_999_999_999n }]);
});

it.each<[string, () => Promise<unknown>, RegExp]>([
  [
    'a missing file',
    () => deliver(book.session, { path: join(work, 'none.csv'), feed: 'orders' }, () => {}),
    /none\.csv/,
  ],
  [
    'a folder',
    () => {
      mkdirSync(join(work, 'folder.csv'), { recursive: true });
      return deliver(book.session, { path: join(work, 'folder.csv'), feed: 'orders' }, () => {});
    },
    /folder/,
  ],
  ['an empty file', () => take('orders', ''), /empty/],
  ['a missing column', () => take('orders', 'order_line_id,order_id\nL1,O1\n'), /column/],
  ['a column twice', () => take('shops', 'shop_id,shop_id,seller_id,mall,name\n1,1,s1,tmall,x\n'), /shop_id/],
  [
    'a damaged gzip',
    () => take('orders', gzipSync(HEADER + good('G1')).subarray(0, 60), 'csv.gz'),
    /gzip|cut short|damaged/i,
  ],
  [
    'half of a UTF-16 file',
    () => take('orders', Buffer.from('\ufefforder_line_id,or', 'utf16le')),
    /lacks the columns/,
  ],
])('refuses %s as a whole, and nothing is left of it', async (_what, act, says) => {
  const count = async () => (await book.session.client.query('select count(*) as n from delivery')).rows;
  const before = await count();
  await expect(act()).rejects.toThrow(SourceError);
  await expect(act()).rejects.toThrow(says);
  expect(await count()).toEqual(before);
});

it('notices a file that grows while it is read', async () => {
  const path = join(work, 'orders-growing.csv');
  writeFileSync(path, HEADER + Array.from({ length: 300 }, (_, i) => row({ id: `W${i}` })).join(''));
  const growing = deliver(book.session, { path, feed: 'orders', rowsABatch: 50 }, () =>
    appendFileSync(path, row({ id: 'late' })),
  );
  await expect(growing).rejects.toThrow(/changed/);
  // Nothing of the delivery is still under way when it has been refused.
  expect(book.session.client.getTransactionStatus()).toBe('I');
  await expect(book.session.transaction(async () => 'free')).resolves.toBe('free');
});

it("writes rejects out in the feed's own columns, to be mended and delivered again", async () => {
  const path = join(work, 'orders-to-mend.csv');
  writeFileSync(
    path,
    HEADER + good('M1') + row({ id: 'M2', paid: '12,30' }).replace('12,30', '"12,30"') + row({ id: 'M3', shop: '77' }),
  );
  expect(await deliver(book.session, { path, feed: 'orders' }, () => {})).toMatchObject({ accepted: 1, rejected: 2 });
  const { stdout, code } = await cps(['--database', book.url, 'rejects', '--feed', 'orders', '--format', 'csv']).ended;
  expect(code).toBe(0);
  const [header = '', ...rows] = stdout.trimEnd().split('\n');
  const mine = rows.filter((one) => /^M[23],/.test(one));
  expect(mine).toHaveLength(2);
  const mended = mine.map((one) => one.replace('"12,30"', '12.30').replace(',77,', ',1,'));
  const again = await take('orders', `${[header, ...mended].join('\n')}\n`);
  expect(again).toMatchObject({ read: 2, accepted: 2, unknownColumns: ['why'] });
});
