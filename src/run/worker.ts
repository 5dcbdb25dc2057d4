/** A worker thread of a night: takes one partition at a time through its lines, in a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { Fenced } from '../store/append.ts';
import { connect, type Session } from '../store/session.ts';
import type { Answer, Task, WorkerTerms } from './crew.ts';
import { type Memory, takePartition } from './lines.ts';

const terms = workerData as WorkerTerms;
const memory: Memory = {};
let session: Session | undefined;

function answer(message: Answer): void {
  parentPort?.postMessage(message);
}

async function take(task: Task): Promise<void> {
  try {
    session ??= await connect(terms.url, 'cps run worker');
    const onBatch = (done: number): void => answer({ kind: 'batch', done });
    const counts = await takePartition(session, terms.pen, task.opening, task.partition, onBatch, memory);
    answer({ kind: 'done', counts });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    answer({ kind: 'failed', fenced: error instanceof Fenced, message });
  }
}

parentPort?.on('message', (task: Task) => {
  void take(task);
});
