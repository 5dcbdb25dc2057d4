/** Sessions of pages: a row while one lasts, under the SHA-256 of its cookie, so that a copy of an ended one is nobody's. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { FRESH, type Person, SESSION_LASTS } from '../../core/account.ts';
import { type Instant, isoOf } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';
import { personUnder } from './persons.ts';
import { hashOf } from './secret.ts';

export type Way = 'link' | 'passkey' | 'company' | 'demo';

export interface PageSession {
  /** What lists call it; not its secret. */
  readonly label: string;
  readonly personId: string;
  readonly way: Way;
  /** What the browser says it is. */
  readonly agent: string;
  readonly startedAt: Instant;
  readonly endsAt: Instant;
  readonly provedAt: Instant;
  /** When it was last proved by a passkey; null where never. */
  readonly passkeyAt: Instant | null;
}

function live({ db }: Session, now: Instant) {
  return db
    .selectFrom('page_session')
    .select(['label', 'person_id as personId', 'way', 'agent', 'started_at as startedAt', 'ends_at as endsAt'])
    .select(['proved_at as provedAt', 'passkey_at as passkeyAt'])
    .where(sql<boolean>`ends_at > ${isoOf(now)}`);
}

/** Begins a session, and forgets those that are over. @returns its cookie, which is kept nowhere */
export async function beginSession(
  { db }: Session,
  of: Pick<PageSession, 'personId' | 'way' | 'agent'> & { readonly isFresh: boolean },
  now: Instant,
): Promise<string> {
  await sql`delete from page_session where ends_at <= ${isoOf(now)}`.execute(db);
  const secret = randomBytes(32).toString('base64url');
  await db
    .insertInto('page_session')
    .values({
      session: hashOf(secret),
      label: randomBytes(6).toString('hex'),
      person_id: of.personId,
      way: of.way,
      agent: of.agent.slice(0, 200),
      started_at: isoOf(now),
      ends_at: isoOf(now + SESSION_LASTS),
      proved_at: isoOf(of.isFresh ? now : now - FRESH),
      passkey_at: of.way === 'passkey' ? isoOf(now) : null,
    })
    .execute();
  return secret;
}

/** The session of a cookie, and whose it is; undefined where it is over, was ended, or its person was suspended. */
export async function sessionOf(
  session: Session,
  secret: string,
  now: Instant,
): Promise<{ readonly of: PageSession; readonly person: Person } | undefined> {
  const of = await live(session, now).where('session', '=', hashOf(secret)).executeTakeFirst();
  const person = of === undefined ? undefined : await personUnder(session, of.personId);
  return of === undefined || person === undefined || person.state === 'suspended' ? undefined : { of, person };
}

/** A person's, the newest first. */
export function sessionsOf(session: Session, personId: string, now: Instant): Promise<PageSession[]> {
  return live(session, now).where('person_id', '=', personId).orderBy('started_at', 'desc').orderBy('label').execute();
}

/** Takes down that who holds a session proved anew who it is. */
export async function provedAgain({ db }: Session, label: string, way: Way, now: Instant): Promise<void> {
  const at = isoOf(now);
  await db
    .updateTable('page_session')
    .set({ proved_at: at, ...(way === 'passkey' ? { passkey_at: at } : {}) })
    .where('label', '=', label)
    .execute();
}

/** Ends a person's session, or all of them but one. @returns how many */
export async function endSessions(
  { db }: Session,
  personId: string,
  which: { readonly label: string } | { readonly but: string | null },
): Promise<number> {
  const query = db.deleteFrom('page_session').where('person_id', '=', personId);
  const [done] = await ('label' in which
    ? query.where('label', '=', which.label)
    : which.but === null
      ? query
      : query.where('label', '<>', which.but)
  ).execute();
  return Number(done?.numDeletedRows ?? 0n);
}
