/** A worker thread of a verification: takes one partition at a time, in a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Session } from '../store/connection/session.ts';
import { connectAsWriter } from '../store/schema/roles.ts';
import { type CrewTerms, takeTask, type VerifyAnswer } from './crew.ts';
import type { PartitionTask } from './partition.ts';

const terms = workerData as CrewTerms;
let session: Session | undefined;

function answer(message: VerifyAnswer): void {
  parentPort?.postMessage(message);
}

async function take(task: PartitionTask): Promise<void> {
  try {
    session ??= await connectAsWriter(terms.url, 'cps verify worker');
    const part = await takeTask(session, terms, task, (events) => answer({ kind: 'batch', events }));
    answer({ kind: 'done', part });
  } catch (error) {
    answer({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  }
}

parentPort?.on('message', (task: PartitionTask) => {
  void take(task);
});
