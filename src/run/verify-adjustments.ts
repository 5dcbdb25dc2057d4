/** Makes every adjustment again from what was proposed and approved, and finds each in the log once (SPEC 13, deep). */
import { type AdjustmentEvent, adjustmentEvent } from '../core/adjustment.ts';
import { Checks } from '../core/verify/finding.ts';
import { adjustmentRows, adjustmentsDue } from '../store/adjustments.ts';
import type { Book } from '../store/book.ts';
import { firstRunDay } from '../store/months.ts';
import type { Session } from '../store/session.ts';
import { compareEvents } from './verify-deep.ts';
import { eventOf } from './verify-pasts.ts';
import type { Report } from './verify-report.ts';

/** Verifies the adjustments in the current snapshot, through the last completed night. */
export async function verifyAdjustments(session: Session, book: Book, report: Report): Promise<void> {
  const first = await firstRunDay(session);
  const last = book.lastRunDay;
  if (first === null || last === null) return;
  const derived = new Map<string, AdjustmentEvent>();
  for (const one of await adjustmentsDue(session, last, null))
    derived.set(one.adjustmentId, adjustmentEvent(one, one.dueDay < first ? first : one.dueDay));
  for (const row of await adjustmentRows(session, last)) {
    const event = eventOf(row, book.digits);
    const id = 'adjustment' in event.body ? event.body.adjustment : '';
    const again = derived.get(id);
    derived.delete(id);
    const checks = new Checks(book.digits);
    if (again === undefined) checks.holds('intake', 'adjustment', false, id, 'one that was approved, and posted once');
    else compareEvents(event, row.body, again, book.digits, checks);
    report.add({ partition: row.partition, position: row.position, subject: row.subject }, checks.findings);
  }
  for (const [id, { businessDay, subject }] of derived) {
    const finding = { kind: 'intake' as const, field: 'adjustment', stored: `not so on ${businessDay}` };
    report.addCounted({ ...finding, derived: `${id} posted`, partition: null, position: null, subject }, 1);
  }
}
