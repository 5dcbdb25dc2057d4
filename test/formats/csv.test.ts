// What a CSV row promises: minimal quoting, and that a reader gets back the cells that were written.

import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvRow, csvSafe } from '../../src/formats/files/csv.ts';

describe('csvRow', () => {
  it.each([
    [['a', 'b'], 'a,b\n'],
    [['a', null, ''], 'a,,\n'],
    [['1,2', 'x'], '"1,2",x\n'],
    [['say "hi"'], '"say ""hi"""\n'],
    [['two\nlines', 'cr\r'], '"two\nlines","cr\r"\n'],
    [[' kept ', "'", ';'], " kept ,',;\n"],
    [['佣金，五'], '佣金，五\n'],
  ])('%j', (cells, row) => {
    expect(csvRow(cells)).toBe(row);
  });

  it('is read back as the cells it was made of', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a') }),
    );
    const row = fc.array(cell, { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(row, row, (first, second) => {
        const text = csvRow(first) + csvRow(second);
        const read: unknown = parse(text, { relax_column_count: true, record_delimiter: '\n' });
        expect(read).toEqual([first, second]);
      }),
    );
  });
});

describe('csvSafe', () => {
  it.each([
    ['=1+1', "'=1+1"],
    ['+86 571', "'+86 571"],
    ['-x', "'-x"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['\rx', "'\rx"],
    ['＝1', "'＝1"],
    ['-0.05', '-0.05'],
    ['+12', '+12'],
    ['12.30', '12.30'],
    ['-1-1', "'-1-1"],
    ['-1e5', "'-1e5"],
    ['-5\n', "'-5\n"],
    ['a=b', 'a=b'],
    ['', ''],
    [null, null],
  ])('%j becomes %j', (cell, safe) => {
    expect(csvSafe(cell)).toBe(safe);
  });
});
