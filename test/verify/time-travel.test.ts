/**
 * What was told of a closed day or month is told in the same bytes for ever: whatever is amended, comes late, is
 * confirmed or comes back afterwards. A day that is not closed is not told as of.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FEEDS } from '../../src/core/feeds/index.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { type OpenBook, openBook, runThrough } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';
import { deliverSmallBook } from '../support/small-book.ts';

let book: OpenBook;
let folder: string;

beforeAll(async () => {
  book = await openBook();
  folder = await mkdtemp(join(tmpdir(), 'cps-travel-'));
  await deliverSmallBook(book.session, () => runThrough(book, '2013-12-20').then());
});
afterAll(async () => {
  await book.close();
  await rm(folder, { recursive: true });
});

const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);

let files = 0;
async function deliverRows(feed: string, rows: readonly string[]): Promise<void> {
  const columns = Object.keys(FEEDS.find((one) => one.name === feed)?.columns ?? {});
  const path = join(folder, `${feed}-${++files}.csv`);
  await writeFile(path, [columns.join(','), ...rows, ''].join('\n'));
  const receipt = await deliver(book.session, { path, feed }, () => {});
  expect(receipt).toMatchObject({ accepted: rows.length });
}

interface Party {
  readonly command: 'statement' | 'deductions';
  readonly id: string;
}

async function parties(): Promise<Party[]> {
  const statements = await book.session.db.selectFrom('statement').select('publisher_id as id').distinct().execute();
  const sellers = await book.session.db.selectFrom('shop').select('seller_id as id').distinct().execute();
  return [
    ...statements.map(({ id }) => ({ command: 'statement' as const, id })),
    ...sellers.slice(0, 4).map(({ id }) => ({ command: 'deductions' as const, id })),
  ];
}

/** Everything told of closed November, in every format, and of both months as of closed days. */
async function told(of: readonly Party[], days: readonly string[]): Promise<Record<string, string>> {
  const texts: Record<string, string> = {};
  const take = async (...args: string[]): Promise<void> => {
    const { code, out, err } = await cps(...args);
    expect({ code, err }, args.join(' ')).toEqual({ code: 0, err: '' });
    texts[args.join(' ')] = out;
  };
  for (const { command, id } of of) {
    for (const format of ['text', 'json', 'csv', 'html']) await take(command, id, '2013-11', '--format', format);
    for (const day of days) await take(command, id, day.slice(0, 7), '--as-of', day);
  }
  for (const day of days) {
    for (const name of ['attributions', 'transfers', 'balances', 'statements', 'journal'])
      await take('export', name, '--as-of', day);
  }
  return texts;
}

describe('what was told of closed days and months', () => {
  it('is told in the same bytes after amendments, late facts, results and further nights', async () => {
    const of = await parties();
    expect(of.length).toBeGreaterThan(6);
    const days = ['2013-11-22', '2013-11-30', '2013-12-10', '2013-12-20'];
    const before = await told(of, days);
    const some = of.find(({ command }) => command === 'statement')?.id ?? '';
    const { rows: payouts } = await book.session.client.query<{ id: string }>(
      "select instruction_id as id from instruction where kind = 'payout' order by 1",
    );
    expect(payouts.length).toBeGreaterThan(2);
    const { rows: names } = await book.session.client.query<Record<string, string>>(
      `select kind, payee_name, payee_account, array_to_string(own_buyer_ids, ';') as own,
         to_char(registered_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') as at
       from publisher where publisher_id = $1`,
      [some],
    );
    const { kind, payee_name: payee, payee_account: account, own, at } = names[0] ?? {};
    await deliverRows('publishers', [`${some},Another Name,${kind},${payee},${account},${own},${at}`]);
    await deliverRows(
      'payout-results',
      payouts.map(({ id }, i) => `${id},${i % 2 === 0 ? 'confirmed' : 'returned'},2013-12-21 10:00:00,`),
    );
    await runThrough(book, '2014-02-21');
    expect(await told(of, days)).toEqual(before);
    const now = await cps('statement', some, '2013-12');
    expect(now.out).toContain('Another Name');
    const shown = await Promise.all(
      of
        .filter(({ command }) => command === 'statement')
        .map(async ({ id }) => (await cps('statement', id, '2013-11', '--as-of', '2014-01-10')).out),
    );
    expect(shown.some((text) => /value date 2013-12-21: confirmed/.test(text))).toBe(true);
    expect(shown.some((text) => /value date 2013-12-21: returned/.test(text))).toBe(true);
  });

  it('is not told as of a day that is not closed, nor of a month that had not begun', async () => {
    const [publisher] = await parties();
    const id = publisher?.id ?? '';
    for (const args of [
      ['export', 'balances'],
      ['statement', id, '2014-02'],
    ]) {
      const ended = await cps(...args, '--as-of', '2014-02-22');
      expect(ended).toMatchObject({ code: 3, out: '' });
      expect(ended.err).toContain(
        '2014-02-22 is not closed, and what is told as of it would change: the last day run is 2014-02-21',
      );
    }
    const early = await cps('statement', id, '2014-02', '--as-of', '2014-01-31');
    expect(early).toMatchObject({ code: 2, err: expect.stringContaining('2014-02 had not begun on 2014-01-31') });
  });

  it('shows a late fact on the day it took effect, with the instant it happened', async () => {
    const line = await book.session.client.query<{ id: string; paid: string }>(
      `select a.order_line_id as id, to_char(o.paid_at at time zone 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') as paid
       from attribution a join order_line o using (partition, order_line_id)
       where outcome = 'attributed' and not held and paid_amount > 100000
         and not exists (select from settlement s where s.order_line_id = a.order_line_id)
         and not exists (select from trade_fact f where f.order_line_id = a.order_line_id) order by 1 limit 1`,
    );
    const { id, paid } = line.rows[0] ?? { id: '', paid: '' };
    await deliverRows('receipts', [`${id},${paid},`]);
    const balances = await cps('export', 'balances', '--as-of', '2014-02-21');
    await runThrough(book, '2014-02-23');
    expect((await cps('export', 'balances', '--as-of', '2014-02-21')).out).toBe(balances.out);
    const transfers = (await cps('export', 'transfers')).out.split('\n').filter((row) => row.includes(id));
    expect(transfers.length).toBeGreaterThan(0);
    for (const row of transfers) {
      const [, day, occurred] = row.split(',');
      expect([day, occurred]).toEqual(['2014-02-22', `${paid}+08:00`]);
    }
  });
});
