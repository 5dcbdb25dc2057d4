/** A network's report held against the books: the same report has no difference, a changed one has each with its reason. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Copied, smallBookTemplate } from '../support/small-book.ts';
import { commandLine } from './command-line.ts';

let template: Awaited<ReturnType<typeof smallBookTemplate>>;
let book: Copied;
let folder: string;
const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cps-compare-'));
  template = await smallBookTemplate();
  book = await template.copy();
});
afterAll(async () => {
  await book.drop();
  await template.drop();
  await rm(folder, { recursive: true, force: true });
});

interface Found {
  readonly rows: number;
  readonly same: number;
  readonly differences: readonly {
    readonly kind: string;
    readonly row: number | null;
    readonly line: string | null;
    readonly column: string;
    readonly by: string | null;
    readonly why: string;
  }[];
  readonly totals: Readonly<Record<string, string>>;
}

async function compared(table: readonly (readonly string[])[], ...args: string[]): Promise<Found & { code: number }> {
  const path = join(folder, 'report.csv');
  await writeFile(path, table.map((row) => row.join(',')).join('\n'));
  const { code, out, err } = await cps('compare', path, ...args, '--json');
  expect(err).toBe('');
  return { ...(JSON.parse(out) as Found), code };
}

/** The books' own report, as rows of cells. */
async function own(): Promise<string[][]> {
  return parse((await cps('report', 'taobaoke')).out) as string[][];
}

describe('cps compare', () => {
  it('finds no difference in the report of the books themselves, whoever it is for and in every clothing', async () => {
    const table = await own();
    expect(await compared(table)).toMatchObject({ code: 0, rows: table.length - 1, same: table.length - 1 });
    for (const args of [
      ['--columns', '30', '--format', 'csv'],
      ['--columns', '31', '--format', 'xlsx'],
    ]) {
      const path = join(folder, `own.${args[3]}`);
      await cps('report', 'taobaoke', ...args, '--out', path);
      expect((await cps('compare', path)).code).toBe(0);
    }
    const publisher =
      (await book.session.client.query<{ id: string }>('select min(publisher_id) as id from attribution')).rows[0]
        ?.id ?? '';
    const path = join(folder, 'one.csv');
    await cps('report', 'taobaoke', '--publisher', publisher, '--out', path);
    expect((await cps('compare', path, '--publisher', publisher)).out).toContain('No difference.');
    // The whole month has more lines than the days of a report cut short.
    const month = await compared(table.slice(0, 4), '--month', (table[1]?.[0] ?? '').slice(0, 7));
    expect(month.same).toBe(3);
    expect(month.differences.every(({ kind }) => kind === 'only-in-books')).toBe(true);
    expect(month.differences.length).toBeGreaterThan(5);
  });

  it('names what differs, by how much and why', async () => {
    const table = await own();
    const head = table[0] ?? [];
    const at = (header: string): number => head.indexOf(header);
    const find = (status: string): number => table.findIndex((row) => row[at('订单状态')] === status);
    const change = (row: number, header: string, to: string): string => {
      const cells = table[row];
      if (cells === undefined) throw new Error(`no row ${row}`);
      cells[at(header)] = to;
      return cells[at('订单编号')] ?? '';
    };
    const [paid, confirmed, settled, voided] = ['订单付款', '订单成功', '订单结算', '订单失效'].map(find);
    change(paid ?? 0, '付款金额', '"¥1,000,000.00"');
    change(confirmed ?? 0, '订单状态', '订单结算');
    change(settled ?? 0, '佣金比率', '88.8 %');
    change(voided ?? 0, '预估收入', '7.00');
    const [gone] = table.splice(-1);
    table.push([...(table[settled ?? 0] ?? []).map((cell, column) => (column === at('订单编号') ? 'T-none' : cell))]);
    const found = await compared(table);
    expect(found.code).toBe(1);
    const of = (row: number | undefined) => found.differences.filter((one) => one.row === (row ?? 0) + 1);
    expect(of(paid)).toMatchObject([{ column: '付款金额', why: 'the books have what the order was delivered with' }]);
    expect(of(confirmed)).toMatchObject([
      { column: '订单状态', why: expect.stringMatching(/^settled on .*, but deduction D-.* is /) },
    ]);
    expect(of(settled)).toMatchObject([
      { column: '佣金比率', by: null, why: expect.stringContaining('the rate of plan ') },
    ]);
    expect(of(voided)).toMatchObject([
      { column: '预估收入', by: '7.00', why: expect.stringMatching(/^(void since|forfeited)/) },
    ]);
    expect(found.differences.filter(({ kind }) => kind === 'only-in-report')).toMatchObject([
      { why: 'no delivery had this order', line: null },
    ]);
    expect(found.differences.filter(({ kind }) => kind === 'only-in-books').length).toBe(1);
    expect(found.differences.length).toBe(6);
    expect(found.totals['预估收入']).toBe('7.00');
    expect(gone).toBeDefined();
  });

  it('tells an order of another publisher, an order of nobody, and a cell that is no amount', async () => {
    const [head = [], ...rows] = await own();
    const { rows: nobody } = await book.session.client.query<{ order: string; item: string }>(
      `select o.order_id as order, o.item_id as item from order_line o join attribution a
         on a.partition = o.partition and a.order_line_id = o.order_line_id where a.outcome = 'unattributed' limit 1`,
    );
    const site = head.indexOf('来源媒体ID');
    const publishers = (
      await book.session.client.query<{ site: string; publisher: string }>(
        'select site_id as site, publisher_id as publisher from site',
      )
    ).rows;
    const publisher = publishers.find((one) => one.site === rows[0]?.[site])?.publisher ?? '';
    const theirs = rows.filter((row) => publishers.find((one) => one.site === row[site])?.publisher === publisher);
    const other = rows.find((row) => !theirs.includes(row)) ?? [];
    const none = [...other];
    none[head.indexOf('订单编号')] = nobody[0]?.order ?? '';
    none[head.indexOf('商品ID')] = nobody[0]?.item ?? '';
    const [first = [], ...rest] = theirs;
    first[head.indexOf('效果预估')] = 'about 5';
    const found = await compared([head, first, ...rest, other, none], '--publisher', publisher);
    expect(found.differences).toMatchObject([
      { kind: 'unreadable', row: 2, why: 'this is no amount of the column 效果预估' },
      { kind: 'only-in-report', why: expect.stringContaining('it is not among the lines compared') },
      { kind: 'only-in-report', why: expect.stringMatching(/^the books attribute it to nobody: \w+/) },
    ]);
    const told = await cps('compare', join(folder, 'report.csv'), '--publisher', publisher, '--explain');
    expect(told.out).toMatch(/What would have had to be different/);
    expect(told.out).toMatch(/cps explain \S+ tells the whole of a line\./);
  });

  it('refuses what is no report, no party and no time, and changes nothing', async () => {
    const path = join(folder, 'bad.csv');
    await writeFile(path, '订单编号,商品ID,订单状态\nT1,i1,订单付款\n');
    expect(await cps('compare', path)).toMatchObject({
      code: 2,
      err: expect.stringContaining('names the column 付款金额'),
    });
    await writeFile(path, '订单编号,商品ID,订单状态,付款金额\nT1,i1,订单付款,1.00\n');
    expect(await cps('compare', path)).toMatchObject({
      code: 2,
      err: 'cps: no row of the report has a time under 创建时间: name a --month\n',
    });
    expect((await cps('compare', path, '--month', '2013-12', '--publisher', 'nobody')).code).toBe(2);
    expect((await cps('compare', path, '--by', 'created')).code).toBe(2);
    expect((await cps('compare', join(folder, 'nowhere'))).code).toBe(2);
  });
});
