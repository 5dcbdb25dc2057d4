/**
 * Sums that pages need more than once: a party's month does not change until the next night is run, and nothing in the
 * book until something is delivered or run. It keeps sums, not lines, the most recently used ones; and payment files
 * that were just written, whose bytes the book does not hold.
 */
import type { Month } from '../core/calendar.ts';
import type { CaseSummary } from '../core/cases/case.ts';
import type { Document } from '../core/month/document.ts';
import { groupsOf, type MonthGroups } from '../core/month/groups.ts';
import type { Reconciliation } from '../core/reconcile/report.ts';
import type { WhatIf } from '../core/whatif/result.ts';
import type { Ways } from '../formats/reconcile.ts';
import type { BookStatus } from '../formats/status.ts';
import type { ageingOf } from '../office/ageing.ts';
import type { Drafted, DraftedFile } from '../office/payments.ts';
import type { Session } from '../store/connection/session.ts';
import { type WaitingSum, waitingSum } from '../store/lists/party-lines.ts';
import type { KindBalance } from '../store/lists/trial-balance.ts';
import { monthSums } from '../store/month/sums.ts';
import { type Book, readBook } from '../store/night/book.ts';
import { lastBatch } from '../store/night/progress.ts';

const KEPT = 500;
/** Payment files kept to be fetched; each has some megabytes at most. */
const KEPT_FILES = 50;

/** A payment file as it was written, and what was left out of it. */
interface KeptFile {
  readonly file: DraftedFile;
  readonly leftOut: Drafted['leftOut'];
}

/** One value that holds as long as the book is unchanged: made anew once something was delivered or run. */
class Kept<T> {
  #of: { readonly moment: string; readonly thing: T } | undefined;

  /**
   * The value, made where it is not kept. It is made for the book as this snapshot has it: an earlier request may know
   * an earlier book, and its value would be kept for this one.
   * @param name tells apart values of the same book, such as by a day
   */
  async get(session: Session, name: string, make: (book: Book) => Promise<T>): Promise<T> {
    const book = await readBook(session);
    if (book === undefined) throw new Error('there is no book');
    // While a night is open its batches change what is read, and no moment says so.
    if (book.openDay !== null) return make(book);
    const moment = [name, book.lastRunDay, await lastBatch(session)].join(' ');
    if (this.#of?.moment !== moment) this.#of = { moment, thing: await make(book) };
    return this.#of.thing;
  }
}

/** Values that never change, by name; the most recently used are kept. */
class Lately<T> {
  readonly #kept = new Map<string, T>();

  async get(name: string, make: () => Promise<T>): Promise<T> {
    const thing = this.#kept.get(name) ?? (await make());
    this.#kept.delete(name);
    this.#kept.set(name, thing);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= KEPT) break;
      this.#kept.delete(oldest);
    }
    return thing;
  }
}

export class Shelf {
  readonly #groups = new Lately<MonthGroups>();
  readonly #waiting = new Lately<WaitingSum>();
  readonly #files = new Map<string, KeptFile>();
  readonly cases = new Kept<CaseSummary[]>();
  readonly status = new Kept<BookStatus>();
  readonly preview = new Kept<WhatIf>();
  readonly balances = new Kept<KindBalance[]>();
  readonly ageing = new Kept<Awaited<ReturnType<typeof ageingOf>>>();
  readonly reconciliation = new Kept<Reconciliation>();
  readonly ways = new Kept<Ways>();

  /** Keeps a payment file until the server stops, or fifty more have come. */
  keepFile(kept: KeptFile): void {
    this.#files.set(kept.file.fileId, kept);
    for (const oldest of this.#files.keys()) {
      if (this.#files.size <= KEPT_FILES) break;
      this.#files.delete(oldest);
    }
  }

  fileKept(fileId: string): KeptFile | undefined {
    return this.#files.get(fileId);
  }

  /** The groups of a document, added up only where they are not kept; in the document's own snapshot. */
  groups(session: Session, book: Book, document: Document): Promise<MonthGroups> {
    const { party, month, asOf } = document.frame;
    const name = [document.kind, party, month, asOf].join(' ');
    return this.#groups.get(name, async () => groupsOf(document, await monthSums(session, book, document)));
  }

  /** What waits of a publisher's month after the last night, added up only where it is not kept. */
  async waiting(session: Session, publisher: string, month: Month): Promise<WaitingSum> {
    const make = () => waitingSum(session, publisher, month);
    // As this snapshot has the book; while a night is open its batches change what waits.
    const book = await readBook(session);
    if (book === undefined || book.openDay !== null) return make();
    return this.#waiting.get([publisher, month, book.lastRunDay].join(' '), make);
  }
}
