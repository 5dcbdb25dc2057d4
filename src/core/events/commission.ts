/** What becomes of an attributed order line (SPEC 7 to 9), from its receipt to what risk and refunds make of it. */
import { trace } from '../attribution/click.ts';
import { tested } from '../attribution/tests/index.ts';
import { amounts, clearing, decided, pocket, refund } from './amounts.ts';
import { rateSource } from './order.ts';
import { event } from './record.ts';
import { list, money, nullable, object, oneOf, optional, rate, text, whole } from './shape.ts';

export const commissionSettled = event('CommissionSettled', {
  home: 'line',
  body: {
    pocket,
    paid: money,
    received: nullable(money),
    refunds: list(refund),
    base: money,
    rate,
    ...amounts,
    fee_rate: rate,
    ...clearing,
    policy: whole,
  },
});

export const commissionVoided = event('CommissionVoided', {
  home: 'line',
  body: {
    reason: oneOf(['below-minimum', 'order-closed', 'forfeited']),
    /** The least commission of the policy, where it is below that. */
    minimum: optional(money),
    base: optional(money),
    commission: optional(money),
    /** Those counted, where a correction is among them. */
    refunds: optional(list(refund)),
    /** The decision that forfeited it, and who decided. */
    decision: optional(text),
    decided_by: optional(text),
    /** The reason given with a closure or a decision. */
    because: optional(text),
  },
});

export const commissionReversed = event('CommissionReversed', {
  home: 'line',
  body: { pocket, refund, base: money, rate, fee_rate: rate, ...amounts, left: object(amounts) },
});

export const commissionReleased = event('CommissionReleased', {
  home: 'line',
  /** `pocket` says where it goes, if not to payable. */
  body: { ...decided, earning: money, pocket: optional(oneOf(['clearing'])) },
});

/** What has waited in clearing becomes payable. */
export const earningCleared = event('EarningCleared', {
  home: 'line',
  body: {
    earning: money,
    /** Of one that had to be collected: the deduction that was, null where the charge was netted. */
    deduction: optional(nullable(text)),
  },
});

export const commissionForfeited = event('CommissionForfeited', {
  home: 'line',
  body: { ...decided, pocket, ...amounts },
});

/** A forfeited line given to the publisher whose click the winning one had overwritten. */
export const commissionRestored = event('CommissionRestored', {
  home: 'line',
  body: {
    /** The decision that forfeited it. */
    decision: text,
    pid: text,
    click: text,
    trace,
    /** The overwritten clicks tested, latest first, the last of them passed. */
    tested: list(tested),
    rate,
    source: rateSource,
    /** Null before the line's receipt: nothing is posted, and the receipt settles it for this publisher. */
    base: nullable(money),
    ...amounts,
    /** As the line was settled with; null before its receipt. */
    fee_rate: nullable(rate),
    ...clearing,
    policy: whole,
  },
});
