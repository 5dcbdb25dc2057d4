/** Fires when this buyer clicked this very PID more often, shortly before the winning click, than people do. */
import { clickEvidence, evidence, isLatestFirst, latestFirst } from '../attribution/click.ts';
import { list, whole } from '../events/shape.ts';
import { clickSignal } from './signal.ts';

export const clickFlood = clickSignal({
  name: 'click-flood',
  action: 'hold',
  thresholds: {
    floodClicks: { preset: 20, most: 1_000_000 },
    floodSeconds: { preset: 60, most: 86_400 },
  },
  evidence: {
    count: whole,
    /** The span in which they were counted. */
    seconds: whole,
    /** Enough of them to prove it, latest first. */
    clicks: list(clickEvidence),
  },
  lookBack: ({ floodSeconds }) => floodSeconds * 1000,
  look: (click, { clicks }, { floodClicks, floodSeconds }) => {
    const from = click.clickedAt - floodSeconds * 1000;
    const same = clicks.filter(
      (other) => other.pid === click.pid && other.clickedAt >= from && other.clickedAt <= click.clickedAt,
    );
    if (same.length <= floodClicks) return undefined;
    const kept = same.sort(latestFirst).slice(0, floodClicks + 1);
    return { count: same.length, seconds: floodSeconds, clicks: kept.map(evidence) };
  },
  holds: ({ count, seconds, clicks }, click, _recorded, { floodClicks, floodSeconds }) => {
    const at = Date.parse(click.at);
    const isFlood = clicks.every((one) => {
      const before = at - Date.parse(one.at);
      return one.pid === click.pid && before >= 0 && before <= seconds * 1000;
    });
    const isEnough = clicks.length === floodClicks + 1 && count > floodClicks && isLatestFirst(clicks);
    return isFlood && isEnough && seconds === floodSeconds;
  },
  rank: 2,
  breach: 'false-traffic',
});
