/** Decides one order line again, as its night did and under other rules, to tell the two decisions side by side. */
import { partitionOf } from '../core/ids.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { Outcome } from '../core/whatif/outcome.ts';
import type { Session } from '../store/connection/session.ts';
import { inSnapshot } from '../store/connection/snapshot.ts';
import { deliveredLines } from '../store/proof/intake.ts';
import { nightOfLine } from '../store/whatif/reads.ts';
import { pastOf, type WhatIfOrder, WrongSpan } from './past.ts';
import { Again } from './task.ts';

/** One of a line's two outcomes, and the policy it was attributed under. */
export interface Told {
  readonly outcome: Outcome;
  readonly policy: Policy;
}

/**
 * Decides one line of a span again.
 * @throws WrongSpan where no such line was attributed in the span; Refused where its clicks are no longer kept
 */
export function lineAgain(
  session: Session,
  order: Pick<WhatIfOrder, 'from' | 'to' | 'changes'>,
  orderLineId: string,
): Promise<{ readonly book: Told; readonly other: Told }> {
  return inSnapshot(session, async () => {
    const past = await pastOf(session, order);
    const partition = partitionOf(orderLineId, past.book.partitions);
    const day = await nightOfLine(session, partition, orderLineId);
    if (day === undefined) throw new WrongSpan(`order line ${orderLineId} is not known: no delivery had it`);
    if (day < order.from || day > order.to)
      throw new WrongSpan(`order line ${orderLineId} is of ${day}: give a span that holds that day`);
    const { digits } = past.book;
    const kept = { top: 0, everyLine: false, buying: null };
    const again = new Again(session, { ...past, digits, changes: order.changes, ...kept });
    const delivered = await deliveredLines(session, partition, [orderLineId]);
    const lines = [...delivered.values()].map((line) => ({ ...line, partition }));
    if (lines.some((line) => line.broughtIn !== null))
      throw new WrongSpan(
        `order line ${orderLineId} came with a cut-over: old books decided it, and no clicks are here`,
      );
    const [twice] = await again.twice(day, lines);
    const version = past.nights.find((night) => night.day === day)?.policyVersion;
    const policy = past.policies.find((one) => one.version === version)?.policy;
    if (twice === undefined || policy === undefined) throw new Error(`${orderLineId} is not whole: see cps verify`);
    return {
      book: { outcome: twice.book, policy },
      other: { outcome: twice.other, policy: order.changes.policy ?? policy },
    };
  });
}
