// What the text tables promise: widths as a terminal shows them, columns that stand, cells that cannot drive it.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cut, table, visible, width } from '../../src/formats/files/table.ts';

describe('width', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['淘宝客', 6],
    ['CPS 佣金', 8],
    ['（１２）', 8],
    ['ｱｲ', 2],
    ['한국', 4],
    ['\u1112\u1161\u11ab', 2],
    ['e\u0301', 1],
    ['が', 2],
    ['か\u3099', 2],
    ['é', 1],
    ['😀', 2],
    ['𠮷', 2],
    ['…', 1],
    ['─', 1],
    ['\x1b', 0],
    ['a\u200db', 2],
    ['㎡', 2],
    ['\u303f', 1],
    ['\u4dff', 1],
    ['\u4e00', 2],
    ['\uffe6', 2],
    ['\uffe8', 1],
  ])('%j takes %i', (text, columns) => {
    expect(width(text)).toBe(columns);
  });

  it('adds up over a concatenation', () => {
    const text = fc.string({ unit: 'binary' });
    fc.assert(fc.property(text, text, (a, b) => width(`${a} ${b}`) === width(a) + 1 + width(b)));
  });
});

describe('visible', () => {
  it.each([
    ['plain', 'plain'],
    ['佣金', '佣金'],
    ['\x1b[31mred', '␛[31mred'],
    ['a\nb\tc\r', 'a␊b␉c␍'],
    ['\x7f\x9b\u0000', '␡�␀'],
    ['\u202egnp.exe', '�gnp.exe'],
    ['\ud800x', '�x'],
  ])('%j is shown as %j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });
});

describe('cut', () => {
  it.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 5, 'abcd…'],
    ['优品旗舰店', 10, '优品旗舰店'],
    ['优品旗舰店', 9, '优品旗舰…'],
    ['优品旗舰店', 8, '优品旗…'],
    ['e\u0301e\u0301e\u0301', 2, 'e\u0301…'],
    ['abc', 1, '…'],
  ])('%j within %i is %j', (text, max, short) => {
    expect(cut(text, max)).toBe(short);
  });
});

describe('table', () => {
  it('aligns Chinese and figures, cuts long cells and sets the total apart', () => {
    const text = table(
      [{ title: 'publisher', max: 10 }, { title: 'kind' }, { title: 'payable', align: 'right' }],
      [
        ['小美返利网导购', 'company', '1204.50'],
        ['Tom', '个人', '-0.05'],
      ],
      { indent: 2, total: ['total', '', '1204.45'] },
    );
    expect(text).toBe(
      [
        '  publisher  kind     payable',
        '  ---------  -------  -------',
        '  小美返利…  company  1204.50',
        '  Tom        个人       -0.05',
        '  ---------  -------  -------',
        '  total               1204.45',
        '',
      ].join('\n'),
    );
  });

  it('shows header and rule when there are no rows, and leaves no trailing blank', () => {
    expect(table([{ title: 'a' }, { title: 'note' }], [])).toBe('a  note\n-  ----\n');
    expect(table([{ title: 'a' }, { title: 'note' }], [['long', '']])).toBe('a     note\n----  ----\nlong\n');
  });

  it('refuses a row of another number of cells', () => {
    expect(() => table([{ title: 'a' }], [['1', '2']])).toThrow(RangeError);
  });

  it('gives every line the same width when the last column is full and right-aligned, whatever the cells', () => {
    const cell = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, fc.integer())), (rows) => {
        const cells = rows.map(([a, b, figure]) => [a, b, String(figure)]);
        const columns = [{ title: '名称', max: 7 }, { title: 'b' }, { title: 'figure', align: 'right' as const }];
        const lines = table(columns, cells, { indent: 1 }).split('\n');
        expect(lines.pop()).toBe('');
        expect(lines).toHaveLength(rows.length + 2);
        expect(new Set(lines.map(width)).size).toBe(1);
      }),
    );
  });

  it('never lets a control character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (cell) => {
        expect(table([{ title: cell }], [[cell]]).replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028-\u202e]/u);
      }),
    );
  });
});
