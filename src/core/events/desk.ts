/** What the risk desk decides: cases, disputes and appeals. These events record, and post nothing. */
import { recorded } from './record.ts';
import { day, type Infer, instant, list, money, nullable, oneOf, text, whole } from './shape.ts';

/** What a person decides of a case; only a seller's dispute is rejected, and only it. */
const caseDecision = oneOf(['release', 'forfeit', 'reject']);
export type CaseDecision = Infer<typeof caseDecision>;
/** What becomes of the publishers of a case. */
const sanction = oneOf(['none', 'freeze', 'terminate']);
export type Sanction = Infer<typeof sanction>;

export const caseDecided = recorded('CaseDecided', {
  case: text,
  decision: caseDecision,
  publishers: list(text),
  /** It covers the case's lines attributed up to this day: how many were open, and what was at stake. */
  lines_through: day,
  lines: whole,
  amount: money,
  against: sanction,
  /** Violation points for each of the publishers. */
  points: whole,
  appeal_until: instant,
  proposed_by: text,
  /** Null where no second person was needed. */
  approved_by: nullable(text),
  reason: text,
});

export const disputeOpened = recorded('DisputeOpened', { dispute: text, line: text, seller: text, reason: text });

export const appealLodged = recorded('AppealLodged', {
  appeal: text,
  decision: text,
  publisher: text,
  by: text,
  reason: text,
});

export const appealDecided = recorded('AppealDecided', {
  appeal: text,
  decision: text,
  publisher: text,
  outcome: oneOf(['granted', 'rejected']),
  decided_by: text,
  reason: text,
});
