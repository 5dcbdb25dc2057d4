/** A month's documents for everyone, and the networks' tables, on the small book: files, manifests, what is kept, refusals. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as sheets from '@e965/xlsx';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Manifest } from '../../src/formats/document/manifest.ts';
import { type Copied, smallBookTemplate } from '../support/small-book.ts';
import { commandLine } from './command-line.ts';

let template: Awaited<ReturnType<typeof smallBookTemplate>>;
let book: Copied;
let folder: string;
const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cps-statements-'));
  template = await smallBookTemplate();
  book = await template.copy();
});
afterAll(async () => {
  await book.drop();
  await template.drop();
  await rm(folder, { recursive: true, force: true });
});

async function manifestsIn(path: string): Promise<Manifest[]> {
  const names = (await readdir(path)).filter((name) => name.endsWith('.manifest.json'));
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(path, name), 'utf8')) as Manifest));
}

/** Every file with a manifest is whole; nothing else is there. */
async function expectWhole(path: string): Promise<Manifest[]> {
  const manifests = await manifestsIn(path);
  for (const { file, sha256, bytes } of manifests) {
    const content = await readFile(join(path, file));
    expect([createHash('sha256').update(content).digest('hex'), content.length], file).toEqual([sha256, bytes]);
  }
  expect((await readdir(path)).length).toBe(2 * manifests.length);
  return manifests;
}

describe('cps statements', () => {
  it('writes a document and a manifest for everyone of the month, and keeps what is there', async () => {
    const out = join(folder, 'pdf');
    const first = JSON.parse((await cps('statements', '2013-12', '--out', out, '--json')).out);
    const manifests = await expectWhole(out);
    expect(first).toMatchObject({ format: 'pdf', documents: manifests.length, written: manifests.length, kept: 0 });
    const { rows } = await book.session.client.query<{ id: string }>(
      "select publisher_id as id from statement where month = '2013-12' order by 1",
    );
    const publishers = manifests.filter(({ document }) => document === 'statement').map(({ party }) => party);
    expect(publishers.sort()).toEqual(rows.map(({ id }) => id));
    expect(manifests.filter(({ document }) => document === 'deductions').length).toBeGreaterThan(3);
    expect(manifests.every(({ open, language }) => !open && language === 'both')).toBe(true);
    expect(JSON.parse((await cps('statements', '2013-12', '--out', out, '--json')).out)).toMatchObject({
      written: 0,
      kept: manifests.length,
    });
  });

  it('writes again what was changed, cut short or lost its manifest, and all of it when told to', async () => {
    const out = join(folder, 'csv');
    const args = ['statements', '2013-12', '--out', out, '--format', 'csv', '--party', 'publishers', '--json'];
    await cps(...args);
    const [changed, cut, bare] = await manifestsIn(out);
    if (changed === undefined || cut === undefined || bare === undefined) throw new Error('too few documents');
    await writeFile(join(out, changed.file), 'something else');
    await rm(join(out, cut.file));
    await rm(join(out, `${bare.file}.manifest.json`));
    expect(JSON.parse((await cps(...args)).out)).toMatchObject({ written: 3 });
    expect((await expectWhole(out)).every(({ format }) => format === 'csv')).toBe(true);
    expect(JSON.parse((await cps(...args, '--again')).out)).toMatchObject({ kept: 0 });
    // Another language is another document; csv has none.
    expect((await cps(...args, '--lang', 'zh')).code).toBe(2);
  });

  it('writes the same bytes with threads as without', async () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')];
    for (const [out, workers] of [
      [one, '1'],
      [two, '2'],
    ] as const) {
      await cps('statements', '2013-12', '--out', out, '--format', 'pdf', '--workers', workers);
    }
    const files = await readdir(one);
    expect(await readdir(two)).toEqual(files);
    for (const file of files) expect(await readFile(join(two, file)), file).toEqual(await readFile(join(one, file)));
  });

  it('takes no file of the month as of another night for the closed one', async () => {
    const out = join(folder, 'as-of');
    const args = ['statements', '2013-12', '--out', out, '--format', 'json', '--party', 'publishers', '--json'];
    await cps(...args);
    const paid = (await manifestsIn(out)).find(({ results }) => results === 'instructed');
    if (paid === undefined) throw new Error('nobody was paid');
    expect(paid).toMatchObject({ open: false, asOf: '2014-01-20' });
    const path = join(out, paid.file);
    const closed = await readFile(path, 'utf8');
    expect((await cps('statement', paid.party, '2013-12', '--as-of', '2014-02-20', '--out', path)).code).toBe(0);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ open: false, asOf: '2014-02-20' });
    expect(JSON.parse((await cps(...args)).out)).toMatchObject({ written: 1 });
    expect(await readFile(path, 'utf8')).toBe(closed);
    const open = await cps('statement', paid.party, '2013-12', '--as-of', '2014-03-31', '--out', join(out, 'no.pdf'));
    expect(open).toMatchObject({ code: 3, err: expect.stringContaining('2014-03-31 is not closed') });
    expect(await readdir(out)).not.toContain('no.pdf');
  });

  it('removes the drafts that a killed writing of the same files left, and nothing else', async () => {
    const out = join(folder, 'left');
    const args = ['statements', '2013-12', '--out', out, '--format', 'csv', '--party', 'sellers'];
    await cps(...args);
    const [one] = await manifestsIn(out);
    const names = [`.${one?.file}.0123456789ab.part`, `.${one?.file}.manifest.json.0123456789ab.part`];
    const others = ['.other.csv.0123456789ab.part', `.${one?.file}.part`];
    for (const name of [...names, ...others]) await writeFile(join(out, name), 'half');
    expect((await cps(...args)).code).toBe(0);
    expect((await readdir(out)).filter((name) => name.endsWith('.part')).sort()).toEqual(others.sort());
  });

  it('writes an open month anew each time', async () => {
    const out = join(folder, 'open');
    const args = ['statements', '2014-02', '--out', out, '--format', 'html', '--json'];
    const first = JSON.parse((await cps(...args)).out);
    expect(first.written).toBeGreaterThan(0);
    expect(JSON.parse((await cps(...args)).out)).toMatchObject({ written: first.written, kept: 0 });
    expect((await manifestsIn(out)).every(({ open, asOf }) => open && asOf === '2014-02-21')).toBe(true);
  });

  it('tells the same sums as the statements export', async () => {
    const rows = parse((await cps('export', 'statements')).out, { columns: true }) as Record<string, string>[];
    for (const { party, opening, closing, movements } of await manifestsIn(join(folder, 'csv'))) {
      const row = rows.find((one) => one['publisher_id'] === party && one['month'] === '2013-12');
      expect({ opening, closing, ...movements }).toEqual({
        ...Object.fromEntries(Object.keys(movements).map((name) => [name, row?.[name]])),
        opening: row?.['opening'],
        closing: row?.['closing'],
      });
    }
  });

  it('refuses in a sentence what it cannot do, and leaves nothing behind', async () => {
    await writeFile(join(folder, 'file'), '');
    for (const [args, sentence] of [
      [
        ['statements', '2013-12', '--out', join(folder, 'file', 'x')],
        /cannot be written \(a part of the path is no folder\): choose another --out/,
      ],
      [
        ['statements', '2013-12', '--out', folder, '--format', 'doc'],
        /doc is no format: they are text, json, csv, xlsx/,
      ],
      [['statements', '2013-12', '--out', folder, '--party', 'all'], /--party is one of publishers, sellers, both/],
      [['statements', '2013-12', '--out', folder, '--lang', 'fr'], /fr is no language: they are zh, en, both/],
      [['statements', '2019-01', '--out', folder], /2019-01 has not begun in this book/],
      [['statements', '2013-12'], /required option '--out <dir>'/],
    ] as const) {
      const { code, err } = await cps(...args);
      expect(code).toBe(2);
      expect(err).toMatch(sentence);
    }
    expect((await readdir(folder)).some((name) => name.includes('.part'))).toBe(false);
  });
});

describe('cps statement --out', () => {
  it('writes one document and its manifest', async () => {
    const [one] = await manifestsIn(join(folder, 'csv'));
    const path = join(folder, 'own.xlsx');
    const { code, out } = await cps('statement', one?.party ?? '', '2013-12', '--out', path);
    expect([code, out]).toEqual([0, `Wrote ${path}, and ${path}.manifest.json beside it.\n`]);
    expect(sheets.read(await readFile(path)).SheetNames).toEqual(['汇总 summary', '明细 lines']);
    const manifest = JSON.parse(await readFile(`${path}.manifest.json`, 'utf8')) as Manifest;
    expect(JSON.parse((await cps('statement', one?.party ?? '', '2013-12', '--out', path, '--json')).out)).toEqual(
      manifest,
    );
    expect(manifest).toMatchObject({
      format: 'xlsx',
      count: one?.count,
      sums: one?.sums,
      closing: one?.closing,
      file: 'own.xlsx',
    });
    const nowhere = await cps('statement', one?.party ?? '', '2013-12', '--out', '/dev/null/where.txt');
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining('choose another --out')]);
  });
});

describe('cps statement --proof --out', () => {
  it('writes the proof as it is printed, without a manifest', async () => {
    const [one] = await manifestsIn(join(folder, 'csv'));
    const path = join(folder, 'proof.json');
    const args = ['statement', one?.party ?? '', '2013-12', '--proof'];
    expect((await cps(...args, '--out', path)).out).toBe(`Wrote ${path}.\n`);
    expect(await readFile(path, 'utf8')).toBe((await cps(...args, '--json')).out);
    expect((await readdir(folder)).filter((name) => name.includes('proof'))).toEqual(['proof.json']);
    expect((await cps(...args, '--out', join(folder, 'proof.pdf'))).err).toContain('a proof is written as json');
    expect((await cps(...args, '--json', '--as-of', '2014-01-20')).err).toContain('leave --as-of out');
  });
});

const HEADERS =
  '创建时间,点击时间,商品信息,商品ID,掌柜旺旺,所属店铺,商品数,商品单价,订单状态,订单类型,收入比率,分成比率,付款金额,效果预估,结算金额,预估收入,结算时间,佣金比率,佣金金额,技术服务费比率,补贴比率,补贴金额,补贴类型,成交平台,第三方服务来源,订单编号,类目名称,来源媒体ID,来源媒体名称,广告位ID,广告位名称';

describe('cps report', () => {
  it('has the very headers of the order report, 31 and 30', async () => {
    const header = async (...args: string[]) => (await cps('report', 'taobaoke', ...args)).out.split('\n')[0];
    expect(await header()).toBe(HEADERS);
    expect(await header('--columns', '30')).toBe(HEADERS.replace('技术服务费比率,', ''));
    expect((await cps('report', 'taobaoke', '--columns', '29')).code).toBe(2);
    expect((await cps('report', 'tmall')).err).toContain('they are taobaoke, refunds, merchant, jd');
    expect((await cps('report', 'jd', '--publisher', 'nobody')).code).toBe(2);
  });

  it('shows all four statuses, the settled amounts of the log, and a line given to another under each', async () => {
    const rows = parse((await cps('report', 'taobaoke')).out, { columns: true }) as Record<string, string>[];
    expect(new Set(rows.map((row) => row['订单状态']))).toEqual(
      new Set(['订单付款', '订单成功', '订单结算', '订单失效']),
    );
    const { rows: lines } = await book.session.client.query<{ n: bigint; settled: string }>(`
      select count(*) + count(r.position) as n, coalesce(sum(coalesce((r.body->>'commission')::numeric,
        (l.body->>'commission')::numeric, (b.body->'settled'->>'commission')::numeric)) filter (where s.state = 'settled'), 0)::text as settled
      from attribution a
      left join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id
      left join log l on l.partition = a.partition and l.subject = a.order_line_id and l.type = 'CommissionSettled'
      left join log r on r.partition = a.partition and r.subject = a.order_line_id and r.type = 'CommissionRestored'
      left join log b on b.partition = a.partition and b.position = a.position and b.type = 'LineBroughtIn'
      where a.outcome = 'attributed'`);
    expect(rows.length).toBe(Number(lines[0]?.n));
    const income = rows.reduce((sum, row) => sum + BigInt((row['预估收入'] ?? '').replace('.', '') || '0'), 0n);
    expect(income).toBe(BigInt((lines[0]?.settled ?? '').replace('.', '')));
  });

  it('gives back in refunds what the log reversed, to publishers and to sellers', async () => {
    const { rows } = await book.session.client.query<{ n: bigint; sum: string }>(
      "select count(*) as n, sum((body->>'commission')::numeric)::text as sum from log where type = 'CommissionReversed'",
    );
    const told = parse((await cps('report', 'refunds')).out, { columns: true }) as Record<string, string>[];
    expect(told.length).toBe(Number(rows[0]?.n));
    const back = told.reduce((sum, row) => sum + BigInt((row['应返还金额'] ?? '').replace('.', '')), 0n);
    expect(back).toBe(BigInt((rows[0]?.sum ?? '').replace('.', '')));
  });
});
