/**
 * Sums are not held to the bound of one amount: books of the largest orders verify, close their month, are paid and
 * reconcile, in currencies of 0, 2 and 3 digits. At the bound of a sum a book goes on, above it no night is completed.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isSum, parseMoney, parseSum } from '../../src/core/money.ts';
import { alimama2013 } from '../../src/core/policy/policy.ts';
import { createBook } from '../../src/store/night/book.ts';
import { verify } from '../../src/verify/verify.ts';
import { deliverFolder, type OpenBook, openBook, runThrough } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';

type Files = Readonly<Record<string, readonly string[]>>;

function filesOf(lines: number, paid: string): Files {
  const each = (row: (n: number) => string): string[] => Array.from({ length: lines }, (_, i) => row(i + 1));
  return {
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
      ...each((n) => `k${n},2013-12-01 10:00:00,mm_1_10_100,b${n},50,i,https://example.com/,10.0.0.1`),
    ],
    orders: [
      'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at,coupon_pid',
      ...each((n) => `L${n},O${n},b${n},50,i,c,1,${paid},2013-12-01 11:00:00,`),
    ],
    receipts: ['order_line_id,confirmed_at,received_amount', ...each((n) => `L${n},2013-12-02 11:00:00,${paid}`)],
  };
}

interface Currency {
  readonly currency: string;
  readonly digits: number;
}

/** The largest amount that one order may have. */
const largest = (digits: number): string => `999999999999${digits === 0 ? '' : `.${'9'.repeat(digits)}`}`;

async function inBook(
  { currency, digits }: Currency,
  work: (book: OpenBook, bring: (files: Files) => Promise<number>) => Promise<void>,
): Promise<void> {
  const book = await openBook();
  const folder = await mkdtemp(join(tmpdir(), 'cps-large-'));
  try {
    const terms = { zone: 'Asia/Tokyo', currency, digits, partitions: 1, policy: alimama2013(digits) };
    await createBook(book.session, terms);
    let brought = 0;
    await work(book, async (files) => {
      const own = await mkdtemp(join(folder, `${brought++}-`));
      for (const [feed, lines] of Object.entries(files))
        await writeFile(join(own, `${feed}.csv`), [...lines, ''].join('\n'));
      return (await deliverFolder(book.session, own)).reduce((refused, one) => refused + one.rejected, 0);
    });
  } finally {
    await rm(folder, { recursive: true });
    await book.close();
  }
}

async function holds({ session, url }: OpenBook): Promise<void> {
  const report = await verify(session, { url, workers: 1, deep: true, onProgress: () => {} });
  expect(report.differences).toEqual([]);
}

const CURRENCIES = [
  { currency: 'JPY', digits: 0, commission: '2699999999997' },
  { currency: 'CNY', digits: 2, commission: '2699999999999.97' },
  { currency: 'KWD', digits: 3, commission: '2699999999999.997' },
] as const;

describe.each(CURRENCIES)('a book in $currency', ({ currency, digits, commission }) => {
  it('takes orders below and at the bound, and none above', async () => {
    await inBook({ currency, digits }, async (_, bring) => {
      const files = filesOf(1, largest(digits));
      const [header = '', row = ''] = files['orders'] ?? [];
      const with_ = (line: string, paid: string) => row.replace('L1,O1', `${line},O1`).replace(largest(digits), paid);
      const orders = [header, with_('A', '999999999998'), row, with_('B', '1000000000000')];
      expect(await bring({ ...files, orders })).toBe(1);
    });
  });

  it('verifies, closes its month, is paid and reconciles at the bound', async () => {
    await inBook({ currency, digits }, async (book, bring) => {
      expect(await bring(filesOf(3, largest(digits)))).toBe(0);
      await runThrough(book, '2014-01-21');
      await holds(book);
      const cps = (...args: string[]) => commandLine(['--database', book.url, '--as', 'Chen', ...args]);
      const { rows } = await book.session.client.query<{ id: string; kind: string; amount: bigint }>(
        'select instruction_id as id, kind, amount from instruction order by kind',
      );
      const [deduction, payout] = rows;
      expect(parseSum(commission, digits)).toBe(deduction?.amount);
      const folder = await mkdtemp(join(tmpdir(), 'cps-large-pay-'));
      const files = await cps('pay', 'files', '--format', 'csv', '--out', folder, '--at', '2014-01-22 09:00:00');
      expect(files).toMatchObject({ code: 0, err: '' });
      await rm(folder, { recursive: true });
      const text = (amount: bigint | undefined): string => {
        const all = String(amount ?? 0n).padStart(digits + 1, '0');
        return digits === 0 ? all : `${all.slice(0, -digits)}.${all.slice(-digits)}`;
      };
      const bank = (line: number, at: string, amount: string, reference: string) =>
        `S1,${line},0,${at},${amount},${reference},${reference},li@example.com,Li,`;
      expect(
        await bring({
          'deduction-results': ['deduction_id,status,at,reason', `${deduction?.id},confirmed,2014-01-22 10:00:00,`],
          'payout-results': ['payout_id,status,at,reason', `${payout?.id},confirmed,2014-01-22 10:00:00,`],
          'bank-statements': [
            'statement,account,since,through,opening,closing',
            `S1,6222,2013-12-01 00:00:00,2014-01-24 00:00:00,0,${text((deduction?.amount ?? 0n) - (payout?.amount ?? 0n))}`,
          ],
          'bank-lines': [
            'statement,line,part,booked_at,amount,line_ref,reference,counterparty,counterparty_name,memo',
            bank(1, '2014-01-22 10:00:00', text(deduction?.amount), deduction?.id ?? ''),
            bank(2, '2014-01-22 11:00:00', `-${text(payout?.amount)}`, payout?.id ?? ''),
          ],
        }),
      ).toBe(0);
      await runThrough(book, '2014-01-23');
      await holds(book);
      const reconciled = await cps('reconcile', '--through', '2014-01-23');
      expect(reconciled, reconciled.out).toMatchObject({ code: 0, err: '' });
      expect((await cps('statement', '1', '2013-12')).out).toContain(text(payout?.amount));
    });
  });
});

describe('the bound of a sum', () => {
  it('is 18 digits of minor units, whatever the digits of the currency; that of one amount 12 whole digits', () => {
    for (const digits of [0, 2, 3, 4]) {
      const most = (10n ** 18n - 1n).toString();
      const point = (text: string) => (digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`);
      expect(parseSum(point(most), digits)).toBe(10n ** 18n - 1n);
      expect(parseSum(point(`1${'0'.repeat(18)}`), digits)).toBeUndefined();
      expect([isSum(10n ** 18n - 1n), isSum(1n - 10n ** 18n), isSum(10n ** 18n)]).toEqual([true, true, false]);
      expect(parseMoney(largest(digits), digits)).toBe(10n ** BigInt(12 + digits) - 1n);
      expect(parseMoney('1000000000000', digits)).toBeUndefined();
    }
  });

  it('is not reached by 50 orders at the bound in a currency of 4 digits, and a night above it is not completed', async () => {
    const terms = { currency: 'CLF', digits: 4 };
    await inBook(terms, async (book, bring) => {
      await bring(filesOf(50, largest(4)));
      await runThrough(book, '2013-12-03');
      await holds(book);
    });
    await inBook(terms, async (book, bring) => {
      await bring(filesOf(120, largest(4)));
      await expect(runThrough(book, '2013-12-03')).rejects.toThrow(
        /^the night of 2013-12-02 moves \d{15}\.\d{4} CLF in partition 0, more than the 18 digits of minor units/,
      );
    });
  });
});
