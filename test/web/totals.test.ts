/** What pages add up, and how lists go on: each totals row is its download's, and pages of a list make the whole list. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lastDayOf } from '../../src/core/calendar.ts';
import type { Document } from '../../src/core/month/document.ts';
import { WENT_BACK } from '../../src/core/month/groups.ts';
import type { MonthLine } from '../../src/core/month/month.ts';
import { inSnapshot } from '../../src/store/connection/snapshot.ts';
import { missedLines } from '../../src/store/lists/party-lines.ts';
import { publisherDocument, sellerDocument } from '../../src/store/month/documents.ts';
import { linesAfter } from '../../src/store/month/lines.ts';
import { type Book, readBook } from '../../src/store/night/book.ts';
import { type House, openHouse } from './house.ts';

let house: House;
let book: Book;
beforeAll(async () => {
  house = await openHouse();
  const read = await readBook(house.session);
  if (read === undefined) throw new Error('there is no book');
  book = read;
});
afterAll(async () => {
  await house.close();
});

const PARTIES = [
  ['seller', 's1'],
  ['seller', 's2'],
  ['seller', 's3'],
  ['publisher', '2001'],
  ['publisher', '2002'],
  ['publisher', '2003'],
] as const;
const MONTHS = ['2013-12', '2014-01'];

function documentFor(role: 'seller' | 'publisher', party: string, month: string): Promise<Document> {
  const read = role === 'seller' ? sellerDocument : publisherDocument;
  return read(house.session, book, party, month, null);
}

async function linesOf(document: Document): Promise<MonthLine[]> {
  const lines: MonthLine[] = [];
  for await (const some of document.read()) lines.push(...some);
  return lines;
}

/** The cells of a page's last totals row. */
function totalsRow(text: string): string[] {
  const foot = text.slice(text.lastIndexOf('<tfoot>'));
  return [...foot.matchAll(/<td[^>]*>([^<]*)<\/td>/g)].map(([, cell = '']) => cell);
}

/** Hundredths of an amount as a page or a file writes it. */
const cents = (amount: string): bigint => BigInt(amount.replace('\u2212', '-').replaceAll(/[,.]/g, ''));

describe('totals', () => {
  it.each(PARTIES)("of %s %s are those of the month's csv, line by line and column by column", async (role, party) => {
    const visitor = await house.visitor(role, party);
    for (const month of MONTHS) {
      const { text } = await visitor.get(`/${role}/${month}/lines`);
      const [header = '', ...all] = (await visitor.get(`/${role}/${month}/files/csv`)).text.trim().split('\n');
      const names = header.replace('\ufeff', '').trim().split(',');
      // A file also says what it opens and closes with.
      const rows = all.filter((row) => (row.split(',')[names.indexOf('subject')] ?? '') !== '');
      const sum = (column: string): bigint =>
        rows
          .map((row) => row.split(',')[names.indexOf(column)] ?? '')
          .filter((cell) => cell.trim() !== '')
          .reduce((all, cell) => all + cents(cell), 0n);
      if (rows.length === 0) {
        expect(text).toContain('class="empty"');
        continue;
      }
      const shown = totalsRow(text);
      expect(shown[0], month).toBe(`Total (${rows.length})`);
      const amounts = shown.slice(1).filter((cell) => cell !== '');
      const columns = role === 'seller' ? ['amount'] : ['commission', 'fee', 'amount'];
      expect(amounts.map(cents), month).toEqual(columns.map(sum));
      expect(text.match(/<tr>/g)?.length, month).toBe(rows.length + 2);
    }
  });

  it('of the statements are those of their rows', async () => {
    const lin = await house.visitor('publisher', '2002');
    const { text } = await lin.get('/publisher/statements');
    expect(totalsRow(text).filter((cell) => cell !== '')).toEqual([
      'Total',
      '58.50',
      '\u22129.00',
      '0.00',
      '0.00',
      '0.00',
      '49.50',
    ]);
  });
});

describe('lists', () => {
  it('go on from page to page to the whole document, whatever the size of a page', async () => {
    let lines = 0;
    for (const [role, party] of PARTIES) {
      for (const month of MONTHS) {
        await inSnapshot(house.session, async () => {
          const document = await documentFor(role, party, month);
          const whole = await linesOf(document);
          lines += whole.length;
          for (const size of [1, 2, 3, 100]) {
            const paged: MonthLine[] = [];
            let after: string | null = null;
            do {
              const narrowed = { day: null, with: null, types: null, mark: null };
              const some = await linesAfter(house.session, book, document, { after, size, narrowed });
              expect(some.lines.length).toBeLessThanOrEqual(size);
              expect(some.next === null || some.lines.length === size).toBe(true);
              paged.push(...some.lines);
              after = some.next;
            } while (after !== null);
            expect(paged, `${party} ${month} by ${size}`).toEqual(whole);
          }
        });
      }
    }
    expect(lines).toBeGreaterThan(25);
  });

  it('are narrowed to a day, another party and kinds of entries as if the others were not there', async () => {
    await inSnapshot(house.session, async () => {
      const document = await documentFor('seller', 's3', '2013-12');
      const whole = await linesOf(document);
      const asked = async (narrowed: Parameters<typeof linesAfter>[3]['narrowed']) =>
        (await linesAfter(house.session, book, document, { after: null, size: 100, narrowed })).lines;
      const none = { day: null, with: null, types: null, mark: null };
      expect(await asked({ ...none, day: '2013-12-10' })).toEqual(
        whole.filter((line) => line.business_day === '2013-12-10'),
      );
      expect(await asked({ ...none, with: '2003' })).toEqual(whole.filter((line) => line.publisher_id === '2003'));
      const back = await asked({ ...none, types: WENT_BACK });
      expect(back).toEqual(whole.filter(({ type }) => WENT_BACK.includes(type)));
      expect(back.length).toBe(1);
    });
  });

  it('pass over a place to go on from that is none', async () => {
    const tea = await house.visitor('seller', 's3');
    const whole = (await tea.get('/seller/2013-12/lines')).text;
    const rows = (text: string): string => text.slice(text.indexOf('<tbody>'), text.indexOf('</tbody>'));
    for (const after of ['', 'x', "2013-12-32.CommissionSettled.L4.1'", '2013-12-10']) {
      const { status, text } = await tea.get(`/seller/2013-12/lines?after=${encodeURIComponent(after)}`);
      expect(status, after).toBe(200);
      expect(rows(text), after).toBe(rows(whole));
    }
  });

  it('name the lines that nobody earned to the publisher whose click was tested, and to no other', async () => {
    const span = { from: '2013-12-01', through: lastDayOf('2013-12'), size: 100 };
    const missed = (publisher: string) => inSnapshot(house.session, () => missedLines(house.session, publisher, span));
    expect((await missed('2002')).lines.map((line) => [line.order_line_id, line.reason])).toEqual([
      ['L6', 'cross-store-not-permitted'],
    ]);
    expect((await missed('2003')).lines.map((line) => line.order_line_id)).toEqual(['L11']);
    for (const publisher of ['2001', '200']) expect((await missed(publisher)).lines, publisher).toEqual([]);
    const first = await inSnapshot(house.session, () => missedLines(house.session, '2002', { ...span, size: 1 }));
    expect(first.before).toBe('2013-12-10');
  });
});

describe('files', () => {
  it('of a closed month prove themselves', async () => {
    const lin = await house.visitor('publisher', '2002');
    const { status, text, headers } = await lin.get('/publisher/2013-12/proof');
    expect(status).toBe(200);
    expect(headers.get('content-disposition')).toContain('statement-2002-2013-12-proof.json');
    expect(JSON.parse(text)).toMatchObject({ publisher: '2002', month: '2013-12', closing: '49.50' });
    expect((await lin.get('/publisher/2014-01/proof')).status).toBe(404);
  });

  it('are there in each format, and none for a month or format that is not', async () => {
    const tea = await house.visitor('seller', 's3');
    const starts = { csv: '\ufeff', json: '{', pdf: '%PDF', xlsx: 'PK', html: '<!doctype' } as const;
    for (const [format, start] of Object.entries(starts)) {
      const { status, text } = await tea.get(`/seller/2013-12/files/${format}`);
      expect(status, format).toBe(200);
      expect(text.startsWith(start) || (format === 'csv' && /^\w/.test(text)), format).toBe(true);
    }
    for (const path of ['2013-12/files/exe', '2013-11/files/csv', '2015-01/files/csv', '2013-13/files/csv']) {
      expect((await tea.get(`/seller/${path}`)).status, path).toBe(404);
    }
  });
});
