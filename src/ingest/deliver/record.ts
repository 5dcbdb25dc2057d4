/**
 * Records what a person decides at the command line: rows of one or more feeds, judged like any delivery and with a
 * receipt of their own, in one batch. All of them are taken or none: a decision is never half recorded.
 */
import { createHash } from 'node:crypto';
import type { FeedRows } from '../../core/cases/decide.ts';
import { FEEDS } from '../../core/feeds/index.ts';
import type { Session } from '../../store/connection/session.ts';
import { countBatch, wholeDelivery } from '../../store/intake/deliveries.ts';
import { takeTurn } from '../../store/intake/intake.ts';
import { type Book, nextBatch, readBook } from '../../store/night/book.ts';
import { ChunkTally, parsed } from '../judge/chunk-tally.ts';
import { counts, judge } from '../judge/judge.ts';
import type { Row as Given } from '../source/row.ts';

/** Something was not recorded, for a reason that the person who asked can act on. Nothing was changed. */
export class NotRecorded extends Error {}

/**
 * Records rows in one transaction of its own; while it lasts no other decision and no opening of a day comes between
 * what `decide` reads and what it returns.
 * @param file what receipts call the delivery
 * @param decide looks at the book and says what is to be recorded, and what else belongs to the transaction
 * @throws NotRecorded when a row is refused: the whole is taken back
 */
export function record<T extends { readonly parts: readonly FeedRows[] }>(
  session: Session,
  file: string,
  decide: (book: Book) => Promise<T>,
): Promise<T> {
  return session.transaction(async () => {
    await takeTurn(session);
    const book = await readBook(session, 'share');
    if (book === undefined) throw new Error('this database holds no book: cps init makes one');
    const decided = await decide(book);
    const batch = await nextBatch(session);
    for (const part of decided.parts) await recordPart(session, book, batch, file, part);
    return decided;
  });
}

async function recordPart(session: Session, book: Book, batch: bigint, file: string, part: FeedRows): Promise<void> {
  const feed = FEEDS.find((known) => known.name === part.feed);
  if (feed === undefined) throw new Error(`${part.feed} is no feed`);
  const columns = Object.keys(feed.columns);
  const given = part.rows.map((row, i): Given => {
    const cells = columns.map((name) => (row[name] === undefined || row[name] === '' ? null : row[name]));
    return { line: i + 1, row: i + 1, raw: JSON.stringify(row), cells, aside: null, fault: null };
  });
  const text = JSON.stringify(part.rows);
  const sha256 = createHash('sha256').update(text).digest('hex');
  const of = { file, feed: feed.name, sha256, bytes: Buffer.byteLength(text), rows: given.length };
  const delivery = await wholeDelivery(session, of);
  const tally = new ChunkTally(feed.name, delivery);
  const candidates = parsed(feed, given, book, tally);
  await judge(session, feed, candidates, tally, { ...book, batch, delivery });
  const refused = tally.refusals[0];
  if (refused !== undefined) throw new NotRecorded(`${feed.name}: ${refused.reason}`);
  await countBatch(session, delivery, given.length, [
    { batch, delivery_id: delivery, feed: feed.name, woken: false, ...counts(tally.counts) },
  ]);
}
