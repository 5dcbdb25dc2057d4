/** Which months are closed. */
import { sql } from 'kysely';
import type { Day, Month } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';

/** The latest month that is closed; null before any. */
export async function lastClosedMonth(session: Session): Promise<Month | null> {
  const row = await session.first(sql<{ month: Month | null }>`select max(month) as month from month_close`);
  return row?.month ?? null;
}

/** The day whose night closed a month; null while it is open. */
export async function dayClosed(session: Session, month: Month): Promise<Day | null> {
  const query = session.db.selectFrom('month_close').select('business_day').where('month', '=', month);
  return (await query.executeTakeFirst())?.business_day ?? null;
}

/** The first day a night ran for; null before any. */
export async function firstRunDay(session: Session): Promise<Day | null> {
  const row = await session.first(sql<{ day: Day | null }>`select min(business_day) as day from night`);
  return row?.day ?? null;
}

/** Records that the night of a day closed a month. */
export async function recordClose(session: Session, month: Month, day: Day): Promise<void> {
  await session.db.insertInto('month_close').values({ month, business_day: day }).execute();
}
