/** A network's report held against the books: the same report has no difference, a changed one has each with its reason. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as sheets from '@e965/xlsx';
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
  readonly format: string;
  readonly totalRows: number;
  readonly notCompared: readonly string[];
  readonly compared: readonly { readonly column: string; readonly rows: number; readonly differ: number }[];
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

  const RATES = ['收入比率', '佣金比率', '技术服务费比率'];
  const NEWER: Readonly<Record<string, string>> = {
    效果预估: '付款预估收入',
    预估收入: '结算预估收入',
    来源媒体ID: '媒体ID',
    广告位ID: '推广位ID',
    技术服务费比率: '技术服务费率',
    商品数: '商品数量',
  };
  const STATUSES: Readonly<Record<string, string>> = {
    订单付款: '已付款',
    订单成功: '已收货',
    订单结算: '已结算',
    订单失效: '已失效',
  };

  it('reads a column of rates in percent without signs as what it is, as a whole', async () => {
    const [head = [], ...rows] = await own();
    const bare = rows.map((row) =>
      row.map((cell, at) => (RATES.includes(head[at] ?? '') ? cell.replace(' %', '') : cell)),
    );
    expect(await compared([head, ...bare])).toMatchObject({ code: 0, same: rows.length });
    const below = bare.map((row) =>
      row.map((cell, at) => (head[at] === '佣金比率' ? `0.0${cell.replace('.', '')}` : cell)),
    );
    const odd = await compared([head, ...below]);
    expect(new Set(odd.differences.map(({ column }) => column))).toEqual(new Set(['佣金比率']));
  });

  it('compares newer names of columns and of statuses, and says what it did not compare', async () => {
    const [head = [], ...rows] = await own();
    const newer = head.map((name) => NEWER[name] ?? name);
    const status = head.indexOf('订单状态');
    const renamed = rows.map((row) => row.map((cell, at) => (at === status ? (STATUSES[cell] ?? cell) : cell)));
    const same = await compared([newer, ...renamed]);
    expect(same).toMatchObject({ code: 0, same: rows.length });
    expect(same.compared.find(({ column }) => column === '广告位ID')).toEqual({
      column: '广告位ID',
      rows: rows.length,
      differ: 0,
    });
    expect(same.notCompared).toContain('商品信息');
    const wrong = renamed.map((row) =>
      row.map((cell, at) => (newer[at] === '推广位ID' ? '7777' : newer[at] === '付款预估收入' ? '999.99' : cell)),
    );
    const found = await compared([newer, ...wrong]);
    expect(found.differences.length).toBe(2 * rows.length);
    expect(found.compared.filter(({ differ }) => differ > 0).map(({ column, differ }) => [column, differ])).toEqual([
      ['效果预估', rows.length],
      ['广告位ID', rows.length],
    ]);
    const bare = await compared(
      [...[[...head, '会员运营ID']], ...rows.map((row) => [...row, '7'])].map((row) =>
        row.filter((_, at) => head[at] !== '结算金额'),
      ),
    );
    expect(bare.notCompared).toEqual(expect.arrayContaining(['会员运营ID', '结算金额 (lacking)']));
    const text = await cps('compare', join(folder, 'report.csv'));
    expect(text.out).toMatch(
      /No difference\.\nCompared, by column: .*付款金额 \d+.*\nNot compared: .*会员运营ID.*结算金额 \(lacking\)/,
    );
  });

  it('holds a row of totals against the rows, whatever sheet they are on and whatever marks keep ids text', async () => {
    const [head = [], ...rows] = await own();
    const paid = head.indexOf('付款金额');
    const sum = rows.reduce((all, row) => all + Math.round(Number(row[paid]) * 100), 0);
    const totals = (fen: number): string[] =>
      head.map((_, at) => (at === 0 ? '合计' : at === paid ? (fen / 100).toFixed(2) : ''));
    const marked = rows.map((row) => row.map((cell, at) => (head[at] === '订单编号' ? `\`${cell}` : `${cell}\t`)));
    expect(await compared([head, ...marked, totals(sum)])).toMatchObject({ code: 0, rows: rows.length, totalRows: 1 });
    const off = await compared([head, ...rows, totals(sum + 1)]);
    expect(off.differences).toMatchObject([{ kind: 'total', column: '付款金额', by: '0.01' }]);
    const book = sheets.utils.book_new();
    sheets.utils.book_append_sheet(book, sheets.utils.aoa_to_sheet([['说明'], ['x']]), '说明');
    sheets.utils.book_append_sheet(book, sheets.utils.aoa_to_sheet([head, ...rows]), '明细');
    const path = join(folder, 'two.xlsx');
    await writeFile(path, sheets.write(book, { type: 'buffer', bookType: 'xlsx' }) as Uint8Array);
    const second = await cps('compare', path);
    expect([second.code, second.out]).toEqual([0, expect.stringContaining('Sheets not compared: 说明.')]);
  });

  it('never takes a number of an order that has lost its digits for another', async () => {
    const [head = [], ...rows] = await own();
    const at = head.indexOf('订单编号');
    const [first = [], ...rest] = rows;
    const lost = first.map((cell, column) => (column === at ? '5.12346E+17' : cell));
    const found = await compared([head, lost, ...rest]);
    expect(found.differences).toMatchObject([
      {
        kind: 'unreadable',
        row: 2,
        column: '订单编号',
        why: expect.stringContaining('rounded the number of the order'),
      },
      { kind: 'only-in-books' },
    ]);
  });

  it('reads back the rows of JD', async () => {
    const path = join(folder, 'jd.csv');
    await cps('report', 'jd', '--out', path);
    const table = parse(await readFile(path)) as string[][];
    const [head = [], ...rows] = table;
    const same = await compared(table);
    expect(same).toMatchObject({ code: 0, format: 'jd', rows: rows.length, same: rows.length });
    const wrong = rows.map((row, n) => row.map((cell, at) => (n === 0 && head[at] === 'actualFee' ? '1234.56' : cell)));
    const found = await compared([head, ...wrong]);
    expect(found.differences).toMatchObject([{ column: 'actualFee', report: '1234.56' }]);
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
