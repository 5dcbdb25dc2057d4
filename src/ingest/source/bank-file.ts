/**
 * A bank's file from disk to what the core reads of it: its bytes, encoding and format. Which of its statements hold is
 * judged in core/bank; a file of which one thing does not hold is refused as a whole.
 */
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { isAlipay, readAlipay } from '../../core/bank/alipay.ts';
import { type Answer, readAnswerTable, readPain002 } from '../../core/bank/answers.ts';
import { readCamt053 } from '../../core/bank/camt053.ts';
import { type BankFile, type BankTerms, inAndOut, type TableRow } from '../../core/bank/file.ts';
import { type ColumnMap, readTable } from '../../core/bank/table.ts';
import type { Calendar } from '../../core/calendar.ts';
import { strict } from './framing.ts';
import { BLOCK_BYTES, Original, type Place } from './original.ts';
import { SourceError } from './source-error.ts';
import { readXml } from './xml.ts';

export const BANK_FORMATS = ['alipay', 'camt053', 'csv'] as const;
export type BankFormat = (typeof BANK_FORMATS)[number];

/** How to read a file; a plain CSV says neither its account nor its columns. */
export interface BankOrder {
  readonly path: string;
  /** Found from the content where it is not said. */
  readonly format?: BankFormat;
  readonly account?: string;
  readonly columns?: ColumnMap;
}

export interface BankReading extends BankFile {
  readonly format: BankFormat;
  readonly sha256: string;
  readonly totals: ReturnType<typeof inAndOut>;
}

/** Files of more than this are not read: a day of a bank is far smaller. */
const MOST_BYTES = 256 * 1024 * 1024;

/**
 * Reads a bank's file.
 * @throws SourceError with the file, the line and what does not hold
 */
export async function readBankFile(order: BankOrder, terms: BankTerms): Promise<BankReading> {
  const { path } = order;
  const { text, sha256 } = await readText(path);
  const isXml = text.trimStart().startsWith('<');
  const rows = isXml ? [] : linesOf(text);
  const format = order.format ?? (isXml ? 'camt053' : isAlipay(rows) ? 'alipay' : 'csv');
  const found = isXml === (format === 'camt053') ? parsed(order, format, text, rows, terms) : `it is no ${format}`;
  if (typeof found === 'string') throw new SourceError(`${path}: ${found}; nothing of it was taken`);
  return { ...found, format, sha256, totals: inAndOut(found.lines) };
}

function parsed(
  order: BankOrder,
  format: BankFormat,
  text: string,
  rows: TableRow[],
  terms: BankTerms,
): BankFile | string {
  if (format === 'alipay') return readAlipay(rows, terms);
  if (format === 'camt053') {
    const document = readXml(text);
    return typeof document === 'string' ? document : readCamt053(document, terms);
  }
  if (order.account === undefined || order.columns === undefined)
    return 'it is a plain CSV, or a format that is not known: say --account and --columns to read it';
  const records = tableOf(text);
  return typeof records === 'string' ? records : readTable(records, order.account, order.columns, terms);
}

async function readText(place: Place, path = String(place)): Promise<{ text: string; sha256: string }> {
  const bytes = await bytesOf(place, path);
  const text = textOf(bytes);
  if (text === undefined) throw new SourceError(`${path} is neither UTF-8 nor GBK: deliver it as the bank made it`);
  return { text, sha256: createHash('sha256').update(bytes).digest('hex') };
}

/**
 * Reads a bank's answers about payments: pain.002, or CSV with the columns reference, status, at and reason.
 * @param path what sentences call the file
 * @throws SourceError with the file, the place and what does not hold
 */
export async function readAnswers(place: Place, calendar: Calendar, path = String(place)): Promise<Answer[]> {
  const { text } = await readText(place, path);
  let found: Answer[] | string;
  if (text.trimStart().startsWith('<')) {
    const document = readXml(text);
    found = typeof document === 'string' ? document : readPain002(document, calendar);
  } else {
    const rows = tableOf(text);
    found = typeof rows === 'string' ? rows : readAnswerTable(rows, calendar);
  }
  if (typeof found === 'string') throw new SourceError(`${path}: ${found}; nothing of it was taken`);
  return found;
}

async function bytesOf(place: Place, path: string): Promise<Buffer> {
  const original = await Original.open(place, path);
  try {
    const blocks: Buffer[] = [];
    let size = 0;
    for await (const block of original.contents(BLOCK_BYTES)) {
      size += block.length;
      if (size > MOST_BYTES) throw new SourceError(`${path} is larger than 256 MiB: export shorter spans`);
      blocks.push(Buffer.from(block));
    }
    return Buffer.concat(blocks);
  } finally {
    await original.close();
  }
}

function textOf(bytes: Buffer): string | undefined {
  const text = strict('utf-8', bytes) ?? strict('gb18030', bytes);
  return text?.replace(/^\uFEFF/, '');
}

/** Lines of an Alipay file: comments as they are, and rows, in which no cell has a comma of its own or is quoted. */
function linesOf(text: string): TableRow[] {
  return text
    .split(/\r?\n/)
    .map((line, i) => ({ line: i + 1, cells: line.trim().startsWith('#') ? [line] : cellsOf(line) }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
}

function cellsOf(line: string): string[] {
  if (!line.includes('"')) return line.split(',');
  try {
    const [cells] = parse(line, { relax_column_count: true, to: 1 }) as string[][];
    return cells ?? [];
  } catch {
    return line.split(',');
  }
}

function tableOf(text: string): TableRow[] | string {
  try {
    const records = parse(text, { info: true, relax_column_count: true, skip_empty_lines: true }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    return error instanceof Error ? `it is no CSV (${error.message})` : 'it is no CSV';
  }
}
