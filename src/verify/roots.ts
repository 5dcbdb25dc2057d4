/**
 * Verifies the roots of nights: made again from the partitions' leaves, as their table keeps them, and against anchors
 * kept outside the database, which is the one check that a rebuilt book cannot pass.
 */
import { type Anchor, isOfAudit } from '../core/proof/anchors.ts';
import { nightRoot } from '../core/proof/night-tree.ts';
import { Checks } from '../core/verify/finding.ts';
import type { Session } from '../store/connection/session.ts';
import type { Book } from '../store/night/book.ts';
import { nightRoots } from '../store/proof/statement-proofs.ts';
import type { Report } from './report.ts';
import type { CompletedNight } from './sums.ts';

/**
 * Verifies every completed night's root, once all partitions are through.
 * @param opened the hash of the event that opened the book
 */
export async function verifyRoots(
  session: Session,
  book: Book,
  opened: string,
  completed: readonly CompletedNight[],
  anchors: readonly Anchor[],
  report: Report,
): Promise<void> {
  const made = rootsFrom(report, book.partitions, opened);
  const rows = new Map((await nightRoots(session)).map((row) => [row.day, row]));
  for (const { day, position, root } of completed) {
    const checks = new Checks(book.digits);
    const row = rows.get(day);
    checks.same('nights', `root of ${day}`, root, made.get(day));
    checks.same('nights', `night_root ${day}: root`, row?.root, root);
    checks.same('nights', `night_root ${day}: position`, row && String(row.position), String(position));
    report.add({ partition: 0, position, subject: day }, checks.findings);
    rows.delete(day);
  }
  const place = { partition: null, position: null };
  for (const [day, row] of rows) {
    const checks = new Checks(book.digits);
    checks.holds('nights', `night_root ${day}`, false, row.root, 'no such night');
    report.add({ ...place, subject: day }, checks.findings);
  }
  const inBook = new Map(completed.map((night) => [night.day, made.get(night.day)]));
  for (const anchor of anchors) {
    if (isOfAudit(anchor)) continue;
    const checks = new Checks(book.digits);
    checks.same('anchors', 'root', anchor.root, inBook.get(anchor.day) ?? 'no such night');
    report.add({ ...place, subject: anchor.day }, checks.findings);
  }
  if (anchors.length > 0) report.checked.anchors = anchors.length;
}

/** The root of each night as the log makes it; of a night that not every partition knows, none. */
function rootsFrom(report: Report, partitions: number, opened: string): Map<string, string> {
  const leaves = new Map<string, Buffer[]>();
  for (const { day, partition, leaf } of report.leaves) {
    const ofDay = leaves.get(day) ?? [];
    ofDay[partition] = Buffer.from(leaf, 'hex');
    leaves.set(day, ofDay);
  }
  const roots = new Map<string, string>();
  for (const [day, ofDay] of leaves) {
    const all = Array.from({ length: partitions }, (_, partition) => ofDay[partition]);
    const found = all.flatMap((leaf) => (leaf === undefined ? [] : [leaf]));
    if (found.length === partitions) roots.set(day, nightRoot(opened, found));
  }
  return roots;
}
