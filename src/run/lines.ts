/**
 * The per-line steps of a large night for one partition: attribute, then settle, a transaction a batch. It goes on from
 * what the partition's head says is done, so that a killed night loses nothing and repeats nothing.
 */
import type { Pen } from '../store/append.ts';
import type { Cursor } from '../store/facts.ts';
import { type DayOpening, partitionProgress, setProgress } from '../store/progress.ts';
import type { Session } from '../store/session.ts';
import { attributeBatch } from './attribute.ts';
import { addCounts, type Counts, type Night, nightOf, noCounts, theBook } from './night.ts';
import { settleBatch } from './settle.ts';

const ATTRIBUTE = 1;
const SETTLE = 2;
const DONE = 3;
/** Registry entries kept before a night forgets them and starts over. */
const REMEMBERED = 400_000;

/** What a worker remembers from batch to batch and partition to partition: the registry it has loaded. */
export interface Memory {
  night?: Night;
}

/** Takes one partition through the day's lines. Returns what it did now. */
export async function takePartition(
  session: Session,
  pen: Pen,
  opening: DayOpening,
  partition: number,
  onBatch: (done: number) => void,
  memory: Memory = {},
): Promise<Counts> {
  const counts = noCounts();
  const work = { session, pen, opening, partition, onBatch, memory, counts };
  const progress = await partitionProgress(session, partition, opening.day);
  if (progress.step === ATTRIBUTE) {
    await takeBatches(attributeBatch, progress.after, work);
    await session.transaction(() => setProgress(session, partition, opening.day, SETTLE, ''));
  }
  if (progress.step < DONE) {
    await takeBatches(settleBatch, progress.step === SETTLE ? progress.after : '', work);
    await session.transaction(() => setProgress(session, partition, opening.day, DONE, ''));
  }
  return counts;
}

interface Work {
  readonly session: Session;
  readonly pen: Pen;
  readonly opening: DayOpening;
  readonly partition: number;
  readonly onBatch: (done: number) => void;
  readonly memory: Memory;
  readonly counts: Counts;
}

async function takeBatches(take: typeof attributeBatch, after: string, work: Work): Promise<void> {
  const { session, partition, counts } = work;
  let cursor: Cursor | undefined = { partition, after };
  while (cursor !== undefined) {
    const from: Cursor = cursor;
    const night = await nightWith(work);
    const batch = await session.transaction(() => take(night, [partition], from));
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
