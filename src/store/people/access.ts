/**
 * Keys, and how a party comes to the database: a key is kept as a hash only, and what a seller or publisher asks runs in a
 * transaction in which PostgreSQL itself shows no other rows than its own. Who may ask for what is in src/core/access.ts.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Selectable } from 'kysely';
import { isRight, isRole, type OwnParty, type Principal, partyOf, type Right } from '../../core/access.ts';
import type { Instant } from '../../core/calendar.ts';
import { isoOf } from '../../core/calendar.ts';
import { ownerOfKey } from '../../core/person.ts';
import type { Session } from '../connection/session.ts';
import type { Tables } from '../schema/tables.ts';

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
export interface StoredKey extends Omit<Principal, 'key' | 'identity'> {
  readonly key: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly revokedBy: string | null;
}

export interface KeyOrder extends Omit<Principal, 'key' | 'identity'> {
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
  const made = { created_at: isoOf(createdAt), created_by: createdBy };
  const expires_at = expiresAt === null ? null : isoOf(expiresAt);
  const whose = { name, role, party_id: party, scopes: scopes === null ? null : [...scopes] };
  await session.db
    .insertInto('api_key')
    .values({ key_id: id, hash: hashOf(text), ...whose, ...made, expires_at })
    .execute();
  return { id, text };
}

/** Ends a key. Returns false where there is none of this id that still holds. */
export async function revokeKey(session: Session, id: string, by: string, at: Instant): Promise<boolean> {
  const { numUpdatedRows } = await session.db
    .updateTable('api_key')
    .set({ revoked_at: isoOf(at), revoked_by: by })
    .where('key_id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Every key, the oldest first. */
export async function keys(session: Session): Promise<StoredKey[]> {
  const rows = await session.db.selectFrom('api_key').selectAll().orderBy('created_at').orderBy('key_id').execute();
  return rows.map(storedKey);
}

/** Whether a text has the shape of a key, so that it is looked up and not read as a token. */
export function isKeyText(text: string): boolean {
  return KEY.test(text);
}

/** Whose key a text is; undefined where it is nobody's, has ended or was revoked. The look-up is by hash. */
export async function principalOfKey(session: Session, text: string, at: Instant): Promise<Principal | undefined> {
  if (!KEY.test(text)) return undefined;
  const query = session.db.selectFrom('api_key').selectAll().where('hash', '=', hashOf(text));
  return liveKeyOf(await query.executeTakeFirst(), at)?.principal;
}

/** A key that still holds, with its hash, which is what sessions of pages are signed with. */
export interface LiveKey {
  readonly id: string;
  readonly hash: Buffer;
  readonly principal: Principal;
}

/** The key of an id; undefined where there is none, or it has ended or was revoked. */
export async function liveKey(session: Session, id: string, at: Instant): Promise<LiveKey | undefined> {
  const query = session.db.selectFrom('api_key').selectAll().where('key_id', '=', id);
  return liveKeyOf(await query.executeTakeFirst(), at);
}

type KeyRow = Selectable<Tables['api_key']>;

function liveKeyOf(row: KeyRow | undefined, at: Instant): LiveKey | undefined {
  if (row === undefined) return undefined;
  const { name, role, party, scopes, key, revokedAt, expiresAt } = storedKey(row);
  if (revokedAt !== null || (expiresAt !== null && expiresAt <= at)) return undefined;
  return { id: key, hash: row.hash, principal: { name, identity: ownerOfKey(name), role, party, scopes, key } };
}

function storedKey(row: KeyRow): StoredKey {
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
