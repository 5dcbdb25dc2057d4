/** Step 1: attributes the order lines that fell due, batch by batch (SPEC 5). */

import { type AttributionTerms, attribute, reach } from '../core/attribution.ts';
import { DAY_LENGTH, type Instant } from '../core/calendar.ts';
import type { Click } from '../core/click.ts';
import { append, type Entry } from '../store/append.ts';
import { type Cursor, clicksOf, type DueLine, linesDue } from '../store/facts.ts';
import type { Night } from './night.ts';
import { passed } from './passed.ts';

/** Lines a batch holds. */
const LINES_A_BATCH = 2500;

/** Attributes every line due in some partitions, in the current transaction. */
export async function attributeLines(night: Night, partitions: readonly number[]): Promise<void> {
  let cursor: Cursor | undefined = { partition: -1, after: '' };
  while (cursor !== undefined) cursor = (await attributeBatch(night, partitions, cursor)).next;
}

/**
 * Attributes the next batch of lines after a cursor, in the current transaction.
 * @returns how many, and the cursor for the batch after it; undefined when this was the last
 */
export async function attributeBatch(
  night: Night,
  partitions: readonly number[],
  after: Cursor,
): Promise<{ done: number; next: Cursor | undefined }> {
  const lines = await linesDue(night.session, night.day, partitions, after, LINES_A_BATCH);
  const last = lines.at(-1);
  if (last === undefined) return { done: 0, next: undefined };
  const clicks = await clicksFor(night, lines);
  await loadRegistry(night, lines, clicks);
  const terms = {
    registry: night.registry,
    policy: night.policy,
    policyVersion: night.policyVersion,
    businessDay: night.day,
  };
  const entries = attributed(night, lines, clicks, terms);
  const progress = passed(night.day, 1, partitions, after, last);
  await append(night.session, night.pen, { entries, progress });
  const next = lines.length < LINES_A_BATCH ? undefined : { partition: last.partition, after: last.orderLineId };
  return { done: lines.length, next };
}

function* attributed(
  night: Night,
  lines: readonly DueLine[],
  clicks: ReadonlyMap<string, Click[]>,
  terms: AttributionTerms,
): Generator<Entry> {
  for (const line of lines) {
    const event = attribute(line, clicks.get(line.buyerId) ?? [], terms);
    if (event.type === 'OrderAttributed') night.count.attributed++;
    else night.count.unattributed++;
    yield { event, home: line.orderLineId };
  }
}

/** The buyers' clicks that can matter. Lines paid on the same day ask together, so that a late line widens nobody's range. */
async function clicksFor(night: Night, lines: readonly DueLine[]): Promise<Map<string, Click[]>> {
  const byDay = new Map<number, DueLine[]>();
  for (const line of lines) {
    const day = Math.floor(line.paidAt / DAY_LENGTH);
    const group = byDay.get(day);
    if (group === undefined) byDay.set(day, [line]);
    else group.push(line);
  }
  const all = new Map<string, Click[]>();
  for (const group of byDay.values()) {
    const found = await clicksOfGroup(night, group);
    for (const [buyer, clicks] of found) {
      const known = all.get(buyer);
      all.set(buyer, known === undefined ? clicks : distinct([...known, ...clicks]));
    }
  }
  return all;
}

function clicksOfGroup(night: Night, lines: readonly DueLine[]): Promise<Map<string, Click[]>> {
  const buyers = [...new Set(lines.map((line) => line.buyerId))].sort();
  let from: Instant = Number.POSITIVE_INFINITY;
  let to: Instant = Number.NEGATIVE_INFINITY;
  for (const { paidAt } of lines) {
    from = Math.min(from, paidAt);
    to = Math.max(to, paidAt);
  }
  return clicksOf(night.session, buyers, from - reach(night.policy), to, night.through);
}

/** A buyer with lines of several days is asked for more than once, and the ranges overlap. */
function distinct(clicks: readonly Click[]): Click[] {
  return [...new Map(clicks.map((click) => [`${click.clickId} ${click.clickedAt}`, click])).values()];
}

async function loadRegistry(night: Night, lines: readonly DueLine[], clicks: Map<string, Click[]>): Promise<void> {
  const pids = new Set<string>();
  for (const list of clicks.values()) for (const click of list) pids.add(click.pid);
  for (const line of lines) if (line.couponPid !== null) pids.add(line.couponPid);
  await night.loader.load(night.registry, { shops: new Set(lines.map((line) => line.shopId)), pids });
}
