/**
 * One order line's history: its events from the log, the deductions, statements and payouts that carried its money, and
 * what has been delivered for it and waits. It finds and reads; what the events say is in src/formats/explain/explain.ts.
 */
import { sql } from 'kysely';
import { due, payable } from '../../core/accounts.ts';
import { type Day, type Month, monthOf } from '../../core/calendar.ts';
import { type Event, isLineBeginning } from '../../core/events/event.ts';
import { type Logged, readEvent, type StoredEvent } from '../../core/events/read-body.ts';
import { afterDeductions, deductionId, entryId, partitionOf } from '../../core/ids.ts';
import { post } from '../../core/ledger.ts';
import type { History, LateClick, ParkedFact, StatementTrail, Trail, WaitingFact } from '../../core/line/history.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { payoutId } from '../chart.ts';
import type { Session } from '../connection/session.ts';
import { balanceAfter } from '../log/balances.ts';
import { type Book, policies } from '../night/book.ts';

/** Reads an order line's history (SPEC 13); undefined when nothing is known of the line. Call it in a snapshot. */
export async function historyOf(session: Session, book: Book, orderLineId: string): Promise<History | undefined> {
  const partition = partitionOf(orderLineId, book.partitions);
  const last = await lastPosition(session, partition, orderLineId);
  if (last === undefined) return notYetRun(session, partition, orderLineId);
  const events = await chain(session, partition, last, book.digits);
  const first = events[0]?.event;
  if (!isLineBeginning(first))
    throw new Error(`the events of ${orderLineId} do not begin with its attribution: see cps verify`);
  const policy = (await policies(session, book.digits)).find((one) => one.version === first.body.policy);
  if (policy === undefined) throw new Error(`policy ${first.body.policy} is not in this book: see cps verify`);
  const trails: Trail[] = [];
  for (const logged of events) if (logged.ordinal > 0) trails.push(await trailOf(session, book, logged));
  const waiting = await waitingFacts(session, partition, orderLineId, book.lastRunDay);
  const lateClicks = await lateClicksOf(session, partition, orderLineId, first.businessDay, policy.policy);
  return { kind: 'run', orderLineId, events, policy, trails, waiting, lateClicks };
}

const MOST_LATE_CLICKS = 20;

/** The buyer's clicks in the line's window that its night did not see; what old books handed on has none. */
function lateClicksOf(
  session: Session,
  partition: number,
  orderLineId: string,
  night: Day,
  { sameStoreWindowDays: same, crossStoreWindowDays: cross }: Policy,
): Promise<LateClick[]> {
  return session.all(sql<LateClick>`
    select c.click_id as click, c.clicked_at as at, c.pid
    from order_line o join night n on n.business_day = ${night}
    join click c on c.buyer_id = o.buyer_id and c.clicked_at <= o.paid_at
      and c.clicked_at >= o.paid_at - ${Math.max(same, cross)} * interval '24 hours' and c.batch > n.through_batch
    where o.partition = ${partition} and o.order_line_id = ${orderLineId} and o.brought_in is null
    order by c.clicked_at desc, c.click_id desc limit ${MOST_LATE_CLICKS}`);
}

async function lastPosition(session: Session, partition: number, line: string): Promise<bigint | undefined> {
  const row = await session.first(sql<{ position: bigint }>`
    select coalesce(s.position, a.position) as position
    from attribution a
    left join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id
    where a.partition = ${partition} and a.order_line_id = ${line}`);
  return row?.position;
}

/** An event and all of its subject's before it, oldest first. */
async function chain(session: Session, partition: number, position: bigint, digits: number): Promise<Logged[]> {
  const rows = await session.all(sql<StoredEvent>`
    with recursive chain as (
      select * from log where partition = ${partition} and position = ${position}
      union all
      select l.* from chain c join log l on l.partition = c.partition and l.position = c.previous)
    select partition, position, type::text as type, business_day, occurred_at, subject, ordinal, seller_id,
      publisher_id, body
    from chain order by position`);
  return rows.map((row) => readEvent(row, digits));
}

async function notYetRun(session: Session, partition: number, orderLineId: string): Promise<History | undefined> {
  const line = await session.db
    .selectFrom('order_line')
    .select(['order_id', 'shop_id', 'paid_amount', 'paid_at', 'due_day'])
    .where('partition', '=', partition)
    .where('order_line_id', '=', orderLineId)
    .executeTakeFirst();
  if (line !== undefined) {
    return { kind: 'delivered', orderLineId, line, waiting: await waitingFacts(session, partition, orderLineId, null) };
  }
  const rows = await session.all(sql<ParkedFact>`
    select p.feed, d.file, p.line from parked p join delivery d on d.delivery_id = p.delivery_id
    where p.order_line_id = ${orderLineId} order by p.batch, p.n`);
  return rows.length === 0 ? undefined : { kind: 'parked', orderLineId, parked: rows };
}

/** The line's facts that fall due after a day, all of them when it is null. */
function waitingFacts(session: Session, partition: number, line: string, after: Day | null): Promise<WaitingFact[]> {
  return session.all(sql<WaitingFact>`
    select kind, fact_id, at, amount, decision, due_day from trade_fact
    where partition = ${partition} and order_line_id = ${line}
      and ${after === null ? sql`true` : sql`due_day > ${after}`}
    order by due_day, at, batch, n`);
}

async function trailOf(session: Session, book: Book, { event, ordinal }: Logged): Promise<Trail> {
  const { businessDay, sellerId, publisherId } = event;
  const moved = new Set(post(event).flatMap(({ debit, credit }) => [debit, credit]));
  const owed = sellerId !== null && moved.has(due(sellerId)) ? sellerId : undefined;
  const earner = publisherId !== null && moved.has(payable(publisherId)) ? publisherId : undefined;
  return {
    entry: entryId({ ...event, ordinal }),
    dueAfter: owed === undefined ? null : await balanceAfter(session, due(owed), businessDay),
    deductions: owed === undefined ? [] : await deductionsFrom(session, book, owed, businessDay),
    month: earner === undefined ? null : monthOf(businessDay),
    statements: earner === undefined ? [] : await statementsFrom(session, book, earner, monthOf(businessDay)),
  };
}

interface Found {
  readonly id: string;
  readonly partition: number;
  readonly position: bigint;
}

/** The seller's first deduction on or after a day; a failed one is due again, so the ones that took its place follow. */
async function deductionsFrom(session: Session, book: Book, seller: string, day: Day): Promise<Logged[][]> {
  const found: Logged[][] = [];
  let from: Day | undefined = day;
  while (from !== undefined) {
    const next = await session.first(sql<Found>`
      select instruction_id as id, partition, position from instruction
      where instruction_id >= ${deductionId(seller, from)} and instruction_id < ${afterDeductions(seller)}
        and kind = 'deduction' and party_id = ${seller}
      order by instruction_id limit 1`);
    if (next === undefined) break;
    const events = await chain(session, next.partition, next.position, book.digits);
    found.push(events);
    from = dayOf(events, 'DeductionFailed');
  }
  return found;
}

function dayOf(events: readonly Logged[], type: Event['type']): Day | undefined {
  return events.find(({ event }) => event.type === type)?.event.businessDay;
}

/**
 * The publisher's statements from a month on until one is paid; where that payout came back, on until the one that paid
 * what had been returned.
 */
async function statementsFrom(
  session: Session,
  book: Book,
  publisher: string,
  month: Month,
): Promise<StatementTrail[]> {
  const rows = await session.all(sql<Found & { day: Day; disposition: string }>`
    select ${payoutId(sql.ref('publisher_id'), sql.ref('month'))} as id, partition, position, business_day as day,
      disposition
    from statement where publisher_id = ${publisher} and month >= ${month} order by month`);
  const found: StatementTrail[] = [];
  let from: Day = '';
  for (const row of rows) {
    if (row.day < from) continue;
    const issued = (await chain(session, row.partition, row.position, book.digits)).at(-1);
    if (issued === undefined) throw new Error(`the statement of ${publisher} is not in the log: see cps verify`);
    const payout = row.disposition === 'paid' ? await instructionEvents(session, book, row.id) : [];
    found.push({ issued, payout });
    const cameBack = dayOf(payout, 'PayoutReturned');
    if (row.disposition === 'paid' && cameBack === undefined) break;
    if (cameBack !== undefined) from = cameBack;
  }
  return found;
}

async function instructionEvents(session: Session, book: Book, id: string): Promise<Logged[]> {
  const row = await session.first(sql<Found>`
    select instruction_id as id, partition, position from instruction where instruction_id = ${id}`);
  return row === undefined ? [] : chain(session, row.partition, row.position, book.digits);
}
