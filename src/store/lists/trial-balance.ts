/** The trial balance of a day: every account's closing, summed by what kind of account it is. It posts nothing. */
import { type RawBuilder, sql } from 'kysely';
import type { Day, Month } from '../../core/calendar.ts';
import type { Money } from '../../core/money.ts';
import { kindOf } from '../chart.ts';
import type { Session } from '../connection/session.ts';
import { dayClosed } from '../month/closed.ts';

/** Accounts of a kind, such as `assets:seller:*:due`, and what those in debit and in credit come to. */
export interface KindBalance {
  readonly kind: string;
  /** Accounts that are not zero. */
  readonly accounts: number;
  readonly debit: Money;
  /** Positive. */
  readonly credit: Money;
}

/** The last row of each account by a day, found account by account, so that old days are passed over. */
const closings = (day: Day): RawBuilder<unknown> => sql`
  with recursive each (account) as (
    (select account from account_day order by account limit 1)
    union all
    select (select d.account from account_day d where d.account > each.account order by d.account limit 1)
    from each where each.account is not null)
  select each.account, last.closing from each
  cross join lateral (select closing from account_day d
    where d.account = each.account and d.business_day <= ${day} order by d.business_day desc limit 1) last
  where each.account is not null and last.closing <> 0`;

/** Each kind of account with a balance at the end of a day, by name. */
export async function trialBalance(session: Session, day: Day): Promise<KindBalance[]> {
  const rows = await session.all(sql<{ kind: string; accounts: bigint; debit: Money; credit: Money }>`
    select ${kindOf('account')} as kind,
      count(*) as accounts, coalesce(sum(closing) filter (where closing > 0), 0)::bigint as debit,
      coalesce(-sum(closing) filter (where closing < 0), 0)::bigint as credit
    from (${closings(day)}) c group by 1 order by 1`);
  return rows.map((row) => ({ ...row, accounts: Number(row.accounts) }));
}

/** A month that was closed: by which night, and what became of its statements. */
export interface ClosedMonth {
  readonly month: Month;
  readonly day: Day;
  readonly statements: readonly { disposition: string; count: number; payout: Money; closing: Money; tax: Money }[];
}

/** The months that were closed, the latest first. */
export function closedMonths(session: Session): Promise<{ month: Month; day: Day }[]> {
  return session.db
    .selectFrom('month_close')
    .select(['month', 'business_day as day'])
    .orderBy('month', 'desc')
    .execute();
}

/** What a month's close came to; undefined of one that is not closed. */
export async function monthClose(session: Session, month: Month): Promise<ClosedMonth | undefined> {
  const day = await dayClosed(session, month);
  if (day === null) return undefined;
  const rows = await session.all(sql<{ disposition: string; count: bigint; payout: Money; closing: Money; tax: Money }>`
    select disposition, count(*) as count, sum(payout)::bigint as payout, sum(closing)::bigint as closing,
      sum(tax_due)::bigint as tax
    from statement where month = ${month} group by disposition order by disposition desc`);
  return { month, day, statements: rows.map((row) => ({ ...row, count: Number(row.count) })) };
}
