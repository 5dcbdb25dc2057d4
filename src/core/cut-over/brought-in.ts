/**
 * An order line that comes in with a cut-over: attributed in the old books, and not received yet, or received and still
 * refundable. It is taken as the old books had it, with what is left of its payment. Nothing is posted for it, as what
 * it came to is in the openings.
 */

import type { Trace } from '../attribution/click.ts';
import { type Day, type Instant, isoOf } from '../calendar.ts';
import type { EventOf } from '../events/event.ts';
import { parsePid } from '../ids.ts';
import { type Money, type Rate, share } from '../money.ts';
import { amountsOf } from '../settlement/settlement.ts';

export interface OpeningLine {
  readonly orderLineId: string;
  readonly cutOverId: string;
  readonly orderId: string;
  readonly buyerId: string;
  readonly shopId: string;
  readonly mall: string;
  readonly sellerId: string;
  readonly itemId: string;
  readonly categoryId: string;
  readonly quantity: number;
  /** What was paid, less what the old books had given back or never received. */
  readonly paid: Money;
  readonly paidAt: Instant;
  readonly pid: string;
  readonly trace: Trace;
  readonly rate: Rate;
  /** When it was received, and the service fee rate it was settled with; null of a line that is not received. */
  readonly confirmedAt: Instant | null;
  readonly feeRate: Rate | null;
  readonly preparedBy: string;
}

export interface ApprovedOpeningLine extends OpeningLine {
  readonly approvedBy: string;
  readonly dueDay: Day;
}

/** The event of such a line, in the night of a day; its instant is the payment's, so that facts of the line follow it. */
export function broughtIn(
  line: ApprovedOpeningLine,
  businessDay: Day,
  policyVersion: number,
): EventOf<'LineBroughtIn'> {
  const { paid, rate, confirmedAt, feeRate } = line;
  const order = {
    order_id: line.orderId,
    buyer: line.buyerId,
    shop: line.shopId,
    mall: line.mall,
    item: line.itemId,
    category: line.categoryId,
    paid,
    paid_at: isoOf(line.paidAt),
  };
  const settled =
    confirmedAt === null || feeRate === null
      ? null
      : { confirmed_at: isoOf(confirmedAt), fee_rate: feeRate, ...amountsOf(paid, rate, feeRate) };
  return {
    type: 'LineBroughtIn',
    businessDay,
    occurredAt: line.paidAt,
    subject: line.orderLineId,
    sellerId: line.sellerId,
    publisherId: parsePid(line.pid)?.publisherId ?? null,
    body: {
      cut_over: line.cutOverId,
      order,
      pid: line.pid,
      trace: line.trace,
      rate,
      estimate: share(paid, rate),
      settled,
      prepared_by: line.preparedBy,
      approved_by: line.approvedBy,
      policy: policyVersion,
    },
  };
}
