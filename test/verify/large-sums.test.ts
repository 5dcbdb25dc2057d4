/** Sums are not held to the bound of one amount: a book of the largest orders verifies, closes its month and is paid. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { alimama2013 } from '../../src/core/policy/policy.ts';
import { createBook } from '../../src/store/night/book.ts';
import { verify } from '../../src/verify/verify.ts';
import { deliverFolder, openBook, runThrough } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';

const LARGEST = '999999999999';

const FILES: Readonly<Record<string, readonly string[]>> = {
  publishers: [
    'publisher_id,name,kind,payee_name,payee_account,own_buyer_ids,registered_at',
    '1,Li,company,Li,li@example.com,,2013-01-01 00:00:00',
  ],
  sites: ['site_id,publisher_id,kind,name,domain,filed_at', '10,1,website,A site,example.com,2013-01-02 00:00:00'],
  'site-reviews': ['site_id,status,score,at,reason', '10,approved,90,2013-01-03 00:00:00,'],
  adzones: ['adzone_id,site_id,name', '100,10,top'],
  shops: ['shop_id,seller_id,mall,name', '50,s,taobao,A shop'],
  programme: ['shop_id,action,at', '50,join,2013-01-04 00:00:00'],
  plans: ['plan_id,shop_id,kind,name', 'p,50,general,all'],
  rates: ['plan_id,scope,scope_id,rate,valid_from,valid_to', 'p,shop,50,0.9,2013-01-05 00:00:00,'],
  clicks: [
    'click_id,clicked_at,pid,buyer_id,shop_id,item_id,referrer,ip',
    ...[1, 2, 3].map((n) => `k${n},2013-12-01 10:00:00,mm_1_10_100,b${n},50,i,https://example.com/,10.0.0.1`),
  ],
  orders: [
    'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at,coupon_pid',
    ...[1, 2, 3].map((n) => `L${n},O${n},b${n},50,i,c,1,${LARGEST},2013-12-01 11:00:00,`),
  ],
  receipts: [
    'order_line_id,confirmed_at,received_amount',
    ...[1, 2, 3].map((n) => `L${n},2013-12-02 11:00:00,${LARGEST}`),
  ],
};

it('reads back what amounts come to, however many there are', async () => {
  const book = await openBook();
  const folder = await mkdtemp(join(tmpdir(), 'cps-large-'));
  try {
    await createBook(book.session, { zone: 'Asia/Tokyo', currency: 'JPY', digits: 0, policy: alimama2013(0) });
    for (const [feed, lines] of Object.entries(FILES))
      await writeFile(join(folder, `${feed}.csv`), [...lines, ''].join('\n'));
    for (const receipt of await deliverFolder(book.session, folder)) expect(receipt.rejected).toBe(0);
    await runThrough(book, '2014-01-21');
    const report = await verify(book.session, { url: book.url, workers: 1, deep: true, onProgress: () => {} });
    expect(report.differences).toEqual([]);
    expect(report.checked.statements).toBe(1);
    const at = (...args: string[]) => commandLine(['--database', book.url, ...args]);
    expect((await at('statement', '1', '2013-12')).out).toContain('2429999999997');
    const moment = ['--at', '2014-01-22 09:00:00'];
    const paid = await at('pay', 'files', '--format', 'csv', '--out', folder, '--as', 'Chen', ...moment);
    expect(paid).toMatchObject({ code: 0, err: '' });
    await runThrough(book, '2014-01-23');
    const after = await verify(book.session, { url: book.url, workers: 1, deep: true, onProgress: () => {} });
    expect(after.differences).toEqual([]);
  } finally {
    await rm(folder, { recursive: true });
    await book.close();
  }
});
