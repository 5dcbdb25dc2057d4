/** The PID is of the form and true to the registry. A click of no known PID is no candidate, so only a coupon can fail it. */
import { flag } from '../../events/shape.ts';
import { attributionTest } from './test.ts';

export const pidKnown = attributionTest({
  name: 'pid-known',
  reason: 'pid-unknown',
  fact: 'known',
  shape: flag,
  isMade: (trace) => trace === 'coupon',
  look: ({ pid }) => pid !== undefined,
  holds: (isKnown) => isKnown,
});
