/** How far a book's nights have come: opening and completing days, epochs, heads, and the lock of the one run. */

import { sql } from 'kysely';
import type { Day } from '../../core/calendar.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Session } from '../connection/session.ts';
import type { Row } from '../schema/tables.ts';

export interface DayOpening {
  readonly day: Day;
  readonly through: bigint;
  readonly policy: Policy;
  readonly policyVersion: number;
}

/** The key of the advisory lock that a run holds. */
export const RUN_LOCK = 7_702_013n;

/** Takes the lock of the one run, for this connection's life; false when another run has it. */
export async function lockRun(session: Session): Promise<boolean> {
  const row = await session.first(sql<{ locked: boolean }>`select pg_try_advisory_lock(${RUN_LOCK}) as locked`);
  return row?.locked === true;
}

/** Lets the lock of the run go. */
export async function unlockRun(session: Session): Promise<void> {
  await sql`select pg_advisory_unlock(${RUN_LOCK})`.execute(session.db);
}

/** The greatest batch number given out. The caller holds the book row for update, so none of them is still under way. */
export async function lastBatch(session: Session): Promise<bigint> {
  const row = await session.first(sql<{ last: bigint }>`select last_value as last from batch_number`);
  return row?.last ?? 0n;
}

/** The last batch that a night has seen; 0 before any. */
export async function lastThrough(session: Session): Promise<bigint> {
  const row = await session.first(sql<{ through: bigint | null }>`select max(through_batch) as through from night`);
  return row?.through ?? 0n;
}

/** Marks a day as opened: facts that arrive from now on fall due on a later one. */
export async function markOpened(session: Session, opening: DayOpening): Promise<void> {
  await sql`update book set open_day = ${opening.day}::date, next_day = ${opening.day}::date + 1,
    open_through = ${opening.through}, open_policy = ${opening.policyVersion}`.execute(session.db);
  await session.db
    .insertInto('night')
    .values({ business_day: opening.day, through_batch: opening.through, policy: opening.policyVersion })
    .execute();
}

/** Marks the open day as run. */
export async function completeDay(session: Session, day: Day, next: Day): Promise<void> {
  await session.db
    .updateTable('book')
    .set({ open_day: null, open_through: null, open_policy: null, last_run_day: day, next_day: next })
    .execute();
}

/** Every partition's last position and hash, in order. */
export async function partitionHeads(session: Session): Promise<Map<number, { position: bigint; hash: string }>> {
  const rows = await session.db
    .selectFrom('partition_head')
    .select(['partition', 'position', 'hash'])
    .orderBy('partition')
    .execute();
  return new Map(rows.map((row) => [row.partition, { position: row.position, hash: row.hash.toString('hex') }]));
}

/** How far the open day has come in a partition: the step under way and the last order line it has done. */
export type PartitionProgress = Pick<Row<'partition_head'>, 'partition' | 'step' | 'after'>;

/** The progress of some partitions, in order; those that the day has not reached are at step 1, before the first line. */
export async function progressOf(
  session: Session,
  day: Day,
  partitions: readonly number[],
): Promise<PartitionProgress[]> {
  const rows = await session.db
    .selectFrom('partition_head')
    .select(['partition', 'day', 'step', 'after'])
    .where('partition', 'in', partitions)
    .orderBy('partition')
    .execute();
  return rows.map((row) =>
    row.day === day
      ? { partition: row.partition, step: row.step, after: row.after }
      : { partition: row.partition, step: 1, after: '' },
  );
}

/** The newest policy that a night has used, and so has recorded in the log; 0 before any. */
export async function lastPolicyOfNights(session: Session): Promise<number> {
  const row = await session.first(sql<{ policy: number | null }>`select max(policy) as policy from night`);
  return row?.policy ?? 0;
}
