/**
 * Who may deliver each feed: with which right, by which door, and how many persons what it holds needs. Every feed is in
 * the table. Facts of trade, registry and requests need the right `deliver` alone; people's decisions ask for the right of
 * the decision.
 */
import type { Right } from '../../core/access.ts';
import { Refusal } from '../../core/refusal.ts';
import type { Signer } from '../../ingest/deliver/deliver.ts';
import type { Door } from '../../store/people/audit.ts';

export type DoorName = Exclude<Door['name'], 'engine'>;

export interface FeedRule {
  readonly right: Right;
  /** The column that says who decided; null where a row does not say it, or holds no decision. */
  readonly by: string | null;
  /**
   * How many persons it takes until it holds: 0 of a fact, 2 where somebody else has to approve, to end or to judge it anew,
   * and then the rows name nobody but who delivers them, by whichever door.
   */
  readonly persons: 0 | 1 | 2;
  /** A decision that is not delivered through the API is made there by its act, which does what belongs to it. */
  readonly doors: readonly DoorName[];
}

const FACT: FeedRule = { right: 'deliver', by: null, persons: 0, doors: ['command', 'api', 'pages'] };
const decision = (right: Right, by: string | null, persons: 1 | 2, doors: readonly DoorName[]): FeedRule => {
  return { right, by, persons, doors };
};
const FILE = ['command'] as const;
const ALL = ['command', 'api'] as const;

export const FEED_RULES: Readonly<Record<string, FeedRule>> = {
  publishers: FACT,
  'publisher-status': decision('decide-cases', null, 1, FILE),
  contacts: FACT,
  sites: FACT,
  'site-reviews': decision('decide-sites', null, 1, ALL),
  filings: FACT,
  ownership: decision('decide-sites', 'verified_by', 1, ALL),
  adzones: FACT,
  permissions: decision('decide-sites', null, 1, ALL),
  applications: FACT,
  'application-decisions': decision('decide-sites', 'decided_by', 2, ALL),
  notices: decision('decide-sites', 'issued_by', 1, ALL),
  'notice-cancellations': decision('decide-sites', 'cancelled_by', 1, ALL),
  withdrawals: FACT,
  shops: FACT,
  programme: FACT,
  plans: FACT,
  rates: FACT,
  'plan-members': FACT,
  clicks: FACT,
  orders: FACT,
  receipts: FACT,
  closures: FACT,
  refunds: FACT,
  corrections: FACT,
  disputes: FACT,
  'risk-decisions': decision('decide-cases', 'decided_by', 1, FILE),
  'case-decisions': decision('decide-cases', 'decided_by', 2, FILE),
  appeals: decision('decide-cases', 'by', 2, ALL),
  adjustments: decision('adjust', 'proposed_by', 2, ALL),
  'adjustment-approvals': decision('adjust', 'approved_by', 2, ALL),
  'cut-over-withdrawals': decision('adjust', 'withdrawn_by', 1, ALL),
  openings: decision('adjust', 'prepared_by', 2, ALL),
  'opening-lines': decision('adjust', 'prepared_by', 2, ALL),
  'cut-over-approvals': decision('adjust', 'approved_by', 2, ALL),
  'payment-files': decision('write-payments', 'by', 1, FILE),
  'payment-file-rows': decision('write-payments', null, 1, FILE),
  'deduction-results': FACT,
  'payout-results': FACT,
  'bank-statements': FACT,
  'bank-lines': FACT,
  'break-notes': decision('note-breaks', 'by', 1, ALL),
  'bank-postings': decision('adjust', 'by', 2, ALL),
};

/** What holds for a feed. */
export function ruleOf(feed: string): FeedRule {
  const rule = FEED_RULES[feed];
  if (rule === undefined) throw new Error(`the feed ${feed} is not in the table of who may deliver it`);
  return rule;
}

/** Why a feed is not delivered through a door; undefined where it is. */
export function doorFault(feed: string, door: DoorName): Refusal | undefined {
  if (ruleOf(feed).doors.includes(door)) return undefined;
  return new Refusal(`${feed} are not delivered here: decide it here, or deliver the file with cps ingest`);
}

/**
 * The one person that the rows of a delivery may name: by the API whoever signed in; by the command line, where two persons
 * decide, whoever is named there. What one person decides comes from a folder as another system wrote it, on the authority
 * of who delivers it, and keeps the names it has.
 */
export function signerOf(feed: string, door: DoorName, name: string): { readonly signer?: Signer } {
  const { by, persons } = ruleOf(feed);
  if (by === null || (door === 'command' && persons < 2)) return {};
  return { signer: { column: by, name } };
}
