/** Paper: text is broken where it may be and never wider than its place; pages are counted, and heads repeated. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { INNER, measure, PAPER, wrapped } from '../../src/formats/files/pdf.ts';
import { bytesOf, lineOf, statementOf } from './documents.ts';
import { pdfTexts } from './pdf-text.ts';

const type = { size: 7.5, weight: 'regular' } as const;

describe('wrapped text', () => {
  it('loses nothing but blanks at the ends of lines, and no line is wider than asked', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'W', ' ', '-', '.', '，', '。', '结', '算', '9'),
      maxLength: 120,
    });
    fc.assert(
      fc.property(text, fc.integer({ min: 12, max: 120 }), (given, width) => {
        const lines = wrapped(given, type, width, 1000);
        for (const line of lines) expect(measure(line, type)).toBeLessThanOrEqual(width + 1e-9);
        expect(lines.join('').replaceAll(' ', '')).toBe(given.replaceAll(' ', ''));
      }),
      { numRuns: 1000 },
    );
  });

  it('breaks after blanks and marks, lets no Chinese mark begin a line, and ends in … where there is no room', () => {
    expect(wrapped('corrects 2013-11-27.CommissionSettled.L1.1', type, 80, 9)).toEqual([
      'corrects 2013-11-27.',
      'CommissionSettled.',
      'L1.1',
    ]);
    for (const line of wrapped('工具栏自己会点击，买家不知情。工具栏自己会点击。', type, 60, 9))
      expect(line).not.toMatch(/^[，。]/);
    expect(wrapped('one two three four', type, 30, 2)[1]).toMatch(/…$/);
  });
});

describe('a long statement', () => {
  it('numbers its pages, repeats the head of the table on each, and ends with the total', async () => {
    const lines = Array.from({ length: 200 }, (_, at) => lineOf({ subject: `L${at}` }));
    const texts = pdfTexts(await bytesOf(statementOf(lines), 'pdf'));
    const pages = Math.max(...texts.map(({ page }) => page));
    expect(pages).toBeGreaterThan(5);
    for (let page = 1; page <= pages; page++) {
      const own = texts.filter((one) => one.page === page).map(({ text }) => text);
      expect(own).toEqual(expect.arrayContaining([`page ${page} of ${pages}`, 'order line', 'balance']));
    }
    const rows = texts.filter(({ text }) => /^L\d+$/.test(text)).map(({ text }) => text);
    expect(rows).toEqual(lines.map(({ subject }) => subject));
    expect(texts.filter(({ text }) => text === 'total').map(({ page }) => page)).toEqual([pages]);
  });

  it('sets every text within the margins, whatever the ids and names', async () => {
    const long = lineOf({
      subject: 'L'.repeat(64),
      pid: `mm_${'9'.repeat(24)}_${'8'.repeat(24)}_${'7'.repeat(24)}`,
      amount: 123_456_789_012n,
      type: 'CommissionForfeited',
      decision: 'X1',
      decided_by: '陈',
      reason: '工具栏自己会点击，买家不知情。'.repeat(9),
    });
    const document = statementOf([long, lineOf()], { name: '北京市海淀区中关村的推广者有限责任公司'.repeat(6) });
    for (const language of ['zh', 'en', 'both'] as const) {
      for (const { x, y, text } of pdfTexts(await bytesOf(document, 'pdf', language))) {
        expect(x, text).toBeGreaterThanOrEqual(PAPER.margin - 0.01);
        expect(x, text).toBeLessThanOrEqual(PAPER.margin + INNER);
        expect(y, text).toBeGreaterThan(15);
        expect(text).not.toContain('\ufffd');
      }
    }
  });

  it('says the very characters it was given, whatever documents were made before it', async () => {
    // Pairs of characters that share a glyph: fonts know the first they met.
    for (const pair of ['\u2f08\u4eba', '\u4e36\u2f02']) {
      for (const one of pair) {
        const name = `<${one}>`;
        const first = await bytesOf(statementOf([lineOf()], { name }), 'pdf');
        expect(pdfTexts(first).map(({ text }) => text)).toContain(name);
        expect((await bytesOf(statementOf([lineOf()], { name }), 'pdf')).equals(first)).toBe(true);
      }
    }
  });
});
