/**
 * The one door to the books: appends events, the transfers they post, and what they make of lines, instructions and
 * statements, in the caller's transaction. Nothing else writes these tables. It asserts the run's epoch every time, so
 * that a run that lost its lock writes nothing more, and it decides nothing.
 */
import { hash as digest } from 'node:crypto';
import { sql } from 'kysely';
import { type Day, isoOf } from '../core/calendar.ts';
import { bodyText, type Event, sealText } from '../core/event.ts';
import { partitionOf } from '../core/ids.ts';
import { post } from '../core/ledger.ts';
import type { NightTree } from '../core/night-tree.ts';
import { nightTree } from './night-trees.ts';
import { type KeptStanding, keepProjections, type Placed } from './projections.ts';
import type { CopyValue, Session } from './session.ts';

/** What every append of a run needs to know of its book. */
export interface Pen {
  readonly epoch: bigint;
  readonly partitions: number;
  readonly digits: number;
}

/** An event to append; its subject decides the partition unless `home` (a party's id, or null for the run's own) does. */
export interface Entry {
  readonly event: Event;
  /** The id whose partition the event lies in: the order line's or the party's; null for partition 0. */
  readonly home: string | null;
  /** Position of the subject's last event before this batch, if there was one. */
  readonly previous?: bigint | null;
}

export interface Batch {
  readonly entries: readonly Entry[];
  readonly standings?: readonly KeptStanding[];
  /** How far the open night has come in each partition: day, step, last order line done. */
  readonly progress?: readonly Progress[];
}

export interface Progress {
  readonly partition: number;
  readonly day: Day;
  readonly step: number;
  readonly after: string;
}

export class Fenced extends Error {
  constructor() {
    super('another run has taken over this book; this one has stopped and wrote nothing more: see cps status');
  }
}

/** Where a partition's chain ends, and the night's tree over it so far. */
interface Head {
  position: bigint;
  hash: Buffer;
  readonly night: NightTree;
}

const LOG_COLUMNS = [
  'partition',
  'position',
  'type',
  'business_day',
  'occurred_at',
  'subject',
  'ordinal',
  'seller_id',
  'publisher_id',
  'previous',
  'body',
  'hash',
];
const TRANSFER_COLUMNS = ['partition', 'position', 'leg', 'business_day', 'type', 'debit', 'credit', 'amount'];

/**
 * Appends a batch in the current transaction.
 * @throws Fenced when the book's run epoch is no longer the pen's
 */
export async function append(session: Session, pen: Pen, batch: Batch): Promise<void> {
  await assertEpoch(session, pen);
  const partitions = new Set(batch.entries.map((entry) => homeOf(entry, pen)));
  for (const progress of batch.progress ?? []) partitions.add(progress.partition);
  if (partitions.size === 0) return;
  const heads = await lockHeads(session, [...partitions]);
  const written = seal(batch.entries, heads, pen);
  await session.copyIn('log', LOG_COLUMNS, written.log);
  await session.copyIn('transfer', TRANSFER_COLUMNS, written.transfers);
  await keepProjections(session, pen.partitions, written.placed, batch.standings ?? []);
  await moveHeads(session, heads, batch.progress ?? []);
}

async function assertEpoch(session: Session, pen: Pen): Promise<void> {
  const book = await session.db.selectFrom('book').select('run_epoch').forShare().executeTakeFirst();
  if (book?.run_epoch !== pen.epoch) throw new Fenced();
}

function homeOf(entry: Entry, pen: Pen): number {
  return entry.home === null ? 0 : partitionOf(entry.home, pen.partitions);
}

async function lockHeads(session: Session, partitions: number[]): Promise<Map<number, Head>> {
  const rows = await session.db
    .selectFrom('partition_head')
    .selectAll()
    .where('partition', 'in', partitions)
    .orderBy('partition')
    .forUpdate()
    .execute();
  return new Map(rows.map((row) => [row.partition, { position: row.position, hash: row.hash, night: nightTree(row) }]));
}

/** Gives every event its position, ordinal, predecessor and hash, and posts it. */
function seal(entries: readonly Entry[], heads: Map<number, Head>, pen: Pen) {
  const log: CopyValue[][] = [];
  const transfers: CopyValue[][] = [];
  const placed: Placed[] = [];
  const ordinals = new Map<string, number>();
  const lastOf = new Map<string, bigint>();
  for (const entry of entries) {
    const { event } = entry;
    const partition = homeOf(entry, pen);
    const head = heads.get(partition);
    if (head === undefined) throw new Error(`partition ${partition} has no head: the book was not made by cps init`);
    const legs = post(event);
    const position = head.position + 1n;
    const ordinal = legs.length === 0 ? 0 : next(ordinals, `${event.subject} ${event.type}`);
    const previous = lastOf.get(event.subject) ?? entry.previous ?? null;
    const body = bodyText(event, pen.digits);
    const text = sealText(event, { partition, position, ordinal, previous }, body, head.hash.toString('hex'));
    const hash = digest('sha256', text, 'buffer');
    log.push([
      partition,
      position,
      event.type,
      event.businessDay,
      isoOf(event.occurredAt),
      event.subject,
      ordinal,
      event.sellerId,
      event.publisherId,
      previous,
      body,
      hash,
    ]);
    legs.forEach(({ debit, credit, amount }, leg) => {
      transfers.push([partition, position, leg + 1, event.businessDay, event.type, debit, credit, amount]);
    });
    placed.push({ event, partition, position });
    lastOf.set(event.subject, position);
    head.position = position;
    head.hash = hash;
    head.night.add(hash, legs);
  }
  return { log, transfers, placed };
}

function next(counts: Map<string, number>, key: string): number {
  const count = (counts.get(key) ?? 0) + 1;
  counts.set(key, count);
  return count;
}

async function moveHeads(session: Session, heads: Map<number, Head>, progress: readonly Progress[]): Promise<void> {
  const moved = [...heads].map(([partition, head]) => ({ ...head, ...head.night.tally(partition) }));
  const bytea = (bytes: Buffer): string => `\\x${bytes.toString('hex')}`;
  await sql`
    update partition_head h set position = moved.position, hash = moved.hash, night_events = moved.events,
      night_transfers = moved.transfers, night_amount = moved.amount, night_peaks = moved.peaks
    from unnest(${moved.map((head) => head.partition)}::smallint[], ${moved.map((head) => String(head.position))}::bigint[],
      ${moved.map((head) => bytea(head.hash))}::bytea[], ${moved.map((head) => head.events)}::bigint[],
      ${moved.map((head) => head.transfers)}::bigint[], ${moved.map((head) => String(head.amount))}::numeric[],
      ${moved.map((head) => bytea(head.night.peaks()))}::bytea[])
      as moved (partition, position, hash, events, transfers, amount, peaks)
    where h.partition = moved.partition`.execute(session.db);
  if (progress.length === 0) return;
  await sql`
    update partition_head h set day = moved.day, step = moved.step, after = moved.after
    from unnest(${progress.map((one) => one.partition)}::smallint[], ${progress.map((one) => one.day)}::date[],
      ${progress.map((one) => one.step)}::smallint[], ${progress.map((one) => one.after)}::text[])
      as moved (partition, day, step, after)
    where h.partition = moved.partition`.execute(session.db);
}
