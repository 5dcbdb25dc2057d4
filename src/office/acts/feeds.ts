/**
 * The feeds that hold people's decisions, with the right that each asks for and the column that says whose it is. Every
 * other feed holds facts of trade, registry or requests, for which the right `deliver` is enough.
 */
import type { Right } from '../../core/access.ts';

interface DecisionFeed {
  readonly right: Right;
  /** Who decided, as a row says it; null where a row does not. */
  readonly by: string | null;
}

const of = (right: Right, by: string | null): DecisionFeed => ({ right, by });

export const DECISION_FEEDS: Readonly<Record<string, DecisionFeed>> = {
  'case-decisions': of('decide-cases', 'decided_by'),
  'risk-decisions': of('decide-cases', 'decided_by'),
  'publisher-status': of('decide-cases', null),
  appeals: of('decide-cases', 'by'),
  'site-reviews': of('decide-sites', null),
  permissions: of('decide-sites', null),
  ownership: of('decide-sites', 'verified_by'),
  'application-decisions': of('decide-sites', 'decided_by'),
  notices: of('decide-sites', 'issued_by'),
  'notice-cancellations': of('decide-sites', 'cancelled_by'),
  adjustments: of('adjust', 'proposed_by'),
  'adjustment-approvals': of('adjust', 'approved_by'),
  openings: of('adjust', 'prepared_by'),
  'opening-lines': of('adjust', 'prepared_by'),
  'cut-over-approvals': of('adjust', 'approved_by'),
  'cut-over-withdrawals': of('adjust', 'withdrawn_by'),
  'break-notes': of('note-breaks', 'by'),
  'bank-postings': of('adjust', 'by'),
  'payment-files': of('write-payments', 'by'),
  'payment-file-rows': of('write-payments', null),
};

/** What delivering a feed asks for. */
export function rightToDeliver(feed: string): Right {
  return DECISION_FEEDS[feed]?.right ?? 'deliver';
}
