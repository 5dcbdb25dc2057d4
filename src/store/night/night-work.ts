/** What one night did, counted from its own stretch of the log, which its end names: no other night is read. */
import { sql } from 'kysely';
import type { Day } from '../../core/calendar.ts';
import type { EventType } from '../../core/events/event.ts';
import type { Money } from '../../core/money.ts';
import type { Session } from '../connection/session.ts';

/** Events of a kind in a night, and what they moved. */
export interface NightWork {
  readonly type: EventType;
  readonly events: number;
  readonly transfers: number;
  readonly amount: Money;
}

/** A night with what it saw and how it ended. */
export interface NightRecord {
  readonly day: Day;
  readonly policy: number;
  /** The last batch of deliveries it saw. */
  readonly throughBatch: bigint;
  /** The root over all of the book up to it, in hex. */
  readonly root: string;
  /** What its last run took, where that was kept; seconds as a decimal. */
  readonly seconds: string | null;
  readonly lines: number | null;
  readonly work: readonly NightWork[];
}

/** A night that was completed; undefined where the day was not run. */
export async function nightOfDay(session: Session, day: Day): Promise<NightRecord | undefined> {
  const night = await session.first(sql<{
    policy: number;
    through: bigint;
    root: string;
    seconds: string | null;
    lines: bigint;
  }>`
    select n.policy, n.through_batch as through, encode(r.root, 'hex') as root, t.seconds, t.lines
    from night n join night_root r on r.business_day = n.business_day
    left join night_time t on t.business_day = n.business_day
    where n.business_day = ${day}`);
  if (night === undefined) return undefined;
  const { policy, through: throughBatch, root, seconds, lines } = night;
  const work = await workOf(session, day);
  return { day, policy, throughBatch, root, seconds, lines: lines === null ? null : Number(lines), work };
}

/** Each partition's stretch ends where the night's end says, and has as many events as it counted. */
async function workOf(session: Session, day: Day): Promise<NightWork[]> {
  const rows = await session.all(sql<{ type: EventType; events: bigint; transfers: bigint; amount: Money }>`
    with ended as (
      select l.body::jsonb as body from night_root r join log l on l.partition = 0 and l.position = r.position
      where r.business_day = ${day}),
    stretch as (
      select (h ->> 0)::smallint as partition, (h ->> 1)::bigint as last, (t ->> 'events')::bigint as events
      from ended, jsonb_array_elements(body -> 'heads') h, jsonb_array_elements(body -> 'tallies') t
      where (t ->> 'partition')::int = (h ->> 0)::int),
    did as (
      select l.type::text as type, l.partition, l.position from stretch s
      join log l on l.partition = s.partition and l.position > s.last - s.events and l.position <= s.last
      where l.business_day = ${day}),
    moved as (
      select d.type, count(*) as transfers, sum(t.amount)::bigint as amount from stretch s
      join transfer t on t.partition = s.partition and t.position > s.last - s.events and t.position <= s.last
      join did d on d.partition = t.partition and d.position = t.position
      group by d.type)
    select d.type, count(*) as events, coalesce(m.transfers, 0) as transfers, coalesce(m.amount, 0)::bigint as amount
    from did d left join moved m on m.type = d.type
    group by d.type, m.transfers, m.amount order by d.type`);
  return rows.map((row) => ({ ...row, events: Number(row.events), transfers: Number(row.transfers) }));
}

/** The days that were run just before and after one. */
export async function nightsBeside(session: Session, day: Day): Promise<{ before: Day | null; after: Day | null }> {
  const row = await session.first(sql<{ before: Day | null; after: Day | null }>`
    select (select max(business_day) from night_root where business_day < ${day}) as before,
      (select min(business_day) from night_root where business_day > ${day}) as after`);
  return row ?? { before: null, after: null };
}
