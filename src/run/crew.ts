/** Who does the per-line steps of a large night: this process alone, or worker threads that take partitions in turn. */
import { Worker } from 'node:worker_threads';
import { Fenced, type Pen } from '../store/append.ts';
import type { DayOpening } from '../store/progress.ts';
import type { Session } from '../store/session.ts';
import type { Crew } from './day.ts';
import { takePartitions } from './lines.ts';
import { addCounts, type Counts, noCounts } from './night.ts';

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
  | { readonly kind: 'done'; readonly counts: Counts }
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
      while (workers.length < size) workers.push(startWorker(terms));
      const waiting = groupsOf(partitions, size);
      const counts = noCounts();
      const takeTurns = async (worker: Worker): Promise<void> => {
        for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
          addCounts(counts, await ask(worker, { opening, partitions: group }, onBatch));
        }
      };
      await Promise.all(workers.map(takeTurns));
      return counts;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Under a test runner this file is TypeScript, which a thread cannot load: it takes the built worker. */
function startWorker(terms: WorkerTerms): Worker {
  const built = import.meta.url.endsWith('.ts') ? '../../dist/run/worker.js' : './worker.js';
  return new Worker(new URL(built, import.meta.url), {
    workerData: terms,
    // A batch lives longer than the usual young generation holds it: a larger one spares most of the collecting.
    resourceLimits: { maxYoungGenerationSizeMb: 64 },
  });
}

function ask(worker: Worker, task: Task, onBatch: (done: number) => void): Promise<Counts> {
  return new Promise((resolve, reject) => {
    const settled = (act: () => void): void => {
      worker.off('message', onMessage);
      worker.off('error', onError);
      worker.off('exit', onExit);
      act();
    };
    const onError = (error: unknown): void => settled(() => reject(error));
    const onExit = (): void => settled(() => reject(new Error('a worker of the night ended early')));
    const onMessage = (answer: Answer): void => {
      if (answer.kind === 'batch') onBatch(answer.done);
      else if (answer.kind === 'done') settled(() => resolve(answer.counts));
      else settled(() => reject(answer.fenced ? new Fenced() : new Error(answer.message)));
    };
    worker.on('message', onMessage);
    worker.on('error', onError);
    worker.on('exit', onExit);
    worker.postMessage(task);
  });
}
