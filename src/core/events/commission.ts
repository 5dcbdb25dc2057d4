/** What becomes of an attributed order line (SPEC 7 to 9), from its receipt to what risk and refunds make of it. */
import { trace } from '../attribution/click.ts';
import { tested } from '../attribution/tests/index.ts';
import { amounts, clearing, decided, moved, pocket, refund, restoredTo } from './amounts.ts';
import { rateSource } from './order.ts';
import { BOTH, event } from './record.ts';
import { list, money, nullable, object, oneOf, optional, rate, text, whole } from './shape.ts';

export const commissionSettled = event(
  'CommissionSettled',
  {
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
  {
    home: 'line',
    statement: 'earnings',
    deductions: 'charged',
    news: {
      kind: 'commission.settled',
      subject: 'order_line_id',
      to: BOTH,
      facts: (body) => ({ base: body.base, rate: body.rate, ...moved(body), pocket: body.pocket }),
    },
  },
);

export const commissionVoided = event(
  'CommissionVoided',
  {
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
  { home: 'line', news: null },
);

export const commissionReversed = event(
  'CommissionReversed',
  { pocket, refund, base: money, rate, fee_rate: rate, ...amounts, left: object(amounts) },
  {
    home: 'line',
    statement: 'reversals',
    deductions: 'given-back',
    news: {
      kind: 'commission.reversed',
      subject: 'order_line_id',
      to: BOTH,
      facts: (body) => ({
        ...(body.refund.correction === undefined
          ? { refund_id: body.refund.refund, refund_amount: body.refund.amount }
          : { correction_id: body.refund.refund, correction_amount: body.refund.amount }),
        base: body.base,
        rate: body.rate,
        ...moved(body, -1n),
        pocket: body.pocket,
        left: moved(body.left),
      }),
    },
  },
);

/** `pocket` says where it goes, if not to payable. */
export const commissionReleased = event(
  'CommissionReleased',
  { ...decided, earning: money, pocket: optional(oneOf(['clearing'])) },
  {
    home: 'line',
    statement: 'releases',
    news: {
      kind: 'commission.released',
      subject: 'order_line_id',
      to: ['publisher'],
      facts: (body) => ({ decision_id: body.decision, earning: body.earning, pocket: body.pocket ?? 'payable' }),
    },
  },
);

/** What has waited in clearing becomes payable. */
export const earningCleared = event(
  'EarningCleared',
  {
    earning: money,
    /** Of one that had to be collected: the deduction that was, null where the charge was netted. */
    deduction: optional(nullable(text)),
  },
  {
    home: 'line',
    statement: 'earnings',
    news: {
      kind: 'earning.cleared',
      subject: 'order_line_id',
      to: ['publisher'],
      // The deduction it waited for is the seller's.
      facts: ({ earning }) => ({ earning }),
    },
  },
);

export const commissionForfeited = event(
  'CommissionForfeited',
  { ...decided, pocket, ...amounts },
  {
    home: 'line',
    statement: 'forfeitures',
    deductions: 'forfeited',
    news: {
      kind: 'commission.forfeited',
      subject: 'order_line_id',
      to: BOTH,
      facts: (body) => ({ decision_id: body.decision, ...moved(body, -1n), pocket: body.pocket }),
    },
  },
);

/** A forfeited line given to the publisher whose click the winning one had overwritten. */
export const commissionRestored = event(
  'CommissionRestored',
  {
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
  {
    home: 'line',
    statement: 'earnings',
    deductions: 'charged',
    news: {
      kind: 'commission.restored',
      subject: 'order_line_id',
      to: BOTH,
      // The decision's id holds the adzone that lost the line, which is another publisher's.
      facts: (body) => ({ base: body.base, rate: body.rate, ...moved(body), pocket: restoredTo(body) }),
    },
  },
);
