/** Who does the per-line steps of a large night: this process alone, or worker threads that take partitions in turn. */
import type { Session } from '../store/connection/session.ts';
import { Fenced, type Pen } from '../store/log/append.ts';
import type { DayOpening } from '../store/night/progress.ts';
import { connectAsWriter } from '../store/schema/roles.ts';
import { inTurn, type Room, Threads } from '../workers/pool.ts';
import { type Memory, takePartitions } from './lines.ts';
import type { Crew } from './night.ts';
import { addTally, type Tally } from './terms.ts';

interface WorkerTerms {
  readonly url: string;
  readonly pen: Pen;
}

interface Task {
  readonly opening: DayOpening;
  readonly partitions: readonly number[];
}

/** What workers of a night do; their news is how many lines or facts a batch had. */
export const NIGHT: Room<WorkerTerms, Task, number, Tally> = {
  folder: 'night',
  errors: [Fenced],
  begin: async ({ url, pen }) => {
    const session = await connectAsWriter(url, 'cps run worker');
    const memory: Memory = {};
    return {
      take: ({ opening, partitions }, tell) => takePartitions(session, pen, opening, partitions, tell, memory),
      end: () => session.close(),
    };
  },
};

/** This process does all of it, in its own connection. */
export function aloneCrew(session: Session, pen: Pen): Crew {
  return (opening, partitions, onBatch) => takePartitions(session, pen, opening, partitions, onBatch);
}

/** Groups of partitions for workers to take in turn: two for each, so that none waits long for the last. */
function groupsOf(partitions: readonly number[], workers: number): number[][] {
  const size = Math.max(1, Math.ceil(partitions.length / (workers * 2)));
  const groups: number[][] = [];
  for (let at = 0; at < partitions.length; at += size) groups.push(partitions.slice(at, at + size));
  return groups;
}

/** Threads with a connection each; they are started for the first large night and kept for the run. */
export function workerCrew(terms: WorkerTerms, size: number): { crew: Crew; close(): Promise<void> } {
  const threads = new Threads(NIGHT, terms);
  return {
    crew: async (opening, partitions, onBatch) => {
      const tally: Tally = new Map();
      const tasks = groupsOf(partitions, size).map((group) => ({ opening, partitions: group }));
      const onResult = (more: Tally): void => addTally(tally, more);
      await inTurn(threads.atLeast(size), tasks, { onNews: onBatch, onResult });
      return tally;
    },
    close: () => threads.end(),
  };
}
