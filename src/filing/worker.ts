/** A worker thread that writes documents: takes some parties at a time, in a connection of its own. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Session } from '../store/connection/session.ts';
import type { DocumentParty } from '../store/month/documents.ts';
import { connectAsWriter } from '../store/schema/roles.ts';
import { type FilingAnswer, type FilingTerms, fileSome } from './crew.ts';

const terms = workerData as FilingTerms;
let session: Session | undefined;

function answer(message: FilingAnswer): void {
  parentPort?.postMessage(message);
}

async function take(parties: readonly DocumentParty[]): Promise<void> {
  try {
    session ??= await connectAsWriter(terms.url, 'cps statements worker');
    const filed = await fileSome(session, terms, parties, (done) => answer({ kind: 'batch', done }));
    answer({ kind: 'done', filed });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    answer({ kind: 'failed', message, code });
  }
}

parentPort?.on('message', (parties: readonly DocumentParty[]) => {
  void take(parties);
});
