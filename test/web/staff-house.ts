/**
 * The house of house.ts as the alliance's own people find it in the morning: rows refused and parked, a large case and a
 * dispute to be decided, an application, and a bank's file with breaks in it.
 */
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { recordRows } from '../../src/ingest/deliver/record.ts';
import { spool } from '../../src/ingest/source/spool.ts';
import { run } from '../../src/night/run.ts';
import { takeBankFile } from '../../src/office/bank.ts';
import { readBook } from '../../src/store/night/book.ts';
import { HOSTILE, type House, NOW, openHouse } from './house.ts';

const BAD_ORDERS = `order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at
LB1,OB1,gus,silk,scarf,scarves,1,66.00,2014-01-25 11:00:00
LB2,OB2,gus,silk,"${HOSTILE.replaceAll('"', '""')}",scarves,1,-5.00,2014-01-25 11:05:00
LB3,OB3,gus,nowhere,scarf,scarves,1,12.00,2014-01-25 11:06:00
`;

/** A day of the bank: one deduction that the ledger has, a fee that it has not. */
const BANK = `#支付宝账务明细查询
#账号：[20880001]
#起始日期：[2014年01月26日 00:00:00]   终止日期：[2014年01月27日 00:00:00]
#-----------------------------------------账务明细列表----------------------------------------
账务流水号,业务流水号,商户订单号,商品名称,发生时间,对方账号,收入金额（+元）,支出金额（-元）,账户余额（元）,交易渠道,业务类型,备注
901	,1	,D-s3-20131210	,代扣	,2014-01-26 08:00:00	,s3@mail	,20.00	,	,120.00	,	,代扣	,	
902	,2	,	,手续费	,2014-01-26 09:30:01	,	,	,-0.50	,119.50	,	,收费	,	
#-----------------------------------------账务明细列表结束------------------------------------
#支出合计：1笔，共0.50元
#收入合计：1笔，共20.00元
#导出时间：[2014年01月27日 01:00:00]
`;

export async function openStaffHouse(): Promise<House> {
  const house = await openHouse();
  const { session, databaseUrl: url } = house;
  const rows = (feed: string, ...cells: Record<string, string>[]) =>
    recordRows(session, 'staff', [{ feed, rows: cells }]);
  const kept = await spool(Readable.from([BAD_ORDERS]), 'orders.csv');
  await deliver(session, { path: kept.place, file: `orders-${HOSTILE}.csv`, feed: 'orders' }, () => undefined);
  await kept.remove();
  await rows('receipts', { order_line_id: 'L900', confirmed_at: '2014-01-25 10:00:00' });
  // A sale two seconds after its click, large enough to need a second person.
  await rows('clicks', {
    click_id: 'cz1',
    clicked_at: '2014-01-25 12:00:00',
    pid: 'mm_2666_666_9666',
    buyer_id: 'hal',
    shop_id: 'silk',
    referrer: `javascript:${HOSTILE}`,
  });
  const order = { item_id: 'gown', category_id: 'gowns', quantity: '1', shop_id: 'silk' };
  await rows('orders', {
    ...order,
    order_line_id: 'LZ1',
    order_id: 'OZ1',
    buyer_id: 'hal',
    paid_amount: '30000.00',
    paid_at: '2014-01-25 12:00:02',
  });
  await rows('receipts', { order_line_id: 'LZ1', confirmed_at: '2014-01-26 10:00:00' });
  await rows('disputes', {
    dispute_id: 'DX1',
    order_line_id: 'L8',
    seller_id: 's3',
    disputed_at: '2014-01-25 09:00:00',
    reason: HOSTILE,
  });
  await rows('applications', {
    application_id: 'A-601-api',
    site_id: '601',
    permission: 'api',
    applied_at: '2014-01-25 09:00:00',
    statement: HOSTILE,
  });
  const book = await readBook(session);
  if (book === undefined) throw new Error('there is no book');
  const path = join(tmpdir(), `cps-bank-${process.pid}.csv`);
  await writeFile(path, BANK);
  await takeBankFile(session, book, { path }, '20140126.csv');
  await rm(path, { force: true });
  const nights = { through: '2014-01-26', workers: 1, now: NOW, dryRun: false, url };
  await run(session, { ...nights, onNight: () => undefined, onBatch: () => undefined });
  return house;
}
