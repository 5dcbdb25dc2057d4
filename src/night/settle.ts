/** Step 2, per line: receipts, closures, refunds and risk decisions in the order of their instants (SPEC 7 to 9). */

import type { EventOf } from '../core/events/event.ts';
import { groupBy } from '../core/groups.ts';
import { isForfeit, liveNight } from '../core/settlement/line-nights.ts';
import { restorationNeeds } from '../core/settlement/restoration.ts';
import type { Receipt, Refund, Standing, TradeFact } from '../core/settlement/settlement.ts';
import type { Entry } from '../store/log/append.ts';
import type { Waits } from '../store/log/waiting.ts';
import {
  attributedLines,
  attributionsOf,
  type Cursor,
  factsBefore,
  factsDue,
  type LineFact,
  type StoredLine,
} from '../store/night/facts.ts';
import type { PlacedLine } from '../store/night/placed.ts';
import { passed } from './progress.ts';
import { type Night, type Stretch, type TakeBatch, writeBatch } from './terms.ts';

const FACTS_A_BATCH = 5000;

/** Applies the facts of the next lines, and counts these facts; a line's stay together. */
export async function settleBatch(night: Night, stretch: Stretch): ReturnType<TakeBatch> {
  const { facts, next } = await wholeLines(night, stretch);
  if (facts.length === 0) return { done: 0, next };
  const due = byLine(facts);
  const lines = await attributedLines(night.session, [
    ...new Map(facts.map((fact) => [fact.orderLineId, fact])).values(),
  ]);
  const earlier = byLine(await factsBefore(night.session, night.day, placedOf(lines)));
  const overwriting = await overwritingLines(night, lines, due);
  const stored = new Map(lines.map((line) => [line.order_line_id, line]));
  const last = facts.at(-1);
  const progress = last === undefined ? [] : passed(night.day, stretch, last);
  await writeBatch(night, settled(night, due, { stored, earlier, overwriting }), progress);
  return { done: facts.length, next };
}

/** What a batch knows of its lines before the day, by line. */
interface Known {
  readonly stored: ReadonlyMap<string, StoredLine>;
  readonly earlier: ReadonlyMap<string, TradeFact[]>;
  /** How the lines were attributed that may be restored. */
  readonly overwriting: ReadonlyMap<string, EventOf<'OrderAttributed'>>;
}

function* settled(night: Night, due: ReadonlyMap<string, TradeFact[]>, known: Known): Generator<Entry> {
  const { policy, policyVersion, day: businessDay } = night;
  const rules = { policy, policyVersion, businessDay };
  for (const [id, todays] of due) {
    const line = known.stored.get(id);
    if (line === undefined) continue;
    const before = standingOf(line, known.earlier.get(id) ?? []);
    const attributed = known.overwriting.get(id);
    const restoring = attributed && { attributed, registry: night.registry };
    const { standing, events } = liveNight(before, todays, { ...rules, restoring });
    const previous = line.moved_at ?? line.attributed_at;
    const last = { standing, isFirst: line.state === null };
    const waits = changedWait(night, line, before, standing);
    for (const [at, event] of events.entries()) {
      yield at < events.length - 1
        ? { event, home: id, previous }
        : { event, home: id, previous, standing: last, waits };
    }
  }
}

/** Whether a line waits for its receipt or closure no more, or again after all. */
function changedWait({ book }: Night, line: StoredLine, before: Standing, now: Standing): Waits | undefined {
  const [waited, waits] = [before, now].map(({ state }) => state === 'attributed');
  if (waited === waits) return undefined;
  return { lines: waits ? 1 : -1, paidOn: book.calendar.dayOf(line.paid_at), estimate: line.estimate };
}

/** The next facts, cut so that no line is split between two batches. */
async function wholeLines(
  night: Night,
  { partitions, after }: Stretch,
): Promise<{ facts: LineFact[]; next: Cursor | undefined }> {
  for (let limit = FACTS_A_BATCH; ; limit *= 4) {
    const facts = await factsDue(night.session, night.day, partitions, after, limit);
    if (facts.length < limit) return { facts, next: undefined };
    const cut = facts.at(-1)?.orderLineId;
    const whole = facts.filter((fact) => fact.orderLineId !== cut);
    const last = whole.at(-1);
    if (last !== undefined) return { facts: whole, next: { partition: last.partition, after: last.orderLineId } };
  }
}

const byLine = (facts: readonly LineFact[]): Map<string, TradeFact[]> =>
  groupBy(
    facts,
    ({ orderLineId }) => orderLineId,
    ({ fact }) => fact,
  );

const placedOf = (lines: readonly StoredLine[]): PlacedLine[] =>
  lines.map(({ partition, order_line_id: orderLineId }) => ({ partition, orderLineId }));

/** Where a line stands before the day: its stored state with the refunds and the receipt that took effect earlier. */
export function standingOf(line: StoredLine, earlier: readonly TradeFact[]): Standing {
  const { commission, fee, earning, fee_rate: feeRate } = line;
  const isSettled = commission !== null && fee !== null && earning !== null && feeRate !== null;
  return {
    orderLineId: line.order_line_id,
    sellerId: line.seller_id,
    publisherId: line.publisher_id,
    paid: line.paid_amount,
    rate: line.rate,
    state: line.state ?? 'attributed',
    hold: line.hold ?? (line.held ? 'held' : 'none'),
    receipt: earlier.find((fact): fact is Receipt => fact.kind === 'receipt') ?? null,
    refunds: earlier.filter((fact): fact is Refund => fact.kind === 'refund'),
    waits: line.clears_on === null ? null : { until: line.clears_on, charged: line.charged_on },
    settled: isSettled ? { commission, fee, earning, feeRate } : null,
    forfeitedBy: null,
    restored: restoredOf(line),
  };
}

function restoredOf(line: StoredLine): Standing['restored'] {
  const { restored_pid: pid, restored_click: click, restored_sub: sub, restored_trace: trace } = line;
  return pid === null || click === null || trace === null ? null : { pid, click, sub, trace };
}

/** How the lines were attributed that a forfeit of today may give back to whom they overwrote, with all that this asks. */
async function overwritingLines(
  night: Night,
  lines: readonly StoredLine[],
  due: ReadonlyMap<string, readonly TradeFact[]>,
): Promise<Map<string, EventOf<'OrderAttributed'>>> {
  if (!night.policy.restoreOverwritten) return new Map();
  const forfeited = lines
    .filter((line) => line.restored_pid === null && line.signals.split(';').includes('overwritten-click'))
    .filter((line) => due.get(line.order_line_id)?.some(isForfeit));
  const found = await attributionsOf(night.session, placedOf(forfeited), night.book.digits);
  const needs = [...found.values()].map(restorationNeeds);
  await night.loader.load(night.registry, {
    shops: needs.flatMap(({ shops }) => shops),
    pids: needs.flatMap(({ pids }) => pids),
  });
  return found;
}
