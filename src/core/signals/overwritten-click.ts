/** Fires when the winning click came just after another publisher's click of this buyer on the same shop. */
import { evidence, latestFirst } from '../attribution/click.ts';
import type { Signal } from './signal.ts';

/** As many of the overwritten clicks as an event keeps; the latest alone proves the case. */
const PROOFS = 20;

export const overwrittenClick: Signal = {
  name: 'overwritten-click',
  look: ({ click, clicks, pid, policy, registry }) => {
    if (click === null) return undefined;
    const from = click.clickedAt - policy.overwriteSeconds * 1000;
    const overwritten = clicks
      .filter((other) => {
        if (other.shopId !== click.shopId || other.clickedAt < from || other.clickedAt > click.clickedAt) return false;
        const known = registry.pid(other.pid);
        return known !== undefined && known.publisherId !== pid.publisherId;
      })
      .sort(latestFirst);
    const last = overwritten[0];
    if (last === undefined) return undefined;
    const gap = (click.clickedAt - last.clickedAt) / 1000;
    return {
      saw: `${gap} s after a click of ${last.pid} on the same shop`,
      clicks: overwritten.slice(0, PROOFS).map((one) => evidence(one)),
    };
  },
};
