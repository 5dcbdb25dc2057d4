/**
 * What has been decided of a case, as it was delivered: proposals with their approvals, appeals with what became of
 * them, and the violation points that are left of all of it. Sums are made when asked, never kept.
 */
import type { Day, Instant } from '../calendar.ts';
import type { CaseDecision, Sanction } from '../events/desk.ts';
import type { Money } from '../money.ts';
import type { Policy } from '../policy/policy.ts';

export interface Appeal {
  readonly appealId: string;
  readonly decisionId: string;
  readonly publisherId: string;
  readonly lodgedAt: Instant;
  readonly lodgedBy: string;
  readonly reason: string;
  readonly end: {
    readonly outcome: 'granted' | 'rejected';
    readonly at: Instant;
    readonly by: string;
    readonly reason: string;
  } | null;
}

export interface Decision {
  readonly decisionId: string;
  readonly caseId: string;
  readonly decision: CaseDecision;
  readonly publishers: readonly string[];
  /** It covers the case's lines attributed up to this day. */
  readonly linesThrough: Day;
  readonly lines: number;
  readonly amount: Money;
  readonly needsApproval: boolean;
  readonly against: Sanction;
  readonly points: number;
  readonly appealUntil: Instant;
  readonly proposed: { readonly at: Instant; readonly by: string };
  readonly approved: { readonly at: Instant; readonly by: string } | null;
  readonly reason: string;
  readonly appeals: readonly Appeal[];
}

/** Whether a decision holds: it needed nobody else, or a second person has approved it. */
export function holds(decision: Decision): boolean {
  return !decision.needsApproval || decision.approved !== null;
}

/** The last proposal, where it waits for a second person. An earlier one that waits is replaced by it. */
export function pendingOf(decisions: readonly Decision[]): Decision | undefined {
  const last = [...decisions].sort((a, b) => ordinalOf(a) - ordinalOf(b)).at(-1);
  return last === undefined || holds(last) ? undefined : last;
}

/** Its number among the proposals of its case, from 1, as its id ends. */
export function ordinalOf({ decisionId }: Pick<Decision, 'decisionId'>): number {
  return Number(/-(\d{1,4})$/.exec(decisionId)?.[1] ?? 0);
}

/** A publisher's violation points: of every decision that holds and names it, without those it appealed against with success. */
export function pointsOf(publisherId: string, decisions: readonly Decision[]): number {
  let points = 0;
  for (const decision of decisions) {
    if (!holds(decision) || !decision.publishers.includes(publisherId)) continue;
    const granted = decision.appeals.some((one) => one.publisherId === publisherId && one.end?.outcome === 'granted');
    if (!granted) points += decision.points;
  }
  return points;
}

/** What the policy recommends at so many points. */
export function recommended(points: number, policy: Policy): Sanction {
  if (points >= policy.terminatePoints) return 'terminate';
  return points >= policy.freezePoints ? 'freeze' : 'none';
}
