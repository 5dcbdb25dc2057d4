// Decides what becomes of the order lines of a generated book: receipts, closures, refunds, risk decisions.
// All of it is possible: nothing before payment, no receipt after a closure, no refund above what was paid.

import { another, below, chance, draws, pick } from './draw.ts';
import { fen, isHijacked, type Line, type Order } from './orders.ts';
import { DAY, type Timeline } from './timeline.ts';

/** A line's rows by feed; an empty text where there is none. */
export interface Fate {
  readonly receipt: string;
  readonly closure: string;
  readonly refunds: readonly string[];
  readonly decision: string;
  /** The second of the latest of them, or of the payment. */
  readonly last: number;
}

const RECEIVED = 0.85;
const CLOSED = 0.06;
const REFUNDED = 0.075;
/** Hijacked lines somebody looked into, and other lines. */
const JUDGED = 0.6;
const JUDGED_OTHERS = 0.001;

interface Refund {
  readonly at: number;
  readonly amount: number;
}

/** Makes the fates of a book's lines; none has a date after the last order's day and 20 days. */
export function fates(seed: number, time: Timeline): (order: Order, line: Line) => Fate {
  const of = draws(seed, 'fate');
  return (order, line) => {
    const drawn = of(line.ordinal);
    const received = chance(drawn, RECEIVED);
    const closed = !received && chance(drawn, RECEIVED + CLOSED);
    const confirmedAt = order.paidAt + DAY + below(another(drawn, 1), 11 * DAY);
    const closedAt = order.paidAt + 600 + below(another(drawn, 1), 5 * DAY);
    const refunds = received ? refundsOf(order, line, confirmedAt, another(drawn, 2)) : [];
    if (closed && chance(another(drawn, 3), 0.2)) refunds.push({ at: closedAt - 1, amount: line.paid });
    const decidedAt = order.paidAt + DAY + below(another(drawn, 4), 14 * DAY);
    const judged = chance(another(drawn, 5), isHijacked(order.journey) ? JUDGED : JUDGED_OTHERS);
    const dates = [order.paidAt, ...refunds.map((refund) => refund.at)];
    if (received) dates.push(confirmedAt);
    if (closed) dates.push(closedAt);
    if (judged) dates.push(decidedAt);
    return {
      receipt: received ? receipt(line, confirmedAt, refunds, another(drawn, 6), time) : '',
      closure: closed ? `${line.id},${time.stamp(closedAt)},${pick(another(drawn, 7), CLOSURES)}\n` : '',
      refunds: refunds.map(
        (refund, nth) => `R${line.digits}-${nth + 1},${line.id},${fen(refund.amount)},${time.stamp(refund.at)}\n`,
      ),
      decision: judged ? decision(line, time.stamp(decidedAt), another(drawn, 8)) : '',
      last: Math.max(...dates),
    };
  };
}

const CLOSURES = ['buyer cancelled', 'out of stock', 'refunded in full', 'never shipped'] as const;

/** Up to two refunds of a received line, before or after the receipt, together never above what was paid. */
function refundsOf(order: Order, line: Line, confirmedAt: number, drawn: number): Refund[] {
  if (!chance(drawn, REFUNDED)) return [];
  const early = chance(another(drawn, 1), 0.35);
  const whole = !early && chance(another(drawn, 2), 0.25);
  const amount = whole ? line.paid : Math.max(1, Math.floor((line.paid * (5 + below(another(drawn, 3), 56))) / 100));
  const at = early
    ? order.paidAt + 60 + below(another(drawn, 4), confirmedAt - order.paidAt - 60)
    : confirmedAt + 60 + below(another(drawn, 4), 5 * DAY);
  const refunds = [{ at, amount }];
  const left = line.paid - amount;
  if (left > 1 && chance(another(drawn, 5), 0.12)) {
    const more = Math.max(1, Math.floor((left * (10 + below(another(drawn, 6), 91))) / 100));
    refunds.push({ at: Math.max(at, confirmedAt) + 60 + below(another(drawn, 7), DAY), amount: more });
  }
  return refunds;
}

/** A receipt; a quarter say what the seller received: what was paid less earlier refunds, sometimes a little less. */
function receipt(line: Line, at: number, refunds: readonly Refund[], drawn: number, time: Timeline): string {
  let amount = '';
  if (chance(drawn, 0.25)) {
    let left = line.paid;
    for (const refund of refunds) if (refund.at <= at) left -= refund.amount;
    amount = fen(chance(another(drawn, 1), 0.2) ? Math.floor(left * 0.95) : left);
  }
  return `${line.id},${time.stamp(at)},${amount}\n`;
}

function decision(line: Line, at: string, drawn: number): string {
  const forfeit = chance(drawn, 0.55);
  const reason = forfeit ? 'traffic hijacking' : 'appeal upheld';
  return `X${line.digits},${line.id},${forfeit ? 'forfeit' : 'release'},${at},risk-0${1 + below(another(drawn, 1), 4)},${reason}\n`;
}
