/**
 * How a deduction or payout stands: instructed, sent (in which payment file), and what the bank made of it. Every page, document,
 * list and answer asks here, with the day as of which it tells. It reads nothing, and knows no words.
 */
import type { Calendar, Day, Instant } from '../calendar.ts';
import { addDays } from '../calendar.ts';
import { ageOf } from '../reconcile/balance.ts';
import type { ResultStatus } from '../settlement/results.ts';

/** What was said of an instruction, each list in its order. */
export interface PaymentFacts {
  readonly instructionId: string;
  readonly kind: 'deduction' | 'payout';
  /** The business day that instructed it. */
  readonly day: Day;
  readonly files: readonly { readonly fileId: string; readonly at: Instant; readonly cancelledAt: Instant | null }[];
  /** `night` is the one that books it. */
  readonly results: readonly {
    readonly status: ResultStatus;
    readonly at: Instant;
    readonly reason: string;
    readonly night: Day;
  }[];
}

/** A result of the bank's: the day it is dated, and the night that books it. */
interface Answer {
  readonly status: ResultStatus;
  readonly on: Day;
  readonly night: Day;
  readonly reason: string;
}

export interface Standing {
  readonly state: 'instructed' | 'sent' | ResultStatus;
  readonly instructedOn: Day;
  readonly valueDate: Day;
  /** The last night that counts; null before any. */
  readonly asOf: Day | null;
  /** The payment file that it is in, if that was not cancelled. */
  readonly sent: { readonly fileId: string; readonly on: Day } | null;
  /** The last result booked. */
  readonly answer: Answer | null;
  /** A result that was delivered and waits for its night. */
  readonly delivered: Answer | null;
  /** Days past the value date without a result; 0 where there is one, or it is not past. */
  readonly overdue: number;
}

/** A payout is dated the day after (SPEC 10); a deduction is due at once. */
export function valueDateOf({ kind, day }: Pick<PaymentFacts, 'kind' | 'day'>): Day {
  return kind === 'payout' ? addDays(day, 1) : day;
}

/**
 * How an instruction stands.
 * @param asOf the last night whose bookings count
 * @param isNow whether what was delivered since counts too, as waiting for its night; else nothing of later days is told
 */
export function standingOf(facts: PaymentFacts, asOf: Day | null, isNow: boolean, calendar: Calendar): Standing {
  const isSeen = (at: Instant): boolean => isNow || (asOf !== null && calendar.dayOf(at) <= asOf);
  const file = facts.files.findLast(
    ({ at, cancelledAt }) => isSeen(at) && (cancelledAt === null || !isSeen(cancelledAt)),
  );
  const isBooked = (night: Day): boolean => asOf !== null && night <= asOf;
  const answers = facts.results.map(
    ({ at, ...one }): Answer => ({ status: one.status, on: calendar.dayOf(at), night: one.night, reason: one.reason }),
  );
  const answer = answers.findLast(({ night }) => isBooked(night)) ?? null;
  const delivered = (isNow ? answers.findLast(({ night }) => !isBooked(night)) : undefined) ?? null;
  const valueDate = valueDateOf(facts);
  return {
    state: answer?.status ?? (file === undefined ? 'instructed' : 'sent'),
    instructedOn: facts.day,
    valueDate,
    asOf,
    sent: file === undefined ? null : { fileId: file.fileId, on: calendar.dayOf(file.at) },
    answer,
    delivered,
    overdue: answer === null && asOf !== null && asOf > valueDate ? ageOf(valueDate, asOf) : 0,
  };
}
