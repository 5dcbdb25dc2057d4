/**
 * An order line folded from its events alone, and whether each event follows from the fold before it (SPEC 7 to 9):
 * the fact an event recorded is applied again to where the line stood, and must give that very event.
 */
import type { Event, EventOf } from '../event.ts';
import { sum } from '../money.ts';
import type { Policy } from '../policy.ts';
import { restored } from '../restoration.ts';
import { apply, type Refund, type Standing, type TradeFact } from '../settlement.ts';
import type { Checks } from './finding.ts';

export type LineEvent = {
  [T in
    | 'CommissionSettled'
    | 'CommissionVoided'
    | 'CommissionReversed'
    | 'CommissionReleased'
    | 'CommissionForfeited'
    | 'CommissionRestored']: EventOf<T>;
}[
  | 'CommissionSettled'
  | 'CommissionVoided'
  | 'CommissionReversed'
  | 'CommissionReleased'
  | 'CommissionForfeited'
  | 'CommissionRestored'];

/** Where a line begins: as attributed. */
export function begin(event: EventOf<'OrderAttributed'>): Standing {
  return {
    orderLineId: event.subject,
    sellerId: event.sellerId ?? '',
    publisherId: event.publisherId ?? '',
    paid: event.body.order.paid,
    rate: event.body.rate,
    state: 'attributed',
    hold: event.body.held ? 'held' : 'none',
    receipt: null,
    refunds: [],
    settled: null,
    forfeitedBy: null,
    restored: null,
  };
}

const refundOf = (of: { refund: string; amount: bigint; refunded_at: string }): Refund => ({
  kind: 'refund',
  at: Date.parse(of.refunded_at),
  refundId: of.refund,
  amount: of.amount,
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
        settled: { commission, fee, earning, feeRate },
      };
    }
    case 'CommissionVoided':
      return { ...standing, state: 'voided', forfeitedBy: forfeitIn(event) ?? standing.forfeitedBy };
    case 'CommissionReversed': {
      const { commission, fee, earning } = event.body;
      return {
        ...standing,
        refunds: [...standing.refunds, refundOf(event.body.refund)],
        settled: settled && {
          commission: settled.commission - commission,
          fee: settled.fee - fee,
          earning: settled.earning - earning,
          feeRate: settled.feeRate,
        },
      };
    }
    case 'CommissionReleased':
      return { ...standing, hold: 'released' };
    case 'CommissionForfeited': {
      const { commission, fee, earning } = event.body;
      return {
        ...standing,
        state: 'forfeited',
        forfeitedBy: event.body.decision,
        settled: settled && {
          commission: settled.commission - commission,
          fee: settled.fee - fee,
          earning: settled.earning - earning,
          feeRate: settled.feeRate,
        },
      };
    }
    case 'CommissionRestored':
      return restored(standing, event);
  }
}

/** Who decided a void that was a forfeit, as its detail says it. */
const FORFEIT = /^decision (\S+) of (.*?): ([\s\S]*)$/;

function forfeitIn({ body }: EventOf<'CommissionVoided'>): string | undefined {
  return body.reason === 'forfeited' ? FORFEIT.exec(body.detail)?.[1] : undefined;
}

/** What an event needs beside the line's own past: the policy in force on its day, and the currency's digits. */
export interface LineTerms {
  readonly policy: Policy;
  readonly policyVersion: number;
  readonly digits: number;
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

/** The fact an event recorded, and the line as it stood when the fact came; undefined where there can be none. */
function factOf(
  before: Standing,
  event: Exclude<LineEvent, EventOf<'CommissionRestored'>>,
  checks: Checks,
): { readonly before: Standing; readonly fact: TradeFact } | undefined {
  const at = event.occurredAt;
  switch (event.type) {
    case 'CommissionSettled': {
      const { received, paid } = event.body;
      const refunds = event.body.refunds.map(refundOf);
      const refunded = sum(refunds.map((refund) => refund.amount));
      checks.holds('decisions', 'body.refunds', refunded <= paid, refunded, 'no more than was paid');
      checks.holds(
        'decisions',
        'body.received',
        received === null || received <= paid,
        received,
        'within what was paid',
      );
      return { before: { ...before, refunds }, fact: { kind: 'receipt', at, received } };
    }
    case 'CommissionVoided':
      return voidingFact(before, event, checks);
    case 'CommissionReversed': {
      const fact = refundOf(event.body.refund);
      checks.same('decisions', 'body.refund.refunded_at', fact.at, at);
      const again = before.refunds.some((refund) => refund.refundId === fact.refundId);
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
  }
}

/** Of a line below the minimum the event keeps the base alone: any refund that leaves it gives the same event. */
function voidingFact(
  before: Standing,
  event: EventOf<'CommissionVoided'>,
  checks: Checks,
): { readonly before: Standing; readonly fact: TradeFact } | undefined {
  const { occurredAt: at } = event;
  const { reason, detail, base } = event.body;
  switch (reason) {
    case 'order-closed':
      return { before, fact: { kind: 'closure', at, reason: detail } };
    case 'forfeited': {
      const said = FORFEIT.exec(detail);
      checks.holds('decisions', 'body.detail', said !== null, detail, 'decision ID of SOMEBODY: REASON');
      if (said === null) return undefined;
      const [, decisionId = '', decidedBy = '', why = ''] = said;
      return { before, fact: { kind: 'decision', at, decisionId, decision: 'forfeit', decidedBy, reason: why } };
    }
    case 'below-minimum': {
      const within = base !== undefined && base >= 0n && base <= before.paid;
      checks.holds('decisions', 'body.base', within, base, `from 0 to what was paid, ${checks.shown(before.paid)}`);
      if (!within) return undefined;
      const refund: Refund = { kind: 'refund', at, refundId: '', amount: before.paid - base };
      return { before: { ...before, refunds: [refund] }, fact: { kind: 'receipt', at, received: null } };
    }
  }
}

/** True for the events that follow an attribution. */
export function isLineEvent(event: Event): event is LineEvent {
  return (
    event.type === 'CommissionSettled' ||
    event.type === 'CommissionVoided' ||
    event.type === 'CommissionReversed' ||
    event.type === 'CommissionReleased' ||
    event.type === 'CommissionForfeited' ||
    event.type === 'CommissionRestored'
  );
}
