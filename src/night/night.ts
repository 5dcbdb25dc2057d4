/**
 * A business day's night (SPEC 4): takes the steps that are due, in their order. A night with little to do is one
 * transaction, and one event when there is nothing at all; a larger one takes its lines batch by batch and can be killed
 * anywhere: the next run goes on where it stopped. What the steps are, steps.ts says.
 */
import type { Day } from '../core/calendar.ts';
import type { Session } from '../store/connection/session.ts';
import type { Pen } from '../store/log/append.ts';
import { type Book, policies } from '../store/night/book.ts';
import { takeBack } from '../store/night/claims.ts';
import { firstDueDay } from '../store/night/facts.ts';
import { type DayOpening, lastBatch } from '../store/night/progress.ts';
import { type Due, dueIn } from './due.ts';
import { takeAllLines } from './lines.ts';
import { type Counts, countsOf, STEPS, type Step } from './steps.ts';
import { type Night, nightOf, theBook } from './terms.ts';

/** Takes the steps of a large night that go by lines, and returns when all are done, by whomever. */
export type Crew = (opening: DayOpening, onBatch: (done: number) => void) => Promise<void>;

export interface NightReport {
  readonly day: Day;
  readonly counts: Counts;
}

/** Lines and facts up to which a night is one transaction. */
const SMALL_NIGHT = 4000;

const BEFORE_LINES = STEPS.slice(
  0,
  STEPS.findIndex((step) => 'takeLines' in step),
);
const AFTER_LINES = STEPS.slice(STEPS.findLastIndex((step) => 'takeLines' in step) + 1);

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
  const { opening, night, isDone } = await session.transaction(() => openAndRunIfSmall(session, pen, day, smallNight));
  if (isDone) return { day, counts: countsOf(night.tally) };
  await crew(opening, onBatch);
  return session.transaction(async () => {
    await takeBack(session, pen);
    const last = nightOf(session, pen, await theBook(session), opening);
    await takeSteps(AFTER_LINES, last, await dueIn(last, smallNight + 1));
    return { day, counts: countsOf(last.tally) };
  });
}

/** Opens the day; where another run had opened it, or there is much to do, its lines are left. */
async function openAndRunIfSmall(
  session: Session,
  pen: Pen,
  day: Day,
  smallNight: number,
): Promise<{ opening: DayOpening; night: Night; isDone: boolean }> {
  const book = await theBook(session, 'update');
  const opening = await openingOf(session, book, book.openDay ?? day);
  const night = nightOf(session, pen, book, opening);
  if (book.openDay !== null) return { opening, night, isDone: false };
  const due = await dueIn(night, smallNight + 1);
  const isDone = due.lines + due.facts + due.results <= smallNight;
  await takeSteps(isDone ? STEPS : BEFORE_LINES, night, due);
  return { opening, night, isDone };
}

/** Takes those of some steps that are due, in the current transaction. */
async function takeSteps(steps: readonly Step[], night: Night, due: Due): Promise<void> {
  for (const step of steps) {
    if (!step.isDue(due)) continue;
    if ('take' in step) await step.take(night, due);
    else await takeAllLines(night, step.takeLines);
  }
}

/** What a day's night is given: what the book says of the day that is open, or what one opened now would see. */
export async function openingOf(session: Session, book: Book, day: Day): Promise<DayOpening> {
  const through = book.openThrough ?? (await lastBatch(session));
  const known = await policies(session, book.digits, through);
  const policy = book.openPolicy === null ? known.at(-1) : known.find((one) => one.version === book.openPolicy);
  if (policy === undefined) throw new Error('the book has no policy: it was not made by cps init');
  return { day, through, policy: policy.policy, policyVersion: policy.version };
}
