/**
 * Bank postings (SPEC 17): what a bank line moved beside our instructions, booked against an account of ours by two persons.
 * It says which line is meant, what may be booked and which event comes of it; it looks nothing up.
 */
import type { Day, Instant } from '../calendar.ts';
import type { BookedAgainst } from '../events/bank.ts';
import type { EventOf } from '../events/event.ts';
import { type Money, sum } from '../money.ts';
import { samePerson } from '../person.ts';

/** A posting as it stands: proposed, or approved and booked by the night of a day. */
export interface Posting {
  readonly postingId: string;
  readonly lineId: string;
  readonly against: BookedAgainst;
  /** Positive where money came in, never 0; of one that is taken back the other way round. */
  readonly amount: Money;
  /** Of one that is taken back: what the line turned out to be. */
  readonly instructionId: string | null;
  readonly reason: string;
  readonly proposed: { readonly by: string; readonly at: Instant };
  readonly approved: { readonly by: string; readonly at: Instant; readonly dueDay: Day } | null;
}

export type ApprovedPosting = Posting & { readonly approved: Posting['approved'] & object };

export function isApproved(posting: Posting): posting is ApprovedPosting {
  return posting.approved !== null;
}

const SUBJECT = 'bank:';

/** The subject of what is booked of a bank line, and back. */
export const postingSubject = (lineId: string): string => SUBJECT + lineId;
export const lineIdOfSubject = (subject: string): string => subject.slice(SUBJECT.length);

/** Why a posting may not be approved so; undefined where it may. */
export function approvalFault(
  { postingId, proposed }: Pick<Posting, 'postingId' | 'proposed'>,
  by: string,
  at: Instant,
): string | undefined {
  if (samePerson(by, proposed.by)) return `${by} proposed posting ${postingId}: somebody else has to approve it`;
  return at < proposed.at ? `dated before posting ${postingId} was proposed` : undefined;
}

/** The one event of an approved posting, in the night of a day. */
export function postingEvent(of: ApprovedPosting, businessDay: Day): EventOf<'BankItemPosted'> {
  const { postingId: posting, lineId: line, against, amount, instructionId: instruction, reason } = of;
  const by = { proposed_by: of.proposed.by, approved_by: of.approved.by };
  return {
    type: 'BankItemPosted',
    businessDay,
    occurredAt: of.approved.at,
    subject: postingSubject(line),
    sellerId: null,
    publisherId: null,
    body: { posting, line, against, amount, instruction, reason, ...by },
  };
}

/** What approved postings book of a line in minor units, those of some account alone where one is named. */
export function bookedOf(postings: readonly Posting[], against?: BookedAgainst): Money {
  const counted = postings.filter((one) => isApproved(one) && (against === undefined || one.against === against));
  return sum(counted.map((one) => one.amount));
}

/** Whether an amount lies between nothing and another, either end included. */
export function isWithin(amount: Money, whole: Money): boolean {
  return whole >= 0n ? amount >= 0n && amount <= whole : amount <= 0n && amount >= whole;
}
