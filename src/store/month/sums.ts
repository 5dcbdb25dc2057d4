/**
 * The sums of a party's month, added up by PostgreSQL in one statement, as src/core/month/groups.ts takes them. They are
 * over the very lines that months-of.ts reads, and what they come to is what its documents come to.
 */
import { sql } from 'kysely';
import { firstDayOf } from '../../core/calendar.ts';
import type { Money } from '../../core/money.ts';
import type { Document } from '../../core/month/document.ts';
import { type LineSums, WENT_BACK } from '../../core/month/groups.ts';
import type { Session } from '../connection/session.ts';
import type { Book } from '../night/book.ts';
import { markOf, movedWithLine, OF_A_LINE, sideOf, stateOf } from './lines.ts';

/**
 * The sums of a document's lines by state, day, publisher, trace and the publisher's own mark; call it in the document's snapshot. A seller's month
 * shows no column but the amount: its commission, fee and earning are null.
 */
export async function monthSums(session: Session, { digits }: Book, document: Document): Promise<LineSums[]> {
  const { frame, kind } = document;
  if (frame.through === null) return [];
  const side = sideOf(document);
  // A body is told field by field where a party asks, so it is asked for once, and only where its fields are shown.
  const body = kind === 'statement' ? sql`case when ${OF_A_LINE} then l.body end` : sql`null`;
  // Kept apart from the grouping, beside which the planner would read the whole log.
  const rows = await session.all(sql<Omit<LineSums, 'count'> & { count: bigint }>`
    with line as materialized (
      select l.type::text as type, l.business_day, l.publisher_id, coalesce(s.trace, a.trace) as trace, ${markOf(side)} as sub_id, m.amount,
        case when l.type = 'DeductionInstructed' then (
          select ${stateOf('i', frame.asOf)} from instruction i where i.instruction_id = l.subject) end as state,
        b.commission, b.fee, b.earning
      from log l
      ${movedWithLine(side)}
      left join lateral json_to_record(${body}) as b (commission numeric, fee numeric, earning numeric) on true
      where l.${sql.ref(side.column)} = ${frame.party} and l.ordinal > 0
        and l.business_day between ${firstDayOf(frame.month)} and ${frame.through})
    select type, count(*) as count, sum(amount)::bigint as amount,
      ${inMinor('commission', digits)}, ${inMinor('fee', digits)}, ${inMinor('earning', digits)},
      case when grouping(state) = 0 then 'state' when grouping(business_day) = 0 then 'day'
        when grouping(publisher_id) = 0 then 'publisher' when grouping(trace) = 0 then 'trace' else 'mark' end as by,
      coalesce(state, business_day::text, publisher_id, trace, sub_id) as name
    from line group by grouping sets ((type, state), (type, business_day), (type, publisher_id), (type, trace),
      (type, sub_id))`);
  return rows.map(({ type, commission, fee, earning, ...row }) => {
    const isBack = WENT_BACK.includes(type);
    const signed = (amount: Money | null): Money | null => (isBack && amount !== null ? -amount : amount);
    const parts = { commission: signed(commission), fee: signed(fee), earning: signed(earning) };
    return { ...row, type, ...parts, count: Number(row.count) };
  });
}

/** The sum of what bodies write as decimals, in minor units. */
const inMinor = (column: string, digits: number) =>
  sql`(sum(${sql.ref(column)}) * ${10 ** digits})::bigint as ${sql.ref(column)}`;
