/** The checks of a review, a row each, and the score they add up to (SPEC 12). */
import type { Instant } from '../../calendar.ts';
import { age } from './age.ts';
import type { Check, Look, ReviewedSite } from './check.ts';
import { fields } from './fields.ts';
import { forfeits } from './forfeits.ts';
import { icp } from './icp.ts';
import { ownership } from './ownership.ts';
import { referrer } from './referrer.ts';
import { stripped } from './stripped.ts';
import type { CheckName, ReviewTerms } from './terms.ts';

const LIST: readonly Check[] = [ownership, icp, fields, referrer, stripped, forfeits, age];

/** A check that was made: what it saw, and the points it gave out of those it has. */
export interface Checked extends Look {
  readonly name: CheckName;
  readonly points: number;
  readonly of: number;
}

export interface Scored {
  /** 0 to 100. */
  readonly score: number;
  readonly checks: readonly Checked[];
}

/** What the checks add up to where some that do not pass are mended, and nothing else changes. */
export function scoreIfMended(checks: readonly Checked[], mended: readonly CheckName[]): number {
  return checks.reduce((sum, { name, points, of }) => sum + (mended.includes(name) ? of : points), 0);
}

/** Scores a site by the policy's checklist: the same facts give the same score (SPEC 12). */
export function scoreSite(site: ReviewedSite, asOf: Instant, terms: ReviewTerms): Scored {
  const checks = LIST.map(({ name, look }) => {
    const seen = look(site, asOf, terms);
    const of = terms.points[name];
    return { name, ...seen, points: seen.passed ? of : 0, of };
  });
  return { score: checks.reduce((sum, { points }) => sum + points, 0), checks };
}
