/** How a book stands, read in one look: nights, policies, what waits and how old it is (SPEC 16). It lays nothing out. */
import type { Day } from '../core/calendar.ts';
import type { BookStatus } from '../formats/status.ts';
import { LINE_STEPS } from '../night/lines.ts';
import { nextDayOf } from '../night/night.ts';
import type { Session } from '../store/connection/session.ts';
import { inSnapshot } from '../store/connection/snapshot.ts';
import {
  type Ageing,
  clearingByAge,
  duesNow,
  heldByAge,
  isRunning,
  parkedByFeed,
  refusedSoFar,
  unconfirmedByAge,
  unsettledByAge,
} from '../store/lists/status.ts';
import { type Book, readBook } from '../store/night/book.ts';
import { lastDueDay } from '../store/night/bounds.ts';
import { workersNow } from '../store/night/claims.ts';
import { lettersOfRunning } from '../store/registry/promotion.ts';
import { policiesInForce } from './policies.ts';

/** The status of a book (SPEC 16), read in one snapshot. */
export function statusOf(session: Session, known: Book): Promise<BookStatus> {
  return inSnapshot(session, () => statusHere(session, known));
}

/** Whether a run is going, and who works on its nights. */
export async function workingOn(session: Session): Promise<Pick<BookStatus, 'running' | 'workers'>> {
  return { running: await isRunning(session), workers: await workersNow(session, LINE_STEPS.length) };
}

/** The same, in a transaction that is open. */
export async function statusHere(session: Session, known: Book): Promise<BookStatus> {
  const book = (await readBook(session)) ?? known;
  const { inForce, next } = await policiesInForce(session, book);
  const firstOpenDay = await nextDayOf(session, book);
  const named = ({ version, name, from }: typeof inForce) => ({ version, name, from });
  return {
    lastRunDay: book.lastRunDay,
    firstOpenDay,
    lastDueDay: await lastDueDay(session),
    openDay: book.openDay,
    ...(await workingOn(session)),
    policy: named(inForce),
    nextPolicy: next === null ? null : named(next),
    parked: await parkedByFeed(session),
    ...(await refusedSoFar(session)),
    due: await duesNow(session),
    letters: firstOpenDay === null ? null : await lettersOfRunning(session, book.calendar.startOf(firstOpenDay)),
    ...(await ageingOf(session, book, firstOpenDay)),
  };
}

const NONE = { count: 0, amount: 0n };
const NOTHING: Ageing = [NONE, NONE, NONE, NONE];

async function ageingOf(session: Session, book: Book, today: Day | null) {
  if (today === null)
    return { unsettled: NOTHING, held: NOTHING, clearing: NOTHING, deductions: NOTHING, payouts: NOTHING };
  const { zone } = book.calendar;
  return {
    unsettled: await unsettledByAge(session, today),
    held: await heldByAge(session, today, zone),
    clearing: await clearingByAge(session, today, zone),
    deductions: await unconfirmedByAge(session, 'deduction', today),
    payouts: await unconfirmedByAge(session, 'payout', today),
  };
}
