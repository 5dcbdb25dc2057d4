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

/** Takes one partition through the day's lines. Returns what it did now. */
export async function takePartition(
  session: Session,
  pen: Pen,
  opening: DayOpening,
  partition: number,
  onBatch: (done: number) => void,
  memory: { night?: Night } = {},
): Promise<Counts> {
  const counts = noCounts();
  const progress = await partitionProgress(session, partition, opening.day);
  if (progress.step === ATTRIBUTE) {
    await batches(attributeBatch, ATTRIBUTE, progress.after);
    await session.transaction(() => setProgress(session, partition, opening.day, SETTLE, ''));
  }
  if (progress.step < DONE) {
    await batches(settleBatch, SETTLE, progress.step === SETTLE ? progress.after : '');
    await session.transaction(() => setProgress(session, partition, opening.day, DONE, ''));
  }
  return counts;

  async function batches(take: typeof attributeBatch, _step: number, after: string): Promise<void> {
    let cursor: Cursor | undefined = { partition, after };
    while (cursor !== undefined) {
      const from: Cursor = cursor;
      cursor = await session.transaction(async () => {
        const night = await remembered();
        const before = noCounts();
        addCounts(before, night.count);
        const batch = await take(night, [partition], from);
        for (const key of Object.keys(counts) as (keyof Counts)[]) counts[key] += night.count[key] - before[key];
        onBatch(batch.done);
        return batch.next;
      });
    }
  }

  async function remembered(): Promise<Night> {
    const known = memory.night;
    if (known !== undefined && known.day === opening.day && known.registry.size < REMEMBERED) return known;
    const night = nightOf(session, pen, await theBook(session), opening, noCounts());
    memory.night = night;
    return night;
  }
}
