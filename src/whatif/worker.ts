/** A worker thread that decides lines again: takes one task at a time, in a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import { Refused } from '../night/run.ts';
import { connect, type Session } from '../store/connection/session.ts';
import { inSharedSnapshot } from '../store/proof/proof.ts';
import type { AgainAnswer, AgainWorkerTerms } from './crew.ts';
import { Again, type AgainTask } from './task.ts';

const terms = workerData as AgainWorkerTerms;
let open: { readonly session: Session; readonly again: Again } | undefined;

function answer(message: AgainAnswer): void {
  parentPort?.postMessage(message);
}

async function take(task: AgainTask): Promise<void> {
  try {
    if (open === undefined) {
      const session = await connect(terms.url, 'cps whatif worker');
      open = { session, again: new Again(session, terms) };
    }
    const { session, again } = open;
    await inSharedSnapshot(session, terms.snapshot, async () => {
      for await (const batch of again.batches(task)) answer({ kind: 'batch', batch });
    });
    answer({ kind: 'done' });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    answer({ kind: 'failed', refused: error instanceof Refused, message });
  }
}

parentPort?.on('message', (task: AgainTask) => {
  void take(task);
});
