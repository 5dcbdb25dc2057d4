/** The openings of cut-overs as delivered, with their sign-offs. It judges nothing. */
import { type RawBuilder, sql } from 'kysely';
import type { Day, Instant } from '../core/calendar.ts';
import type { ApprovedOpening, Opening } from '../core/opening.ts';
import type { LogRow } from './proof.ts';
import type { Session } from './session.ts';

export interface KnownOpening extends Opening {
  readonly approvedBy: string | null;
  readonly approvedAt: Instant | null;
  readonly dueDay: Day | null;
}

async function known(session: Session, where: RawBuilder<unknown>): Promise<KnownOpening[]> {
  const { rows } = await sql<KnownOpening>`
    select o.opening_id as "openingId", o.cut_over_id as "cutOverId", o.publisher_id as "publisherId",
      o.seller_id as "sellerId", o.account, o.amount, o.prepared_by as "preparedBy", a.approved_by as "approvedBy",
      a.approved_at as "approvedAt", a.due_day as "dueDay"
    from opening o left join cut_over_approval a on a.cut_over_id = o.cut_over_id
    where ${where} order by a.approved_at, o.opening_id`.execute(session.db);
  return rows;
}

/** The openings of some cut-overs. */
export function openingsOf(session: Session, cutOvers: readonly string[]): Promise<KnownOpening[]> {
  return known(session, sql`o.cut_over_id = any(${cutOvers})`);
}

/** The cut-overs among some that are signed off. */
export async function signedOff(session: Session, cutOvers: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select cut_over_id as id from cut_over_approval where cut_over_id = any(${cutOvers})`.execute(session.db);
  return new Set(rows.map((row) => row.id));
}

export interface DueOpening extends ApprovedOpening {
  readonly dueDay: Day;
}

/** Those due through a day and after the last day run, in the order of their sign-off, then by id. */
export async function openingsDue(session: Session, day: Day, last: Day | null): Promise<DueOpening[]> {
  const found = await known(session, sql`a.due_day <= ${day} and a.due_day > ${last ?? '-infinity'}::date`);
  return found.flatMap(({ approvedBy, approvedAt, dueDay, ...one }) =>
    approvedBy === null || approvedAt === null || dueDay === null ? [] : [{ ...one, approvedBy, approvedAt, dueDay }],
  );
}

/** Every opening in the log through a day, by partition and position. */
export async function openingRows(session: Session, through: Day): Promise<(LogRow & { partition: number })[]> {
  const { rows } = await sql<LogRow & { partition: number }>`
    select partition, position, type::text as type, business_day, occurred_at, false as finer, subject, ordinal, seller_id,
      publisher_id, previous, body, hash
    from log where type = 'OpeningPosted' and business_day <= ${through} order by partition, position`.execute(
    session.db,
  );
  return rows;
}
