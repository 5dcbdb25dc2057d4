/** What whoever decides lines again begins with and does: worker threads that take tasks in turn. */
import { Refused } from '../night/run.ts';
import { connect } from '../store/connection/session.ts';
import { inSharedSnapshot } from '../store/proof/proof.ts';
import type { Room } from '../workers/pool.ts';
import { Again, type AgainTask, type AgainTerms, type BatchAgain } from './task.ts';

/** What a worker is told at its start. */
interface AgainWorkerTerms extends AgainTerms {
  readonly url: string;
  readonly snapshot: string;
}

/** Decides the lines of a task in the shared snapshot; news is what a batch came to. */
export const WHATIF: Room<AgainWorkerTerms, AgainTask, BatchAgain, void> = {
  folder: 'whatif',
  errors: [Refused],
  begin: async (terms) => {
    const session = await connect(terms.url, 'cps whatif worker');
    const again = new Again(session, terms);
    return {
      take: (task, tell) => inSharedSnapshot(session, terms.snapshot, () => again.take(task, tell)),
      end: () => session.close(),
    };
  },
};
