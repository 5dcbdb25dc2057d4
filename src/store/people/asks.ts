/**
 * Who asked for a link to sign in, and the links that were sent. Asking leaves the same row whether the address is anybody's or
 * not; whose it is, is looked up when the row is answered, which nobody waits for.
 */
import { sql } from 'kysely';
import { type Instant, isoOf } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';

export interface Ask {
  readonly askId: bigint;
  readonly address: string;
  readonly language: 'zh' | 'en';
  readonly askedAt: Instant;
}

const HOUR = 3_600_000;

/** Takes down who asks, forgets what is an hour old, and answers how many asked from there before in that hour. */
export async function recordAsk(
  { db }: Session,
  of: Pick<Ask, 'address' | 'language'> & { readonly origin: string; readonly browser: Buffer },
  now: Instant,
  most: number,
): Promise<boolean> {
  await sql`delete from sign_in_ask where asked_at < ${isoOf(now - HOUR)}`.execute(db);
  const { address, origin, browser, language } = of;
  const done = await sql<{ readonly ask_id: bigint }>`
    insert into sign_in_ask (address, origin, browser, language, asked_at)
    select ${address}, ${origin}, ${browser}, ${language}, ${isoOf(now)}
    where (select count(*) from sign_in_ask where origin = ${origin}) < ${most} returning ask_id`.execute(db);
  return done.rows.length > 0;
}

/** Takes one that nobody has answered, with how many there were of its address before, to the end of the transaction. */
export function takeAsk(session: Session): Promise<(Ask & { readonly before: bigint }) | undefined> {
  return session.first(sql<Ask & { readonly before: bigint }>`
    select a.ask_id as "askId", a.address, a.language, a.asked_at as "askedAt",
      (select count(*) from sign_in_ask b where b.address = a.address and b.ask_id < a.ask_id) as before
    from sign_in_ask a where not a.is_answered order by a.ask_id for update of a skip locked limit 1`);
}

/** Writes what became of it: a link was sent to somebody, or nothing. */
export async function answerAsk(
  { db }: Session,
  askId: bigint,
  link: { readonly personId: string; readonly link: Buffer; readonly endsAt: Instant } | null,
): Promise<void> {
  const sent = link === null ? {} : { person_id: link.personId, link: link.link, ends_at: isoOf(link.endsAt) };
  await db
    .updateTable('sign_in_ask')
    .set({ is_answered: true, ...sent })
    .where('ask_id', '=', askId)
    .execute();
}

/**
 * Takes a link, which is then gone: whose it is. `elsewhere` where another browser asked for it, for which it stays; undefined
 * where there is none, or it is over.
 */
export async function takeLink(
  session: Session,
  link: Buffer,
  browser: Buffer,
  now: Instant,
): Promise<{ readonly personId: string } | 'elsewhere' | undefined> {
  const found = await session.db
    .selectFrom('sign_in_ask')
    .select(['ask_id', 'browser'])
    .where('link', '=', link)
    .where(sql<boolean>`ends_at > ${isoOf(now)}`)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  if (!found.browser.equals(browser)) return 'elsewhere';
  const taken = await session.db
    .updateTable('sign_in_ask')
    .set({ link: null })
    .where('ask_id', '=', found.ask_id)
    .where('link', '=', link)
    .returning('person_id as personId')
    .executeTakeFirst();
  return taken === undefined || taken.personId === null ? undefined : { personId: taken.personId };
}
