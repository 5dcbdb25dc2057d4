/**
 * What verifying reads of the log and of what was made of it: streams by position, and rows by key. It compares nothing.
 * Every read takes place in one snapshot, which other connections can share.
 */

import { sql } from 'kysely';
import type { Day } from '../../core/calendar.ts';
import type { EventType } from '../../core/events/event.ts';
import { recordOf } from '../../core/events/index.ts';
import type { NightTree } from '../../core/proof/night-tree.ts';
import type { Session } from '../connection/session.ts';
import { typeList } from '../event-types.ts';
import type { KeptTree } from '../log/night-trees.ts';
import type { Row } from '../schema/tables.ts';

/** An event as stored. */
export interface LogRow extends Omit<Row<'log'>, 'partition'> {
  /** Whether the stored instant has more than milliseconds, which no event has. */
  readonly finer: boolean;
}

export type TransferRow = Omit<Row<'transfer'>, 'partition'>;

/** A row of a table with all its columns, whatever they are. */
export type AnyRow = Readonly<Record<string, unknown>>;

/** The number of the snapshot of the current transaction, for other connections to see the same. */
export async function shareSnapshot(session: Session): Promise<string> {
  const row = await session.first(sql<{ id: string }>`select pg_export_snapshot() as id`);
  const id = row?.id;
  if (id === undefined) throw new Error('the database gave no snapshot');
  return id;
}

/**
 * Runs `work` in a read-only transaction that sees a shared snapshot. Its reads are by key, whatever the planner thinks
 * of a table's size: a batch must never cost a pass over the log.
 */
export function inSharedSnapshot<T>(session: Session, id: string, work: () => Promise<T>): Promise<T> {
  return session.transaction(async () => {
    await session.client.query('set transaction isolation level repeatable read, read only');
    await session.client.query(`set transaction snapshot '${id.replace(/[^0-9A-Za-z-]/g, '')}'`);
    await planByKey(session, true);
    return work();
  });
}

/** The same reads in the transaction that is open, whose plans are as usual again after it. */
export async function readingByKey<T>(session: Session, work: () => Promise<T>): Promise<T> {
  await planByKey(session, true);
  const answer = await work();
  await planByKey(session, false);
  return answer;
}

async function planByKey(session: Session, byKey: boolean): Promise<void> {
  const settings = ['enable_hashjoin', 'enable_mergejoin', 'enable_seqscan', 'enable_bitmapscan', 'jit'];
  await session.client.query('select set_config(name, $1, true) from unnest($2::text[]) name', [
    byKey ? 'off' : 'on',
    settings,
  ]);
}

const EVENT = sql`position, type::text as type, business_day, occurred_at,
  date_trunc('milliseconds', occurred_at) <> occurred_at as finer, subject, ordinal, seller_id, publisher_id, previous,
  body, hash`;

/** A partition's events by position. */
export function logRows(session: Session, partition: number, size: number): AsyncGenerator<LogRow[]> {
  return session.stream(sql<LogRow>`select ${EVENT} from log where partition = ${partition} order by position`, size);
}

/** Every event of some types through a day, by partition and position. */
export function eventsOf(
  session: Session,
  types: readonly EventType[],
  through: Day,
): Promise<(LogRow & { partition: number })[]> {
  const ofRun = types.every((type) => recordOf(type).home === 'run');
  return session.all(sql<LogRow & { partition: number }>`
    select partition, ${EVENT} from log
    where type in ${typeList(types)} and business_day <= ${through} and ${ofRun ? sql`partition = 0` : sql`true`}
    order by partition, position`);
}

/** A partition's transfers by position and leg. */
export function transferRows(session: Session, partition: number, size: number): AsyncGenerator<TransferRow[]> {
  const query = sql<TransferRow>`
    select position, leg, business_day, type::text as type, debit, credit, amount
    from transfer where partition = ${partition} order by position, leg`;
  return session.stream(query, size);
}

/** The events at some positions and, by `previous`, those of their subjects before them; by position. */
export async function eventsBefore(
  session: Session,
  partition: number,
  positions: readonly bigint[],
): Promise<LogRow[]> {
  if (positions.length === 0) return [];
  return session.all(sql<LogRow>`
    with recursive chain as (
      select * from log where partition = ${partition} and position = any(${positions}::bigint[])
      union all
      select l.* from chain c join log l on l.partition = ${partition} and l.position = c.previous
        and l.position < c.position and l.subject = c.subject)
    select ${EVENT} from chain order by position`);
}

/** The rows of a table that some ids in a column have, by these; of one partition where it is given. */
export async function rowsUnder(
  session: Session,
  table: 'attribution' | 'settlement' | 'instruction' | 'promotion',
  column: string,
  ids: readonly string[],
  partition?: number,
): Promise<Map<string, AnyRow>> {
  if (ids.length === 0) return new Map();
  const home = partition === undefined ? sql`true` : sql`partition = ${partition}`;
  const rows = await session.all(sql<AnyRow>`
    select * from ${sql.table(table)} where ${home} and ${sql.ref(column)} = any(${ids})`);
  return new Map(rows.map((row) => [String(row[column]), row]));
}

/** The statements of some publishers, by `publisher month`. */
export async function statementRows(session: Session, publishers: readonly string[]): Promise<Map<string, AnyRow>> {
  if (publishers.length === 0) return new Map();
  const rows = await session.all(sql<AnyRow>`select * from statement where publisher_id = any(${publishers})`);
  return new Map(rows.map((row) => [`${String(row['publisher_id'])} ${String(row['month'])}`, row]));
}

/** Where a partition ends by its head, and what the head keeps of the tree of the night under way, written as text. */
export interface HeadRow {
  readonly position: bigint;
  readonly hash: string;
  readonly night: string;
}

/** How the tree of a night under way is written beside another. */
export function nightText(tree: NightTree): string {
  const { events, transfers, amount } = tree.tally(0);
  return `${events} events, ${transfers} transfers of ${amount}, ${tree.peaks().toString('hex') || '-'}`;
}

/** Where each partition ends, with the tree of the night under way; by partition. */
export async function headsOf(session: Session): Promise<Map<number, HeadRow>> {
  const rows = await session.all(sql<KeptTree & { partition: number; position: bigint; hash: Buffer }>`
    select partition, position, hash, night_events, night_transfers, night_amount, night_peaks
    from partition_head order by partition`);
  const night = (row: KeptTree): string =>
    `${row.night_events} events, ${row.night_transfers} transfers of ${row.night_amount}, ${row.night_peaks.toString('hex') || '-'}`;
  return new Map(
    rows.map((row) => [row.partition, { position: row.position, hash: row.hash.toString('hex'), night: night(row) }]),
  );
}

/** The policies that nights are given. */
export function policyRows(
  session: Session,
): Promise<{ version: number; name: string; rules: number; document: string }[]> {
  return session.db.selectFrom('policy').select(['version', 'name', 'rules', 'document']).orderBy('version').execute();
}

/** What the run's own partition says of policies, deliveries and nights, by position. */
export function runEvents(session: Session): AsyncGenerator<LogRow[]> {
  const query = sql<LogRow>`
    select ${EVENT} from log
    where partition = 0 and type in ('PolicyAdopted', 'DeliveriesSealed', 'RunCompleted') order by position`;
  return session.stream(query, 500);
}
