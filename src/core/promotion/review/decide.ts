/**
 * What a review makes of a site (SPEC 12): its state and score, the permissions it is granted, those it will lose at
 * the end of a notice, and the notices that end because it was mended. It compares with how the site stands, so that a
 * second review of the same facts changes nothing.
 */
import type { Instant } from '../../calendar.ts';
import { PERMISSIONS, type Permission } from '../permissions.ts';
import type { ReviewedSite } from './check.ts';
import { type Checked, scoreSite } from './index.ts';
import { type Held, heldAt, type State, type Switch } from './standing.ts';
import type { PermissionTerms, ReviewTerms, Shortfall } from './terms.ts';

export interface Standing {
  /** The site's review in force; null where it has none, so that it is submitted. */
  readonly state: State | null;
  /** The publisher's status in force. */
  readonly publisher: string;
  /** Of all permissions, in order. */
  readonly switches: readonly Switch[];
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
  readonly checks: readonly Checked[];
  readonly status: string;
  readonly before: State | null;
  /** True when state or score are others than before. */
  readonly isChanged: boolean;
  readonly grants: readonly { readonly permission: Permission; readonly why: string }[];
  readonly losses: readonly { readonly permission: Permission; readonly qualified: Qualified }[];
  readonly cancelled: readonly { readonly permission: Permission; readonly notice: string; readonly why: string }[];
}

/** Reviews one site as of an instant. The same site, standing, instant and rules give the same answer. */
export function reviewSite(site: ReviewedSite, standing: Standing, asOf: Instant, rules: ReviewRules): Reviewed {
  const { score, checks } = scoreSite(site, asOf, rules.review);
  const { state: before } = standing;
  const status = statusAfter(site, before, score, rules.review);
  const now = { status, score, checks, publisher: standing.publisher };
  const grants: { permission: Permission; why: string }[] = [];
  const losses: { permission: Permission; qualified: Qualified }[] = [];
  const cancelled: { permission: Permission; notice: string; why: string }[] = [];
  for (const permission of PERMISSIONS) {
    const own = standing.switches.filter((one) => one.permission === permission);
    const held = heldAt(own, asOf);
    const qualified = qualify(permission, now, held, rules.permissions);
    if (held.held && !qualified.qualifies && held.pending === undefined) losses.push({ permission, qualified });
    if (qualified.qualifies)
      cancelled.push(...held.ours.map(({ ref }) => ({ permission, notice: ref, why: qualified.why })));
    if (!held.held && qualified.qualifies && isGranted(permission, held, rules.permissions)) {
      grants.push({ permission, why: qualified.why });
    }
  }
  const isChanged = before === null || before.status !== status || before.score !== String(score);
  return { site, score: String(score), checks, status, before, isChanged, grants, losses, cancelled };
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
  const isAmended = before?.status === 'amend' && site.filing !== null && site.filing.filedAt > before.at;
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
