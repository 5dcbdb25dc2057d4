/**
 * What a policy sets for reviews (SPEC 12): the points and thresholds of each check, and what each permission asks of a
 * site. It applies none of it.
 */
import type { Rate } from '../../money.ts';
import { choice, fault, fraction, isObject, parts, type Reader, whole } from '../../policy/settings.ts';
import { PERMISSIONS, type Permission, SITE_STATES, type SiteState } from '../permissions.ts';

const CHECKS = ['ownership', 'icp', 'fields', 'referrer', 'stripped', 'forfeits', 'age'] as const;
export type CheckName = (typeof CHECKS)[number];

/** What a site can fall short of: a check, or what a permission asks beside the score. */
export const SHORTFALLS = [...CHECKS, 'state', 'standing'] as const;
export type Shortfall = (typeof SHORTFALLS)[number];

/** What one permission asks of a site, and of its publisher's account. */
export interface PermissionTerm {
  readonly leastScore: number;
  readonly state: SiteState;
  readonly standing: 'active' | 'any';
  /** Whether a review grants it to every site that qualifies, or only a person who approves an application does. */
  readonly grantedBy: 'review' | 'application';
}
export type PermissionTerms = Readonly<Record<Permission, PermissionTerm>>;

export interface ReviewTerms {
  /** By check, adding up to 100. */
  readonly points: Readonly<Record<CheckName, number>>;
  /** The least score with which a filing that waits is approved; with less it is to be amended. */
  readonly approveScore: number;
  /** Days of 24 h before the review whose clicks are looked at. */
  readonly clickDays: number;
  /** With fewer clicks that tell where they came from, their share is not judged. */
  readonly leastClicks: number;
  /** The greatest share of clicks from elsewhere than the filed domain (JD code 14). */
  readonly mostForeign: Rate;
  /** The greatest share of clicks without a referrer. */
  readonly mostStripped: Rate;
  /** Days of 24 h before the review in which forfeited lines count. */
  readonly forfeitDays: number;
  readonly mostForfeits: number;
  /** Days of 24 h since a site was first filed. */
  readonly ageDays: number;
}

const share = whole(0, 100);
const somePoints = parts<ReviewTerms['points']>('check', {
  ownership: share,
  icp: share,
  fields: share,
  referrer: share,
  stripped: share,
  forfeits: share,
  age: share,
});

const points: Reader<ReviewTerms['points']> = (value, fallback, digits) => {
  const reading = somePoints(value, fallback, digits);
  if ('fault' in reading) return reading;
  // A checklist of a hundred points that does not name this check, which came later, has none for it.
  const isNamed = isObject(value) && value['stripped'] !== undefined;
  const { stripped: last, ...others } = reading.value;
  const rest = Object.values(others).reduce((all, one) => all + one, 0);
  if (!isNamed && rest === 100) return { value: { ...reading.value, stripped: 0 } };
  const sum = rest + last;
  return sum === 100 ? reading : fault(`points that add up to 100 and not ${sum}, the preset's for checks left out`);
};

const days = whole(0, 366);
export const reviewTerms: Reader<ReviewTerms> = parts('part of review', {
  points,
  approveScore: share,
  clickDays: days,
  leastClicks: whole(0, 1_000_000),
  mostForeign: fraction,
  mostStripped: fraction,
  forfeitDays: days,
  mostForfeits: whole(0, 1_000_000),
  ageDays: days,
});

const term: Reader<PermissionTerm> = parts('part of a permission', {
  leastScore: share,
  state: choice(SITE_STATES),
  standing: choice(['active', 'any']),
  grantedBy: choice(['review', 'application']),
});

export const permissionTerms: Reader<PermissionTerms> = parts(
  'permission',
  Object.fromEntries(PERMISSIONS.map((name) => [name, term])) as Record<Permission, Reader<PermissionTerm>>,
);

/**
 * By these values an old filing that nobody supplements has no more than 40 points: the checks that the system of 2013
 * newly asked for give the rest.
 */
export const REVIEW_DEFAULTS: ReviewTerms = {
  points: { ownership: 25, icp: 15, fields: 20, referrer: 10, stripped: 10, forfeits: 10, age: 10 },
  approveScore: 50,
  clickDays: 30,
  leastClicks: 20,
  mostForeign: '0.2',
  mostStripped: '0.5',
  forfeitDays: 90,
  mostForfeits: 0,
  ageDays: 30,
};

const asks = (leastScore: number, grantedBy: PermissionTerm['grantedBy']): PermissionTerm => ({
  leastScore,
  state: 'approved',
  standing: 'active',
  grantedBy,
});

export const PERMISSION_DEFAULTS: PermissionTerms = {
  'cross-store:tmall': asks(60, 'review'),
  'cross-store:taobao': asks(30, 'review'),
  'site-wide:tmall': asks(80, 'application'),
  api: asks(70, 'application'),
  taodianjin: asks(40, 'application'),
};
