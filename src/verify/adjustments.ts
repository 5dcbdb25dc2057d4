/** Makes every adjustment, opening and line of old books again from what two persons decided, and finds each in the log once (SPEC 13, deep). */
import { adjustmentEvent } from '../core/adjustment.ts';
import type { Day } from '../core/calendar.ts';
import { broughtIn } from '../core/cut-over/brought-in.ts';
import { openingEvent } from '../core/cut-over/opening.ts';
import type { Event, EventType } from '../core/events/event.ts';
import { type Adopted, policyOn } from '../core/verify/policies.ts';
import type { Session } from '../store/connection/session.ts';
import { adjustmentsDue } from '../store/intake/adjustments.ts';
import { approvedLines, openingsDue } from '../store/intake/openings.ts';
import { firstRunDay } from '../store/month/closed.ts';
import type { Book } from '../store/night/book.ts';
import { eventsOf } from '../store/proof/proof.ts';
import { compareAll } from './deep.ts';
import type { Report } from './report.ts';

/** Verifies the adjustments and what cut-overs brought in, in the current snapshot, through the last completed night. */
export async function verifyAdjustments(
  session: Session,
  book: Book,
  adopted: readonly Adopted[],
  report: Report,
): Promise<void> {
  const first = await firstRunDay(session);
  const last = book.lastRunDay;
  if (first === null || last === null) return;
  // What was due before the book's first night was posted in that night.
  const night = (day: Day): Day => (day < first ? first : day);
  const compare = async (
    types: readonly EventType[],
    derived: readonly (readonly [string, Event])[],
    keyOf = ({ subject }: Event): string => subject,
  ): Promise<void> =>
    compareAll(await eventsOf(session, types, last), new Map(derived), keyOf, book.digits, report, APPROVED);
  const adjusted = (await adjustmentsDue(session, last, null)).map(
    (one) => [one.adjustmentId, adjustmentEvent(one, night(one.dueDay))] as const,
  );
  const adjustmentOf = ({ body }: Event): string => ('adjustment' in body ? body.adjustment : '');
  await compare(['AdjustmentPosted', 'DueAdjusted'], adjusted, adjustmentOf);
  const lines = (await approvedLines(session, { through: last })).values();
  const taken = [...lines].map((one) => {
    const day = night(one.dueDay);
    return [one.orderLineId, broughtIn(one, day, policyOn(adopted, day)?.version ?? 0)] as const;
  });
  await compare(['LineBroughtIn'], taken);
  const opened = (await openingsDue(session, last, null))
    .map((one) => openingEvent(one, night(one.dueDay)))
    .map((event) => [event.subject, event] as const);
  await compare(['OpeningPosted'], opened);
}

const APPROVED = {
  field: (type: string): string => type,
  asked: 'one that was approved, and posted once',
  missing: (id: string): string => `${id} posted`,
};
