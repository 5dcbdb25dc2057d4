/** Deliveries: begun, resumed, counted and finished; what was refused and why. */

import { type Insertable, sql } from 'kysely';
import { type Instant, isoOf } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';
import { digestKey } from '../log/opened.ts';
import type { Doer } from '../people/audit.ts';
import type { Row, Tables } from '../schema/tables.ts';
import { digestOfBatch } from './sealed.ts';

export interface Delivery {
  readonly id: bigint;
  /** Data rows already taken in, by a delivery that was cut short. */
  readonly rowsRead: number;
}

/** What a delivery's rows are counted as; `unkept` are those refused that are only counted, and not kept to be looked at. */
export const COUNTS = ['accepted', 'duplicate', 'conflict', 'rejected', 'parked', 'unkept'] as const;
type Count = (typeof COUNTS)[number];

export function eachCount<T>(value: (name: Count) => T): Record<Count, T> {
  return Object.fromEntries(COUNTS.map((name) => [name, value(name)])) as Record<Count, T>;
}

/** Counts of a delivery's rows; `read` is their sum. */
export type Tally = Record<Count, number> & {
  /** Sum of the accepted rows' amounts, in minor units. */
  amount: bigint;
};

/** Counts that have counted nothing. */
export const noTally = (): Tally => ({ ...eachCount(() => 0), amount: 0n });

/**
 * Takes the session's lock on this very file and finds its unfinished delivery, or begins one. Two deliveries of one
 * file at once wait for each other; the second then finds everything delivered.
 */
export async function beginDelivery(
  session: Session,
  of: { file: string; feed: string; sha256: string; bytes: number; read_as: string },
  who: Doer | undefined,
): Promise<Delivery> {
  await sql`select pg_advisory_lock(hashtextextended(${`${of.feed} ${of.sha256}`}, 7702014))`.execute(session.db);
  const unfinished = await session.db
    .selectFrom('delivery')
    .select(['delivery_id', 'rows_read'])
    .where('sha256', '=', of.sha256)
    .where('feed', '=', of.feed)
    .where('read_as', '=', of.read_as)
    .where((eb) => eb.not('finished'))
    .executeTakeFirst();
  if (unfinished !== undefined) return { id: unfinished.delivery_id, rowsRead: Number(unfinished.rows_read) };
  const made = await session.db
    .insertInto('delivery')
    .values({ ...of, ...broughtBy(who), bytes: BigInt(of.bytes) })
    .returning('delivery_id')
    .executeTakeFirstOrThrow();
  return { id: made.delivery_id, rowsRead: 0 };
}

/** Leaves a delivery that is taken in whole, in the current transaction: rows that a command records, and no file. */
export async function wholeDelivery(
  session: Session,
  of: { file: string; feed: string; sha256: string; bytes: number; rows: number },
  who: Doer | undefined,
): Promise<bigint> {
  const { file, feed, sha256, bytes, rows } = of;
  const made = await session.db
    .insertInto('delivery')
    .values({ file, feed, sha256, ...broughtBy(who), bytes: BigInt(bytes), rows_read: BigInt(rows), finished: true })
    .returning('delivery_id')
    .executeTakeFirstOrThrow();
  return made.delivery_id;
}

/** Who a delivery is of; nobody of what the engine records by itself. */
const broughtBy = (who: Doer | undefined) => ({
  by_name: who?.name ?? null,
  by_issuer: who?.identity.issuer ?? null,
  by_identity: who?.identity.subject ?? null,
});

/** Lets the lock on a file go, so that another delivery of it may go on. */
export async function releaseDelivery(session: Session, of: { feed: string; sha256: string }): Promise<void> {
  await sql`select pg_advisory_unlock(hashtextextended(${`${of.feed} ${of.sha256}`}, 7702014))`.execute(session.db);
}

/** Marks a delivery as read to its end. */
export async function finishDelivery(session: Session, id: bigint): Promise<void> {
  await session.db.updateTable('delivery').set({ finished: true }).where('delivery_id', '=', id).execute();
}

/** Moves a delivery on by a batch's rows, in the batch's transaction. */
export async function countBatch(
  session: Session,
  delivery: bigint,
  rowsRead: number,
  tallies: readonly NewTally[],
): Promise<void> {
  await session.db
    .updateTable('delivery')
    .set({ rows_read: BigInt(rowsRead) })
    .where('delivery_id', '=', delivery)
    .execute();
  await keepTallies(session, tallies);
}

type NewTally = Insertable<Tables['tally']> & { readonly batch: bigint };

/** Keeps the counts of a batch, all of them, with the digest of its rows in tables that nights seal. */
export async function keepTallies(session: Session, tallies: readonly NewTally[]): Promise<void> {
  const own = tallies.find(({ feed, woken }) => woken !== true && !TRADE.includes(feed));
  const digest = own === undefined ? null : await digestOfBatch(session, await digestKey(session), own.batch);
  if (tallies.length > 0)
    await session.db
      .insertInto('tally')
      .values(tallies.map((one) => (one.woken === true ? one : { ...one, digest })))
      .execute();
}

/** The feeds of which nothing goes into a table that nights seal. */
const TRADE = ['clicks', 'orders', 'receipts', 'closures', 'refunds', 'corrections', 'risk-decisions'];

/** A delivery's receipt: the counts of its rows at its delivery, resumed parts included. */
export async function receiptOf(session: Session, delivery: bigint): Promise<Tally> {
  const each = [...COUNTS, 'amount'].map((name) => sql`coalesce(sum(${sql.ref(name)}), 0)::bigint as ${sql.ref(name)}`);
  const sums = await session.first(sql<Record<keyof Tally, bigint>>`
    select ${sql.join(each)} from tally where delivery_id = ${delivery} and not woken`);
  return sums === undefined ? noTally() : { ...eachCount((name) => Number(sums[name])), amount: sums.amount };
}

export interface Refusal {
  readonly deliveryId: bigint;
  readonly feed: string;
  readonly line: number;
  readonly verdict: 'conflict' | 'rejected';
  readonly reason: string;
  /** The column that the reason is about, where it is about one. */
  readonly column: string | null;
  readonly cells: readonly (string | null)[] | null;
  readonly raw: string;
  /** What it would have been known under, where that reads. */
  readonly key: string | null;
  /** The delivery that had a row of the same key accepted later. */
  mendedBy: bigint | null;
}

/** Keeps rows that were refused, in the order of the file, and that a later row of the chunk mended some. */
export async function keepRefusals(session: Session, refusals: readonly Refusal[]): Promise<void> {
  const rows = refusals.map(({ deliveryId, cells, column, mendedBy: _, ...refusal }) => ({
    delivery_id: deliveryId,
    ...refusal,
    about: column,
    cells: cells === null ? null : JSON.stringify(cells),
  }));
  await session.copyIn('refusal', rows);
  const mended = refusals.filter(({ mendedBy }) => mendedBy !== null);
  if (mended.length === 0) return;
  await sql`insert into refusal_end (refusal_id, mended_by)
    select r.refusal_id, r.delivery_id from refusal r
    join unnest(${mended.map(({ deliveryId }) => String(deliveryId))}::bigint[],
      ${mended.map(({ line }) => String(line))}::bigint[], ${mended.map(({ key }) => key ?? '')}::text[])
      as m (delivery_id, line, key) on r.delivery_id = m.delivery_id and r.line = m.line and r.key = m.key
    on conflict (refusal_id) do nothing`.execute(session.db);
}

/** How many refused rows of a delivery are only counted. */
export interface Unkept {
  readonly file: string;
  readonly feed: string;
  readonly count: number;
}

/** Deliveries of which not every refused row was kept, of one feed or of all. */
export async function unkeptRefusals(session: Session, feed?: string): Promise<Unkept[]> {
  const rows = await session.all(sql<{ file: string; feed: string; count: bigint }>`
    select d.file, d.feed, sum(t.unkept)::bigint as count from tally t join delivery d on d.delivery_id = t.delivery_id
    where t.unkept > 0 and ${feed === undefined ? sql`true` : sql`d.feed = ${feed}`}
    group by d.delivery_id order by d.delivery_id`);
  return rows.map(({ count, ...of }) => ({ ...of, count: Number(count) }));
}

/** How a refused row ended, beside the row as `r`. */
export const WITH_END = sql`left join refusal_end e on e.refusal_id = r.refusal_id`;
const END = sql`e.mended_by, e.dismissed_by, e.dismissed_at, e.dismissed_why`;
/** Of such a row that it is neither mended nor dismissed. */
export const IS_OPEN = sql<boolean>`e.refusal_id is null`;
export const REFUSED = sql`r.refusal_id, d.file, r.feed, r.line, r.verdict, r.reason, r.cells, r.raw, ${END}`;

/** How a refused row ended; null of one that is open. */
export type RefusalEnd = {
  readonly [K in Exclude<keyof Row<'refusal_end'>, 'refusal_id'>]: Row<'refusal_end'>[K] | null;
};

/** Ends the refusals of a feed under some keys: a delivery had rows of them accepted. `keys` is asked for where there is one. */
export async function mendRefusals(
  session: Session,
  feed: string,
  delivery: bigint,
  keys: () => readonly string[],
): Promise<void> {
  const any = await session.first(sql<{ refusal_id: bigint }>`
    select refusal_id from refusal where feed = ${feed} and key is not null limit 1`);
  if (any === undefined) return;
  await sql`insert into refusal_end (refusal_id, mended_by)
    select r.refusal_id, ${delivery}::bigint from refusal r ${WITH_END}
    where r.feed = ${feed} and r.key = any(${keys()}) and ${IS_OPEN}`.execute(session.db);
}

/** Ends one refusal: it was mended by hand. */
export async function mendRefusal(session: Session, id: bigint, delivery: bigint): Promise<void> {
  await sql`insert into refusal_end (refusal_id, mended_by) values (${id}, ${delivery})
    on conflict (refusal_id) do nothing`.execute(session.db);
}

/** Ends one refusal: a person says that nothing comes of it; false where it had ended. */
export async function dismissRefusal(
  session: Session,
  id: bigint,
  { by, at, why }: { readonly by: string; readonly at: Instant; readonly why: string },
): Promise<boolean> {
  const row = await session.first(sql<{ refusal_id: bigint }>`
    insert into refusal_end (refusal_id, dismissed_by, dismissed_at, dismissed_why)
    values (${id}, ${by}, ${isoOf(at)}, ${why}) on conflict (refusal_id) do nothing returning refusal_id`);
  return row !== undefined;
}

export type StoredRefusal = Omit<Row<'refusal'>, 'delivery_id' | 'key' | 'about'> &
  Pick<Row<'delivery'>, 'file'> &
  RefusalEnd;

/** What was refused of one file as it was delivered last. */
export function refusalsOf(session: Session, of: { feed: string; sha256: string }): Promise<StoredRefusal[]> {
  return session.all(sql<StoredRefusal>`
    select ${REFUSED}
    from refusal r join (
      select delivery_id, file from delivery where feed = ${of.feed} and sha256 = ${of.sha256}
      order by delivery_id desc limit 1) d on d.delivery_id = r.delivery_id ${WITH_END}
    order by r.refusal_id`);
}

/** What was refused, of one feed or of all, as delivered: what is still open, or all of it. */
export function refusals(
  session: Session,
  feed?: string,
  which: 'open' | 'all' = 'all',
): AsyncGenerator<StoredRefusal[]> {
  const query = sql<StoredRefusal>`
    select ${REFUSED}
    from refusal r join delivery d on d.delivery_id = r.delivery_id ${WITH_END}
    where ${feed === undefined ? sql`true` : sql`r.feed = ${feed}`} and ${which === 'all' ? sql`true` : IS_OPEN}
    order by r.feed, r.refusal_id`;
  return session.stream(query);
}
