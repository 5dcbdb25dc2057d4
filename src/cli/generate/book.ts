// Decides the make-up of a generated book: how many shops and publishers, which feeds, which days. The same options
// give the same bytes, on any machine. It does not ingest or settle anything.

import { mkdir, readdir } from 'node:fs/promises';
import { type Clicks, clicks } from './clicks.ts';
import { type Fate, fates } from './fates.ts';
import { FeedFile, type Written } from './feed-file.ts';
import { buyerCount, type Orders, orderCount, orders } from './orders.ts';
import { type Publishers, publishers } from './publishers.ts';
import { type Shops, shops } from './shops.ts';
import { DAY, SLICE, type Timeline, timeline } from './timeline.ts';

/** What to generate. */
export interface BookOptions {
  /** Order lines, 0 to 100,000,000. */
  readonly lines: number;
  /** Any whole number; another seed, another book. */
  readonly seed: number;
  /** The folder for the feeds; made when missing, refused when it holds feeds already. */
  readonly out: string;
  /** Days with orders, 1 to 366 (30). */
  readonly days?: number;
  /** Clicks for each order line, about, 0 to 200 (15). */
  readonly clicksPerLine?: number;
  /** The first day with orders (`2013-11-20`). */
  readonly from?: string;
  /** Publishers, 1 to 1,000,000 (one for 200 lines, at least 20). */
  readonly publishers?: number;
  /** Called now and then with the rows written so far. */
  readonly onProgress?: (rows: number) => void;
}

/** What was generated: the files in order of writing, and the business days of the first order and of the last fact. */
export interface GeneratedBook {
  readonly files: readonly Written[];
  readonly firstDay: string;
  readonly lastDay: string;
}

/** Why a book was not generated, in a sentence; nothing was written. */
export class BookRefused extends Error {
  override readonly name = 'BookRefused';
}

const REVOKED = '2013-12-11';
/** Facts end before this many days after the last order's. */
const AFTER = 20;

const COLUMNS = {
  publishers: ['publisher_id', 'name', 'kind', 'payee_name', 'payee_account', 'own_buyer_ids', 'registered_at'],
  'publisher-status': ['publisher_id', 'status', 'at', 'reason'],
  sites: ['site_id', 'publisher_id', 'kind', 'name', 'domain', 'filed_at'],
  'site-reviews': ['site_id', 'status', 'score', 'at', 'reason'],
  adzones: ['adzone_id', 'site_id', 'name'],
  permissions: ['site_id', 'permission', 'action', 'at', 'reason'],
  shops: ['shop_id', 'seller_id', 'mall', 'name'],
  programme: ['shop_id', 'action', 'at'],
  plans: ['plan_id', 'shop_id', 'kind', 'name'],
  rates: ['plan_id', 'scope', 'scope_id', 'rate', 'valid_from', 'valid_to'],
  'plan-members': ['plan_id', 'publisher_id', 'action', 'at'],
  clicks: ['click_id', 'clicked_at', 'pid', 'buyer_id', 'shop_id', 'item_id', 'referrer', 'ip'],
  orders: [
    ...['order_line_id', 'order_id', 'buyer_id', 'shop_id', 'item_id'],
    ...['category_id', 'quantity', 'paid_amount', 'paid_at', 'coupon_pid'],
  ],
  receipts: ['order_line_id', 'confirmed_at', 'received_amount'],
  closures: ['order_line_id', 'closed_at', 'reason'],
  refunds: ['refund_id', 'order_line_id', 'amount', 'refunded_at'],
  'risk-decisions': ['decision_id', 'order_line_id', 'decision', 'decided_at', 'decided_by', 'reason'],
} as const;

type Feed = keyof typeof COLUMNS;

/**
 * Writes a realistic book of feeds (SPEC 3): every feed but the two of results, `clicks` split by day
 * (`clicks-2013-12-06.csv`), the days given by `from` and `days` in the book's zone. Clicks and orders stand in order of
 * time. Every row is one an engine accepts. Memory does not grow with the lines. Throws BookRefused before it writes
 * anything, when an option is out of bounds or the folder holds feeds.
 */
export async function generateBook(options: BookOptions): Promise<GeneratedBook> {
  const asked = check(options);
  await emptyFolder(asked.out);
  const { lines, seed, days, from } = asked;
  const count = orderCount(lines, seed);
  const time = timeline(seed, from, days, count);
  const who = publishers(seed, asked.publishers, buyerCount(count), revokedAt(from, days), time);
  const what = shops(seed, Math.max(20, Math.ceil(lines / 500)), time);
  const of = orders(seed, lines, time, who, what);
  const perOrder = count === 0 ? 0 : (asked.clicksPerLine * lines) / count;
  const writer = new FeedWriter(asked.out, options.onProgress ?? (() => {}));
  try {
    writeRegistry(writer, who, what);
    writeClicks(writer, time, clicks(seed, perOrder, time, of, who, what));
    const last = writeTrade(writer, time, of, fates(seed, time));
    return { files: writer.written, firstDay: time.day(firstPaid(time, of)), lastDay: time.day(last) };
  } finally {
    writer.abandon();
  }
}

function check(options: BookOptions): Required<Omit<BookOptions, 'onProgress'>> {
  const { lines, seed, out, days = 30, clicksPerLine = 15, from = '2013-11-20' } = options;
  const count = options.publishers ?? Math.min(1_000_000, Math.max(20, Math.ceil(lines / 200)));
  const whole = (name: string, value: number, least: number, most: number): void => {
    if (Number.isSafeInteger(value) && value >= least && value <= most) return;
    throw new BookRefused(`${name} must be a whole number from ${least} to ${most}, not ${value}`);
  };
  whole('lines', lines, 0, 100_000_000);
  whole('seed', seed, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  whole('days', days, 1, 366);
  whole('publishers', count, 1, 1_000_000);
  if (!(clicksPerLine >= 0 && clicksPerLine <= 200)) {
    throw new BookRefused(`clicks per line must be from 0 to 200, not ${clicksPerLine}`);
  }
  const midnight = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(from) ? Date.parse(`${from}T00:00:00Z`) : Number.NaN;
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== from || from < '1990-01-01') {
    throw new BookRefused(`from must be a day such as 2013-11-20, not ${from}`);
  }
  return { lines, seed, out, days, clicksPerLine, from, publishers: count };
}

/** The folder, made when missing; feeds of another book in it would be taken for this one's. */
async function emptyFolder(out: string): Promise<void> {
  await mkdir(out, { recursive: true });
  const feed = (await readdir(out)).find((name) => /\.(csv|ndjson)(\.gz)?$/.test(name));
  if (feed !== undefined) throw new BookRefused(`${out} holds ${feed} already: give an empty folder`);
}

/** The second Tmall takes cross-store back: 11 December 2013 where the book lasts until then, else its 22nd day. */
function revokedAt(from: string, days: number): number {
  const second = (Date.parse(`${REVOKED}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 1000;
  return second >= 0 && second < (days + AFTER) * DAY ? second : 21 * DAY;
}

function firstPaid(time: Timeline, of: Orders): number {
  let slice = 0;
  while (slice < time.slices && time.firstOrder(slice + 1) === 0) slice++;
  return of.count === 0 ? 0 : time.paidAt(0, slice);
}

/** The feeds of a book as they are written: those that are open, and those that are done. */
class FeedWriter {
  readonly written: Written[] = [];
  readonly #opened = new Set<FeedFile>();
  readonly #out: string;
  readonly #onProgress: (rows: number) => void;

  constructor(out: string, onProgress: (rows: number) => void) {
    this.#out = out;
    this.#onProgress = onProgress;
  }

  open(feed: Feed, name: string = feed): FeedFile {
    const file = new FeedFile(this.#out, name, COLUMNS[feed], () => this.#report());
    this.#opened.add(file);
    return file;
  }

  close(...files: FeedFile[]): void {
    for (const file of files) {
      this.#opened.delete(file);
      this.written.push(file.close());
    }
    this.#report();
  }

  abandon(): void {
    for (const file of this.#opened) file.abandon();
  }

  #report(): void {
    this.#onProgress([...this.#opened, ...this.written].reduce((sum, { rows }) => sum + rows, 0));
  }
}

function writeRegistry(writer: FeedWriter, who: Publishers, what: Shops): void {
  const feeds: readonly (readonly [Feed, Iterable<string>])[] = [
    ['publishers', who.publisherRows()],
    ['publisher-status', who.statusRows()],
    ['sites', who.siteRows()],
    ['site-reviews', who.reviewRows()],
    ['adzones', who.adzoneRows()],
    ['permissions', who.permissionRows()],
    ['shops', what.shopRows()],
    ['programme', what.programmeRows()],
    ['plans', what.planRows()],
    ['rates', what.rateRows()],
    ['plan-members', what.memberRows(who.pick)],
  ];
  for (const [feed, rows] of feeds) {
    const file = writer.open(feed);
    for (const row of rows) file.write(row);
    writer.close(file);
  }
}

function writeClicks(writer: FeedWriter, time: Timeline, of: Clicks): void {
  let day = '';
  let file: FeedFile | undefined;
  for (let slice = of.start; slice < of.end; slice++) {
    const { text, rows } = of.slice(slice);
    if (rows === 0) continue;
    const today = time.day(slice * SLICE);
    if (file === undefined || today !== day) {
      if (file !== undefined) writer.close(file);
      file = writer.open('clicks', `clicks-${today}`);
      day = today;
    }
    file.write(text, rows);
  }
  if (file !== undefined) writer.close(file);
}

/** Writes the orders and what becomes of their lines; returns the second of the last of it. */
function writeTrade(
  writer: FeedWriter,
  time: Timeline,
  of: Orders,
  fateOf: (order: Parameters<Orders['lines']>[0], line: ReturnType<Orders['lines']>[number]) => Fate,
): number {
  const [paid, receipts, closures] = [writer.open('orders'), writer.open('receipts'), writer.open('closures')];
  const [refunds, decisions] = [writer.open('refunds'), writer.open('risk-decisions')];
  let last = 0;
  for (let slice = 0; slice < time.slices; slice++) {
    const next = time.firstOrder(slice + 1);
    for (let at = time.firstOrder(slice); at < next; at++) {
      const order = of.order(at, slice);
      for (const line of of.lines(order)) {
        const fate = fateOf(order, line);
        paid.write(line.row);
        if (fate.receipt !== '') receipts.write(fate.receipt);
        if (fate.closure !== '') closures.write(fate.closure);
        for (const refund of fate.refunds) refunds.write(refund);
        if (fate.decision !== '') decisions.write(fate.decision);
        last = Math.max(last, fate.last);
      }
    }
  }
  writer.close(paid, receipts, closures, refunds, decisions);
  return last;
}
