/** The risk signals of SPEC 9, a row each. A new signal is one file and one row here. */
import type { FiredSignal } from '../events/event.ts';
import { byCodePoint } from '../ids.ts';
import { clickFlood } from './click-flood.ts';
import { couponOverride } from './coupon-override.ts';
import { fastOrder } from './fast-order.ts';
import { overwrittenClick } from './overwritten-click.ts';
import { noReferrer, referrerMismatch } from './referrer.ts';
import type { Signal, Won } from './signal.ts';

const SIGNALS: readonly Signal[] = [
  clickFlood,
  couponOverride,
  fastOrder,
  noReferrer,
  overwrittenClick,
  referrerMismatch,
];

/** The signals that fired with action `flag` or `hold`, by name; those that are `off` are not looked at. */
export function fireSignals(won: Won): FiredSignal[] {
  const fired: FiredSignal[] = [];
  for (const { name, look } of SIGNALS) {
    const action = won.policy.actions[name];
    const sighting = action === 'off' ? undefined : look(won);
    if (sighting !== undefined) fired.push({ signal: name, action, ...sighting });
  }
  return fired.sort((a, b) => byCodePoint(a.signal, b.signal));
}
