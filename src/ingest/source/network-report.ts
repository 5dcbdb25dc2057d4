/**
 * A report as a network delivers it, read into rows of text by header: .xls (BIFF), .xls that is really HTML, tab-separated
 * text or .xlsx, and csv in UTF-8, UTF-16 or GBK. The file is not trusted: it is bounded, no formula is evaluated, and what
 * cannot be read is refused in a sentence. What its columns mean is not judged here.
 */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { meant } from '../../core/feeds/cell.ts';
import { MIB } from '../bounds.ts';
import { SourceError, sourceError } from './source-error.ts';
import { begins, isWorkbook, MOST_BYTES, MOST_ROWS, sheetTable } from './workbook.ts';

/** Where a report may have lines above its header. */
const HEADER_WITHIN = 20;

interface NetworkRow {
  /** Its place in the file or sheet, counted from 1. */
  readonly row: number;
  /** By header; what the file does not have is not there. */
  readonly cells: ReadonlyMap<string, string>;
}

export interface NetworkReport {
  readonly headers: readonly string[];
  readonly rows: readonly NetworkRow[];
  /** Of a workbook: the other sheets, which were not read. */
  readonly others: readonly string[];
}

/** A report that may be read: what its header row names at least, and what its columns are called now. */
export interface Expected {
  readonly required: readonly string[];
  readonly aliases: Readonly<Record<string, string>>;
}

/**
 * Reads a report whose header row names at least what one of some reports requires, under older or newer names; empty rows are
 * left out. Of a workbook it is the first sheet that has such a header.
 * @returns the report, and which of them it is
 * @throws SourceError where the file is not there, too large, damaged or no such report
 */
export async function readNetworkReport<E extends Expected>(
  path: string,
  expected: readonly E[],
): Promise<NetworkReport & { readonly is: E }> {
  const bytes = await bytesOf(path);
  const first = await tableOf(path, bytes);
  const table = await fitting(path, bytes, first, expected);
  for (const of of expected) {
    const at = headerAt(table.rows, of);
    if (at < 0) continue;
    const own = table.rows[at] ?? [];
    const named = own.map((name) => of.aliases[name] ?? name);
    // Where both names of a column stand in a report, the newer one is a column of its own.
    const headers = named.map((name, column) => (own.includes(name) ? (own[column] ?? '') : name));
    const twice = headers.find((name, index) => name !== '' && headers.indexOf(name) !== index);
    if (twice !== undefined) throw new SourceError(`${path} has the column ${twice} twice: remove or rename one`);
    const rows = table.rows.slice(at + 1).flatMap((cells, index): NetworkRow[] => {
      if (cells.every((cell) => cell === '')) return [];
      return [{ row: at + 2 + index, cells: new Map(headers.map((name, column) => [name, cells[column] ?? ''])) }];
    });
    return { is: of, headers: headers.filter((name) => name !== ''), rows, others: table.others };
  }
  throw new SourceError(noHeader(path, first.rows, expected));
}

interface Table {
  readonly rows: readonly (readonly string[])[];
  readonly sheet: string | undefined;
  readonly others: readonly string[];
}

/** The first sheet that has the header of a report; what was read first where none has. */
async function fitting(path: string, bytes: Buffer, first: Table, expected: readonly Expected[]): Promise<Table> {
  const fits = (table: Table): boolean => expected.some((of) => headerAt(table.rows, of) >= 0);
  if (fits(first)) return first;
  for (const sheet of first.others) {
    const table = await tableOf(path, bytes, sheet);
    if (fits(table)) return table;
  }
  return first;
}

function headerAt(rows: Table['rows'], of: Expected): number {
  return rows.slice(0, HEADER_WITHIN).findIndex((row) => found(row, of) === of.required.length);
}

function noHeader(path: string, table: Table['rows'], expected: readonly Expected[]): string {
  const tried = expected.flatMap((of) => table.slice(0, HEADER_WITHIN).map((row) => ({ row, of })));
  const nearest = tried.toSorted((a, b) => found(b.row, b.of) - found(a.row, a.of))[0];
  const { row = [], of = expected[0] } = nearest ?? {};
  const missing = (of?.required ?? []).filter((name) => !isIn(row, name, of));
  return `${path} is no such report: no row of its first ${HEADER_WITHIN} names the column${missing.length === 1 ? '' : 's'} ${missing.join(', ')}`;
}

const isIn = (row: readonly string[], name: string, of: Expected | undefined): boolean =>
  row.some((one) => one === name || of?.aliases[one] === name);

function found(row: readonly string[], of: Expected): number {
  return of.required.filter((name) => isIn(row, name, of)).length;
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      throw new SourceError(`${path} is larger than ${MOST_BYTES / MIB} MiB: take the report of a shorter time`);
    }
    const bytes = await readFile(path);
    if (bytes.length === 0) throw new SourceError(`${path} is empty: take the report again`);
    return bytes;
  } catch (error) {
    throw sourceError(path, error);
  }
}

async function tableOf(path: string, bytes: Buffer, sheet?: string): Promise<Table> {
  const of = isWorkbook(bytes)
    ? await sheetTable(path, bytes, sheet)
    : await textTable(path, textOf(path, bytes), sheet);
  if (of.rows.length > MOST_ROWS)
    throw new SourceError(`${path} has more than ${MOST_ROWS} rows: take the report of a shorter time`);
  return { ...of, rows: of.rows.map((row) => row.map(cleaned)) };
}

function textOf(path: string, bytes: Buffer): string {
  if (begins(bytes, 0xff, 0xfe)) return new TextDecoder('utf-16le').decode(bytes);
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes);
  try {
    return new TextDecoder('gb18030', { fatal: true }).decode(bytes);
  } catch {
    throw new SourceError(`${path} is neither a workbook nor text in UTF-8 or GB18030: take the report again`);
  }
}

async function textTable(path: string, text: string, sheet?: string): Promise<Table> {
  // A page without a table, such as one to log in, is read as text, and lacks the columns.
  if (/^\s*</.test(text) && /<table|<Workbook/i.test(text)) return await sheetTable(path, text, sheet);
  const head = text.slice(0, 10_000);
  const count = (mark: string): number => head.split(mark).length;
  const delimiter = ['\t', ';', ','].reduce((best, mark) => (count(mark) > count(best) ? mark : best), ',');
  try {
    const how = { delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: false, to: MOST_ROWS + 1 };
    return { rows: parse(text, how) as string[][], sheet: undefined, others: [] };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SourceError(`${path} cannot be read as rows of text (${why}): take the report again`, { cause: error });
  }
}

/** A cell without what exports put around text to keep it text; empty where they write that there is nothing. */
function cleaned(cell: string): string {
  const text = meant(cell, true);
  return /^(null|--)$/i.test(text) ? '' : text;
}
