/**
 * What verifying asks of whole tables: account days made again from the transfers, publishers' months from both, and
 * rows that nothing accounts for. Each answers with the first difference and how many there are, never with all.
 */

import { type RawBuilder, sql } from 'kysely';
import { type Day, firstDayOf, lastDayOf, type Month } from '../../core/calendar.ts';
import type { EventType } from '../../core/events/event.ts';
import type { Money } from '../../core/money.ts';
import { accountOf, accountsLike, entryOrder, partyOf, returnedLike, statementSubject } from '../chart.ts';
import type { Session } from '../connection/session.ts';
import { LINE_BEGINNING_LIST, LINE_EVENT_LIST } from '../event-types.ts';
import type { Row } from '../schema/tables.ts';

const PAYABLE = accountsLike('payable');
const RETURNED = accountsLike('returned');

interface DayFigures {
  readonly debits: Money | null;
  readonly credits: Money | null;
  readonly closing: Money | null;
}

export interface AccountDayDifference {
  readonly account: string;
  readonly business_day: Day;
  readonly stored: DayFigures;
  readonly derived: DayFigures;
  readonly total: number;
}

/** The earliest account day that differs from the transfers of completed days, through `last`. */
export async function accountDayDifference(
  session: Session,
  last: Day | null,
): Promise<AccountDayDifference | undefined> {
  const row = await session.first(sql<
    Record<`${'s' | 'd'}_${keyof DayFigures}`, string | null> & { account: string; day: Day; total: bigint }
  >`
    with moves as (
      select account, business_day, sum(debit) as debits, sum(credit) as credits from (
        select debit as account, business_day, amount as debit, 0 as credit from transfer where business_day <= ${last}
        union all
        select credit, business_day, 0, amount from transfer where business_day <= ${last}) t
      group by account, business_day),
    derived as (
      select *, sum(debits - credits) over (partition by account order by business_day) as closing from moves)
    select coalesce(d.account, s.account) as account, coalesce(d.business_day, s.business_day) as day,
      s.debits::text as s_debits, s.credits::text as s_credits, s.closing::text as s_closing,
      d.debits::text as d_debits, d.credits::text as d_credits, d.closing::text as d_closing, count(*) over () as total
    from derived d full join account_day s on s.account = d.account and s.business_day = d.business_day
    where s.account is null or d.account is null or s.debits <> d.debits or s.credits <> d.credits
      or s.closing <> d.closing
    order by 2, 1 limit 1`);
  if (row === undefined) return undefined;
  const money = (text: string | null): Money | null => (text === null ? null : BigInt(text));
  const figures = (side: 's' | 'd'): DayFigures => ({
    debits: money(row[`${side}_debits`]),
    credits: money(row[`${side}_credits`]),
    closing: money(row[`${side}_closing`]),
  });
  const { account, day, total } = row;
  return { account, business_day: day, stored: figures('s'), derived: figures('d'), total: Number(total) };
}

export interface WaitingDifference {
  readonly partition: number;
  readonly paid_on: Day;
  readonly stored: string;
  readonly derived: string;
  readonly total: bigint;
}

/** The first day of payment of which the nights' sums of waiting lines are not those of the lines. */
export function waitingDifference(session: Session, zone: string): Promise<WaitingDifference | undefined> {
  return session.first(sql<WaitingDifference>`
    with derived as (
      select a.partition, (o.paid_at at time zone ${zone})::date as paid_on, count(*) as lines, sum(a.estimate) as estimate
      from attribution a
      join order_line o on o.partition = a.partition and o.order_line_id = a.order_line_id
      left join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id
      where a.outcome = 'attributed' and (s.state is null or s.state = 'attributed')
      group by 1, 2),
    stored as (select partition, paid_on, sum(lines) as lines, sum(estimate) as estimate from waiting_day group by 1, 2)
    select coalesce(d.partition, s.partition) as partition, coalesce(d.paid_on, s.paid_on) as paid_on,
      concat(coalesce(s.lines, 0), ' lines, ', coalesce(s.estimate, 0)) as stored,
      concat(coalesce(d.lines, 0), ' lines, ', coalesce(d.estimate, 0)) as derived, count(*) over () as total
    from derived d full join stored s on s.partition = d.partition and s.paid_on = d.paid_on
    where coalesce(d.lines, 0) <> coalesce(s.lines, 0) or coalesce(d.estimate, 0) <> coalesce(s.estimate, 0)
    order by 2, 1 limit 1`);
}

export interface OpenDue {
  readonly account: string;
  readonly business_day: Day;
  readonly closing: Money;
  readonly total: bigint;
}

/** The first due balance that a day's deductions left above 0, or took below it. */
export function dueLeftOpen(session: Session): Promise<OpenDue | undefined> {
  return session.first(sql<OpenDue>`
    select a.account, a.business_day, a.closing, count(*) over () as total
    from account_day a
    left join (select distinct credit, business_day from transfer where type = 'DeductionInstructed') i
      on i.credit = a.account and i.business_day = a.business_day
    where a.account like ${accountsLike('due')} and (a.closing > 0 or (a.closing < 0 and i.credit is not null))
    order by a.business_day, a.account limit 1`);
}

export interface Stray {
  readonly partition: number;
  readonly position: bigint;
  readonly subject: string;
  readonly total: bigint;
}

/** An event that two later ones name as the one before them: one of them skips events of its subject. */
export function doublePredecessor(session: Session): Promise<Stray | undefined> {
  return session.first(sql<Stray>`
    select partition, previous as position, min(subject) as subject, count(*) over () as total
    from log where previous is not null group by partition, previous having count(*) > 1
    order by partition, previous limit 1`);
}

/** Events and transfers in partitions that the book has not. */
export function outsidePartitions(
  session: Session,
  table: 'log' | 'transfer',
  partitions: number,
): Promise<Stray | undefined> {
  const subject = sql.ref(table === 'log' ? 'subject' : 'debit');
  return session.first(sql<Stray>`
    select partition, position, ${subject} as subject, count(*) over () as total from ${sql.table(table)}
    where partition < 0 or partition >= ${partitions} order by partition, position limit 1`);
}

const STATEMENT = statementSubject(sql.ref('r.publisher_id'), sql.ref('r.month'));

const MADE_BY = {
  attribution: sql`l.subject = r.order_line_id and l.type in ${LINE_BEGINNING_LIST}`,
  settlement: sql`l.subject = r.order_line_id and (l.type in ${LINE_EVENT_LIST} or l.type = 'LineBroughtIn')`,
  instruction: sql`l.subject = r.instruction_id`,
  statement: sql`l.subject = ${STATEMENT} and l.type = 'StatementIssued'`,
  promotion: sql`l.subject = r.subject and l.type = r.last_event`,
} as const;
export type Projection = keyof typeof MADE_BY;
export const PROJECTIONS = Object.keys(MADE_BY) as Projection[];

const SUBJECT: Readonly<Record<Projection, RawBuilder<string>>> = {
  attribution: sql`r.order_line_id`,
  settlement: sql`r.order_line_id`,
  instruction: sql`r.instruction_id`,
  statement: STATEMENT,
  promotion: sql`r.subject`,
};

/** How many rows a table has. */
export async function countRows(session: Session, table: Projection | 'account_day'): Promise<number> {
  const row = await session.first(sql<{ count: bigint }>`select count(*) as count from ${sql.table(table)}`);
  return Number(row?.count ?? 0n);
}

/** The first row that names no event that could have made it. */
export function rowWithoutEvent(session: Session, table: Projection): Promise<Stray | undefined> {
  return session.first(sql<Stray>`
    select r.partition, r.position, ${SUBJECT[table]} as subject, count(*) over () as total from ${sql.table(table)} r
    where not exists (
      select from log l where l.partition = r.partition and l.position = r.position and ${MADE_BY[table]})
    order by 1, 2, 3 limit 1`);
}

/** A publisher's month as the account days and transfers have it, beside the place of its statement, if it has one. */
export interface ProvedMonth {
  readonly publisher_id: string;
  readonly partition: number | null;
  readonly position: bigint | null;
  readonly opening: Money;
  readonly payable_now: Money;
  readonly returned_now: Money;
  readonly types: readonly EventType[];
  readonly amounts: readonly string[];
  /** The events that moved the payable in the month and the digest of their hashes, in the order of the statement. */
  readonly lines: string;
  /** The same, as the statement's event says it; null where that has none. */
  readonly stated_lines: string | null;
}

/** By publisher, the entries of a month that moved its payable; found through the log, where the night goes through transfers. */
const linesOf = (from: Day, to: Day) => sql`
  select l.publisher_id as id, count(*) as lines,
    sha256(string_agg(l.hash, ''::bytea order by ${entryOrder('l')})) as digest
  from log l
  where l.business_day between ${from} and ${to} and l.ordinal > 0 and l.publisher_id is not null
    and exists (select from transfer t where t.partition = l.partition and t.position = l.position
      and ${accountOf('payable', sql.ref('l.publisher_id'))} in (t.debit, t.credit))
  group by 1`;

const before = (account: string, day: Day) => sql`
  coalesce((select closing from account_day d where d.account = ${sql.ref(account)} and d.business_day < ${day}
    order by d.business_day desc limit 1), 0)`;

/** Each side of some accounts' transfers between two days: credits positive. */
const sides = (like: string, from: Day, to: Day) => sql`
  select credit as account, type, amount, partition, position from transfer
  where business_day between ${from} and ${to} and credit like ${like}
  union all
  select debit, type, -amount, partition, position from transfer
  where business_day between ${from} and ${to} and debit like ${like}`;

/** The closing day's movements up to the statement: what it paid out itself, and later months did, came after it. */
const untilStatement = (account: string) => sql`
  select c.id, sum(t.amount) as amount from concerned c join today t on t.account = ${sql.ref(account)}
  where t.type not in ('TaxWithheld', 'PayoutInstructed') or t.position < c.position group by c.id`;

/**
 * Every publisher that has a statement for a month or should have one (SPEC 10), with its figures, by id.
 * @param day the day that closed it
 */
export function provedMonths(session: Session, month: Month, day: Day): AsyncGenerator<ProvedMonth[]> {
  const opens = firstDayOf(month);
  const query = sql<ProvedMonth>`
    with today as materialized (${sides(PAYABLE, day, day)} union all ${sides(RETURNED, day, day)}),
    moves as materialized (
      select ${partyOf('account')} as id, array_agg(type::text order by type) as types,
        array_agg(amount::text order by type) as amounts
      from (select account, type, sum(amount) as amount from (${sides(PAYABLE, opens, lastDayOf(month))}) s
        group by account, type) m
      group by 1),
    stated as materialized (select publisher_id as id, partition, position from statement where month = ${month}),
    lines as materialized (${linesOf(opens, lastDayOf(month))}),
    concerned as materialized (
      select id, s.partition, s.position, ${accountOf('payable', sql.ref('id'))} as payable,
        ${accountOf('returned', sql.ref('id'))} as returned
      from (
        select id from moves
        union select id from stated
        union select publisher_id from statement where month = to_char(${opens}::date - 1, 'YYYY-MM') and closing <> 0
        union select ${partyOf('account')} from account_day
          where account like ${returnedLike()} and business_day <= ${day}) i
      left join stated s using (id)),
    payable_today as (${untilStatement('c.payable')}),
    returned_today as (${untilStatement('c.returned')}),
    figures as (
      select c.id as publisher_id, c.partition, c.position, m.types, m.amounts,
        -${before('c.payable', opens)} as opening,
        -${before('c.payable', day)} + coalesce(p.amount, 0) as payable_now,
        -${before('c.returned', day)} + coalesce(r.amount, 0) as returned_now,
        coalesce(n.lines, 0) || ' ' || encode(coalesce(n.digest, sha256('')), 'hex') as lines,
        (e.body->'lines'->>'count') || ' ' || (e.body->'lines'->>'digest') as stated_lines
      from concerned c left join moves m on m.id = c.id
      left join lines n on n.id = c.id
      left join log e on e.partition = c.partition and e.position = c.position and e.type = 'StatementIssued'
      left join payable_today p on p.id = c.id left join returned_today r on r.id = c.id)
    select publisher_id, partition, position, opening::bigint, payable_now::bigint, returned_now::bigint,
      coalesce(types, '{}') as types, coalesce(amounts, '{}') as amounts, lines, stated_lines
    from figures where position is not null or types is not null or opening <> 0 or returned_now <> 0
    order by publisher_id collate "C"`;
  return session.stream(query, 2000);
}

export type NightRow = Row<'night'>;

/** Which deliveries each night saw, and which months were closed, as the tables keep them. */
export async function nightRows(
  session: Session,
): Promise<{ nights: NightRow[]; closes: { month: Month; business_day: Day }[] }> {
  const nights = await session.db.selectFrom('night').selectAll().orderBy('business_day').execute();
  const closes = await session.db.selectFrom('month_close').selectAll().orderBy('month').execute();
  return { nights, closes };
}
