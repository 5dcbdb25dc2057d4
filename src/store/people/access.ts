/**
 * Keys, and how a party comes to the database: a key is kept as a hash only, and what a seller or publisher asks runs in a
 * transaction in which PostgreSQL itself shows no other rows than its own. Who may ask for what is in src/core/access.ts.
 */
import { randomBytes } from 'node:crypto';
import { type Selectable, sql } from 'kysely';
import { isRight, isRole, type OwnParty, type Principal, partyOf, type Right } from '../../core/access.ts';
import { principalOf } from '../../core/account.ts';
import type { Instant } from '../../core/calendar.ts';
import { isoOf } from '../../core/calendar.ts';
import { ownerOfKey } from '../../core/person.ts';
import { insideTransaction } from '../connection/nested-transaction.ts';
import type { Session } from '../connection/session.ts';
import type { Tables } from '../schema/tables.ts';
import { type Doer, type Door, recordAudit } from './audit.ts';
import { personUnder } from './persons.ts';
import { hashOf } from './secret.ts';

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
export interface StoredKey extends Omit<Principal, 'key' | 'identity' | 'also'> {
  readonly key: string;
  /** The id of the person who gave it on a page, who answers for it; null of one from the command line. */
  readonly owner: string | null;
  readonly createdAt: Instant;
  readonly createdBy: string;
  readonly expiresAt: Instant | null;
  readonly revokedAt: Instant | null;
  readonly revokedBy: string | null;
  /** To the minute; null where it never was. */
  readonly usedAt: Instant | null;
}

export interface KeyOrder extends Omit<Principal, 'key' | 'identity' | 'also'> {
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** Who that is, where it is a person with an identity, and by which door. */
  readonly by?: Doer;
  readonly door?: Door['name'];
  /** The person who answers for it; nobody where it is left out. */
  readonly owner?: string;
  readonly expiresAt: Instant | null;
}

const KEY = /^cps_([0-9a-f]{12})_([A-Za-z0-9_-]{43})$/;

/** Makes a key, and writes down who did. Returns its id, and its text, which is kept nowhere. */
export function createKey(session: Session, order: KeyOrder): Promise<{ id: string; text: string }> {
  const id = randomBytes(6).toString('hex');
  const text = `cps_${id}_${randomBytes(32).toString('base64url')}`;
  const { name, role, party, scopes, createdAt, createdBy, expiresAt, owner = null } = order;
  const made = { created_at: isoOf(createdAt), created_by: createdBy };
  const expires_at = expiresAt === null ? null : isoOf(expiresAt);
  const whose = { name, role, party_id: party, scopes: scopes === null ? null : [...scopes], owner_id: owner };
  return session.transaction(async () => {
    await session.db
      .insertInto('api_key')
      .values({ key_id: id, hash: hashOf(text), ...whose, ...made, expires_at })
      .execute();
    const [key] = await keysAsAudited(session, id);
    const { door, who } = byWhom(order);
    const detail = { door, key: JSON.parse(key?.of ?? '{}') as unknown };
    const entry = { at: createdAt, who, action: 'create-key', subject: id, detail, requestId: 'key create' };
    await recordAudit(insideTransaction(session), entry);
    return { id, text };
  });
}

/** Who makes or ends a key: somebody with an identity, or whatever program says so of itself. */
function byWhom({ createdBy, by, door = 'command' }: Pick<KeyOrder, 'createdBy' | 'by' | 'door'>): {
  readonly door: string;
  readonly who: Doer;
} {
  if (by !== undefined) return { door, who: by };
  const identity = { issuer: 'engine', subject: createdBy };
  return { door: 'engine', who: { name: createdBy, role: 'command', party: null, key: null, identity } };
}

/** Ends a key, and writes down who did. Returns false where there is none of this id that still holds. */
export function revokeKey(
  session: Session,
  id: string,
  by: string,
  at: Instant,
  doer?: Doer,
  came: Door['name'] = 'command',
): Promise<boolean> {
  const { door, who } = byWhom({ createdBy: by, door: came, ...(doer === undefined ? {} : { by: doer }) });
  return session.transaction(async () => {
    const ended = await session.first(sql<{ readonly key_id: string }>`
      insert into api_key_end (key_id, revoked_at, revoked_by)
      select key_id, ${isoOf(at)}, ${by} from api_key where key_id = ${id} on conflict do nothing returning key_id`);
    if (ended === undefined) return false;
    const detail = { door, revokedAt: isoOf(at), revokedBy: by };
    const entry = { at, who, action: 'revoke-key', subject: id, detail, requestId: 'key revoke' };
    await recordAudit(insideTransaction(session), entry);
    return true;
  });
}

/** Every key, or one, as the audit keeps it: whose, for what, until when, and a digest of what the book keeps of its text. */
export function keysAsAudited(session: Session, id: string | null = null) {
  return session.all(sql<{ readonly key: string; readonly of: string }>`
    select key_id as key, json_build_object('name', name, 'role', role, 'party', party_id, 'scopes', scopes, 'owner', owner_id,
      'created_at', ${millis('created_at')}, 'created_by', created_by, 'expires_at', ${millis('expires_at')},
      'text', encode(sha256(hash), 'hex'))::text as of
    from api_key where key_id = coalesce(${id}, key_id) order by 1`);
}

/** An instant in JSON, whatever the zone of the session. */
const millis = (column: 'created_at' | 'expires_at') => sql`(extract(epoch from ${sql.ref(column)}) * 1000)::bigint`;

/** The keys that were revoked, each with when and by whom. */
export async function keysRevoked(session: Session): Promise<Map<string, string>> {
  const rows = await session.db.selectFrom('api_key_end').selectAll().orderBy('key_id').execute();
  return new Map(rows.map(({ key_id: key, revoked_at: at, revoked_by: by }) => [key, `${isoOf(at)} by ${by}`]));
}

/** Keys with their ends. */
function keyRows({ db }: Session) {
  return db
    .selectFrom('api_key')
    .leftJoin('api_key_end', 'api_key_end.key_id', 'api_key.key_id')
    .leftJoin('api_key_use', 'api_key_use.key_id', 'api_key.key_id')
    .selectAll('api_key')
    .select(['revoked_at', 'revoked_by', 'used_at']);
}

/** Every key, the oldest first. */
export async function keys(session: Session): Promise<StoredKey[]> {
  const rows = await keyRows(session).orderBy('created_at').orderBy('api_key.key_id').execute();
  return rows.map(storedKey);
}

/** Whether a text has the shape of a key, so that it is looked up and not read as a token. */
export function isKeyText(text: string): boolean {
  return KEY.test(text);
}

/**
 * Whose key a text is; undefined where it is nobody's, has ended or was revoked, or its owner was suspended. The look-up is by
 * hash. What a key does that a person gave, that person does.
 */
export async function principalOfKey(session: Session, text: string, at: Instant): Promise<Principal | undefined> {
  if (!KEY.test(text)) return undefined;
  const row = await keyRows(session).where('hash', '=', hashOf(text)).executeTakeFirst();
  if (row === undefined) return undefined;
  const { name, role, party, scopes, key, revokedAt, expiresAt, usedAt, owner } = storedKey(row);
  if (revokedAt !== null || (expiresAt !== null && expiresAt <= at)) return undefined;
  const person = owner === null ? undefined : await personUnder(session, owner);
  if (owner !== null && (person === undefined || person.state === 'suspended')) return undefined;
  if (usedAt === null || at - usedAt >= 60_000) await keyUsed(session, key, at);
  const who = person === undefined ? { name, identity: ownerOfKey(name) } : principalOf(person);
  return { name: who.name, identity: who.identity, role, party, scopes, key };
}

async function keyUsed({ db }: Session, key: string, at: Instant): Promise<void> {
  const use = { used_at: isoOf(at) };
  await db
    .insertInto('api_key_use')
    .values({ key_id: key, ...use })
    .onConflict((one) => one.column('key_id').doUpdateSet(use))
    .execute();
}

type KeyRow = Selectable<Tables['api_key']> & {
  readonly [K in 'revoked_at' | 'revoked_by']: Selectable<Tables['api_key_end']>[K] | null;
} & { readonly used_at: Instant | null };

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
    usedAt: row.used_at,
    owner: row.owner_id,
  };
}
