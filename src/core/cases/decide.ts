/**
 * What deciding a case writes down: a proposal, or an approval by a second person; and, when the decision holds, one
 * risk decision for each open line and a status for each publisher that is frozen or terminated. It refuses with a
 * sentence, and moves no money: the next night does, from these facts.
 */
import { addDays, type Calendar, type Day, type Instant, isoOf } from '../calendar.ts';
import type { CaseDecision, Sanction } from '../events/desk.ts';
import { formatMoney, sum } from '../money.ts';
import { samePerson } from '../person.ts';
import type { Policy } from '../policy/policy.ts';
import { Refusal } from '../refusal.ts';
import { type CaseLine, type CaseSummary, isOpen, stakeOf } from './case.ts';
import { type Decision, ordinalOf, pendingOf } from './decision.ts';

/** A case with everything that deciding it looks at. */
export interface CaseFile {
  readonly summary: CaseSummary;
  readonly lines: readonly CaseLine[];
  readonly decisions: readonly Decision[];
}

export interface DecideTerms {
  readonly policy: Policy;
  readonly calendar: Calendar;
  readonly digits: number;
  /** The last day whose night attributed lines. */
  readonly lastRunDay: Day | null;
}

/** What a person asks for. */
export interface ProposalOrder {
  readonly decision: CaseDecision;
  readonly by: string;
  readonly at: Instant;
  readonly reason: string;
  readonly against: Sanction;
  /** Null for what the policy says. */
  readonly points: number | null;
}

/** Rows of one feed: columns and their texts. */
export interface FeedRows {
  readonly feed: string;
  readonly rows: readonly Readonly<Record<string, string>>[];
}

/** What is to be delivered, all of it or nothing. */
export interface Ruling {
  readonly decision: Decision;
  /** False while it waits for a second person. */
  readonly holds: boolean;
  readonly parts: readonly FeedRows[];
}

const OF_SIGNALS: readonly CaseDecision[] = ['release', 'forfeit'];
const OF_DISPUTES: readonly CaseDecision[] = ['reject', 'forfeit'];

/** The open lines of a case, those attributed up to a day. */
function openLines({ summary, lines, decisions }: CaseFile, through: Day | null): CaseLine[] {
  return lines.filter((line) => isOpen(line, summary, decisions) && (through === null || line.businessDay <= through));
}

/** Proposes a decision; where the policy asks for nobody else, it holds at once. */
export function propose(file: CaseFile, order: ProposalOrder, terms: DecideTerms): Ruling | Refusal {
  const { summary, decisions } = file;
  const { policy, digits } = terms;
  const fault = proposalFault(file, order);
  if (fault !== undefined) return new Refusal(fault);
  const open = openLines(file, null);
  const amount = sum(open.map(stakeOf));
  const needsApproval = amount > policy.approvalAbove;
  const isForfeit = order.decision === 'forfeit';
  const ordinal = Math.max(0, ...decisions.map(ordinalOf)) + 1;
  const decision: Decision = {
    decisionId: `${summary.id}-${ordinal}`,
    caseId: summary.id,
    decision: order.decision,
    publishers: [...new Set(open.flatMap(({ publisherId }) => publisherId ?? []))].sort(),
    linesThrough: open.reduce(
      (last, { businessDay }) => (businessDay > last ? businessDay : last),
      terms.lastRunDay ?? '',
    ),
    lines: open.length,
    amount,
    needsApproval,
    against: order.against,
    points: order.points ?? (isForfeit && summary.pattern !== 'dispute' ? policy.violationPoints : 0),
    appealUntil: appealUntil(order.at, terms),
    proposed: { at: order.at, by: order.by },
    approved: null,
    reason: order.reason,
    appeals: [],
  };
  const row = {
    decision_id: decision.decisionId,
    step: 'propose',
    case_id: decision.caseId,
    decision: decision.decision,
    publisher_ids: decision.publishers.join(';'),
    lines_through: decision.linesThrough,
    lines: String(decision.lines),
    amount: formatMoney(amount, digits),
    approval: needsApproval ? 'needed' : 'none',
    against: decision.against,
    points: String(decision.points),
    appeal_until: isoOf(decision.appealUntil),
    decided_at: isoOf(order.at),
    decided_by: order.by,
    reason: order.reason,
  };
  const own = { feed: 'case-decisions', rows: [row] };
  return {
    decision,
    holds: !needsApproval,
    parts: needsApproval ? [own] : [own, ...consequences(decision, open, order.at, order.by)],
  };
}

function proposalFault({ summary }: CaseFile, order: ProposalOrder): string | undefined {
  const { id, pattern, open } = summary;
  if (open === 0) return `case ${id} has no open line: there is nothing left to decide`;
  const allowed = pattern === 'dispute' ? OF_DISPUTES : OF_SIGNALS;
  if (!allowed.includes(order.decision)) {
    return `case ${id} ${pattern === 'dispute' ? 'is a dispute' : 'comes from signals'}: its decision is ${allowed.join(' or ')}, not ${order.decision}`;
  }
  if (order.reason.trim() === '') return 'a decision needs a reason: say --reason';
  const punishes = order.against !== 'none' || (order.points ?? 0) > 0;
  if (order.decision !== 'forfeit' && punishes)
    return `a ${order.decision} punishes nobody: leave out --freeze, --terminate and --points`;
  return undefined;
}

/** Approves the proposal that waits, by somebody else. */
export function approve(file: CaseFile, by: string, at: Instant): Ruling | Refusal {
  const { summary, decisions } = file;
  const pending = pendingOf(decisions);
  if (pending === undefined)
    return new Refusal(`no proposal of case ${summary.id} waits for approval: see cps case ${summary.id}`);
  if (samePerson(by, pending.proposed.by))
    return new Refusal(`${by} proposed this decision: somebody else has to approve it, or propose another`);
  if (at < pending.proposed.at) return new Refusal('the approval is dated before the proposal: it comes after it');
  const open = openLines(file, pending.linesThrough);
  if (open.length === 0)
    return new Refusal(`case ${summary.id} has no open line that was proposed about: there is nothing to decide`);
  const decision = { ...pending, approved: { at, by } };
  const row = {
    decision_id: decision.decisionId,
    step: 'approve',
    case_id: decision.caseId,
    decided_at: isoOf(at),
    decided_by: by,
    reason: '',
  };
  const both = `${pending.proposed.by} and ${by}`;
  return {
    decision,
    holds: true,
    parts: [{ feed: 'case-decisions', rows: [row] }, ...consequences(decision, open, at, both)],
  };
}

/** The facts that a decision which holds becomes, in the order in which they are delivered. */
function consequences(decision: Decision, open: readonly CaseLine[], at: Instant, by: string): FeedRows[] {
  const { decisionId, decision: what, reason, against, publishers } = decision;
  if (what === 'reject') return [];
  const risk = open.map(({ orderLineId }) => ({
    decision_id: decisionId,
    order_line_id: orderLineId,
    decision: what,
    decided_at: isoOf(at),
    decided_by: by,
    reason,
  }));
  const status = publishers.map((publisherId) => ({
    publisher_id: publisherId,
    status: against === 'freeze' ? 'frozen' : 'terminated',
    at: isoOf(at),
    reason: `decision ${decisionId}: ${reason}`,
  }));
  const parts = [{ feed: 'risk-decisions', rows: risk }];
  return against === 'none' ? parts : [...parts, { feed: 'publisher-status', rows: status }];
}

/** The end of the last day on which an appeal may be lodged. */
function appealUntil(at: Instant, { calendar, policy }: DecideTerms): Instant {
  return calendar.endOf(addDays(calendar.dayOf(at), policy.appealDays));
}
