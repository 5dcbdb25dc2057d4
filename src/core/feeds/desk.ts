/**
 * The feeds of the risk desk and of its letters: where publishers are written to, what sellers dispute, what people
 * decide about cases, and what is appealed against. What such a row means is in core/cases.
 */
import {
  address,
  count,
  countFromZero,
  day,
  idSet,
  instant,
  oneOf,
  orEmpty,
  otherId,
  partyId,
  person,
  sumFromZero,
  words,
} from './columns.ts';
import { feed, type RowOf } from './feed.ts';

export const contacts = feed('contacts', {
  // In which language letters are written; empty for both.
  columns: { publisher_id: partyId, email: address, language: orEmpty(oneOf('zh', 'en')) },
  key: ['publisher_id'],
  amendable: ['email', 'language'],
});

export const disputes = feed('disputes', {
  columns: {
    dispute_id: otherId,
    order_line_id: otherId,
    seller_id: partyId,
    disputed_at: instant,
    reason: words,
  },
  key: ['dispute_id'],
});

/** What a proposal has to say, and an approval leaves empty: it is in the proposal. */
const PROPOSED = [
  'decision',
  'lines_through',
  'lines',
  'amount',
  'approval',
  'against',
  'points',
  'appeal_until',
] as const;

export const caseDecisions = feed('case-decisions', {
  columns: {
    decision_id: otherId,
    step: oneOf('propose', 'approve'),
    case_id: otherId,
    decision: orEmpty(oneOf('release', 'forfeit', 'reject')),
    publisher_ids: idSet,
    lines_through: orEmpty(day),
    lines: orEmpty(count),
    amount: orEmpty(sumFromZero),
    approval: orEmpty(oneOf('needed', 'none')),
    against: orEmpty(oneOf('none', 'freeze', 'terminate')),
    points: orEmpty(countFromZero),
    appeal_until: orEmpty(instant),
    decided_at: instant,
    decided_by: person,
    reason: words,
  },
  key: ['decision_id', 'step'],
  bounds: (row) => {
    const missing = PROPOSED.find((name) => (row[name] === null) === (row.step === 'propose'));
    if (missing !== undefined)
      return row.step === 'propose'
        ? `${missing} is empty: a proposal says what is to be done`
        : `${missing} is not empty: an approval approves what was proposed`;
    if (row.step === 'approve' && row.publisher_ids.length > 0)
      return 'publisher_ids is not empty: an approval approves what was proposed';
    const punishes = row.against !== 'none' || (row.points ?? 0) > 0;
    return row.step === 'propose' && row.decision !== 'forfeit' && punishes
      ? `a ${row.decision} punishes nobody: only a forfeit freezes, terminates or gives points`
      : undefined;
  },
});

/** What an appeal is against, said when it is lodged. */
const LODGED = ['decision_id', 'publisher_id'] as const;

export const appeals = feed('appeals', {
  columns: {
    appeal_id: otherId,
    step: oneOf('lodge', 'grant', 'reject'),
    decision_id: orEmpty(otherId),
    publisher_id: orEmpty(partyId),
    at: instant,
    by: person,
    reason: words,
  },
  key: ['appeal_id', 'step'],
  bounds: (row) => {
    const wrong = LODGED.find((name) => (row[name] === null) === (row.step === 'lodge'));
    if (wrong === undefined) return undefined;
    return row.step === 'lodge'
      ? `${wrong} is empty: an appeal says against which decision it is, and whose`
      : `${wrong} is not empty: it was said when the appeal was lodged`;
  },
});

export type DisputeRow = RowOf<typeof disputes.columns>;
export type CaseDecisionRow = RowOf<typeof caseDecisions.columns>;
export type AppealRow = RowOf<typeof appeals.columns>;
