/**
 * A workbook (.xlsx, .xls, or a page named so) as rows of text: each cell as it would be typed. The file is not trusted: it is
 * bounded, no formula is evaluated, and what cannot be read is refused in a sentence. What its columns mean is not judged here.
 */
import type * as Sheets from '@e965/xlsx';
import { hundredfold } from '../../core/money.ts';
import { MIB } from '../bounds.ts';
import { SourceError } from './source-error.ts';
import { unzipped } from './unzip.ts';

export const MOST_BYTES = 64 * MIB;
export const MOST_ROWS = 500_000;
/** Digits that a spreadsheet keeps of a number. */
const SURE_DIGITS = 15;

/** A sheet's cells as text, row by row; a row that is not there is empty. */
export interface SheetTable {
  readonly sheet: string;
  /** The other sheets of the workbook. */
  readonly others: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Whether a file begins as a workbook does: .xls, or the zip archive that an .xlsx is. */
export function isWorkbook(head: Uint8Array): boolean {
  return begins(head, 0xd0, 0xcf, 0x11, 0xe0) || isZip(head);
}

const isZip = (bytes: Uint8Array): boolean => begins(bytes, 0x50, 0x4b, 0x03, 0x04);

export function begins(bytes: Uint8Array, ...magic: readonly number[]): boolean {
  return magic.every((byte, at) => bytes[at] === byte);
}

/**
 * Reads a sheet. What reads it is loaded when it is needed.
 * @param file what sentences call it
 * @param given the bytes, or the text of a page
 * @param sheet its name; the first where none is said
 * @throws SourceError where it is no workbook, has no such sheet or more rows than may be
 */
export async function sheetTable(file: string, given: Uint8Array | string, sheet?: string): Promise<SheetTable> {
  const sheets = await import('@e965/xlsx');
  const bytes = typeof given !== 'string' && isZip(given) ? await unpacked(file, given) : given;
  const of = { type: typeof bytes === 'string' ? 'string' : 'buffer', dense: true, raw: true } as const;
  const plain = { cellFormula: false, cellHTML: false, cellNF: true, bookVBA: false, sheetRows: MOST_ROWS + 1 };
  const read = (): Sheets.WorkBook => {
    try {
      return sheets.read(bytes, { ...of, ...plain, sheets: sheet ?? 0 });
    } catch (error) {
      throw damaged(file, error);
    }
  };
  const book = read();
  const name = sheet ?? book.SheetNames[0] ?? '';
  const others = book.SheetNames.filter((one) => one !== name);
  if (!book.SheetNames.includes(name))
    throw new SourceError(
      `${file} has no sheet ${JSON.stringify(name)}: it has ${others.map((one) => JSON.stringify(one)).join(', ')}`,
    );
  const cells = (book.Sheets[name]?.['!data'] ?? []) as readonly (
    | readonly (Sheets.CellObject | undefined)[]
    | undefined
  )[];
  if (cells.length > MOST_ROWS) throw new SourceError(`${file} has more than ${MOST_ROWS} rows: cut it in two`);
  const asText = (cell: Sheets.CellObject | undefined): string => textOfCell(cell, sheets.SSF);
  return { sheet: name, others, rows: Array.from(cells, (row) => Array.from(row ?? [], asText)) };
}

/** An .xlsx with its parts unpacked within bounds, so that what reads it has nothing left to unpack. */
async function unpacked(file: string, bytes: Uint8Array): Promise<Uint8Array> {
  const { zipSync } = await import('fflate');
  try {
    return zipSync(await unzipped(file, bytes), { level: 0 });
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw damaged(file, error);
  }
}

function damaged(file: string, cause: unknown): SourceError {
  const locked = cause instanceof Error && /password/i.test(cause.message);
  const why = locked ? 'it is protected by a password: take that off' : 'it is damaged or cut short: save it again';
  return new SourceError(`${file} cannot be read as a workbook, ${why}, or save it as CSV`, { cause });
}

/**
 * A cell as it would be typed: a percentage with its sign, times as feeds write them, a formula's stored value, an error as it
 * shows. A number of more digits than a spreadsheet keeps comes as it shows too, rounded, so that nobody takes it for exact.
 */
function textOfCell(cell: Sheets.CellObject | undefined, formats: typeof Sheets.SSF): string {
  if (cell === undefined || cell.v === undefined || cell.t === 'z') return '';
  if (cell.t === 'e') return cell.w ?? '#ERROR!';
  if (cell.t !== 'n' || typeof cell.v !== 'number') return String(cell.v);
  const format = cell.z === undefined ? 'General' : String(cell.z);
  if (formats.is_date(format)) {
    const shown = /h/i.test(format) || !Number.isInteger(cell.v) ? 'yyyy-mm-dd hh:mm:ss' : 'yyyy-mm-dd';
    return String(formats.format(shown, cell.v));
  }
  const text = decimalText(cell.v);
  return /%/.test(format) && /^\d+(\.\d+)?$/.test(text) ? `${hundredfold(text, 0)}%` : text;
}

/** The number in the digits that a spreadsheet is sure of. */
function decimalText(value: number): string {
  const exact = value.toPrecision(SURE_DIGITS);
  const most = 10 ** SURE_DIGITS;
  if (Math.abs(value) >= most) return value.toExponential().toUpperCase();
  return exact.includes('e') ? String(Number(exact)) : exact.includes('.') ? exact.replace(/\.?0+$/, '') : exact;
}
