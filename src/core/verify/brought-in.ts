/** Whether a line that old books handed on can be so: its amounts, its PID, two persons. */
import type { EventOf } from '../events/event.ts';
import { parsePid } from '../ids.ts';
import { share } from '../money.ts';
import { samePerson } from '../person.ts';
import { amountsOf } from '../settlement/settlement.ts';
import type { Checks } from './finding.ts';

const DECISIONS = 'decisions';

/** Checks such an event against itself; whether it is what was delivered and signed off, `verify --deep` tells. */
export function checkBroughtIn({ body, occurredAt, publisherId }: EventOf<'LineBroughtIn'>, checks: Checks): void {
  const { order, rate, settled } = body;
  checks.same(DECISIONS, 'occurred_at', occurredAt, Date.parse(order.paid_at));
  checks.same(DECISIONS, 'publisher_id', publisherId, parsePid(body.pid)?.publisherId);
  checks.holds(DECISIONS, 'body.order.paid', order.paid >= 0n, order.paid, '0 or more');
  checks.same(DECISIONS, 'body.estimate', body.estimate, share(order.paid, rate));
  const two = !samePerson(body.prepared_by, body.approved_by);
  checks.holds(DECISIONS, 'body.approved_by', two, body.approved_by, `another person than ${body.prepared_by}`);
  if (settled === null) return;
  const { confirmed_at: confirmed, fee_rate: feeRate } = settled;
  checks.holds(DECISIONS, 'body.settled.confirmed_at', Date.parse(confirmed) >= occurredAt, confirmed, order.paid_at);
  checks.alike(DECISIONS, 'body.settled', settled, {
    confirmed_at: confirmed,
    fee_rate: feeRate,
    ...amountsOf(order.paid, rate, feeRate),
  });
}
