/** Sums over transfers and account days: what is due today, what a month did, and each day's closing rows. */
import { sql } from 'kysely';
import type { Account } from '../../core/accounts.ts';
import { addDays, type Day, firstDayOf, lastDayOf, type Month, monthOf } from '../../core/calendar.ts';
import type { EventType } from '../../core/events/event.ts';
import type { Money } from '../../core/money.ts';
import { accountOf, accountsLike, partyOf, returnedLike, statementOrder } from '../chart.ts';
import type { Session } from '../connection/session.ts';

const DUE_ACCOUNTS = accountsLike('due');
const PAYABLE_ACCOUNTS = accountsLike('payable');
const RETURNED_ACCOUNTS = accountsLike('returned');

/** One side's view of a day's transfers: account, debits, credits. */
const movementsOn = (day: Day, like: string) => sql`
  select account, sum(debit)::bigint as debits, sum(credit)::bigint as credits from (
    select debit as account, amount as debit, 0 as credit from transfer
    where business_day = ${day} and debit like ${like}
    union all
    select credit, 0, amount from transfer where business_day = ${day} and credit like ${like}) t
  group by account`;

const closingBefore = (account: string, day: Day) => sql`
  (select closing from account_day d where d.account = ${sql.ref(account)} and d.business_day < ${day}
   order by d.business_day desc limit 1)`;

/** What an account closed with by the end of a day, or of the last day run: debits less credits, 0 where it never moved. */
export async function balanceAfter(session: Session, account: Account, day: Day | null): Promise<Money> {
  let query = session.db.selectFrom('account_day').select('closing').where('account', '=', account);
  if (day !== null) query = query.where('business_day', '<=', day);
  const last = await query.orderBy('business_day', 'desc').limit(1).executeTakeFirst();
  return last?.closing ?? 0n;
}

/** Sellers whose due balance is positive after a day's transfers so far, by account. */
export function sellersDue(session: Session, day: Day): AsyncGenerator<{ account: string; amount: Money }[]> {
  const query = sql<{ account: string; amount: Money }>`
    select account, (coalesce(${closingBefore('m.account', day)}, 0) + debits - credits)::bigint as amount
    from (${movementsOn(day, DUE_ACCOUNTS)}) m
    where coalesce(${closingBefore('m.account', day)}, 0) + debits - credits > 0
    order by account`;
  return session.stream(query);
}

/** Writes the day's row of every account that moved. */
export async function closeAccounts(session: Session, day: Day): Promise<void> {
  await sql`
    insert into account_day (account, business_day, debits, credits, closing)
    select account, ${day}::date, debits, credits,
      coalesce(${closingBefore('m.account', day)}, 0) + debits - credits
    from (${movementsOn(day, '%')}) m`.execute(session.db);
}

export interface PublisherMonth {
  readonly publisher_id: string;
  /** Credits less debits of `payable` before the month. */
  readonly opening: Money;
  /** Credits less debits of `payable` after the transfers written so far. */
  readonly payable_now: Money;
  readonly returned_now: Money;
  readonly types: readonly EventType[];
  /** Credits less debits, in step with `types`. */
  readonly amounts: readonly string[];
  readonly lines: bigint;
  /** SHA-256 over the hashes of the events that moved the payable in the month, in the order of its statement. */
  readonly digest: Buffer;
}

/**
 * The publishers that get a statement for a month (SPEC 10), with their figures, by id: those with a posting to their
 * payable in it, those whose opening balance is not zero, and those with something returned.
 * @param day the day that closes it, whose transfers so far count for the balances of the moment
 */
export function publisherMonths(session: Session, month: Month, day: Day): AsyncGenerator<PublisherMonth[]> {
  const first = firstDayOf(month);
  const query = sql<PublisherMonth>`
    with today_payable as materialized (${movementsOn(day, PAYABLE_ACCOUNTS)}),
    today_returned as materialized (${movementsOn(day, RETURNED_ACCOUNTS)}),
    month_sides as materialized (
      select credit as account, type, amount, partition, position from transfer
      where business_day between ${first} and ${lastDayOf(month)} and credit like ${PAYABLE_ACCOUNTS}
      union all
      select debit, type, -amount, partition, position from transfer
      where business_day between ${first} and ${lastDayOf(month)} and debit like ${PAYABLE_ACCOUNTS}),
    month_moves as materialized (
      select account, array_agg(type::text order by type) as types, array_agg(amount::text order by type) as amounts
      from (select account, type, sum(amount)::bigint as amount from month_sides group by account, type) s
      group by account),
    month_lines as materialized (
      select m.account, count(*) as lines, sha256(string_agg(l.hash, ''::bytea order by ${statementOrder('l')})) as digest
      from month_sides m join log l on l.partition = m.partition and l.position = m.position
      group by m.account),
    returned_ever as materialized (
      select distinct account from account_day where account like ${returnedLike()}
      union select account from today_returned),
    concerned as (
      select ${partyOf('account')} as id from month_moves
      union
      select publisher_id from statement where month = ${monthOf(addDays(first, -1))} and closing <> 0
      union
      select ${partyOf('account')} from returned_ever),
    figures as (
      select c.id as publisher_id,
        -coalesce(${closingBefore('c.payable', first)}, 0) as opening,
        -(coalesce(${closingBefore('c.payable', day)}, 0) + coalesce(tp.debits, 0) - coalesce(tp.credits, 0)) as payable_now,
        -(coalesce(${closingBefore('c.returned', day)}, 0) + coalesce(tr.debits, 0) - coalesce(tr.credits, 0)) as returned_now,
        m.types, m.amounts, coalesce(l.lines, 0) as lines, coalesce(l.digest, sha256('')) as digest
      from (select id, ${accountOf('payable', sql.ref('id'))} as payable,
              ${accountOf('returned', sql.ref('id'))} as returned from concerned) c
      left join month_moves m on m.account = c.payable
      left join month_lines l on l.account = c.payable
      left join today_payable tp on tp.account = c.payable
      left join today_returned tr on tr.account = c.returned)
    select publisher_id, opening::bigint, payable_now::bigint, returned_now::bigint,
      coalesce(types, '{}') as types, coalesce(amounts, '{}') as amounts, lines, digest
    from figures where types is not null or opening <> 0 or returned_now <> 0
    order by publisher_id collate "C"`;
  return session.stream(query);
}
