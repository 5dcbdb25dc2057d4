/**
 * The per-line steps of a large night for some partitions: attribute, then settle, a transaction a batch. It goes on from
 * what the partitions' heads say is done, so that a killed night loses nothing and repeats nothing.
 */

import type { Session } from '../store/connection/session.ts';
import { append, type Pen } from '../store/log/append.ts';
import type { Cursor } from '../store/night/facts.ts';
import { type DayOpening, type PartitionProgress, progressOf } from '../store/night/progress.ts';
import { REMEMBERED } from '../store/registry/registry.ts';
import { attributeBatch } from './attribute.ts';
import { settleBatch } from './settle.ts';
import { addCounts, type Counts, type Night, nightOf, noCounts, theBook } from './terms.ts';

const ATTRIBUTE = 1;
const SETTLE = 2;
const DONE = 3;

/** What a worker remembers from batch to batch and partition to partition: the registry it has loaded. */
export interface Memory {
  night?: Night;
}

/**
 * Takes some partitions through the day's lines, together, so that a batch is large whatever their number; where a night
 * that was killed has left some of them in the middle, one after the other. Returns what it did now.
 */
export async function takePartitions(
  session: Session,
  pen: Pen,
  opening: DayOpening,
  partitions: readonly number[],
  onBatch: (done: number) => void,
  memory: Memory = {},
): Promise<Counts> {
  const counts = noCounts();
  const work = { session, pen, opening, onBatch, memory, counts };
  const progress = await progressOf(session, opening.day, partitions);
  if (progress.every(isFresh)) {
    await takeFrom(work, partitions, ATTRIBUTE, '');
  } else {
    for (const { partition, step, after } of progress) await takeFrom(work, [partition], step, after);
  }
  return counts;
}

interface Work {
  readonly session: Session;
  readonly pen: Pen;
  readonly opening: DayOpening;
  readonly onBatch: (done: number) => void;
  readonly memory: Memory;
  readonly counts: Counts;
}

const isFresh = ({ step, after }: PartitionProgress): boolean => step === ATTRIBUTE && after === '';

/** The steps that are left of some partitions, from a place in the first of them. */
async function takeFrom(work: Work, partitions: readonly number[], step: number, after: string): Promise<void> {
  if (step === ATTRIBUTE) {
    await takeBatches(attributeBatch, work, partitions, after);
    await beginStep(work, partitions, SETTLE);
  }
  if (step < DONE) {
    await takeBatches(settleBatch, work, partitions, step === SETTLE ? after : '');
    await beginStep(work, partitions, DONE);
  }
}

/** Brings the partitions to a step's beginning; through the door, so that a run that lost its turn cannot. */
async function beginStep({ session, pen, opening }: Work, partitions: readonly number[], step: number): Promise<void> {
  const progress = partitions.map((partition) => ({ partition, day: opening.day, step, after: '' }));
  await session.transaction(() => append(session, pen, { entries: [], progress }));
}

async function takeBatches(
  take: typeof attributeBatch,
  work: Work,
  partitions: readonly number[],
  after: string,
): Promise<void> {
  const { session, counts } = work;
  let cursor: Cursor | undefined = { partition: partitions[0] ?? 0, after };
  while (cursor !== undefined) {
    const from: Cursor = cursor;
    const night = await nightWith(work);
    const batch = await session.transaction(() => take(night, partitions, from));
    addCounts(counts, night.count);
    work.onBatch(batch.done);
    cursor = batch.next;
  }
}

/** The night with what is remembered of the registry, and counts that begin at nothing. */
async function nightWith({ session, pen, opening, memory }: Work): Promise<Night> {
  const known = memory.night;
  const book = known?.book ?? (await theBook(session));
  const fresh = nightOf(session, pen, book, opening, noCounts());
  const keeps = known !== undefined && known.through === opening.through && known.registry.size < REMEMBERED;
  memory.night = keeps ? { ...fresh, registry: known.registry, loader: known.loader } : fresh;
  return memory.night;
}
