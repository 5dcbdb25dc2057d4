/** Who does the per-line steps of a large night: this process alone, or worker threads that take partitions in turn. */
import type { Worker } from 'node:worker_threads';
import type { Session } from '../store/connection/session.ts';
import { Fenced, type Pen } from '../store/log/append.ts';
import type { DayOpening } from '../store/night/progress.ts';
import { ask, type Heard, startThread } from '../workers/thread.ts';
import { takePartitions } from './lines.ts';
import type { Crew } from './night.ts';
import { addTally, type Tally } from './terms.ts';

/** What a worker is told at its start. */
export interface WorkerTerms {
  readonly url: string;
  readonly pen: Pen;
}

export interface Task {
  readonly opening: DayOpening;
  readonly partitions: readonly number[];
}

export type Answer =
  | { readonly kind: 'batch'; readonly done: number }
  | { readonly kind: 'done'; readonly tally: Tally }
  /** Errors lose their class on the way between threads, so that what matters of it is said. */
  | { readonly kind: 'failed'; readonly fenced: boolean; readonly message: string };

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

export interface WorkerCrew {
  readonly crew: Crew;
  close(): Promise<void>;
}

/** Threads with a connection each; they are started for the first large night and kept for the run. */
export function workerCrew(terms: WorkerTerms, size: number): WorkerCrew {
  const workers: Worker[] = [];
  return {
    crew: async (opening, partitions, onBatch) => {
      while (workers.length < size) workers.push(startThread('night', terms));
      const waiting = groupsOf(partitions, size);
      const tally: Tally = new Map();
      const takeTurns = async (worker: Worker): Promise<void> => {
        for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
          addTally(tally, await ask(worker, { opening, partitions: group }, (answer: Answer) => hear(answer, onBatch)));
        }
      };
      await Promise.all(workers.map(takeTurns));
      return tally;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** What a worker's answer means to the night. */
function hear(answer: Answer, onBatch: (done: number) => void): Heard<Tally> {
  if (answer.kind === 'done') return { done: answer.tally };
  if (answer.kind === 'failed') return { failed: answer.fenced ? new Fenced() : new Error(answer.message) };
  onBatch(answer.done);
  return undefined;
}
