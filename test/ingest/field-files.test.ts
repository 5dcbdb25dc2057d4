/** Files as people deliver them: saved by spreadsheets, in percent, in other encodings, and what looks wrong in them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as sheets from '@e965/xlsx';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Calendar } from '../../src/core/calendar.ts';
import { Fault, type Feed, parseRow } from '../../src/core/feeds/feed.ts';
import { FEEDS } from '../../src/core/feeds/index.ts';
import { remarksOn } from '../../src/core/feeds/remarks.ts';
import { noticeLine } from '../../src/formats/notices.ts';
import { deliver, type Order, type Receipt } from '../../src/ingest/deliver/deliver.ts';
import { refusals } from '../../src/store/intake/deliveries.ts';
import { deliveriesRemarked, remarksOf } from '../../src/store/intake/remarks.ts';
import { makeBook, type OpenBook, openBook } from '../books/play.ts';
import { gbk } from './source-files.ts';

let book: OpenBook;
let work = '';
let files = 0;

const TODAY = Date.UTC(2013, 11, 25);

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'cps-field-'));
  book = await openBook();
  await makeBook(book.session);
  await take('shops', 'shop_id,seller_id,mall,name\ntea,s1,taobao,茶\n');
  await take('plans', 'plan_id,shop_id,kind\ntea-general,tea,general\n');
});
afterAll(async () => {
  await book.close();
  rmSync(work, { recursive: true, force: true });
});

function take(feed: string, content: string | Uint8Array, how: Partial<Order> = {}, ending = 'csv'): Promise<Receipt> {
  files += 1;
  const path = join(work, `${feed}-${files}.${ending}`);
  writeFileSync(path, content);
  return deliver(book.session, { path, feed, now: TODAY, ...how }, () => {});
}

async function reasons({ file }: Receipt): Promise<string[]> {
  const found: string[] = [];
  for await (const some of refusals(book.session))
    found.push(...some.filter((one) => one.file === file).map((one) => `${one.line}: ${one.reason}`));
  return found;
}

/** A column of what was accepted, in order. */
async function stored(table: string, column: string, where: string): Promise<string[]> {
  const { rows } = await book.session.client.query<{ of: string }>(
    `select ${column}::text as of from ${table} where ${where} order by 1`,
  );
  return rows.map(({ of }) => of);
}

const ORDERS = 'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at';
const order = (id: string, change: { quantity?: string; at?: string; amount?: string } = {}): string =>
  `${id},O9,b1,tea,i,c,${change.quantity ?? '1'},${change.amount ?? '12.50'},${change.at ?? '2013-12-21 10:00:00'}`;
const told = (receipt: Receipt): string[] => receipt.notices.map(noticeLine);

describe('a table saved by a spreadsheet', () => {
  it('that was cut short goes on in the sheet that was read, and begins anew in another', async () => {
    const workbook = sheets.utils.book_new();
    for (const name of ['first', 'second']) {
      const rows = ['1', '2', '3'].map((n) => order(`${name}-${n}`).split(','));
      sheets.utils.book_append_sheet(workbook, sheets.utils.aoa_to_sheet([ORDERS.split(','), ...rows]), name);
    }
    const path = join(work, 'orders-sheets.xlsx');
    writeFileSync(path, sheets.write(workbook, { type: 'buffer', bookType: 'xlsx' }) as Uint8Array);
    const of = { path, feed: 'orders', now: TODAY };
    const cut = new AbortController();
    const begun = deliver(book.session, { ...of, rowsABatch: 1, signal: cut.signal }, () =>
      cut.abort(new Error('cut')),
    );
    await expect(begun).rejects.toThrow('cut');
    const second = await deliver(book.session, { ...of, sheet: 'second' }, () => {});
    expect(second).toMatchObject({ resumedAfter: 0, accepted: 3 });
    const first = await deliver(book.session, of, () => {});
    expect(first).toMatchObject({ read: 3, accepted: 3 });
    expect(first.resumedAfter).toBeGreaterThan(0);
    expect((await deliveriesRemarked(book.session, 'orders', 9)).map(({ file }) => file)).toContain(path);
    expect(await deliveriesRemarked(book.session, 'shops', 9)).toEqual([]);
  });

  it('that was cut short begins anew where it is read in another encoding', async () => {
    const path = join(work, 'orders-cut.csv');
    writeFileSync(path, `${[ORDERS, ...['1', '2', '3'].map((n) => order(`cut-${n}`))].join('\n')}\n`);
    const of = { path, feed: 'orders', now: TODAY };
    const cut = new AbortController();
    const stop = (): void => cut.abort(new Error('cut'));
    await expect(deliver(book.session, { ...of, rowsABatch: 1, signal: cut.signal }, stop)).rejects.toThrow('cut');
    const other = await deliver(book.session, { ...of, encoding: 'gb18030' }, () => {});
    expect(other).toMatchObject({ read: 3, resumedAfter: 0 });
    expect(other.accepted + other.duplicate).toBe(3);
  });

  it('has rows and columns of nothing behind it', async () => {
    const empty = ',,,,,,,,,,';
    const receipt = await take('orders', `\ufeff${ORDERS},,\r\n${order('S01')},,\r\n${empty}\r\n${empty}\r\n`);
    expect(receipt).toMatchObject({ read: 1, accepted: 1, rejected: 0, unknownColumns: [], notices: [] });
  });

  it('writes dates its own way: each is read whose order is certain, and the others say why not', async () => {
    const certain = [
      '2013/12/21 10:00:00',
      '2013/12/21 9:05',
      '2013-12-21 10:00',
      '21.12.2013 10:00',
      '2013年12月21日 10:00:00',
    ];
    const open = ['41629.41667', '12/21/2013 10:00:00', '2013-12-21'];
    const rows = [...certain, ...open].map((at, n) => order(`S10${n}`, { at }));
    const receipt = await take('orders', [ORDERS, ...rows].join('\n'));
    expect(receipt).toMatchObject({ accepted: 5, rejected: 3 });
    expect(await reasons(receipt)).toEqual([
      `7: paid_at is "41629.41667": that is a spreadsheet's own number of a day: give this column a format of date and time, and export it again`,
      '8: paid_at is "12/21/2013 10:00:00": whether the day or the month comes first cannot be told: write the year first',
      '9: paid_at is "2013-12-21": it says no time of day: add one',
    ]);
  });

  it('marks ids as text, which is taken off', async () => {
    const ids = ["'S11", '="S11b"', 'S11c\t', '`S11d', ' S11e '];
    expect(await take('orders', [ORDERS, ...ids.map((id) => order(id))].join('\n'))).toMatchObject({ accepted: 5 });
    expect(await stored('order_line', 'order_line_id', "order_line_id like 'S11%'")).toEqual([
      'S11',
      'S11b',
      'S11c',
      'S11d',
      'S11e',
    ]);
  });

  it('writes a whole number with a point', async () => {
    const rows = ['1.0', '1.00', '', '0', '1.5'].map((quantity, n) => order(`S17${n}`, { quantity }));
    const receipt = await take('orders', [ORDERS, ...rows].join('\n'));
    expect(receipt).toMatchObject({ accepted: 2, rejected: 3 });
    expect(await stored('order_line', 'quantity', "order_line_id like 'S17%'")).toEqual(['1', '1']);
  });

  it('has a decimal comma where all of it has one, and none where it contradicts itself', async () => {
    const semicolons = (...amounts: string[]): string => {
      const rows = amounts.map((amount, n) => `SC${files}${n};O9;b1;tea;i;c;1;${amount};2013-12-21 10:00:00`);
      return [ORDERS.replaceAll(',', ';'), ...rows].join('\n');
    };
    const good = await take('orders', semicolons('12,50', '1.234,50', '7'));
    expect(good).toMatchObject({ accepted: 3, amount: 125_400n });
    expect(told(good)).toEqual(['numbers are read with a decimal comma', 'cells are set apart by semicolons']);
    const mixed = await take('orders', semicolons('12,51', '12.51'));
    expect(mixed).toMatchObject({ accepted: 1, rejected: 1 });
    expect((await reasons(mixed))[0]).toContain('paid_amount is "12,51": it must be an amount');
  });
});

describe('percent or fraction', () => {
  const RATES = 'plan_id,scope,scope_id,rate,valid_from';
  const rates = (...of: string[]): string =>
    [RATES, ...of.map((rate, n) => `tea-general,item,r${files}-${n},${rate},2013-01-01 00:00:00`)].join('\n');

  it('of a file in percent without signs every bare value is refused, with both readings', async () => {
    const receipt = await take('rates', rates('5.5', '0.5', '0.9', '4%'));
    expect(receipt).toMatchObject({ accepted: 1, rejected: 3 });
    expect(await reasons(receipt)).toEqual([
      '2: rate is "5.5" in a column of percentages without signs: it is 5.5 % or 550 %. Write 5.5% or 550%',
      '3: rate is "0.5" in a column of percentages without signs: it is 0.5 % or 50 %. Write 0.5% or 50%',
      '4: rate is "0.9" in a column of percentages without signs: it is 0.9 % or 90 %. Write 0.9% or 90%',
    ]);
  });

  it('a tenth of them is where it begins', async () => {
    const nine = Array.from({ length: 9 }, () => '0.05');
    expect(await take('rates', rates('5', ...nine))).toMatchObject({ accepted: 0, rejected: 10 });
    const ten = await take('rates', rates('5', '0.05', ...nine));
    expect(ten).toMatchObject({ accepted: 10, rejected: 1 });
  });

  it('a bare value that looks like a percentage is noticed', async () => {
    const receipt = await take('rates', rates('0.5', '0.05', '0.49'));
    expect(receipt).toMatchObject({ accepted: 3, rejected: 0 });
    expect(told(receipt)).toEqual([
      '1 row (line 2): rate: 0.5 without a sign is taken as 50 %; write 0.5% if that is meant',
    ]);
  });
});

describe('encodings', () => {
  const PUBLISHERS = 'publisher_id,name,kind,payee_name,payee_account,own_buyer_ids,registered_at';
  const publisher = (id: string, name: string): string =>
    `${PUBLISHERS}\n${id},${name},individual,${name},a@mail,,2013-01-10 09:00:00\n`;
  const name = (id: string): Promise<string[]> => stored('publisher', 'name', `publisher_id = '${id}'`);
  const GUESSED = /^the file was read as GB18030/;

  it('GB18030 with characters that GBK lacks is read whole, and said to be guessed', async () => {
    const of = (id: string, ...name: number[]): Buffer => {
      const rest = Buffer.from(',individual,x,a@mail,,2013-01-10 09:00:00\n');
      return Buffer.concat([Buffer.from(`${PUBLISHERS}\n${id},`), Buffer.from(name), rest]);
    };
    const receipt = await take('publishers', of('2801', 0x81, 0x39, 0xee, 0x39, 0x95, 0x34, 0xb2, 0x35));
    expect([receipt.accepted, await name('2801')]).toEqual([1, ['㐀𠮷']]);
    expect(told(receipt)).toEqual([expect.stringMatching(GUESSED)]);
    const [king = 0, king2 = 0] = gbk('王');
    await take('publishers', of('2802', king, king2, 0xfe, 0x9f));
    expect(await name('2802')).toEqual(['王䶮']);
  });

  it('what is neither is read as GB18030 with a notice, or as what it is said to be', async () => {
    const latin1 = Buffer.from(publisher('2901', 'Jörg Müller'), 'latin1');
    const guessed = await take('publishers', latin1);
    expect([guessed.accepted, guessed.notices.map(({ kind }) => kind)]).toEqual([1, ['encoding-guessed']]);
    const said = await take('publishers', Buffer.from(publisher('2902', 'Jörg Müller'), 'latin1'), {
      encoding: 'latin1',
    });
    expect([said.accepted, said.notices, await name('2902')]).toEqual([1, [], ['Jörg Müller']]);
    const big5 = Buffer.concat([
      Buffer.from(`${PUBLISHERS}\n2903,`),
      Buffer.of(0xb1, 0x69),
      Buffer.from(',individual,x,a,,2013-01-10 09:00:00\n'),
    ]);
    expect([(await take('publishers', big5, { encoding: 'big5' })).accepted, await name('2903')]).toEqual([1, ['張']]);
    await expect(take('publishers', latin1, { encoding: 'klingon' })).rejects.toThrow(
      '"klingon" is no encoding: name one such as',
    );
  });

  it('UTF-16 by its mark, either way, with a bad row refused alone', async () => {
    const utf16 = Buffer.from(`\ufeff${publisher('2951', '张').replaceAll(',', '\t')}`, 'utf16le');
    const receipt = await take('publishers', utf16, {}, 'txt');
    expect([receipt.accepted, await name('2951')]).toEqual([1, ['张']]);
    const swapped = Buffer.from(`\ufeff${publisher('2952', '李')}`, 'utf16le').swap16();
    expect([(await take('publishers', swapped)).accepted, await name('2952')]).toEqual([1, ['李']]);
    const [head = '', row = ''] = publisher('2953', '王').split('\n');
    const lone = Buffer.concat([
      Buffer.from(`\ufeff${head}\n2954,`, 'utf16le'),
      Buffer.of(0x00, 0xd8),
      Buffer.from(`,individual,x,a,,2013-01-10 09:00:00\n${row}\n`, 'utf16le'),
    ]);
    const bad = await take('publishers', lone);
    expect(bad).toMatchObject({ accepted: 1, rejected: 1 });
    expect(await reasons(bad)).toEqual([
      '2: The row holds bytes that are not UTF-16LE, the encoding of the file: save the file as UTF-8, or name its encoding.',
    ]);
  });
});

describe('notices', () => {
  it('are counted for what is taken, kept with the delivery, and change no count', async () => {
    const rows = [
      `N1,O9,b7,tea,i,c,1,1.00,2013-12-21 10:00:00,SUMMER10`,
      `N2,O9,b7,tea,i,c,1,1.00,2013-12-21 10:00:00,mm_1003_503_9003`,
      `N3,O9,b7,tea,i,c,1,1.00,2013-12-26 10:00:00,`,
      `N4,O9,b7,tea,i,c,1,1.00,2013-12-25 23:00:00,SUMMER10`,
      `N5,O9,b7,tea,i,c,1,x,2013-12-26 10:00:00,SUMMER10`,
    ];
    const receipt = await take(
      'orders',
      [`${ORDERS},coupon_pid,Paid-Amount,colour`, ...rows.map((row) => `${row},1,red`)].join('\n'),
    );
    expect(receipt).toMatchObject({ accepted: 4, rejected: 1, unknownColumns: ['Paid-Amount', 'colour'] });
    expect(told(receipt)).toEqual([
      '2 rows (lines 2, 5): a coupon_pid is no PID (first: SUMMER10): such a line is earned by nobody; leave the cell empty for a shop’s own coupon',
      '1 row (line 4): orders are dated after today (first: order line N3)',
    ]);
    const kept = await remarksOf(book.session, [1n]);
    expect(kept.size).toBe(1);
    expect(await take('orders', [`${ORDERS},coupon_pid`, rows[0]].join('\n'))).toMatchObject({
      duplicate: 1,
      notices: [],
    });
  });

  it('name a column that is nearly known, and a publisher that cannot be paid', async () => {
    const head = 'publisher_id,name,kind,payee_name,payee_acount,own_buyer_ids,registered_at';
    const receipt = await take('publishers', `${head}\n3001,Lin,individual,Lin,6222,,2013-01-10 09:00:00\n`);
    expect(told(receipt)).toEqual([
      'the column payee_acount is not known and kept aside: did you mean payee_account?',
      '1 row (line 2): publishers have no payee or no account (first: 3001)',
    ]);
    await expect(take('orders', `${ORDERS.replace('paid_amount', 'Paid Amount')}\n`)).rejects.toThrow(
      'did you mean "paid_amount" by "Paid Amount"?',
    );
  });

  it('of a local time that the clocks show twice, or never', () => {
    const calendar = new Calendar('America/New_York');
    const orders = FEEDS.find((one) => one.name === 'orders') as Feed;
    const kinds = (at: string): string[] => {
      const cells = [...order('T1', { at }).split(','), null];
      const parsed = parseRow(orders, cells, { calendar, digits: 2 });
      if (parsed instanceof Fault) throw new Error(parsed.reason);
      return remarksOn(orders, parsed, cells, { calendar, tomorrow: calendar.endOf(calendar.dayOf(TODAY)) }).map(
        (odd) => `${odd.kind} ${odd.detail['taken']}`,
      );
    };
    expect(kinds('2013-11-03 01:30:00')).toEqual(['time-double 2013-11-03 01:30:00-04:00']);
    expect(kinds('2013/11/3 1:30')).toEqual(['time-double 2013-11-03 01:30:00-04:00']);
    expect(kinds('2013-03-10 02:30:00')).toEqual(['time-skipped 2013-03-10 03:30:00-04:00']);
    for (const sure of [
      '2013-11-03 01:30:00-05:00',
      '2013-11-03 00:59:59',
      '2013-11-03 02:00:00',
      '2013-03-10 03:00:00',
    ])
      expect(kinds(sure)).toEqual([]);
  });
});
