/** Clicks and order lines as decisions read them, clicks as events remember them, and the order in which they are considered. */
import { type Instant, isoOf } from '../calendar.ts';
import { type Infer, instant, object, oneOf, optional, text } from '../events/shape.ts';
import { byCodePoint } from '../ids.ts';
import type { Money } from '../money.ts';

export interface OrderLine {
  readonly orderLineId: string;
  readonly orderId: string;
  readonly buyerId: string;
  readonly shopId: string;
  readonly itemId: string;
  readonly categoryId: string;
  readonly paid: Money;
  readonly paidAt: Instant;
  readonly couponPid: string | null;
}

export interface Click {
  readonly clickId: string;
  readonly clickedAt: Instant;
  readonly pid: string;
  readonly shopId: string;
  readonly itemId: string | null;
  readonly referrer: string;
  /** The publisher's own mark; null where it sent none. */
  readonly subId: string | null;
}

/** How a line came to whom it came to (SPEC 5): by a click in its shop, in another, or by a coupon. */
export const trace = oneOf(['same-store', 'cross-store', 'coupon']);
export type Trace = Infer<typeof trace>;

/** A click as an event remembers it; the referrer only where a signal looked at it. */
export const clickEvidence = object({
  click: text,
  at: instant,
  pid: text,
  shop: text,
  item: optional(text),
  sub: optional(text),
});
export type ClickEvidence = Infer<typeof clickEvidence>;

/** Latest first: greater `clicked_at`, then greater `click_id` (SPEC 5). */
export function latestFirst(a: Click, b: Click): number {
  return b.clickedAt - a.clickedAt || byCodePoint(b.clickId, a.clickId);
}

/** A click as events remember it. */
export function evidence(click: Click): ClickEvidence {
  return {
    click: click.clickId,
    at: isoOf(click.clickedAt),
    pid: click.pid,
    shop: click.shopId,
    ...(click.itemId === null ? {} : { item: click.itemId }),
    ...(click.subId === null ? {} : { sub: click.subId }),
  };
}

/** Whether clicks stand latest first, each once. */
export function isLatestFirst(clicks: readonly ClickEvidence[]): boolean {
  return clicks.every((one, i) => {
    const before = clicks[i - 1];
    return before === undefined || isLater(before, one);
  });
}

/** Whether a click comes before another where the latest comes first. */
export function isLater(one: ClickEvidence, other: ClickEvidence): boolean {
  return (Date.parse(one.at) - Date.parse(other.at) || byCodePoint(one.click, other.click)) > 0;
}
