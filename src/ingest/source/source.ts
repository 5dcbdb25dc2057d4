/**
 * From a delivered file to rows, in two passes of flat memory: `survey` says what the file is, `read` gives its rows in chunks.
 * Neither knows a feed's rules, judges a value or writes anything.
 */

import { CsvRows } from './csv.ts';
import { EncodingVote } from './encoding.ts';
import { decoder, type Encoding, LINE_BYTES, pieces } from './framing.ts';
import type { Wanted } from './layout.ts';
import { NdjsonRows } from './ndjson.ts';
import { BLOCK_BYTES, type Limits, Original, type Place } from './original.ts';
import type { Row, RowReader } from './row.ts';
import { SheetRows } from './sheet-rows.ts';
import { changed, SourceError } from './source-error.ts';
import { encodingNamed, inUtf8, markedEncoding, peeked } from './transcode.ts';
import { isWorkbook, MOST_BYTES, sheetTable } from './workbook.ts';

export type { Row } from './row.ts';
export { SourceError } from './source-error.ts';

/** Rows of more than this are given before a chunk is full. */
const CHUNK_BYTES = 16 * 1024 * 1024;

/** What the first pass finds; the second holds the file to it. */
export interface Survey {
  readonly place: Place;
  /** What sentences and receipts call it. */
  readonly file: string;
  /** Hex, of the bytes as delivered: of the .gz, if it is one. */
  readonly sha256: string;
  /** Size as delivered. */
  readonly bytes: number;
  /** Size unpacked; the same as `bytes` if it is no gzip. */
  readonly contentBytes: number;
  readonly encoding: Encoding;
  /** What it is written in, where lines cannot be cut before that is made UTF-8: then `encoding` is of what was made. */
  readonly writtenIn: string | undefined;
  /** Whether nothing but its bytes tells its encoding: it has no mark, is no UTF-8, and nobody has said. */
  readonly isGuessed: boolean;
  readonly format: 'csv' | 'ndjson' | 'workbook';
  /** The sheet of a workbook that is read, if not its first. */
  readonly sheet: string | undefined;
  /** Whether a number with a decimal comma may stand in it: somewhere a text is digits, a comma and digits. */
  readonly mayHaveCommas: boolean;
  /** Time of last change, in milliseconds since 1970 with fractions: only ever compared. */
  readonly modified: number;
}

/** For the survey: another name to show, the size of a block in bytes (at most 1 MiB), and how much is read. */
export interface SurveyOptions extends Limits {
  readonly file?: string | undefined;
  readonly blockBytes?: number;
  /** The encoding of the file, where somebody says it. */
  readonly encoding?: string | undefined;
  /** The sheet of a workbook to read, if not its first. */
  readonly sheet?: string | undefined;
  /** Lines at most; more are refused. */
  readonly lines?: number;
}

/**
 * First pass: SHA-256, size, encoding, format; a gzip is unpacked to its end. Format is by the name, where it says neither by the first character.
 * SourceError, one sentence: not found, a folder, a device, not readable, empty, changed meanwhile, gzip damaged, more bytes or lines
 * than may be, an encoding or a sheet asked for that it cannot have.
 */
export async function survey(place: Place, options: SurveyOptions = {}): Promise<Survey> {
  const file = options.file ?? (typeof place === 'string' ? place : 'the file');
  const { lines: most = Number.POSITIVE_INFINITY } = options;
  const original = await Original.open(place, file);
  try {
    const said = options.encoding === undefined ? undefined : encodingNamed(options.encoding);
    let contentBytes = 0;
    const counted = async function* (): AsyncGenerator<Buffer, void, undefined> {
      for await (const block of original.contents(blockSize(options.blockBytes), options)) {
        contentBytes += block.length;
        yield block;
      }
    };
    const { head, blocks } = await peeked(counted());
    const from = { file, said: said ?? markedEncoding(head), most };
    const text = isWorkbook(head) ? await drained(blocks) : await surveyed(blocks, from);
    if (contentBytes === 0) throw new SourceError(`${file} is empty: deliver it again with its content`);
    if (text === NO_TEXT && contentBytes > MOST_BYTES)
      throw new SourceError(`${file} is a workbook of more than ${MOST_BYTES / 1024 / 1024} MiB: save it as CSV`);
    if (text !== NO_TEXT && options.sheet !== undefined)
      throw new SourceError(`${file} is no workbook and has no sheets: leave the sheet out`);
    const { bytes, modified } = original;
    const format = text === NO_TEXT ? 'workbook' : formatOf(file, text.first);
    const { encoding, writtenIn, mayHaveCommas } = text;
    const isGuessed = encoding === 'gb18030' && said === undefined;
    const of = { place, file, sha256: original.sha256(), bytes, contentBytes, modified, sheet: options.sheet };
    return { ...of, encoding, writtenIn, isGuessed, format, mayHaveCommas };
  } finally {
    await original.close();
  }
}

interface SurveyedText {
  readonly encoding: Encoding;
  readonly writtenIn: string | undefined;
  readonly first: number | undefined;
  readonly mayHaveCommas: boolean;
}

const NO_TEXT: SurveyedText = { encoding: 'utf-8', writtenIn: undefined, first: undefined, mayHaveCommas: true };

async function drained(blocks: AsyncIterable<Buffer>): Promise<SurveyedText> {
  for await (const _ of blocks);
  return NO_TEXT;
}

/** Looks at text to its end: in which of the two encodings its lines are read, and how it begins. */
async function surveyed(
  blocks: AsyncIterable<Buffer>,
  { file, said, most }: { readonly file: string; readonly said: string | undefined; readonly most: number },
): Promise<SurveyedText> {
  const known: Encoding | undefined =
    said === 'utf-8' ? said : said === 'gbk' || said === 'gb18030' ? 'gb18030' : undefined;
  const writtenIn = known === undefined ? said : undefined;
  const vote = new EncodingVote();
  let first: number | undefined;
  let mayHaveCommas = false;
  let lines = 0;
  for await (const piece of pieces(writtenIn === undefined ? blocks : inUtf8(blocks, writtenIn))) {
    lines += piece.overlong ? 1 : feedsIn(piece.bytes);
    if (lines > most) throw new SourceError(`${file} has more than ${most} lines: cut it into files of fewer rows`);
    vote.take(piece);
    first ??= piece.bytes.find((byte) => byte > 0x20 && byte < 0x7f);
    mayHaveCommas ||= piece.bytes.includes(0x22) && /"-?[\d.]+,\d+ ?%?"/.test(piece.bytes.toString('latin1'));
  }
  return { encoding: known ?? vote.encoding(), writtenIn, first, mayHaveCommas };
}

/** How many lines end in the bytes. */
function feedsIn(bytes: Buffer): number {
  let feeds = 0;
  for (let at = 0; at < bytes.length; at += 1) if (bytes[at] === 0x0a) feeds += 1;
  return feeds;
}

function formatOf(file: string, first: number | undefined): 'csv' | 'ndjson' {
  if (/\.(csv|tsv|txt)(\.gz)?$/i.test(file)) return 'csv';
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(file)) return 'ndjson';
  return first === 0x7b ? 'ndjson' : 'csv';
}

/** For the second pass. */
export interface ReadOptions {
  /** The feed's columns: the order of `Row.cells`. */
  readonly columns: readonly string[];
  /** Those of them that a CSV header must name. */
  readonly required: readonly string[];
  /** So many data rows are passed over (default 0), to go on after them. */
  readonly skipRows?: number;
  /** Rows in a chunk (default 10,000): fewer in the last, and where rows are so long that 16 MiB are reached before. */
  readonly chunkRows?: number;
  /** Bytes in a block, at most 1 MiB; rows do not depend on it. */
  readonly blockBytes?: number;
  /** Ends the reading, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/** A file about to be read. */
export interface Reading {
  /** The columns of a header, unnamed ones as `column N`; those asked for of NDJSON. */
  readonly header: readonly string[];
  /** What sets the cells of a line apart, where that is not a comma and nothing said so. */
  readonly delimiter: string | undefined;
  /** Of a workbook: the sheet that is read, and the others. */
  readonly sheets: { readonly read: string; readonly others: readonly string[] } | undefined;
  /**
   * Its rows in order, each call from the start. Leaving the loop early closes the file. After the last chunk SourceError if the
   * file was not, byte for byte, the one surveyed: then what was read is not to be trusted.
   */
  chunks(): AsyncGenerator<Row[], void, undefined>;
}

/** Second pass. SourceError, with no row read: changed since the survey; no header, a required column missing, a column twice. */
export async function read(found: Survey, options: ReadOptions): Promise<Reading> {
  const wanted: Wanted = {
    file: found.file,
    columns: options.columns,
    required: options.required,
    skipRows: options.skipRows ?? 0,
  };
  const { chunkRows = 10_000 } = options;
  const how = { blockBytes: blockSize(options.blockBytes), signal: options.signal };
  if (found.format === 'workbook') return readSheet(found, wanted, chunkRows, how);
  const fresh = (): RowReader => (found.format === 'csv' ? new CsvRows(wanted) : new NdjsonRows(wanted));
  const probe = fresh();
  for await (const _ of rowsOf(found, probe, how)) if (probe.header !== null) break;
  const { header } = probe;
  if (header === null) throw new SourceError(`${found.file} has no header row: name the columns in its first line`);
  const chunks = () => chunked(rowsOf(found, fresh(), how), chunkRows);
  return { header, delimiter: probe.guessedDelimiter, sheets: undefined, chunks };
}

async function readSheet(
  found: Survey,
  wanted: Wanted,
  chunkRows: number,
  how: { readonly blockBytes: number } & Limits,
): Promise<Reading> {
  const blocks: Buffer[] = [];
  const original = await Original.open(found.place, found.file);
  try {
    for await (const block of original.contents(how.blockBytes, how)) blocks.push(Buffer.from(block));
    if (original.sha256() !== found.sha256) throw changed(found.file);
  } finally {
    await original.close();
  }
  const table = await sheetTable(found.file, Buffer.concat(blocks), found.sheet);
  const rows = new SheetRows(wanted, table.rows);
  const once = async function* (): AsyncGenerator<Batch, void, undefined> {
    yield { rows: rows.all(), bytes: 0 };
  };
  const sheets = { read: table.sheet, others: table.others };
  return { header: rows.header, delimiter: undefined, sheets, chunks: () => chunked(once(), chunkRows) };
}

/** The rows of one piece of a file, and its size, which bounds the memory they hold. */
interface Batch {
  readonly rows: Row[];
  readonly bytes: number;
}

async function* rowsOf(
  found: Survey,
  reader: RowReader,
  how: { readonly blockBytes: number } & Limits,
): AsyncGenerator<Batch, void, undefined> {
  const original = await Original.open(found.place, found.file);
  try {
    if (original.bytes !== found.bytes || original.modified !== found.modified) throw changed(found.file);
    const decode = decoder(found.encoding, found.writtenIn);
    const contents = original.contents(how.blockBytes, how);
    for await (const piece of pieces(found.writtenIn === undefined ? contents : inUtf8(contents, found.writtenIn))) {
      const bytes = piece.bytes.length;
      yield { rows: reader.read(decode(piece), false), bytes };
    }
    yield { rows: reader.read({ text: '', marks: null }, true), bytes: 0 };
    if (original.sha256() !== found.sha256) throw changed(found.file);
  } finally {
    await original.close();
  }
}

async function* chunked(batches: AsyncIterable<Batch>, size: number): AsyncGenerator<Row[], void, undefined> {
  let chunk: Row[] = [];
  let held = 0;
  for await (const { rows, bytes } of batches) {
    for (const row of rows) {
      chunk.push(row);
      if (chunk.length < size) continue;
      yield chunk;
      [chunk, held] = [[], 0];
    }
    held = chunk.length === 0 ? 0 : held + bytes;
    if (held < CHUNK_BYTES) continue;
    yield chunk;
    [chunk, held] = [[], 0];
  }
  if (chunk.length > 0) yield chunk;
}

function blockSize(asked = BLOCK_BYTES): number {
  return Math.max(1, Math.min(asked, LINE_BYTES));
}
