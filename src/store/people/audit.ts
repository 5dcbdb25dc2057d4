/**
 * The record of what people decided and that they came in: written once each, never changed, read in order. Each entry's
 * hash covers all of it and the hash before, as the log's do; that they still hold, src/verify finds.
 */
import { type Selectable, sql } from 'kysely';
import type { OwnParty, Principal } from '../../core/access.ts';
import { type Instant, isoOf } from '../../core/calendar.ts';
import { sha256 } from '../../core/digest.ts';
import { type Identity, OWN_ISSUERS, samePerson } from '../../core/person.ts';
import { type Anchor, entryName } from '../../core/proof/anchors.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Session } from '../connection/session.ts';
import type { Tables } from '../schema/tables.ts';
import { personNamed } from './persons.ts';

/** Somebody as the record names them; at the command line a name without a role. */
export type Doer = Pick<Principal, 'name' | 'party' | 'key' | 'identity'> & {
  readonly role: Principal['role'] | 'command';
};

/** The door through which somebody comes. */
export interface Door {
  /** `engine` is no door: nobody asked. */
  readonly name: 'command' | 'api' | 'pages' | 'engine';
  readonly who: Doer;
  /** The party that acts, for its own alone; undefined of the alliance's own people. */
  readonly own: OwnParty | undefined;
  readonly at: Instant;
  readonly requestId: string;
  /** What receipts call the delivery, where not by the door and the act. */
  readonly file?: string;
}

/** Who did what, when, to what, and in which request. */
export interface AuditEntry {
  readonly at: Instant;
  readonly who: Doer;
  /** What was done, such as `decide-case` or `sign-in`. */
  readonly action: string;
  /** What it was done to: a case, a key, a feed. */
  readonly subject: string;
  /** What was decided, and what else is to be kept of it; no personal data. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly requestId: string;
}

export type StoredAudit = Readonly<Selectable<Tables['audit']>>;

/** What stands before the first entry. */
export const BEFORE_FIRST = '0'.repeat(64);

/** The hash of an entry: of everything that it says, and of the hash before it. */
export function hashOfEntry(previous: string, entry: Omit<StoredAudit, 'hash'>): string {
  const { audit_id, at, name, role, party_id, key_id, issuer, identity, action, subject, detail, request_id } = entry;
  const who = [name, role, party_id, key_id, issuer, identity];
  return sha256(JSON.stringify([previous, String(audit_id), isoOf(at), ...who, action, subject, detail, request_id]));
}

/**
 * Writes an entry, as a part of the transaction that the session is in or in one of its own. From then to the end of the
 * transaction nobody else writes one: it is the last thing that a transaction does.
 * @throws Refusal where the identity is known under another person's name, or the person is suspended
 */
export function recordAudit(session: Session, { at, who, action, subject, detail, requestId }: AuditEntry) {
  return session.transaction(async () => {
    await sql`select pg_advisory_xact_lock(7702016)`.execute(session.db);
    const { name, role, party, key, identity: of } = who;
    if ((await personNamed(session, name))?.state === 'suspended')
      throw new Refusal(`${name} is suspended, and does nothing here by whatever door`);
    const known = await nameOf(session, of);
    if (known !== undefined && !samePerson(known, name))
      throw new Refusal(
        `${of.subject} of ${of.issuer} is known here as ${known}: sign in anew, and act under that name`,
      );
    const last = await session.first(
      sql<Pick<StoredAudit, 'audit_id' | 'hash'>>`select audit_id, hash from audit order by audit_id desc limit 1`,
    );
    const entry = {
      ...{ audit_id: (last?.audit_id ?? 0n) + 1n, at, name, role, party_id: party, key_id: key },
      ...{ issuer: of.issuer, identity: of.subject, action, subject, detail: JSON.stringify(detail) },
      request_id: requestId,
    };
    const hash = hashOfEntry(last?.hash ?? BEFORE_FIRST, entry);
    await session.db
      .insertInto('audit')
      .values({ ...entry, at: isoOf(at), hash })
      .execute();
  });
}

/**
 * The name under which the bearer of a token is known: that of its first entry. Whoever uses a key or the command line is
 * the name itself.
 */
export async function nameOf(session: Session, { issuer, subject }: Identity): Promise<string | undefined> {
  if (OWN_ISSUERS.some((one) => one === issuer)) return undefined;
  const row = await session.first(
    sql<Pick<StoredAudit, 'name'>>`
      select name from audit where issuer = ${issuer} and identity = ${subject} order by audit_id limit 1`,
  );
  return row?.name;
}

/** The newest entries before one, newest first. */
export async function auditBefore(session: Session, before: bigint | null, limit: number): Promise<StoredAudit[]> {
  let query = session.db.selectFrom('audit').selectAll();
  if (before !== null) query = query.where('audit_id', '<', before);
  return query.orderBy('audit_id', 'desc').limit(limit).execute();
}

/** What somebody did under whatever spelling of the name, and as a person with an id; the newest before one, newest first. */
export async function deedsBefore(
  session: Session,
  of: { readonly name: string; readonly personId: string | null },
  before: bigint | null,
  limit: number,
): Promise<StoredAudit[]> {
  const known = await session.db.selectFrom('audit').select('name').distinct().execute();
  const names = known.map(({ name }) => name).filter((name) => samePerson(name, of.name));
  return session.all(sql<StoredAudit>`
    select * from audit
    where (name = any(${names}::text[]) or (issuer = 'person' and identity = ${of.personId ?? ''}))
      and (${before === null} or audit_id < ${before ?? 0n})
    order by audit_id desc limit ${limit}`);
}

/** Every entry in order, in batches. */
export function auditEntries(session: Session): AsyncGenerator<StoredAudit[]> {
  return session.stream(sql<StoredAudit>`select * from audit order by audit_id`);
}

/** The hashes of some entries and of the last, as anchors; one that is not there is left out. */
export async function hashesOfEntries(session: Session, names: readonly string[]): Promise<Anchor[]> {
  const numbers = names.map((name) => name.replace('audit-', ''));
  const rows = await session.all(sql<Pick<StoredAudit, 'audit_id' | 'hash'>>`
    select audit_id, hash from audit
    where audit_id = any(${numbers}::bigint[]) or audit_id = (select max(audit_id) from audit) order by 1`);
  return rows.map(({ audit_id: number, hash: root }) => ({ day: entryName(number), root }));
}
