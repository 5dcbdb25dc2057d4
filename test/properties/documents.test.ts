/** Laws of documents: whatever the lines, every format tells the same totals, and they are those of the lines. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Document, MOVEMENTS } from '../../src/core/month/document.ts';
import type { MonthLine } from '../../src/core/month/month.ts';
import { FORMAT_NAMES } from '../../src/formats/document/index.ts';
import { say } from '../../src/formats/words/index.ts';
import { anyDocument, bytesOf } from '../formats/documents.ts';
import { type Figures, READ } from '../formats/figures-read.ts';

/** The figures, summed here a second time and in another way. */
function figuresOf({ kind, frame }: Document, lines: readonly MonthLine[]): Figures {
  const sum = (of: (line: MonthLine) => bigint | null, among = lines): bigint =>
    among.map((line) => of(line) ?? 0n).reduce((a, b) => a + b, 0n);
  const moved = MOVEMENTS[kind].flatMap(([name, type]) => {
    const amount = sum(
      (line) => line.amount,
      lines.filter((line) => line.type === type),
    );
    return amount === 0n ? [] : [[say(name, 'en'), amount] as const];
  });
  const edge = kind === 'statement' ? ['opening', 'closing'] : ['opening due', 'closing due'];
  return {
    sums: {
      [edge[0] ?? '']: frame.opening,
      ...Object.fromEntries(moved),
      [edge[1] ?? '']: frame.opening + sum((line) => line.amount),
    },
    columns: {
      commission: sum((line) => line.commission),
      fee: sum((line) => line.fee),
      amount: sum((line) => line.amount),
    },
    count: lines.length,
  };
}

describe('a document', () => {
  for (const format of FORMAT_NAMES) {
    it(`tells in ${format} what its lines come to`, async () => {
      await fc.assert(
        fc.asyncProperty(anyDocument, async ({ document, lines }) => {
          const expected = figuresOf(document, lines);
          const read = READ[format](await bytesOf(document, format), document);
          expect(read.count).toBe(expected.count);
          if (read.columns !== null) expect(read.columns).toEqual(expected.columns);
          // csv has no sums by kind, only the edges.
          if (format === 'csv') expect(expected.sums).toMatchObject(read.sums);
          else expect(read.sums).toEqual(expected.sums);
        }),
        { numRuns: format === 'pdf' ? 25 : 60 },
      );
    });
  }

  it('is the same bytes each time, in every format', async () => {
    await fc.assert(
      fc.asyncProperty(anyDocument, fc.constantFrom(...FORMAT_NAMES), async ({ document }, format) => {
        expect((await bytesOf(document, format, 'both')).equals(await bytesOf(document, format, 'both'))).toBe(true);
      }),
      { numRuns: 40 },
    );
  });
});
