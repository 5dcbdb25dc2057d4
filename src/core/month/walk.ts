/**
 * A month's money from its close to the last fen, as of a night: what is closed, filed, sent, answered, covered by bank files,
 * broken, booked and left. It says what is done and what waits; what is to be typed or opened is said in src/formats.
 */
import type { Posting } from '../bank/posting.ts';
import { type PaymentFacts, type Standing, standingOf } from '../bank/standing.ts';
import { addDays, type Calendar, type Day, firstDayOf, type Month, nextMonth } from '../calendar.ts';
import type { Money } from '../money.ts';
import { openBreaks, type Reconciliation } from '../reconcile/report.ts';

/** A deduction of the month, or a payout of its statements. */
interface MonthPayment {
  readonly facts: PaymentFacts;
  readonly amount: Money;
}

export interface WalkFacts {
  readonly month: Month;
  /** The last night; null before any. */
  readonly asOf: Day | null;
  readonly closedOn: Day | null;
  readonly payDay: number;
  readonly payments: readonly MonthPayment[];
  /** As of the last night; null before any. */
  readonly reconciliation: Reconciliation | null;
  readonly postings: readonly Posting[];
  /** What stands on `liabilities:unallocated`, as it is owed. */
  readonly unallocated: Money;
}

/** How many, and what they come to. */
export interface Sum {
  readonly count: number;
  readonly amount: Money;
}

export type WalkState = Standing['state'] | 'delivered';

/** A month as it stands; each part in the order in which it is gone through. */
export interface MonthWalk {
  readonly month: Month;
  readonly asOf: Day | null;
  readonly closedOn: Day | null;
  /** The day whose night closes it. */
  readonly closesOn: Day;
  readonly payout: ReadonlyMap<WalkState, Sum>;
  readonly deduction: ReadonlyMap<WalkState, Sum>;
  /** The payouts that are in a payment file, and the files by id. */
  readonly filed: Sum;
  readonly files: readonly string[];
  readonly uncovered: Reconciliation['uncovered'];
  readonly broken: Sum;
  /** Postings of bank lines: how many wait for a second person, for their night, and are booked. */
  readonly postings: { readonly waiting: number; readonly approved: number; readonly booked: number };
  readonly unexplained: Money;
  readonly unallocated: Money;
}

/** What is gone through, in order. */
export const WALK_STEPS = ['closed', 'charged', 'filed', 'answered', 'covered', 'broken', 'booked', 'left'] as const;
export type WalkStep = (typeof WALK_STEPS)[number];

/** Puts a month's walk together. */
export function walkOf(of: WalkFacts, calendar: Calendar): MonthWalk {
  const { month, asOf, closedOn, payDay, reconciliation, postings, unallocated } = of;
  const sides = { payout: new Map<WalkState, Sum>(), deduction: new Map<WalkState, Sum>() };
  const files = new Set<string>();
  const filed = { count: 0, amount: 0n };
  for (const { facts, amount } of of.payments) {
    const { state, delivered, sent } = standingOf(facts, asOf, true, calendar);
    if (sent !== null && facts.kind === 'payout') {
      files.add(sent.fileId);
      filed.count += 1;
      filed.amount += amount;
    }
    const side = sides[facts.kind];
    const key = delivered === null ? state : 'delivered';
    const known = side.get(key) ?? { count: 0, amount: 0n };
    side.set(key, { count: known.count + 1, amount: known.amount + amount });
  }
  const open = reconciliation === null ? [] : openBreaks(reconciliation);
  const isBooked = ({ approved }: Posting): boolean => approved !== null && asOf !== null && approved.dueDay <= asOf;
  return {
    ...{ month, asOf, closedOn, unallocated },
    closesOn: addDays(firstDayOf(nextMonth(month)), payDay - 1),
    ...sides,
    filed,
    files: [...files].sort(),
    uncovered: reconciliation?.uncovered ?? [],
    broken: { count: open.length, amount: open.reduce((sum, { effect }) => sum + effect, 0n) },
    postings: {
      waiting: postings.filter(({ approved }) => approved === null).length,
      approved: postings.filter((one) => one.approved !== null && !isBooked(one)).length,
      booked: postings.filter(isBooked).length,
    },
    unexplained: reconciliation?.remainder.unexplained ?? 0n,
  };
}

/** The count and sum of some states together. */
export function sumOf(of: ReadonlyMap<WalkState, Sum>, ...states: readonly WalkState[]): Sum {
  const found = states.flatMap((state) => of.get(state) ?? []);
  return {
    count: found.reduce((sum, { count }) => sum + count, 0),
    amount: found.reduce((sum, { amount }) => sum + amount, 0n),
  };
}

/** Whether a step is taken only once the month is closed, and it is not yet. */
export function isLater(step: WalkStep, { closedOn }: MonthWalk): boolean {
  return closedOn === null && (step === 'charged' || step === 'filed' || step === 'answered');
}

/** Whether a step needs nobody any more. */
export function isDone(step: WalkStep, of: MonthWalk): boolean {
  const rest = (side: 'payout' | 'deduction', ...states: WalkState[]) => sumOf(of[side], ...states).count;
  switch (step) {
    case 'closed':
      return of.closedOn !== null;
    case 'charged':
      return !isLater(step, of) && rest('deduction', 'instructed', 'sent', 'delivered') === 0;
    case 'filed':
      return !isLater(step, of) && rest('payout', 'instructed') === 0;
    case 'answered':
      return !isLater(step, of) && rest('payout', 'instructed', 'sent', 'delivered') === 0;
    case 'covered':
      return of.asOf !== null && of.uncovered.length === 0;
    case 'broken':
      return of.broken.count === 0;
    case 'booked':
      return of.postings.waiting + of.postings.approved === 0;
    case 'left':
      return of.unexplained === 0n && of.unallocated === 0n;
  }
}
