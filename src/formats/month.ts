/**
 * A party's month as csv and as one JSON document, written list by list so that memory does not grow with the lines:
 * opening, each entry with the balance after it, closing. The text forms are in statement.ts and deductions.ts.
 */
import { entryId } from '../core/event.ts';
import { formatMoney, type Money } from '../core/money.ts';
import type { MonthFrame, MonthLine, MonthTotals } from '../core/month.ts';
import { csvRow, csvSafe } from './csv.ts';
import { momentText, type Showing } from './lines.ts';

export type MonthFormat = 'text' | 'json' | 'csv';
export const MONTH_FORMATS: readonly MonthFormat[] = ['text', 'json', 'csv'];

/** Lists of a month's lines, in order. */
export type Lines = AsyncIterable<readonly MonthLine[]>;

const COLUMNS = [
  'business_day',
  'entry',
  'event',
  'subject',
  'occurred_at',
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
  'note',
] as const;

type Cells = Record<(typeof COLUMNS)[number], string | null>;

/** The month as csv: a row `opening`, a row an entry, a row `closing`, so that the balance can be followed down the file. */
export async function* monthCsv(
  frame: MonthFrame,
  lines: Lines,
  totals: MonthTotals,
  showing: Showing,
): AsyncGenerator<string> {
  const edge = (event: string, balance: Money): string => {
    const cells: Partial<Cells> = { event, balance: formatMoney(balance, showing.digits) };
    return csvRow(COLUMNS.map((name) => cells[name] ?? null));
  };
  yield csvRow(COLUMNS) + edge('opening', frame.opening);
  for await (const list of lines) {
    let text = '';
    for (const line of list) {
      const cells = cellsOf(line, totals.add(line), showing);
      text += csvRow(COLUMNS.map((name) => csvSafe(cells[name])));
    }
    yield text;
  }
  yield edge('closing', totals.balance);
}

/** The month as one JSON document: what `head` says, opening, lines, closing, what `tail` says of it. */
export async function* monthJson(
  frame: MonthFrame,
  lines: Lines,
  totals: MonthTotals,
  showing: Showing,
  more: { readonly head: Record<string, unknown>; readonly tail: () => Record<string, unknown> },
): AsyncGenerator<string> {
  const { party, month, open, through, opening } = frame;
  const { currency, calendar, digits } = showing;
  const terms = { currency, zone: calendar.zone, opening: formatMoney(opening, digits) };
  yield `${JSON.stringify({ party, ...more.head, month, open, through, ...terms }, null, 2).slice(0, -2)},\n  "lines": [`;
  let first = true;
  for await (const list of lines) {
    let text = '';
    for (const line of list) {
      text += `${first ? '\n' : ',\n'}    ${JSON.stringify(cellsOf(line, totals.add(line), showing))}`;
      first = false;
    }
    yield text;
  }
  const tail = { closing: formatMoney(totals.balance, digits), ...more.tail() };
  yield `${first ? '' : '\n  '}],\n${JSON.stringify(tail, null, 2).slice(2)}\n`;
}

function cellsOf(line: MonthLine, balance: Money, showing: Showing): Cells {
  const { business_day: businessDay, type, subject, ordinal } = line;
  const money = (amount: Money | null): string | null => (amount === null ? null : formatMoney(amount, showing.digits));
  return {
    business_day: businessDay,
    entry: entryId({ businessDay, type, subject, ordinal }),
    event: type,
    subject,
    occurred_at: showing.calendar.format(line.occurred_at),
    publisher_id: line.publisher_id,
    pid: line.pid,
    trace: line.trace,
    why: whyText(line, showing) || null,
    rate: line.rate,
    commission: money(line.commission),
    fee: money(line.fee),
    net: money(line.earning),
    amount: money(line.amount),
    balance: money(balance),
    note: noteText(line) || null,
  };
}

/** Why the line of a settlement is its publisher's: the coupon, or the click, when and where; empty for all else. */
export function whyText(line: MonthLine, { calendar }: Showing): string {
  if (line.type !== 'CommissionSettled' && line.type !== 'CommissionRestored') return '';
  if (line.trace === 'coupon') return 'coupon of this PID';
  const when = line.clicked_at === null ? '' : ` of ${momentText(line.clicked_at, calendar)}`;
  const where = line.trace === 'cross-store' ? ` on shop ${line.click_shop}` : '';
  return `click ${line.click_id}${when}${where}`;
}

/** Refund, decision or reason of an entry, and what became of an instruction; empty where there is nothing to say. */
export function noteText({ refund, decision, decided_by: by, reason, state }: MonthLine): string {
  const because = reason === null || reason === '' ? '' : reason;
  if (refund !== null) return `refund ${refund}`;
  if (decision !== null && by === null) return `after decision ${decision}`;
  if (decision !== null) return `decision ${decision} of ${by}${because === '' ? '' : `: ${because}`}`;
  if (state !== null) return state === 'instructed' ? 'no result yet' : state;
  return because;
}

/** A text for people about an entry, and before it, where the fact came late, the instant at which it happened. */
export function withMoment(
  text: string,
  { occurred_at: at, business_day: day }: MonthLine,
  { calendar }: Showing,
): string {
  if (calendar.dayOf(at) >= day) return text;
  const moment = `happened ${calendar.format(at)}`;
  return text === '' ? moment : `${moment}; ${text}`;
}
