/** The events of a run itself: the book it opens, the policy it adopts, what came in, the day it opens, and what it did. */
import { recorded } from './record.ts';
import { type Infer, list, money, object, sha256, text, tuple, whole } from './shape.ts';

/** The terms of the book, for ever: what every amount, day and place of it is told in. */
export const bookOpened = recorded('BookOpened', {
  /** Of the log. */
  format: whole,
  currency: text,
  /** Decimal places of the currency. */
  digits: whole,
  zone: text,
  partitions: whole,
  /** SHA-256 of the key that is mixed into the digests of what was delivered. */
  digest_key: sha256,
});

/** The whole policy as it reads (core/policy/sealed.ts), and the rules that it was adopted under. */
export const policyAdopted = recorded('PolicyAdopted', { version: whole, name: text, rules: whole, policy: text });

/** So many rows of a table, and their digest. */
const sealedRows = object({ table: text, rows: whole, digest: sha256 });
export type SealedRows = Infer<typeof sealedRows>;

/** What came in since the last night, by table. */
export const deliveriesSealed = recorded('DeliveriesSealed', { tables: list(sealedRows) });

export const dayOpened = recorded('DayOpened', { policy: whole });

/** What a night did in one partition: counts, the sum of its transfers, and the root over its events in hex. */
const tally = object({ partition: whole, events: whole, transfers: whole, amount: money, tree: sha256 });
export type PartitionTally = Infer<typeof tally>;

export const runCompleted = recorded('RunCompleted', {
  policy: whole,
  /** Every partition's last position and hash before this event. */
  heads: list(tuple(whole, whole, text)),
  /** The partitions in which events were appended since the last night's end. */
  tallies: list(tally),
  /** The Merkle root over all of it (night-tree.ts), in hex. */
  root: sha256,
});
