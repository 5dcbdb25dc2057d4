/**
 * What a draft of a policy would have made of a month that was run: the days of it that were run, decided again as a
 * "what if" does. It says which months are too large for somebody who waits; adopting is not its business.
 */
import { type Day, firstDayOf, lastDayOf, type Month } from '../core/calendar.ts';
import { Refusal } from '../core/refusal.ts';
import type { WhatIf } from '../core/whatif/result.ts';
import type { Session } from '../store/connection/session.ts';
import { firstRunDay } from '../store/month/closed.ts';
import type { Book } from '../store/night/book.ts';
import { linesAttributed } from '../store/whatif/reads.ts';
import type { PolicyDraft } from './policies.ts';
import { type Asking, answerTo } from './suppose.ts';

/** Sellers, publishers and lines that are named. */
const NAMED = 20;

/** Order lines that are decided again while somebody waits for a page. */
export const LINES_AT_ONCE = 200_000;

/** The days of a month that were run. @throws Refusal where there are none */
async function daysRun(session: Session, book: Book, month: Month): Promise<readonly [from: Day, to: Day]> {
  const [first, last] = [await firstRunDay(session), book.lastRunDay];
  if (first === null || last === null || firstDayOf(month) > last || lastDayOf(month) < first)
    throw new Refusal(`no day of ${month} has been run: preview a month that has been decided`);
  const from = firstDayOf(month) < first ? first : firstDayOf(month);
  return [from, lastDayOf(month) > last ? last : lastDayOf(month)];
}

/** Whether a month that was run has more than so many order lines. */
export async function isMonthLarge(session: Session, book: Book, month: Month, most: number): Promise<boolean> {
  const [from, to] = await daysRun(session, book, month);
  return (await linesAttributed(session, from, to, most + 1)) > most;
}

/**
 * Decides a month again under a draft.
 * @throws Refusal where no day of the month was run; Refused where its clicks are no longer kept
 */
export async function previewOf(
  session: Session,
  book: Book,
  { draft, month, ...asking }: Omit<Asking, 'top'> & { readonly draft: PolicyDraft; readonly month: Month },
): Promise<WhatIf> {
  const [from, to] = await daysRun(session, book, month);
  return answerTo(session, book, { from, to, policy: draft }, { ...asking, top: NAMED });
}
