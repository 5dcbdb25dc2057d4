/** A seller's month as text: every charge with its publisher and why it was attributed, what was given back, what was deducted. */
import type { EventType } from '../core/event.ts';
import { formatMoney, type Money } from '../core/money.ts';
import type { MonthFrame, MonthLine, MonthTotals } from '../core/month.ts';
import { aligned, type Showing } from './lines.ts';
import { type Lines, noteText, whyText, withMoment } from './month.ts';
import { sumsText } from './statement.ts';
import { type Column, table } from './table.ts';

const COLUMNS: readonly Column[] = [
  { title: 'day' },
  { title: 'entry' },
  { title: 'order line or deduction' },
  { title: 'publisher' },
  { title: 'PID' },
  { title: 'trace' },
  { title: 'rate', align: 'right' },
  { title: 'amount', align: 'right' },
  { title: 'due', align: 'right' },
  { title: 'why', max: 80 },
];

const WORDS: Partial<Record<EventType, string>> = {
  CommissionSettled: 'charged',
  CommissionReversed: 'given back',
  CommissionForfeited: 'forfeited',
  CommissionRestored: 'charged anew',
  DeductionInstructed: 'deducted',
  DeductionFailed: 'failed',
};

/** The rows of the sums, by the events they sum. */
export const CHARGES: readonly (readonly [name: string, ...types: EventType[]])[] = [
  ['charged', 'CommissionSettled', 'CommissionRestored'],
  ['given back', 'CommissionReversed'],
  ['forfeited', 'CommissionForfeited'],
  ['deducted', 'DeductionInstructed'],
  ['failed', 'DeductionFailed'],
];

/** Deductions of a month by what became of them: how many and how much, both positive. */
export type DeductionStates = Map<string, { count: number; amount: Money }>;

/** Counts the deductions among lines as they pass. */
export async function* countStates(lines: Lines, states: DeductionStates): AsyncGenerator<readonly MonthLine[]> {
  for await (const list of lines) {
    for (const { type, state, amount } of list) {
      if (type !== 'DeductionInstructed' || state === null) continue;
      const known = states.get(state) ?? { count: 0, amount: 0n };
      states.set(state, { count: known.count + 1, amount: known.amount - amount });
    }
    yield list;
  }
}

/** The month's deductions (SPEC 7) as text, pages of a table with at most a list's lines each. */
export async function* deductionsText(
  frame: MonthFrame,
  lines: Lines,
  totals: MonthTotals,
  states: DeductionStates,
  showing: Showing,
): AsyncGenerator<string> {
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  const after = frame.through === null ? 'none of its days has been run' : `as it stands after ${frame.through}`;
  yield `Deductions of seller ${frame.party}\n${aligned([
    ['month', `${frame.month}, ${frame.open ? `open: ${after}` : 'closed'}`],
    ['amounts', `${showing.currency}; days of ${showing.calendar.zone}`],
  ])}\n`;
  for await (const list of countStates(lines, states)) {
    const rows = list.map((line) => [
      line.business_day,
      WORDS[line.type] ?? line.type,
      line.subject,
      line.publisher_id ?? '',
      line.pid ?? '',
      line.trace ?? '',
      line.rate ?? '',
      money(line.amount),
      money(totals.add(line)),
      withMoment(whyText(line, showing) || noteText(line), line, showing),
    ]);
    yield `${table(COLUMNS, rows)}\n`;
  }
  if (totals.count === 0) yield 'No line moved what is due.\n\n';
  yield sumsText(
    [
      ['opening due', frame.opening],
      ...CHARGES.map(([name, ...types]) => [name, totals.of(...types)] as const).filter(([, amount]) => amount !== 0n),
      ['closing due', totals.balance],
    ],
    money,
  );
  yield statesText(states, money);
}

function statesText(states: DeductionStates, money: (amount: Money) => string): string {
  if (states.size === 0) return '';
  const told = ['confirmed', 'failed', 'instructed'].flatMap((state) => {
    const of = states.get(state);
    return of === undefined
      ? []
      : [`${of.count} ${state === 'instructed' ? 'without result' : state} (${money(of.amount)})`];
  });
  return `\nOf this month's deductions: ${told.join(', ')}.\n`;
}
