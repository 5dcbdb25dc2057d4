/** A book with news: lines of two publishers in the shops of two sellers, settled on one day and refunded on the next. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parsePolicy } from '../../src/core/policy/policy.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { createBook } from '../../src/store/night/book.ts';
import { type OpenBook, runThrough } from '../books/play.ts';

const REGISTRY: Readonly<Record<string, readonly string[]>> = {
  publishers: [
    'publisher_id,name,kind,payee_name,payee_account,own_buyer_ids,registered_at',
    '1001,Lin,individual,Lin Xia,6222-1001,,2013-01-10 09:00:00',
    '1002,Zhou,company,Zhou Ltd,6222-1002,,2013-01-10 09:00:00',
  ],
  sites: [
    'site_id,publisher_id,kind,name,domain,filed_at',
    '501,1001,website,Notes,,2013-01-10 10:00:00',
    '502,1002,website,Deals,,2013-01-10 10:00:00',
  ],
  'site-reviews': [
    'site_id,status,score,at',
    '501,approved,85,2013-01-12 10:00:00',
    '502,approved,70,2013-01-12 10:00:00',
  ],
  adzones: ['adzone_id,site_id,name', '9001,501,a', '9002,502,b'],
  shops: ['shop_id,seller_id,mall,name', 'tea,s1,taobao,Tea', 'silk,s2,tmall,Silk'],
  programme: ['shop_id,action,at', 'tea,join,2013-01-01 00:00:00', 'silk,join,2013-01-01 00:00:00'],
  plans: ['plan_id,shop_id,kind,name', 'tea-general,tea,general,t', 'silk-general,silk,general,s'],
  rates: [
    'plan_id,scope,scope_id,rate,valid_from',
    'tea-general,shop,tea,5%,2013-01-01 00:00:00',
    'silk-general,shop,silk,10%,2013-01-01 00:00:00',
  ],
};

/** The day before anything of the book. */
export const BEGINNING = '2013-11-01';

async function feed(book: OpenBook, folder: string, name: string, rows: readonly string[]): Promise<void> {
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, `${rows.join('\n')}\n`);
  const receipt = await deliver(book.session, { path, feed: name }, () => {});
  if (receipt.rejected + receipt.conflict + receipt.parked > 0) throw new Error(`${name}: a row was refused`);
}

/**
 * Makes the book with lines L1 to Ln, settled on 7 November 2013: the odd ones Lin's (1001) in the shop of s1, the even
 * ones Zhou's (1002) in the shop of s2. Each line has paid 100.00.
 */
export async function makeNews(book: OpenBook, folder: string, lines: number, partitions = 16): Promise<void> {
  const policy = parsePolicy('{}', 2);
  if (typeof policy === 'string') throw new Error(policy);
  const terms = { zone: 'Asia/Shanghai', currency: 'CNY', digits: 2, partitions };
  await createBook(book.session, { ...terms, policy });
  for (const [name, rows] of Object.entries(REGISTRY)) await feed(book, folder, name, rows);
  const all = Array.from({ length: lines }, (_, i) => i + 1);
  const [pid, shop] = [(i: number) => (i % 2 === 1 ? 'mm_1001_501_9001' : 'mm_1002_502_9002'), shopOf];
  await feed(book, folder, 'clicks', [
    'click_id,clicked_at,pid,buyer_id,shop_id',
    ...all.map((i) => `c${i},2013-11-05 12:00:00,${pid(i)},buyer-${i},${shop(i)}`),
  ]);
  await feed(book, folder, 'orders', [
    'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at',
    ...all.map((i) => `L${i},O${i},buyer-${i},${shop(i)},i,c,1,100.00,2013-11-05 13:00:00`),
  ]);
  await feed(book, folder, 'receipts', ['order_line_id,confirmed_at', ...all.map((i) => `L${i},2013-11-07 10:00:00`)]);
  await runThrough(book, '2013-11-07');
}

const shopOf = (i: number): string => (i % 2 === 1 ? 'tea' : 'silk');

/** Refunds 20.00 of some lines on 8 November and runs that night. */
export async function refund(book: OpenBook, folder: string, lines: readonly number[]): Promise<void> {
  await feed(book, folder, 'refunds', [
    'refund_id,order_line_id,amount,refunded_at',
    ...lines.map((i) => `R${i},L${i},20.00,2013-11-08 10:00:00`),
  ]);
  await runThrough(book, '2013-11-08');
}
