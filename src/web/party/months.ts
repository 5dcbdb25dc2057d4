/** What a party's month pages share: which month is asked for, its document, and where one may go from it. */
import { isMonth, type Month } from '../../core/calendar.ts';
import type { Session } from '../../store/connection/session.ts';
import { publisherDocument, sellerDocument } from '../../store/month/documents.ts';
import { monthsRun } from '../../store/month/known.ts';
import { partyOf, type Visit } from '../visit.ts';
import type { PartyMonth, Side } from './side.ts';

/** The month that the path names; null where the book has none of it. */
export async function partyMonth(session: Session, side: Side, visit: Visit): Promise<PartyMonth | null> {
  const month = visit.params['month'] ?? '';
  const months = await monthsRun(session, visit.book);
  if (!isMonth(month) || !months.includes(month)) return null;
  const read = side.kind === 'statement' ? publisherDocument : sellerDocument;
  const document = await read(session, visit.book, partyOf(visit), month, null);
  return { month, months, document, groups: await visit.shelf.groups(session, visit.book, document) };
}

export function monthPath({ base }: Pick<Side, 'base'>, month: Month): string {
  return `${base}/${month}`;
}

export function linesPath(
  side: Pick<Side, 'base'>,
  month: Month,
  narrowed: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams(narrowed);
  return `${monthPath(side, month)}/lines${query.size === 0 ? '' : `?${query}`}`;
}

export function linePath({ base }: Pick<Side, 'base'>, line: string): string {
  return `${base}/lines/${encodeURIComponent(line)}`;
}
