/**
 * A publisher's or seller's month: opening balance, the entries on the party's account in order of business day, then
 * entry, and what a statement adds. Lines come through the log's index of the party and its days, never by account.
 */
import { sql } from 'kysely';
import { addDays, type Day, firstDayOf, lastDayOf, type Month } from '../core/calendar.ts';
import { due, held, payable, returned } from '../core/ledger.ts';
import type { Money } from '../core/money.ts';
import type { IssuedStatement, MonthFrame, MonthLine, PublisherFrame } from '../core/month.ts';
import type { Book } from './book.ts';
import type { Session } from './session.ts';

/** Whether a publisher has been delivered. */
export async function isPublisher(session: Session, id: string): Promise<boolean> {
  const { rows } = await sql`select 1 from publisher where publisher_id = ${id} limit 1`.execute(session.db);
  return rows.length > 0;
}

/** Whether a seller owns a shop that has been delivered. */
export async function isSeller(session: Session, id: string): Promise<boolean> {
  const { rows } = await sql`select 1 from shop where seller_id = ${id} limit 1`.execute(session.db);
  return rows.length > 0;
}

/** The publisher's month without its lines; the publisher has to be there. */
export async function publisherFrame(
  session: Session,
  book: Book,
  publisher: string,
  month: Month,
): Promise<PublisherFrame> {
  const frame = await frameOf(session, book, publisher, month, payable(publisher));
  const names = await sql<{ name: string }>`
    select name from publisher where publisher_id = ${publisher} order by batch desc, n desc limit 1`.execute(
    session.db,
  );
  const issued = await session.db
    .selectFrom('statement')
    .selectAll()
    .where('publisher_id', '=', publisher)
    .where('month', '=', month)
    .executeTakeFirst();
  const payouts = await sql<{ id: string; state: string; value_date: Day }>`
    select instruction_id as id, state, business_day + 1 as value_date from instruction
    where instruction_id = ${`P-${publisher}-${month.replace('-', '')}`} and party_id = ${publisher}`.execute(
    session.db,
  );
  const at = frame.through;
  return {
    ...frame,
    opening: -frame.opening,
    name: names.rows[0]?.name ?? '',
    issued: issued === undefined ? null : (issued satisfies IssuedStatement),
    payout: payouts.rows[0] ?? null,
    held: at === null ? 0n : -(await balanceAfter(session, held(publisher), at)),
    returned: at === null ? 0n : -(await balanceAfter(session, returned(publisher), at)),
  };
}

/** The seller's month without its lines. */
export function sellerFrame(session: Session, book: Book, seller: string, month: Month): Promise<MonthFrame> {
  return frameOf(session, book, seller, month, due(seller));
}

async function frameOf(
  session: Session,
  book: Book,
  party: string,
  month: Month,
  account: string,
): Promise<MonthFrame> {
  const closed = await sql`select 1 from month_close where month = ${month}`.execute(session.db);
  const last = lastDayOf(month);
  const { lastRunDay } = book;
  const reached = lastRunDay !== null && lastRunDay >= firstDayOf(month);
  const whole = lastRunDay !== null && lastRunDay >= last;
  const through = whole ? last : reached ? lastRunDay : null;
  const opening = await balanceAfter(session, account, addDays(firstDayOf(month), -1));
  return { party, month, open: closed.rows.length === 0, through, opening };
}

async function balanceAfter(session: Session, account: string, day: Day): Promise<Money> {
  const { rows } = await sql<{ closing: Money }>`
    select closing from account_day where account = ${account} and business_day <= ${day}
    order by business_day desc limit 1`.execute(session.db);
  return rows[0]?.closing ?? 0n;
}

/** The lines on a publisher's payable, as the publisher sees them: what it earns is positive. Call it in a snapshot. */
export function publisherLines(session: Session, book: Book, frame: MonthFrame): AsyncGenerator<MonthLine[]> {
  return linesOf(session, book, frame, { column: 'publisher_id', account: payable(frame.party), sign: -1 });
}

/** The lines on a seller's due: what it owes is positive. Call it in a snapshot. */
export function sellerLines(session: Session, book: Book, frame: MonthFrame): AsyncGenerator<MonthLine[]> {
  return linesOf(session, book, frame, { column: 'seller_id', account: due(frame.party), sign: 1 });
}

interface Side {
  readonly column: 'publisher_id' | 'seller_id';
  readonly account: string;
  readonly sign: 1 | -1;
}

async function* linesOf(
  session: Session,
  { digits }: Book,
  frame: MonthFrame,
  { column, account, sign }: Side,
): AsyncGenerator<MonthLine[]> {
  if (frame.through === null) return;
  // What is given back is below 0; the amounts of a body are decimals.
  const amount = (key: string) => sql`
    ((case when l.type in ('CommissionReversed', 'CommissionForfeited') then -1 else 1 end)
      * (l.body->>${sql.lit(key)})::numeric * ${sql.lit(10 ** digits)})::bigint`;
  const query = sql`
    select l.business_day, l.occurred_at, l.type::text as type, l.subject, l.ordinal, l.publisher_id,
      a.pid, a.trace, a.click_id, a.rate::text as rate,
      case when a.pid is not null then ${amount('commission')} end as commission,
      case when a.pid is not null then ${amount('fee')} end as fee,
      case when a.pid is not null then ${amount('earning')} end as earning,
      m.amount, i.state, l.body->'refund'->>'refund' as refund, l.body->>'decision' as decision,
      l.body->>'decided_by' as decided_by, l.body->>'reason' as reason,
      w.body->'tested'->-1->'candidate'->>'at' as clicked_at, w.body->'tested'->-1->'candidate'->>'shop' as click_shop,
      case when l.type in ('CommissionReversed', 'CommissionReleased', 'CommissionForfeited') then (
        with recursive back as (
          select b.position, b.previous, b.type, b.business_day, b.subject, b.ordinal
          from log b where b.partition = l.partition and b.position = l.previous
          union all
          select b.position, b.previous, b.type, b.business_day, b.subject, b.ordinal
          from back join log b on b.partition = l.partition and b.position = back.previous
          where back.type <> 'CommissionSettled')
        select business_day::text || '.' || type::text || '.' || subject || '.' || ordinal::text
        from back where type = 'CommissionSettled') end as corrects
    from log l
    join lateral (
      select (${sql.lit(sign)} * sum(case when t.debit = ${account} then t.amount else -t.amount end))::bigint as amount
      from transfer t
      where t.partition = l.partition and t.position = l.position and ${account} in (t.debit, t.credit)
      having count(*) > 0) m on true
    left join attribution a on a.partition = l.partition and a.order_line_id = l.subject
      and l.type in ('CommissionSettled', 'CommissionReversed', 'CommissionReleased', 'CommissionForfeited')
    left join log w on w.partition = a.partition and w.position = a.position and l.type = 'CommissionSettled'
    left join instruction i on i.instruction_id = l.subject and l.type in ('DeductionInstructed', 'PayoutInstructed')
    where l.${sql.ref(column)} = ${frame.party} and l.ordinal > 0
      and l.business_day between ${firstDayOf(frame.month)} and ${frame.through}
    order by (l.business_day::text || '.' || l.type::text || '.' || l.subject || '.' || l.ordinal::text) collate "C"`.compile(
    session.db,
  );
  yield* session.stream<MonthLine>(query.sql, query.parameters);
}
