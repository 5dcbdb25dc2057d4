/** What whoever verifies partitions begins with and does: this process, or worker threads that take them in turn. */
import { Calendar, type Day } from '../core/calendar.ts';
import type { Adopted } from '../core/verify/policies.ts';
import { inSharedSnapshot } from '../store/proof/proof.ts';
import type { NightRow } from '../store/proof/sums.ts';
import { connectAsWriter } from '../store/schema/roles.ts';
import type { Room } from '../workers/pool.ts';
import { beyondLog } from './deep.ts';
import { type PartitionTask, verifyPartition } from './partition.ts';
import type { Part } from './report.ts';

/** What a verification is told at its start, as it travels to a thread. */
interface CrewTerms {
  readonly url: string;
  readonly snapshot: string;
  readonly zone: string;
  readonly digits: number;
  readonly partitions: number;
  readonly adopted: readonly Adopted[];
  /** The nights, when the decisions are to be made again from what was delivered; null otherwise. */
  readonly deep: { readonly nights: readonly NightRow[]; readonly last: Day | null } | null;
}

/** Verifies a partition in the shared snapshot; news is how many events were gone through. */
export const VERIFY: Room<CrewTerms, PartitionTask, number, Part> = {
  folder: 'verify',
  errors: [],
  begin: async ({ url, snapshot, zone, digits, partitions, adopted, deep }) => {
    const session = await connectAsWriter(url, 'cps verify');
    // One for all partitions: a calendar remembers the days it has looked up.
    const own = { calendar: new Calendar(zone), digits, partitions, adopted };
    return {
      take: (task, tell) =>
        inSharedSnapshot(session, snapshot, async () => {
          const beyond = deep === null ? undefined : beyondLog(session, own, deep.nights, deep.last);
          return (await verifyPartition(session, own, task, tell, beyond)).part;
        }),
      end: () => session.close(),
    };
  },
};
