/**
 * The tree of a night. Each partition has a subtree over the hashes of its events since the last night's end, in order
 * of position; the root is taken over the partitions in order, each leaf saying where its chain ends, what was counted
 * and summed, and its subtree's root; and over the event that opened the book, so that every root is of its currency,
 * digits, zone and format. The last night's `RunCompleted` is the first event of the next, so that every root covers all
 * the roots before it.
 */
import { sha256 } from '../digest.ts';
import type { PartitionTally } from '../events/event.ts';
import { selfDelimited } from '../events/event.ts';
import { formatMoney, type Money } from '../money.ts';
import { Frontier, leafOf, rootOf } from './merkle.ts';

/** One partition's part of a night, as it grows. */
export class NightTree {
  #transfers: number;
  #amount: Money;
  readonly #frontier: Frontier;

  constructor(kept: { events: number; transfers: number; amount: Money; peaks: Buffer } = NOTHING) {
    this.#transfers = kept.transfers;
    this.#amount = kept.amount;
    this.#frontier = new Frontier(kept.events, kept.peaks);
  }

  /** Adds an event by its hash, with the transfers it posts. */
  add(hash: Buffer, transfers: readonly { readonly amount: Money }[]): void {
    this.#frontier.pushLeafOf(hash);
    this.#transfers += transfers.length;
    for (const { amount } of transfers) this.#amount += amount;
  }

  tally(partition: number): PartitionTally {
    const tree = this.#frontier.root().toString('hex');
    return { partition, events: this.#frontier.count, transfers: this.#transfers, amount: this.#amount, tree };
  }

  /** What has to be kept to go on from here, beside the tally's figures. */
  peaks(): Buffer {
    return this.#frontier.bytes();
  }
}

const NOTHING = { events: 0, transfers: 0, amount: 0n, peaks: Buffer.alloc(0) };

/** Where a partition's chain ends. */
export interface ChainEnd {
  readonly partition: number;
  readonly position: number;
  readonly hash: string;
}

/** A partition's leaf under the root of a night. */
export function partitionLeaf(end: ChainEnd, tally: PartitionTally, digits: number): Buffer {
  const { partition, position, hash } = end;
  const figures = [tally.events, tally.transfers].map(String);
  const amount = formatMoney(tally.amount, digits);
  return leafOf(selfDelimited([String(partition), String(position), hash, ...figures, amount, tally.tree]));
}

/** The root of a night, in hex. `opened` is the hash of the book's first event, `partitions` the root over them, both in hex. */
export function bookRoot(opened: string, partitions: string): string {
  return sha256(selfDelimited(['cps night', opened, partitions]));
}

/** The root of a night from the leaves of all partitions. */
export function nightRoot(opened: string, leaves: readonly Buffer[]): string {
  return bookRoot(opened, rootOf(leaves).toString('hex'));
}

/** A partition in which nothing happened. */
export function emptyTally(partition: number): PartitionTally {
  return new NightTree().tally(partition);
}

/** The root of a night from what its `RunCompleted` says of the partitions. */
export function rootOfNight(
  opened: string,
  heads: readonly (readonly [partition: number, position: number, hash: string])[],
  tallies: readonly PartitionTally[],
  digits: number,
): string {
  const of = new Map(tallies.map((tally) => [tally.partition, tally]));
  return nightRoot(
    opened,
    heads.map(([partition, position, hash]) =>
      partitionLeaf({ partition, position, hash }, of.get(partition) ?? emptyTally(partition), digits),
    ),
  );
}
