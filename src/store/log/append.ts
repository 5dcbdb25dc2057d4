/**
 * The one door to the books: appends events, the transfers they post, and what they make of lines, instructions and
 * statements, in the caller's transaction. Nothing else writes these tables. It asserts its epoch in the heads of the
 * partitions, under their locks, so that a run or worker that lost its turn writes nothing more, and it decides nothing.
 */
import type { Day } from '../../core/calendar.ts';
import { sha256Of } from '../../core/digest.ts';
import { bodyText, type Event, sealText } from '../../core/events/event.ts';
import { partitionOf } from '../../core/ids.ts';
import { post } from '../../core/ledger.ts';
import type { NightTree } from '../../core/proof/night-tree.ts';
import { transferRow } from '../../core/rows.ts';
import { BinaryRows } from '../connection/binary-rows.ts';
import { rewrite } from '../connection/rewrite.ts';
import type { Session } from '../connection/session.ts';
import { type Kinds, TypedRows } from '../connection/typed-rows.ts';
import { keptTree, nightTree, typesOf } from './night-trees.ts';
import { type KeptStanding, Projections } from './projections.ts';
import { Waiting, type Waits } from './waiting.ts';

/** What every append of a run needs to know of its book. */
export interface Pen {
  /** The run's, or that of a worker's claim (store/night/claims.ts). */
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
  /** Where the line stands after this event: with the last one of the line in the batch. */
  readonly standing?: KeptStanding;
  /** Of an event with which its line begins to wait for its receipt or closure, or ends it. */
  readonly waits?: Waits | undefined;
}

export interface Batch {
  readonly entries: readonly Entry[];
  /** How far the open night has come in each partition: day, step, last order line done. */
  readonly progress?: readonly Progress[];
}

/** Entries that are made while they are written, so that thousands of them never exist at once. */
export interface Flow {
  readonly entries: Iterable<Entry>;
  /** Of every partition that an entry lies in. */
  readonly progress: readonly Progress[];
}

export type Progress = Readonly<{ partition: number; day: Day; step: number; after: string }>;

/** Another run or worker has taken the partitions over: nothing of this batch was written. */
export class Fenced extends Error {
  constructor() {
    super('another run has taken over this book; this one has stopped and wrote nothing more: see cps status');
  }
}

const LOG = [
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
  'hash',
  'body',
] as const;

const TRANSFERS: Kinds = {
  partition: 'int2',
  position: 'int8',
  leg: 'int2',
  business_day: 'day',
  type: 'text',
  debit: 'text',
  credit: 'text',
  amount: 'int8',
};

/** Where a partition's chain ends, and the night's tree over it so far. */
interface Head {
  position: number;
  /** In hex. */
  hash: string;
  readonly night: NightTree;
  /** Its events since the last night's end, by type. */
  readonly types: Map<string, number>;
}

/**
 * Appends a batch in the current transaction.
 * @throws Fenced when the epoch of a head is no longer the pen's
 */
export async function append(session: Session, pen: Pen, batch: Batch | Flow): Promise<void> {
  const { entries, progress = [] } = batch;
  const partitions = new Set(progress.map(({ partition }) => partition));
  if (isList(entries)) for (const entry of entries) partitions.add(homeOf(entry, pen));
  if (partitions.size === 0) return;
  const heads = await lockHeads(session, pen, [...partitions]);
  const pages = new Pages(heads, pen);
  for (const entry of entries) pages.write(entry);
  await session.copyIn('log', pages.log);
  await session.copyIn('transfer', pages.transfers);
  await pages.projections.keep(session);
  await pages.waiting.keep(session);
  await moveHeads(session, heads, progress);
}

const isList = (entries: Iterable<Entry>): entries is readonly Entry[] => Array.isArray(entries);

function homeOf(entry: Entry, pen: Pen): number {
  return entry.home === null ? 0 : partitionOf(entry.home, pen.partitions);
}

async function lockHeads(session: Session, { epoch }: Pen, partitions: number[]): Promise<Map<number, Head>> {
  const rows = await session.db
    .selectFrom('partition_head')
    .selectAll()
    .where('partition', 'in', partitions)
    .orderBy('partition')
    .forUpdate()
    .execute();
  if (rows.some((row) => row.epoch !== epoch)) throw new Fenced();
  return new Map(
    rows.map((row) => [
      row.partition,
      { position: Number(row.position), hash: row.hash.toString('hex'), night: nightTree(row), types: typesOf(row) },
    ]),
  );
}

/** The rows of a batch: every event gets its position, ordinal, predecessor and hash, and is posted. */
class Pages {
  readonly log = new BinaryRows(LOG);
  readonly transfers = new TypedRows(TRANSFERS);
  readonly projections = new Projections();
  readonly waiting = new Waiting();
  readonly #heads: Map<number, Head>;
  readonly #pen: Pen;
  readonly #ordinals = new Map<string, number>();
  readonly #lastOf = new Map<string, number>();
  /** What the hash under way is taken over, in UTF-8, and the hash itself. */
  #sealed = Buffer.allocUnsafeSlow(16 * 1024);
  readonly #hash = Buffer.alloc(32);

  constructor(heads: Map<number, Head>, pen: Pen) {
    this.#heads = heads;
    this.#pen = pen;
  }

  write(entry: Entry): void {
    const { event } = entry;
    const partition = homeOf(entry, this.#pen);
    const head = this.#heads.get(partition);
    if (head === undefined) throw new Error(`partition ${partition} has no head: the book was not made by cps init`);
    const legs = post(event);
    const position = head.position + 1;
    const ordinal = legs.length === 0 ? 0 : this.#nextOrdinal(`${event.subject} ${event.type}`);
    const previous = this.#lastOf.get(event.subject) ?? entry.previous ?? null;
    this.#log(event, { partition, position, ordinal, previous }, head);
    for (let at = 0; at < legs.length; at++) {
      const leg = legs[at];
      if (leg !== undefined) this.transfers.add({ partition, position, ...transferRow(leg, at + 1, event) });
    }
    this.projections.note(event, entry.standing, { partition, position: String(position) });
    if (entry.waits !== undefined) this.waiting.note(partition, event.businessDay, entry.waits);
    this.#lastOf.set(event.subject, position);
    head.position = position;
    head.night.add(this.#hash, legs);
    head.types.set(event.type, (head.types.get(event.type) ?? 0) + 1);
  }

  /** Seals an event and writes its row: the bytes of its body are written once, hashed with the rest and copied from there. */
  #log(event: Event, place: Parameters<typeof sealText>[1], head: Head): void {
    const body = bodyText(event, this.#pen.digits);
    const text = sealText(event, place, body, head.hash);
    // A UTF-16 unit takes at most three bytes in UTF-8.
    if (text.length * 3 > this.#sealed.length) this.#sealed = Buffer.allocUnsafeSlow(text.length * 4);
    const sealed = this.#sealed.write(text);
    head.hash = sha256Of(this.#sealed.subarray(0, sealed));
    this.#hash.write(head.hash, 'hex');
    const { log } = this;
    log.row();
    log.int2(place.partition);
    log.int8(place.position);
    log.text(event.type);
    log.day(event.businessDay);
    log.instant(event.occurredAt);
    log.text(event.subject);
    log.int2(place.ordinal);
    log.text(event.sellerId);
    log.text(event.publisherId);
    log.int8(place.previous);
    log.bytes(this.#hash, 0, this.#hash.length);
    // The body is the last of what is sealed, with a comma behind it.
    const own = sealed === text.length ? body.length : Buffer.byteLength(body);
    log.bytes(this.#sealed, sealed - 1 - own, sealed - 1);
  }

  #nextOrdinal(key: string): number {
    const ordinal = (this.#ordinals.get(key) ?? 0) + 1;
    this.#ordinals.set(key, ordinal);
    return ordinal;
  }
}

async function moveHeads(session: Session, heads: Map<number, Head>, progress: readonly Progress[]): Promise<void> {
  const moved = [...heads].map(([partition, { position, hash, night, types }]) => ({
    partition,
    position,
    hash: `\\x${hash}`,
    ...keptTree(night),
    night_types: JSON.stringify(Object.fromEntries(types)),
  }));
  await rewrite(session, 'partition_head', ['partition'], moved);
  await rewrite(session, 'partition_head', ['partition'], progress);
}
