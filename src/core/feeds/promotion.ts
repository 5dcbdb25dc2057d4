/**
 * The feeds of promotion resource management (SPEC 12): what a publisher says of a site, what others found out about it,
 * applications and their decisions, notices and what ended them. Scores and grants are rows of `site-reviews` and
 * `permissions`, which are older.
 */
import { PERMISSIONS } from '../promotion/permissions.ts';
import { SHORTFALLS } from '../promotion/review/terms.ts';
import { count, instant, oneOf, orEmpty, otherId, partyId, score, setOf, words } from './columns.ts';
import { feed } from './feed.ts';

const isOneOf =
  (allowed: readonly string[]) =>
  (text: string): boolean =>
    allowed.includes(text);

/** A version of a site's filing: what `sites` has no column for. The latest by `filed_at` counts. */
export const filings = feed('filings', {
  columns: {
    site_id: partyId,
    filed_at: instant,
    icp_number: words,
    categories: setOf('names separated by semicolons', () => true),
    description: words,
    daily_visitors: orEmpty(count),
    evidence: setOf('SHA-256 hashes of 64 hex digits, separated by semicolons', (text) => /^[0-9a-f]{64}$/.test(text)),
  },
  key: ['site_id', 'filed_at'],
});

/** Whether a site was found to be its publisher's, by a person or another system. A dated switch. */
export const ownership = feed('ownership', {
  columns: { site_id: partyId, verified: oneOf('yes', 'no'), at: instant, how: words, verified_by: words },
  key: 'row',
});

export const withdrawals = feed('withdrawals', {
  columns: { site_id: partyId, withdrawn_at: instant, withdrawn_by: words, reason: words },
  key: ['site_id'],
});

/** A request for one permission for one site; an appeal names the rejected application it is against. */
export const applications = feed('applications', {
  columns: {
    application_id: otherId,
    site_id: partyId,
    permission: oneOf(...PERMISSIONS),
    applied_at: instant,
    statement: words,
    appeal_of: orEmpty(otherId),
  },
  key: ['application_id'],
});

export const applicationDecisions = feed('application-decisions', {
  columns: {
    application_id: otherId,
    decision: oneOf('approve', 'reject'),
    decided_at: instant,
    decided_by: words,
    reason: words,
  },
  key: ['application_id'],
});

/**
 * That a site will lose permissions at an instant, and why. They end there unless the notice is cancelled. One with a score
 * is a review's, and a review may take it back; one without is a person's.
 */
export const notices = feed('notices', {
  columns: {
    notice_id: otherId,
    site_id: partyId,
    permissions: setOf(`names of ${PERMISSIONS.join(', ')}, separated by semicolons`, isOneOf(PERMISSIONS)),
    issued_at: instant,
    effective_at: instant,
    issued_by: words,
    score: orEmpty(score),
    short: setOf(`names of ${SHORTFALLS.join(', ')}, separated by semicolons`, isOneOf(SHORTFALLS)),
    reason: words,
  },
  key: ['notice_id'],
  bounds: (row) => {
    if (row.permissions.length === 0) return 'permissions is empty: a notice is about one permission at least';
    return row.effective_at <= row.issued_at
      ? 'effective_at is not after issued_at: a notice gives its publisher some time'
      : undefined;
  },
});

/** That a notice does not take a permission after all. */
export const noticeCancellations = feed('notice-cancellations', {
  columns: {
    notice_id: otherId,
    permission: oneOf(...PERMISSIONS),
    cancelled_at: instant,
    cancelled_by: words,
    reason: words,
  },
  key: ['notice_id', 'permission'],
});
