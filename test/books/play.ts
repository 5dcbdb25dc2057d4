/** Plays books in a test's own database, through the same functions the command line calls. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FEED_NAMES } from '../../src/core/feeds/index.ts';
import { parsePolicy } from '../../src/core/policy/policy.ts';
import { deliver, type Receipt } from '../../src/ingest/deliver/deliver.ts';
import { feedOf, folder } from '../../src/ingest/source/folder.ts';
import { type RunOrder, type RunReport, run } from '../../src/night/run.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { type Book, createBook, readBook } from '../../src/store/night/book.ts';
import { connectAsWriter } from '../../src/store/schema/roles.ts';
import { freshDatabase } from '../support/database.ts';

/** Folders of the golden books: feeds, steps and a policy, and every export an independent reference made of them. */
export const BOOKS: readonly string[] = readdirSync(import.meta.dirname)
  .filter((name) => name.startsWith('book-'))
  .map((name) => join(import.meta.dirname, name));

export interface OpenBook {
  readonly session: Session;
  readonly url: string;
  close(): Promise<void>;
}

/** A database of its own, without a book yet. */
export async function openBook(): Promise<OpenBook> {
  const database = await freshDatabase();
  const session = await connectAsWriter(database.url, 'test');
  const close = async (): Promise<void> => {
    await session.close();
    await database.drop();
  };
  return { session, url: database.url, close };
}

/** Makes the book with a policy document (JSON), always with one digest key, so that two books can be alike to the last hash. */
export async function makeBook(session: Session, document = '{}', zone = 'Asia/Shanghai'): Promise<void> {
  const policy = parsePolicy(document, 2);
  if (typeof policy === 'string') throw new Error(policy);
  await createBook(session, { zone, currency: 'CNY', digits: 2, policy, digestKey: Buffer.alloc(32, 1) });
}

/** Delivers a folder's feeds in their order. */
export async function deliverFolder(session: Session, path: string): Promise<Receipt[]> {
  const { files } = await folder(path, FEED_NAMES);
  const receipts: Receipt[] = [];
  for (const file of files)
    receipts.push(await deliver(session, { path: file, feed: feedOf(file, FEED_NAMES) ?? '' }, () => {}));
  return receipts;
}

/** Runs nights through a day, in a world whose clock is far past them. */
export async function runThrough(
  book: Pick<OpenBook, 'session' | 'url'>,
  through: string,
  how: Partial<Pick<RunOrder, 'workers' | 'smallNight' | 'onNight' | 'dryRun'>> = {},
): Promise<RunReport> {
  const order = {
    through,
    workers: 1,
    now: Date.UTC(2026, 0, 1),
    dryRun: false,
    url: book.url,
    onNight: () => {},
    onBatch: () => {},
  };
  return run(book.session, { ...order, ...how });
}

/** Plays one of the reference's books, step by step as its steps.txt says. */
export async function playBook(
  book: OpenBook,
  home: string,
  how: { workers?: number; smallNight?: number } = {},
): Promise<Book> {
  await makeBook(book.session, readFileSync(join(home, 'policy.json'), 'utf8'));
  for (const step of readFileSync(join(home, 'steps.txt'), 'utf8').trim().split('\n')) {
    const [verb, what = ''] = step.split(' ');
    if (verb === 'ingest') await deliverFolder(book.session, join(home, what));
    else await runThrough(book, what, how);
  }
  const made = await readBook(book.session);
  if (made === undefined) throw new Error('the book is gone');
  return made;
}
