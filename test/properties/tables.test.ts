/** The same table as CSV, XLSX and NDJSON, in any spelling of its own that a spreadsheet gives it, says the same facts. */
import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as sheets from '@e965/xlsx';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { Calendar } from '../../src/core/calendar.ts';
import { Fault, parseRow, type Row, requiredColumns } from '../../src/core/feeds/feed.ts';
import { habituated } from '../../src/core/feeds/habits.ts';
import { FEEDS } from '../../src/core/feeds/index.ts';
import { habitsOf } from '../../src/ingest/source/habits.ts';
import { read, survey } from '../../src/ingest/source/source.ts';

const dir = mkdtempSync(join(tmpdir(), 'cps-tables-'));
afterAll(() => rm(dir, { recursive: true }));
const terms = { calendar: new Calendar('Asia/Shanghai'), digits: 2 };
let files = 0;

/** What intake makes of a file: rows by value, or the sentence of each that is none. */
async function facts(name: string, ending: string, content: Uint8Array | string): Promise<(Row | string)[]> {
  const feed = FEEDS.find((one) => one.name === name);
  if (feed === undefined) throw new Error(name);
  files += 1;
  const path = join(dir, `${name}-${files}.${ending}`);
  await writeFile(path, content);
  const found = await survey(path);
  const reading = await read(found, { columns: Object.keys(feed.columns), required: requiredColumns(feed) });
  const habits = await habitsOf(feed, found, reading, terms.digits);
  const rows: (Row | string)[] = [];
  for await (const chunk of reading.chunks()) {
    for (const { cells, fault } of chunk) {
      const spelt = cells === null ? new Fault(fault ?? '') : habituated(feed, habits, cells);
      const row = spelt instanceof Fault ? spelt : parseRow(feed, spelt, terms);
      rows.push(row instanceof Fault ? row.reason : row);
    }
  }
  return rows;
}

type Table = readonly (readonly string[])[];
const quoted = (cell: string, delimiter: string): string =>
  cell.includes(delimiter) || /["\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
const csv = (table: Table, delimiter = ','): string =>
  `${table.map((row) => row.map((cell) => quoted(cell, delimiter)).join(delimiter)).join('\r\n')}\r\n`;
const ndjson = ([head = [], ...rows]: Table): string =>
  rows.map((row) => `${JSON.stringify(Object.fromEntries(head.map((name, at) => [name, row[at] ?? ''])))}\n`).join('');

/** Amounts, dates and counts as numbers where `typed`, as a spreadsheet that was typed in has them; texts otherwise. */
function xlsx(table: Table, isTyped: boolean): Uint8Array {
  const book = sheets.utils.book_new();
  const sheet = sheets.utils.aoa_to_sheet(table as string[][]);
  if (isTyped) {
    for (const [address, cell] of Object.entries(sheet) as [string, sheets.CellObject][]) {
      if (address.startsWith('!')) continue;
      const text = String(cell.v);
      const day = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)$/.exec(text);
      if (/^\d{1,9}(\.\d{1,2})?$/.test(text)) Object.assign(cell, { t: 'n', v: Number(text) });
      else if (/^\d{1,2}(\.\d{1,2})?%$/.test(text))
        Object.assign(cell, { t: 'n', v: Number(text.slice(0, -1)) / 100, z: '0.00%' });
      else if (day !== null) {
        const [, y, m, d, h, min, s] = day.map(Number);
        const at = Date.UTC(y ?? 0, (m ?? 1) - 1, d, h, min, s);
        Object.assign(cell, { t: 'n', v: at / 86_400_000 + 25_569, z: 'yyyy/m/d h:mm:ss' });
      }
    }
  }
  sheets.utils.book_append_sheet(book, sheet, '十二月');
  return sheets.write(book, { type: 'buffer', bookType: 'xlsx' }) as Uint8Array;
}

const two = (n: number): string => String(n).padStart(2, '0');
const id = fc.stringMatching(/^[A-Z][A-Za-z0-9-]{0,11}$/);
const moment = fc
  .tuple(fc.integer({ min: 1, max: 28 }), fc.integer({ min: 0, max: 23 }), fc.nat(59), fc.nat(59))
  .map(([d, h, m, s]) => `2013-12-${two(d)} ${two(h)}:${two(m)}:${two(s)}`);
const amount = fc.nat(9_999_999).map((fen) => `${Math.floor(fen / 100)}.${two(fen % 100)}`);
const order = fc.tuple(id, id, id, id, id, id, fc.integer({ min: 1, max: 99 }).map(String), amount, moment);
const ORDERS = 'order_line_id,order_id,buyer_id,shop_id,item_id,category_id,quantity,paid_amount,paid_at'.split(',');
const orders = fc.array(order, { minLength: 1, maxLength: 12 }).map((rows): Table => [ORDERS, ...rows]);
const percent = fc.integer({ min: 1, max: 9000 }).map((bp) => `${bp / 100}%`);
const RATES = 'plan_id,scope,scope_id,rate,valid_from'.split(',');
const rates = fc
  .array(fc.tuple(id, fc.constantFrom('item', 'category'), id, percent, moment), { minLength: 1, maxLength: 12 })
  .map((rows): Table => [RATES, ...rows]);

it('whatever the format, the delimiter and the typing of its cells', async () => {
  const tables = fc.oneof(
    orders.map((table) => ['orders', table] as const),
    rates.map((table) => ['rates', table] as const),
  );
  await fc.assert(
    fc.asyncProperty(tables, async ([feed, table]) => {
      const said = await facts(feed, 'csv', csv(table));
      expect(said.length).toBe(table.length - 1);
      expect(said.filter((row) => typeof row === 'string')).toEqual([]);
      expect(await facts(feed, 'ndjson', ndjson(table))).toEqual(said);
      expect(await facts(feed, 'xlsx', xlsx(table, false))).toEqual(said);
      expect(await facts(feed, 'xlsx', xlsx(table, true))).toEqual(said);
      for (const delimiter of [';', '\t', '|']) expect(await facts(feed, 'csv', csv(table, delimiter))).toEqual(said);
      expect(await facts(feed, 'csv', `sep=;\r\n${csv(table, ';')}`)).toEqual(said);
      expect(await facts(feed, 'txt', Buffer.from(`\ufeff${csv(table, '\t')}`, 'utf16le'))).toEqual(said);
    }),
    { numRuns: 25 },
  );
});

it('whatever marks, blanks and empty cells a spreadsheet adds', async () => {
  const spelt = (table: Table, how: number): Table =>
    table.map((row, at) => {
      const cells = row.map((cell, column) => {
        if (at === 0) return cell;
        if (column === 0) return [`'${cell}`, `${cell}\t`, `="${cell}"`, `\`${cell}`, ` ${cell} `][how % 5] ?? cell;
        if (column === 6) return `${cell}.0`;
        if (column === 7) return cell.replace('.', ',');
        return column === 8 ? cell.replace(/^(\d+)-(\d+)-0?(\d+) 0?(\d+)/, '$1/$2/$3 $4') : cell;
      });
      return [...cells, '', ''];
    });
  await fc.assert(
    fc.asyncProperty(orders, fc.nat(4), async (table, how) => {
      const said = await facts('orders', 'csv', csv(table));
      const odd = [
        ...spelt(table, how),
        ['', '', '', '', '', '', '', '', '', '', ''],
        ['', '', '', '', '', '', '', '', '', '', ''],
      ];
      expect(await facts('orders', 'csv', csv(odd))).toEqual(said);
      expect(await facts('orders', 'csv', csv(odd, ';'))).toEqual(said);
      expect(await facts('orders', 'xlsx', xlsx(odd, false))).toEqual(said);
    }),
    { numRuns: 25 },
  );
});

it('but never where a number has lost its digits', async () => {
  const long = [ORDERS, ['L1', '512345678901234567', 'b', 's', 'i', 'c', '1', '1.00', '2013-12-01 10:00:00']];
  expect(await facts('orders', 'xlsx', xlsx(long, false))).toEqual([
    expect.objectContaining({ order_id: '512345678901234567' }),
  ]);
  const book = sheets.utils.book_new();
  const sheet = sheets.utils.aoa_to_sheet(long);
  sheet['B2'] = { t: 'n', v: Number('512345678901234567') };
  sheets.utils.book_append_sheet(book, sheet, 'a');
  const lost = sheets.write(book, { type: 'buffer', bookType: 'xlsx' }) as Uint8Array;
  const sentence = expect.stringMatching(
    /^order_id is "5\.12\d*E\+17": a spreadsheet has rounded it and lost its digits/,
  );
  expect(await facts('orders', 'xlsx', lost)).toEqual([sentence]);
  for (const shown of ['5.12346E+17', '5.12346E17'])
    expect(await facts('orders', 'csv', csv(long).replace('512345678901234567', shown))).toEqual([
      expect.stringContaining(`order_id is "${shown}": a spreadsheet has rounded it`),
    ]);
});
