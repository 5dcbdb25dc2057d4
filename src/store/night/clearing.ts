/**
 * Which earnings have waited long enough in `clearing`, and what nights made of those that have: it finds them, and
 * decides nothing. A charge is collected when the deduction that took it is confirmed; one that failed is followed to the
 * deduction of the night that it failed in; where a night deducted nothing, the charge was netted.
 */
import { sql } from 'kysely';
import type { Day } from '../../core/calendar.ts';
import type { DeductionStep } from '../../core/settlement/collected-charges.ts';
import { deductionId } from '../chart.ts';
import type { Session } from '../connection/session.ts';
import { CHARGE_LIST } from '../event-types.ts';
import type { PlacedLine } from './placed.ts';

export interface ClearingLine extends PlacedLine {
  /** The deduction that was confirmed; null where the charge was netted, and where none had to be collected. */
  readonly deduction: string | null;
}

/** The lines whose wait is over in the night of a day, after its deductions; by partition and line. */
const clearable = (day: Day) => sql`
  with recursive line as materialized (
    select s.partition, s.order_line_id, a.seller_id, s.charged_on
    from settlement s join attribution a on a.partition = s.partition and a.order_line_id = s.order_line_id
    where s.clears_on <= ${day} and s.business_day <= ${day} and s.state = 'settled' and s.hold <> 'held'),
  way as (
    select distinct seller_id, charged_on, charged_on as day from line where charged_on is not null
    union all
    select w.seller_id, w.charged_on, l.business_day
    from way w
    join instruction i on i.instruction_id = ${deductionOf('w')} and i.party_id = w.seller_id and i.state = 'failed'
    join log l on l.partition = i.partition and l.position = i.position),
  ending as (select seller_id, charged_on, max(day) as day from way group by 1, 2),
  collected as (
    select w.seller_id, w.charged_on, i.instruction_id as deduction
    from ending w left join instruction i on i.instruction_id = ${deductionOf('w')} and i.party_id = w.seller_id
    where i.instruction_id is null or i.state = 'confirmed')
  select line.partition, line.order_line_id as "orderLineId", c.deduction
  from line left join collected c on c.seller_id = line.seller_id and c.charged_on = line.charged_on
  where line.charged_on is null or c.seller_id is not null`;

const deductionOf = (way: string) => deductionId(sql.ref(`${way}.seller_id`), sql.ref(`${way}.day`));

/** The lines whose wait is over, in lists. Rows written meanwhile are not seen. */
export function linesClearing(session: Session, day: Day): AsyncGenerator<ClearingLine[]> {
  const query = sql<ClearingLine>`${clearable(day)} order by line.partition, line.order_line_id`;
  return session.stream(query, 5000);
}

/** Whether the wait of any line is over. */
export async function isClearingDue(session: Session, day: Day): Promise<boolean> {
  const rows = await session.all(sql`${clearable(day)} limit 1`);
  return rows.length > 0;
}

/** An earning that a night made payable, with what it had waited for. */
export interface ClearedEntry extends PlacedLine {
  readonly position: bigint;
  readonly day: Day;
  readonly seller_id: string;
  /** What its event says was collected. */
  readonly deduction: string | null;
  /** The day it was settled, or given back to another publisher. */
  readonly charged: Day;
  /** The day it came into clearing: that one, or the day its hold ended. */
  readonly entered: Day;
  readonly clears_on: Day | null;
  readonly when_collected: boolean;
}

/** Every earning that nights made payable, by seller. */
export function clearedEntries(session: Session): AsyncGenerator<ClearedEntry[]> {
  const query = sql<ClearedEntry>`
    select e.partition, e.position, e.subject as "orderLineId", e.business_day as day, e.seller_id,
      e.body ->> 'deduction' as deduction, back.*
    from log e
    join lateral (
      with recursive back as (
        select l.position, l.previous, l.type, l.business_day, l.body from log l
        where l.partition = e.partition and l.position = e.previous
        union all
        select l.position, l.previous, l.type, l.business_day, l.body
        from back b join log l on l.partition = e.partition and l.position = b.previous
        where b.type not in ${CHARGE_LIST})
      select max(business_day) filter (where type in ${CHARGE_LIST}) as charged,
        max(business_day) filter (where type in ${CHARGE_LIST} or type = 'CommissionReleased') as entered,
        max(body ->> 'clears_on') as clears_on, coalesce(bool_or((body ->> 'when_collected')::boolean), false) as when_collected
      from back) back on true
    where e.type = 'EarningCleared'
    order by e.seller_id collate "C", e.partition, e.position`;
  return session.stream(query, 2000);
}

/** What became of some sellers' deductions, in the order of the log. */
export function deductionSteps(
  session: Session,
  sellers: readonly string[],
): Promise<(DeductionStep & { readonly seller_id: string })[]> {
  return session.all(sql<DeductionStep & { readonly seller_id: string }>`
    select seller_id, subject as id, business_day as day, type::text as type from log
    where seller_id = any(${[...sellers]}) and ordinal > 0
      and type in ('DeductionInstructed', 'DeductionConfirmed', 'DeductionFailed')
    order by business_day, partition, position`);
}
