/**
 * The cells of a line for programs, under fixed English names: the same in csv and json. Amounts are plain decimals,
 * times are given in the book's zone and in UTC.
 */

import { entryId } from '../../core/ids.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import type { DocumentRow } from '../../core/month/document.ts';
import { noteText, utcText, whyText } from './columns.ts';
import type { Terms } from './told.ts';

export const CELLS = [
  'business_day',
  'entry',
  'event',
  'subject',
  'corrects',
  'occurred_at',
  'occurred_at_utc',
  'publisher_id',
  'pid',
  'trace',
  'why',
  'rate',
  'commission',
  'fee',
  'net',
  'amount',
  'balance',
  'currency',
  'note',
] as const;

export type LineCells = Record<(typeof CELLS)[number], string | null>;

/** A line's cells; null where it has nothing to say. The words of `why` and `note` are English. */
export function lineCells({ line, balance }: DocumentRow, terms: Terms): LineCells {
  const { business_day: businessDay, type, subject, ordinal } = line;
  const english: Terms = { ...terms, language: 'en' };
  const money = (amount: Money | null): string | null => (amount === null ? null : formatMoney(amount, terms.digits));
  return {
    business_day: businessDay,
    entry: entryId({ businessDay, type, subject, ordinal }),
    event: type,
    subject,
    corrects: line.corrects,
    occurred_at: terms.calendar.format(line.occurred_at),
    occurred_at_utc: utcText(line.occurred_at),
    publisher_id: line.publisher_id,
    pid: line.pid,
    trace: line.trace,
    why: whyText(line, english) || null,
    rate: line.rate,
    commission: money(line.commission),
    fee: money(line.fee),
    net: money(line.earning),
    amount: money(line.amount),
    balance: money(balance),
    currency: terms.currency,
    note: noteText(line, 'en') || null,
  };
}
