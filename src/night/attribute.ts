/** Step 1: attributes the order lines that fell due, batch by batch (SPEC 5). */

import { type AttributionTerms, attribute, reach } from '../core/attribution/attribution.ts';
import type { Click } from '../core/attribution/click.ts';
import type { Instant } from '../core/calendar.ts';
import { type ApprovedOpeningLine, broughtIn } from '../core/cut-over/brought-in.ts';
import type { EventOf } from '../core/events/event.ts';
import { begin } from '../core/settlement/line-nights.ts';
import { approvedLines } from '../store/intake/openings.ts';
import type { Entry } from '../store/log/append.ts';
import type { Waits } from '../store/log/waiting.ts';
import { type DueLine, linesDue } from '../store/night/facts.ts';
import { clicksFor, needsOf } from './clicks.ts';
import { passed } from './progress.ts';
import { type Night, type Stretch, type TakeBatch, writeBatch } from './terms.ts';

/** Lines a batch holds. */
const LINES_A_BATCH = 2500;

/** Attributes the next batch of lines. */
export async function attributeBatch(night: Night, stretch: Stretch): ReturnType<TakeBatch> {
  const { partitions, after } = stretch;
  const lines = await linesDue(night.session, night.day, partitions, after, LINES_A_BATCH);
  const last = lines.at(-1);
  if (last === undefined) return { done: 0, next: undefined };
  const ours = lines.filter((line) => line.broughtIn === null);
  const old = await oldLines(night, lines);
  const clicks = await clicksFor(night.session, ours, reach(night.policy), night.through);
  await night.loader.load(night.registry, needsOf(ours, clicks));
  const terms = {
    registry: night.registry,
    policy: night.policy,
    policyVersion: night.policyVersion,
    businessDay: night.day,
  };
  await writeBatch(night, attributed(night, lines, { clicks, old }, terms), passed(night.day, stretch, last));
  const next = lines.length < LINES_A_BATCH ? undefined : { partition: last.partition, after: last.orderLineId };
  return { done: lines.length, next };
}

function* attributed(
  night: Night,
  lines: readonly DueLine[],
  { clicks, old }: { clicks: ReadonlyMap<string, Click[]>; old: ReadonlyMap<string, ApprovedOpeningLine> },
  terms: AttributionTerms,
): Generator<Entry> {
  for (const line of lines) {
    const known = old.get(line.orderLineId);
    if (known !== undefined) {
      yield broughtInEntry(known, night);
      continue;
    }
    const event = attribute(line, clicks.get(line.buyerId) ?? [], terms);
    const { paidAt } = line;
    yield {
      event,
      home: line.orderLineId,
      waits: event.type === 'OrderAttributed' ? beginsToWait(night, paidAt, event) : undefined,
    };
  }
}

/** What old books had of those lines that came with a cut-over. */
function oldLines(night: Night, lines: readonly DueLine[]): Promise<Map<string, ApprovedOpeningLine>> {
  const ids = lines.filter((line) => line.broughtIn !== null).map((line) => line.orderLineId);
  return ids.length === 0 ? Promise.resolve(new Map()) : approvedLines(night.session, { lines: ids });
}

function beginsToWait(
  { book }: Night,
  paidAt: Instant,
  { body }: EventOf<'OrderAttributed'> | EventOf<'LineBroughtIn'>,
): Waits {
  return { lines: 1, paidOn: book.calendar.dayOf(paidAt), estimate: body.estimate };
}

/** A line that the old books settled stands settled from the first. */
function broughtInEntry(line: ApprovedOpeningLine, night: Night): Entry {
  const event = broughtIn(line, night.day, night.policyVersion);
  const home = line.orderLineId;
  return event.body.settled === null
    ? { event, home, waits: beginsToWait(night, line.paidAt, event) }
    : { event, home, standing: { standing: begin(event), isFirst: true } };
}
