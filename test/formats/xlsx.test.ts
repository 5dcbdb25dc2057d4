/** Workbooks as a spreadsheet reads them: the very decimals, ids as text, nothing a formula, further sheets where one is full. */
import * as sheets from '@e965/xlsx';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { type Sheet, type SheetCell, workbook } from '../../src/formats/files/xlsx.ts';

async function* rowsOf(rows: readonly (readonly SheetCell[])[]) {
  yield rows;
}

async function made(sheet: Partial<Sheet> & { rows: Sheet['rows'] }, most?: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  const whole = { name: '明细', widths: [10, 10], head: [[{ text: 'a' }, { text: 'b' }]], ...sheet };
  for await (const piece of workbook([whole], 2, most)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const xmlOf = (bytes: Uint8Array, path: string): string => strFromU8(unzipSync(bytes)[path] ?? new Uint8Array());

describe('a workbook', () => {
  it('holds numbers as the decimals they were given as, and text as text', async () => {
    const cells: SheetCell[] = [
      { number: '12345678901234.10', style: 'amount' },
      { text: '123456789012345678' },
      { text: '=1+1' },
      { text: '<&"\u0001' },
      null,
      { text: '0012' },
    ];
    const bytes = await made({ rows: rowsOf([cells]) });
    expect(xmlOf(bytes, 'xl/worksheets/sheet1.xml')).toContain('<v>12345678901234.10</v>');
    const read = sheets.read(bytes, { dense: true }).Sheets['明细']?.['!data']?.[1] as sheets.CellObject[];
    expect(Array.from(read, (cell) => [cell?.t, cell?.v, cell?.f])).toEqual([
      ['n', 12345678901234.1, undefined],
      ['s', '123456789012345678', undefined],
      ['s', '=1+1', undefined],
      ['s', '<&"\ufffd', undefined],
      [undefined, undefined, undefined],
      ['s', '0012', undefined],
    ]);
  });

  it('refuses what is no plain decimal', async () => {
    for (const number of ['1e5', 'NaN', '', '1,000']) {
      await expect(made({ rows: rowsOf([[{ number, style: 'amount' }]]) }), number).rejects.toThrow('no plain decimal');
    }
  });

  it('goes on in a further sheet, with its head again, where one is full', async () => {
    const rows = Array.from({ length: 7 }, (_, at): SheetCell[] => [{ text: `r${at}` }]);
    const book = sheets.read(await made({ rows: rowsOf(rows) }, 4), { dense: true });
    expect(book.SheetNames).toEqual(['明细', '明细 2', '明细 3']);
    const cells = book.SheetNames.map((name) =>
      ((book.Sheets[name]?.['!data'] ?? []) as sheets.CellObject[][]).map((row) => row[0]?.v),
    );
    expect(cells).toEqual([
      ['a', 'r0', 'r1', 'r2'],
      ['a', 'r3', 'r4', 'r5'],
      ['a', 'r6'],
    ]);
  });

  it('repeats its head on paper, and is the same bytes each time', async () => {
    const bytes = await made({ rows: rowsOf([]) });
    expect(xmlOf(bytes, 'xl/workbook.xml')).toContain("'明细'!$1:$1");
    expect(Buffer.from(await made({ rows: rowsOf([]) })).equals(Buffer.from(bytes))).toBe(true);
  });
});
