/** Reads what stands open in the books, and since when: it decides nothing about it. */
import { sql } from 'kysely';
import type { PartyAccount } from '../../core/accounts.ts';
import { type Instant, isoOf } from '../../core/calendar.ts';
import type { OpenItem } from '../../core/month/ageing.ts';
import { accountOf, accountsLike, partyOf } from '../chart.ts';
import type { Session } from '../connection/session.ts';

type Row = Omit<OpenItem, 'kind'>;

/**
 * Everything open at the end of the last day run (core/ageing.ts says what that is).
 * @param before the end of that day: a status row from then on does not count yet
 */
export async function openItems(session: Session, before: Instant): Promise<OpenItem[]> {
  const items: OpenItem[] = [];
  const take = (kind: OpenItem['kind'], rows: readonly Row[]): void => {
    for (const row of rows) items.push({ kind, ...row });
  };
  take('negative-payable', await negativePayables(session));
  take('undecided-hold', await undecidedHolds(session));
  take('terminated', await terminatedBalances(session, before));
  take('failed-deduction', await failedDeductions(session));
  return items;
}

/** The last row of each account of a kind. */
const lastOf = (kind: PartyAccount) => sql`
  (select distinct on (account) account, ${partyOf('account')} as party, closing, business_day from account_day
   where account like ${accountsLike(kind)} order by account, business_day desc)`;

/** Since the first day after which it was never again 0 or above. */
function negativePayables(session: Session): Promise<Row[]> {
  return session.all(sql<Row>`
    select a.party, a.closing as amount,
      (select min(d.business_day) from account_day d where d.account = a.account and d.business_day > coalesce(
        (select max(e.business_day) from account_day e where e.account = a.account and e.closing <= 0), '-infinity')) as since
    from ${lastOf('payable')} a where a.closing > 0`);
}

/** Each held line since its settlement. */
function undecidedHolds(session: Session): Promise<Row[]> {
  return session.all(sql<Row>`
    select coalesce(s.publisher_id, a.publisher_id) as party, sum(s.earning)::bigint as amount,
      greatest(f.due_day, a.business_day) as since
    from settlement s
    join attribution a on a.partition = s.partition and a.order_line_id = s.order_line_id
    join trade_fact f on f.partition = s.partition and f.order_line_id = s.order_line_id and f.kind = 'receipt'
    where s.state = 'settled' and s.hold = 'held' and s.earning <> 0
    group by 1, 3`);
}

/** What is payable, returned or in clearing to publishers that are terminated, since they are. */
function terminatedBalances(session: Session, before: Instant): Promise<Row[]> {
  return session.all(sql<Row>`
    select p.publisher_id as party, p.since, b.amount
    from (
      select distinct on (publisher_id) publisher_id, status, (at at time zone (select zone from book))::date as since
      from publisher_status where at < ${isoOf(before)}
      order by publisher_id, at desc, batch desc, n desc) p
    join (
      select party, -sum(closing)::bigint as amount
      from (select * from ${lastOf('payable')} x union all
        select * from ${lastOf('clearing')} y union all
        select * from ${lastOf('returned')} z) u
      group by party) b on b.party = p.publisher_id
    where p.status = 'terminated' and b.amount > 0`);
}

/**
 * Of each seller whose last answered deduction failed: the amount of the last that did, which was instructed for all
 * that was due, since the first one that failed after the last that was confirmed. A write-off since then is taken off.
 */
async function failedDeductions(session: Session): Promise<Row[]> {
  const rows = await session.all(sql<Row>`
    select f.party_id as party, min(f.business_day) as since,
      (array_agg(f.amount order by f.business_day desc))[1] - coalesce((
        select sum(t.amount) from transfer t
        where t.type = 'DueAdjusted' and t.credit = ${accountOf('due', sql.ref('f.party_id'))}
          and t.business_day > min(f.business_day)), 0)::bigint as amount
    from instruction f
    where f.kind = 'deduction' and f.state = 'failed' and not exists (
      select from instruction c where c.kind = 'deduction' and c.party_id = f.party_id and c.state = 'confirmed'
        and c.business_day > f.business_day)
    group by f.party_id`);
  return rows.filter(({ amount }) => amount > 0n);
}
