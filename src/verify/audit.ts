/**
 * Verifies the record of who did what: its entries numbered without a gap, each hash over its entry and the hash before,
 * and what the entries say of deliveries, keys and persons against what is kept of them. It also holds the rows of each batch to
 * their digest, those of no night yet too. What was decided stands in the log as well; who came in, stands here alone.
 */
import { type Anchor, entryName, isOfAudit } from '../core/proof/anchors.ts';
import { Checks } from '../core/verify/finding.ts';
import type { Session } from '../store/connection/session.ts';
import { type AuditedReceipt, receiptsAsAudited, receiptsBrought } from '../store/intake/receipts.ts';
import { alteredBatch } from '../store/intake/sealed.ts';
import { digestKey } from '../store/log/opened.ts';
import { keysAsAudited, keysRevoked } from '../store/people/access.ts';
import { auditEntries, BEFORE_FIRST, hashOfEntry, type StoredAudit } from '../store/people/audit.ts';
import { allKept } from '../store/people/kept.ts';
import type { Report } from './report.ts';

/** What the entries say that there has to be, by what is kept of it. */
interface Said {
  readonly deliveries: Set<number>;
  /** Keys as they were made. */
  readonly keys: Map<string, unknown>;
  /** Those that were revoked, with when and by whom. */
  readonly revoked: Map<string, string>;
  /** Rows about people, by the digest of each. */
  readonly rows: Map<string, string>;
}

/** What the detail of an entry may keep. */
interface Kept {
  readonly deliveries?: readonly AuditedReceipt[];
  readonly key?: unknown;
  readonly revokedAt?: string;
  readonly revokedBy?: string;
  readonly kept?: Readonly<Record<string, string>>;
}

/** Verifies every entry, and what entries are about, in the current snapshot. */
export async function verifyAudit(
  session: Session,
  digits: number,
  anchors: readonly Anchor[],
  report: Report,
): Promise<void> {
  const inBook = new Map<string, string>();
  const asked = new Set(anchors.map(({ day }) => String(day)));
  const said: Said = { deliveries: new Set(), keys: new Map(), revoked: new Map(), rows: new Map() };
  let [number, previous] = [0n, BEFORE_FIRST];
  for await (const entries of auditEntries(session)) {
    for (const entry of entries) {
      const checks = new Checks(digits);
      number++;
      checks.same('audit', 'number', entry.audit_id.toString(), number.toString());
      checks.same('audit', 'hash', entry.hash, hashOfEntry(previous, entry));
      [number, previous] = [entry.audit_id, entry.hash];
      if (asked.has(entryName(number))) inBook.set(entryName(number), entry.hash);
      add(report, entry, checks);
    }
    await compareReceipts(session, digits, entries, said, report);
    report.checked.audit += entries.length;
  }
  for (const anchor of anchors.filter(isOfAudit)) {
    const checks = new Checks(digits);
    checks.same('anchors', 'hash', anchor.root, inBook.get(anchor.day) ?? 'no such entry');
    report.add({ partition: null, position: null, subject: anchor.day }, checks.findings);
  }
  await verifyKept(session, digits, said, report);
  await verifyBatches(session, digits, report);
}

function add(report: Report, { audit_id: number }: StoredAudit, { findings }: Checks): void {
  report.add({ partition: null, position: number, subject: `entry ${number} of the audit` }, findings);
}

/** Compares the receipts that entries keep with what stands, and takes down what they say of keys. */
async function compareReceipts(
  session: Session,
  digits: number,
  entries: readonly StoredAudit[],
  said: Said,
  report: Report,
): Promise<void> {
  const kept = entries.flatMap((entry) => {
    const { deliveries = [], key, revokedAt, revokedBy, kept: rows = {} } = JSON.parse(entry.detail) as Kept;
    for (const [row, digest] of Object.entries(rows)) said.rows.set(row, digest);
    if (entry.action === 'create-key') said.keys.set(entry.subject, key);
    if (entry.action === 'revoke-key') said.revoked.set(entry.subject, `${revokedAt} by ${revokedBy}`);
    return deliveries.map((receipt) => ({ entry, receipt }));
  });
  const ids = kept.map(({ receipt }) => receipt.delivery);
  const stored = new Map((await receiptsAsAudited(session, ids)).map((one) => [one.delivery, one]));
  for (const { entry, receipt } of kept) {
    const checks = new Checks(digits);
    said.deliveries.add(receipt.delivery);
    checks.alike('audit', `delivery ${receipt.delivery}`, stored.get(receipt.delivery) ?? 'none', receipt);
    add(report, entry, checks);
  }
}

/** Deliveries, keys and rows about people of which there is no entry, and those that are not as theirs says. */
async function verifyKept(session: Session, digits: number, said: Said, report: Report): Promise<void> {
  const tell = (subject: string, holds: (checks: Checks) => void): void => {
    const checks = new Checks(digits);
    holds(checks);
    report.add({ partition: null, position: null, subject }, checks.findings);
  };
  for (const delivery of await receiptsBrought(session))
    tell(`delivery ${delivery}`, (checks) => {
      checks.holds('audit', 'entry', said.deliveries.has(delivery), 'none', 'one that says who delivered it');
    });
  const keys = new Map((await keysAsAudited(session)).map(({ key, of }) => [key, JSON.parse(of) as unknown]));
  for (const key of new Set([...keys.keys(), ...said.keys.keys()]))
    tell(`key ${key}`, (checks) => checks.alike('audit', 'key', keys.get(key) ?? 'none', said.keys.get(key) ?? 'none'));
  const ended = await keysRevoked(session);
  for (const key of new Set([...ended.keys(), ...said.revoked.keys()]))
    tell(`key ${key}`, (checks) => checks.same('audit', 'revoked', ended.get(key), said.revoked.get(key)));
  const rows = await allKept(session);
  for (const row of new Set([...rows.keys(), ...said.rows.keys()]))
    tell(row, (checks) => checks.same('audit', 'row', rows.get(row) ?? 'none', said.rows.get(row) ?? 'none'));
}

/** The rows of each batch, of nights to come too, are those that were delivered. */
async function verifyBatches(session: Session, digits: number, report: Report): Promise<void> {
  const found = await alteredBatch(session, await digestKey(session));
  if (found === undefined) return;
  const { batch, stored, derived, total } = found;
  const checks = new Checks(digits);
  checks.same('audit', 'rows', stored, derived);
  for (const finding of checks.findings)
    report.addCounted({ ...finding, partition: null, position: null, subject: `batch ${batch}` }, Number(total));
}
