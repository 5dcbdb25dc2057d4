/** The night's trees as `partition_head` keeps them between batches; taken, and begun anew, when the night ends. */

import { sql } from 'kysely';
import { NightTree } from '../../core/proof/night-tree.ts';
import type { Session } from '../connection/session.ts';
import type { Row } from '../schema/tables.ts';

/** The columns of `partition_head` that keep a tree. */
export type KeptTree = Pick<Row<'partition_head'>, 'night_events' | 'night_transfers' | 'night_amount' | 'night_peaks'>;

/** Events by type since the last night's end, as a head keeps them. */
export function typesOf({ night_types }: Pick<Row<'partition_head'>, 'night_types'>): Map<string, number> {
  return new Map(Object.entries(JSON.parse(night_types) as Record<string, number>));
}

/** The tree as the columns keep it. */
export function nightTree(row: KeptTree): NightTree {
  return new NightTree({
    events: Number(row.night_events),
    transfers: Number(row.night_transfers),
    amount: BigInt(row.night_amount),
    peaks: row.night_peaks,
  });
}

/** A tree as the columns are written. */
export function keptTree(night: NightTree) {
  const { events, transfers, amount } = night.tally(0);
  const night_peaks = `\\x${night.peaks().toString('hex')}`;
  return { night_events: events, night_transfers: transfers, night_amount: String(amount), night_peaks };
}

/** A partition's chain and the night's tree over it. */
export interface NightEnd {
  readonly partition: number;
  readonly position: bigint;
  readonly hash: string;
  readonly tree: NightTree;
  /** Its events by type. */
  readonly types: ReadonlyMap<string, number>;
}

/** Every partition as the night leaves it, in order; what is appended from now on belongs to the next night's tree. */
export async function takeNight(session: Session): Promise<NightEnd[]> {
  const rows = await session.all(sql<
    KeptTree & Pick<Row<'partition_head'>, 'partition' | 'position' | 'hash' | 'night_types'>
  >`
    update partition_head h set night_events = 0, night_transfers = 0, night_amount = 0, night_peaks = '', night_types = '{}'
    from partition_head was where was.partition = h.partition
    returning h.partition, h.position, h.hash, was.night_events, was.night_transfers, was.night_amount,
      was.night_peaks, was.night_types`);
  return rows
    .map((row) => ({
      partition: row.partition,
      position: row.position,
      hash: row.hash.toString('hex'),
      tree: nightTree(row),
      types: typesOf(row),
    }))
    .sort((a, b) => a.partition - b.partition);
}
