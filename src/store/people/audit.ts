/** The record of what people decided and that they came in: written once each, never changed, read in order. */
import { sql } from 'kysely';
import type { Principal } from '../../core/access.ts';
import { type Instant, isoOf } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';

/** Who did what, when, to what, and in which request. */
export interface AuditEntry {
  readonly at: Instant;
  /** At the command line a name without a role. */
  readonly who: Pick<Principal, 'name' | 'party' | 'key'> & { readonly role: Principal['role'] | 'command' };
  /** What was done, such as `decide-case` or `sign-in`. */
  readonly action: string;
  /** What it was done to: a case, a key, a feed. */
  readonly subject: string;
  /** What else is to be kept of it; no personal data. */
  readonly detail: Readonly<Record<string, unknown>>;
  readonly requestId: string;
}

/** Writes an entry, in the transaction that is open where one is. */
export async function recordAudit(session: Session, { at, who, action, subject, detail, requestId }: AuditEntry) {
  await sql`
    insert into audit (at, name, role, party_id, key_id, action, subject, detail, request_id)
    values (${isoOf(at)}, ${who.name}, ${who.role}, ${who.party}, ${who.key}, ${action}, ${subject},
      ${JSON.stringify(detail)}, ${requestId})`.execute(session.db);
}

export interface StoredAudit {
  readonly audit_id: bigint;
  readonly at: Instant;
  readonly name: string;
  readonly role: string;
  readonly party_id: string | null;
  readonly key_id: string | null;
  readonly action: string;
  readonly subject: string;
  readonly detail: string;
  readonly request_id: string;
}

/** The newest entries before one, newest first. */
export async function auditBefore(session: Session, before: bigint | null, limit: number): Promise<StoredAudit[]> {
  const { rows } = await sql<StoredAudit>`
    select audit_id, at, name, role, party_id, key_id, action, subject, detail, request_id from audit
    where ${before === null ? sql`true` : sql`audit_id < ${before}`}
    order by audit_id desc limit ${limit}`.execute(session.db);
  return rows;
}
