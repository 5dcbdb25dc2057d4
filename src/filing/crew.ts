/** Writes a month's documents: by this process, or worker threads that take parties in turn, each in its own connection. */

import { join } from 'node:path';
import type { Session } from '../store/connection/session.ts';
import type { DocumentParty } from '../store/month/documents.ts';
import { readBook } from '../store/night/book.ts';
import { connectAsWriter } from '../store/schema/roles.ts';
import { type Room, share } from '../workers/pool.ts';
import { fileDocument, fileName, isFiled, manifestPath, type Wanted } from './filing.ts';
import { draftsIn, removeLeft } from './whole-file.ts';

/** What a thread is told at its start. */
interface FilingTerms {
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
  const turns: DocumentParty[][] = [];
  for (let at = 0; at < parties.length; at += TURN) turns.push(parties.slice(at, at + TURN));
  let filed = NONE;
  const onResult = (more: Filed): void => {
    filed = added(filed, more);
  };
  await share(FILING, terms, turns, workers, { onNews: onDone, onResult });
  await removeLeft(terms.folder, left);
  return filed;
}

/** Writes the documents of some parties; news is how many are there since the last. */
export const FILING: Room<FilingTerms, readonly DocumentParty[], number, Filed> = {
  folder: 'filing',
  errors: [],
  begin: async (terms) => {
    const session = await connectAsWriter(terms.url, 'cps statements');
    return {
      take: (parties, tell) => fileSome(session, terms, parties, tell),
      end: () => session.close(),
    };
  },
};

/** Writes the documents of some parties, one after another. */
async function fileSome(
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
