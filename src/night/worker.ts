/** A worker thread of a night: takes groups of partitions through their lines, in a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Session } from '../store/connection/session.ts';
import { Fenced } from '../store/log/append.ts';
import { connectAsWriter } from '../store/schema/roles.ts';
import type { Answer, Task, WorkerTerms } from './crew.ts';
import { type Memory, takePartitions } from './lines.ts';

const terms = workerData as WorkerTerms;
const memory: Memory = {};
let session: Session | undefined;

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}

async function take(task: Task): Promise<void> {
  try {
    session ??= await connectAsWriter(terms.url, 'cps run worker');
    const onBatch = (done: number): void => answer({ kind: 'batch', done });
    const tally = await takePartitions(session, terms.pen, task.opening, task.partitions, onBatch, memory);
    answer({ kind: 'done', tally });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    answer({ kind: 'failed', fenced: error instanceof Fenced, message });
  }
}

parentPort?.on('message', (task: Task) => {
  void take(task);
});
