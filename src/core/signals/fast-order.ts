/** Fires when the order was paid too soon after the click for a person to have bought. */
import { whole } from '../events/shape.ts';
import { clickSignal } from './signal.ts';

export const fastOrder = clickSignal({
  name: 'fast-order',
  action: 'hold',
  thresholds: { fastOrderSeconds: { preset: 3, most: 86_400 } },
  evidence: { gap_ms: whole },
  look: (click, { line }, { fastOrderSeconds }) => {
    const gap = line.paidAt - click.clickedAt;
    return gap < fastOrderSeconds * 1000 ? { gap_ms: gap } : undefined;
  },
  holds: ({ gap_ms: gap }, click, { paidAt }, { fastOrderSeconds }) =>
    gap === paidAt - Date.parse(click.at) && gap < fastOrderSeconds * 1000,
  hadToFire: (click, { paidAt }, { fastOrderSeconds }) => paidAt - Date.parse(click.at) < fastOrderSeconds * 1000,
  rank: 3,
  breach: 'hijacking',
});
