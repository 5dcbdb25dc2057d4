/** Reads the tax that was withheld in a month, and what the account of withheld tax says of it. */
import { sql } from 'kysely';
import { ownAccount } from '../../core/accounts.ts';
import { type Day, firstDayOf, lastDayOf, type Month } from '../../core/calendar.ts';
import { type Money, parseSum } from '../../core/money.ts';
import type { Session } from '../connection/session.ts';

export interface WithheldTax {
  readonly publisherId: string;
  /** As the registry names the payee now. */
  readonly payee: string;
  readonly day: Day;
  /** The month of the statement it was withheld with. */
  readonly month: Month;
  readonly gross: Money;
  readonly tax: Money;
}

/** The tax withheld on the days of a month, by publisher, then day. */
export async function taxWithheld(session: Session, month: Month, digits: number): Promise<WithheldTax[]> {
  const rows = await session.all(sql<Omit<WithheldTax, 'gross' | 'tax'> & { gross: string; tax: string }>`
    select l.publisher_id as "publisherId", p.payee_name as payee, l.business_day as day, right(l.subject, 7) as month,
      l.body ->> 'gross' as gross, l.body ->> 'amount' as tax
    from log l
    cross join lateral (select payee_name from publisher p where p.publisher_id = l.publisher_id
      order by batch desc, n desc limit 1) p
    where l.type = 'TaxWithheld' and l.business_day between ${firstDayOf(month)} and ${lastDayOf(month)}
    order by l.publisher_id, l.business_day, l.subject`);
  const money = (text: string): Money => parseSum(text, digits) ?? 0n;
  return rows.map((row) => ({ ...row, gross: money(row.gross), tax: money(row.tax) }));
}

/** What the account of withheld tax took in on the days of a month. */
export async function taxBooked(session: Session, month: Month): Promise<Money> {
  const row = await session.first(sql<{ booked: Money }>`
    select coalesce(sum(credits - debits), 0)::bigint as booked from account_day
    where account = ${ownAccount('taxWithheld')} and business_day between ${firstDayOf(month)} and ${lastDayOf(month)}`);
  return row?.booked ?? 0n;
}
