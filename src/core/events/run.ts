/** The events of a run itself: the policy it adopts, the day it opens, and what it did. */
import { event } from './record.ts';
import { type Infer, list, money, object, sha256, text, tuple, whole } from './shape.ts';

export const policyAdopted = event(
  'PolicyAdopted',
  { version: whole, name: text, policy: text },
  { home: 'run', news: null },
);

export const dayOpened = event('DayOpened', { policy: whole }, { home: 'run', news: null });

/** What a night did in one partition: counts, the sum of its transfers, and the root over its events in hex. */
const tally = object({ partition: whole, events: whole, transfers: whole, amount: money, tree: sha256 });
export type PartitionTally = Infer<typeof tally>;

export const runCompleted = event(
  'RunCompleted',
  {
    policy: whole,
    /** Every partition's last position and hash before this event. */
    heads: list(tuple(whole, whole, text)),
    /** The partitions in which events were appended since the last night's end. */
    tallies: list(tally),
    /** The Merkle root over all of it (night-tree.ts), in hex. */
    root: sha256,
  },
  { home: 'run', news: null },
);
