/**
 * A hundred wrong inputs and the sentence that each gets, kept as text beside this file so that they are read one after the other:
 * what, where, why, what to do, in the words of who typed it. `UPDATE=1` writes the text anew, to be read before it is committed.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeBook, type OpenBook, openBook } from '../books/play.ts';
import { commandLine } from './command-line.ts';

const TEXT = join(import.meta.dirname, 'wrong-inputs.txt');
let book: OpenBook;
let folder = '';
let files = 0;

const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);

function file(name: string, content: string | Uint8Array): string {
  files += 1;
  mkdirSync(join(folder, String(files)));
  const path = join(folder, String(files), name);
  writeFileSync(path, content);
  return path;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cps-messages-'));
  book = await openBook();
  await makeBook(book.session);
  const cast: Readonly<Record<string, string>> = {
    publishers:
      'publisher_id,name,kind,payee_name,payee_account,own_buyer_ids,registered_at\n1001,Lin,individual,Lin Xia,6222,,2013-01-10 09:00:00\n',
    sites: 'site_id,publisher_id,kind,name,domain,filed_at\n501,1001,website,n,lin.example,2013-01-10 10:00:00\n',
    shops: 'shop_id,seller_id,mall,name\ntea,s1,taobao,tea\n',
    plans: 'plan_id,shop_id,kind\nplan,tea,general\n',
    orders: `${ORDERS}\nL0,O1,b1,tea,i,c,1,12.50,2013-12-21 10:00:00\n`,
    receipts: 'order_line_id,confirmed_at\nL0,2013-12-22 10:00:00\n',
  };
  for (const [feed, content] of Object.entries(cast)) await cps('ingest', file(`${feed}.csv`, content));
});
afterAll(async () => {
  await book.close();
  await rm(folder, { recursive: true });
});

const ORDERS = 'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at';
const RATES = 'plan_id,scope,scope_id,rate,valid_from,valid_to';
const OPENINGS = 'opening_id,cut_over_id,publisher_id,seller_id,account,amount,prepared_by';

/** One row of a feed that is refused, as its header and its line. */
const ROWS: readonly (readonly [feed: string, header: string, row: string])[] = [
  ['orders', ORDERS, ',O1,b1,tea,i,c,1,12.50,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L 1,O1,b1,tea,i,c,1,12.50,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,5.12346E+17,b1,tea,i,c,1,12.50,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,买家,tea,i,c,1,12.50,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,silk,i,c,1,12.50,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,0,12.50,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1.5,12.50,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,,12.50,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,-1.00,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,12.505,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,"1,250.00",2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,¥12.50,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,12.50元,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,twelve,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,1.2E+05,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,12.50,'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,12.50,2013-12-21'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,12.50,12/21/2013 10:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,12.50,41629.41667'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,12.50,2013-02-30 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,12.50,1913-12-21 10:00:00'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,12.50,yesterday'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,12.50'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,12.50,2013-12-21 10:00:00,x,y'],
  ['orders', ORDERS, 'L1,O1,b1,tea,i,c,1,"12.50,2013-12-21 10:00:00'],
  ['orders', ORDERS, 'L0,O1,b1,tea,i,c,1,12.60,2013-12-21 10:00:00'],
  ['receipts', 'order_line_id,confirmed_at,received_amount', 'L0,2013-12-23 10:00:00,'],
  ['receipts', 'order_line_id,confirmed_at,received_amount', 'L0,2013-12-22 10:00:00,99.00'],
  ['closures', 'order_line_id,closed_at,reason', 'L0,2013-12-23 10:00:00,gone'],
  ['closures', 'order_line_id,closed_at,reason', 'L0,2013-12-20 10:00:00,gone'],
  ['refunds', 'refund_id,order_line_id,amount,refunded_at', 'R1,L0,0.00,2013-12-23 10:00:00'],
  ['refunds', 'refund_id,order_line_id,amount,refunded_at', 'R1,L0,99.00,2013-12-23 10:00:00'],
  ['refunds', 'refund_id,order_line_id,amount,refunded_at', 'R1,L0,1.00,2013-12-20 10:00:00'],
  ['corrections', 'correction_id,order_line_id,amount,corrected_at,reason', 'K1,L0,0,2013-12-23 10:00:00,x'],
  ['corrections', 'correction_id,order_line_id,amount,corrected_at,reason', 'K1,L0,1.00,2013-12-23 10:00:00,'],
  ['rates', RATES, 'plan,shop,tea,95%,2013-01-01 00:00:00,'],
  ['rates', RATES, 'plan,shop,tea,5.5,2013-01-01 00:00:00,'],
  ['rates', RATES, 'plan,shop,tea,0,2013-01-01 00:00:00,'],
  ['rates', RATES, 'plan,shop,tea,0.0000001,2013-01-01 00:00:00,'],
  ['rates', RATES, 'plan,shop,silk,5%,2013-01-01 00:00:00,'],
  ['rates', RATES, 'plan,brand,x,5%,2013-01-01 00:00:00,'],
  ['rates', RATES, 'nothing,shop,tea,5%,2013-01-01 00:00:00,'],
  ['rates', RATES, 'plan,shop,tea,5%,2013-01-01 00:00:00,2012-01-01 00:00:00'],
  ['shops', 'shop_id,seller_id,mall,name', 'tea,s2,taobao,tea'],
  ['shops', 'shop_id,seller_id,mall,name', 'silk,s2,jd,silk'],
  [
    'publishers',
    'publisher_id,name,kind,payee_name,payee_account,registered_at',
    '1002,Wu,person,Wu,1,2013-01-10 09:00:00',
  ],
  [
    'publishers',
    'publisher_id,name,kind,payee_name,payee_account,own_buyer_ids,registered_at',
    '1002,Wu,company,Wu,1,b 1;b2,2013-01-10 09:00:00',
  ],
  ['publisher-status', 'publisher_id,status,at,reason', '9999,frozen,2013-12-21 10:00:00,x'],
  ['publisher-status', 'publisher_id,status,at,reason', '1001,paused,2013-12-21 10:00:00,x'],
  ['contacts', 'publisher_id,email', '1001,lin'],
  ['site-reviews', 'site_id,status,score,at', '501,approved,101,2013-12-21 10:00:00'],
  ['site-reviews', 'site_id,status,score,at', '502,approved,80,2013-12-21 10:00:00'],
  ['permissions', 'site_id,permission,action,at', '501,cross-store,grant,2013-12-21 10:00:00'],
  ['adzones', 'adzone_id,site_id,name', '9001,999,side'],
  ['plan-members', 'plan_id,publisher_id,action,at', 'plan,1001,enter,2013-12-21 10:00:00'],
  ['deduction-results', 'deduction_id,status,at', 'D-s1-20131221,confirmed,2013-12-22 10:00:00'],
  ['payout-results', 'payout_id,status,at', 'P-1001-201311,paid,2013-12-22 10:00:00'],
  ['openings', OPENINGS, 'o1,c1,1001,,due,1.00,Chen'],
  ['openings', OPENINGS, 'o1,c1,1001,,payable,0,Chen'],
  ['openings', OPENINGS, 'o1,c1,1001,,returned,-1.00,Chen'],
  ['openings', OPENINGS, 'o1,c1,1009,,payable,1.00,Chen'],
  ['cut-over-withdrawals', 'cut_over_id,withdrawn_by,withdrawn_at', 'c9,Chen,2013-12-22 10:00:00'],
  [
    'adjustments',
    'adjustment_id,amount,reason,document,proposed_by,proposed_at',
    `A1,1.00,x,${'0'.repeat(64)},Chen,2013-12-22 10:00:00`,
  ],
  ['adjustment-approvals', 'adjustment_id,approved_by,approved_at', 'A9,Wu,2013-12-22 10:00:00'],
  ['risk-decisions', 'decision_id,order_line_id,decision,decided_at', 'D1,L0,maybe,2013-12-22 10:00:00'],
  ['disputes', 'dispute_id,order_line_id,seller_id,disputed_at,reason', 'Q1,L9,s1,2013-12-22 10:00:00,x'],
];

/** Files that are refused as a whole. */
const WHOLE: readonly (readonly [name: string, content: string | Uint8Array])[] = [
  ['orders.csv', ''],
  ['orders.csv', '\n\n'],
  ['orders.csv', 'order_line_id,order_id\n'],
  ['orders.csv', `${ORDERS.replace('paid_amount', 'Paid Amount')}\n`],
  ['orders.csv', `${ORDERS},paid_at\n`],
  ['orders.csv', 'order_line_id,"order_id\n'],
  ['orders.csv.gz', 'no gzip'],
  ['orders.xlsx', Buffer.concat([Buffer.from('PK\u0003\u0004'), Buffer.alloc(100, 7)])],
  ['sales.csv', `${ORDERS}\n`],
  ['order.csv', `${ORDERS}\n`],
  ['orders.pdf', '%PDF'],
];

/** Commands that are refused. */
const COMMANDS: readonly (readonly string[])[] = [
  ['ingest'],
  ['ingest', '/nowhere/orders.csv'],
  ['ingest', '/nowhere/sales.bin'],
  ['ingest', '--feed', 'order', '-'],
  ['ingest', '--feed', 'sales', '-'],
  ['feeds', 'click'],
  ['feeds', '--template'],
  ['feeds', 'orders', '--out', 'x.csv'],
  ['rejects', '--feed', 'refund'],
  ['rejects', '--format', 'xml'],
  ['rejects', '--format', 'csv'],
  ['rejects', 'dismiss', '9999', '--reason', 'x', '--by', 'Chen'],
  ['explain', 'nothing'],
  ['statement', '9999', '2013-12'],
  ['statement', '1001', '2013-13'],
  ['statement', '1001', '2013-12', '--format', 'doc'],
  ['deductions', 's9', '2013-12'],
  ['export', 'everything'],
  ['run', '--through', '2013-02-30'],
  ['run', '--through', '2099-01-01'],
  ['cut-over', 'c9'],
  ['compare', '/nowhere.xls'],
  ['policy', 'adopt', '/nowhere.json'],
  ['report', 'taobaoke', '--month', '2013-1'],
  ['inges', 'orders.csv'],
];

it('a hundred wrong inputs each get their sentence', async () => {
  const told: string[] = [];
  const say = (input: string, sentence: string): number =>
    told.push(
      `${input.replaceAll(folder, '.').replace(/\.\/\d+\//g, '')}\n    ${sentence.replaceAll(folder, '.').replace(/\.\/\d+\//g, '')}\n`,
    );
  for (const [feed, header, row] of ROWS) {
    const path = file(`${feed}.csv`, `${header}\n${row}\n`);
    const { code, err } = await cps('--as', 'Chen', 'ingest', path);
    const { rejects = [] } = JSON.parse((await cps('rejects', '--all', '--json', '--feed', feed)).out) as {
      rejects?: { file: string; line: number; verdict: string; reason: string }[];
    };
    const own = rejects.find((one) => one.file === path);
    say(`${feed}: ${row}`, own === undefined ? `${err.trim()} [${code}]` : `${own.line} ${own.verdict}: ${own.reason}`);
  }
  for (const [name, content] of WHOLE) {
    const { code, err } = await cps('ingest', file(name, content));
    say(`${name}: ${JSON.stringify(Buffer.from(content).toString('latin1').slice(0, 60))}`, `${err.trim()} [${code}]`);
  }
  for (const args of COMMANDS) {
    const { code, err } = await cps(...args);
    say(`cps ${args.join(' ')}`, `${err.trim().replaceAll('\n', ' / ')} [${code}]`);
  }
  expect(told.length).toBeGreaterThanOrEqual(100);
  const text = told.join('');
  if (process.env['UPDATE'] === '1') writeFileSync(TEXT, text);
  expect(text).toBe(readFileSync(TEXT, 'utf8'));
}, 240_000);

it('an error is JSON where JSON is asked for', async () => {
  for (const args of [['explain', 'nothing'], ['inges'], ['statement', '1001', '2013-13']]) {
    const { code, out } = await cps('--json', ...args);
    expect(JSON.parse(out)).toEqual({ error: expect.stringMatching(/^[^\n]+$/), exit: code });
  }
});

it('every folder for output is made', async () => {
  const out = join(folder, 'deep', 'er');
  expect((await cps('feeds', 'orders', '--template', '--out', join(out, 'orders.csv'))).code).toBe(0);
  expect((await cps('export', 'ingest', '--format', 'csv', '--out', join(out, 'b', 'ingest.csv'))).code).toBe(0);
  expect(readFileSync(join(out, 'orders.csv'), 'utf8')).toContain('order_line_id,order_id');
});
