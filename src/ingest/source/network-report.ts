/**
 * A report as a network delivers it, read into rows of text by header: .xls (BIFF), .xls that is really HTML, tab-separated
 * text or .xlsx, and csv in UTF-8, UTF-16 or GBK. The file is not trusted: it is bounded, no formula is evaluated, and what
 * cannot be read is refused in a sentence. What its columns mean is not judged here.
 */
import { isUtf8 } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { SourceError, sourceError } from './source-error.ts';
import { begins, isWorkbook, MOST_BYTES, MOST_ROWS, sheetTable } from './workbook.ts';

const MIB = 1024 * 1024;
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
}

/**
 * Reads a report whose header row names at least `required`; empty rows are left out.
 * @throws SourceError where the file is not there, too large, damaged or no such report
 */
export async function readNetworkReport(path: string, required: readonly string[]): Promise<NetworkReport> {
  const table = await tableOf(path, await bytesOf(path));
  const at = table.slice(0, HEADER_WITHIN).findIndex((row) => required.every((name) => row.includes(name)));
  const headers = table[at];
  if (headers === undefined) throw new SourceError(noHeader(path, table, required));
  const twice = headers.find((name, index) => name !== '' && headers.indexOf(name) !== index);
  if (twice !== undefined) throw new SourceError(`${path} has the column ${twice} twice: remove or rename one`);
  const rows = table.slice(at + 1).flatMap((cells, index): NetworkRow[] => {
    if (cells.every((cell) => cell === '')) return [];
    return [{ row: at + 2 + index, cells: new Map(headers.map((name, column) => [name, cells[column] ?? ''])) }];
  });
  return { headers: headers.filter((name) => name !== ''), rows };
}

function noHeader(path: string, table: readonly (readonly string[])[], required: readonly string[]): string {
  const nearest = [...table.slice(0, HEADER_WITHIN)].sort((a, b) => found(b, required) - found(a, required))[0] ?? [];
  const missing = required.filter((name) => !nearest.includes(name));
  return `${path} is no such report: no row of its first ${HEADER_WITHIN} names the column${missing.length === 1 ? '' : 's'} ${missing.join(', ')}`;
}

function found(row: readonly string[], required: readonly string[]): number {
  return required.filter((name) => row.includes(name)).length;
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

async function tableOf(path: string, bytes: Buffer): Promise<string[][]> {
  const table = isWorkbook(bytes) ? (await sheetTable(path, bytes)).rows : await textTable(path, textOf(path, bytes));
  if (table.length > MOST_ROWS) {
    throw new SourceError(`${path} has more than ${MOST_ROWS} rows: take the report of a shorter time`);
  }
  return table.map((row) => row.map(cleaned));
}

function textOf(path: string, bytes: Buffer): string {
  if (begins(bytes, 0xff, 0xfe)) return new TextDecoder('utf-16le').decode(bytes);
  if (isUtf8(bytes)) return new TextDecoder('utf-8').decode(bytes);
  try {
    return new TextDecoder('gbk', { fatal: true }).decode(bytes);
  } catch {
    throw new SourceError(`${path} is neither a workbook nor text in UTF-8 or GBK: take the report again`);
  }
}

async function textTable(path: string, text: string): Promise<readonly (readonly string[])[]> {
  // A page without a table, such as one to log in, is read as text, and lacks the columns.
  if (/^\s*</.test(text) && /<table|<Workbook/i.test(text)) return (await sheetTable(path, text)).rows;
  const head = text.slice(0, 10_000);
  const count = (mark: string): number => head.split(mark).length;
  const delimiter = ['\t', ';', ','].reduce((best, mark) => (count(mark) > count(best) ? mark : best), ',');
  try {
    return parse(text, {
      delimiter,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: false,
      to: MOST_ROWS + 1,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new SourceError(`${path} cannot be read as rows of text (${why}): take the report again`, { cause: error });
  }
}

/** A cell without what exports put around text to keep it text: `="123"`, an apostrophe, blanks and tabs. */
function cleaned(cell: string): string {
  const bare = cell.trim();
  const inner = /^="(.*)"$/s.exec(bare)?.[1] ?? bare.replace(/^'/, '');
  const text = inner.trim();
  return /^(null|--)$/i.test(text) ? '' : text;
}
