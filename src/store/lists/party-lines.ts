/**
 * What a party's pages ask of single lines: whose a line is, whether it is disputed, what waits for its receipt, and which
 * lines that nobody earned a publisher's click was tested for. Each reads days, never a book.
 */
import { sql } from 'kysely';
import { type Day, firstDayOf, type Instant, lastDayOf, type Month } from '../../core/calendar.ts';
import { partitionOf } from '../../core/ids.ts';
import type { Money } from '../../core/money.ts';
import type { Session } from '../connection/session.ts';
import type { Book } from '../night/book.ts';

/** Whose shop a line was bought in; undefined where no such line was delivered. */
export async function sellerOfLine(session: Session, { partitions }: Book, line: string): Promise<string | undefined> {
  const row = await session.first(sql<{ seller_id: string }>`
    select s.seller_id from order_line o join shop s on s.shop_id = o.shop_id
    where o.partition = ${partitionOf(line, partitions)} and o.order_line_id = ${line}
    order by s.batch desc limit 1`);
  return row?.seller_id;
}

export interface KnownDispute {
  readonly id: string;
  readonly at: Instant;
  readonly reason: string;
}

/** The first dispute of a line by its seller; undefined where there is none. */
export function disputeOf(session: Session, seller: string, line: string): Promise<KnownDispute | undefined> {
  return session.db
    .selectFrom('dispute')
    .select(['dispute_id as id', 'disputed_at as at', 'reason'])
    .where('seller_id', '=', seller)
    .where('order_line_id', '=', line)
    .orderBy('disputed_at')
    .orderBy('dispute_id')
    .limit(1)
    .executeTakeFirst();
}

/** A line that was attributed and waits for its receipt or closure. */
export interface WaitingLine {
  readonly order_line_id: string;
  readonly business_day: Day;
  readonly pid: string;
  readonly trace: string;
  readonly rate: string;
  readonly estimate: Money;
  readonly held: boolean;
}

const WAITS = (publisher: string, month: Month) => sql`
  attribution a left join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id
  where a.business_day between ${firstDayOf(month)} and ${lastDayOf(month)} and a.publisher_id = ${publisher}
    and a.outcome = 'attributed' and (s.state is null or s.state = 'attributed')
    and (s.publisher_id is null or s.publisher_id = a.publisher_id)`;

/** How many lines wait, and what they are estimated at. */
export interface WaitingSum {
  readonly count: number;
  readonly estimate: Money;
}

/** How many lines attributed in a month wait, and what they are estimated at. */
export async function waitingSum(session: Session, publisher: string, month: Month): Promise<WaitingSum> {
  const row = await session.first(sql<{ count: bigint; estimate: Money }>`
    select count(*) as count, coalesce(sum(a.estimate), 0)::bigint as estimate
    from ${WAITS(publisher, month)}`);
  return { count: Number(row?.count ?? 0n), estimate: row?.estimate ?? 0n };
}

/** The lines of a month that wait, by day and id, after a day and id; and what all of them come to, where there is one. */
export async function waitingLines(
  session: Session,
  publisher: string,
  month: Month,
  { after, size }: { readonly after: readonly [day: Day, line: string] | null; readonly size: number },
): Promise<{ lines: WaitingLine[]; all: WaitingSum }> {
  const rows = await session.all(sql<WaitingLine & { all_count: bigint; all_estimate: Money }>`
    select * from (
      select a.order_line_id, a.business_day, a.pid, a.trace, a.rate::text as rate, a.estimate, a.held,
        count(*) over () as all_count, (sum(a.estimate) over ())::bigint as all_estimate
      from ${WAITS(publisher, month)}) w
    where ${after === null ? sql`true` : sql`(business_day, order_line_id) > (${after[0]}::date, ${after[1]})`}
    order by business_day, order_line_id limit ${size}`);
  const all = { count: Number(rows[0]?.all_count ?? 0n), estimate: rows[0]?.all_estimate ?? 0n };
  return { lines: rows.map(({ all_count: _, all_estimate: __, ...line }) => line), all };
}

/** A line that nobody earned and for which a click of the publisher was tested. */
export interface MissedLine {
  readonly order_line_id: string;
  readonly business_day: Day;
  readonly reason: string;
}

/** Lines that nobody earned, which a page looks through before it says how far it came, and how many of them together. */
const LOOKED_THROUGH = { enough: 8000, together: 4000 };

/** Of attributions `a`, those that nobody earned although a click or coupon was tested. */
const TESTED = sql`a.outcome = 'unattributed' and a.reason <> 'no-click'`;

/**
 * The lines of a span of days that nobody earned and for which a click or coupon of a publisher was tested, latest day
 * first. It looks through days until it has enough, or has looked through a great many.
 * @param look how many lines are looked through; days are always whole
 * @returns the lines, and the day to go on before; null where the span is through
 */
export async function missedLines(
  session: Session,
  publisher: string,
  of: { readonly from: Day; readonly through: Day; readonly size: number },
  look = LOOKED_THROUGH,
): Promise<{ lines: MissedLine[]; before: Day | null }> {
  const days = await session.all(sql<{ day: Day; tested: bigint }>`
    select n.business_day as day, coalesce(c.tested, 0) as tested
    from night n left join (
      select a.business_day, count(*) as tested from attribution a
      where a.business_day between ${of.from} and ${of.through} and ${TESTED} group by 1) c using (business_day)
    where n.business_day between ${of.from} and ${of.through} order by 1 desc`);
  const lines: MissedLine[] = [];
  let [looked, next] = [0, 0];
  while (next < days.length && lines.length < of.size && looked < look.enough) {
    const first = next;
    for (let some = 0; next < days.length && some < look.together; next++) {
      some += Number(days[next]?.tested ?? 0n);
      looked += Number(days[next]?.tested ?? 0n);
    }
    const rows = await session.all(sql<MissedLine>`
      select a.order_line_id, a.business_day, a.reason
      from attribution a join log l on l.partition = a.partition and l.position = a.position
      where a.business_day between ${days[next - 1]?.day ?? of.from} and ${days[first]?.day ?? of.through} and ${TESTED}
        and strpos(l.body::text, ${`"mm_${publisher}_`}) > 0
      order by a.business_day desc, a.order_line_id`);
    lines.push(...rows);
  }
  // Days are shown whole: the one that made it enough is the last.
  const last = lines[of.size - 1]?.business_day ?? '';
  const shown = lines.filter(({ business_day: day }) => day >= last);
  const before = days.find(({ day }, at) => at >= next || day < last)?.day ?? null;
  return { lines: shown, before };
}
