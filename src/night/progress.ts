/** How far a batch brings the open night in each partition it went through. */
import type { Day } from '../core/calendar.ts';
import type { Progress } from '../store/log/append.ts';
import type { Stretch } from './terms.ts';

/** Sorts after every id: nothing of the partition is left for the step. */
const WHOLE = '~';

/**
 * The partitions from where a batch began to where it ended: those before the last are through with the step, the last
 * is through up to its last line.
 */
export function passed(
  day: Day,
  { step, partitions, after: from }: Stretch,
  last: { readonly partition: number; readonly orderLineId: string },
): Progress[] {
  return partitions
    .filter((partition) => partition >= from.partition && partition <= last.partition)
    .map((partition) => ({ partition, day, step, after: partition < last.partition ? WHOLE : last.orderLineId }));
}
