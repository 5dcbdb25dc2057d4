/**
 * An order line as a network's own tables show it: what was ordered, by whose promotion, and how far it has come. The
 * states are decided here, from events; their words and columns are in src/formats/report.
 */
import type { Day, Instant } from '../calendar.ts';
import type { Bodies } from '../events/event.ts';
import type { Money, Rate } from '../money.ts';

/** An event of the line with its day and instant. */
export interface Happened<T extends keyof Bodies> {
  readonly day: Day;
  readonly at: Instant;
  readonly body: Bodies[T];
}

/** An attributed order line with its registry names as they are now, and its events after the attribution. */
export interface ReportLine {
  readonly order_line_id: string;
  readonly order_id: string;
  readonly item_id: string;
  readonly quantity: number;
  readonly paid_amount: Money;
  readonly paid_at: Instant;
  readonly shop_id: string;
  readonly shop_name: string;
  readonly mall: 'taobao' | 'tmall';
  readonly seller_id: string;
  readonly publisher_id: string;
  readonly publisher_name: string;
  readonly pid: string;
  /** The publisher's own mark on the click that won; null without one, and for a seller. */
  readonly sub_id: string | null;
  readonly site_name: string;
  readonly adzone_name: string;
  readonly trace: string;
  /** Null for a coupon. */
  readonly clicked_at: Instant | null;
  readonly plan_id: string;
  readonly plan_name: string;
  readonly rate: Rate;
  readonly estimate: Money;
  /** Of action flag or hold, joined by `;`. */
  readonly signals: string;
  readonly hold: 'none' | 'held' | 'released';
  readonly settled: Happened<'CommissionSettled'> | null;
  readonly voided: Happened<'CommissionVoided'> | null;
  readonly forfeited: Happened<'CommissionForfeited'> | null;
  readonly reversals: readonly Happened<'CommissionReversed'>[];
  /** The deduction that took the commission, with the bank's last word; null where it was netted or is not settled. */
  readonly deduction: { readonly id: string; readonly state: string; readonly at: Instant | null } | null;
  /** The day that closed the publisher's month of the settlement; null while it is open. */
  readonly closed_on: Day | null;
}

/** A refund of a settled line: what was given back because of it. */
export interface ReportRefund {
  readonly line: ReportLine;
  readonly reversal: Happened<'CommissionReversed'>;
}

/**
 * Where a line is, as networks count: paid; confirmed, its seller not yet charged; settled, when the seller's deduction
 * is confirmed or was netted; void, also after a forfeiture.
 */
export type LineState = 'paid' | 'confirmed' | 'settled' | 'void';

/** The state of a line as networks count it. */
export function stateOf(line: ReportLine): LineState {
  if (line.voided !== null || line.forfeited !== null) return 'void';
  if (line.settled === null) return 'paid';
  return line.deduction === null || line.deduction.state === 'confirmed' ? 'settled' : 'confirmed';
}

/** What a line stands at now: settled, less what was given back; null before it is settled. */
export function standsAt({ settled, reversals, forfeited }: ReportLine): Bodies['CommissionReversed']['left'] | null {
  if (settled === null) return null;
  if (forfeited !== null) return { commission: 0n, fee: 0n, earning: 0n };
  return reversals.at(-1)?.body.left ?? settled.body;
}

/** What the book knows of orders that a report names and the party's lines do not have. */
export interface OrderFate {
  readonly order_id: string;
  readonly order_line_id: string;
  readonly item_id: string;
  readonly paid_amount: Money;
  readonly paid_at: Instant;
  /** Null while its night has not been run. */
  readonly outcome: 'attributed' | 'unattributed' | null;
  readonly reason: string | null;
  readonly publisher_id: string | null;
  readonly seller_id: string | null;
}
