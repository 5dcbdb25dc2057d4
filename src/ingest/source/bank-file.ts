/**
 * A bank's file from disk to what the core reads of it: its bytes, packing, encoding and format. Which of its statements
 * hold is judged in core/bank; a file of which one thing does not hold is refused as a whole.
 */
import { createHash } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import { isAlipay, isAlipaySummary, readAlipay } from '../../core/bank/alipay.ts';
import { type Answer, readAnswerTable, readPain002 } from '../../core/bank/answers.ts';
import { readCamt } from '../../core/bank/camt053.ts';
import { type BankFile, type BankTerms, inAndOut, movementsIn, type TableRow } from '../../core/bank/file.ts';
import { isMt940, readMt940 } from '../../core/bank/mt940.ts';
import { type ColumnMap, headerAt, type KnownColumns, readTable } from '../../core/bank/table.ts';
import type { Calendar } from '../../core/calendar.ts';
import { MIB } from '../bounds.ts';
import { decoded } from './decoded.ts';
import { BLOCK_BYTES, Original, type Place } from './original.ts';
import { SourceError } from './source-error.ts';
import { unzipped } from './unzip.ts';
import { readXml } from './xml.ts';

export const BANK_FORMATS = ['alipay', 'camt053', 'mt940', 'csv'] as const;
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
  /** How many movements it has, where a line for several payments counts these. */
  readonly lines: number;
  readonly totals: ReturnType<typeof inAndOut>;
  /** Whose columns it was read by, of a plain CSV. */
  readonly by: KnownColumns | null;
}

/** Files of more than this are not read: a day of a bank is far smaller. */
const MOST_BYTES = 256 * MIB;
const DELIMITERS = [',', ';', '\t', '|'];

interface Read extends BankFile {
  readonly format: BankFormat;
  readonly by: KnownColumns | null;
}

/**
 * Reads a bank's file, or all files of a zip.
 * @param remembered how plain CSV of some accounts was read before
 * @throws SourceError with the file, the line and what does not hold
 */
export async function readBankFile(
  order: BankOrder,
  terms: BankTerms,
  remembered: readonly KnownColumns[] = [],
): Promise<BankReading> {
  const { path } = order;
  const bytes = await bytesOf(path, path);
  const files = isZip(bytes) ? await packed(path, bytes) : [{ name: path, bytes }];
  const reads: Read[] = [];
  const notices: string[] = [];
  for (const file of files) {
    const text = textOf(file.name, file.bytes);
    if (files.length > 1 && isAlipaySummary(linesOf(text))) {
      notices.push(`${file.name} is a summary, which lists no movement: it was left aside`);
      continue;
    }
    const found = parsed(order, text, terms, remembered);
    if (typeof found === 'string') throw new SourceError(`${file.name}: ${found}; nothing of it was taken`);
    reads.push(found);
    notices.push(...found.notices.map((notice) => (files.length > 1 ? `${file.name}: ${notice}` : notice)));
  }
  const [first] = reads;
  if (first === undefined) throw new SourceError(`${path} holds no bank file: deliver it as the bank made it`);
  const statements = reads.flatMap((one) => one.statements);
  const movements = movementsIn(statements.flatMap(({ lines }) => lines));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const { format, by } = first;
  return { statements, notices, format, by, sha256, lines: movements.length, totals: inAndOut(movements) };
}

function parsed(order: BankOrder, text: string, terms: BankTerms, remembered: readonly KnownColumns[]): Read | string {
  const isXml = text.trimStart().startsWith('<');
  const rows = isXml ? [] : linesOf(text);
  const format = order.format ?? (isXml ? 'camt053' : isMt940(text) ? 'mt940' : isAlipay(rows) ? 'alipay' : 'csv');
  if (isXml !== (format === 'camt053')) return `it is no ${format}`;
  if (format === 'csv') return plainTable(order, text, terms, remembered);
  const document = isXml ? readXml(text) : '';
  if (isXml && typeof document === 'string') return document;
  const read =
    typeof document === 'object'
      ? readCamt(document, terms)
      : format === 'mt940'
        ? readMt940(text, terms)
        : readAlipay(rows, terms);
  return typeof read === 'string' ? read : { ...read, format, by: null };
}

/** A plain CSV by the columns that are said, or by those of its account, or by the only ones remembered that fit. */
function plainTable(
  { account, columns }: BankOrder,
  text: string,
  terms: BankTerms,
  remembered: readonly KnownColumns[],
): Read | string {
  const own = remembered.filter((one) => account === undefined || one.account === account);
  const known = columns === undefined ? own : account === undefined ? [] : [{ account, columns }];
  const fitting = known.flatMap((by) => {
    const rows = tablesOf(text).find((one) => headerAt(one, by.columns) >= 0);
    return rows === undefined ? [] : [{ by, rows }];
  });
  const [only] = fitting;
  if (fitting.length > 1)
    return `it has the columns of ${fitting.map(({ by }) => by.account).join(' and ')}: say --account to read it`;
  if (only === undefined) {
    const [first] = known;
    if (first === undefined)
      return 'it is a plain CSV, or a format that is not known: say --account and --columns to read it';
    const tables = tablesOf(text).sort((a, b) => (b[0]?.cells.length ?? 0) - (a[0]?.cells.length ?? 0));
    const why = readTable(tables[0] ?? [], first.account, first.columns, terms);
    return typeof why === 'string' ? why : 'it cannot be read by these columns';
  }
  const read = readTable(only.rows, only.by.account, only.by.columns, terms);
  return typeof read === 'string' ? read : { ...read, format: 'csv', by: only.by };
}

/** A table by each delimiter that banks use, as far as it is one. */
function tablesOf(text: string): TableRow[][] {
  return DELIMITERS.flatMap((delimiter) => {
    const rows = tableOf(text, delimiter);
    return typeof rows === 'string' ? [] : [rows];
  });
}

function isZip(bytes: Buffer): boolean {
  return bytes.length > 4 && bytes.readUInt32LE(0) === 0x04034b50;
}

async function packed(path: string, bytes: Buffer): Promise<{ name: string; bytes: Uint8Array }[]> {
  const files = await archived(path, bytes);
  return Object.entries(files)
    .filter(([name, content]) => content.length > 0 && !/(^|\/)(\.|__MACOSX)/.test(name))
    .map(([name, content]) => ({ name: `${path}, ${name}`, bytes: content }));
}

async function archived(path: string, bytes: Buffer): Promise<Record<string, Uint8Array>> {
  try {
    return await unzipped(path, bytes);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw new SourceError(`${path} is damaged: it does not unpack as zip to its end; deliver it again`, {
      cause: error,
    });
  }
}

function textOf(name: string, bytes: Uint8Array): string {
  const text = decoded(bytes);
  if (text === undefined)
    throw new SourceError(
      `${name} is in no encoding that is known (UTF-8, UTF-16, GBK or as its XML says): deliver it as the bank made it`,
    );
  return text;
}

/**
 * Reads a bank's answers about payments: pain.002, or CSV with the columns reference, status, at and reason.
 * @param path what sentences call the file
 * @throws SourceError with the file, the place and what does not hold
 */
export async function readAnswers(place: Place, calendar: Calendar, path = String(place)): Promise<Answer[]> {
  const text = textOf(path, await bytesOf(place, path));
  let found: Answer[] | string;
  if (text.trimStart().startsWith('<')) {
    const document = readXml(text);
    found = typeof document === 'string' ? document : readPain002(document, calendar);
  } else {
    const rows = tableOf(text, ',');
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

/** Lines of an Alipay file: comments as they are, and rows, in which no cell has a comma of its own or is quoted. */
function linesOf(text: string): TableRow[] {
  return text
    .split(/\r\n|\r|\n/)
    .map((line, i) => ({
      line: i + 1,
      cells: /^[\s"]*#/.test(line) ? [line.replace(/^[\s"]+|[\s"]+$/g, '')] : cellsOf(line),
    }))
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
}

function cellsOf(line: string): string[] {
  const delimiter = line.includes(',') ? ',' : line.includes('\t') ? '\t' : ';';
  if (!line.includes('"')) return line.split(delimiter);
  try {
    const [cells] = parse(line, { relax_column_count: true, to: 1, delimiter }) as string[][];
    return cells ?? [];
  } catch {
    return line.split(delimiter);
  }
}

function tableOf(text: string, delimiter: string): TableRow[] | string {
  try {
    const records = parse(text, {
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      delimiter,
    }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    return records.map(({ record, info }) => ({ line: info.lines, cells: record }));
  } catch (error) {
    return error instanceof Error ? `it is no CSV (${error.message})` : 'it is no CSV';
  }
}
