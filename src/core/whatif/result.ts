/** What a "what if" answers, for people and programs: shapes only; how it is shown is in src/formats. */
import type { Day } from '../calendar.ts';
import type { Money } from '../money.ts';
import type { Shift } from './outcome.ts';
import type { Both, ChangedLine, Figures } from './tally.ts';

/** A party and what it comes to under both, with its name where it has one. */
export interface Party {
  readonly id: string;
  readonly name: string | null;
  readonly both: Both;
}

/** Some figures under the book's rules, and under the others. */
export interface Pair {
  readonly book: Money;
  readonly other: Money;
}

/** The four interests (SPEC 2), amounts in minor units. Fees and earnings together are the sellers' commission. */
export interface Interests {
  readonly alliance: Pair;
  readonly sellers: readonly { readonly mall: string; readonly commission: Pair }[];
  /** Earnings of publishers in good standing, and of that what waits in `held`. */
  readonly good: Pair;
  readonly goodHeld: Pair;
  readonly goodCount: bigint;
  /**
   * The same of irregular ones: with a line forfeited under either, or frozen or terminated at some time from the span's
   * first day to the last day run. What they forfeited is beside it.
   */
  readonly irregular: Pair;
  readonly irregularHeld: Pair;
  readonly irregularForfeited: Pair;
  readonly irregularCount: bigint;
}

/** A shop's traffic under three ways of paying for it. */
export interface ShopTraffic {
  readonly shopId: string;
  readonly name: string;
  /** Clicks of the span with a known PID, and of them those that brought a sale, here or in another shop. */
  readonly clicks: bigint;
  readonly buying: bigint;
  /** Lines of the span that bring commission. */
  readonly sales: bigint;
  readonly cps: Money;
  readonly cpc: Money;
  readonly cpa: Money;
  /** What the clicks that brought no sale would cost at the price of a click. */
  readonly idle: Money;
}

export interface Traffic {
  /** Price of a click and of a sale; null where not asked for. */
  readonly cpc: Money | null;
  readonly cpa: Money | null;
  readonly shops: readonly ShopTraffic[];
  readonly shopCount: number;
  readonly all: Omit<ShopTraffic, 'shopId' | 'name'>;
}

/** A list cut to the largest. */
export interface Cut<T> {
  readonly list: readonly T[];
  /** How many there are in all. */
  readonly of: number;
}

/** What was supposed in place of what the book has, and in which file it was given. */
export type Supposed =
  | {
      readonly kind: 'policy';
      readonly name: string;
      readonly file: string;
      /** The settings that differ from the policy of the span's last day. */
      readonly day: Day;
      readonly settings: readonly { readonly name: string; readonly now: string; readonly was: string }[];
    }
  | {
      readonly kind: 'permissions' | 'rates';
      readonly file: string;
      /** Sites, or plans, that are named. */
      readonly parties: number;
      readonly rows: number;
    };

export interface WhatIf {
  readonly from: Day;
  readonly to: Day;
  /** The last day run: what happened through it counts. */
  readonly through: Day;
  readonly changes: readonly Supposed[];
  readonly all: Both;
  readonly interests: Interests;
  readonly traces: readonly { readonly trace: string; readonly both: Both }[];
  readonly reasons: readonly { readonly reason: string; readonly both: Both }[];
  readonly shifts: readonly { readonly shift: Shift; readonly both: Both }[];
  /** Changed lines about which a person had decided when they were another publisher's: the decision was applied as it is. */
  readonly decidedForAnother: Figures;
  readonly sellers: Cut<Party>;
  readonly publishers: Cut<Party>;
  readonly lines: Cut<ChangedLine>;
  readonly traffic: Traffic | null;
}
