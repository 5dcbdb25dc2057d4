/**
 * A review of every site (SPEC 12): reads them as of an instant, has each scored and decided, and where it is applied
 * delivers what changes as rows of `site-reviews`, `permissions`, `notices` and `notice-cancellations`, all in one
 * transaction. It compares with what is there, so that a review made again changes nothing.
 */
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { addDays, type Instant } from '../core/calendar.ts';
import { type Change, changeOf, isChange, type ReviewFrame, rowsOf } from '../core/promotion/review/change.ts';
import { type Reviewed, reviewSite } from '../core/promotion/review/decide.ts';
import { hostOf, isUnder } from '../core/signals/filed-domain.ts';
import { deliver, type Receipt } from '../ingest/deliver/deliver.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import { RowsAhead } from '../store/connection/peekable.ts';
import type { Session } from '../store/connection/session.ts';
import { inSnapshot } from '../store/connection/snapshot.ts';
import { takeTurn } from '../store/intake/intake.ts';
import { type Book, policies, readBook, type VersionedPolicy } from '../store/night/book.ts';
import {
  clickOrigins,
  type Forfeits,
  forfeitedLines,
  type Origin,
  type SiteToReview,
  sitesToReview,
} from '../store/registry/review.ts';

export interface ReviewOrder {
  readonly asOf: Instant;
  /** Days of notice, if not the policy's. */
  readonly noticeDays: number | null;
  /** Record what changes; without, nothing is written. */
  readonly apply: boolean;
  readonly by: string;
  readonly onSites?: (sites: number) => void;
}

/** What a review came to; its changes are read from a file, as there may be a million. */
export interface Review {
  readonly asOf: Instant;
  readonly applied: boolean;
  readonly policy: VersionedPolicy;
  readonly sites: number;
  readonly changed: number;
  readonly grants: number;
  readonly notices: number;
  readonly cancellations: number;
  /** Of the deliveries an applied review made. */
  readonly receipts: readonly Receipt[];
  changes(): AsyncGenerator<Change>;
  /** Removes the files the review kept beside it; twice does no harm. */
  remove(): Promise<void>;
}

/** Notices bring their mails with them, which are long. */
const ROWS_A_BATCH = 2000;

const FEEDS = ['site-reviews', 'permissions', 'notices', 'notice-cancellations'] as const;

/** Reviews every site. The caller removes what it is given. */
export async function review(session: Session, order: ReviewOrder): Promise<Review> {
  const folder = await mkdtemp(join(tmpdir(), 'cps-review-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const counts = order.apply
      ? await session.transaction(async () => {
          await takeTurn(session);
          await readBook(session, 'share');
          const found = await reviewAll(session, order, folder);
          return { ...found, receipts: await deliverAll(session, folder) };
        })
      : { ...(await inSnapshot(session, () => reviewAll(session, order, folder))), receipts: [] };
    return { asOf: order.asOf, applied: order.apply, ...counts, changes: () => readChanges(folder), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function reviewAll(session: Session, order: ReviewOrder, folder: string) {
  const book = await readBook(session);
  if (book === undefined) throw new Error('this database holds no book: cps init makes one');
  const policy = (await policies(session, book.digits)).at(-1);
  if (policy === undefined) throw new Error('the book has no policy: it was not made by cps init');
  const terms = termsOf(book, policy, order);
  const scores = new Scores(session, terms.asOf, policy);
  const out = new Sheets(folder);
  const count = { sites: 0, changed: 0, grants: 0, notices: 0, cancellations: 0 };
  try {
    for await (const sites of sitesToReview(session, terms.asOf)) {
      for (const site of sites) {
        const reviewed = await scores.review(site);
        if (!isChange(reviewed)) continue;
        count.changed++;
        count.grants += reviewed.grants.length;
        count.notices += reviewed.losses.length > 0 ? 1 : 0;
        count.cancellations += reviewed.cancelled.length;
        out.add('changes', [changeOf(reviewed, terms)]);
        const rows = rowsOf(reviewed, terms);
        for (const feed of FEEDS) out.add(feed, rows[feed]);
      }
      count.sites += sites.length;
      await out.flush();
      order.onSites?.(sites.length);
    }
  } finally {
    await scores.close();
    await out.close();
  }
  return { policy, book, ...count };
}

/** What a review at an instant means in this book: when its notices end, and what it is called. */
function termsOf(book: Book, { policy }: VersionedPolicy, order: ReviewOrder): ReviewFrame {
  const { calendar } = book;
  const day = addDays(calendar.dayOf(order.asOf), order.noticeDays ?? policy.noticeDays);
  return {
    asOf: order.asOf,
    effectiveAt: calendar.startOf(day),
    stamp: stampOf(calendar.format(order.asOf)),
    by: order.by,
  };
}

/** The digits of a moment as it is shown, without its offset: part of an id. */
export function stampOf(moment: string): string {
  return moment.replace(/[+-]\d\d:\d\d$/, '').replace(/\D/g, '');
}

/** Scores sites in order of their ids, in step with what was counted of them. */
class Scores {
  readonly #asOf: Instant;
  readonly #policy: VersionedPolicy['policy'];
  readonly #origins: InStep<Origin>;
  readonly #forfeits: InStep<Forfeits>;

  constructor(session: Session, asOf: Instant, { policy }: VersionedPolicy) {
    this.#asOf = asOf;
    this.#policy = policy;
    this.#origins = new InStep(clickOrigins(session, asOf, policy.review.clickDays));
    this.#forfeits = new InStep(forfeitedLines(session, asOf, policy.review.forfeitDays));
  }

  async review({ filed, state, publisher, switches }: SiteToReview): Promise<Reviewed> {
    const clicks = { told: 0, foreign: 0 };
    await this.#origins.each(filed.siteId, (row) => {
      const host = hostOf(row.origin);
      if (host === undefined) return;
      clicks.told += Number(row.clicks);
      if (!isUnder(host, filed.domain.toLowerCase())) clicks.foreign += Number(row.clicks);
    });
    let forfeits = 0;
    await this.#forfeits.each(filed.siteId, ({ lines }) => {
      forfeits += Number(lines);
    });
    return reviewSite({ ...filed, clicks, forfeits }, { state, publisher, switches }, this.#asOf, this.#policy);
  }

  async close(): Promise<void> {
    await this.#origins.close();
    await this.#forfeits.close();
  }
}

const fileOf = (folder: string, name: string): string => join(folder, `${name}.ndjson`);

/** The files a review writes, rows of JSON, a batch at a time. */
class Sheets {
  readonly #folder: string;
  readonly #texts = new Map<string, string>();
  readonly #files = new Map<string, FileHandle>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  add(name: string, rows: readonly object[]): void {
    const text = rows.map((row) => `${JSON.stringify(row)}\n`).join('');
    if (text !== '') this.#texts.set(name, (this.#texts.get(name) ?? '') + text);
  }

  async flush(): Promise<void> {
    for (const [name, text] of this.#texts) {
      const file = this.#files.get(name) ?? (await open(fileOf(this.#folder, name), 'a', 0o600));
      this.#files.set(name, file);
      await file.appendFile(text);
    }
    this.#texts.clear();
  }

  async close(): Promise<void> {
    for (const file of this.#files.values()) await file.close();
  }
}

/** Delivers what a review changes, inside its transaction: all of it or nothing. */
async function deliverAll(session: Session, folder: string): Promise<Receipt[]> {
  const inside = insideTransaction(session);
  const receipts: Receipt[] = [];
  for (const feed of FEEDS) {
    const path = fileOf(folder, feed);
    if (!(await isThere(path))) continue;
    const receipt = await deliver(
      inside,
      { path, file: `review: ${feed}`, feed, rowsABatch: ROWS_A_BATCH },
      () => undefined,
    );
    if (receipt.rejected + receipt.conflict > 0) {
      throw new Error(
        `the review's own ${feed} were refused (${receipt.rejected + receipt.conflict} rows): nothing was written`,
      );
    }
    receipts.push(receipt);
  }
  return receipts;
}

async function isThere(path: string): Promise<boolean> {
  const file = await open(path).catch(() => undefined);
  await file?.close();
  return file !== undefined;
}

async function* readChanges(folder: string): AsyncGenerator<Change> {
  const path = fileOf(folder, 'changes');
  if (!(await isThere(path))) return;
  const file = await open(path);
  try {
    for await (const line of createInterface({ input: file.createReadStream({ encoding: 'utf8' }) }))
      yield JSON.parse(line) as Change;
  } finally {
    await file.close();
  }
}

/** A stream of rows in order of sites, gone through in step with the sites themselves, so that neither has to fit in memory. */
class InStep<T extends { readonly siteId: string }> {
  readonly #rows: RowsAhead<T>;

  constructor(stream: AsyncGenerator<T[]>) {
    this.#rows = new RowsAhead(stream);
  }

  /** Gives every row of a site to `take`. Sites are asked for in order; rows of sites not asked for are passed over. */
  async each(siteId: string, take: (row: T) => void): Promise<void> {
    const rows = this.#rows;
    for (let row = await rows.peek(); row !== undefined && row.siteId <= siteId; row = await rows.peek()) {
      if (row.siteId === siteId) take(row);
      rows.step();
    }
  }

  /** Lets the stream go, wherever it is. */
  close(): Promise<void> {
    return this.#rows.close();
  }
}
