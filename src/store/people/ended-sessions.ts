/** Sessions of pages that were ended by signing out: a copy of their cookie is nobody's any more. What a cookie says is not read. */
import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { type Instant, isoOf } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';

const nameOf = (cookie: string): Buffer => createHash('sha256').update(cookie).digest();

/** Ends a session, and forgets those that have ended by themselves. @param endsAt when it would have */
export async function endSession(session: Session, cookie: string, endsAt: Instant, now: Instant): Promise<void> {
  await sql`delete from ended_session where ends_at < ${isoOf(now)}`.execute(session.db);
  const row = { session: nameOf(cookie), ends_at: isoOf(endsAt) };
  await session.db
    .insertInto('ended_session')
    .values(row)
    .onConflict((one) => one.doNothing())
    .execute();
}

/** Whether it was signed out of. */
export async function hasEnded(session: Session, cookie: string): Promise<boolean> {
  const query = session.db.selectFrom('ended_session').select('ends_at').where('session', '=', nameOf(cookie));
  return (await query.executeTakeFirst()) !== undefined;
}
