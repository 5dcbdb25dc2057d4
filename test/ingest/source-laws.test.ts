/**
 * The laws of src/ingest/source/source.ts: what is written is read, whatever the blocks, encoding and packing; what is harmed ends in faulty
 * rows or a SourceError; and JSON.parse agrees.
 */

import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SourceError } from '../../src/ingest/source/source.ts';
import { gbk, rowsIn, rowsOf, written } from './source-files.ts';

/** The simplest writer of CSV there is. */
function csv(rows: readonly (readonly string[])[], feed: string, quoteAll: boolean): string {
  const cell = (text: string) => (quoteAll || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(cell).join(',')).join(feed);
}

describe('laws', () => {
  const unit = (letters: string) => fc.constantFrom(...letters, '"', ',', '\n', '\r\n', '""', '1', ' ');
  const text = (letters: string) => fc.string({ unit: unit(letters), maxLength: 8 });
  const rows = (letters: string) => fc.array(fc.tuple(text(letters), text(letters), text(letters)), { maxLength: 30 });
  const block = fc.constantFrom(1, 2, 3, 5, 16, 100, 1 << 17);

  test('what is written is read: any cells, blocks, line ends, encoding, packing', async () => {
    const written_ = fc.oneof(
      fc.record({ gbk: fc.constant(false), rows: rows('a你好é😀\0') }),
      fc.record({ gbk: fc.constant(true), rows: rows('a你好乗汉') }),
    );
    await fc.assert(
      fc.asyncProperty(
        written_,
        block,
        fc.boolean(),
        fc.boolean(),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        async (file, blockBytes, gz, all, feed, end) => {
          const sure = file.gbk ? [['你', '好', '汉'], ['你', '好', '汉'], ...file.rows] : file.rows;
          const table = csv([['a', 'b', 'c'], ...sure], feed, all) + (end ? feed : '');
          const bytes = file.gbk ? gbk(table) : Buffer.from(table);
          const read = await rowsOf(gz ? gzipSync(bytes) : bytes, gz ? '.csv.gz' : '.csv', { blockBytes });
          // NULs are the one thing refused.
          // A row of blanks is none, unless somebody put quotes around them, as around line ends everybody has to.
          const isQuoted = (cell: string): boolean => all || /[\r\n]/.test(cell);
          const isRow = (row: readonly string[]) =>
            row.some((cell) => cell.trim() !== '' || (isQuoted(cell) && cell !== ''));
          const expected = sure
            .filter(isRow)
            .map((row) =>
              row.some((cell) => cell.includes('\0')) ? null : row.map((cell) => (cell === '' ? null : cell)),
            );
          expect(read.map(({ cells }) => cells)).toEqual(expected);
        },
      ),
      { numRuns: 150 },
    );
  });

  test('a file cut short or with a byte changed: cells or faults for every row, or a SourceError, the same for all blocks', async () => {
    const harm = fc.record({
      at: fc.nat(),
      byte: fc.integer({ min: 0, max: 255 }),
      cut: fc.boolean(),
      ending: fc.constantFrom('.csv', '.ndjson'),
    });
    await fc.assert(
      fc.asyncProperty(
        rows('a你é'),
        harm,
        fc.constantFrom('plain', 'gz', 'gbk'),
        block,
        async (table, { at, byte, cut, ending }, how, blockBytes) => {
          const lines = [['a', 'b', 'c'], ...table];
          const content =
            ending === '.csv'
              ? csv(lines, '\n', false)
              : lines.map(([a, b, c]) => JSON.stringify({ a, b, c })).join('\n');
          const plain = how === 'gbk' ? gbk(content) : Buffer.from(content);
          const bytes = how === 'gz' ? gzipSync(plain) : Buffer.from(plain);
          const place = at % bytes.length;
          if (!cut) bytes[place] = byte;
          const path = await written(cut ? bytes.subarray(0, place) : bytes, how === 'gz' ? `${ending}.gz` : ending);
          const outcome = async (size: number) => {
            try {
              return await rowsIn(path, { blockBytes: size });
            } catch (error) {
              expect(error).toBeInstanceOf(SourceError);
              return null;
            }
          };
          const found = await outcome(blockBytes);
          expect(await outcome(1 << 17)).toEqual(found);
          for (const [index, row] of (found ?? []).entries()) {
            expect(row.row).toBe(index + 1);
            expect(row.line).toBeGreaterThan(found?.[index - 1]?.line ?? 0);
            expect(row.cells === null).toBe(row.fault !== null);
            if (row.cells !== null) expect(row.cells.length).toBe(3);
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a misplaced quote costs only its own line: every other one-line row is still there', async () => {
    const plain = fc.array(
      fc.tuple(fc.constantFrom('1', 'x', '"2"', '"a,b"'), fc.constantFrom('y', '""'), fc.constant('z')),
      { minLength: 1, maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(
        plain,
        fc.nat(),
        fc.constantFrom('1,"2,3', '"', '1,2",3', 'a,b,"c'),
        block,
        async (good, at, bad, blockBytes) => {
          const lines = good.map((row) => row.join(','));
          const place = at % (lines.length + 1);
          const read = await rowsOf(['a,b,c', ...lines.toSpliced(place, 0, bad)].join('\n'), '.csv', { blockBytes });
          expect(read.length).toBe(lines.length + 1);
          expect(read.map(({ fault }) => fault !== null)).toEqual(lines.map(() => false).toSpliced(place, 0, true));
        },
      ),
      { numRuns: 100 },
    );
  });

  const probable = fc.oneof(
    fc.json({ maxDepth: 2 }),
    fc
      .dictionary(
        fc.string({ unit: 'binary' }),
        fc.oneof(fc.string(), fc.double(), fc.constant(null), fc.constant([1])),
      )
      .map((object) => JSON.stringify(object)),
  );
  test('law: a line is taken exactly if JSON.parse takes it as an object, and strings come out the same', async () => {
    const mutated = fc
      .tuple(probable, fc.nat(), fc.constantFrom('', '"', '\\', '{', '}', ',', '0', '\t', ' '))
      .map(([json, at, put]) => {
        const place = at % (json.length + 1);
        return put === ' ' ? json : json.slice(0, place) + put + json.slice(place + (put === '' ? 1 : 0));
      });
    await fc.assert(
      fc.asyncProperty(fc.array(mutated, { minLength: 1, maxLength: 20 }), async (lines) => {
        // A pair of surrogates cut in half cannot be written as UTF-8.
        const asWritten = lines.map((line) => Buffer.from(line).toString());
        const rows = await rowsOf(`{}\n${lines.join('\n')}`, '.ndjson', { columns: [] });
        const kept = asWritten.filter((line) => line.trim() !== '');
        expect(rows.length).toBe(kept.length + 1);
        for (const [index, line] of kept.entries()) {
          const row = rows[index + 1];
          const expected = object(line);
          if (expected === null) expect(row?.cells, line).toBeNull();
          else if (row?.fault != null) expect(row.fault).toMatch(/twice|escape|NUL/);
          else
            for (const [key, value] of Object.entries(expected))
              if (typeof value === 'string' && value !== '') expect(row?.aside?.[key]).toBe(value);
        }
      }),
      { numRuns: 100 },
    );
  });

  function object(line: string): object | null {
    try {
      const parsed: unknown = JSON.parse(line);
      return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : null;
    } catch {
      return null;
    }
  }
});
