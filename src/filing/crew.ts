/** Who writes a month's documents: this process, or worker threads that take parties in turn, each in its own connection. */

import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import type { Session } from '../store/connection/session.ts';
import type { DocumentParty } from '../store/month/documents.ts';
import { readBook } from '../store/night/book.ts';
import { connectAsWriter } from '../store/schema/roles.ts';
import { ask, type Heard, startThread } from '../workers/thread.ts';
import { fileDocument, fileName, isFiled, manifestPath, type Wanted } from './filing.ts';
import { draftsIn, removeLeft } from './whole-file.ts';

/** What a thread is told at its start. */
export interface FilingTerms {
  readonly url: string;
  readonly folder: string;
  readonly wanted: Wanted;
  /** Write all of them, also those that are there. */
  readonly again: boolean;
}

/** How many documents were written, and how many were there. */
export interface Filed {
  readonly written: number;
  readonly kept: number;
  readonly bytes: number;
}

export type FilingAnswer =
  | { readonly kind: 'batch'; readonly done: number }
  | { readonly kind: 'done'; readonly filed: Filed }
  | { readonly kind: 'failed'; readonly message: string; readonly code: string };

const NONE: Filed = { written: 0, kept: 0, bytes: 0 };
/** Parties a thread takes at a time: enough to be quick, few enough that none waits long for the last. */
const TURN = 16;

/**
 * Writes the documents of all parties, and removes what a killed writing of them left; `onDone` hears of each that is
 * there, written now or before.
 */
export async function fileAll(
  terms: FilingTerms,
  parties: readonly DocumentParty[],
  workers: number,
  onDone: (done: number) => void,
): Promise<Filed> {
  const names = parties.map((of) => fileName(of, terms.wanted));
  const left = await draftsIn(terms.folder, new Set(names.flatMap((name) => [name, manifestPath(name)])));
  const filed = await fileBy(terms, parties, workers, onDone);
  await removeLeft(terms.folder, left);
  return filed;
}

async function fileBy(
  terms: FilingTerms,
  parties: readonly DocumentParty[],
  workers: number,
  onDone: (done: number) => void,
): Promise<Filed> {
  if (workers <= 1) {
    const session = await connectAsWriter(terms.url, 'cps statements');
    try {
      return await fileSome(session, terms, parties, onDone);
    } finally {
      await session.close();
    }
  }
  const waiting: DocumentParty[][] = [];
  for (let at = 0; at < parties.length; at += TURN) waiting.push(parties.slice(at, at + TURN));
  const threads = Array.from({ length: Math.min(workers, waiting.length) }, () => startThread('filing', terms));
  let filed = NONE;
  const takeTurns = async (thread: Worker): Promise<void> => {
    for (let turn = waiting.shift(); turn !== undefined; turn = waiting.shift()) {
      const more = await ask(thread, turn, (answer: FilingAnswer) => hear(answer, onDone));
      filed = added(filed, more);
    }
  };
  try {
    await Promise.all(threads.map(takeTurns));
    return filed;
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

/** Writes the documents of some parties, one after another. */
export async function fileSome(
  session: Session,
  { folder, wanted, again }: FilingTerms,
  parties: readonly DocumentParty[],
  onDone: (done: number) => void,
): Promise<Filed> {
  const book = await readBook(session);
  if (book === undefined) throw new Error('the book has gone while its documents were written');
  let filed = NONE;
  for (const of of parties) {
    const path = join(folder, fileName(of, wanted));
    if (!again && (await isFiled(path, of, wanted))) filed = added(filed, { ...NONE, kept: 1 });
    else {
      const { bytes } = await fileDocument(session, book, of, wanted, path);
      filed = added(filed, { written: 1, kept: 0, bytes });
    }
    onDone(1);
  }
  return filed;
}

function added(a: Filed, b: Filed): Filed {
  return { written: a.written + b.written, kept: a.kept + b.kept, bytes: a.bytes + b.bytes };
}

/** What a thread's answer means. System errors keep their code, which says whether the folder or the disk is at fault. */
function hear(answer: FilingAnswer, onDone: (done: number) => void): Heard<Filed> {
  if (answer.kind === 'done') return { done: answer.filed };
  if (answer.kind === 'failed') return { failed: Object.assign(new Error(answer.message), { code: answer.code }) };
  onDone(answer.done);
  return undefined;
}
