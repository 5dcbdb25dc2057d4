/**
 * A publisher's or seller's month: opening balance, the entries on the party's account in order of business day, then
 * entry, and what a statement adds. Lines come through the log's index of the party and its days, never by account.
 */

import { type RawBuilder, sql } from 'kysely';
import { clearing, due, held, payable, returned } from '../../core/accounts.ts';
import { standingOf } from '../../core/bank/standing.ts';
import { addDays, type Day, firstDayOf, lastDayOf, type Month } from '../../core/calendar.ts';
import type { EventType } from '../../core/events/event.ts';
import { entryId, payoutId } from '../../core/ids.ts';
import { type Money, parseMoney } from '../../core/money.ts';
import type { Document } from '../../core/month/document.ts';
import { WENT_BACK } from '../../core/month/groups.ts';
import type { IssuedStatement, MonthFrame, MonthLine, PublisherFrame } from '../../core/month/month.ts';
import { paymentFacts } from '../bank/standing.ts';
import { entryId as entryIdSql, entryOrder } from '../chart.ts';
import type { Session } from '../connection/session.ts';
import { CHARGE_LIST, LINE_EVENT_LIST } from '../event-types.ts';
import { balanceAfter } from '../log/balances.ts';
import type { LogPlace } from '../log/place.ts';
import type { Book } from '../night/book.ts';
import { dayClosed } from './closed.ts';

/** Whether a publisher has been delivered. */
export async function isPublisher(session: Session, id: string): Promise<boolean> {
  const query = session.db.selectFrom('publisher').select('publisher_id').where('publisher_id', '=', id).limit(1);
  return (await query.executeTakeFirst()) !== undefined;
}

/** Whether a seller owns a shop that has been delivered. */
export async function isSeller(session: Session, id: string): Promise<boolean> {
  const query = session.db.selectFrom('shop').select('seller_id').where('seller_id', '=', id).limit(1);
  return (await query.executeTakeFirst()) !== undefined;
}

/**
 * The publisher's month without its lines; the publisher has to be there.
 * @param asOf the night after which it is told; null for the one that closed it, or the last one of an open month
 */
export async function publisherFrame(
  session: Session,
  book: Book,
  publisher: string,
  month: Month,
  asOf: Day | null = null,
): Promise<PublisherFrame> {
  const frame = await frameOf(session, book, { party: publisher, month, asOf }, payable(publisher));
  const names = await sql<{ name: string }>`
    select name from publisher where publisher_id = ${publisher} and ${seenBy(frame.asOf)}
    order by batch desc, n desc limit 1`.execute(session.db);
  const issued = await sql<IssuedStatement>`
    select * from statement where publisher_id = ${publisher} and month = ${month} and not ${frame.open}`.execute(
    session.db,
  );
  const id = payoutId(publisher, month);
  const facts = frame.open ? undefined : (await paymentFacts(session, [id])).get(id);
  const at = frame.through;
  return {
    ...frame,
    opening: -frame.opening,
    name: names.rows[0]?.name ?? '',
    marked: await isMarked(session, publisher, frame.through),
    issued: issued.rows[0] ?? null,
    payout: facts === undefined ? null : { id, standing: standingOf(facts, frame.asOf, false, book.calendar) },
    held: at === null ? 0n : -(await balanceAfter(session, held(publisher), at)),
    clearing: at === null ? 0n : -(await balanceAfter(session, clearing(publisher), at)),
    returned: at === null ? 0n : -(await balanceAfter(session, returned(publisher), at)),
  };
}

async function isMarked(session: Session, publisher: string, through: Day | null): Promise<boolean> {
  const rows = await session.all(sql`
    select 1 from attribution
    where publisher_id = ${publisher} and sub_id is not null and business_day <= ${through} limit 1`);
  return rows.length > 0;
}

/** The seller's month without its lines; `asOf` as of a publisher's. */
export function sellerFrame(
  session: Session,
  book: Book,
  seller: string,
  month: Month,
  asOf: Day | null = null,
): Promise<MonthFrame> {
  return frameOf(session, book, { party: seller, month, asOf }, due(seller));
}

async function frameOf(
  session: Session,
  book: Book,
  of: { readonly party: string; readonly month: Month; readonly asOf: Day | null },
  account: string,
): Promise<MonthFrame> {
  const { party, month } = of;
  const closed = await dayClosed(session, month);
  const asOf = of.asOf ?? closed ?? book.lastRunDay;
  const last = lastDayOf(month);
  const reached = asOf !== null && asOf >= firstDayOf(month);
  const through = reached ? (asOf >= last ? last : asOf) : null;
  const opening = await balanceAfter(session, account, addDays(firstDayOf(month), -1));
  return { party, month, open: closed === null || asOf === null || closed > asOf, through, asOf, opening };
}

/** Which rows of the registry the night of a day had seen. */
function seenBy(asOf: Day | null) {
  if (asOf === null) return sql`true`;
  return sql`batch <= (select max(through_batch) from night where business_day <= ${asOf})`;
}

/** The state of an instruction after the night of a day: a bank takes back what it confirmed, never the other way. */
export function stateOf(instruction: string, asOf: Day | null) {
  return sql`coalesce((select r.status from result r
    where r.instruction_id = ${sql.ref(`${instruction}.instruction_id`)} and r.due_day <= ${asOf}
    order by r.status = 'confirmed' limit 1), 'instructed')`;
}

/** The lines on a publisher's payable, as the publisher sees them: what it earns is positive. Call it in a snapshot. */
export function publisherLines(session: Session, book: Book, frame: MonthFrame): AsyncGenerator<MonthLine[]> {
  return linesOf(session, book, frame, publisherSide(frame.party));
}

/** The lines on a seller's due: what it owes is positive. Call it in a snapshot. */
export function sellerLines(session: Session, book: Book, frame: MonthFrame): AsyncGenerator<MonthLine[]> {
  return linesOf(session, book, frame, sellerSide(frame.party));
}

interface Side {
  readonly column: 'publisher_id' | 'seller_id';
  readonly account: string;
  readonly sign: 1 | -1;
}

const publisherSide = (id: string): Side => ({ column: 'publisher_id', account: payable(id), sign: -1 });
const sellerSide = (id: string): Side => ({ column: 'seller_id', account: due(id), sign: 1 });

/** From which side a document's entries are seen: the log's column of the party, its account, and the sign of a debit. */
export function sideOf({ kind, frame }: Pick<Document, 'kind' | 'frame'>): Side {
  return kind === 'statement' ? publisherSide(frame.party) : sellerSide(frame.party);
}

/** Entries whose details are read together; the first page of a long statement is the first of these lists. */
const ENTRIES_A_PAGE = 1000;

/** The order of the lines is found first, from the log alone, and the rest is read page by page: a page costs a page. */
async function* linesOf(session: Session, book: Book, frame: MonthFrame, side: Side): AsyncGenerator<MonthLine[]> {
  if (frame.through === null) return;
  const query = sql<LogPlace>`
    select partition, position from log
    where ${sql.ref(side.column)} = ${frame.party} and ordinal > 0
      and business_day between ${firstDayOf(frame.month)} and ${frame.through}
    order by ${ENTRY}`;
  for await (const places of session.stream(query, ENTRIES_A_PAGE)) {
    const lines = await linesAt(session, book, places, side, frame.asOf);
    if (lines.length > 0) yield lines;
  }
}

/** Which of a month's lines are wanted; null for all. */
export interface Narrowed {
  readonly day: Day | null;
  /** The other side of the lines: a publisher of a seller's month, a seller of a publisher's. */
  readonly with: string | null;
  readonly types: readonly EventType[] | null;
  /** Of a publisher's month its own mark; the empty one is of lines without. */
  readonly mark: string | null;
}

/** Some of a party's lines, and the entry to go on after; null at the end. */
export interface SomeLines {
  readonly lines: readonly MonthLine[];
  readonly next: string | null;
}

/**
 * A month's lines after an entry, in the order of the document, at most so many. Call it in a snapshot.
 * @param after the id of an entry, such as `2013-12-09.CommissionSettled.L1.1`; null from the first on
 */
export async function linesAfter(
  session: Session,
  book: Book,
  document: Pick<Document, 'kind' | 'frame'>,
  of: { readonly after: string | null; readonly size: number; readonly narrowed: Narrowed },
): Promise<SomeLines> {
  const { frame } = document;
  if (frame.through === null) return { lines: [], next: null };
  const side = sideOf(document);
  const other = side.column === 'publisher_id' ? 'seller_id' : 'publisher_id';
  const { size, narrowed } = of;
  const found: MonthLine[] = [];
  let { after } = of;
  // Entries that did not move the account are no lines, so that a list of entries may be short of lines.
  for (;;) {
    const from: Day = after === null ? firstDayOf(frame.month) : after.slice(0, firstDayOf(frame.month).length);
    const rows = await session.all(sql<LogPlace & { entry: string }>`
      select partition, position, ${ENTRY} as entry from log
      where ${sql.ref(side.column)} = ${frame.party} and ordinal > 0
        and business_day between ${narrowed.day ?? firstDayOf(frame.month)} and ${narrowed.day ?? frame.through}
        and business_day >= ${from}
        and ${after === null ? sql`true` : sql`${ENTRY} > ${after}`}
        and ${narrowed.with === null ? sql`true` : sql`${sql.ref(other)} = ${narrowed.with}`}
        and ${narrowed.mark === null ? sql`true` : ofMark(narrowed.mark)}
        and ${narrowed.types === null ? sql`true` : sql`type::text = any(${[...narrowed.types]})`}
      order by business_day, ${ENTRY} limit ${size + 1}`);
    found.push(...(await linesAt(session, book, rows, side, frame.asOf)));
    if (found.length > size || rows.length <= size) break;
    after = rows.at(-1)?.entry ?? null;
  }
  const lines = found.slice(0, size);
  const last = lines.at(-1);
  return { lines, next: found.length > size && last !== undefined ? entryOf(last) : null };
}

/** Whether an entry of the log is of a line with a mark of its publisher's. */
const ofMark = (mark: string): RawBuilder<unknown> => sql`exists (
  select from attribution a left join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id
    and s.publisher_id = log.publisher_id
  where a.partition = log.partition and a.order_line_id = log.subject
    and coalesce(case when s.publisher_id is null then a.sub_id else s.sub_id end, '') = ${mark})`;

function entryOf({ business_day: businessDay, type, subject, ordinal }: MonthLine): string {
  return entryId({ businessDay, type, subject, ordinal });
}

/** The id of a log's entry, which is the order of a document; sorted behind the day, with which it begins, an index helps. */
const ENTRY = entryOrder();

type LineRecord = Omit<MonthLine, keyof Told> & {
  readonly body: string;
  /** The attribution's body, beside a settlement. */
  readonly won: string | null;
};

/** What of a line stands in the bodies of its events. */
type Told = Pick<
  MonthLine,
  'commission' | 'fee' | 'earning' | 'clicked_at' | 'click_shop' | 'refund' | 'decision' | 'decided_by' | 'reason'
>;

/** Of an entry `l`, whether it is of an order line. */
export const OF_A_LINE = sql`l.type in ${LINE_EVENT_LIST}`;

/**
 * Joined to entries `l`: what they moved on a side as `m.amount`, only those that moved something; of an order line its
 * attribution `a`, and its standing `s` where that is of the entry's publisher.
 */
export const movedWithLine = ({ account, sign }: Side) => sql`
  join lateral (
    select (${sql.lit(sign)} * sum(case when t.debit = ${account} then t.amount else -t.amount end))::bigint as amount
    from transfer t
    where t.partition = l.partition and t.position = l.position and ${account} in (t.debit, t.credit)
    having count(*) > 0) m on true
  left join attribution a on a.partition = l.partition and a.order_line_id = l.subject and ${OF_A_LINE}
  left join settlement s on s.partition = l.partition and s.order_line_id = l.subject and ${OF_A_LINE}
    and s.publisher_id = l.publisher_id`;

/** Of entries so joined the publisher's own mark, which is none of a seller's business. */
export const markOf = ({ column }: Side) =>
  column === 'seller_id' ? sql`null::text` : sql`case when s.publisher_id is null then a.sub_id else s.sub_id end`;

/** The entries at some places of the log that moved the account, in the order of the places. */
async function linesAt(
  session: Session,
  { digits }: Book,
  places: readonly LogPlace[],
  side: Side,
  asOf: Day | null,
): Promise<MonthLine[]> {
  const rows = await session.all(sql<LineRecord>`
    select l.business_day, l.occurred_at, l.type::text as type, l.subject, l.ordinal, l.publisher_id,
      coalesce(s.pid, a.pid) as pid, coalesce(s.trace, a.trace) as trace, coalesce(s.click_id, a.click_id) as click_id,
      ${markOf(side)} as sub_id,
      coalesce(s.rate, a.rate)::text as rate, m.amount,
      case when i.instruction_id is not null then ${stateOf('i', asOf)} end as state, l.body,
      -- Of another event than the entry's own one field is needed, and not all of its evidence.
      (w.body->'tested'->-1->'candidate')::text as won,
      case when l.type in ('CommissionReversed', 'CommissionReleased', 'CommissionForfeited') then (
        with recursive back as (
          select b.position, b.previous, b.type, b.business_day, b.subject, b.ordinal
          from log b where b.partition = l.partition and b.position = l.previous
          union all
          select b.position, b.previous, b.type, b.business_day, b.subject, b.ordinal
          from back join log b on b.partition = l.partition and b.position = back.previous
          where back.type not in ${CHARGE_LIST})
        select ${entryIdSql()}
        from back where type in ${CHARGE_LIST}) end as corrects
    from unnest(${places.map((place) => place.partition)}::smallint[], ${places.map((place) => String(place.position))}::bigint[])
      with ordinality as place (partition, position, nth)
    join log l on l.partition = place.partition and l.position = place.position
    ${movedWithLine(side)}
    left join log w on w.partition = a.partition and w.position = a.position and l.type = 'CommissionSettled'
      and s.order_line_id is null
    left join instruction i on i.instruction_id = l.subject and l.type in ('DeductionInstructed', 'PayoutInstructed')
    order by place.nth`);
  // Said field by field: spread out, a row of twenty columns costs as much as reading its bodies.
  return rows.map((row) => {
    const of = told(row, row.body, row.won, digits);
    return {
      business_day: row.business_day,
      occurred_at: row.occurred_at,
      type: row.type,
      subject: row.subject,
      ordinal: row.ordinal,
      publisher_id: row.publisher_id,
      pid: row.pid,
      trace: row.trace,
      click_id: row.click_id,
      sub_id: row.sub_id,
      rate: row.rate,
      amount: row.amount,
      state: row.state,
      corrects: row.corrects,
      commission: of.commission,
      fee: of.fee,
      earning: of.earning,
      clicked_at: of.clicked_at,
      click_shop: of.click_shop,
      refund: of.refund,
      decision: of.decision,
      decided_by: of.decided_by,
      reason: of.reason,
    };
  });
}

/** Read here and not by PostgreSQL, which would parse a body again for every field. */
function told(row: { type: EventType; pid: string | null }, body: string, won: string | null, digits: number): Told {
  const own = JSON.parse(body) as Body;
  const candidate = won === null ? own.tested?.at(-1)?.candidate : (JSON.parse(won) as Candidate);
  // What is given back is below 0.
  const back = WENT_BACK.includes(row.type);
  const amount = (text: string | undefined): Money | null => {
    const value = row.pid === null || text === undefined ? undefined : parseMoney(text, digits);
    return value === undefined ? null : back ? -value : value;
  };
  return {
    commission: amount(own.commission),
    fee: amount(own.fee),
    earning: amount(own.earning),
    clicked_at: candidate?.at ?? null,
    click_shop: candidate?.shop ?? null,
    refund: own.refund?.refund ?? null,
    decision: own.decision ?? null,
    decided_by: own.decided_by ?? null,
    reason: own.refund?.correction ?? own.reason ?? null,
  };
}

/** The fields of bodies that a line tells of, each in some events only. */
interface Body {
  readonly commission?: string;
  readonly fee?: string;
  readonly earning?: string;
  readonly refund?: { readonly refund: string; readonly correction?: string };
  readonly decision?: string;
  readonly decided_by?: string;
  readonly reason?: string;
  readonly tested?: readonly { readonly candidate: Candidate }[];
}

/** The click that won a line, or its coupon, which has no moment. */
interface Candidate {
  readonly at?: string;
  readonly shop?: string;
}
