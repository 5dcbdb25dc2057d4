/** Step 1: attributes the order lines that fell due, batch by batch (SPEC 5). */

import { type AttributionTerms, attribute, reach } from '../core/attribution.ts';
import type { Click } from '../core/click.ts';
import { append, type Entry } from '../store/append.ts';
import { type Cursor, type DueLine, linesDue } from '../store/facts.ts';
import { clicksFor, needsOf } from './clicks.ts';
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
  const clicks = await clicksFor(night.session, lines, reach(night.policy), night.through);
  await night.loader.load(night.registry, needsOf(lines, clicks));
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
