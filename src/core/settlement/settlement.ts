/**
 * What becomes of an attributed line (SPEC 7 to 9): its receipt, closure, refunds and risk decisions, each turning where
 * the line stands into an event and a new standing. Unattributed lines never come here.
 */
import type { Trace } from '../attribution/click.ts';
import { addDays, type Day, type Instant, isoOf } from '../calendar.ts';
import type { Amounts, Clearing, CountedRefund, Event, EventOf, Pocket } from '../events/event.ts';
import { byCodePoint } from '../ids.ts';
import { least, type Money, notBelowZero, type Rate, share, sum } from '../money.ts';
import type { Policy } from '../policy/policy.ts';

export interface Refund {
  readonly kind: 'refund';
  readonly at: Instant;
  readonly refundId: string;
  /** What it takes off the line; below 0 only of a correction, which adds. */
  readonly amount: Money;
  /** Why, of a correction: it takes effect as a refund does, in either direction. */
  readonly correction?: string;
}

export interface Receipt {
  readonly kind: 'receipt';
  readonly at: Instant;
  readonly received: Money | null;
}

interface Closure {
  readonly kind: 'closure';
  readonly at: Instant;
  readonly reason: string;
}

interface Decision {
  readonly kind: 'decision';
  readonly at: Instant;
  readonly decisionId: string;
  readonly decision: 'release' | 'forfeit';
  readonly decidedBy: string;
  readonly reason: string;
}

/** A fact about one order line, after its payment. */
export type TradeFact = Receipt | Closure | Refund | Decision;

/** The end of the wait of a line's earning: found by the night at its end, in no delivery. */
interface Cleared {
  readonly kind: 'cleared';
  readonly at: Instant;
  /** The deduction that collected the charge, where one had to; null where the charge was netted. */
  readonly deduction?: string | null;
}

/** What changes a line: a fact that was delivered, or the end of its wait. */
export type LineFact = TradeFact | Cleared;

/** Equal instants apply in this order (SPEC 4); the order itself was attributed before. */
const PRECEDENCE: Readonly<Record<LineFact['kind'], number>> = {
  refund: 1,
  closure: 2,
  receipt: 3,
  decision: 4,
  cleared: 5,
};

/** Orders a line's facts of one day: by instant, then by kind, then as accepted (the sort is stable). */
export function inOrder(a: LineFact, b: LineFact): number {
  return a.at - b.at || PRECEDENCE[a.kind] - PRECEDENCE[b.kind];
}

/** Where an attributed line stands after the facts that have taken effect. */
export interface Standing {
  readonly orderLineId: string;
  readonly sellerId: string;
  readonly publisherId: string;
  readonly paid: Money;
  readonly rate: Rate;
  readonly state: 'attributed' | 'settled' | 'voided' | 'forfeited';
  readonly hold: 'none' | 'held' | 'released';
  readonly receipt: Receipt | null;
  /** The refunds that have taken effect. */
  readonly refunds: readonly Refund[];
  /** What its earning waits for; null before settlement, and once it is or may be payable. */
  readonly waits: Waits | null;
  /** What the settlement stands at; null before it. */
  readonly settled: (Amounts & { readonly feeRate: Rate }) | null;
  /** The decision that forfeited it last; null where none did. */
  readonly forfeitedBy: string | null;
  /** The overwritten click it was given back to, with its publisher's own mark, and which publisher and rate are now its own; null where it never was. */
  readonly restored: {
    readonly pid: string;
    readonly click: string;
    readonly sub: string | null;
    readonly trace: Trace;
  } | null;
}

/** What an earning waits for before it is payable. */
export interface Waits {
  /** The first night that may make it payable. */
  readonly until: Day;
  /** The day whose charge to the seller has to be collected first; null where none has to be. */
  readonly charged: Day | null;
}

export interface SettlementTerms {
  readonly policy: Policy;
  readonly policyVersion: number;
  readonly businessDay: Day;
}

export interface Step {
  readonly standing: Standing;
  /** Undefined where the fact changes nothing that is booked. */
  readonly event: Event | undefined;
}

const isCorrection = (refund: Refund): boolean => refund.correction !== undefined;

/** The line's base (SPEC 7): what is left of the payment, or of what was received, in minor units, never below 0. */
export function baseOf(paid: Money, receipt: Receipt | null, refunds: readonly Refund[]): Money {
  if (receipt === null || receipt.received === null) {
    return notBelowZero(paid - sum(refunds.map((refund) => refund.amount)));
  }
  const earlier = refunds.filter((refund) => refund.at <= receipt.at);
  const later = refunds.filter((refund) => refund.at > receipt.at);
  const received = least(receipt.received, paid - sum(earlier.map((refund) => refund.amount)));
  return notBelowZero(received - sum(later.map((refund) => refund.amount)));
}

/**
 * Commission, service fee and earning of a base (SPEC 7), each rounded from the base itself; P = C - F.
 * @param rate the commission rate
 * @param feeRate the part of the commission that is the service fee
 */
export function amountsOf(base: Money, rate: Rate, feeRate: Rate): Amounts {
  const commission = share(base, rate);
  const fee = share(base, rate, feeRate);
  return { commission, fee, earning: commission - fee };
}

/**
 * Applies one fact to a line (SPEC 7 to 9). After a void or a forfeit nothing changes it any more.
 * @returns where the line stands then, and the event where the fact changes what is booked
 */
export function apply(standing: Standing, fact: LineFact, terms: SettlementTerms): Step {
  if (standing.state === 'voided' || standing.state === 'forfeited') return { standing, event: undefined };
  switch (fact.kind) {
    case 'receipt':
      return settle(standing, fact, terms);
    case 'closure':
      return voidLine(standing, fact.at, { reason: 'order-closed', because: fact.reason }, terms);
    case 'refund':
      return refund(standing, fact, terms);
    case 'decision':
      return fact.decision === 'release' ? release(standing, fact, terms) : forfeit(standing, fact, terms);
    case 'cleared':
      return clear(standing, fact, terms);
  }
}

/** The account that holds the earning: a hold comes before a wait. */
const pocketOf = ({ hold, waits }: Standing): Pocket =>
  hold === 'held' ? 'held' : waits === null ? 'payable' : 'clearing';

/**
 * What an earning of a day has to wait for under a policy, as its event records it; nothing where the policy asks for
 * nothing.
 */
export function clearingOf({ clearingDays, payWhenCollected }: Policy, businessDay: Day): Clearing {
  if (clearingDays === 0 && !payWhenCollected) return {};
  const day = { clears_on: addDays(businessDay, clearingDays) };
  return payWhenCollected ? { ...day, when_collected: true } : day;
}

/** The same as a line keeps it. */
export function waitsFor({ clears_on: until, when_collected: collected }: Clearing, businessDay: Day): Waits | null {
  return until === undefined ? null : { until, charged: collected === true ? businessDay : null };
}

function stamp(standing: Standing, at: Instant, terms: SettlementTerms) {
  return {
    businessDay: terms.businessDay,
    occurredAt: at,
    subject: standing.orderLineId,
    sellerId: standing.sellerId,
    publisherId: standing.publisherId,
  };
}

/** Refunds are recorded in the order in which they happened, however they were delivered. */
const byInstant = (a: Refund, b: Refund): number =>
  a.at - b.at || byCodePoint(a.refundId, b.refundId) || Number(isCorrection(a)) - Number(isCorrection(b));

const counted = ({ refundId: refund, amount, at, correction }: Refund): CountedRefund => ({
  refund,
  amount,
  refunded_at: isoOf(at),
  ...(correction === undefined ? {} : { correction }),
});

function settle(standing: Standing, receipt: Receipt, terms: SettlementTerms): Step {
  const { paid, rate, refunds } = standing;
  const { policy } = terms;
  const base = baseOf(paid, receipt, refunds);
  const amounts = amountsOf(base, rate, policy.serviceFeeRate);
  if (amounts.commission < policy.minimumCommission) {
    const { minimumCommission: minimum } = policy;
    // Without a correction any refund that leaves this base gives the same event.
    const corrected = refunds.some(isCorrection) ? { refunds: [...refunds].sort(byInstant).map(counted) } : {};
    const body = { reason: 'below-minimum' as const, minimum, base, commission: amounts.commission, ...corrected };
    return voidLine(standing, receipt.at, body, terms);
  }
  const clearing = clearingOf(policy, terms.businessDay);
  const waits = waitsFor(clearing, terms.businessDay);
  const body = {
    pocket: pocketOf({ ...standing, waits }),
    paid,
    received: receipt.received,
    refunds: [...refunds].sort(byInstant).map(counted),
    base,
    rate,
    ...amounts,
    fee_rate: policy.serviceFeeRate,
    ...clearing,
    policy: terms.policyVersion,
  };
  return {
    standing: {
      ...standing,
      state: 'settled',
      receipt,
      waits,
      settled: { ...amounts, feeRate: policy.serviceFeeRate },
    },
    event: { type: 'CommissionSettled', ...stamp(standing, receipt.at, terms), body },
  };
}

function voidLine(
  standing: Standing,
  at: Instant,
  body: EventOf<'CommissionVoided'>['body'],
  terms: SettlementTerms,
): { standing: Standing; event: EventOf<'CommissionVoided'> } {
  return {
    standing: { ...standing, state: 'voided' },
    event: { type: 'CommissionVoided', ...stamp(standing, at, terms), body },
  };
}

function refund(standing: Standing, fact: Refund, terms: SettlementTerms): Step {
  const refunds = [...standing.refunds, fact];
  const { settled, rate } = standing;
  if (settled === null) return { standing: { ...standing, refunds }, event: undefined };
  const base = baseOf(standing.paid, standing.receipt, refunds);
  const left = amountsOf(base, rate, settled.feeRate);
  const body = {
    pocket: pocketOf(standing),
    refund: counted(fact),
    base,
    rate,
    fee_rate: settled.feeRate,
    commission: settled.commission - left.commission,
    fee: settled.fee - left.fee,
    earning: settled.earning - left.earning,
    left,
  };
  return {
    standing: { ...standing, refunds, settled: { ...left, feeRate: settled.feeRate } },
    event: { type: 'CommissionReversed', ...stamp(standing, fact.at, terms), body },
  };
}

const decided = (fact: Decision) => ({ decision: fact.decisionId, decided_by: fact.decidedBy, reason: fact.reason });

function release(standing: Standing, fact: Decision, terms: SettlementTerms): Step {
  if (standing.hold !== 'held') return { standing, event: undefined };
  const released: Standing = { ...standing, hold: 'released' };
  const earning = standing.settled?.earning ?? 0n;
  const body = {
    ...decided(fact),
    earning,
    ...(pocketOf(released) === 'clearing' ? { pocket: 'clearing' as const } : {}),
  };
  return {
    standing: released,
    event: { type: 'CommissionReleased', ...stamp(standing, fact.at, terms), body },
  };
}

function forfeit(standing: Standing, fact: Decision, terms: SettlementTerms): Step {
  const { settled } = standing;
  if (settled === null) {
    const { decisionId: decision, decidedBy: decided_by, reason: because } = fact;
    const step = voidLine(standing, fact.at, { reason: 'forfeited', decision, decided_by, because }, terms);
    return { standing: { ...step.standing, forfeitedBy: fact.decisionId }, event: step.event };
  }
  const { commission, fee, earning } = settled;
  const body = { ...decided(fact), pocket: pocketOf(standing), commission, fee, earning };
  return {
    standing: {
      ...standing,
      state: 'forfeited',
      waits: null,
      settled: { ...settled, commission: 0n, fee: 0n, earning: 0n },
      forfeitedBy: fact.decisionId,
    },
    event: { type: 'CommissionForfeited', ...stamp(standing, fact.at, terms), body },
  };
}

/** The wait is over: what is left of the earning becomes payable, once. A line under a hold waits on. */
function clear(standing: Standing, fact: Cleared, terms: SettlementTerms): Step {
  const { settled } = standing;
  if (settled === null || pocketOf(standing) !== 'clearing') return { standing, event: undefined };
  const body = { earning: settled.earning, ...(fact.deduction === undefined ? {} : { deduction: fact.deduction }) };
  return {
    standing: { ...standing, waits: null },
    event: { type: 'EarningCleared', ...stamp(standing, fact.at, terms), body },
  };
}
