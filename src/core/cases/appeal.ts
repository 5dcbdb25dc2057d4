/**
 * A publisher's appeal against a decision: lodged in time, decided by somebody who did not decide the case. A granted
 * one takes back the points and the status of its publisher; money that went back to sellers stays with them.
 */
import { type Calendar, type Instant, isoOf } from '../calendar.ts';
import { samePerson } from '../person.ts';
import type { FeedRows } from './decide.ts';
import { type Appeal, type Decision, holds } from './decision.ts';

/** The id of a publisher's one appeal against a decision: the decision's, and which of its publishers it is. */
function appealId({ decisionId, publishers }: Decision, publisherId: string): string {
  return `${decisionId}.${publishers.indexOf(publisherId) + 1}`;
}

/** Why a publisher may not appeal against a decision at an instant; undefined where it may. */
export function appealFault(
  decision: Decision | undefined,
  publisherId: string,
  at: Instant,
  calendar: Calendar,
): string | undefined {
  if (decision === undefined || !holds(decision)) return 'there is no decision to appeal against that holds';
  const { decisionId, publishers, appealUntil, approved, proposed } = decision;
  if (decision.decision !== 'forfeit')
    return `decision ${decisionId} is a ${decision.decision}: only a forfeit is appealed against`;
  if (!publishers.includes(publisherId)) return `decision ${decisionId} is not about publisher ${publisherId}`;
  if (at < (approved ?? proposed).at) return `the appeal is dated before decision ${decisionId}`;
  return at < appealUntil
    ? undefined
    : `appeals against decision ${decisionId} were to be lodged before ${calendar.format(appealUntil)}`;
}

/** Why an appeal may not be decided so; undefined where it may. */
export function appealEndFault(
  appeal: Pick<Appeal, 'appealId' | 'lodgedAt' | 'end'> | undefined,
  decision: Pick<Decision, 'proposed' | 'approved'> | undefined,
  by: string,
  at: Instant,
): string | undefined {
  if (appeal === undefined || decision === undefined) return 'no such appeal was lodged';
  if (appeal.end !== null) return `appeal ${appeal.appealId} is ${appeal.end.outcome} already`;
  if (at < appeal.lodgedAt) return `dated before appeal ${appeal.appealId} was lodged`;
  const judges = [decision.proposed.by, ...(decision.approved === null ? [] : [decision.approved.by])];
  return judges.some((one) => samePerson(one, by))
    ? `${by} decided the case: somebody else has to decide the appeal`
    : undefined;
}

/** The rows that lodge an appeal. */
export function lodge(decision: Decision, publisherId: string, by: string, at: Instant, reason: string): FeedRows[] {
  const row = {
    appeal_id: appealId(decision, publisherId),
    step: 'lodge',
    decision_id: decision.decisionId,
    publisher_id: publisherId,
    at: isoOf(at),
    by,
    reason,
  };
  return [{ feed: 'appeals', rows: [row] }];
}

/**
 * The rows that end an appeal; a granted one against a freeze or a termination makes its publisher active again, unless
 * another decision that holds has done the same to it.
 * @param others every decision about the publisher
 */
export function endAppeal(
  appeal: Appeal,
  decision: Decision,
  others: readonly Decision[],
  end: { outcome: 'granted' | 'rejected'; by: string; at: Instant; reason: string },
): FeedRows[] {
  const { outcome, by, at, reason } = end;
  const step = outcome === 'granted' ? 'grant' : 'reject';
  const own = { feed: 'appeals', rows: [{ appeal_id: appeal.appealId, step, at: isoOf(at), by, reason }] };
  const { publisherId } = appeal;
  const stays = others.some((one) => one.decisionId !== decision.decisionId && sanctions(one, publisherId));
  if (outcome === 'rejected' || decision.against === 'none' || stays) return [own];
  const status = {
    publisher_id: appeal.publisherId,
    status: 'active',
    at: isoOf(at),
    reason: `appeal ${appeal.appealId} granted: ${reason}`,
  };
  return [own, { feed: 'publisher-status', rows: [status] }];
}

/** Whether a decision has frozen or terminated a publisher, and no appeal of it was granted. */
function sanctions(decision: Decision, publisherId: string): boolean {
  const { against, publishers, appeals } = decision;
  const granted = appeals.some((one) => one.publisherId === publisherId && one.end?.outcome === 'granted');
  return holds(decision) && against !== 'none' && publishers.includes(publisherId) && !granted;
}
