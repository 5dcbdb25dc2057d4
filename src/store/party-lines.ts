/**
 * What a party's pages ask of single lines: whose a line is, whether it is disputed, what waits for its receipt, and which
 * lines that nobody earned a publisher's click was tested for. Each reads days, never a book.
 */
import { sql } from 'kysely';
import { type Day, firstDayOf, type Instant, lastDayOf, type Month } from '../core/calendar.ts';
import { partitionOf } from '../core/ids.ts';
import type { Money } from '../core/money.ts';
import type { Book } from './book.ts';
import type { Session } from './session.ts';

/** Whose shop a line was bought in; undefined where no such line was delivered. */
export async function sellerOfLine(session: Session, { partitions }: Book, line: string): Promise<string | undefined> {
  const { rows } = await sql<{ seller_id: string }>`
    select s.seller_id from order_line o join shop s on s.shop_id = o.shop_id
    where o.partition = ${partitionOf(line, partitions)} and o.order_line_id = ${line}
    order by s.batch desc limit 1`.execute(session.db);
  return rows[0]?.seller_id;
}

export interface KnownDispute {
  readonly id: string;
  readonly at: Instant;
  readonly reason: string;
}

/** The first dispute of a line by its seller; undefined where there is none. */
export async function disputeOf(session: Session, seller: string, line: string): Promise<KnownDispute | undefined> {
  const { rows } = await sql<KnownDispute>`
    select dispute_id as id, disputed_at as at, reason from dispute
    where seller_id = ${seller} and order_line_id = ${line} order by disputed_at, dispute_id limit 1`.execute(
    session.db,
  );
  return rows[0];
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

/** How many lines attributed in a month wait, and what they are estimated at. */
export async function waitingSum(
  session: Session,
  publisher: string,
  month: Month,
): Promise<{ count: number; estimate: Money }> {
  const { rows } = await sql<{ count: bigint; estimate: Money }>`
    select count(*) as count, coalesce(sum(a.estimate), 0)::bigint as estimate
    from ${WAITS(publisher, month)}`.execute(session.db);
  return { count: Number(rows[0]?.count ?? 0n), estimate: rows[0]?.estimate ?? 0n };
}

/** The lines of a month that wait, by day and id, after a day and id. */
export async function waitingLines(
  session: Session,
  publisher: string,
  month: Month,
  { after, size }: { readonly after: readonly [day: Day, line: string] | null; readonly size: number },
): Promise<WaitingLine[]> {
  const { rows } = await sql<WaitingLine>`
    select a.order_line_id, a.business_day, a.pid, a.trace, a.rate::text as rate, a.estimate, a.held
    from ${WAITS(publisher, month)}
      and ${after === null ? sql`true` : sql`(a.business_day, a.order_line_id) > (${after[0]}::date, ${after[1]})`}
    order by a.business_day, a.order_line_id limit ${size}`.execute(session.db);
  return rows;
}

/** What has become of a deduction or payout by the last night; undefined where there is none of this id. */
export async function stateOfInstruction(session: Session, id: string): Promise<string | undefined> {
  const { rows } = await sql<{ state: string }>`
    select state from instruction where instruction_id = ${id}`.execute(session.db);
  return rows[0]?.state;
}

/** A line that nobody earned and for which a click of the publisher was tested. */
export interface MissedLine {
  readonly order_line_id: string;
  readonly business_day: Day;
  readonly reason: string;
}

/** Lines that nobody earned, which a page looks through at most before it says how far it came. */
const LOOKED_THROUGH = 20_000;

/**
 * The lines of a span of days that nobody earned and for which a click or coupon of a publisher was tested, latest day
 * first. It looks through days until it has enough, or has looked through a great many.
 * @returns the lines, and the day to go on before; null where the span is through
 */
export async function missedLines(
  session: Session,
  publisher: string,
  of: { readonly from: Day; readonly through: Day; readonly size: number },
): Promise<{ lines: MissedLine[]; before: Day | null }> {
  const { rows: days } = await sql<{ day: Day }>`
    select business_day as day from night where business_day between ${of.from} and ${of.through}
    order by business_day desc`.execute(session.db);
  const lines: MissedLine[] = [];
  let looked = 0;
  for (const { day } of days) {
    if (lines.length >= of.size || looked >= LOOKED_THROUGH) return { lines, before: day };
    const { rows } = await sql<{ looked: bigint; ids: string[]; reasons: string[] }>`
      select count(*) as looked, coalesce(array_agg(id order by id) filter (where mine), '{}') as ids,
        coalesce(array_agg(reason order by id) filter (where mine), '{}') as reasons
      from (
        select a.order_line_id as id, a.reason, strpos(l.body::text, ${`"mm_${publisher}_`}) > 0 as mine
        from attribution a join log l on l.partition = a.partition and l.position = a.position
        where a.business_day = ${day} and a.outcome = 'unattributed' and a.reason <> 'no-click') u`.execute(session.db);
    const [found] = rows;
    looked += Number(found?.looked ?? 0n);
    for (const [at, id] of (found?.ids ?? []).entries())
      lines.push({ order_line_id: id, business_day: day, reason: found?.reasons[at] ?? '' });
  }
  return { lines, before: null };
}
