/**
 * Verifies when earnings became payable: each in the first night that ended its wait, found again from the events of its
 * seller's deductions, and none left waiting (SPEC 13). That an entry is its line's own is verified with the line.
 */
import type { Day } from '../core/calendar.ts';
import { Collection, type DeductionStep } from '../core/settlement/collected-charges.ts';
import { Checks } from '../core/verify/finding.ts';
import type { Session } from '../store/connection/session.ts';
import type { Book } from '../store/night/book.ts';
import { type ClearedEntry, clearedEntries, deductionSteps, linesClearing } from '../store/night/clearing.ts';
import type { Report } from './report.ts';

/** Verifies the waits of the whole book in the current snapshot. */
export async function verifyClearing(session: Session, book: Book, report: Report): Promise<void> {
  for await (const entries of clearedEntries(session)) {
    const collections = await collectionsOf(session, entries);
    for (const entry of entries) {
      const checks = new Checks(book.digits);
      checkCleared(entry, collections.get(entry.seller_id), checks);
      const { partition, position, orderLineId: subject } = entry;
      report.add({ partition, position, subject }, checks.findings);
    }
  }
  if (book.lastRunDay === null) return;
  for await (const lines of linesClearing(session, book.lastRunDay)) {
    for (const { partition, orderLineId: subject } of lines) {
      const finding = {
        kind: 'decisions' as const,
        field: 'EarningCleared',
        stored: 'none',
        derived: 'its wait is over',
      };
      report.addCounted({ ...finding, partition, position: null, subject }, 1);
    }
  }
}

async function collectionsOf(session: Session, entries: readonly ClearedEntry[]): Promise<Map<string, Collection>> {
  const sellers = new Set(entries.filter((one) => one.when_collected).map((one) => one.seller_id));
  if (sellers.size === 0) return new Map();
  const steps = new Map([...sellers].map((seller): [string, DeductionStep[]] => [seller, []]));
  for (const step of await deductionSteps(session, [...sellers])) steps.get(step.seller_id)?.push(step);
  return new Map([...steps].map(([seller, own]) => [seller, new Collection(seller, own)]));
}

function checkCleared(entry: ClearedEntry, collection: Collection | undefined, checks: Checks): void {
  const { day, clears_on: until, entered, charged, deduction } = entry;
  if (until === null) return;
  const from: Day = entered > until ? entered : until;
  const first = entry.when_collected ? collection?.firstNight(charged, from) : { night: from, deduction: null };
  checks.same('decisions', 'business_day', day, first?.night ?? 'not yet: its charge is not collected');
  checks.same('decisions', 'body.deduction', deduction, first?.deduction ?? null);
}
