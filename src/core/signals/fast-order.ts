/** Fires when the order was paid too soon after the click for a person to have bought. */
import type { Signal } from './signal.ts';

export const fastOrder: Signal = {
  name: 'fast-order',
  look: ({ line, click, policy }) => {
    if (click === null) return undefined;
    const gap = line.paidAt - click.clickedAt;
    return gap < policy.fastOrderSeconds * 1000 ? { saw: `paid ${gap / 1000} s after the click` } : undefined;
  },
};
