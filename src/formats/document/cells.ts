/**
 * The cells of a line for programs, under fixed English names: the same in csv and json. Amounts are plain decimals,
 * times are given in the book's zone and in UTC.
 */

import { entryId } from '../../core/ids.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import type { DocumentRow } from '../../core/month/document.ts';
import { noteText, utcText, whyText } from './columns.ts';
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
export const CELLS = Object.keys(CELL_OF) as readonly CellName[];
export type LineCells = Record<CellName, string | null>;

/** A line's cells. */
export function lineCells(row: DocumentRow, terms: Terms): LineCells {
  return Object.fromEntries(CELLS.map((name) => [name, CELL_OF[name](row, terms)])) as LineCells;
}
