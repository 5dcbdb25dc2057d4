/** The clicks that deciding a batch of order lines can need. Lines paid on one day ask together, so that a late line widens nobody's range. */

import type { Click, OrderLine } from '../core/attribution/click.ts';
import { DAY_LENGTH, type Instant } from '../core/calendar.ts';
import { groupBy } from '../core/groups.ts';
import type { Session } from '../store/connection/session.ts';
import { clicksOf } from '../store/night/facts.ts';

/**
 * The buyers' clicks that can matter to some lines, by buyer, as delivered up to a batch.
 * @param reach milliseconds before payment in which a click can matter
 */
export async function clicksFor(
  session: Session,
  lines: readonly OrderLine[],
  reach: number,
  through: bigint,
): Promise<Map<string, Click[]>> {
  const all = new Map<string, Click[]>();
  for (const group of groupBy(lines, ({ paidAt }) => Math.floor(paidAt / DAY_LENGTH)).values()) {
    const found = await clicksOfGroup(session, group, reach, through);
    for (const [buyer, clicks] of found) {
      const known = all.get(buyer);
      all.set(buyer, known === undefined ? clicks : distinct([...known, ...clicks]));
    }
  }
  return all;
}

function clicksOfGroup(
  session: Session,
  lines: readonly OrderLine[],
  reach: number,
  through: bigint,
): Promise<Map<string, Click[]>> {
  const buyers = [...new Set(lines.map((line) => line.buyerId))].sort();
  let from: Instant = Number.POSITIVE_INFINITY;
  let to: Instant = Number.NEGATIVE_INFINITY;
  for (const { paidAt } of lines) {
    from = Math.min(from, paidAt);
    to = Math.max(to, paidAt);
  }
  return clicksOf(session, buyers, from - reach, to, through);
}

/** A buyer with lines of several days is asked for more than once, and the ranges overlap. */
function distinct(clicks: readonly Click[]): Click[] {
  return [...new Map(clicks.map((click) => [`${click.clickId} ${click.clickedAt}`, click])).values()];
}

/** The shops and PIDs that deciding some lines asks the registry for. */
export function needsOf(
  lines: Iterable<OrderLine>,
  clicks: ReadonlyMap<string, readonly Click[]>,
): { shops: Set<string>; pids: Set<string> } {
  const shops = new Set<string>();
  const pids = new Set<string>();
  for (const { shopId, couponPid } of lines) {
    shops.add(shopId);
    if (couponPid !== null) pids.add(couponPid);
  }
  for (const list of clicks.values()) for (const click of list) pids.add(click.pid);
  return { shops, pids };
}
