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
import type { Policy } from '../core/policy/policy.ts';
import { PERMISSIONS, type Permission } from '../core/promotion/permissions.ts';
import { type Change, changeOf, isChange, type ReviewFrame, rowsOf } from '../core/promotion/review/change.ts';
import { filingOf } from '../core/promotion/review/check.ts';
import { Refusal } from '../core/refusal.ts';
import type { ReviewSummary } from '../formats/review.ts';
import { seenText } from '../formats/seen.ts';
import { deliver, type Receipt } from '../ingest/deliver/deliver.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import type { Session } from '../store/connection/session.ts';
import { inSnapshot } from '../store/connection/snapshot.ts';
import { refusalsOf } from '../store/intake/deliveries.ts';
import { knownIds, takeTurn } from '../store/intake/intake.ts';
import { type Book, policyInForce, readBook, type VersionedPolicy } from '../store/night/book.ts';
import type { Door } from '../store/people/audit.ts';
import { noticeLetters } from '../store/registry/promotion.ts';
import { forfeitsUndecided, type SiteToReview, sitesToReview } from '../store/registry/review.ts';
import { Scores } from './scores.ts';

export interface ReviewOrder {
  readonly asOf: Instant;
  /** When it is recorded: notices run from then, where that is later. The first day not opened is later in any case. */
  readonly recordedAt?: Instant;
  /** Which sites and permissions it reaches; all where nothing is said. */
  readonly reach?: Reach;
  /** When permissions that its notices name end, where that is fixed and not counted in days. */
  readonly endsAt?: Instant;
  /** Days of notice, if not the policy's. */
  readonly noticeDays: number | null;
  /** A policy that is supposed, in place of the one in force; of a review that is not recorded. */
  readonly policy?: Policy;
  /** Record what changes; without, nothing is written. */
  readonly apply: boolean;
  readonly by: string;
  /** By whom and how it is asked for, where it is recorded. */
  readonly door?: Door;
  readonly onSites?: (sites: number) => void;
}

/** What a review came to; its changes are read from a file, as there may be a million. */
export interface Review extends ReviewSummary {
  readonly policy: VersionedPolicy;
  /** Of the deliveries an applied review made. */
  readonly receipts: readonly Receipt[];
  /** When its notices end. */
  readonly effectiveAt: Instant;
  changes(): AsyncGenerator<Change>;
  /** Removes the files the review kept beside it; twice does no harm. */
  remove(): Promise<void>;
}

type RowRefused = ReviewSummary['refused'][number];

/** Notices bring their mails with them, which are long. */
const ROWS_A_BATCH = 2000;

/** Which sites a review reaches, and for which permission; what is left out restricts nothing. */
export interface Reach {
  readonly permission?: Permission;
  readonly kind?: string;
  readonly category?: string;
  readonly publisher?: string;
  readonly sites?: ReadonlySet<string>;
  readonly exempt?: ReadonlySet<string>;
}

/** A list that names a site nobody has filed is a list of something else. */
async function refuseStrangers(session: Session, { sites = new Set(), exempt = new Set() }: Reach = {}): Promise<void> {
  const named = [...sites, ...exempt];
  const known = await knownIds(session, 'site', 'site_id', named);
  const strange = named.find((id) => !known.has(id));
  if (strange !== undefined) throw new Refusal(`site ${strange} is not known to the book: name sites that were filed`);
}

function isReached({ filed }: SiteToReview, reach: Reach = {}): boolean {
  const { kind, category, publisher, sites, exempt } = reach;
  return (
    (kind === undefined || filed.kind === kind) &&
    (category === undefined || (filingOf(filed)?.categories.includes(category) ?? false)) &&
    (publisher === undefined || filed.publisherId === publisher) &&
    (sites === undefined || sites.has(filed.siteId)) &&
    exempt?.has(filed.siteId) !== true
  );
}

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
          const receipts = await deliverAll(session, folder, order.door);
          const letters = await noticeLetters(session, order.asOf);
          return { ...found, receipts, refused: await refusedIn(session, receipts), letters };
        })
      : {
          ...(await inSnapshot(session, () => reviewAll(session, order, folder))),
          receipts: [],
          refused: [],
          letters: null,
        };
    return { asOf: order.asOf, applied: order.apply, ...counts, changes: () => readChanges(folder), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function reviewAll(session: Session, order: ReviewOrder, folder: string) {
  const book = await readBook(session);
  if (book === undefined) throw new Error('this database holds no book: cps init makes one');
  const today = book.calendar.dayOf(order.asOf);
  const undecided = await forfeitsUndecided(session, today, book.lastRunDay);
  if (undecided > 0) {
    const what = undecided === 1 ? 'a forfeit is' : `${undecided} forfeits are`;
    throw new Refusal(
      `${what} due on days before ${today} that no night has run, so that nobody knows what they take: cps run --through ${addDays(today, -1)} first`,
    );
  }
  await refuseStrangers(session, order.reach);
  const inForce = await policyInForce(session, book, today);
  const policy = order.policy === undefined ? inForce : { ...inForce, policy: order.policy };
  const terms = termsOf(book, policy, order);
  const permissions = PERMISSIONS.filter(
    (one) => order.reach?.permission === undefined || order.reach.permission === one,
  );
  const scope = { asOf: terms.asOf, effectiveAt: terms.effectiveAt, permissions };
  const scores = new Scores(session, scope, today, policy.policy);
  const out = new Sheets(folder);
  const count = { sites: 0, changed: 0, grants: 0, notices: 0, cancellations: 0 };
  try {
    for await (const sites of sitesToReview(session, terms.asOf)) {
      const reached = sites.filter((site) => isReached(site, order.reach));
      for (const site of reached) {
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
      count.sites += reached.length;
      await out.flush();
      order.onSites?.(reached.length);
    }
  } finally {
    await scores.close();
    await out.close();
  }
  return { policy, effectiveAt: terms.effectiveAt, ...count };
}

/**
 * What a review at an instant means in this book: when its notices end, and what it is called. They run from the day that is
 * the latest: that of the review, that on which it is recorded, and the first that no night has opened.
 */
function termsOf(book: Book, { policy }: VersionedPolicy, order: ReviewOrder): ReviewFrame {
  const { calendar, nextDay } = book;
  const recorded = calendar.dayOf(Math.max(order.asOf, order.recordedAt ?? order.asOf));
  const first = nextDay !== null && nextDay > recorded ? nextDay : recorded;
  const earliest = calendar.startOf(addDays(first, order.noticeDays ?? policy.noticeDays));
  if (order.endsAt !== undefined && order.endsAt < earliest) {
    const [ends, days] = [calendar.format(order.endsAt), order.noticeDays ?? policy.noticeDays];
    throw new Refusal(
      `its notices cannot end at ${ends}: with ${days} ${days === 1 ? 'day' : 'days'} of notice from ${first} on, ${calendar.format(earliest)} is the earliest`,
    );
  }
  return {
    asOf: order.asOf,
    effectiveAt: order.endsAt ?? earliest,
    stamp: stampOf(calendar.format(order.asOf)),
    by: order.by,
    tell: (saw) => seenText(saw, 'en'),
  };
}

/** The digits of a moment as it is shown, without its offset: part of an id. */
export function stampOf(moment: string): string {
  return moment.replace(/[+-]\d\d:\d\d$/, '').replace(/\D/g, '');
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

/** Delivers what a review changes, inside its transaction; what intake refuses stops none of the rest. */
async function deliverAll(session: Session, folder: string, door: Door | undefined): Promise<Receipt[]> {
  const inside = insideTransaction(session);
  const receipts: Receipt[] = [];
  for (const feed of FEEDS) {
    const path = fileOf(folder, feed);
    if (!(await isThere(path))) continue;
    const receipt = await deliver(
      inside,
      { path, file: `review: ${feed}`, feed, rowsABatch: ROWS_A_BATCH, ...(door === undefined ? {} : { door }) },
      () => undefined,
    );
    receipts.push(receipt);
  }
  return receipts;
}

/** What intake refused of a review's own rows. */
async function refusedIn(session: Session, receipts: readonly Receipt[]): Promise<RowRefused[]> {
  const refused: RowRefused[] = [];
  for (const { feed, sha256, rejected, conflict } of receipts) {
    if (rejected + conflict === 0) continue;
    for (const { raw, reason } of await refusalsOf(session, { feed, sha256 })) refused.push({ feed, row: raw, reason });
  }
  return refused;
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
