/** Passkeys as they are kept, and what they were asked to sign: each of that once. Whether a signature holds is judged in src/sign-in. */
import { sql } from 'kysely';
import { type Instant, isoOf } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';
import { type Kept, keptOf } from './kept.ts';
import type { Step } from './persons.ts';

/** A passkey that was not removed. */
export interface Passkey {
  readonly passkeyId: string;
  readonly personId: string;
  readonly host: string;
  readonly name: string;
  readonly publicKey: Buffer;
  readonly transports: readonly string[];
  /** By its own count. */
  readonly counter: number;
  readonly at: Instant;
  readonly usedAt: Instant | null;
}

function live({ db }: Session) {
  return db
    .selectFrom('passkey as p')
    .leftJoin('passkey_use as u', 'u.passkey_id', 'p.passkey_id')
    .leftJoin('passkey_end as e', 'e.passkey_id', 'p.passkey_id')
    .where('e.passkey_id', 'is', null)
    .select(['p.passkey_id as passkeyId', 'p.person_id as personId', 'p.host', 'p.name', 'p.public_key as publicKey'])
    .select(['p.transports', 'p.at', 'u.counter', 'u.used_at as usedAt']);
}

type Found = Omit<Passkey, 'counter'> & { readonly counter: bigint | null };
const passkeyOf = (row: Found): Passkey => ({ ...row, counter: Number(row.counter ?? 0n) });

/** A person's, the oldest first. */
export async function passkeysOf(session: Session, personId: string): Promise<Passkey[]> {
  const rows = await live(session).where('p.person_id', '=', personId).orderBy('p.at').execute();
  return rows.map(passkeyOf);
}

export async function passkeyUnder(session: Session, passkeyId: string): Promise<Passkey | undefined> {
  const row = await live(session).where('p.passkey_id', '=', passkeyId).executeTakeFirst();
  return row === undefined ? undefined : passkeyOf(row);
}

/** Keeps a passkey. Fails where its id is known already. */
export async function writePasskey(
  { db }: Session,
  of: Pick<Passkey, 'passkeyId' | 'personId' | 'host' | 'name' | 'publicKey' | 'transports'>,
  at: Instant,
): Promise<Kept> {
  const row = await db
    .insertInto('passkey')
    .values({
      passkey_id: of.passkeyId,
      person_id: of.personId,
      host: of.host,
      name: of.name,
      public_key: of.publicKey,
      transports: [...of.transports],
      at: isoOf(at),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  return keptOf('passkey', row);
}

/** Ends a passkey that holds; undefined where it had ended. */
export async function endPasskey({ db }: Session, passkeyId: string, { by, at }: Step): Promise<Kept | undefined> {
  const row = await db
    .insertInto('passkey_end')
    .values({ passkey_id: passkeyId, at: isoOf(at), by_name: by })
    .onConflict((one) => one.doNothing())
    .returningAll()
    .executeTakeFirst();
  return row === undefined ? undefined : keptOf('passkey_end', row);
}

/** Takes down that a passkey was used, with the count that it says itself. */
export async function passkeyUsed({ db }: Session, passkeyId: string, counter: number, at: Instant): Promise<void> {
  const use = { counter: BigInt(counter), used_at: isoOf(at) };
  await db
    .insertInto('passkey_use')
    .values({ passkey_id: passkeyId, ...use })
    .onConflict((one) => one.column('passkey_id').doUpdateSet(use))
    .execute();
}

export type Purpose = 'enter' | 'prove' | 'add';

interface Challenge {
  /** SHA-256 of what is to be signed. */
  readonly challenge: Buffer;
  /** SHA-256 of the cookie of the browser that was asked. */
  readonly browser: Buffer;
  readonly purpose: Purpose;
}

/** Keeps what a browser was asked to have signed, and forgets what is over. */
export async function keepChallenge({ db }: Session, of: Challenge, now: Instant, endsAt: Instant): Promise<void> {
  await sql`delete from sign_in_challenge where ends_at <= ${isoOf(now)}`.execute(db);
  await db
    .insertInto('sign_in_challenge')
    .values({ ...of, ends_at: isoOf(endsAt) })
    .execute();
}

/** Takes what was asked: true once, of the browser that was asked, for what it was asked for, while it holds. */
export async function takeChallenge({ db }: Session, of: Challenge, now: Instant): Promise<boolean> {
  const gone = await db
    .deleteFrom('sign_in_challenge')
    .where('challenge', '=', of.challenge)
    .where('browser', '=', of.browser)
    .where('purpose', '=', of.purpose)
    .where(sql<boolean>`ends_at > ${isoOf(now)}`)
    .returning('challenge')
    .executeTakeFirst();
  return gone !== undefined;
}
