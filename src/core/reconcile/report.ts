/**
 * A day's reconciliation put together: matches and breaks, what people said of them, balances and the remainder, and the
 * counts of the network's feed beside the ledger's. It says whether all is well; it reads nothing.
 */

import { accountsOf } from '../bank/account.ts';
import type { BankStatement } from '../bank/file.ts';
import { bookedOf, isApproved, type Posting } from '../bank/posting.ts';
import { type PaymentFacts, type Standing, standingOf } from '../bank/standing.ts';
import type { Calendar, Day } from '../calendar.ts';
import type { BreakNoteRow } from '../feeds/bank.ts';
import type { Money } from '../money.ts';
import { type AccountBalance, ageOf, balancesOf, type Remainder, remainderOf } from './balance.ts';
import { type Booked, type BookedEntry, lessBooked } from './booked.ts';
import { type Uncovered, uncovered } from './coverage.ts';
import { compare } from './match.ts';
import type { Break, BreakKind, Instruction, Matched, Movement } from './matter.ts';

/** A break with what people said of it. */
export interface NotedBreak extends Break {
  /** Days at the end of the day reconciled. */
  readonly age: number;
  readonly owner: string | null;
  readonly comments: readonly BreakNoteRow[];
  readonly resolved: BreakNoteRow | null;
  /** What was proposed to be booked of its line and is not booked by the day. */
  readonly postings: readonly Posting[];
}

export interface Reconciliation {
  readonly through: Day;
  readonly matched: readonly Matched[];
  /** Bank lines that two persons booked. */
  readonly booked: readonly Booked[];
  readonly breaks: readonly NotedBreak[];
  readonly accounts: readonly AccountBalance[];
  readonly remainder: Remainder;
  /** Days of which no file of a bank says anything. */
  readonly uncovered: readonly Uncovered[];
  /** Deductions and payouts past their value date of which no result is booked by the day. */
  readonly overdue: readonly Overdue[];
}

/** An instruction of which the bank should have said something. */
interface Overdue {
  readonly instructionId: string;
  readonly kind: 'deduction' | 'payout';
  readonly amount: Money;
  readonly standing: Standing;
}

/** What a reconciliation is made of. */
export interface Material {
  readonly instructions: readonly Instruction[];
  readonly movements: readonly Movement[];
  readonly booked: readonly BookedEntry[];
  readonly postings: readonly Posting[];
  readonly statements: readonly BankStatement[];
  readonly notes: readonly BreakNoteRow[];
  /** The instructions made through the day of which no result was booked by then. */
  readonly unanswered: readonly { readonly facts: PaymentFacts; readonly amount: Money }[];
  /** The ledger's bank account at the end of the day. */
  readonly ledger: Money;
}

/**
 * Reconciles the end of a day: matches, breaks with their notes, balances, and the remainder that no break explains.
 */
export function reconcile(
  of: Material,
  terms: { readonly through: Day; readonly graceDays: number; readonly calendar: Calendar },
): Reconciliation {
  const { through, calendar } = terms;
  const known = accountsOf(of.statements, calendar);
  const lines = known.flatMap((account) => account.lines);
  const less = lessBooked(lines, of.booked, of.postings, through);
  const compared = compare(of.instructions, of.movements, less.lines, terms);
  const { matched } = compared;
  const waits = new Map(
    of.unanswered.map(({ facts }) => [facts.instructionId, standingOf(facts, through, true, calendar).delivered]),
  );
  const breaks = [...compared.breaks, ...less.breaks].map((one) => withResult(one, waits.get(one.instructionId ?? '')));
  const accounts = balancesOf(known, through);
  const remainder = remainderOf(accounts, lines, of.ledger, breaks, through);
  const noted = breaks.map((one): NotedBreak => {
    const notes = of.notes.filter((note) => note.break_id === one.id);
    const resolved = notes.find((note) => note.step === 'resolve') ?? null;
    const owner = notes.findLast((note) => note.step === 'assign')?.owner ?? null;
    const comments = notes.filter((note) => note.step === 'comment');
    const postings = of.postings.filter((posting) => posting.lineId === one.lineId && !isBookedBy(posting, through));
    return { ...one, age: ageOf(one.since, through), owner, comments, resolved, postings };
  });
  return {
    ...{ through, matched, booked: less.booked, breaks: noted, accounts, remainder },
    uncovered: uncovered(of.statements, firstAsked(of, through), through, calendar),
    overdue: overdueOf(of.unanswered, through, calendar),
  };
}

/** What the bank did is not without a result where that was delivered since. */
function withResult(one: Break, answer: Standing['delivered'] | undefined): Break {
  const { saw } = one;
  if (saw.of !== 'no-result' || !answer) return one;
  return { ...one, saw: { of: 'result-waits', bank: saw.bank, night: answer.night } };
}

/** The first day on which something moved at a bank or, where no file is there, was to move; or the day itself. */
function firstAsked({ instructions, movements, statements }: Material, through: Day): Day {
  const days: readonly { readonly day: Day }[] = statements.length === 0 ? instructions : movements;
  return days.reduce((least, { day }) => (day < least ? day : least), through);
}

function overdueOf(unanswered: Material['unanswered'], through: Day, calendar: Calendar): Overdue[] {
  return unanswered.flatMap(({ facts, amount }) => {
    const standing = standingOf(facts, through, true, calendar);
    const { instructionId, kind } = facts;
    return standing.overdue > 0 ? [{ instructionId, kind, amount, standing }] : [];
  });
}

const BOOKABLE: readonly BreakKind[] = ['amount-differs', 'charge', 'short-payment', 'duplicate'];

/** Whether what is left of a break's line can be booked: of a line under our own reference its result is due, and not a posting. */
export function isBookable({ kind, lineId, instructionId, effect }: NotedBreak): boolean {
  if (lineId === null || effect === 0n) return false;
  return BOOKABLE.includes(kind) || (kind === 'missing-in-ledger' && instructionId === null);
}

const isBookedBy = (posting: Posting, day: Day): boolean => isApproved(posting) && posting.approved.dueDay <= day;

/** Whether nothing is to be done about a break: somebody accepted it, or what a later night books takes it away. */
export function isResolved({ resolved, postings, effect }: NotedBreak): boolean {
  return resolved !== null || (effect !== 0n && bookedOf(postings) === effect);
}

/** The breaks that nobody has resolved. */
export function openBreaks(of: Reconciliation): NotedBreak[] {
  return of.breaks.filter((one) => !isResolved(one));
}

/** Whether every break is resolved, nothing is unexplained or overdue, and the bank has stated every balance of every day. */
export function isReconciled(of: Reconciliation): boolean {
  const isStated = of.accounts.every((one) => one.stated !== null && one.gaps.length === 0);
  const isWhole = of.uncovered.length + of.overdue.length === 0;
  return of.remainder.unexplained === 0n && isStated && isWhole && openBreaks(of).length === 0;
}

/** What the network's feed says through a day, and what the ledger made of it: how many lines. */
export interface FeedAndLedger {
  readonly ordered: number;
  readonly attributed: number;
  readonly unattributed: number;
  /** Lines of the network that are due, and that the ledger has no decision of. */
  readonly undecided: number;
  readonly received: number;
  /** Received lines that the ledger settled, voided, or that nobody earns. */
  readonly settled: number;
  readonly voided: number;
  readonly unearned: number;
}
