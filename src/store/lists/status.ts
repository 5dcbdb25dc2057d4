/**
 * How a book stands: what waits, what is held, due and unconfirmed, and how old it is. Balances come from account days,
 * waiting lines from the lines' own tables; it is one look, to be taken in a snapshot.
 */
import { sql } from 'kysely';
import type { Day } from '../../core/calendar.ts';
import type { Money } from '../../core/money.ts';
import { isSellers } from '../chart.ts';
import type { Session } from '../connection/session.ts';
import { RUN_LOCK } from '../night/progress.ts';

/** How many and how much. */
export interface Amount {
  readonly count: number;
  readonly amount: Money;
}

/** What waits: all of it, and of that what is older than 15, 30 and 60 days. */
export type Ageing = readonly [all: Amount, over15: Amount, over30: Amount, over60: Amount];
const AGES = [0, 15, 30, 60] as const;

/** Rows parked now, by feed. */
export async function parkedByFeed(session: Session): Promise<{ feed: string; count: number }[]> {
  const rows = await session.all(sql<{ feed: string; count: bigint }>`
    select feed, count(*) as count from parked group by feed order by feed collate "C"`);
  return rows.map(({ feed, count }) => ({ feed, count: Number(count) }));
}

/** Rows refused so far. */
export async function refusedSoFar(session: Session): Promise<{ rejected: number; conflict: number }> {
  const row = await session.first(sql<{ rejected: bigint; conflict: bigint }>`
    select coalesce(sum(rejected), 0)::bigint as rejected, coalesce(sum(conflict), 0)::bigint as conflict
    from tally`);
  return { rejected: Number(row?.rejected ?? 0n), conflict: Number(row?.conflict ?? 0n) };
}

/** What sellers owe after the last day run (`owed`), and what they are owed because of refunds (`owing`, positive). */
export async function duesNow(session: Session): Promise<{ owed: Amount; owing: Amount }> {
  const row = await session.first(sql<{ owed: bigint; owed_count: bigint; owing: bigint; owing_count: bigint }>`
    select coalesce(sum(closing) filter (where closing > 0), 0)::bigint as owed,
      count(*) filter (where closing > 0) as owed_count,
      coalesce(-sum(closing) filter (where closing < 0), 0)::bigint as owing,
      count(*) filter (where closing < 0) as owing_count
    from (select distinct on (account) closing from account_day
      where ${isSellers('account')}
      order by account, business_day desc) last`);
  return {
    owed: { count: Number(row?.owed_count ?? 0n), amount: row?.owed ?? 0n },
    owing: { count: Number(row?.owing_count ?? 0n), amount: row?.owing ?? 0n },
  };
}

/** Days before `today` that a column lies back, counted into the ages; `amount` is summed. */
const aged = (
  day: ReturnType<typeof sql>,
  amount: ReturnType<typeof sql>,
  today: Day,
  count: ReturnType<typeof sql> = sql`count(*)`,
) =>
  sql.join(
    AGES.map((age) => {
      const older = age === 0 ? sql`true` : sql`${day} < ${today}::date - ${sql.lit(age)}`;
      return sql`coalesce(${count} filter (where ${older}), 0)::bigint as ${sql.ref(`n${age}`)},
        coalesce(sum(${amount}) filter (where ${older}), 0)::bigint as ${sql.ref(`a${age}`)}`;
    }),
  );

type AgedRow = Record<`${'n' | 'a'}${0 | 15 | 30 | 60}`, bigint>;

function ageing(row: AgedRow | undefined): Ageing {
  const of = (age: 0 | 15 | 30 | 60): Amount => ({
    count: Number(row?.[`n${age}`] ?? 0n),
    amount: row?.[`a${age}`] ?? 0n,
  });
  return [of(0), of(15), of(30), of(60)];
}

/** Of some lines an amount, by the day they were paid in the zone. */
async function linesByAge(
  session: Session,
  today: Day,
  zone: string,
  amount: ReturnType<typeof sql>,
  which: ReturnType<typeof sql>,
): Promise<Ageing> {
  const paid = sql`(o.paid_at at time zone ${zone})::date`;
  const row = await session.first(sql<AgedRow>`
    select ${aged(paid, amount, today)} from attribution a
    join order_line o on o.partition = a.partition and o.order_line_id = a.order_line_id
    left join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id
    where ${which}`);
  return ageing(row);
}

/** Attributed lines neither received nor closed, as the nights have summed them; the amounts are estimates. */
export async function unsettledByAge(session: Session, today: Day): Promise<Ageing> {
  const row = await session.first(sql<AgedRow>`
    select ${aged(sql`paid_on`, sql`estimate`, today, sql`sum(lines)`)} from waiting_day`);
  return ageing(row);
}

/** Settled lines under a hold nobody has decided: how many, and what lies in `held`. */
export async function heldNow(session: Session): Promise<Amount> {
  const row = await session.first(sql<{ count: bigint; amount: Money }>`
    select count(*) as count, coalesce(sum(earning), 0)::bigint as amount
    from settlement where state = 'settled' and hold = 'held'`);
  return { count: Number(row?.count ?? 0n), amount: row?.amount ?? 0n };
}

/** Settled lines under a hold nobody has decided; the amounts lie in `held`. */
export function heldByAge(session: Session, today: Day, zone: string): Promise<Ageing> {
  return linesByAge(session, today, zone, sql`s.earning`, sql`s.state = 'settled' and s.hold = 'held'`);
}

/** Settled lines whose earning is not payable yet, and under no hold. */
export function clearingByAge(session: Session, today: Day, zone: string): Promise<Ageing> {
  const waits = sql`s.clears_on is not null and s.state = 'settled' and s.hold <> 'held'`;
  return linesByAge(session, today, zone, sql`s.earning`, waits);
}

/** Deductions or payouts without a result, by the day they were instructed. */
export async function unconfirmedByAge(session: Session, kind: 'deduction' | 'payout', today: Day): Promise<Ageing> {
  const row = await session.first(sql<AgedRow>`
    select ${aged(sql`business_day`, sql`amount`, today)} from instruction
    where kind = ${kind} and state = 'instructed'`);
  return ageing(row);
}

/**
 * Whether a run is going on this database now. It looks at the lock of the one run without taking it; the key is the
 * one of store/progress.ts.
 */
export async function isRunning(session: Session): Promise<boolean> {
  const rows = await session.all(sql`
    select 1 from pg_locks where locktype = 'advisory' and classid = 0 and objid = ${RUN_LOCK} and objsubid = 1
      and database = (select oid from pg_database where datname = current_database())`);
  return rows.length > 0;
}

/** The first day a night used each policy version. */
export async function policyDays(session: Session): Promise<Map<number, Day>> {
  const rows = await session.all(sql<{ policy: number; day: Day }>`
    select policy, min(business_day) as day from night group by policy`);
  return new Map(rows.map(({ policy, day }) => [policy, day]));
}
