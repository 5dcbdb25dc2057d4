/**
 * Where the money of a line's entry went: the seller's deduction that carried it and the publisher's statement and
 * payout, with what the bank did. It tells trails as the store found them.
 */

import { nextMonth } from '../../core/calendar.ts';
import type { Event, EventOf, EventType } from '../../core/events/event.ts';
import type { Logged } from '../../core/events/read-body.ts';
import type { StatementTrail, Trail } from '../../core/line/history.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import { labelled, type Showing } from '../files/lines.ts';

type Row = readonly string[];

/** The rows under a line's event: entry, deduction, statement. */
export function trailText(trail: Trail, event: Event, showing: Showing): string {
  return labelled([['entry', trail.entry], ...deductionRows(trail, event, showing), ...statementRows(trail, showing)]);
}

function deductionRows({ dueAfter, deductions }: Trail, event: Event, showing: Showing): Row[] {
  if (dueAfter === null) return [];
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  const rows = deductions.map((events, at): Row => [at === 0 ? 'deduction' : 'then', instructionText(events, showing)]);
  const sameDay = deductions[0]?.[0]?.event.businessDay === event.businessDay;
  if (sameDay) return rows;
  const seller = `seller ${event.sellerId}`;
  const netted =
    dueAfter === 0n
      ? `none that day: it came out even with what else was due from ${seller}`
      : `none that day: ${seller} was owed ${money(-dueAfter)}, which nets against later commission`;
  const later =
    deductions.length === 0 ? 'none since' : `the next was ${instructionText(deductions[0] ?? [], showing)}`;
  return [['deduction', netted], ['', later], ...rows.slice(1)];
}

/** `D-s1-20131220 of 45.67, instructed 2013-12-20, confirmed 2013-12-22 (reason)`. */
function instructionText(events: readonly Logged[], showing: Showing): string {
  const first = events[0]?.event;
  if (first?.type !== 'DeductionInstructed' && first?.type !== 'PayoutInstructed') {
    throw new Error(`${first?.subject} does not begin with its instruction: see cps verify`);
  }
  const steps = events.map(({ event }) => stepText(event)).join(', ');
  const waiting = events.length === 1 ? ', no result yet' : '';
  return `${first.subject} of ${formatMoney(first.body.amount, showing.digits)}: ${steps}${waiting}`;
}

const STEPS: Partial<Record<EventType, string>> = {
  DeductionInstructed: 'instructed',
  PayoutInstructed: 'instructed',
  DeductionConfirmed: 'confirmed',
  PayoutConfirmed: 'confirmed',
  DeductionFailed: 'failed',
  PayoutReturned: 'returned',
};

function stepText(event: Event): string {
  const reason = 'reason' in event.body && event.body.reason !== '' ? ` (${event.body.reason})` : '';
  return `${STEPS[event.type] ?? event.type} ${event.businessDay}${reason}`;
}

function statementRows({ month, statements }: Trail, showing: Showing): Row[] {
  if (month === null) return [];
  if (statements.length === 0) return [['statement', `${month}, which is not closed yet`]];
  return statements.flatMap((one, at) => statementTrailRows(one, at, statements.length, showing));
}

function statementTrailRows(trail: StatementTrail, at: number, of: number, showing: Showing): Row[] {
  const { event } = trail.issued;
  if (event.type !== 'StatementIssued') throw new Error(`${event.subject} is no statement: see cps verify`);
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  const { month, disposition, closing, gross } = event.body;
  const less = gross < closing && gross > 0n ? `, of which ${money(gross)} was still payable` : '';
  const figures = `closing ${money(closing)}${less}`;
  const rows: Row[] = [
    [
      at === 0 ? 'statement' : 'then',
      `${month} of publisher ${event.publisherId}, closed ${event.businessDay}: ${figures}, ${disposition}`,
    ],
  ];
  if (trail.payout.length > 0) {
    const taxed = event.body.tax_due > 0n ? `, after tax of ${money(event.body.tax_due)}` : '';
    rows.push(['payout', `${instructionText(trail.payout, showing)}${taxed}`]);
  }
  if (at === of - 1 && disposition !== 'paid') rows.push(['', unpaidText(event)]);
  return rows;
}

function unpaidText({ body }: EventOf<'StatementIssued'>): string {
  const next = nextMonth(body.month);
  if (body.disposition === 'frozen') return `the publisher was not active; it stands over to ${next}`;
  return body.gross + body.returned <= 0n
    ? `nothing to pay out; it stands over to ${next}`
    : `too little to pay out; it stands over to ${next}`;
}
