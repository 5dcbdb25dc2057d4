/** What a night finds to do. It is read when the day is opened; nothing delivered after that is due before the next day. */
import { type Day, dayOfMonth, type Month, monthOf, nextMonth } from '../core/calendar.ts';
import { deskEvents } from '../core/cases/events.ts';
import type { Event } from '../core/events/event.ts';
import type { Session } from '../store/connection/session.ts';
import { deskFacts } from '../store/desk/desk.ts';
import { adjustmentsDue, type DueAdjustment } from '../store/intake/adjustments.ts';
import { type DueOpening, openingsDue } from '../store/intake/openings.ts';
import { firstRunDay, lastClosedMonth } from '../store/month/closed.ts';
import { policies, type VersionedPolicy } from '../store/night/book.ts';
import { isClearingDue } from '../store/night/clearing.ts';
import { countDue } from '../store/night/facts.ts';
import { lastPolicyOfNights } from '../store/night/progress.ts';
import { isPromotionDue } from '../store/registry/promotion.ts';
import type { Night } from './terms.ts';

/** Where all of it is 0, false or empty, the night is one event. */
export interface Due {
  /** Adopted since the last night. */
  readonly policies: readonly VersionedPolicy[];
  readonly desk: readonly Event[];
  readonly promotion: boolean;
  /** Order lines to attribute, facts about lines, results of the bank: each counted up to a limit. */
  readonly lines: number;
  readonly facts: number;
  readonly results: number;
  readonly openings: readonly DueOpening[];
  readonly adjustments: readonly DueAdjustment[];
  /** An earning whose wait is over already; what the day itself moves may end others'. */
  readonly clearing: boolean;
  readonly months: readonly Month[];
}

/** @param limit lines, facts and results beyond which counting stops */
export async function dueIn(night: Night, limit: number): Promise<Due> {
  const { session, book, day } = night;
  const recorded = await lastPolicyOfNights(session);
  const known = await policies(session, book.digits, night.through);
  return {
    policies: known.filter(({ version }) => version > recorded),
    desk: deskEvents(await deskFacts(session, { on: day })),
    promotion: await isPromotionDue(session, day, book.lastRunDay),
    ...(await countDue(session, day, limit)),
    openings: await openingsDue(session, day, book.lastRunDay),
    adjustments: await adjustmentsDue(session, day, book.lastRunDay),
    clearing: await isClearingDue(session, day),
    months: await monthsToClose(session, day, night.policy.payDay),
  };
}

export function isNothing(due: Due): boolean {
  return Object.values(due).every((one) => one === 0 || one === false || (Array.isArray(one) && one.length === 0));
}

/** The months that a night of this day closes, oldest first. */
async function monthsToClose(session: Session, day: Day, payDay: number): Promise<Month[]> {
  if (dayOfMonth(day) < payDay) return [];
  const closed = await lastClosedMonth(session);
  const first = closed === null ? await firstRunDay(session) : null;
  let month = closed === null ? (first === null ? monthOf(day) : monthOf(first)) : nextMonth(closed);
  const months: Month[] = [];
  for (; month < monthOf(day); month = nextMonth(month)) months.push(month);
  return months;
}
