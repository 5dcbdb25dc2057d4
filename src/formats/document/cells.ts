/**
 * The cells of a line for programs, under fixed English names: the same in csv and json. Amounts are plain decimals,
 * times are given in the book's zone and in UTC.
 */

import { entryId } from '../../core/ids.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import type { Document, DocumentRow } from '../../core/month/document.ts';
import { isMarked, noteText, utcText, whyText } from './columns.ts';
import type { Terms } from './told.ts';

const money = (amount: Money | null, { digits }: Terms): string | null =>
  amount === null ? null : formatMoney(amount, digits);

/** What stands under each name; null where a line has nothing to say. The words of `why` and `note` are English. */
const CELL_OF = {
  business_day: ({ line }) => line.business_day,
  entry: ({ line: { business_day: businessDay, ...of } }) => entryId({ businessDay, ...of }),
  event: ({ line }) => line.type,
  subject: ({ line }) => line.subject,
  corrects: ({ line }) => line.corrects,
  occurred_at: ({ line }, { calendar }) => calendar.format(line.occurred_at),
  occurred_at_utc: ({ line }) => utcText(line.occurred_at),
  publisher_id: ({ line }) => line.publisher_id,
  pid: ({ line }) => line.pid,
  sub_id: ({ line }) => line.sub_id,
  trace: ({ line }) => line.trace,
  why: ({ line }, terms) => whyText(line, { ...terms, language: 'en' }) || null,
  rate: ({ line }) => line.rate,
  commission: ({ line }, terms) => money(line.commission, terms),
  fee: ({ line }, terms) => money(line.fee, terms),
  net: ({ line }, terms) => money(line.earning, terms),
  amount: ({ line }, terms) => money(line.amount, terms),
  balance: ({ balance }, terms) => money(balance, terms),
  currency: (_, { currency }) => currency,
  note: ({ line }) => noteText(line, 'en') || null,
} as const satisfies Readonly<Record<string, (row: DocumentRow, terms: Terms) => string | null>>;

type CellName = keyof typeof CELL_OF;
const CELLS = Object.keys(CELL_OF) as readonly CellName[];
export type LineCells = Partial<Record<CellName, string | null>>;

/** The names of a document's cells; that of the publisher's own marks only where there are some. */
export function cellsOf(document: Document): readonly CellName[] {
  return isMarked(document) ? CELLS : CELLS.filter((name) => name !== 'sub_id');
}

/** A line's cells, by the names that its document has. */
export function lineCells(names: readonly CellName[], row: DocumentRow, terms: Terms): LineCells {
  return Object.fromEntries(names.map((name) => [name, CELL_OF[name](row, terms)])) as LineCells;
}
