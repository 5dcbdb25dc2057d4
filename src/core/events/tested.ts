/** The shapes of what an event remembers of attribution (SPEC 5): clicks, the candidates tested, how each ended. */
import { either, flag, type Infer, instant, list, nullable, object, oneOf, optional, text, whole } from './shape.ts';

export const trace = oneOf(['same-store', 'cross-store', 'coupon']);
export type Trace = Infer<typeof trace>;

export const REASONS = [
  'no-click',
  'pid-unknown',
  'publisher-not-active',
  'site-not-approved',
  'shop-not-in-programme',
  'cross-store-not-permitted',
  'self-purchase',
  'no-rate',
] as const;
export type Reason = (typeof REASONS)[number];

/** A click as an event remembers it. */
export const click = object({
  click: text,
  at: instant,
  pid: text,
  shop: text,
  item: optional(text),
  referrer: optional(text),
});
export type ClickEvidence = Infer<typeof click>;

/** A dated switch row relied on: its value, and since when; null where there was no row and the default held. */
const relied = nullable(object({ value: text, since: instant }));
export type Relied = Infer<typeof relied>;

/** One candidate tested: the facts its tests read, in the order they were read, and how it ended. */
export const tested = object({
  candidate: either('coupon', object({ coupon: text }), click),
  trace,
  verdict: oneOf(['passed', ...REASONS]),
  publisher: optional(relied),
  site: optional(relied),
  programme: optional(relied),
  permission: optional(relied),
  ownBuyer: optional(flag),
});
export type Tested = Infer<typeof tested>;

/** What a search came by beside the candidates tested. */
export const search = {
  tested: list(tested),
  /** The clicks in a window that were not tested: how many, and the SHA-256 of their canonical list. */
  rest: object({ count: whole, digest: text }),
  /** Clicks in a window left out because their PID is not known. */
  unknown_pids: whole,
};
