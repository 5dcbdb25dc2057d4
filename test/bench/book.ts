// The bench's book: feeds generated for a size, delivered through the engine's own door, and its nights.
// Days are chosen so that a night is large, all in December 2013, so that none of them closes a month.
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type GeneratedBook, generateBook } from '../../src/cli/generate/book.ts';
import { FEED_NAMES } from '../../src/core/feeds/index.ts';
import { parsePolicy } from '../../src/core/policy/policy.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { feedOf, folder } from '../../src/ingest/source/folder.ts';
import { analyseIntake } from '../../src/store/connection/analyse.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { createBook } from '../../src/store/night/book.ts';
import type { Ground } from './ground.ts';
import { measured, NO_USAGE, plus, type Usage } from './meter.ts';

export interface Feeds extends GeneratedBook {
  readonly dir: string;
  readonly lines: number;
}

/** Days with orders: eight from 400,000 lines on. */
export function daysFor(lines: number): number {
  return Math.min(8, Math.max(2, Math.ceil(lines / 50_000)));
}

export async function makeFeeds(ground: Ground, lines: number, seed: number, clicks: number): Promise<Feeds> {
  const dir = await mkdtemp(join(ground.folder, 'feeds-'));
  const of = { lines, seed, out: dir, days: daysFor(lines), clicksPerLine: clicks, from: '2013-12-01' };
  return { ...(await generateBook(of)), dir, lines };
}

/** The day in January on which the book's month is closed. */
export const CLOSING_DAY = '2014-01-20';
export const MONTH = '2013-12';

export async function beginBook(session: Session): Promise<void> {
  const policy = parsePolicy('{}', 2);
  if (typeof policy === 'string') throw new Error(policy);
  await createBook(session, { zone: 'Asia/Shanghai', currency: 'CNY', digits: 2, policy });
}

/** What a feed's delivery took, all its files together. */
export interface Delivered {
  rows: number;
  /** Sum of the accepted amounts, in minor units. */
  amount: number;
  usage: Usage;
}

/** Delivers every feed as `cps ingest DIR` does, in one session, statistics at the end included in none of them. */
export async function deliverAll(ground: Ground, session: Session, feeds: Feeds): Promise<Map<string, Delivered>> {
  const found = await folder(feeds.dir, FEED_NAMES);
  await ground.checkpoint();
  const delivered = new Map<string, Delivered>();
  for (const path of found.files) {
    const feed = feedOf(path, FEED_NAMES) ?? '';
    const { result, usage } = await measured(ground, () => deliver(session, { path, feed }, () => {}));
    if (result.accepted !== result.read) throw new Error(`${path}: ${result.read - result.accepted} rows were refused`);
    const known = delivered.get(feed) ?? { rows: 0, amount: 0, usage: NO_USAGE };
    delivered.set(feed, {
      rows: known.rows + result.read,
      amount: known.amount + Number(result.amount),
      usage: plus(known.usage, usage),
    });
  }
  await analyseIntake(session);
  return delivered;
}
