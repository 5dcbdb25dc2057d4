/** Fires when this buyer clicked this very PID more often, shortly before the winning click, than people do. */
import { evidence, latestFirst } from '../attribution/click.ts';
import type { Signal } from './signal.ts';

export const clickFlood: Signal = {
  name: 'click-flood',
  look: ({ click, clicks, policy }) => {
    if (click === null) return undefined;
    const from = click.clickedAt - policy.floodSeconds * 1000;
    const same = clicks.filter(
      (other) => other.pid === click.pid && other.clickedAt >= from && other.clickedAt <= click.clickedAt,
    );
    if (same.length <= policy.floodClicks) return undefined;
    const proof = same.sort(latestFirst).slice(0, policy.floodClicks + 1);
    return {
      saw: `${same.length} clicks of this PID in ${policy.floodSeconds} s`,
      clicks: proof.map((one) => evidence(one)),
    };
  },
};
