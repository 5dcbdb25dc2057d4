/** From when to when a book reaches: its first day and the last day with anything due. */
import { sql } from 'kysely';
import type { Day } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';
import { firstRunDay } from '../month/closed.ts';
import { firstDueDay } from './facts.ts';

/** The first day run, or before any night the first day with an order line due; null in an empty book. */
export async function firstDayOfBook(session: Session): Promise<Day | null> {
  return (await firstRunDay(session)) ?? (await firstDueDay(session));
}

/** The last day for which anything is due: orders, facts about them, results, matters of sites, decisions of the desk, of two persons about money; null when nothing is. */
export async function lastDueDay(session: Session): Promise<Day | null> {
  const row = await session.first(sql<{ day: Day | null }>`
    select greatest((select max(due_day) from order_line), (select max(due_day) from trade_fact),
      (select max(due_day) from result), (select max(due_day) from withdrawal), (select max(due_day) from application),
      (select max(due_day) from application_decision), (select max(due_day) from notice),
      (select max(due_day) from notice_cancellation), (select max(due_day) from case_decision),
      (select max(due_day) from dispute), (select max(due_day) from appeal),
      (select max(due_day) from adjustment_approval), (select max(due_day) from cut_over_approval),
      (select max(clears_on) from settlement where clears_on is not null)) as day`);
  return row?.day ?? null;
}
