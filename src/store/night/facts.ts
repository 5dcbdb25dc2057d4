/**
 * Reads what a night decides from: the order lines and trade facts due on its day, the clicks of their buyers, and
 * where the lines stand. Reads are by batch and by key; every plan is an index range or a list of keys.
 */

import { sql } from 'kysely';
import type { Click, OrderLine, Trace } from '../../core/attribution/click.ts';
import { type Day, type Instant, isoOf } from '../../core/calendar.ts';
import type { EventOf } from '../../core/events/event.ts';
import { readEvent, type StoredEvent } from '../../core/events/read-body.ts';
import type { Money } from '../../core/money.ts';
import type { TradeFact } from '../../core/settlement/settlement.ts';
import { arrayLiteral } from '../connection/copy-format.ts';
import type { Session } from '../connection/session.ts';
import type { MaybeRow, Row } from '../schema/tables.ts';
import { readClicks } from './clicks-read.ts';
import { named, ofNamed, type PlacedLine } from './placed.ts';

/** Where a batch of lines ends: the next one begins after it. */
export interface Cursor {
  readonly partition: number;
  readonly after: string;
}

export interface DueLine extends OrderLine {
  readonly partition: number;
  /** The cut-over that it came with; null of a line delivered as an order. */
  readonly broughtIn: string | null;
}

/**
 * Order lines due on a day after a cursor and up to the last of some partitions, which are in order and without a gap;
 * by partition and id, at most `limit`. So it is one range of an index, read in its order.
 */
export async function linesDue(
  session: Session,
  day: Day,
  partitions: readonly number[],
  after: Cursor,
  limit: number,
): Promise<DueLine[]> {
  const rows = await session.all(sql<LineRecord & { partition: number; brought_in: string | null }>`
    select partition, order_line_id, order_id, buyer_id, shop_id, item_id, category_id, paid_amount, paid_at, coupon_pid,
      brought_in
    from order_line
    where due_day = ${day} and partition <= ${lastOf(partitions)}::smallint
      and (partition, order_line_id) > (${after.partition}::smallint, ${after.after})
    order by partition, order_line_id limit ${limit}`);
  return rows.map((row) => ({ partition: row.partition, broughtIn: row.brought_in, ...lineOf(row) }));
}

/** An order line as it is stored. */
export type LineRecord = Omit<
  Row<'order_line'>,
  'partition' | 'quantity' | 'due_day' | 'batch' | 'aside' | 'brought_in'
>;

/** An order line as decisions read it. */
export function lineOf(row: LineRecord): OrderLine {
  return {
    orderLineId: row.order_line_id,
    orderId: row.order_id,
    buyerId: row.buyer_id,
    shopId: row.shop_id,
    itemId: row.item_id,
    categoryId: row.category_id,
    paid: row.paid_amount,
    paidAt: row.paid_at,
    couponPid: row.coupon_pid,
  };
}

/** The clicks of some buyers between two instants, as delivered up to a batch, by buyer, in no order. */
export async function clicksOf(
  session: Session,
  buyers: readonly string[],
  from: Instant,
  to: Instant,
  through: bigint,
): Promise<Map<string, Click[]>> {
  // COPY takes no parameters: the buyers, which are others' words, stand in a setting of the session. That the instants stand in the text lets the planner see which days' partitions it needs; the
  // buyers are hidden from it: a plan made for each list of thousands, and for each partition, costs as much as half of the look-up.
  await sql`select set_config('cps.buyers', ${arrayLiteral(buyers)}, false)`.execute(session.db);
  const bytes = await session.copyOut(sql`
    select buyer_id, clicked_at, pid, shop_id, click_id, item_id, referrer, sub_id from click
    where buyer_id = any((select current_setting('cps.buyers')::text[])::text[])
      and clicked_at >= ${sql.lit(isoOf(from))}::timestamptz and clicked_at <= ${sql.lit(isoOf(to))}::timestamptz
      and batch <= ${sql.lit(String(through))}`);
  return readClicks(bytes);
}

export interface LineFact extends PlacedLine {
  readonly fact: TradeFact;
}

export type FactRecord = Omit<Row<'trade_fact'>, 'due_day' | 'batch' | 'n' | 'aside'> & {
  readonly decision: 'release' | 'forfeit' | null;
};

const lastOf = (partitions: readonly number[]): number => partitions.at(-1) ?? -1;

/** Trade facts due on a day, cut as linesDue cuts, by partition and line, within a line as accepted. */
export async function factsDue(
  session: Session,
  day: Day,
  partitions: readonly number[],
  after: Cursor,
  limit: number,
): Promise<LineFact[]> {
  const rows = await session.all(sql<FactRecord>`
    select partition, order_line_id, kind, fact_id, at, amount, decision, decided_by, reason
    from trade_fact
    where due_day = ${day} and partition <= ${lastOf(partitions)}::smallint
      and (partition, order_line_id) > (${after.partition}::smallint, ${after.after})
    order by partition, order_line_id, batch, n limit ${limit}`);
  return rows.map(lineFact);
}

/** The trade facts of some lines that fell due before a day, as accepted. */
export async function factsBefore(session: Session, day: Day, lines: readonly PlacedLine[]): Promise<LineFact[]> {
  const rows = await session.all(sql<FactRecord>`
    select f.partition, f.order_line_id, kind, fact_id, at, amount, decision, decided_by, reason
    from ${named(lines)} join ${ofNamed('trade_fact', 'f')} on true
    where due_day < ${day}
    order by batch, n`);
  return rows.map(lineFact);
}

function lineFact(row: FactRecord): LineFact {
  return { partition: row.partition, orderLineId: row.order_line_id, fact: factOf(row) };
}

/** A trade fact as decisions take it. */
export function factOf(row: FactRecord): TradeFact {
  const { kind, at } = row;
  switch (kind) {
    case 'receipt':
      return { kind, at, received: row.amount };
    case 'closure':
      return { kind, at, reason: row.reason ?? '' };
    case 'refund':
      return { kind, at, refundId: row.fact_id, amount: row.amount ?? 0n };
    case 'correction':
      return { kind: 'refund', at, refundId: row.fact_id, amount: -(row.amount ?? 0n), correction: row.reason ?? '' };
    case 'decision':
      return {
        kind,
        at,
        decisionId: row.fact_id,
        decision: row.decision ?? 'release',
        decidedBy: row.decided_by ?? '',
        reason: row.reason ?? '',
      };
  }
}

/** An attributed line as it was stored: its attribution, its payment, and what became of it so far. */
type Moved = 'state' | 'hold' | 'commission' | 'fee' | 'earning' | 'fee_rate' | 'clears_on' | 'charged_on';
export interface StoredLine
  extends Pick<Row<'attribution'>, 'partition' | 'order_line_id' | 'seller_id' | 'held' | 'signals'>,
    MaybeRow<'settlement', Moved> {
  readonly paid_amount: bigint;
  readonly paid_at: Instant;
  readonly estimate: Money;
  readonly publisher_id: string;
  readonly rate: string;
  readonly attributed_at: bigint;
  readonly moved_at: bigint | null;
  /** The overwritten click the line was given back to; null where it never was. */
  readonly restored_pid: string | null;
  readonly restored_click: string | null;
  readonly restored_sub: string | null;
  readonly restored_trace: Trace | null;
}

/** The attributed ones among some lines; unattributed lines are left out. */
export function attributedLines(session: Session, lines: readonly PlacedLine[]): Promise<StoredLine[]> {
  return session.all(sql<StoredLine>`
    select a.partition, a.order_line_id, o.paid_amount, o.paid_at, coalesce(a.estimate, 0) as estimate, a.seller_id, coalesce(s.publisher_id, a.publisher_id) as publisher_id,
      coalesce(s.rate, a.rate) as rate, a.held, a.position as attributed_at, a.signals,
      s.state, s.hold, s.commission, s.fee, s.earning, s.fee_rate, s.position as moved_at,
      s.pid as restored_pid, s.click_id as restored_click, s.sub_id as restored_sub, s.trace as restored_trace,
      s.clears_on, s.charged_on
    from ${named(lines)}
    join ${ofNamed('attribution', 'a')} on true
    join ${ofNamed('order_line', 'o')} on true
    left join ${ofNamed('settlement', 's')} on true
    where a.outcome = 'attributed'`);
}

/** How some lines were attributed, read from the log; by line. */
export async function attributionsOf(
  session: Session,
  lines: readonly PlacedLine[],
  digits: number,
): Promise<Map<string, EventOf<'OrderAttributed'>>> {
  if (lines.length === 0) return new Map();
  const rows = await session.all(sql<StoredEvent>`
    select l.partition, l.position, l.type::text as type, l.business_day, l.occurred_at, l.subject, l.ordinal,
      l.seller_id, l.publisher_id, l.body
    from ${named(lines)} join ${ofNamed('attribution', 'a')} on true
    join lateral (select * from log where partition = a.partition and position = a.position offset 0) l on true`);
  const found = new Map<string, EventOf<'OrderAttributed'>>();
  for (const row of rows) {
    const { event } = readEvent(row, digits);
    if (event.type === 'OrderAttributed') found.set(event.subject, event);
  }
  return found;
}

export type DueResult = Omit<Row<'instruction'>, 'business_day' | 'partition'> &
  Pick<Row<'result'>, 'status' | 'at' | 'reason'>;

/** The bank's results due on a day with what they are about, by instruction, then in the order in which they apply. */
export function resultsDue(session: Session, day: Day): Promise<DueResult[]> {
  return session.all(sql<DueResult>`
    select i.instruction_id, i.kind, i.party_id, i.amount, i.state, i.position, r.status, r.at, r.reason
    from result r join instruction i on i.instruction_id = r.instruction_id
    where r.due_day = ${day}
    order by i.instruction_id, r.at, r.batch, r.n`);
}

/** How many lines, facts and results are due on a day, each counted up to a limit. */
export async function countDue(
  session: Session,
  day: Day,
  limit: number,
): Promise<{ lines: number; facts: number; results: number }> {
  const row = await session.first(sql<{ lines: bigint; facts: bigint; results: bigint }>`
    select (select count(*) from (select 1 from order_line where due_day = ${day} limit ${limit}) o) as lines,
      (select count(*) from (select 1 from trade_fact where due_day = ${day} limit ${limit}) f) as facts,
      (select count(*) from (select 1 from result where due_day = ${day} limit ${limit}) r) as results`);
  const { lines = 0n, facts = 0n, results = 0n } = row ?? {};
  return { lines: Number(lines), facts: Number(facts), results: Number(results) };
}

/** The due day of the first order line of the book: the book's first day. */
export async function firstDueDay(session: Session): Promise<Day | null> {
  const row = await session.first(sql<{ day: Day | null }>`select min(due_day) as day from order_line`);
  return row?.day ?? null;
}
