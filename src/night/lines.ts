/**
 * The steps of a night that go by lines: batch after batch of some partitions. In a large night each batch is a
 * transaction, and it goes on from what the partitions' heads say is done: a killed night loses and repeats nothing.
 */

import type { Session } from '../store/connection/session.ts';
import { append, type Pen } from '../store/log/append.ts';
import type { Cursor } from '../store/night/facts.ts';
import { type DayOpening, type PartitionProgress, progressOf } from '../store/night/progress.ts';
import { REMEMBERED } from '../store/registry/registry.ts';
import { STEPS } from './steps.ts';
import { type Night, nightOf, type Stretch, type TakeBatch, theBook } from './terms.ts';

/** A head's step is a place among these, counted from 1; one more is the end of them. */
export const LINE_STEPS: readonly TakeBatch[] = STEPS.flatMap((step) => ('takeLines' in step ? [step.takeLines] : []));

/** What a worker remembers from batch to batch and partition to partition: the registry it has loaded. */
export interface Memory {
  night?: Night;
}

/**
 * Takes some partitions through the day's lines, together, so that a batch is large whatever their number; where a night
 * that was killed has left some of them in the middle, one after the other.
 * @param partitions in order; where there is a gap, those behind it come after those before it
 */
export async function takePartitions(
  session: Session,
  pen: Pen,
  opening: DayOpening,
  partitions: readonly number[],
  onBatch: (done: number) => unknown,
  memory: Memory = {},
): Promise<void> {
  const work = { session, pen, opening, onBatch, memory };
  for (const together of withoutGaps(await progressOf(session, opening.day, partitions))) {
    if (together.every(isFresh))
      await takeFrom(
        work,
        together.map(({ partition }) => partition),
        1,
        '',
      );
    else for (const { partition, step, after } of together) await takeFrom(work, [partition], step, after);
  }
}

/** Partitions that follow one another, together. */
function withoutGaps(all: readonly PartitionProgress[]): PartitionProgress[][] {
  const groups: PartitionProgress[][] = [];
  for (const one of all) {
    const group = groups.at(-1);
    if (group?.at(-1)?.partition === one.partition - 1) group.push(one);
    else groups.push([one]);
  }
  return groups;
}

interface Work {
  readonly session: Session;
  readonly pen: Pen;
  readonly opening: DayOpening;
  /** Told of each batch once it is committed, and waited for. */
  readonly onBatch: (done: number) => unknown;
  readonly memory: Memory;
}

const isFresh = ({ step, after }: PartitionProgress): boolean => step === 1 && after === '';

/** The steps that are left of some partitions, from a place in the first of them. */
async function takeFrom(work: Work, partitions: readonly number[], first: number, after: string): Promise<void> {
  for (let step = first; step <= LINE_STEPS.length; step++) {
    const from = { partition: partitions[0] ?? 0, after: step === first ? after : '' };
    await everyBatch(step, partitions, from, (take, stretch) => takeBatch(work, take, stretch));
    await beginStep(work, partitions, step + 1);
  }
}

/** Takes batches of a step until there are none. */
async function everyBatch(
  step: number,
  partitions: readonly number[],
  from: Cursor,
  run: (take: TakeBatch, stretch: Stretch) => ReturnType<TakeBatch>,
): Promise<void> {
  const take = LINE_STEPS[step - 1];
  if (take === undefined) throw new Error(`a night has no step ${step} of lines`);
  let after: Cursor | undefined = from;
  while (after !== undefined) after = (await run(take, { step, partitions, after })).next;
}

/** Takes a step of lines for the whole book, in the current transaction. */
export function takeAllLines(night: Night, take: TakeBatch): Promise<void> {
  const partitions = Array.from({ length: night.book.partitions }, (_, partition) => partition);
  const step = LINE_STEPS.indexOf(take) + 1;
  return everyBatch(step, partitions, { partition: -1, after: '' }, (_, stretch) => take(night, stretch));
}

async function takeBatch(work: Work, take: TakeBatch, stretch: Stretch): ReturnType<TakeBatch> {
  const night = await nightWith(work);
  const batch = await work.session.transaction(() => take(night, stretch));
  await work.onBatch(batch.done);
  return batch;
}

/** Brings the partitions to a step's beginning; through the door, so that a run that lost its turn cannot. */
async function beginStep({ session, pen, opening }: Work, partitions: readonly number[], step: number): Promise<void> {
  const progress = partitions.map((partition) => ({ partition, day: opening.day, step, after: '' }));
  await session.transaction(() => append(session, pen, { entries: [], progress }));
}

/** The night with what is remembered of the registry, and a tally that begins at nothing. */
async function nightWith({ session, pen, opening, memory }: Work): Promise<Night> {
  const known = memory.night;
  const book = known?.book ?? (await theBook(session));
  const fresh = nightOf(session, pen, book, opening);
  const keeps = known !== undefined && known.through === opening.through && known.registry.size < REMEMBERED;
  memory.night = keeps ? { ...fresh, registry: known.registry, loader: known.loader } : fresh;
  return memory.night;
}
