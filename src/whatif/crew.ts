/** Who decides a span's lines again: the session that asks, or worker threads that take tasks in turn. */
import type { Worker } from 'node:worker_threads';
import { Refused } from '../night/run.ts';
import type { Session } from '../store/connection/session.ts';
import { readingByKey } from '../store/proof/proof.ts';
import { ask, type Heard, startThread } from '../workers/thread.ts';
import { Again, type AgainTask, type AgainTerms, type BatchAgain } from './task.ts';

/** What a worker is told at its start. */
export interface AgainWorkerTerms extends AgainTerms {
  readonly url: string;
  readonly snapshot: string;
}

export type AgainAnswer =
  | { readonly kind: 'batch'; readonly batch: BatchAgain }
  | { readonly kind: 'done' }
  /** Errors lose their class on the way between threads, so that what matters of it is said. */
  | { readonly kind: 'failed'; readonly refused: boolean; readonly message: string };

/** Hears what the tasks come to; a task is its place in the list. */
export interface Hearing {
  readonly onBatch: (batch: BatchAgain, task: number) => void;
  /** Is told of each task that is done. */
  readonly onTask: (task: number) => void;
}

/** Has every task done by threads, the first ones first. */
export async function decideAgain(
  terms: AgainWorkerTerms,
  tasks: readonly AgainTask[],
  workers: number,
  { onBatch, onTask }: Hearing,
): Promise<void> {
  const waiting = [...tasks.entries()];
  const threads = Array.from({ length: Math.min(workers, tasks.length) }, () => startThread('whatif', terms));
  const takeTurns = async (thread: Worker): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [at, task] = next;
      await ask(thread, task, (answer: AgainAnswer) => hear(answer, (batch) => onBatch(batch, at)));
      onTask(at);
    }
  };
  try {
    await Promise.all(threads.map(takeTurns));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** Has every task done in the session, in the snapshot that is open in it. */
export function decideHere(
  session: Session,
  terms: AgainTerms,
  tasks: readonly AgainTask[],
  { onBatch, onTask }: Hearing,
): Promise<void> {
  const again = new Again(session, terms);
  return readingByKey(session, async () => {
    for (const [at, task] of tasks.entries()) {
      for await (const batch of again.batches(task)) onBatch(batch, at);
      onTask(at);
    }
  });
}

/** What a worker's answer means to the whole. */
function hear(answer: AgainAnswer, onBatch: (batch: BatchAgain) => void): Heard<true> {
  if (answer.kind === 'done') return { done: true };
  if (answer.kind === 'failed')
    return { failed: answer.refused ? new Refused(answer.message) : new Error(answer.message) };
  onBatch(answer.batch);
  return undefined;
}
