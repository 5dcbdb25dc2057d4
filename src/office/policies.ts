/** Which of a book's policies is in force and which comes next (SPEC 14). */
import type { Day } from '../core/calendar.ts';
import { nextDayOf } from '../run/day.ts';
import { type Book, policies, type VersionedPolicy } from '../store/book.ts';
import type { Session } from '../store/session.ts';
import { policyDays } from '../store/standing.ts';

/** A policy and the first day whose night used it, or will; null where no day is known yet. */
export interface DatedPolicy extends VersionedPolicy {
  readonly from: Day | null;
}

export interface PoliciesInForce {
  /** What the last night used; before any night, what the first will use. */
  readonly inForce: DatedPolicy;
  /** Adopted since, for the next day to be run. */
  readonly next: DatedPolicy | null;
  /** The last adopted: `next`, or `inForce`. */
  readonly last: VersionedPolicy;
}

/** Looks up which policy is in force. */
export async function policiesInForce(session: Session, book: Book): Promise<PoliciesInForce> {
  const known = await policies(session, book.digits);
  const used = await policyDays(session);
  const last = known.at(-1);
  if (last === undefined) throw new Error('the book has no policy: it was not made by cps init');
  const current = known.findLast((one) => used.has(one.version)) ?? last;
  const comes = book.nextDay ?? (await nextDayOf(session, book));
  return {
    inForce: { ...current, from: used.get(current.version) ?? comes },
    next: last.version > current.version ? { ...last, from: comes } : null,
    last,
  };
}
