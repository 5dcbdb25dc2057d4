/**
 * Verifies that what was delivered is what the nights sealed: the digest of each table's rows, night by night. It says in
 * which table and night a row was altered, added or taken away, and not which row.
 */
import type { Day } from '../core/calendar.ts';
import type { SealedRows } from '../core/events/run.ts';
import { Checks } from '../core/verify/finding.ts';
import type { Session } from '../store/connection/session.ts';
import { digestsOf } from '../store/intake/sealed.ts';
import { digestKey } from '../store/log/opened.ts';
import { nightRows } from '../store/proof/sums.ts';
import type { Report } from './report.ts';

/** What a night sealed, as its event in partition 0 says. */
export interface SealedNight {
  readonly day: Day;
  readonly position: bigint;
  readonly tables: readonly SealedRows[];
}

/** Verifies every night's deliveries, in the current snapshot. */
export async function verifyDeliveries(
  session: Session,
  digits: number,
  sealed: readonly SealedNight[],
  report: Report,
): Promise<void> {
  const { nights } = await nightRows(session);
  const edges = [0n, ...nights.map((night) => night.through_batch)];
  const ofDay = new Map<Day, Map<string, SealedRows>>(nights.map((night) => [night.business_day, new Map()]));
  // Where the edges do not ascend the nights themselves are wrong, which is found there.
  if (edges.every((edge, i) => i === 0 || edge >= (edges[i - 1] ?? 0n))) {
    for (const { night, ...rows } of await digestsOf(session, await digestKey(session), edges))
      ofDay.get(nights[night - 1]?.business_day ?? '')?.set(rows.table, rows);
  }
  const events = new Map(sealed.map((night) => [night.day, night]));
  for (const [day, found] of ofDay) {
    const night = events.get(day);
    const said = new Map(night?.tables.map((rows) => [rows.table, rows]));
    for (const table of new Set([...said.keys(), ...found.keys()])) {
      const checks = new Checks(digits);
      const text = (rows: SealedRows | undefined): string =>
        rows === undefined ? 'no rows' : `${rows.rows} rows, digest ${rows.digest}`;
      checks.same('deliveries', table, text(found.get(table)), text(said.get(table)));
      const subject = `what the night of ${day} saw`;
      report.add({ partition: 0, position: night?.position ?? null, subject }, checks.findings);
    }
    report.checked.deliveries += [...said.values()].reduce((sum, { rows }) => sum + rows, 0);
  }
  for (const [day, { position }] of events) {
    const checks = new Checks(digits);
    checks.holds('deliveries', 'DeliveriesSealed', ofDay.has(day), day, 'a night');
    report.add({ partition: 0, position, subject: day }, checks.findings);
  }
}
