/**
 * Keys, and how a party comes to the database: a key is kept as a hash only, and what a seller or publisher asks runs in a
 * transaction in which PostgreSQL itself shows no other rows than its own. Who may ask for what is in src/core/access.ts.
 */
import { createHash, randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { isRight, isRole, type OwnParty, type Principal, partyOf, type Right } from '../../core/access.ts';
import type { Instant } from '../../core/calendar.ts';
import { isoOf } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';

/**
 * Runs `work` in a read-only transaction that sees one moment of the book; a seller or publisher in it is held to its own
 * rows by PostgreSQL, whatever is asked.
 */
export function asParty<T>(
  session: Session,
  principal: Pick<Principal, 'role' | 'party'>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const own = partyOf(principal);
  return session.transaction(async () => {
    await session.client.query('set transaction isolation level repeatable read, read only');
    if (own !== undefined) await becomeParty(session, own);
    return work(session);
  });
}

/** The log that a party reads is a view of the schema `party`, which stands before `public` for it. */
async function becomeParty(session: Session, { role, party }: OwnParty): Promise<void> {
  await session.client.query(
    `select set_config('cps.party', $1, true), set_config('search_path', 'party, public', true)`,
    [party],
  );
  await session.client.query(`select set_config('role', $1, true)`, [`cps_${role}`]);
}

/** A key as it is listed; the key itself was shown once. */
export interface StoredKey extends Omit<Principal, 'key'> {
  readonly key: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly revokedBy: string | null;
}

export interface KeyOrder extends Omit<Principal, 'key'> {
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant | null;
}

const KEY = /^cps_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;
const hashOf = (key: string): Buffer => createHash('sha256').update(key).digest();

/** Makes a key. Returns its id, and its text, which is kept nowhere. */
export async function createKey(session: Session, order: KeyOrder): Promise<{ id: string; text: string }> {
  const id = randomBytes(6).toString('hex');
  const text = `cps_${id}_${randomBytes(32).toString('base64url')}`;
  const { name, role, party, scopes, createdAt, createdBy, expiresAt } = order;
  await sql`
    insert into api_key (key_id, hash, name, role, party_id, scopes, created_at, created_by, expires_at)
    values (${id}, ${hashOf(text)}, ${name}, ${role}, ${party}, ${scopes === null ? null : [...scopes]},
      ${isoOf(createdAt)}, ${createdBy}, ${expiresAt === null ? null : isoOf(expiresAt)})`.execute(session.db);
  return { id, text };
}

/** Ends a key. Returns false where there is none of this id that still holds. */
export async function revokeKey(session: Session, id: string, by: string, at: Instant): Promise<boolean> {
  const { numAffectedRows } = await sql`
    update api_key set revoked_at = ${isoOf(at)}, revoked_by = ${by}
    where key_id = ${id} and revoked_at is null`.execute(session.db);
  return (numAffectedRows ?? 0n) > 0n;
}

interface KeyRecord {
  readonly key_id: string;
  readonly name: string;
  readonly role: string;
  readonly party_id: string | null;
  readonly scopes: readonly string[] | null;
  readonly created_at: Instant;
  readonly created_by: string;
  readonly expires_at: Instant | null;
  readonly revoked_at: Instant | null;
  readonly revoked_by: string | null;
}

const COLUMNS = sql`key_id, name, role, party_id, scopes, created_at, created_by, expires_at, revoked_at, revoked_by`;

/** Every key, the oldest first. */
export async function keys(session: Session): Promise<StoredKey[]> {
  const { rows } = await sql<KeyRecord>`select ${COLUMNS} from api_key order by created_at, key_id`.execute(session.db);
  return rows.map(storedKey);
}

/** Whether a text has the shape of a key, so that it is looked up and not read as a token. */
export function isKeyText(text: string): boolean {
  return KEY.test(text);
}

/** Whose key a text is; undefined where it is nobody's, has ended or was revoked. The look-up is by hash. */
export async function principalOfKey(session: Session, text: string, at: Instant): Promise<Principal | undefined> {
  if (!KEY.test(text)) return undefined;
  const { rows } = await sql<KeyRecord>`select ${COLUMNS} from api_key where hash = ${hashOf(text)}`.execute(
    session.db,
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  const { name, role, party, scopes, key, revokedAt, expiresAt } = storedKey(row);
  if (revokedAt !== null || (expiresAt !== null && expiresAt <= at)) return undefined;
  return { name, role, party, scopes, key };
}

/** A key that still holds, with its hash, which is what sessions of pages are signed with. */
export interface LiveKey {
  readonly id: string;
  readonly hash: Buffer;
  readonly principal: Principal;
}

/** The key of an id; undefined where there is none, or it has ended or was revoked. */
export async function liveKey(session: Session, id: string, at: Instant): Promise<LiveKey | undefined> {
  const { rows } = await sql<KeyRecord & { hash: Buffer }>`
    select hash, ${COLUMNS} from api_key where key_id = ${id}`.execute(session.db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { name, role, party, scopes, key, revokedAt, expiresAt } = storedKey(row);
  if (revokedAt !== null || (expiresAt !== null && expiresAt <= at)) return undefined;
  return { id, hash: row.hash, principal: { name, role, party, scopes, key } };
}

function storedKey(row: KeyRecord): StoredKey {
  const { role } = row;
  if (!isRole(role)) throw new Error(`key ${row.key_id} has the role ${role}, which is none`);
  return {
    key: row.key_id,
    name: row.name,
    role,
    party: row.party_id,
    // A right that is no more is not given.
    scopes: row.scopes === null ? null : row.scopes.filter((scope): scope is Right => isRight(scope)),
    createdAt: row.created_at,
    createdBy: row.created_by,
    expiresAt: row.expires_at,
    revokedAt: row.revoked_at,
    revokedBy: row.revoked_by,
  };
}
