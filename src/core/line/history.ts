/**
 * What is known of one order line: the shape in which the store hands its history to those who show it. It holds events
 * as they are, and decides nothing.
 */

import type { Day, Instant, Month } from '../calendar.ts';
import type { Logged } from '../events/read-body.ts';
import type { Money } from '../money.ts';
import type { Policy } from '../policy/policy.ts';

/** A month's statement as issued, and its payout's events where it has one. */
export interface StatementTrail {
  readonly issued: Logged;
  readonly payout: readonly Logged[];
}

/** Where an entry of a line went: into the seller's deductions and the publisher's statements. */
export interface Trail {
  readonly entry: string;
  /** The seller's due balance at the end of the entry's day; null where the entry moved no due. */
  readonly dueAfter: Money | null;
  /** The events of the deduction that carried it and, where that failed, of the ones that took its place. */
  readonly deductions: readonly (readonly Logged[])[];
  /** The month of the entry in the publisher's payable; null where it moved no payable. */
  readonly month: Month | null;
  readonly statements: readonly StatementTrail[];
}

/** A fact that has been delivered and whose night has not been run. */
export interface WaitingFact {
  readonly kind: 'receipt' | 'closure' | 'refund' | 'correction' | 'decision';
  readonly fact_id: string;
  readonly at: Instant;
  readonly amount: Money | null;
  readonly decision: string | null;
  readonly due_day: Day;
}

/** A click of the line's buyer in its window that came after its night, and so is none of its attribution. */
export interface LateClick {
  readonly click: string;
  readonly at: Instant;
  readonly pid: string;
}

/** A row that waits for its order line. */
export interface ParkedFact {
  readonly feed: string;
  readonly file: string;
  readonly line: bigint;
}

/** The line as it was delivered. */
interface DeliveredLine {
  readonly order_id: string;
  readonly shop_id: string;
  readonly paid_amount: Money;
  readonly paid_at: Instant;
  readonly due_day: Day;
}

/** What is known of an order line: its events, or only its delivery, or only rows that wait for it. */
export type History =
  | {
      readonly kind: 'run';
      readonly orderLineId: string;
      /** Oldest first: `OrderAttributed`, `OrderUnattributed` or `LineBroughtIn`, then what became of it. */
      readonly events: readonly Logged[];
      readonly policy: { readonly version: number; readonly policy: Policy };
      readonly trails: readonly Trail[];
      /** The latest first. */
      readonly lateClicks: readonly LateClick[];
      readonly waiting: readonly WaitingFact[];
    }
  | {
      readonly kind: 'delivered';
      readonly orderLineId: string;
      readonly line: DeliveredLine;
      readonly waiting: readonly WaitingFact[];
    }
  | { readonly kind: 'parked'; readonly orderLineId: string; readonly parked: readonly ParkedFact[] };
