/** Reports as networks deliver them, in every clothing they come in, and the sentences for what is none. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as sheets from '@e965/xlsx';
import { strToU8, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readNetworkReport } from '../../src/ingest/source/network-report.ts';
import { unzipped } from '../../src/ingest/source/unzip.ts';

const REQUIRED = ['订单编号', '付款金额'];
const TABLE = [
  ['创建时间', '订单编号', '付款金额', '收入比率', '订单状态'],
  ['2013-12-01 11:21:52', '123456789012345678', '16.03', '5.50 %', '订单结算'],
  ['2013-12-02 00:00:00', '0012', '1234.5', '10.00 %', '订单付款'],
];
const SAID = TABLE.slice(1);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cps-network-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function read(name: string, content: Uint8Array | string): Promise<string[][]> {
  const path = join(folder, name);
  await writeFile(path, content);
  const { rows } = await readNetworkReport(path, [{ required: REQUIRED, aliases: {} }]);
  return rows.map(({ cells }) => (TABLE[0] ?? []).map((header) => cells.get(header) ?? ''));
}

function workbookOf(bookType: 'biff8' | 'xlsx', table: readonly (readonly unknown[])[] = TABLE): Uint8Array {
  const book = sheets.utils.book_new();
  sheets.utils.book_append_sheet(book, sheets.utils.aoa_to_sheet(table as unknown[][]), 'Page1');
  return sheets.write(book, { type: 'buffer', bookType }) as Uint8Array;
}

const csv = `${TABLE.map((row) => row.join(',')).join('\r\n')}\r\n`;

/** The text in GBK: every character of the table is found by decoding all of its pairs. */
function gbk(text: string): Buffer {
  const codes = new Map<string, Buffer>();
  for (let high = 0x81; high <= 0xfe; high++) {
    for (let low = 0x40; low <= 0xfe; low++) {
      const pair = Buffer.from([high, low]);
      codes.set(new TextDecoder('gbk').decode(pair), pair);
    }
  }
  return Buffer.concat(
    [...text].map((one) => (one < '\u0080' ? Buffer.from(one) : (codes.get(one) ?? Buffer.alloc(0)))),
  );
}

describe('a report', () => {
  it('is read as .xls, .xlsx, HTML named .xls, tab-separated text named .xls, and csv in UTF-8, UTF-16 and GBK', async () => {
    const html = `<html><body><table>${TABLE.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</table></body></html>`;
    expect(await read('a.xls', workbookOf('biff8'))).toEqual(SAID);
    expect(await read('a.xlsx', workbookOf('xlsx'))).toEqual(SAID);
    expect(await read('html.xls', html)).toEqual(SAID);
    expect(await read('gbk-html.xls', gbk(html))).toEqual(SAID);
    expect(await read('tabs.xls', csv.replaceAll(',', '\t'))).toEqual(SAID);
    expect(await read('a.csv', csv)).toEqual(SAID);
    expect(await read('bom.csv', `\ufeff${csv}`)).toEqual(SAID);
    expect(await read('gbk.csv', gbk(csv))).toEqual(SAID);
    expect(await read('utf16.xls', Buffer.from(`\ufeff${csv.replaceAll(',', '\t')}`, 'utf16le'))).toEqual(SAID);
  });

  it('keeps numbers and times of cells as they would be typed', async () => {
    const [head = []] = TABLE;
    const typed = [head, [new Date(Date.UTC(2013, 11, 1, 11, 21, 52)), 123456789012345, 0.1, 0.055, 'x']];
    const sheet = sheets.utils.aoa_to_sheet(typed, { UTC: true });
    const book = sheets.utils.book_new();
    sheets.utils.book_append_sheet(book, sheet, 'a');
    const bytes = sheets.write(book, { type: 'buffer', bookType: 'biff8' }) as Uint8Array;
    expect(await read('typed.xls', bytes)).toEqual([['2013-12-01 11:21:52', '123456789012345', '0.1', '0.055', 'x']]);
  });

  it('takes off what exports put around text, and leaves empty rows and lines above the header out', async () => {
    const text = '推广订单明细\n\n创建时间,订单编号,付款金额\n,="0012",\'5\n,,\nNULL,--,\t7 \n';
    expect((await read('odd.csv', text)).map((row) => row.slice(0, 3))).toEqual([
      ['', '0012', '5'],
      ['', '', '7'],
    ]);
  });

  it('evaluates no formula: what the file says it came to is what is read', async () => {
    const sheet = sheets.utils.aoa_to_sheet(TABLE);
    sheet['C2'] = { t: 'n', v: 16.03, f: 'WEBSERVICE("http://example.invalid")' };
    const book = sheets.utils.book_new();
    sheets.utils.book_append_sheet(book, sheet, 'a');
    const bytes = sheets.write(book, { type: 'buffer', bookType: 'xlsx' }) as Uint8Array;
    expect(await read('formula.xlsx', bytes)).toEqual(SAID);
  });
});

describe('what is no report', () => {
  const refusals: readonly (readonly [string, () => Uint8Array | string, RegExp])[] = [
    ['an empty file', () => '', /is empty: take the report again/],
    [
      'another table',
      () => 'a,b\n1,2\n',
      /is no such report: no row of its first 20 names the columns 订单编号, 付款金额$/,
    ],
    ['one column short', () => csv.replace('付款金额', '金额'), /names the column 付款金额$/],
    ['a column twice', () => csv.replace('创建时间', '订单编号'), /has the column 订单编号 twice/],
    [
      'an .xls cut short',
      () => workbookOf('biff8').subarray(0, 1200),
      /cannot be read as a workbook, it is damaged or cut short/,
    ],
    [
      'an .xls of noise',
      () => Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0]), Buffer.alloc(4000, 7)]),
      /damaged or cut short|is no such report/,
    ],
    ['an .xlsx cut short', () => workbookOf('xlsx').subarray(0, 900), /damaged or cut short/],
    ['a zip of something else', () => zipSync({ 'a.txt': strToU8('x') }), /damaged or cut short|is no such report/],
    [
      'bytes that are no text',
      () => Buffer.from([0x61, 0x81, 0x0a, 0x61]),
      /neither a workbook nor text in UTF-8 or GB18030/,
    ],
    ['HTML without a table', () => '<html><body>请登录</body></html>', /is no such report/],
    ['quotes that do not pair', () => `${csv}"a\n`, /cannot be read as rows of text/],
  ];
  for (const [what, content, sentence] of refusals) {
    it(`is refused in a sentence: ${what}`, async () => {
      await expect(read('refused', content())).rejects.toThrow(sentence);
    });
  }

  it('is refused when it is not there, a folder, or unpacks to more than a report can be', async () => {
    await expect(readNetworkReport(join(folder, 'nowhere'), [])).rejects.toThrow('does not exist');
    await expect(readNetworkReport(folder, [])).rejects.toThrow('is a folder');
    // A small archive that says it is a large one.
    const bomb = Buffer.from(zipSync({ 'xl/worksheets/sheet1.xml': strToU8('x') }));
    bomb.writeUInt32LE(0x7fffffff, bomb.indexOf('PK\u0001\u0002') + 24);
    await expect(read('bomb.xlsx', bomb)).rejects.toThrow('unpacks to more than 256 MiB');
    // One that is large and says that it is small: what is beyond what it says is not unpacked.
    const liar = Buffer.from(zipSync({ 'xl/workbook.xml': new Uint8Array(8_000_000) }));
    liar.writeUInt32LE(10, liar.indexOf('PK\u0001\u0002') + 24);
    expect((await unzipped('liar.xlsx', liar))['xl/workbook.xml']).toHaveLength(10);
    // And one of more parts than any workbook has.
    const parts = Object.fromEntries(Array.from({ length: 2001 }, (_, i) => [`${i}`, new Uint8Array(0)]));
    await expect(read('parts.xlsx', zipSync(parts))).rejects.toThrow('is packed of more than 2000 parts');
  });
});
