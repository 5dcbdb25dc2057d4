/** Fires when the winning click came just after another publisher's click of this buyer on the same shop. */
import { clickEvidence, evidence, isLatestFirst, latestFirst } from '../attribution/click.ts';
import { list, whole } from '../events/shape.ts';
import { parsePid } from '../ids.ts';
import { clickSignal } from './signal.ts';

/** As many of the overwritten clicks as an event keeps; the latest alone proves the case. */
const KEPT = 20;

export const overwrittenClick = clickSignal({
  name: 'overwritten-click',
  action: 'hold',
  thresholds: { overwriteSeconds: { preset: 60, most: 86_400 } },
  evidence: {
    /** Between the latest of them and the winning click. */
    gap_ms: whole,
    /** Those it overwrote, latest first. */
    clicks: list(clickEvidence),
  },
  lookBack: ({ overwriteSeconds }) => overwriteSeconds * 1000,
  look: (click, { clicks, pid, registry }, { overwriteSeconds }) => {
    const from = click.clickedAt - overwriteSeconds * 1000;
    const overwritten = clicks
      .filter((other) => {
        if (other.shopId !== click.shopId || other.clickedAt < from || other.clickedAt > click.clickedAt) return false;
        const known = registry.pid(other.pid);
        return known !== undefined && known.publisherId !== pid.publisherId;
      })
      .sort(latestFirst);
    const last = overwritten[0];
    if (last === undefined) return undefined;
    return { gap_ms: click.clickedAt - last.clickedAt, clicks: overwritten.slice(0, KEPT).map(evidence) };
  },
  holds: ({ gap_ms: gap, clicks }, click, { publisherId }, { overwriteSeconds }) => {
    const at = Date.parse(click.at);
    const [last] = clicks;
    if (last === undefined || clicks.length > KEPT || !isLatestFirst(clicks)) return false;
    const isOverwritten = clicks.every((one) => {
      const before = at - Date.parse(one.at);
      const other = parsePid(one.pid)?.publisherId;
      const isWithin = before >= 0 && before <= overwriteSeconds * 1000;
      return one.shop === click.shop && isWithin && other !== undefined && other !== publisherId;
    });
    return isOverwritten && gap === at - Date.parse(last.at);
  },
  rank: 1,
  breach: 'hijacking',
});
