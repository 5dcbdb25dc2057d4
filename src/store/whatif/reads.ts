/**
 * What deciding lines again reads: what the book has of them, the facts that came after, the clicks of a span by shop,
 * who was not in good standing. All of it in a snapshot, none of it written.
 */

import { sql } from 'kysely';
import { type Day, type Instant, isoOf } from '../../core/calendar.ts';
import { groupBy } from '../../core/groups.ts';
import type { DatedFact } from '../../core/settlement/line-nights.ts';
import type { Session } from '../connection/session.ts';
import { type FactRecord, factOf } from '../night/facts.ts';
import { named, ofNamed, type PlacedLine } from '../night/placed.ts';
import type { MaybeRow, Row } from '../schema/tables.ts';

/** What the book has of an order line: its first event as stored, and where it stands; nulls before any fact moved it. */
export interface BookedLine
  extends Pick<Row<'log'>, 'type' | 'body' | 'seller_id' | 'publisher_id'>,
    MaybeRow<'settlement', 'state' | 'hold' | 'commission' | 'fee' | 'earning'> {
  readonly order_line_id: string;
  /** The PID and the click it was given back to; null where it was not. */
  readonly restored_pid: string | null;
  readonly restored_click: string | null;
  /** The day of the last event that moved it. */
  readonly moved_on: Day | null;
}

/** How many order lines some nights attributed; counted up to `most` and no further. */
export async function linesAttributed(session: Session, from: Day, to: Day, most: number): Promise<number> {
  const row = await session.first(sql<{ count: bigint }>`
    select count(*) as count
    from (select from attribution where business_day between ${from} and ${to} limit ${most}) a`);
  return Number(row?.count ?? 0n);
}

/** What the book has of some lines, by line. */
export async function bookedLines(session: Session, lines: readonly PlacedLine[]): Promise<Map<string, BookedLine>> {
  const rows = await session.all(sql<BookedLine>`
    select a.order_line_id, l.type::text as type, l.body, l.seller_id, l.publisher_id,
      s.state, s.hold, s.commission, s.fee, s.earning, s.pid as restored_pid, s.click_id as restored_click,
      s.business_day as moved_on
    from ${named(lines)}
    join ${ofNamed('attribution', 'a')} on true
    join lateral (select * from log where partition = a.partition and position = a.position offset 0) l on true
    left join ${ofNamed('settlement', 's')} on true`);
  return new Map(rows.map((row) => [row.order_line_id, row]));
}

/** The facts of some lines that fell due through a day, by line; within a line as accepted. */
export async function factsThrough(
  session: Session,
  lines: readonly PlacedLine[],
  through: Day,
): Promise<Map<string, DatedFact[]>> {
  const rows = await session.all(sql<FactRecord & { due_day: Day }>`
    select f.partition, f.order_line_id, kind, fact_id, at, amount, decision, decided_by, reason, due_day
    from ${named(lines)} join ${ofNamed('trade_fact', 'f')} on true
    where due_day <= ${through}
    order by batch, n`);
  return groupBy(
    rows,
    (row) => row.order_line_id,
    (row) => ({ dueDay: row.due_day, fact: factOf(row) }),
  );
}

/** Where an order line lies and the night that took it; undefined when none of this id was delivered. */
export async function nightOfLine(session: Session, partition: number, line: string): Promise<Day | undefined> {
  const query = session.db.selectFrom('order_line').select('due_day').where('partition', '=', partition);
  return (await query.where('order_line_id', '=', line).executeTakeFirst())?.due_day;
}

/** Clicks delivered, clicks still kept, and the first instant that those may be of; null when there is none. */
export async function clicksKept(
  session: Session,
): Promise<{ delivered: bigint; kept: bigint; earliest: Instant | null }> {
  const row = await session.first(sql<{ delivered: bigint; kept: bigint; earliest: Instant | null }>`
    select (select coalesce(sum(accepted), 0)::bigint from tally where feed = 'clicks') as delivered, kept, earliest
    from (select count(*) as kept, min(clicked_at) as earliest from click) c`);
  return row ?? { delivered: 0n, kept: 0n, earliest: null };
}

export interface ClickCount {
  readonly shop_id: string;
  readonly pid: string;
  readonly clicks: bigint;
}

/** The clicks between two instants (the second left out), as delivered up to a batch, counted by PID and shop; by PID. */
export function clicksByPid(
  session: Session,
  from: Instant,
  to: Instant,
  through: bigint,
): AsyncGenerator<ClickCount[]> {
  // The instants as literals: by them PostgreSQL knows which partitions of clicks to leave out.
  const query = sql<ClickCount>`
    select shop_id, pid, count(*) as clicks from click
    where clicked_at >= ${sql.lit(isoOf(from))} and clicked_at < ${sql.lit(isoOf(to))} and batch <= ${through}
    group by pid, shop_id order by pid`;
  return session.stream(query);
}

/** Publishers that were frozen or terminated at some moment between two instants, as delivered up to a batch. */
export async function publishersNotActive(
  session: Session,
  from: Instant,
  to: Instant,
  through: bigint,
): Promise<Set<string>> {
  const found = new Set<string>();
  const query = sql<{ publisher_id: string }>`
    select distinct publisher_id from (
      select publisher_id, status, at,
        lead(at) over (partition by publisher_id order by at, batch, n) as until
      from publisher_status where batch <= ${through} and at < ${isoOf(to)}) s
    where status <> 'active' and (until is null or (until > ${isoOf(from)} and until > at))`;
  for await (const list of session.stream(query)) for (const { publisher_id: id } of list) found.add(id);
  return found;
}

/** Names of publishers or shops, the last delivered. */
export async function namesOf(
  session: Session,
  kind: 'publisher' | 'shop',
  ids: readonly string[],
): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const id = sql.ref(`${kind}_id`);
  const rows = await session.all(sql<{ id: string; name: string }>`
    select distinct on (${id}) ${id} as id, name from ${sql.table(kind)}
    where ${id} = any(${ids}) order by ${id}, batch desc, n desc`);
  return new Map(rows.map((row) => [row.id, row.name]));
}
