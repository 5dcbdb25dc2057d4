/** The buyer is none of the publisher's own, unless the policy allows that. */
import { flag } from '../../events/shape.ts';
import { attributionTest, known } from './test.ts';

export const selfPurchase = attributionTest({
  name: 'self-purchase',
  reason: 'self-purchase',
  fact: 'ownBuyer',
  shape: flag,
  look: (trial) => known(trial).publisher.ownBuyers.has(trial.line.buyerId),
  holds: (isOwn, policy) => !isOwn || policy.selfPurchase === 'allow',
});
