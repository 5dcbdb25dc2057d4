/** Answers kept for requests that may be repeated: the same request under the same key is answered once more, and not done again. */
import { sql } from 'kysely';
import { type Instant, isoOf } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';

export interface KeptAnswer {
  readonly status: number;
  readonly body: string;
}

/** How long an answer is kept: a week. */
const KEPT = 7 * 86_400_000;

/** A request under a key. */
interface Keyed {
  readonly owner: string;
  readonly key: string;
  /** SHA-256 of what is asked. */
  readonly request: Buffer;
  readonly at: Instant;
}

/** What was answered; 'other' where the key stood for another request, and nothing was done. */
export type Once = { readonly answer: KeptAnswer; readonly isRepeated: boolean } | 'other';

/** The lock of a key: of two that come at once with it, the second waits, and is given what the first was. */
const lockOf = ({ owner, key }: Keyed) => sql`hashtextextended(${`${owner} ${key}`}, 7702015)`;

/** Inside the open transaction, does `work` where this owner's key is new, and keeps its answer; otherwise gives the one kept. */
export async function onceUnder(session: Session, of: Keyed, work: () => Promise<KeptAnswer>): Promise<Once> {
  await sql`select pg_advisory_xact_lock(${lockOf(of)})`.execute(session.db);
  return answered(session, of, work);
}

/** The same for work that has transactions of its own, in a session in which none is open. */
export async function onceAround(session: Session, of: Keyed, work: () => Promise<KeptAnswer>): Promise<Once> {
  await sql`select pg_advisory_lock(${lockOf(of)})`.execute(session.db);
  try {
    return await answered(session, of, work);
  } finally {
    // A session that was lost has let it go.
    await sql`select pg_advisory_unlock(${lockOf(of)})`.execute(session.db).catch(() => undefined);
  }
}

async function answered(session: Session, of: Keyed, work: () => Promise<KeptAnswer>): Promise<Once> {
  const { owner, key, request, at } = of;
  const kept = await session.db
    .selectFrom('kept_answer')
    .select(['request', 'status', 'body'])
    .where('owner', '=', owner)
    .where('idempotency_key', '=', key)
    .executeTakeFirst();
  if (kept !== undefined) {
    if (!kept.request.equals(request)) return 'other';
    return { answer: { status: kept.status, body: kept.body }, isRepeated: true };
  }
  const answer = await work();
  await sql`delete from kept_answer where at < ${isoOf(at - KEPT)}`.execute(session.db);
  const { status, body } = answer;
  const row = { owner, idempotency_key: key, request, status, body, at: isoOf(at) };
  await session.db.insertInto('kept_answer').values(row).execute();
  return { answer, isRepeated: false };
}
