/** Makes every adjustment, opening and line of old books again from what two persons decided, and finds each in the log once (SPEC 13, deep). */
import { adjustmentEvent } from '../core/adjustment.ts';
import type { Day } from '../core/calendar.ts';
import { broughtIn } from '../core/cut-over/brought-in.ts';
import { openingEvent } from '../core/cut-over/opening.ts';
import type { Event } from '../core/events/event.ts';
import { Checks } from '../core/verify/finding.ts';
import { type Adopted, policyOn } from '../core/verify/policies.ts';
import type { Session } from '../store/connection/session.ts';
import { adjustmentRows, adjustmentsDue } from '../store/intake/adjustments.ts';
import { approvedLines, broughtInRows, openingRows, openingsDue } from '../store/intake/openings.ts';
import { firstRunDay } from '../store/month/closed.ts';
import type { Book } from '../store/night/book.ts';
import type { LogRow } from '../store/proof/proof.ts';
import { compareEvents } from './deep.ts';
import { eventOf } from './pasts.ts';
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
  const adjusted = (await adjustmentsDue(session, last, null)).map(
    (one) => [one.adjustmentId, adjustmentEvent(one, night(one.dueDay))] as const,
  );
  const adjustmentOf = ({ body }: Event): string => ('adjustment' in body ? body.adjustment : '');
  compare(book, await adjustmentRows(session, last), new Map<string, Event>(adjusted), adjustmentOf, report);
  const lines = (await approvedLines(session, { through: last })).values();
  const taken = [...lines].map((one) => {
    const day = night(one.dueDay);
    return [one.orderLineId, broughtIn(one, day, policyOn(adopted, day)?.version ?? 0)] as const;
  });
  const subjectOf = ({ subject }: Event): string => subject;
  compare(book, await broughtInRows(session, last), new Map<string, Event>(taken), subjectOf, report);
  const opened = (await openingsDue(session, last, null))
    .map((one) => openingEvent(one, night(one.dueDay)))
    .map((event) => [event.subject, event] as const);
  compare(book, await openingRows(session, last), new Map<string, Event>(opened), subjectOf, report);
}

function compare(
  book: Book,
  rows: readonly (LogRow & { readonly partition: number })[],
  derived: Map<string, Event>,
  keyOf: (event: Event) => string,
  report: Report,
): void {
  for (const row of rows) {
    const event = eventOf(row, book.digits);
    const id = keyOf(event);
    const again = derived.get(id);
    derived.delete(id);
    const checks = new Checks(book.digits);
    if (again === undefined) checks.holds('intake', row.type, false, id, 'one that was approved, and posted once');
    else compareEvents(event, row.body, again, book.digits, checks);
    report.add({ partition: row.partition, position: row.position, subject: row.subject }, checks.findings);
  }
  for (const [id, { type, businessDay, subject }] of derived) {
    const finding = { kind: 'intake' as const, field: type, stored: `not so on ${businessDay}` };
    report.addCounted({ ...finding, derived: `${id} posted`, partition: null, position: null, subject }, 1);
  }
}
