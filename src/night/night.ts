/**
 * A business day's night (SPEC 4): it opens the day, takes its steps in order, and completes it. A night with little to
 * do is one transaction, and one event when there is nothing at all; a larger one commits batch by batch and can be
 * killed anywhere: the next run goes on where it stopped.
 */
import { addDays, type Day } from '../core/calendar.ts';
import { rootOfNight } from '../core/proof/night-tree.ts';
import type { Session } from '../store/connection/session.ts';
import { adjustmentsDue } from '../store/intake/adjustments.ts';
import { openingsDue } from '../store/intake/openings.ts';
import { append, type Pen } from '../store/log/append.ts';
import { closeAccounts } from '../store/log/balances.ts';
import { takeNight } from '../store/log/night-trees.ts';
import { openedBook } from '../store/log/opened.ts';
import { type Book, policies } from '../store/night/book.ts';
import { isClearingDue } from '../store/night/clearing.ts';
import { countDue, firstDueDay } from '../store/night/facts.ts';
import {
  completeDay,
  type DayOpening,
  lastBatch,
  lastPolicyOfNights,
  markOpened,
  partitionHeads,
} from '../store/night/progress.ts';
import { isPromotionDue } from '../store/registry/promotion.ts';
import { postAdjustments, postOpenings } from './adjust.ts';
import { attributeLines } from './attribute.ts';
import { clearEarnings } from './clear.ts';
import { closeMonths, monthsToClose } from './close.ts';
import { deduct } from './deduct.ts';
import { deskEventsOf } from './desk.ts';
import { openBook } from './open-book.ts';
import { recordPromotion } from './promotion.ts';
import { bookResults } from './results.ts';
import { sealDeliveries } from './seal.ts';
import { settleLines } from './settle.ts';
import { type Counts, type Night, nightOf, noCounts, theBook } from './terms.ts';

/** Takes the attribute and settle steps of a large night for every partition; a pool of workers, or this process. */
export type Crew = (
  opening: DayOpening,
  partitions: readonly number[],
  onBatch: (done: number) => void,
) => Promise<Counts>;

export interface NightReport {
  readonly day: Day;
  readonly counts: Counts;
}

/** Lines and facts up to which a night is one transaction. */
const SMALL_NIGHT = 4000;

/** The next day to run: the one that is open, the one after the last, or the book's first; null before any order. */
export async function nextDayOf(session: Session, book: Book): Promise<Day | null> {
  return book.openDay ?? book.nextDay ?? (await firstDueDay(session));
}

/**
 * Runs one day, or what is left of it.
 * @param crew does the per-line steps of a night too large for one transaction
 */
export async function runDay(
  session: Session,
  pen: Pen,
  day: Day,
  crew: Crew,
  onBatch: (done: number) => void,
  smallNight = SMALL_NIGHT,
): Promise<NightReport> {
  const small = await session.transaction(() => openAndRunIfSmall(session, pen, day, smallNight));
  if (small.report !== undefined) return small.report;
  const heads = await partitionHeads(session);
  const counts = await crew(small.opening, [...heads.keys()], onBatch);
  counts.promotion += small.promotion;
  await session.transaction(async () => {
    const book = await theBook(session);
    const night = nightOf(session, pen, book, small.opening, counts);
    await finish(night);
  });
  return { day, counts };
}

async function openAndRunIfSmall(
  session: Session,
  pen: Pen,
  day: Day,
  smallNight: number,
): Promise<{ opening: DayOpening; report: NightReport | undefined; promotion: number }> {
  const before = await theBook(session, 'update');
  if (before.openDay !== null) {
    return { opening: await openingOf(session, before, before.openDay), report: undefined, promotion: 0 };
  }
  const opening = await openingOf(session, before, day);
  const amount = await countDue(session, day, smallNight + 1);
  const closing = await monthsToClose(session, day, opening.policy.payDay);
  await openBook(session, pen, before, day);
  await sealDeliveries(session, pen, before, opening);
  const adopted = await appendPolicies(session, pen, before, opening);
  const isPromotion = await isPromotionDue(session, day, before.lastRunDay);
  const decided = await deskEventsOf(session, day);
  const adjusting = await adjustmentsDue(session, day, before.lastRunDay);
  const opened = await openingsDue(session, day, before.lastRunDay);
  const isClearing = await isClearingDue(session, day);
  const lists = [adjusting, opened, closing, decided];
  const isQuiet = amount === 0 && !isClearing && lists.every((list) => list.length === 0);
  const nothing = isQuiet && !adopted && !isPromotion;
  if (!nothing) await appendOpening(session, pen, before, opening);
  if (decided.length > 0) await append(session, pen, { entries: decided.map((event) => ({ event, home: null })) });
  await markOpened(session, opening);
  const night = nightOf(session, pen, before, opening, noCounts());
  if (isPromotion) await recordPromotion(night);
  const { promotion } = night.count;
  if (amount > smallNight) return { opening, report: undefined, promotion };
  if (amount > 0) await takeLines(night);
  if (nothing) await complete(night);
  else await finish(night);
  return { opening, report: { day, counts: night.count }, promotion };
}

async function takeLines(night: Night): Promise<void> {
  const all = Array.from({ length: night.book.partitions }, (_, partition) => partition);
  await attributeLines(night, all);
  await settleLines(night, all);
}

/** The steps that need the whole day's lines: results, deductions, waits that end, months to close, account rows. */
async function finish(night: Night): Promise<void> {
  await bookResults(night);
  await postOpenings(night);
  await postAdjustments(night);
  await deduct(night);
  await clearEarnings(night);
  await closeMonths(night);
  await closeAccounts(night.session, night.day);
  await complete(night);
}

async function complete(night: Night): Promise<void> {
  const ends = await takeNight(night.session);
  const opened = await openedBook(night.session);
  if (opened === undefined) throw new Error('a night completes in a book that none has opened');
  const heads = ends.map(({ partition, position, hash }) => [partition, Number(position), hash] as const);
  const tallies = ends.map(({ partition, tree }) => tree.tally(partition)).filter(({ events }) => events > 0);
  const event = {
    type: 'RunCompleted' as const,
    ...runStamp(night.book, night.day),
    body: {
      policy: night.policyVersion,
      heads,
      tallies,
      root: rootOfNight(opened.hash, heads, tallies, night.book.digits),
    },
  };
  await append(night.session, night.pen, { entries: [{ event, home: null }] });
  await completeDay(night.session, night.day, addDays(night.day, 1));
}

function runStamp(book: Book, day: Day) {
  return { businessDay: day, occurredAt: book.calendar.endOf(day), subject: day, sellerId: null, publisherId: null };
}

async function openingOf(session: Session, book: Book, day: Day): Promise<DayOpening> {
  const through = book.openThrough ?? (await lastBatch(session));
  const known = await policies(session, book.digits, through);
  const policy = book.openPolicy === null ? known.at(-1) : known.find((one) => one.version === book.openPolicy);
  if (policy === undefined) throw new Error('the book has no policy: it was not made by cps init');
  return { day, through, policy: policy.policy, policyVersion: policy.version };
}

/** Records the policies adopted since the last night; true when there were some. */
async function appendPolicies(session: Session, pen: Pen, book: Book, opening: DayOpening): Promise<boolean> {
  const recorded = await lastPolicyOfNights(session);
  const known = await policies(session, book.digits, opening.through);
  const fresh = known.filter((one) => one.version > recorded);
  const entries = fresh.map(({ version, name, rules, document }) => ({
    home: null,
    event: {
      type: 'PolicyAdopted' as const,
      ...runStamp(book, opening.day),
      occurredAt: book.calendar.startOf(opening.day),
      subject: `policy-${version}`,
      body: { version, name, rules, policy: document },
    },
  }));
  await append(session, pen, { entries });
  return entries.length > 0;
}

async function appendOpening(session: Session, pen: Pen, book: Book, opening: DayOpening): Promise<void> {
  const event = {
    type: 'DayOpened' as const,
    ...runStamp(book, opening.day),
    occurredAt: book.calendar.startOf(opening.day),
    body: { policy: opening.policyVersion },
  };
  await append(session, pen, { entries: [{ event, home: null }] });
}
