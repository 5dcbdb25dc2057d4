/**
 * A day's reconciliation put together: matches and breaks, what people said of them, balances and the remainder, and the
 * counts of the network's feed beside the ledger's. It says whether all is well; it reads nothing.
 */
import type { BankStatement } from '../bank/file.ts';
import { bookedOf, isApproved, lineIdOf, type Posting } from '../bank/posting.ts';
import type { Calendar, Day } from '../calendar.ts';
import type { BreakNoteRow } from '../feeds/bank.ts';
import type { Money } from '../money.ts';
import { type AccountBalance, ageOf, balancesOf, type Remainder, remainderOf } from './balance.ts';
import { type Booked, type BookedEntry, lessBooked } from './booked.ts';
import { compare } from './match.ts';
import type { Break, Instruction, Line, Matched, Movement } from './matter.ts';

/** A break with what people said of it. */
export interface NotedBreak extends Break {
  /** Days at the end of the day reconciled. */
  readonly age: number;
  readonly owner: string | null;
  readonly comments: readonly BreakNoteRow[];
  readonly resolved: BreakNoteRow | null;
  /** The id of its bank line; null where it has none. */
  readonly lineId: string | null;
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
}

/** What a reconciliation is made of. */
export interface Material {
  readonly instructions: readonly Instruction[];
  readonly movements: readonly Movement[];
  readonly booked: readonly BookedEntry[];
  readonly postings: readonly Posting[];
  readonly lines: readonly Line[];
  readonly statements: readonly BankStatement[];
  readonly notes: readonly BreakNoteRow[];
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
  const end = calendar.endOf(through);
  const less = lessBooked(of.lines, of.booked, of.postings, through);
  const compared = compare(of.instructions, of.movements, less.lines, terms);
  const { matched } = compared;
  const breaks = [...compared.breaks, ...less.breaks];
  const lineIds = new Map(of.lines.map((line) => [`${line.account} ${line.lineRef}`, lineIdOf(line)]));
  const accounts = balancesOf(of.statements, of.lines, end);
  const remainder = remainderOf(accounts, of.lines, of.ledger, breaks, end);
  const noted = breaks.map((one): NotedBreak => {
    const notes = of.notes.filter((note) => note.break_id === one.id);
    const resolved = notes.find((note) => note.step === 'resolve') ?? null;
    const owner = notes.findLast((note) => note.step === 'assign')?.owner ?? null;
    const comments = notes.filter((note) => note.step === 'comment');
    const lineId = lineIds.get(`${one.account} ${one.lineRef}`) ?? null;
    const postings = of.postings.filter((posting) => posting.lineId === lineId && !isBookedBy(posting, through));
    return { ...one, age: ageOf(one.since, through), owner, comments, resolved, lineId, postings };
  });
  return { through, matched, booked: less.booked, breaks: noted, accounts, remainder };
}

/** Whether what is left of a break's line can be booked: of a line under our own reference its result is due, and not a posting. */
export function isBookable({ kind, lineId, instructionId, effect }: NotedBreak): boolean {
  if (lineId === null || effect === 0n) return false;
  return kind === 'amount-differs' || kind === 'duplicate' || (kind === 'missing-in-ledger' && instructionId === null);
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

/** Whether every break is resolved, nothing is unexplained, and the bank has stated every balance. */
export function isReconciled(of: Reconciliation): boolean {
  const isStated = of.accounts.every((one) => one.stated !== null && one.gaps.length === 0);
  return of.remainder.unexplained === 0n && isStated && openBreaks(of).length === 0;
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
