/** What the events of the risk desk say: decisions of cases, disputes and appeals. They record, and post nothing. */
import type { Day } from '../calendar.ts';
import type { Money } from '../money.ts';

/** What a person decides of a case; only a seller's dispute is rejected, and only it. */
export type CaseDecision = 'release' | 'forfeit' | 'reject';
/** What becomes of the publishers of a case. */
export type Sanction = 'none' | 'freeze' | 'terminate';

export interface DeskBodies {
  CaseDecided: {
    readonly case: string;
    readonly decision: CaseDecision;
    readonly publishers: readonly string[];
    /** It covers the case's lines attributed up to this day: how many were open, and what was at stake. */
    readonly lines_through: Day;
    readonly lines: number;
    readonly amount: Money;
    readonly against: Sanction;
    /** Violation points for each of the publishers. */
    readonly points: number;
    readonly appeal_until: string;
    readonly proposed_by: string;
    /** Null where no second person was needed. */
    readonly approved_by: string | null;
    readonly reason: string;
  };
  DisputeOpened: {
    readonly dispute: string;
    readonly line: string;
    readonly seller: string;
    readonly reason: string;
  };
  AppealLodged: {
    readonly appeal: string;
    readonly decision: string;
    readonly publisher: string;
    readonly by: string;
    readonly reason: string;
  };
  AppealDecided: {
    readonly appeal: string;
    readonly decision: string;
    readonly publisher: string;
    readonly outcome: 'granted' | 'rejected';
    readonly decided_by: string;
    readonly reason: string;
  };
}
