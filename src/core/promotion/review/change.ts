/**
 * What a review changes about a site, for people to read and as rows of the feeds that record it (SPEC 12). What is to
 * change is decided in decide.ts.
 */
import { type Instant, isoOf } from '../../calendar.ts';
import type { Seen } from './check.ts';
import type { Reviewed } from './decide.ts';
import type { Checked } from './index.ts';

/** What is the same for every site of a review. */
export interface ReviewFrame {
  readonly asOf: Instant;
  /** When the permissions that its notices name end. */
  readonly effectiveAt: Instant;
  /** The digits of its moment, which notices' ids end with. */
  readonly stamp: string;
  readonly by: string;
  /** What a check saw, as it is recorded. */
  readonly tell: (saw: Seen) => string;
}

/** One site's changes. Instants are ISO texts. */
export interface Change {
  readonly site: string;
  readonly publisher: string;
  readonly status: { readonly before: string | null; readonly after: string };
  /** `person` is true of a score that a person gave and that stands, whatever the checks' points add up to. */
  readonly score: { readonly before: string | null; readonly after: string; readonly person: boolean };
  readonly checks: readonly (Omit<Checked, 'saw'> & { readonly saw: string })[];
  /** `from` is null of what is held from the review on. */
  readonly granted: readonly { readonly permission: string; readonly why: string; readonly from: string | null }[];
  readonly notice: {
    readonly id: string;
    readonly effectiveAt: string;
    readonly permissions: readonly { readonly permission: string; readonly why: string }[];
  } | null;
  readonly cancelled: readonly { readonly notice: string; readonly permission: string; readonly why: string }[];
}

/** True when a review changes anything about a site. */
export function isChange({ isChanged, grants, losses, cancelled }: Reviewed): boolean {
  return isChanged || grants.length + losses.length + cancelled.length > 0;
}

/** The id of a site's notice: a second one of the same moment has another than the first. */
function noticeId({ site, notices }: Reviewed, { stamp }: ReviewFrame): string {
  const first = `N-${site.siteId}-${stamp}`;
  for (let n = 1; ; n++) {
    const id = n === 1 ? first : `${first}-${n}`;
    if (!notices.includes(id)) return id;
  }
}

/** A reviewed site's changes, for people to read. */
export function changeOf(reviewed: Reviewed, terms: ReviewFrame): Change {
  const { site, before, status, score, personal, checks, grants, losses, cancelled } = reviewed;
  const notice = {
    id: noticeId(reviewed, terms),
    effectiveAt: isoOf(terms.effectiveAt),
    permissions: losses.map(({ permission, qualified }) => ({ permission, why: qualified.why })),
  };
  return {
    site: site.siteId,
    publisher: site.publisherId,
    status: { before: before?.status ?? null, after: status },
    score: { before: before?.score ?? null, after: score, person: personal !== null },
    checks: checks.map((check) => ({ ...check, saw: terms.tell(check.saw) })),
    granted: grants.map((one) => ({ ...one, from: one.from === null ? null : isoOf(one.from) })),
    notice: losses.length === 0 ? null : notice,
    cancelled,
  };
}

type Cells = Readonly<Record<string, string>>;

/** The rows that record a review of one site, by feed. */
export function rowsOf(
  reviewed: Reviewed,
  terms: ReviewFrame,
): Readonly<Record<'site-reviews' | 'permissions' | 'notices' | 'notice-cancellations', readonly Cells[]>> {
  const { site, status, score, personal, checks, isChanged, grants, losses, cancelled } = reviewed;
  const review = terms.stamp;
  const at = isoOf(terms.asOf);
  const site_id = site.siteId;
  const failed = checks
    .filter((check) => check.points < check.of)
    .map(({ name, of, saw }) => `${name} 0/${of} ${terms.tell(saw)}`);
  const reason = [`review by ${terms.by}`, ...failed].join('; ');
  const notice = {
    notice_id: noticeId(reviewed, terms),
    site_id,
    permissions: losses.map(({ permission }) => permission).join(';'),
    issued_at: at,
    effective_at: isoOf(terms.effectiveAt),
    issued_by: terms.by,
    score,
    short: [...new Set(losses.flatMap(({ qualified }) => qualified.short))].join(';'),
    reason: losses.map(({ permission, qualified }) => `${permission}: ${qualified.why}`).join('; '),
  };
  return {
    'site-reviews': isChanged
      ? [{ site_id, status, score: personal === null ? score : '', at, reason: cut(reason), review }]
      : [],
    permissions: grants.map(({ permission, why, from }) => ({
      site_id,
      permission,
      action: 'grant',
      at: from === null ? at : isoOf(from),
      reason: cut(`review by ${terms.by}: ${why}`),
      review,
    })),
    notices: losses.length === 0 ? [] : [notice],
    'notice-cancellations': cancelled.map(({ notice: notice_id, permission, why }) => ({
      notice_id,
      permission,
      cancelled_at: at,
      cancelled_by: terms.by,
      reason: why,
    })),
  };
}

/** What people typed may be long; a reason is not. */
function cut(text: string): string {
  return text.length > 1000 ? `${text.slice(0, 999)}…` : text;
}
