/** What a party's month pages share: which month is asked for, its document, its files, and where one may go from it. */
import { isMonth, type Month } from '../../core/calendar.ts';
import type { Document } from '../../core/month/document.ts';
import { documentOf, fileName, piecesOf } from '../../filing/filing.ts';
import { DOCUMENT_FORMATS, FORMAT_NAMES, type FormatName } from '../../formats/document/index.ts';
import type { Session } from '../../store/connection/session.ts';
import { type DocumentParty, publisherDocument, sellerDocument } from '../../store/month/documents.ts';
import { monthsRun } from '../../store/month/known.ts';
import type { Counter, Download, Place } from '../page.ts';
import { partyOf, type Visit } from '../visit.ts';
import type { PartyMonth, Side } from './side.ts';

/** The month that the path names; null where the book has none of it. */
export async function monthAsked(session: Session, { params, book }: Visit): Promise<Month | null> {
  const month = params['month'] ?? '';
  return isMonth(month) && (await monthsRun(session, book)).includes(month) ? month : null;
}

/** The same, read and summed. */
export async function partyMonth(session: Session, side: Side, visit: Visit): Promise<PartyMonth | null> {
  const month = await monthAsked(session, visit);
  if (month === null) return null;
  const months = await monthsRun(session, visit.book);
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

/** The counter at which a party's months are handed over as files in the language of the page, at a path with `:month` and `:format`. */
export function monthFiles(place: Place, kind: Document['kind']): Counter {
  return {
    ...place,
    open: async (session, visit) => {
      const month = await monthAsked(session, visit);
      const format = FORMAT_NAMES.find((name) => name === visit.params['format']);
      if (format === undefined || month === null) return null;
      return documentFile(session, visit, { kind, party: partyOf(visit) }, month, format);
    },
  };
}

/** A party's month as a file, in the language of the page. */
export async function documentFile(
  session: Session,
  { book, speech: { language: spoken } }: Visit,
  of: Pick<DocumentParty, 'kind' | 'party'>,
  month: Month,
  format: FormatName,
): Promise<Download> {
  const language = DOCUMENT_FORMATS[format].language === null ? null : spoken;
  const wanted = { month, format, language, asOf: null };
  const document = await documentOf(session, book, of, wanted);
  return { name: fileName(of, wanted), mime: DOCUMENT_FORMATS[format].mime, pieces: piecesOf(document, book, wanted) };
}
