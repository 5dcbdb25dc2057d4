/** The commands that read a book, on a small book made here and, where they are there, on the reference's books. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deductionsOf, statementOf } from '../../src/cli/finance/statement.ts';
import { parseMoney } from '../../src/core/money.ts';
import { explanationOf } from '../../src/office/explanation.ts';
import { readBook } from '../../src/store/night/book.ts';
import { BOOKS, deliverFolder, makeBook, type OpenBook, openBook, playBook, runThrough } from '../books/play.ts';
import { commandLine } from './command-line.ts';

const FIRST = {
  publishers: `publisher_id,name,kind,payee_name,payee_account,own_buyer_ids,registered_at
1001,小美返利,individual,王小美,w@example.com,,2013-01-01 00:00:00
1002,Deals,company,Deals Ltd,d@example.com,,2013-01-01 00:00:00`,
  sites: `site_id,publisher_id,kind,name,domain,filed_at
10,1001,guide,小美,,2013-01-01 00:00:00
20,1002,guide,Deals,,2013-01-01 00:00:00`,
  'site-reviews': `site_id,status,score,at,reason
10,approved,80,2013-01-02 00:00:00,
20,approved,80,2013-01-02 00:00:00,`,
  adzones: `adzone_id,site_id,name
100,10,top
200,20,top`,
  shops: `shop_id,seller_id,mall,name
50,s1,tmall,Fifty
51,s2,taobao,Fifty-one`,
  programme: `shop_id,action,at
50,join,2013-01-03 00:00:00
51,join,2013-01-03 00:00:00`,
  plans: `plan_id,shop_id,kind,name
p1,50,general,all`,
  rates: `plan_id,scope,scope_id,rate,valid_from,valid_to
p1,shop,50,10%,2013-01-04 00:00:00,`,
  clicks: `click_id,clicked_at,pid,buyer_id,shop_id,item_id,referrer,ip
k1,2013-12-01 09:00:00,mm_1001_10_100,b1,50,,,1.1.1.1
k2,2013-12-01 09:59:59,mm_1002_20_200,b2,50,,,1.1.1.1
k4,2013-12-01 09:00:00,mm_1002_20_200,b4,51,,,1.1.1.1
k6,2013-12-05 09:00:00,mm_1001_10_100,b6,50,,,1.1.1.1`,
  orders: `order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at,coupon_pid
L1,O1,b1,50,i1,c1,1,100.00,2013-12-01 10:00:00,
L2,O2,b2,50,i1,c1,1,50.00,2013-12-01 10:00:00,
L3,O3,b3,50,i1,c1,1,70.00,2013-12-01 10:00:00,
L4,O4,b4,50,i1,c1,1,70.00,2013-12-01 10:00:00,
L6,O6,b6,50,i1,c1,1,20.00,2013-12-05 10:00:00,
L8,O8,b6,50,i1,c1,1,abc,2013-12-05 10:00:00,`,
  receipts: `order_line_id,confirmed_at,received_amount
L1,2013-12-03 12:00:00,
L2,2013-12-03 12:00:00,
L6,2013-12-08 12:00:00,
L9,2013-12-08 12:00:00,`,
  refunds: `refund_id,order_line_id,amount,refunded_at
R1,L1,33.33,2013-12-05 12:00:00`,
  'risk-decisions': `decision_id,order_line_id,decision,decided_at,decided_by,reason
X1,L2,release,2013-12-06 12:00:00,ada,"=looked, fine"`,
};

const LATER = {
  'deduction-results': `deduction_id,status,at,reason
D-s1-20131203,confirmed,2013-12-10 12:00:00,`,
  orders: `order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at,coupon_pid
L5,O5,b1,50,i1,c1,1,10.00,2014-03-01 10:00:00,`,
};

let book: OpenBook;
let folder: string;

async function deliver(feeds: Readonly<Record<string, string>>, name: string): Promise<void> {
  const home = join(folder, name);
  await mkdir(home);
  for (const [feed, text] of Object.entries(feeds)) await writeFile(join(home, `${feed}.csv`), `${text}\n`);
  await deliverFolder(book.session, home);
}

/** Runs a command line on the book. */
const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);

async function explained(line: string): Promise<string> {
  const known = await readBook(book.session);
  if (known === undefined) throw new Error('no book');
  return (await explanationOf(book.session, known, line)).text;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cps-reading-'));
  book = await openBook();
  await makeBook(book.session);
  await deliver(FIRST, 'first');
  await runThrough(book, '2013-12-09');
  await deliver(LATER, 'later');
  await runThrough(book, '2014-01-21');
});

afterAll(async () => {
  await book.close();
  await rm(folder, { recursive: true, force: true });
});

describe('explain', () => {
  it('shows the arithmetic of a settlement and of a refund, and what carried them', async () => {
    const text = await explained('L1');
    expect(text).toContain('commission  100.00 x 0.1 = 10.00 -> 10.00');
    expect(text).toContain('commission  66.67 x 0.1 = 6.667 -> 6.67         was 10.00, so 3.33 back');
    expect(text).toContain('fee         66.67 x 0.1 x 0.1 = 0.6667 -> 0.67  was 1.00, so 0.33 back');
    expect(text).toContain('D-s1-20131203 of 15.00: instructed 2013-12-03, confirmed 2013-12-10');
    expect(text).toContain('none that day: seller s1 was owed 3.33, which nets against later commission');
    expect(text).toContain('2013-12 of publisher 1001, closed 2014-01-20: closing 7.80, payout instructed');
    expect(text).toContain('P-1001-201312 of 7.80: instructed 2014-01-20, no result yet');
  });

  it('names the signal, the hold and who decided', async () => {
    const text = await explained('L2');
    expect(text).toMatch(/hold +fast order +paid 1 s after the click/);
    expect(text).toContain('to held of publisher 1002');
    expect(text).toContain('by ada, decision X1: =looked, fine');
    expect(text).toContain('4.50 from held to payable of publisher 1002');
  });

  it('says of an unattributed line why, and what would have had to be different', async () => {
    expect(await explained('L3')).toContain('buyer b3 would have had to click a promotion');
    const text = await explained('L4');
    expect(text).toContain('Earned by nobody: cross-store was not permitted');
    expect(text).toMatch(/no +site may earn cross-store:tmall +never granted/);
    expect(text).toContain('site 20 would have had to hold cross-store:tmall at the click');
  });

  it('tells a line not yet run, one that rows only wait for, and one nobody knows apart', async () => {
    expect(await explained('L5')).toContain('the night of 2014-03-01 attributes it and has not been run');
    expect(await explained('L9')).toMatch(/rows are parked until it is\n +receipts +.*receipts.csv, line 5/);
    const unknown = await cps('explain', 'L77');
    expect([unknown.code, unknown.err]).toEqual([
      2,
      'cps: order line L77 is not known: no delivery had it, and nothing waits for it\n',
    ]);
  });

  it('is one JSON document with amounts as decimals and times with their zone', async () => {
    const { out } = await cps('explain', 'L1', '--json');
    const document = JSON.parse(out);
    expect(document.stands).toEqual({ commission: '6.67', fee: '0.67', earning: '6.00', pocket: 'payable' });
    expect(document.events[1].occurredAt).toBe('2013-12-03 12:00:00+08:00');
    expect(document.events[1].body.base).toBe('100.00');
  });
});

describe('statement', () => {
  it('goes from opening to closing line by line', async () => {
    const { out } = await cps('statement', '1001', '2013-12', '--json');
    const document = JSON.parse(out);
    expect(document.lines.map((line: { amount: string }) => line.amount)).toEqual(['9.00', '-3.00', '1.80']);
    expect([document.opening, document.closing, document.open]).toEqual(['0.00', '7.80', false]);
    expect(document.statement).toMatchObject({ disposition: 'paid', payout: '7.80', closedOn: '2014-01-20' });
  });

  it('shows an open month as it stands', async () => {
    const { out } = await cps('statement', '1001', '2014-01');
    expect(out).toContain('2014-01, open: as it stands after 2014-01-21');
    expect(out).toMatch(/2014-01-20 +payout +P-1001-201312/);
    expect(out).toMatch(/closing +0\.00/);
  });

  it('is a csv whose balance can be followed from opening to closing', async () => {
    const { out } = await cps('statement', '1002', '2013-12', '--format', 'csv');
    expect(out.split('\n')[2]).toMatch(
      /CommissionReleased,L2,2013-12-03\.CommissionSettled\.L2\.1,.*,4\.50,4\.50,CNY,"decision X1 of ada: =looked, fine"$/,
    );
    expect(out).toMatch(/^,,opening,.*,0\.00,CNY,\n/m);
    expect(out).toMatch(/^,,closing,.*,4\.50,CNY,\n/m);
  });

  it('refuses what the book cannot tell, in a sentence', async () => {
    expect((await cps('statement', '9', '2013-12')).err).toBe(
      'cps: publisher 9 is not known: see the publishers feed\n',
    );
    expect((await cps('statement', '1001', '2013-11')).err).toContain('whose first day is 2013-12-01');
    const future = await cps('statement', '1001', '2014-02');
    expect([future.code, future.err]).toEqual([
      2,
      'cps: 2014-02 has not begun in this book: the next day to run is 2014-01-22\n',
    ]);
  });
});

describe('deductions', () => {
  it('names each charge, why it was attributed, what was given back and what was deducted', async () => {
    const { out } = await cps('deductions', 's1', '2013-12');
    expect(out).toMatch(
      /charged +L1 +1001 +mm_1001_10_100 +same-store +0\.1 +10\.00 +10\.00 +click k1 of 2013-12-01 09:00/,
    );
    expect(out).toMatch(/deducted +D-s1-20131203 +-15\.00 +0\.00 +confirmed/);
    expect(out).toMatch(/given back +L1 .* -3\.33 +-3\.33 +refund R1/);
    expect(out).toMatch(/closing due +-1\.33/);
    expect((await cps('deductions', 's9', '2013-12')).code).toBe(2);
  });
});

describe('status', () => {
  it('tells the days and what waits', async () => {
    const { out } = await cps('status', '--json');
    const document = JSON.parse(out);
    expect(document).toMatchObject({ lastDayRun: '2014-01-21', firstOpenDay: '2014-01-22', lastDueDay: '2014-03-01' });
    expect(document).toMatchObject({ openNight: null, rejected: 1, conflicts: 0, parked: { count: 1 } });
    expect(document.dueToSellers).toEqual({ count: 1, amount: '1.33' });
    expect(document.unconfirmedPayouts).toMatchObject({ count: 2, amount: '12.30', over15Days: { count: 0 } });
    expect((await cps('status')).out).toMatch(/last day due +2014-03-01/);
  });

  it('knows no day in an empty book', async () => {
    const empty = await openBook();
    try {
      await makeBook(empty.session);
      const before = book;
      book = empty;
      const { out } = await cps('status', '--json').finally(() => {
        book = before;
      });
      expect(JSON.parse(out)).toMatchObject({ lastDayRun: null, firstOpenDay: null, lastDueDay: null });
    } finally {
      await empty.close();
    }
  });
});

describe('rejects', () => {
  it("writes a feed's own columns and why", async () => {
    const { out, code } = await cps('rejects', '--feed', 'orders', '--format', 'csv');
    const [header = '', row = ''] = out.split('\n');
    expect(header).toMatch(/^order_line_id,order_id,.*,coupon_pid,why$/);
    expect(row).toMatch(/^L8,O8,b6,50,i1,c1,1,abc,2013-12-05 10:00:00,,/);
    expect(code).toBe(0);
    expect((await cps('rejects')).out).toMatch(/orders\.csv +7 +rejected +paid_amount is/);
    expect((await cps('rejects', '--format', 'csv')).code).toBe(2);
  });
});

describe('policy', () => {
  it('adopts for the next day to be run, once', async () => {
    const file = join(folder, 'policy.json');
    await writeFile(file, '{"payDay": 15}');
    expect((await cps('policy', 'adopt', file)).out).toBe('Adopted policy 2 alimama-2013: in force from 2014-01-22.\n');
    expect((await cps('policy', 'adopt', file)).out).toContain('nothing was changed');
    const { out } = await cps('policy', 'show');
    expect(out).toContain('In force: policy 1 alimama-2013, from 2013-12-01');
    expect(out).toMatch(/Next: policy 2 alimama-2013, from 2014-01-22\n +payDay +15 +\(20 before\)/);
    await writeFile(file, '{"payday": 15}');
    expect((await cps('policy', 'adopt', file)).code).toBe(2);
  });
});

describe('generate', () => {
  it('writes a book, and refuses a folder that has one', async () => {
    const out = join(folder, 'generated');
    const made = await cps('generate', '--lines', '20', '--seed', '1', '--out', out, '--json');
    expect(JSON.parse(made.out)).toMatchObject({ firstDay: '2013-11-21' });
    expect((await cps('generate', '--lines', '20', '--seed', '1', '--out', out)).code).toBe(2);
  });
});

describe.skipIf(BOOKS.length === 0)('a book of the reference', () => {
  it('is told line by line and month by month, and the figures agree with the exports', async () => {
    const played = await openBook();
    try {
      const known = await playBook(played, BOOKS[0] ?? '');
      const money = (text: string): bigint => parseMoney(text, 2) ?? 0n;
      const { rows: lines } = await played.session.client.query<{ id: string; earning: bigint | null }>(
        `select a.order_line_id as id, s.earning from attribution a
         left join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id`,
      );
      expect(lines.length).toBeGreaterThan(100);
      for (const { id, earning } of lines.filter((_, at) => at % 4 === 0)) {
        const { text, document } = await explanationOf(played.session, known, id);
        const stands = document['stands'] as { earning: string } | null;
        expect(stands === null ? null : money(stands.earning), id).toBe(earning);
        expect(text).not.toMatch(/undefined|NaN|\[object/);
        // What the exact product rounds to is what was booked.
        for (const line of text.split('\n')) {
          const rounded = /^ {2}earning +(-?[\d.]+) - (-?[\d.]+) = (-?[\d.]+)/.exec(line);
          if (rounded !== null) {
            expect(money(rounded[1] ?? '') - money(rounded[2] ?? '')).toBe(money(rounded[3] ?? ''));
          }
        }
      }
      const { rows: statements } = await played.session.client.query<{ publisher_id: string; month: string }>(
        'select publisher_id, month from statement',
      );
      for (const { publisher_id: publisher, month } of statements) {
        // It throws where the lines do not come to the statement's closing.
        expect(await statementOf(played.session, known, publisher, month)).toContain(`${month}, closed on`);
      }
      const closing = /closing due +(-?[\d.]+)/;
      const opening = /opening due +(-?[\d.]+)/;
      const { rows: sellers } = await played.session.client.query<{ id: string }>(
        'select distinct seller_id as id from shop',
      );
      for (const { id } of sellers) {
        const november = await deductionsOf(played.session, known, id, '2013-11');
        const december = await deductionsOf(played.session, known, id, '2013-12');
        expect(opening.exec(december)?.[1]).toBe(closing.exec(november)?.[1]);
      }
    } finally {
      await played.close();
    }
  });
});
