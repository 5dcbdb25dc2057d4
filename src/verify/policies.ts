/** Verifies that the policies nights are given are those that the log says were adopted: their table is not append-only. */
import type { EventOf } from '../core/events/event.ts';
import { Checks } from '../core/verify/finding.ts';
import type { Session } from '../store/connection/session.ts';
import type { Book } from '../store/night/book.ts';
import { policyRows } from '../store/proof/proof.ts';
import type { Report } from './report.ts';

/** A policy as the log has it. */
export type RecordedPolicy = EventOf<'PolicyAdopted'>['body'] & { readonly position: bigint };

/** Compares every policy of the log with its row. One that no night has used yet is in its table alone. */
export async function verifyPolicies(
  session: Session,
  book: Book,
  recorded: readonly RecordedPolicy[],
  report: Report,
): Promise<void> {
  const rows = new Map((await policyRows(session)).map((row) => [row.version, row]));
  for (const { version, name, rules, policy, position } of recorded) {
    const checks = new Checks(book.digits);
    const row = rows.get(version);
    checks.same('nights', `policy ${version}: name`, row?.name, name);
    checks.same('nights', `policy ${version}: rules`, row?.rules, rules);
    checks.same('nights', `policy ${version}: document`, row?.document, policy);
    report.add({ partition: 0, position, subject: `policy-${version}` }, checks.findings);
  }
}
