/** Fires when a coupon takes a line that its clicks alone would have given to another publisher. */
import type { Signal } from './signal.ts';

export const couponOverride: Signal = {
  name: 'coupon-override',
  look: ({ click, pid, publisherByClicks }) => {
    if (click !== null) return undefined;
    const other = publisherByClicks();
    return other === undefined || other === pid.publisherId
      ? undefined
      : { saw: `its clicks alone would have gone to publisher ${other}` };
  },
};
