/**
 * What a review makes of a site (SPEC 12): its state and score, the permissions it is granted, those it will lose at
 * the end of a notice, and the notices that end because it was mended. It compares with how the site stands, so that a
 * second review of the same facts changes nothing.
 */
import type { Instant } from '../../calendar.ts';
import type { Permission } from '../permissions.ts';
import { lastFiledAt, type ReviewedSite } from './check.ts';
import { type Checked, scoreSite } from './index.ts';
import { type Held, heldAt, isOver, type Judged, type State, type Switch, stateAt, type Word } from './standing.ts';
import type { PermissionTerms, ReviewTerms, Shortfall } from './terms.ts';

export interface Standing {
  /** How the site was judged, in the order that counts. */
  readonly judged: readonly Judged[];
  /** The publisher's status in force. */
  readonly publisher: string;
  /** Of all permissions, in order, as of the review. */
  readonly switches: readonly Switch[];
  /** What was said of them at any time. */
  readonly words: readonly Word[];
}

export interface ReviewRules {
  readonly review: ReviewTerms;
  readonly permissions: PermissionTerms;
}

/** What a site lacks for a permission; nothing when it qualifies. */
interface Qualified {
  readonly qualifies: boolean;
  readonly short: readonly Shortfall[];
  /** One clause a person can act on; of a site that qualifies, why. */
  readonly why: string;
}

export interface Reviewed {
  readonly site: ReviewedSite;
  readonly score: string;
  /** The score that a person gave, where it stands in for the points of the checks. */
  readonly personal: number | null;
  readonly checks: readonly Checked[];
  readonly status: string;
  readonly before: State | null;
  /** True when state or score are others than before. */
  readonly isChanged: boolean;
  /** From when on, if not from the review: a right that was mended before its notice ended returns from that end. */
  readonly grants: readonly { readonly permission: Permission; readonly why: string; readonly from: Instant | null }[];
  readonly losses: readonly { readonly permission: Permission; readonly qualified: Qualified }[];
  readonly cancelled: readonly { readonly permission: Permission; readonly notice: string; readonly why: string }[];
  /** The ids of the notices that the site was given before. */
  readonly notices: readonly string[];
}

/** What a review of one site is about. */
export interface ReviewScope {
  readonly asOf: Instant;
  /** When the permissions that its notices name end. */
  readonly effectiveAt: Instant;
  /** The permissions it looks at. */
  readonly permissions: readonly Permission[];
}

/** Reviews one site as of an instant. The same site, standing, scope and rules give the same answer. */
export function reviewSite(site: ReviewedSite, standing: Standing, scope: ReviewScope, rules: ReviewRules): Reviewed {
  const { asOf } = scope;
  const before = stateAt(standing.judged, asOf);
  const { score, checks } = scoreSite(site, asOf, rules.review);
  const personal = personalScore(site, before);
  const { publisher } = standing;
  const status = statusAfter(site, before, personal ?? score, rules.review);
  const now: Now = { status, score: personal ?? score, checks, publisher };
  const grants: { permission: Permission; why: string; from: Instant | null }[] = [];
  const losses: { permission: Permission; qualified: Qualified }[] = [];
  const cancelled: { permission: Permission; notice: string; why: string }[] = [];
  for (const permission of scope.permissions) {
    const own = standing.switches.filter((one) => one.permission === permission);
    const words = standing.words.filter((one) => one.permission === permission);
    const held = heldAt(own, asOf);
    const qualified = qualify(permission, now, held, rules.permissions);
    if (held.held && !qualified.qualifies && held.pending === undefined && isNoticed(permission, words, scope))
      losses.push({ permission, qualified });
    if (!qualified.qualifies) continue;
    for (const { ref } of held.ours) {
      // Cancelled at another time, it is over already.
      if (words.some((one) => one.ref === ref && one.source === 'notice' && one.cancelledAt !== null)) continue;
      cancelled.push({ permission, notice: ref, why: qualified.why });
    }
    if (held.held || held.barred) continue;
    const from = returnsFrom(site, standing, held, permission, scope, rules);
    if (from !== null || isGranted(permission, held, rules.permissions))
      grants.push({ permission, why: qualified.why, from });
  }
  const isChanged = before === null || before.status !== now.status || Number(before.score ?? '-1') !== now.score;
  const notices = standing.words.filter(({ source }) => source === 'notice').map(({ ref }) => ref);
  const outcome = { grants, losses, cancelled, notices };
  return { site, score: String(now.score), personal, checks, status, before, isChanged, ...outcome };
}

/** The score that a person gave, until a filing is dated after it; null where the checks' points count. */
function personalScore(site: ReviewedSite, before: State | null): number | null {
  if (before === null || before.scoredAt === null || before.score === null) return null;
  return lastFiledAt(site) > before.scoredAt ? null : Number(before.score);
}

/** False where a person granted the permission after the review's instant, so that a notice would be over at once. */
function isNoticed(permission: Permission, words: readonly Word[], { asOf, effectiveAt }: ReviewScope): boolean {
  const notice: Word = {
    permission,
    value: 'revoke',
    at: effectiveAt,
    saidAt: asOf,
    source: 'notice',
    isPersons: false,
    ref: '',
    cancelledAt: null,
    accepted: Number.POSITIVE_INFINITY,
  };
  return !isOver(notice, words);
}

/**
 * From when on a permission returns that a review's notice has ended: from that end, where what was filed by then meets it,
 * as the site was judged by then. Null where it does not.
 */
function returnsFrom(
  site: ReviewedSite,
  standing: Standing,
  { lapsed, ...held }: Held,
  permission: Permission,
  { asOf }: ReviewScope,
  rules: ReviewRules,
): Instant | null {
  if (lapsed === undefined) return null;
  const byThen: ReviewedSite = {
    ...site,
    filedAs: site.filedAs.filter(({ at }) => at <= lapsed.at),
    filings: site.filings.filter(({ filedAt }) => filedAt <= lapsed.at),
  };
  if (lastFiledAt(byThen) <= lapsed.saidAt) return null;
  const then = { ...byThen, domain: byThen.filedAs.at(-1)?.domain ?? site.domain };
  const scored = scoreSite(then, asOf, rules.review);
  const before = stateAt(standing.judged, lapsed.at);
  const score = personalScore(then, before) ?? scored.score;
  const status = statusAfter(then, before, score, rules.review);
  const now: Now = { status, score, checks: scored.checks, publisher: standing.publisher };
  return qualify(permission, now, { ...held, lapsed }, rules.permissions).qualifies ? lapsed.at : null;
}

/** What a person took away, only a person grants; what has to be applied for, only an approval that still holds. */
function isGranted(permission: Permission, held: Held, permissions: PermissionTerms): boolean {
  return !held.barred && (permissions[permission].grantedBy === 'review' || held.approval !== undefined);
}

/**
 * A filing that waits for its review, new or amended, is approved or sent back to be amended; any other state is for a
 * person to change.
 */
function statusAfter(site: ReviewedSite, before: State | null, score: number, terms: ReviewTerms): string {
  const isAmended = before?.status === 'amend' && lastFiledAt(site) > before.since;
  if (before !== null && before.status !== 'submitted' && !isAmended) return before.status;
  return score >= terms.approveScore ? 'approved' : 'amend';
}

interface Now {
  readonly status: string;
  readonly score: number;
  readonly checks: readonly Checked[];
  readonly publisher: string;
}

/** Whether a site meets what the policy asks for a permission; an approved application stands in for the score. */
function qualify(permission: Permission, now: Now, held: Held, permissions: PermissionTerms): Qualified {
  const term = permissions[permission];
  const lacks: string[] = [];
  const short: Shortfall[] = [];
  if (now.score < term.leastScore && held.approval === undefined) {
    lacks.push(`score ${now.score}, at least ${term.leastScore} asked`);
    short.push(...now.checks.filter((check) => check.points < check.of).map(({ name }) => name));
  }
  if (now.status !== term.state) {
    lacks.push(`the site is ${now.status} and not ${term.state}`);
    short.push('state');
  }
  if (term.standing === 'active' && now.publisher !== 'active') {
    lacks.push(`its publisher is ${now.publisher}`);
    short.push('standing');
  }
  if (lacks.length > 0) return { qualifies: false, short, why: lacks.join(', ') };
  const by =
    held.approval === undefined
      ? `score ${now.score}, at least ${term.leastScore} asked`
      : `application ${held.approval.ref} approved`;
  return { qualifies: true, short, why: `${by}, the site is ${now.status}` };
}
