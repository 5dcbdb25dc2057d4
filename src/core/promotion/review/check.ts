/** What a check of a review is given and what it answers (SPEC 12). A check passes or does not; its points are the policy's. */
import type { Instant } from '../../calendar.ts';
import type { CheckName, ReviewTerms } from './terms.ts';

/** The latest version of a site's filing. */
export interface Filing {
  readonly filedAt: Instant;
  readonly icpNumber: string;
  readonly categories: readonly string[];
  readonly description: string;
  readonly dailyVisitors: number | null;
  readonly evidence: readonly string[];
}

/** A site as a review sees it: what was filed, found out and counted by the review's instant. */
export interface ReviewedSite {
  readonly siteId: string;
  readonly publisherId: string;
  readonly kind: string;
  readonly name: string;
  /** Empty where none was filed. */
  readonly domain: string;
  readonly firstFiledAt: Instant;
  /** Null for an old filing that was never supplemented. */
  readonly filing: Filing | null;
  readonly ownership: { readonly verified: boolean; readonly how: string; readonly by: string } | null;
  /** Clicks of the policy's `clickDays` that have a referrer, and those of them with a foreign one. */
  readonly clicks: { readonly told: number; readonly foreign: number };
  /** Lines forfeited in the policy's `forfeitDays`. */
  readonly forfeits: number;
}

export interface Look {
  readonly passed: boolean;
  /** What the check looked at, in numbers or words a person can verify. */
  readonly saw: string;
}

export interface Check {
  readonly name: CheckName;
  readonly look: (site: ReviewedSite, asOf: Instant, terms: ReviewTerms) => Look;
}
