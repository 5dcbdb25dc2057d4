/**
 * Records rows that people typed, of one feed or of several: judged like any delivery and with a receipt of their own, in
 * one batch. All of them are taken or none: a decision is never half recorded.
 */
import { createHash } from 'node:crypto';
import type { FeedRows } from '../../core/cases/decide.ts';
import { HabitVote } from '../../core/feeds/habits.ts';
import { type ClickRow, FEEDS } from '../../core/feeds/index.ts';
import { Refusal } from '../../core/refusal.ts';
import { insideTransaction } from '../../store/connection/nested-transaction.ts';
import type { Session } from '../../store/connection/session.ts';
import { keepRefusals, keepTallies, wholeDelivery } from '../../store/intake/deliveries.ts';
import { takeTurn } from '../../store/intake/intake.ts';
import { keepRemarks } from '../../store/intake/remarks.ts';
import { type Book, nextBatch, readBook } from '../../store/night/book.ts';
import type { Door } from '../../store/people/audit.ts';
import { type Candidate, ChunkTally, parsed } from '../judge/chunk-tally.ts';
import { prepareClickSpans } from '../judge/clicks.ts';
import { judge, talliesOf } from '../judge/judge.ts';
import { NUL_FAULT, rowOf, tooLong, tooLongFault } from '../source/row.ts';
import type { Receipt } from './deliver.ts';

/**
 * Records rows in one transaction of its own; while it lasts no other decision and no opening of a day comes between
 * what `decide` reads and what it returns.
 * @param of `file` is what receipts call the delivery; whoever names a door writes the receipts into the audit
 * @param decide looks at the book and says what is to be recorded, and what else belongs to the transaction
 * @returns what was decided, and a receipt a feed
 * @throws Refusal when a row is refused: the whole is taken back
 */
export function record<T extends { readonly parts: readonly FeedRows[] }>(
  session: Session,
  of: { readonly file: string; readonly door?: Door },
  decide: (book: Book) => Promise<T>,
): Promise<{ decided: T; receipts: Receipt[] }> {
  return session.transaction(async () => {
    await takeTurn(session);
    const book = await readBook(session, 'share');
    if (book === undefined) throw new Error('this database holds no book: cps init makes one');
    const decided = await decide(book);
    const batch = await nextBatch(session);
    const receipts: Receipt[] = [];
    const isOne = decided.parts.length === 1;
    const tallies: PartTally[] = [];
    for (const part of decided.parts) receipts.push(await recordPart(session, book, batch, of, part, isOne, tallies));
    await keepTallies(session, tallies);
    return { decided, receipts };
  });
}

/** Records rows as they are, and answers with their receipts, one a feed. @throws Refusal as `record` does */
export async function recordRows(
  session: Session,
  file: string,
  parts: readonly FeedRows[],
  door?: Door,
): Promise<Receipt[]> {
  const of = door === undefined ? { file } : { file, door };
  return (await record(session, of, async () => ({ parts }))).receipts;
}

type PartTally = Parameters<typeof keepTallies>[1][number];

async function recordPart(
  session: Session,
  book: Book,
  batch: bigint,
  { file, door }: { readonly file: string; readonly door?: Door },
  part: FeedRows,
  isOne: boolean,
  tallies: PartTally[],
): Promise<Receipt> {
  const feed = FEEDS.find((known) => known.name === part.feed);
  if (feed === undefined) throw new Error(`${part.feed} is no feed`);
  const columns = Object.keys(feed.columns);
  const given = part.rows.map((row, i) => {
    const cells = columns.map((name) => (row[name] === undefined || row[name] === '' ? null : row[name]));
    const others = Object.entries(row).filter(([name]) => !columns.includes(name));
    const aside = others.length === 0 ? null : Object.fromEntries(others);
    const fault = faultOf(Object.entries(row));
    return rowOf(i + 1, i + 1, JSON.stringify(row), fault ?? { cells, aside });
  });
  const text = part.rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const sha256 = createHash('sha256').update(text).digest('hex');
  const of = { file, feed: feed.name, sha256, bytes: Buffer.byteLength(text) };
  const delivery = await wholeDelivery(session, { ...of, rows: given.length }, door?.who);
  const ledger = new ChunkTally(feed.name, delivery);
  const vote = new HabitVote(feed, book.digits);
  for (const { cells } of given) if (cells !== null) vote.take(cells);
  const candidates = parsed(feed, given, book, ledger, vote.habits());
  if (feed.name === 'clicks')
    await prepareClickSpans(insideTransaction(session), candidates as unknown as Candidate<ClickRow>[], new Set());
  const woken = await judge(session, feed, candidates, ledger, { ...book, batch, delivery, now: undefined });
  const refused = ledger.refusals[0];
  if (refused !== undefined) throw new Refusal(isOne ? refused.reason : `${feed.name}: ${refused.reason}`);
  const notices = ledger.remarks.all();
  await keepRemarks(session, delivery, notices);
  await keepRefusals(
    session,
    woken.flatMap((one) => one.tally.refusals),
  );
  tallies.push(...talliesOf(batch, delivery, ledger, woken));
  const unknownColumns = [...new Set(part.rows.flatMap((row) => Object.keys(row)))].filter(
    (name) => !columns.includes(name),
  );
  const sumOf = (verdict: 'accepted' | 'rejected') => woken.reduce((sum, one) => sum + one.tally.counts[verdict], 0);
  const wakened = { accepted: sumOf('accepted'), rejected: sumOf('rejected') };
  const counted = { read: given.length, ...ledger.counts, unknownColumns, woken: wakened, notices, resumedAfter: 0 };
  return { delivery: Number(delivery), ...of, ...counted };
}

/** Why no cell of a row is looked at, as for a row of a file. */
function faultOf(cells: readonly (readonly [name: string, text: string])[]): string | undefined {
  const long = cells.find(([, text]) => tooLong(text));
  if (long !== undefined) return tooLongFault(long[0]);
  return cells.some((cell) => cell.join('').includes('\0')) ? NUL_FAULT : undefined;
}
