/** What a deep verification reads of what was delivered: lines, and what no event has answered. Their facts: again.ts. */

import { sql } from 'kysely';
import type { OrderLine } from '../../core/attribution/click.ts';
import type { Day } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';
import { type LineRecord, lineOf } from '../night/facts.ts';
import type { Stray } from './sums.ts';

/** An order line as delivered, and the night it was due in. */
export interface DeliveredLine extends OrderLine {
  readonly dueDay: Day;
  readonly batch: bigint;
  /** The cut-over that it came with; null of a line delivered as an order. */
  readonly broughtIn: string | null;
}

/** Some order lines of a partition, by id. */
export async function deliveredLines(
  session: Session,
  partition: number,
  ids: readonly string[],
): Promise<Map<string, DeliveredLine>> {
  if (ids.length === 0) return new Map();
  const rows = await session.all(sql<LineRecord & { due_day: Day; batch: bigint; brought_in: string | null }>`
    select order_line_id, order_id, buyer_id, shop_id, item_id, category_id, paid_amount, paid_at, coupon_pid, due_day,
      batch, brought_in
    from order_line where partition = ${partition} and order_line_id = any(${ids})`);
  const lines = rows.map((row) => ({
    ...lineOf(row),
    dueDay: row.due_day,
    batch: row.batch,
    broughtIn: row.brought_in,
  }));
  return new Map(lines.map((line) => [line.orderLineId, line]));
}

export interface Undecided extends Omit<Stray, 'partition' | 'position'> {
  readonly partition: number | null;
  readonly position: bigint | null;
  readonly due_day: Day;
}

/** The first order line that was due in a completed night and has no attribution. */
export function lineUndecided(session: Session, last: Day): Promise<Undecided | undefined> {
  return session.first(sql<Undecided>`
    select o.partition, null::bigint as position, o.order_line_id as subject, o.due_day, count(*) over () as total
    from order_line o
    left join attribution a on a.partition = o.partition and a.order_line_id = o.order_line_id
    where o.due_day <= ${last} and a.order_line_id is null
    order by o.due_day, o.partition, o.order_line_id limit 1`);
}

/** The first of the bank's results that differs from its event, or is without one, or the other way round. */
export function resultUnbooked(session: Session, last: Day): Promise<Undecided | undefined> {
  return session.first(sql<Undecided>`
    select l.partition, l.position, coalesce(l.subject, r.instruction_id) as subject,
      coalesce(l.business_day, r.due_day) as due_day, count(*) over () as total
    from (
      select *, case when type in ('DeductionConfirmed', 'PayoutConfirmed') then 'confirmed'
        when type = 'DeductionFailed' then 'failed' else 'returned' end as status
      from log
      where type in ('DeductionConfirmed', 'PayoutConfirmed', 'DeductionFailed', 'PayoutReturned')
        and business_day <= ${last}) l
    full join (select * from result where due_day <= ${last}) r on r.instruction_id = l.subject and r.status = l.status
    where l.subject is null or r.instruction_id is null or r.due_day <> l.business_day or r.at <> l.occurred_at
      or r.reason is distinct from l.body ->> 'reason'
    order by 4, 3 limit 1`);
}
