/** What notices come to, once sent or before they are: what became of their letters, and whom other rules would reach. */
import type { Day, Instant } from '../calendar.ts';
import type { Money } from '../money.ts';

/** Publishers without an address that are named at most. */
export const MOST_NAMED = 20;

/** Letters of notices by what became of them. */
export interface NoticeLetters {
  readonly sent: number;
  readonly refused: number;
  /** Tried in vain, and tried again later. */
  readonly again: number;
  readonly neverTried: number;
  readonly withoutAddress: number;
  /** Publishers without an address, the first of them. */
  readonly publishers: readonly string[];
}

/** A site that would lose permissions. */
export interface SupposedNotice {
  readonly site: string;
  readonly publisher: string;
  readonly score: string;
  readonly permissions: readonly string[];
  /** What the site earned across stores in the span through the permissions that it would lose, by seller. */
  readonly sellers: readonly { readonly seller: string; readonly lines: number; readonly earned: Money }[];
  readonly lines: number;
  readonly earned: Money;
}

/** A review under other rules, compared with the one under those in force. */
export interface SupposedReviews {
  readonly asOf: Instant;
  readonly from: Day;
  readonly to: Day;
  readonly sites: number;
  /** Those that would get a notice and get none by the rules in force; who earned most comes first. */
  readonly noticed: readonly SupposedNotice[];
  /** Sites that get a notice by the rules in force and would get none. */
  readonly spared: readonly string[];
}
