/** The record of what people decided and that they came in: written once each, never changed, read in order. */
import type { Selectable } from 'kysely';
import type { Principal } from '../../core/access.ts';
import { type Instant, isoOf } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';
import type { Tables } from '../schema/tables.ts';

/** Who did what, when, to what, and in which request. */
export interface AuditEntry {
  readonly at: Instant;
  readonly who: Principal;
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
  const { name, role, party, key } = who;
  const by = { at: isoOf(at), name, role, party_id: party, key_id: key };
  const done = { action, subject, detail: JSON.stringify(detail), request_id: requestId };
  await session.db
    .insertInto('audit')
    .values({ ...by, ...done })
    .execute();
}

export type StoredAudit = Readonly<Selectable<Tables['audit']>>;

/** The newest entries before one, newest first. */
export async function auditBefore(session: Session, before: bigint | null, limit: number): Promise<StoredAudit[]> {
  let query = session.db.selectFrom('audit').selectAll();
  if (before !== null) query = query.where('audit_id', '<', before);
  return query.orderBy('audit_id', 'desc').limit(limit).execute();
}
