/** What people decided, disputed and appealed, as the night of its day records it (SPEC 9). It moves no money. */
import type { Day } from '../core/calendar.ts';
import { deskEvents } from '../core/cases/events.ts';
import type { Event } from '../core/events/event.ts';
import type { Session } from '../store/connection/session.ts';
import { deskFacts } from '../store/desk/desk.ts';

/** The events of the desk's facts that fell due on a day. */
export async function deskEventsOf(session: Session, day: Day): Promise<Event[]> {
  return deskEvents(await deskFacts(session, { on: day }));
}
