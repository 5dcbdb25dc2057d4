/** A deduction or payout folded from its events, and whether each event may follow the one before it (SPEC 10). */
import { addDays, type Instant, monthOf } from '../calendar.ts';
import type { Event, EventOf } from '../events/event.ts';
import { deductionId, payoutId } from '../ids.ts';
import type { Money } from '../money.ts';
import { follows, type ResultStatus } from '../settlement/results.ts';
import type { Checks } from './finding.ts';

export interface Instruction {
  readonly kind: 'deduction' | 'payout';
  readonly party: string;
  readonly amount: Money;
  readonly businessDay: string;
  readonly state: 'instructed' | ResultStatus;
  /** When the last result came about; the instruction's own business day begins at `from`. */
  readonly at: Instant | null;
}

export type Instructed = EventOf<'DeductionInstructed'> | EventOf<'PayoutInstructed'>;
export type Resulted =
  | EventOf<'DeductionConfirmed'>
  | EventOf<'DeductionFailed'>
  | EventOf<'PayoutConfirmed'>
  | EventOf<'PayoutReturned'>;

const STATUS: Readonly<Record<Resulted['type'], readonly [Instruction['kind'], ResultStatus]>> = {
  DeductionConfirmed: ['deduction', 'confirmed'],
  DeductionFailed: ['deduction', 'failed'],
  PayoutConfirmed: ['payout', 'confirmed'],
  PayoutReturned: ['payout', 'returned'],
};

export function isInstructed(event: Event): event is Instructed {
  return event.type === 'DeductionInstructed' || event.type === 'PayoutInstructed';
}

export function isResulted(event: Event): event is Resulted {
  return Object.hasOwn(STATUS, event.type);
}

/** What an instruction begins as. */
export function instruct(event: Instructed): Instruction {
  const deduction = event.type === 'DeductionInstructed';
  return {
    kind: deduction ? 'deduction' : 'payout',
    party: (deduction ? event.sellerId : event.publisherId) ?? '',
    amount: event.body.amount,
    businessDay: event.businessDay,
    state: 'instructed',
    at: null,
  };
}

/** What a result says of its instruction. */
export const statusOf = ({ type }: Resulted): ResultStatus => STATUS[type][1];

export function resulted(before: Instruction, event: Resulted): Instruction {
  return { ...before, state: statusOf(event), at: event.occurredAt };
}

/** Checks an instruction's own figures and its id. */
export function checkInstructed(event: Instructed, checks: Checks): void {
  const { body, businessDay, subject } = event;
  checks.holds('decisions', 'body.amount', body.amount > 0n, body.amount, 'above 0');
  if (event.type === 'DeductionInstructed') {
    checks.same('decisions', 'subject', subject, deductionId(event.sellerId ?? '', businessDay));
    return;
  }
  const { month, from_payable: payable, from_returned: returned, value_date: valueDate } = event.body;
  checks.same('decisions', 'subject', subject, payoutId(event.publisherId ?? '', month));
  checks.same('decisions', 'body.amount', body.amount, payable + returned);
  checks.same('decisions', 'body.value_date', valueDate, addDays(businessDay, 1));
  checks.holds('decisions', 'body.month', month < monthOf(businessDay), month, 'a month before its business day');
}

/** Checks a result against the instruction as it stood; `from` is the first instant of the instruction's business day. */
export function checkResulted(before: Instruction, event: Resulted, from: Instant, checks: Checks): void {
  const [kind, status] = STATUS[event.type];
  checks.same('decisions', 'type', kind, before.kind);
  checks.holds('decisions', 'type', follows(before.state, status), status, `what may follow ${before.state}`);
  checks.same('decisions', 'body.amount', event.body.amount, before.amount);
  const party = kind === 'deduction' ? event.sellerId : event.publisherId;
  checks.same('decisions', kind === 'deduction' ? 'seller_id' : 'publisher_id', party, before.party);
  const earliest = before.at ?? from;
  checks.holds('decisions', 'occurred_at', event.occurredAt >= earliest, event.occurredAt, `${earliest} or later`);
  if ('after_confirmation' in event.body) {
    checks.same('decisions', 'body.after_confirmation', event.body.after_confirmation, before.state === 'confirmed');
  }
}
