/**
 * Verifies the record of who did what: its entries numbered without a gap, each hash over its entry and the hash before,
 * and the receipts of deliveries as the entries have them. What was decided stands in the log too; who came in, and who
 * delivered, stands here alone.
 */
import { Checks } from '../core/verify/finding.ts';
import type { Session } from '../store/connection/session.ts';
import { type AuditedReceipt, receiptsBrought, receiptsUnder } from '../store/intake/deliveries-shown.ts';
import { auditEntries, BEFORE_FIRST, hashOfEntry, type StoredAudit } from '../store/people/audit.ts';
import type { Report } from './report.ts';

/** Verifies every entry, in the current snapshot, and every receipt that somebody is named for. */
export async function verifyAudit(session: Session, digits: number, report: Report): Promise<void> {
  let [number, previous] = [0n, BEFORE_FIRST];
  const told = new Set<number>();
  for await (const entries of auditEntries(session)) {
    const receipts = entries.flatMap((entry) => deliveriesOf(entry).map((receipt) => ({ entry, receipt })));
    const stored = await receiptsUnder(
      session,
      receipts.map(({ receipt }) => receipt.delivery),
    );
    for (const entry of entries) {
      const checks = new Checks(digits);
      number++;
      checks.same('audit', 'number', entry.audit_id.toString(), number.toString());
      checks.same('audit', 'hash', entry.hash, hashOfEntry(previous, entry));
      [number, previous] = [entry.audit_id, entry.hash];
      add(report, entry, checks);
    }
    for (const { entry, receipt } of receipts) {
      const checks = new Checks(digits);
      const { name: by_name, issuer: by_issuer, identity: by_identity } = entry;
      told.add(receipt.delivery);
      checks.alike('audit', `delivery ${receipt.delivery}`, stored.get(receipt.delivery) ?? 'none', {
        ...receipt,
        ...{ by_name, by_issuer, by_identity, finished: true },
      });
      add(report, entry, checks);
    }
    report.checked.audit += entries.length;
  }
  for (const delivery of await receiptsBrought(session)) {
    if (told.has(delivery)) continue;
    const finding = {
      kind: 'audit' as const,
      field: 'entry',
      stored: 'none',
      derived: 'one that says who delivered it',
    };
    report.addCounted({ ...finding, partition: null, position: null, subject: `delivery ${delivery}` }, 1);
  }
}

function add(report: Report, { audit_id: number }: StoredAudit, { findings }: Checks): void {
  report.add({ partition: null, position: number, subject: `entry ${number} of the audit` }, findings);
}

/** The receipts that an entry keeps, as it says them. */
function deliveriesOf({ detail }: StoredAudit): readonly AuditedReceipt[] {
  const { deliveries } = JSON.parse(detail) as { readonly deliveries?: unknown };
  return Array.isArray(deliveries) ? (deliveries as AuditedReceipt[]) : [];
}
