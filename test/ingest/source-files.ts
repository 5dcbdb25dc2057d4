/**
 * What the tests of src/ingest/source/source.ts share: files to write, rows in short, the sentence of a refusal, and text as GBK.
 */

import { mkdtempSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import type { Place } from '../../src/ingest/source/original.ts';
import type { Row } from '../../src/ingest/source/row.ts';
import { type ReadOptions, read, SourceError, survey } from '../../src/ingest/source/source.ts';

/** A folder for the files of one test file, removed after it. */
export const dir = mkdtempSync(join(tmpdir(), 'cps-source-'));
afterAll(() => rm(dir, { recursive: true }));

/** The columns of most cases. */
export const ABC = { columns: ['a', 'b', 'c'], required: ['a', 'b', 'c'] };
let files = 0;

/** Writes a file of that ending and gives its path. */
export async function written(content: string | Uint8Array, ending = '.csv'): Promise<string> {
  files += 1;
  const path = join(dir, `f${files}${ending}`);
  await writeFile(path, content);
  return path;
}

/** All rows of a file. */
export async function rowsIn(path: Place, options: Partial<ReadOptions> = {}): Promise<Row[]> {
  const { blockBytes = 1 << 17 } = options;
  const reading = await read(await survey(path, { blockBytes }), { ...ABC, ...options });
  const rows: Row[] = [];
  for await (const chunk of reading.chunks()) rows.push(...chunk);
  return rows;
}

/** All rows of a file with that content. */
export async function rowsOf(
  content: string | Uint8Array,
  ending = '.csv',
  options: Partial<ReadOptions> = {},
): Promise<Row[]> {
  return rowsIn(await written(content, ending), options);
}

/** A row in short: `line: cell|cell|cell`, `-` for null, `!` and the fault where there is one, what is aside behind `+`. */
export function brief({ line, cells, fault, aside }: Row): string {
  const said = cells === null ? `!${fault}` : cells.map((cell) => cell ?? '-').join('|');
  return `${line}: ${said}${aside === null ? '' : ` +${JSON.stringify(aside)}`}`;
}

/** The sentence of the SourceError that `work` must end in, without the folder. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => 'no refusal',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SourceError);
  return error instanceof Error ? error.message.replaceAll(`${dir}/`, '') : '';
}

/** How `brief` shows the faults met most. */
export const QUOTES =
  '!The quotes of the row do not pair up: a cell with quotes begins and ends with one, and a quote inside it is doubled.';
export const count = (found: number) =>
  `!The row has ${found} cells where the header has 3: look for a comma too many or too few, or a comma in a cell without quotes.`;
export const NUL = '!The row holds a NUL character: write the file again without it.';

/** Every two-byte character of GBK, to write it with: Node only reads it. */
const gbkBytes = new Map<string, [number, number]>();
for (let lead = 0x81; lead <= 0xf7; lead += 1) {
  for (let trail = 0x40; trail <= 0xfe; trail += 1) {
    if (trail === 0x7f) continue;
    const text = new TextDecoder('gbk').decode(Uint8Array.of(lead, trail));
    if (text.length === 1 && /\p{Script=Han}/u.test(text)) gbkBytes.set(text, [lead, trail]);
  }
}

/** ASCII and Chinese text as GBK. */
export function gbk(text: string): Buffer {
  return Buffer.from([...text].flatMap((character) => gbkBytes.get(character) ?? [character.charCodeAt(0)]));
}
