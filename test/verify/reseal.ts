/**
 * Seals a whole log anew, as its owner could: hashes, the digests of statements, and what each night recorded of heads,
 * counts, sums and roots, in the log and in every table beside it. What the events decided is left as it was found.
 */
import { createHash } from 'node:crypto';
import { payable } from '../../src/core/accounts.ts';
import { type Event, type PartitionTally, sealText } from '../../src/core/events/event.ts';
import { readBody } from '../../src/core/events/event-body.ts';
import { post } from '../../src/core/ledger.ts';
import { formatMoney } from '../../src/core/money.ts';
import { NightTree, rootOfNight } from '../../src/core/proof/night-tree.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { genesis } from '../../src/store/night/book.ts';
import { type LogRow, logRows } from '../../src/store/proof/proof.ts';

const DIGITS = 2;

/** A partition's events, by position. */
export async function eventsOf(session: Session, partition: number): Promise<LogRow[]> {
  const all: LogRow[] = [];
  for await (const rows of logRows(session, partition, 5000)) all.push(...rows);
  return all;
}

/** The event of a row with another body; undefined where that body does not read. */
export function withBody(row: LogRow, body: string): Event | undefined {
  const read = readBody(row.type, body, DIGITS);
  if ('unreadable' in read) return undefined;
  const { type, business_day: businessDay, occurred_at: occurredAt, subject } = row;
  const parties = { sellerId: row.seller_id, publisherId: row.publisher_id };
  return { type, businessDay, occurredAt, subject, ...parties, body: read } as Event;
}

interface Sealed {
  readonly entry: string;
  readonly hash: string;
}

interface Partition {
  readonly rows: readonly LogRow[];
  at: number;
  hash: string;
  tree: NightTree;
}

class Resealing {
  readonly #partitions: Partition[];
  /** By payable and month, the events that moved it. */
  readonly #moved = new Map<string, Sealed[]>();
  /** The hash of the event that opened the book. */
  #opened = '';
  readonly #session: Session;
  readonly #keepsDigests: boolean;

  constructor(session: Session, rows: readonly LogRow[][], keepsDigests: boolean) {
    this.#session = session;
    this.#keepsDigests = keepsDigests;
    this.#partitions = rows.map((own, partition) => {
      return { rows: own, at: 0, hash: genesis(partition).toString('hex'), tree: new NightTree() };
    });
  }

  /** Night after night, the run's own partition last. */
  async all(): Promise<void> {
    const days = new Set(this.#partitions.flatMap(({ rows }) => rows.map((row) => row.business_day)));
    for (const day of [...days].sort()) {
      for (let partition = this.#partitions.length - 1; partition >= 0; partition--) await this.#day(partition, day);
    }
    for (const [partition, { hash, tree }] of this.#partitions.entries()) {
      const { events, transfers, amount } = tree.tally(partition);
      await this.#session.client.query(
        `update partition_head set hash = $1, night_events = $2, night_transfers = $3, night_amount = $4, night_peaks = $5
         where partition = $6`,
        [Buffer.from(hash, 'hex'), events, transfers, String(amount), tree.peaks(), partition],
      );
    }
  }

  async #day(partition: number, day: string): Promise<void> {
    const own = this.#partitions[partition];
    if (own === undefined) return;
    for (let row = own.rows[own.at]; row?.business_day === day; row = own.rows[own.at]) {
      await this.#seal(own, partition, row);
      own.at++;
    }
  }

  async #seal(own: Partition, partition: number, row: LogRow): Promise<void> {
    const body = row.type === 'RunCompleted' ? this.#completed(row) : this.#stated(row);
    const event = withBody(row, body);
    if (event === undefined) throw new Error(`no body of ${row.type}: ${body}`);
    const { position, ordinal, previous } = row;
    const text = sealText(event, { partition, position, ordinal, previous }, body, own.hash);
    own.hash = createHash('sha256').update(text).digest('hex');
    if (row.type === 'BookOpened') this.#opened = own.hash;
    const legs = post(event);
    if (row.type === 'RunCompleted') for (const one of this.#partitions) one.tree = new NightTree();
    own.tree.add(Buffer.from(own.hash, 'hex'), legs);
    const account = payable(event.publisherId ?? '');
    if (legs.some(({ debit, credit }) => debit === account || credit === account)) {
      const key = `${account} ${row.business_day.slice(0, 7)}`;
      const entry = `${row.business_day}.${row.type}.${row.subject}.${ordinal}`;
      this.#moved.set(key, [...(this.#moved.get(key) ?? []), { entry, hash: own.hash }]);
    }
    await this.#session.client.query('update log set body = $1, hash = $2 where partition = $3 and position = $4', [
      body,
      Buffer.from(own.hash, 'hex'),
      partition,
      position,
    ]);
  }

  /** A statement's body, with the digest of its lines as they are now. */
  #stated(row: LogRow): string {
    if (row.type !== 'StatementIssued' || this.#keepsDigests) return row.body;
    const body = JSON.parse(row.body) as { month: string; lines: { count: number; digest: string } };
    const lines = [...(this.#moved.get(`${payable(row.publisher_id ?? '')} ${body.month}`) ?? [])];
    lines.sort((a, b) => (a.entry < b.entry ? -1 : 1));
    const digest = createHash('sha256');
    for (const { hash } of lines) digest.update(Buffer.from(hash, 'hex'));
    return JSON.stringify({ ...body, lines: { count: lines.length, digest: digest.digest('hex') } });
  }

  #completed(row: LogRow): string {
    const heads = this.#partitions.map(
      ({ rows, at, hash }, i) => [i, Number(rows[at - 1]?.position ?? 0n), hash] as const,
    );
    const all = this.#partitions.map(({ tree }, i): PartitionTally => tree.tally(i));
    const tallies = all.filter(({ events }) => events > 0);
    const shown = tallies.map((tally) => ({ ...tally, amount: formatMoney(tally.amount, DIGITS) }));
    const { policy } = JSON.parse(row.body) as { policy: number };
    return JSON.stringify({
      v: 1,
      policy,
      heads,
      tallies: shown,
      root: rootOfNight(this.#opened, heads, tallies, DIGITS),
    });
  }

  async roots(): Promise<void> {
    await this.#session.client.query(
      `update night_root r set root = decode(l.body->>'root', 'hex') from log l
       where l.partition = 0 and l.position = r.position`,
    );
  }
}

/** Seals the whole log anew, in a session that triggers do not hold; `keepsDigests` leaves those of statements as found. */
export async function reseal(session: Session, partitions: number, keepsDigests = false): Promise<void> {
  const rows = [];
  for (let partition = 0; partition < partitions; partition++) rows.push(await eventsOf(session, partition));
  const work = new Resealing(session, rows, keepsDigests);
  await work.all();
  await work.roots();
}
