/** What the seller's month pages share: which month is asked for, its document, and where one may go from it. */
import { isMonth, type Month } from '../../core/calendar.ts';
import type { SellerDocument } from '../../core/document.ts';
import type { MonthGroups } from '../../core/month-groups.ts';
import { sellerDocument } from '../../store/documents.ts';
import { monthsRun } from '../../store/party-months.ts';
import type { Session } from '../../store/session.ts';
import { partyOf, type Visit } from '../visit.ts';

export interface SellerMonth {
  readonly month: Month;
  /** Every month that can be gone to. */
  readonly months: readonly Month[];
  readonly document: SellerDocument;
  readonly groups: MonthGroups;
}

/** The month that the path names; null where the book has none of it. */
export async function sellerMonth(session: Session, visit: Visit): Promise<SellerMonth | null> {
  const month = visit.params['month'] ?? '';
  const months = await monthsRun(session, visit.book);
  if (!isMonth(month) || !months.includes(month)) return null;
  const document = await sellerDocument(session, visit.book, partyOf(visit), month, null);
  return { month, months, document, groups: await visit.shelf.groups(document) };
}

export const SELLER = '/seller';

export function monthPath(month: Month): string {
  return `${SELLER}/${month}`;
}

export function linesPath(month: Month, narrowed: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(narrowed);
  return `${monthPath(month)}/lines${query.size === 0 ? '' : `?${query}`}`;
}

export function linePath(line: string): string {
  return `${SELLER}/lines/${encodeURIComponent(line)}`;
}
