/**
 * Receipts of deliveries as the audit keeps them: who brought what, its hash, the counts of its own rows and a digest over
 * those of its batches. What the audit says of them, verifying holds them to.
 */
import { sql } from 'kysely';
import type { Session } from '../connection/session.ts';

/** A receipt; amounts are minor units. */
export interface AuditedReceipt {
  readonly delivery: number;
}

/** The receipts of some deliveries as they stand, in the order asked for. */
export async function receiptsAsAudited(session: Session, ids: readonly number[]): Promise<AuditedReceipt[]> {
  const rows = await session.all(sql<{ readonly of: string }>`
    select json_build_object('delivery', d.delivery_id, 'feed', d.feed, 'file', d.file, 'sha256', d.sha256,
      'bytes', d.bytes, 'read', d.read_as, 'by', json_build_array(d.by_name, d.by_issuer, d.by_identity),
      'accepted', t.accepted, 'duplicate', t.duplicate, 'conflict', t.conflict, 'rejected', t.rejected,
      'parked', t.parked, 'amount', t.amount::text, 'batches', encode(sha256(convert_to(t.batches, 'UTF8')), 'hex'))::text as of
    from unnest(${ids}::bigint[]) with ordinality as asked (id, place)
    join delivery d on d.delivery_id = asked.id
    cross join lateral (
      select coalesce(sum(accepted), 0) as accepted, coalesce(sum(duplicate), 0) as duplicate,
        coalesce(sum(conflict), 0) as conflict, coalesce(sum(rejected), 0) as rejected,
        coalesce(sum(parked), 0) as parked, coalesce(sum(amount), 0) as amount,
        coalesce(string_agg(batch || coalesce(digest, ''), ' ' order by batch), '') as batches
      from tally where delivery_id = d.delivery_id and not woken) t
    order by place`);
  return rows.map(({ of }) => JSON.parse(of) as AuditedReceipt);
}

/** The finished deliveries for which somebody is named. */
export async function receiptsBrought(session: Session): Promise<number[]> {
  const rows = await session.all(sql<{ readonly delivery: string }>`
    select delivery_id::text as delivery from delivery where by_name is not null and finished order by delivery_id`);
  return rows.map(({ delivery }) => Number(delivery));
}
