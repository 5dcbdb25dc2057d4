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

/**
 * Inside the open transaction, does `work` where this owner's key is new, and keeps its answer; otherwise gives the one kept.
 * @param request SHA-256 of what is asked
 * @returns 'other' where the key stood for another request; nothing is done then
 */
export async function onceUnder(
  session: Session,
  of: { readonly owner: string; readonly key: string; readonly request: Buffer; readonly at: Instant },
  work: () => Promise<KeptAnswer>,
): Promise<{ readonly answer: KeptAnswer; readonly isRepeated: boolean } | 'other'> {
  const { owner, key, request, at } = of;
  // Two that come at once with one key: the second waits, and is given what the first was.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${owner} ${key}`}, 7702015))`.execute(session.db);
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
