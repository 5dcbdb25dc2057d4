/**
 * An order line folded from its events alone, and whether each event follows from the fold before it (SPEC 7 to 9):
 * the fact an event recorded is applied again to where the line stood, and must give that very event.
 */
import type { Amounts, CountedRefund, Event, EventOf, EventType } from '../events/event.ts';
import { LINE_EVENTS, type LineEventType } from '../events/index.ts';
import { type Money, sum } from '../money.ts';
import type { Policy } from '../policy/policy.ts';
import { restored } from '../settlement/restoration.ts';
import { apply, type LineFact, type Refund, type Standing, waitsFor } from '../settlement/settlement.ts';
import type { Checks } from './finding.ts';

export type LineEvent = { [T in LineEventType]: EventOf<T> }[LineEventType];

const refundOf = ({ refund, amount, refunded_at: at, correction }: CountedRefund): Refund => ({
  kind: 'refund',
  at: Date.parse(at),
  refundId: refund,
  amount,
  ...(correction === undefined ? {} : { correction }),
});

/** A refund takes something off; only a correction may add. */
function checkSigns(refunds: readonly Refund[], checks: Checks): void {
  const wrong = refunds.find(({ amount, correction }) => (correction === undefined ? amount <= 0n : amount === 0n));
  checks.holds('decisions', 'refund.amount', wrong === undefined, wrong?.amount, 'above 0, of a correction not 0');
}

/** What a line's payment has become by corrections that add to it. */
const paidNow = (paid: Money, refunds: readonly Refund[]): Money =>
  paid - sum(refunds.filter(({ amount }) => amount < 0n).map(({ amount }) => amount));

/** What is left of what was settled when some of it is given back. */
const without = <S extends Amounts>(settled: S, back: Amounts): S => ({
  ...settled,
  commission: settled.commission - back.commission,
  fee: settled.fee - back.fee,
  earning: settled.earning - back.earning,
});

/** The line after one more of its events, taken from the event's amounts and from no rule. */
export function evolve(standing: Standing, event: LineEvent): Standing {
  const { settled } = standing;
  switch (event.type) {
    case 'CommissionSettled': {
      const { commission, fee, earning, fee_rate: feeRate, received } = event.body;
      return {
        ...standing,
        state: 'settled',
        receipt: { kind: 'receipt', at: event.occurredAt, received },
        refunds: event.body.refunds.map(refundOf),
        waits: waitsFor(event.body, event.businessDay),
        settled: { commission, fee, earning, feeRate },
      };
    }
    case 'CommissionVoided':
      return { ...standing, state: 'voided', forfeitedBy: event.body.decision ?? standing.forfeitedBy };
    case 'CommissionReversed':
      return {
        ...standing,
        refunds: [...standing.refunds, refundOf(event.body.refund)],
        settled: settled && without(settled, event.body),
      };
    case 'CommissionReleased':
      return { ...standing, hold: 'released' };
    case 'CommissionForfeited':
      return {
        ...standing,
        state: 'forfeited',
        waits: null,
        forfeitedBy: event.body.decision,
        settled: settled && without(settled, event.body),
      };
    case 'EarningCleared':
      return { ...standing, waits: null };
    case 'CommissionRestored':
      return restored(standing, event);
  }
}

/** What an event needs beside the line's own past: the policy in force on its day. */
export interface LineTerms {
  readonly policy: Policy;
  readonly policyVersion: number;
}

/** Checks an event of a line against where the line stood before it. */
export function checkLineEvent(
  before: Standing,
  event: Exclude<LineEvent, EventOf<'CommissionRestored'>>,
  terms: LineTerms,
  checks: Checks,
): void {
  const again = factOf(before, event, checks);
  if (again === undefined) return;
  const { event: derived } = apply(again.before, again.fact, { ...terms, businessDay: event.businessDay });
  if (derived === undefined) {
    checks.holds('decisions', 'type', false, event.type, `nothing: the line was ${before.state}, hold ${before.hold}`);
    return;
  }
  checks.same('decisions', 'type', event.type, derived.type);
  checks.same('decisions', 'seller_id', event.sellerId, derived.sellerId);
  checks.same('decisions', 'publisher_id', event.publisherId, derived.publisherId);
  checks.alike('decisions', 'body', event.body, derived.body);
}

/** A fact, and the line as it stood when the fact came. */
interface Again {
  readonly before: Standing;
  readonly fact: LineFact;
}

/** The fact an event recorded, and the line as it stood when the fact came; undefined where there can be none. */
function factOf(
  before: Standing,
  event: Exclude<LineEvent, EventOf<'CommissionRestored'>>,
  checks: Checks,
): Again | undefined {
  const at = event.occurredAt;
  switch (event.type) {
    case 'CommissionSettled': {
      const { received, paid } = event.body;
      const refunds = event.body.refunds.map(refundOf);
      checkSigns(refunds, checks);
      const refunded = sum(refunds.map((refund) => refund.amount));
      checks.holds('decisions', 'body.refunds', refunded <= paid, refunded, 'no more than was paid');
      checks.holds(
        'decisions',
        'body.received',
        received === null || received <= paidNow(paid, refunds),
        received,
        'within what was paid',
      );
      return { before: { ...before, refunds }, fact: { kind: 'receipt', at, received } };
    }
    case 'CommissionVoided':
      return voidingFact(before, event, checks);
    case 'CommissionReversed': {
      const fact = refundOf(event.body.refund);
      checkSigns([fact], checks);
      checks.same('decisions', 'body.refund.refunded_at', fact.at, at);
      const again = before.refunds.some((refund) => isSame(refund, fact));
      checks.holds('decisions', 'body.refund.refund', !again, fact.refundId, 'a refund not counted before');
      const refunded = sum([...before.refunds, fact].map((refund) => refund.amount));
      checks.holds(
        'decisions',
        'body.refund.amount',
        refunded <= before.paid,
        refunded,
        'no more than was paid in all',
      );
      return { before, fact };
    }
    case 'CommissionReleased':
    case 'CommissionForfeited': {
      const { decision: decisionId, decided_by: decidedBy, reason } = event.body;
      const decision = event.type === 'CommissionReleased' ? 'release' : 'forfeit';
      return { before, fact: { kind: 'decision', at, decisionId, decision, decidedBy, reason } };
    }
    case 'EarningCleared':
      return clearedFact(before, event, checks);
  }
}

/** Not before its day; that it was collected, and that it did not wait longer, is found beside the deductions. */
function clearedFact(before: Standing, event: EventOf<'EarningCleared'>, checks: Checks): Again {
  const { businessDay: day, occurredAt: at, body } = event;
  const until = before.waits?.until ?? '';
  checks.holds('decisions', 'business_day', day >= until, day, `${until} or later`);
  const tells = body.deduction !== undefined;
  const asks = before.waits !== null && before.waits.charged !== null;
  checks.holds('decisions', 'body.deduction', tells === asks, body.deduction, asks ? 'one, or null' : 'none');
  return {
    before,
    fact: { kind: 'cleared', at, ...(body.deduction === undefined ? {} : { deduction: body.deduction }) },
  };
}

const isSame = (a: Refund, b: Refund): boolean =>
  a.refundId === b.refundId && (a.correction === undefined) === (b.correction === undefined);

const laterThan = (refunds: readonly Refund[], at: number): Money =>
  sum(refunds.filter((refund) => refund.at > at).map((refund) => refund.amount));

/** Of a line below the minimum the event keeps the base alone: any refund that leaves it gives the same event. */
function voidingFact(before: Standing, event: EventOf<'CommissionVoided'>, checks: Checks): Again | undefined {
  const { occurredAt: at } = event;
  const { reason, base } = event.body;
  switch (reason) {
    case 'order-closed':
      return { before, fact: { kind: 'closure', at, reason: event.body.because ?? '' } };
    case 'forfeited': {
      const { decision: decisionId = '', decided_by: decidedBy = '', because: why = '' } = event.body;
      return { before, fact: { kind: 'decision', at, decisionId, decision: 'forfeit', decidedBy, reason: why } };
    }
    case 'below-minimum': {
      const refunds = event.body.refunds?.map(refundOf) ?? [];
      checkSigns(refunds, checks);
      const most = paidNow(before.paid, refunds);
      const within = base !== undefined && base >= 0n && base <= most;
      checks.holds('decisions', 'body.base', within, base, `from 0 to what was paid, ${checks.shown(most)}`);
      if (!within) return undefined;
      if (refunds.length > 0) {
        // Received less than what was left: the base says how much, and nothing later was taken off.
        const left = before.paid - sum(refunds.map((refund) => refund.amount));
        const received = base < left ? base + laterThan(refunds, at) : null;
        return { before: { ...before, refunds }, fact: { kind: 'receipt', at, received } };
      }
      const refund: Refund = { kind: 'refund', at, refundId: '', amount: before.paid - base };
      return { before: { ...before, refunds: [refund] }, fact: { kind: 'receipt', at, received: null } };
    }
  }
}

/** True for the events that follow an attribution. */
export function isLineEvent(event: Event): event is LineEvent {
  return (LINE_EVENTS as readonly EventType[]).includes(event.type);
}
