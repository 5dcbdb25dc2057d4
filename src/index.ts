/**
 * The pure core, for programs that decide for themselves: the same functions as the night calls, with their types. They read
 * no clock, file or database. How a book is kept, run and asked is the command line's and the API's.
 */
export {
  type AttributionTerms,
  attribute,
  reach,
} from './core/attribution/attribution.ts';
export type { Click, OrderLine, Trace } from './core/attribution/click.ts';
export {
  type Dated,
  type Known,
  type KnownPid,
  type PlanEntry,
  type PublisherEntry,
  type RateEntry,
  Registry,
  type ShopEntry,
  type SiteEntry,
} from './core/attribution/registry.ts';
export { Calendar, type Day, type Instant, type Month } from './core/calendar.ts';
export type { Attribution, Event, EventOf, EventType } from './core/events/event.ts';
export { post, type Transfer } from './core/ledger.ts';
export { formatMoney, type Money, parseMoney, parseRate, type Rate, share } from './core/money.ts';
export { alimama2013, type Policy, parsePolicy } from './core/policy/policy.ts';
export {
  begin,
  type DatedFact,
  type Life,
  live as settle,
  type NightTerms,
  type RulesOn,
} from './core/settlement/line-nights.ts';
export {
  amountsOf,
  type LineFact,
  type SettlementTerms,
  type Standing,
  type TradeFact,
} from './core/settlement/settlement.ts';
