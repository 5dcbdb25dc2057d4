/** Fires when a coupon takes a line that its clicks alone would have given to another publisher. */
import { text } from '../events/shape.ts';
import { couponSignal } from './signal.ts';

export const couponOverride = couponSignal({
  name: 'coupon-override',
  action: 'flag',
  thresholds: {},
  evidence: {
    /** Whom the clicks alone would have given the line to. */
    publisher: text,
  },
  look: ({ pid, publisherByClicks }) => {
    const other = publisherByClicks();
    return other === undefined || other === pid.publisherId ? undefined : { publisher: other };
  },
  holds: ({ publisher }, { publisherId }) => publisher !== '' && publisher !== publisherId,
  rank: 6,
  breach: null,
});
