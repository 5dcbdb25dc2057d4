/** Clicks and order lines as decisions read them, and the order in which clicks are considered. */
import { type Instant, isoOf } from '../calendar.ts';
import type { ClickEvidence } from '../events/event.ts';
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
}

/** Latest first: greater `clicked_at`, then greater `click_id` (SPEC 5). */
export function latestFirst(a: Click, b: Click): number {
  return b.clickedAt - a.clickedAt || byCodePoint(b.clickId, a.clickId);
}

/** A click as events remember it; the referrer only where it was looked at. */
export function evidence(click: Click, withReferrer = false): ClickEvidence {
  return {
    click: click.clickId,
    at: isoOf(click.clickedAt),
    pid: click.pid,
    shop: click.shopId,
    ...(click.itemId === null ? {} : { item: click.itemId }),
    ...(withReferrer ? { referrer: click.referrer } : {}),
  };
}
