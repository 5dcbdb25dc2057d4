/**
 * Delivers one file: surveys it, takes it in chunk by chunk, each chunk judged and committed as a numbered batch, and
 * leaves a receipt. A delivery that was cut short goes on at its next row (SPEC 3, 4).
 */

import type { Instant } from '../../core/calendar.ts';
import { type Feed, keyOf, quote, requiredColumns } from '../../core/feeds/feed.ts';
import type { Habits } from '../../core/feeds/habits.ts';
import { type ClickRow, FEEDS } from '../../core/feeds/index.ts';
import { meantName } from '../../core/feeds/names.ts';
import { samePerson } from '../../core/person.ts';
import { insideTransaction } from '../../store/connection/nested-transaction.ts';
import type { Session } from '../../store/connection/session.ts';
import {
  beginDelivery,
  countBatch,
  finishDelivery,
  keepRefusals,
  receiptOf,
  releaseDelivery,
  type Tally,
} from '../../store/intake/deliveries.ts';
import { takeTurn } from '../../store/intake/intake.ts';
import { receiptsAsAudited } from '../../store/intake/receipts.ts';
import { keepRemarks, type Remark, Remarks, remarksOf } from '../../store/intake/remarks.ts';
import { type Book, nextBatch, readBook } from '../../store/night/book.ts';
import { type Door, recordAudit } from '../../store/people/audit.ts';
import { BOUNDS, type Bounds } from '../bounds.ts';
import { type Candidate, ChunkTally, type JudgeTerms, parsed } from '../judge/chunk-tally.ts';
import { prepareClickSpans } from '../judge/clicks.ts';
import { judge, talliesOf } from '../judge/judge.ts';
import { habitsOf } from '../source/habits.ts';
import type { Place } from '../source/original.ts';
import { type Reading, type Row, read, SourceError, type Survey, survey } from '../source/source.ts';

/** What a delivery leaves: counts of its rows as judged at their delivery, and the sum of the accepted amounts. */
export interface Receipt extends Tally {
  /** Its number in the book. */
  readonly delivery: number;
  readonly file: string;
  readonly feed: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly read: number;
  /** Columns of the file that the feed does not know; their cells are kept aside. */
  readonly unknownColumns: readonly string[];
  /** Rows of earlier deliveries that were parked and were judged now, as their order lines came. */
  readonly woken: { readonly accepted: number; readonly rejected: number };
  /** What was taken but looks wrong, and what was guessed of the file. */
  readonly notices: readonly Remark[];
  /** Rows that an earlier, cut short delivery of this file had taken in already. */
  readonly resumedAfter: number;
}

/** Whose decisions a delivery may hold: the one person that this column may name. */
export interface Signer {
  readonly column: string;
  readonly name: string;
}

/** Of clicks twice as many, which are most of what is delivered: fewer commits, and fewer looks for what comes too late. */
const rowsABatch = (feed: string): number => (feed === 'clicks' ? 10_000 : 5000);

/** A file and the feed it is for. */
export interface Order {
  /** Its path, or the file itself, open. */
  readonly path: Place;
  readonly feed: string;
  /** The name shown in receipts and refusals, if not the path. */
  readonly file?: string;
  readonly signer?: Signer;
  /** The encoding of the file and the sheet of a workbook, where somebody says them. */
  readonly encoding?: string | undefined;
  readonly sheet?: string | undefined;
  /** Today, by the clock of who delivers. */
  readonly now?: Instant;
  /** By whom and how it comes, which the delivery and the audit keep. */
  readonly door?: Door;
  /** How much it may be; the usual bounds, where nothing is said. */
  readonly bounds?: Bounds | undefined;
  /** Ends the delivery, with its reason, after the batch under way; delivered again it goes on there. */
  readonly signal?: AbortSignal | undefined;
  /** For trying small batches. */
  readonly rowsABatch?: number;
}

/**
 * Delivers a file into a feed.
 * @throws SourceError when the file as a whole cannot be taken: nothing of it was
 */
export async function deliver(session: Session, of: Order, onRows: (rows: number) => void): Promise<Receipt> {
  const feed = FEEDS.find((known) => known.name === of.feed);
  if (feed === undefined)
    throw new SourceError(`${of.feed} is no feed: the feeds are ${FEEDS.map((one) => one.name).join(', ')}`);
  const { bounds = BOUNDS, signal } = of;
  const { file: named, encoding, sheet } = of;
  const found = await survey(of.path, {
    file: named,
    encoding,
    sheet,
    bytes: bounds.bytes,
    lines: bounds.lines,
    signal,
  });
  const { file, sha256, bytes } = found;
  const columns = Object.keys(feed.columns);
  const wanted = {
    columns,
    required: requiredColumns(feed),
    chunkRows: of.rowsABatch ?? rowsABatch(feed.name),
    signal,
  };
  // The header is looked at before the delivery is begun, so that a file that is refused as a whole leaves no trace.
  const whole = await read(found, wanted);
  const book = await readBook(session);
  if (book === undefined) throw new Error('this database holds no book: cps init makes one');
  const habits = await habitsOf(feed, found, whole, book.digits);
  const delivery = await beginDelivery(
    session,
    { file, feed: feed.name, sha256, bytes, read_as: readAs(found, whole) },
    of.door?.who,
  );
  let committing: Promise<void> | undefined;
  try {
    const reading = delivery.rowsRead === 0 ? whole : await read(found, { ...wanted, skipRows: delivery.rowsRead });
    if (delivery.rowsRead === 0) await keepRemarks(session, delivery.id, fileRemarks(feed, found, whole, habits));
    const spans = new Set<number>();
    const before = await receiptOf(session, delivery.id);
    const room = { left: bounds.refusals - (before.rejected + before.conflict - before.unkept) };
    const woken = { accepted: 0, rejected: 0 };
    // One batch commits while the next is read and parsed: their order stays, and both ends have work.
    for await (const chunk of reading.chunks()) {
      signal?.throwIfAborted();
      const tally = new ChunkTally(feed.name, delivery.id);
      const candidates = signed(feed, parsed(feed, chunk, book, tally, habits), of.signer, tally);
      await committing;
      committing = takeBatch(
        session,
        { feed, book, delivery: delivery.id, chunk, candidates, tally, spans, room, now: of.now },
        woken,
      );
      committing.then(
        () => onRows(chunk.length),
        () => undefined,
      );
    }
    await committing;
    const tally = await receiptOf(session, delivery.id);
    const readRows = tally.accepted + tally.duplicate + tally.conflict + tally.rejected + tally.parked;
    const unknownColumns = unknownOf(feed, whole);
    const notices = (await remarksOf(session, [delivery.id])).get(delivery.id) ?? [];
    const receipt: Receipt = {
      delivery: Number(delivery.id),
      file,
      feed: feed.name,
      sha256,
      bytes,
      read: readRows,
      ...tally,
      unknownColumns,
      woken,
      notices,
      resumedAfter: delivery.rowsRead,
    };
    await finish(session, receipt, of.door);
    return receipt;
  } finally {
    // Where reading failed, a batch may still be on its way: the connection is given back when it has ended.
    await committing?.catch(() => undefined);
    await releaseDelivery(session, { feed: feed.name, sha256 }).catch(() => undefined);
  }
}

/** How a file's rows are read: a delivery that was cut short goes on only where they are the same rows. */
function readAs({ format, encoding, writtenIn }: Survey, { sheets }: Reading): string {
  return [format, writtenIn ?? encoding, ...(sheets === undefined ? [] : [sheets.read])].join(' ');
}

/** Columns that the feed does not know; of what stands under no name at all nothing is said. */
function unknownOf(feed: Feed, { header }: Reading): string[] {
  return header.filter((name) => !(name in feed.columns) && !/^column \d+$/.test(name));
}

/** What of a file as a whole was guessed or looks wrong. */
function fileRemarks(feed: Feed, found: Survey, whole: Reading, habits: Habits): Remark[] {
  const remarks = new Remarks();
  const { delimiter, sheets } = whole;
  if (found.isGuessed) remarks.add({ kind: 'encoding-guessed', about: '', detail: { encoding: 'GB18030' } });
  if (delimiter !== undefined) remarks.add({ kind: 'delimiter-guessed', about: '', detail: { delimiter } });
  if (habits.decimalComma) remarks.add({ kind: 'decimal-comma', about: '', detail: {} });
  if (found.sheet === undefined && sheets !== undefined && sheets.others.length > 0)
    remarks.add({ kind: 'other-sheets', about: '', detail: { read: sheets.read, others: sheets.others.join(', ') } });
  const missing = Object.keys(feed.columns).filter((name) => !whole.header.includes(name));
  for (const name of unknownOf(feed, whole)) {
    const meant = meantName(name, missing);
    if (meant !== undefined) remarks.add({ kind: 'near-column', about: name, detail: { meant } });
  }
  return remarks.all();
}

/** Ends a delivery, and writes down whose it was: both or neither. */
function finish(session: Session, receipt: Receipt, door: Door | undefined): Promise<void> {
  return session.transaction(async () => {
    await finishDelivery(session, BigInt(receipt.delivery));
    if (door === undefined) return;
    const { name, who, at, requestId } = door;
    const deliveries = await receiptsAsAudited(session, [receipt.delivery]);
    const detail = { door: name, deliveries };
    await recordAudit(insideTransaction(session), {
      at,
      who,
      action: 'deliver',
      subject: receipt.feed,
      detail,
      requestId,
    });
  });
}

/** Refuses the rows that name somebody else than who delivers them. */
function signed(
  feed: Feed,
  candidates: readonly Candidate[],
  signer: Signer | undefined,
  tally: ChunkTally,
): readonly Candidate[] {
  if (signer === undefined) return candidates;
  return candidates.filter(({ row, given }) => {
    const fault = signerFault(String(row[signer.column]), signer);
    if (fault !== undefined) tally.refuse('rejected', given, fault, keyOf(feed, row));
    return fault === undefined;
  });
}

/** Why a row that names somebody is refused; undefined where it names who delivers it. */
export function signerFault(named: string, { column, name }: Signer): string | undefined {
  return samePerson(named, name)
    ? undefined
    : `${column} is ${quote(named)}: a decision is delivered by who made it, and ${quote(name)} delivers this`;
}

/** A chunk whose rows are parsed, on its way to becoming a batch. */
interface Parsed {
  readonly feed: Feed;
  readonly book: Book;
  readonly delivery: bigint;
  readonly chunk: readonly Row[];
  readonly candidates: readonly Candidate[];
  readonly tally: ChunkTally;
  /** Spans of days whose click partitions are known to be there. */
  readonly spans: Set<number>;
  readonly now: Instant | undefined;
  /** How many refused rows of the delivery are still kept. */
  readonly room: { left: number };
}

/** One batch: the chunk's rows judged and kept, counted, and the delivery moved on, or none of it. */
async function takeBatch(session: Session, of: Parsed, wakened: { accepted: number; rejected: number }): Promise<void> {
  const { feed, delivery, candidates, tally } = of;
  const isClicks = feed.name === 'clicks';
  if (isClicks) await prepareClickSpans(session, candidates as unknown as Candidate<ClickRow>[], of.spans);
  const woken = await session.transaction(async () => {
    if (!isClicks) await takeTurn(session);
    const book = await readBook(session, 'share');
    const batch = await nextBatch(session);
    const terms: JudgeTerms = { ...of.book, nextDay: book?.nextDay ?? null, batch, delivery, now: of.now };
    const woken = await judge(session, feed, candidates, tally, terms);
    await keepRemarks(session, delivery, tally.remarks.all());
    const kept = tally.refusals.slice(0, Math.max(0, of.room.left));
    tally.counts.unkept = tally.refusals.length - kept.length;
    of.room.left -= kept.length;
    await keepRefusals(session, [...kept, ...woken.flatMap((one) => one.tally.refusals)]);
    await countBatch(session, delivery, of.chunk.at(-1)?.row ?? 0, talliesOf(batch, delivery, tally, woken));
    return woken;
  });
  for (const { tally } of woken) {
    wakened.accepted += tally.counts.accepted;
    wakened.rejected += tally.counts.rejected;
  }
}
