/** The shapes of what an event remembers of an order line and of the rate it was looked up to earn (SPEC 5 and 6). */
import { type Infer, instant, money, nullable, object, optional, text } from './shape.ts';

export const order = object({
  order_id: text,
  buyer: text,
  shop: text,
  mall: text,
  item: text,
  category: text,
  paid: money,
  paid_at: instant,
  coupon_pid: optional(text),
});

export const rateSource = object({
  plan: text,
  kind: text,
  scope: text,
  scope_id: text,
  valid_from: instant,
  valid_to: nullable(instant),
  /** The instant the rate was looked up for. */
  as_of: instant,
  /** Since when the publisher is a member, for a targeted plan. */
  member_since: optional(instant),
});
export type RateSource = Infer<typeof rateSource>;
