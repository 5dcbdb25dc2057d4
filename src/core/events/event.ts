/**
 * The event union: everything the log can say. An event holds decided amounts and the facts they were decided from, so
 * that nothing that comes after it has to evaluate a rule again. Amounts in bodies are minor units in memory and
 * decimals in the stored text; instants in bodies are ISO texts. No body holds an IP address.
 */
import type { Trace } from '../attribution/click.ts';
import type { Reason, Tested } from '../attribution/tests/index.ts';
import type { BankBodies } from '../bank/bodies.ts';
import type { Day, Instant, Month } from '../calendar.ts';
import type { DeskBodies } from '../cases/bodies.ts';
import { formatMoney, type Money, type Rate } from '../money.ts';
import type { FiredSignal } from '../signals/index.ts';

export type VoidReason = 'below-minimum' | 'order-closed' | 'forfeited';

export interface RateSource {
  readonly plan: string;
  readonly kind: string;
  readonly scope: string;
  readonly scope_id: string;
  readonly valid_from: string;
  readonly valid_to: string | null;
  /** The instant the rate was looked up for. */
  readonly as_of: string;
  /** Since when the publisher is a member, for a targeted plan. */
  readonly member_since?: string;
}

interface OrderFacts {
  readonly order_id: string;
  readonly buyer: string;
  readonly shop: string;
  readonly mall: string;
  readonly item: string;
  readonly category: string;
  readonly paid: Money;
  readonly paid_at: string;
  readonly coupon_pid?: string;
}

interface Search {
  readonly order: OrderFacts;
  readonly tested: readonly Tested[];
  /** The clicks in a window that were not tested: how many, and the SHA-256 of their canonical list. */
  readonly rest: { readonly count: number; readonly digest: string };
  /** Clicks in a window left out because their PID is not known. */
  readonly unknown_pids: number;
  readonly policy: number;
}

export interface Amounts {
  /** C, what the seller owes. */
  readonly commission: Money;
  /** F, the alliance's part of it. */
  readonly fee: Money;
  /** P, the publisher's. */
  readonly earning: Money;
}

/** Where a line's earning stands: in the publisher's `payable`, `held`, or `clearing`, where it waits to become payable. */
export type Pocket = 'payable' | 'held' | 'clearing';

/** What an earning waits for before it is payable; absent where the policy asks for nothing. */
export interface Clearing {
  /** The first night that may make it payable. */
  readonly clears_on?: Day;
  /** True where its seller's deduction has to be confirmed too. */
  readonly when_collected?: boolean;
}

export interface CountedRefund {
  readonly refund: string;
  /** What it takes off the line; below 0 only of a correction. */
  readonly amount: Money;
  readonly refunded_at: string;
  /** Of a correction of the line's amount: why. Its id is in `refund`. */
  readonly correction?: string;
}

interface Decided {
  readonly decision: string;
  readonly decided_by: string;
  readonly reason: string;
}

export interface StatementFigures {
  readonly month: Month;
  readonly opening: Money;
  readonly earnings: Money;
  readonly reversals: Money;
  readonly releases: Money;
  readonly forfeitures: Money;
  readonly adjustments: Money;
  readonly tax: Money;
  readonly payouts: Money;
  readonly closing: Money;
  readonly gross: Money;
  readonly tax_due: Money;
  readonly returned: Money;
  readonly payout: Money;
  readonly disposition: 'paid' | 'carried' | 'frozen';
}

/** The amounts of a statement, in the order in which it shows them (SPEC 15). */
export const STATEMENT_FIGURES = [
  'opening',
  'earnings',
  'reversals',
  'releases',
  'forfeitures',
  'adjustments',
  'tax',
  'payouts',
  'closing',
  'gross',
  'tax_due',
  'returned',
  'payout',
] as const satisfies readonly (keyof StatementFigures)[];

/** What a night did in one partition: counts, the sum of its transfers, and the root over its events in hex. */
export interface PartitionTally {
  readonly partition: number;
  readonly events: number;
  readonly transfers: number;
  readonly amount: Money;
  readonly tree: string;
}

/** The events that moved a publisher's payable in a month, in the order of its statement (SPEC 10). */
export interface LinesDigest {
  readonly count: number;
  /** SHA-256 of their hashes one after the other, in hex. */
  readonly digest: string;
}

export interface Bodies extends DeskBodies, BankBodies {
  PolicyAdopted: { readonly version: number; readonly name: string; readonly policy: string };
  DayOpened: { readonly policy: number };
  RunCompleted: {
    readonly policy: number;
    /** Every partition's last position and hash before this event. */
    readonly heads: readonly (readonly [partition: number, position: number, hash: string])[];
    /** The partitions in which events were appended since the last night's end. */
    readonly tallies: readonly PartitionTally[];
    /** The Merkle root over all of it (night-tree.ts), in hex. */
    readonly root: string;
  };
  OrderAttributed: Search & {
    readonly pid: string;
    readonly click: string | null;
    readonly trace: Trace;
    readonly rate: Rate;
    readonly source: RateSource;
    readonly estimate: Money;
    readonly signals: readonly FiredSignal[];
    readonly held: boolean;
  };
  OrderUnattributed: Search & { readonly reason: Reason };
  /** A line that old books attributed, in place of an attribution. */
  LineBroughtIn: {
    readonly cut_over: string;
    /** What was paid is what is left of it. */
    readonly order: OrderFacts;
    readonly pid: string;
    readonly trace: Trace;
    readonly rate: Rate;
    readonly estimate: Money;
    /** What the old books settled it at; null of a line that is not received. */
    readonly settled: (Amounts & { readonly confirmed_at: string; readonly fee_rate: Rate }) | null;
    readonly prepared_by: string;
    readonly approved_by: string;
    readonly policy: number;
  };
  CommissionSettled: Amounts &
    Clearing & {
      readonly pocket: Pocket;
      readonly paid: Money;
      readonly received: Money | null;
      readonly refunds: readonly CountedRefund[];
      readonly base: Money;
      readonly rate: Rate;
      readonly fee_rate: Rate;
      readonly policy: number;
    };
  CommissionVoided: {
    readonly reason: VoidReason;
    /** The least commission of the policy, where it is below that. */
    readonly minimum?: Money;
    readonly base?: Money;
    readonly commission?: Money;
    /** The decision that forfeited it, and who decided. */
    readonly decision?: string;
    readonly decided_by?: string;
    /** The reason given with a closure or a decision. */
    readonly because?: string;
    /** Those counted, where a correction is among them. */
    readonly refunds?: readonly CountedRefund[];
  };
  CommissionReversed: Amounts & {
    readonly pocket: Pocket;
    readonly refund: CountedRefund;
    readonly base: Money;
    readonly rate: Rate;
    readonly fee_rate: Rate;
    readonly left: Amounts;
  };
  /** `pocket` says where it goes, if not to payable. */
  CommissionReleased: Decided & { readonly earning: Money; readonly pocket?: 'clearing' };
  /** What has waited in clearing becomes payable. */
  EarningCleared: {
    readonly earning: Money;
    /** Of one that had to be collected: the deduction that was, null where the charge was netted. */
    readonly deduction?: string | null;
  };
  CommissionForfeited: Decided & Amounts & { readonly pocket: Pocket };
  /** A forfeited line given to the publisher whose click the winning one had overwritten. */
  CommissionRestored: Amounts &
    Clearing & {
      /** The decision that forfeited it. */
      readonly decision: string;
      readonly pid: string;
      readonly click: string;
      readonly trace: Trace;
      /** The overwritten clicks tested, latest first, the last of them passed. */
      readonly tested: readonly Tested[];
      readonly rate: Rate;
      readonly source: RateSource;
      /** Null before the line's receipt: nothing is posted, and the receipt settles it for this publisher. */
      readonly base: Money | null;
      /** As the line was settled with; null before its receipt. */
      readonly fee_rate: Rate | null;
      readonly policy: number;
    };
  DeductionInstructed: { readonly amount: Money };
  DeductionConfirmed: { readonly amount: Money; readonly reason: string };
  DeductionFailed: { readonly amount: Money; readonly after_confirmation: boolean; readonly reason: string };
  TaxWithheld: { readonly amount: Money; readonly gross: Money; readonly profile: string };
  PayoutInstructed: {
    readonly month: Month;
    readonly from_payable: Money;
    readonly from_returned: Money;
    readonly amount: Money;
    readonly value_date: Day;
  };
  PayoutConfirmed: { readonly amount: Money; readonly reason: string };
  PayoutReturned: { readonly amount: Money; readonly after_confirmation: boolean; readonly reason: string };
  /** Of a publisher's payable. */
  AdjustmentPosted: Adjustment;
  /** What old books handed on, of a publisher's payable or returned, or of a seller's due. */
  OpeningPosted: {
    readonly cut_over: string;
    readonly account: OpeningAccount;
    /** Owed to the publisher, or by the seller. */
    readonly amount: Money;
    readonly prepared_by: string;
    readonly approved_by: string;
  };
  /** Of a seller's due. */
  DueAdjusted: Adjustment;
  StatementIssued: StatementFigures & { readonly lines: LinesDigest };
  /** Of a site: from its instant on nothing of it earns (SPEC 12). */
  SiteWithdrawn: { readonly site: string; readonly withdrawn_by: string; readonly reason: string };
  PermissionApplied: {
    readonly site: string;
    readonly permission: string;
    readonly statement: string;
    /** The rejected application that this one appeals against. */
    readonly appeal_of: string | null;
  };
  PermissionApproved: DecidedOnSite;
  /** Until when it can be appealed against; null for the rejection of an appeal, which is the last word. */
  PermissionRejected: DecidedOnSite & { readonly appeal_until: string | null };
  NoticeIssued: {
    readonly site: string;
    readonly permissions: readonly string[];
    readonly effective_at: string;
    readonly issued_by: string;
    readonly score: string | null;
    readonly short: readonly string[];
    readonly reason: string;
  };
  NoticeCancelled: {
    readonly site: string;
    readonly permission: string;
    readonly cancelled_by: string;
    readonly reason: string;
  };
}

/** The accounts that old books hand on: a publisher's first two, a seller's last. */
export type OpeningAccount = 'payable' | 'returned' | 'due';

/** What two persons decided about a balance. */
export interface Adjustment {
  readonly adjustment: string;
  /** Positive in the party's favour. */
  readonly amount: Money;
  readonly reason: string;
  /** SHA-256 of the document that it rests on, in hex. */
  readonly document: string;
  readonly proposed_by: string;
  readonly approved_by: string;
}

interface DecidedOnSite {
  readonly site: string;
  readonly permission: string;
  readonly decided_by: string;
  readonly reason: string;
}

export type EventType = keyof Bodies;

export interface EventOf<T extends EventType> {
  readonly type: T;
  readonly businessDay: Day;
  readonly occurredAt: Instant;
  /** The order line, deduction, payout, publisher and month, `site:`, `application:` or `notice:` and its id, or the run. */
  readonly subject: string;
  readonly sellerId: string | null;
  readonly publisherId: string | null;
  readonly body: Bodies[T];
}

export type Event = { [T in EventType]: EventOf<T> }[EventType];

/** The text a body is stored and hashed as: JSON in the order the event was written, amounts as decimals. */
export function bodyText(event: Event, digits: number): string {
  return JSON.stringify(withDecimals(event.body, digits));
}

/** The parts of bodies that hold amounts of their own. The others, most of a body, are written as they are. */
const HOLDS_AMOUNTS: ReadonlySet<string> = new Set(['order', 'refund', 'refunds', 'left', 'settled', 'tallies']);

function withDecimals(body: object, digits: number): object {
  const written: Record<string, unknown> = {};
  for (const key in body) {
    const value: unknown = body[key as keyof typeof body];
    if (typeof value === 'bigint') written[key] = formatMoney(value, digits);
    else if (typeof value !== 'object' || value === null || !HOLDS_AMOUNTS.has(key)) written[key] = value;
    else if (Array.isArray(value)) written[key] = value.map((one: object) => withDecimals(one, digits));
    else written[key] = withDecimals(value as object, digits);
  }
  return written;
}

/**
 * What an event's hash is taken over: every field and the hash before it, each written with its length in front, so
 * that no two different events have one text.
 */
export function sealText(
  event: Event,
  place: { partition: number; position: bigint; ordinal: number; previous: bigint | null },
  body: string,
  hashBefore: string,
): string {
  return selfDelimited([
    hashBefore,
    String(place.partition),
    String(place.position),
    event.type,
    event.businessDay,
    String(event.occurredAt),
    event.subject,
    String(place.ordinal),
    event.sellerId,
    event.publisherId,
    place.previous === null ? null : String(place.previous),
    body,
  ]);
}

/** Fields as one text from which they can be read back: each with its length in front, `-` for none. */
export function selfDelimited(fields: readonly (string | null)[]): string {
  let text = '';
  for (const field of fields) text += field === null ? '-,' : `${field.length}:${field},`;
  return text;
}
