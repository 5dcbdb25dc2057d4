/** What a check of a review is given and what it answers (SPEC 12). A check passes or does not; its points are the policy's. */
import type { Instant } from '../../calendar.ts';
import type { CheckName, ReviewTerms } from './terms.ts';

/** A domain that was filed, and from when on. */
export interface FiledAs {
  readonly at: Instant;
  readonly domain: string;
}

/** A version of a site's filing. */
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
  /** Every version of the site itself by the instant, oldest first: one at least. */
  readonly filedAs: readonly FiledAs[];
  /** What was filed beside it by the instant, oldest first; none of an old filing that was never supplemented. */
  readonly filings: readonly Filing[];
  readonly ownership: {
    readonly verified: boolean;
    readonly at: Instant;
    readonly how: string;
    readonly by: string;
  } | null;
  readonly clicks: Clicks;
  /** Lines forfeited for hijacking or cheating in the policy's `forfeitDays`. */
  readonly forfeits: number;
}

/** Clicks of the policy's `clickDays`, each held against the domain that was filed when it was made. */
interface Clicks {
  /** With a referrer that tells where they came from. */
  readonly told: number;
  /** Of these, from elsewhere than the domain. */
  readonly foreign: number;
  /** With an empty referrer. */
  readonly stripped: number;
}

/** The filing in force; null of a site that was never supplemented. */
export function filingOf({ filings }: Pick<ReviewedSite, 'filings'>): Filing | null {
  return filings.at(-1) ?? null;
}

/** When a site was last filed or amended. */
export function lastFiledAt({ filedAs, filings }: Pick<ReviewedSite, 'filedAs' | 'filings'>): Instant {
  return Math.max(filedAs.at(-1)?.at ?? Number.NEGATIVE_INFINITY, filings.at(-1)?.filedAt ?? Number.NEGATIVE_INFINITY);
}

export interface Look {
  readonly passed: boolean;
  /** What the check looked at, in figures that a person can verify. */
  readonly saw: Seen;
}

/** What a filing may lack. */
export const FILED = ['name', 'domain', 'categories', 'description', 'visitors', 'evidence'] as const;

/** What a check saw; told in formats/seen.ts. */
export type Seen =
  | { readonly of: 'no-domain' | 'icp-not-asked' | 'icp-none' | 'filing-none' | 'filing-whole' | 'ownership-never' }
  | {
      /** Clicks from elsewhere than the domain, or without a referrer. */
      readonly of: 'foreign' | 'stripped';
      readonly clicks: number;
      readonly all: number;
      /** Too few to judge. */
      readonly few: boolean;
    }
  | { readonly of: 'icp'; readonly number: string }
  | { readonly of: 'filing-short'; readonly missing: readonly (typeof FILED)[number][] }
  | {
      readonly of: 'ownership';
      readonly verified: boolean;
      readonly by: string;
      readonly how: string;
      /** The domain that it was true of, and that of now, where it is another. */
      readonly moved: { readonly from: string; readonly to: string } | null;
    }
  | { readonly of: 'forfeits'; readonly lines: number; readonly days: number }
  | { readonly of: 'age'; readonly days: number };

export interface Check {
  readonly name: CheckName;
  readonly look: (site: ReviewedSite, asOf: Instant, terms: ReviewTerms) => Look;
}
