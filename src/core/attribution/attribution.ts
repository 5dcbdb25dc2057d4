/**
 * Who earned an order line (SPEC 5): the candidates in order, the tests each has to pass, the coupon that overrides
 * them, and the event that records all of it. It reads only what it is given and revisits nothing.
 */
import { DAY_LENGTH, type Day, type Instant, isoOf } from '../calendar.ts';
import { sha256 } from '../digest.ts';
import type { Bodies, EventOf, RateSource, Reason, Relied, Tested, Trace } from '../events/event.ts';
import { share } from '../money.ts';
import type { Policy } from '../policy/policy.ts';
import { fireSignals } from '../signals/index.ts';
import { type Click, evidence, latestFirst, type OrderLine } from './click.ts';
import { findRate, type RateFound } from './rates.ts';
import { type Dated, inForce, type Known, type KnownPid, type ShopEntry } from './registry.ts';

/** What a line is attributed with: the buyer's clicks (more than the windows hold does no harm), registry and policy. */
export interface AttributionTerms {
  readonly registry: Known;
  readonly policy: Policy;
  readonly policyVersion: number;
  readonly businessDay: Day;
}

interface Candidate {
  readonly click: Click;
  readonly pid: KnownPid;
  readonly trace: Trace;
}

interface Winner {
  readonly pid: KnownPid;
  readonly click: Click | null;
  readonly trace: Trace;
  readonly rate: RateFound;
  readonly rateAt: Instant;
}

interface Search {
  readonly tested: readonly Tested[];
  readonly winner: Winner | undefined;
  readonly reason: Reason;
  readonly inWindow: readonly Click[];
  /** Those of them that a test looked at. */
  readonly looked: readonly Click[];
  readonly unknownPids: number;
}

/** Milliseconds before payment in which a click can matter at all: the longest window and the signals' look-back. */
export function reach(policy: Policy): number {
  const windows = Math.max(policy.sameStoreWindowDays, policy.crossStoreWindowDays) * DAY_LENGTH;
  return windows + Math.max(policy.overwriteSeconds, policy.floodSeconds) * 1000;
}

/**
 * Attributes one order line (SPEC 5).
 * @param clicks the buyer's clicks as delivered when the day opened, in any order
 * @throws when the line's shop is not in the registry: intake lets no such line in
 */
export function attribute(
  line: OrderLine,
  clicks: readonly Click[],
  terms: AttributionTerms,
): EventOf<'OrderAttributed'> | EventOf<'OrderUnattributed'> {
  const shop = terms.registry.shops.get(line.shopId);
  if (shop === undefined)
    throw new Error(`order line ${line.orderLineId} is of shop ${line.shopId}, which is not known`);
  const byCoupon = terms.policy.couponOverride && line.couponPid !== null;
  const search = byCoupon ? searchCoupon(line, shop, clicks, terms) : searchClicks(line, shop, clicks, terms);
  const common = {
    order: orderFacts(line, shop),
    tested: search.tested,
    rest: restOf(search),
    unknown_pids: search.unknownPids,
    policy: terms.policyVersion,
  };
  const stamp = {
    businessDay: terms.businessDay,
    occurredAt: line.paidAt,
    subject: line.orderLineId,
    sellerId: shop.sellerId,
  };
  if (search.winner === undefined) {
    const body = { reason: search.reason, ...common };
    return { type: 'OrderUnattributed', ...stamp, publisherId: null, body };
  }
  const body = { ...winnerBody(line, shop, search.winner, clicks, terms), ...common };
  return { type: 'OrderAttributed', ...stamp, publisherId: search.winner.pid.publisherId, body };
}

function orderFacts(line: OrderLine, shop: ShopEntry): Bodies['OrderAttributed']['order'] {
  return {
    order_id: line.orderId,
    buyer: line.buyerId,
    shop: line.shopId,
    mall: shop.mall,
    item: line.itemId,
    category: line.categoryId,
    paid: line.paid,
    paid_at: isoOf(line.paidAt),
    ...(line.couponPid === null ? {} : { coupon_pid: line.couponPid }),
  };
}

function winnerBody(
  line: OrderLine,
  shop: ShopEntry,
  winner: Winner,
  clicks: readonly Click[],
  terms: AttributionTerms,
) {
  const { row } = winner.rate;
  const signals = fireSignals({
    line,
    click: winner.click,
    pid: winner.pid,
    clicks,
    registry: terms.registry,
    policy: terms.policy,
    publisherByClicks: () => searchClicks(line, shop, clicks, terms).winner?.pid.publisherId,
  });
  return {
    pid: winner.pid.pid,
    click: winner.click?.clickId ?? null,
    trace: winner.trace,
    rate: row.rate,
    source: sourceOf(winner),
    estimate: share(line.paid, row.rate),
    signals,
    held: signals.some((signal) => signal.action === 'hold'),
  };
}

/** The row a winner's rate comes from, as events record it. */
export function sourceOf({ rate, rateAt }: Winner): RateSource {
  const { plan, row, memberSince } = rate;
  return {
    plan: plan.planId,
    kind: plan.kind,
    scope: row.scope,
    scope_id: row.scopeId,
    valid_from: isoOf(row.validFrom),
    valid_to: row.validTo === null ? null : isoOf(row.validTo),
    as_of: isoOf(rateAt),
    ...(memberSince === undefined ? {} : { member_since: isoOf(memberSince) }),
  };
}

function searchCoupon(line: OrderLine, shop: ShopEntry, clicks: readonly Click[], terms: AttributionTerms): Search {
  const couponPid = line.couponPid ?? '';
  const pid = terms.registry.pid(couponPid);
  const result = test({ line, shop, pid, trace: 'coupon', at: line.paidAt, click: null }, terms);
  const { inWindow, unknownPids } = candidatesOf(line, clicks, terms);
  const tested = {
    candidate: { coupon: couponPid },
    trace: 'coupon' as const,
    verdict: result.verdict,
    ...result.relied,
  };
  const reason = result.verdict === 'passed' ? 'no-click' : result.verdict;
  return { tested: [tested], winner: result.winner, reason, inWindow, looked: [], unknownPids };
}

/** Tests the clicks in a window, latest first, until one passes or the policy ends the search (SPEC 5). */
export function searchClicks(
  line: OrderLine,
  shop: ShopEntry,
  clicks: readonly Click[],
  terms: AttributionTerms,
): Search {
  const { candidates, inWindow, unknownPids } = candidatesOf(line, clicks, terms);
  const tested: Tested[] = [];
  const looked: Click[] = [];
  let reason: Reason | undefined;
  for (const { click, pid, trace } of candidates) {
    const result = test({ line, shop, pid, trace, at: click.clickedAt, click }, terms);
    looked.push(click);
    tested.push({ candidate: evidence(click), trace, verdict: result.verdict, ...result.relied });
    if (result.verdict === 'passed')
      return { tested, winner: result.winner, reason: 'no-click', inWindow, looked, unknownPids };
    reason ??= result.verdict;
    if (!terms.policy.fallThrough) break;
  }
  reason ??= unknownPids > 0 ? 'pid-unknown' : 'no-click';
  return { tested, winner: undefined, reason, inWindow, looked, unknownPids };
}

/** The clicks within their window, latest first, and of them those that are a promotion. */
function candidatesOf(line: OrderLine, clicks: readonly Click[], terms: AttributionTerms) {
  const { policy, registry } = terms;
  const sameStoreFrom = line.paidAt - policy.sameStoreWindowDays * DAY_LENGTH;
  const crossStoreFrom = line.paidAt - policy.crossStoreWindowDays * DAY_LENGTH;
  const inWindow = clicks
    .filter((click) => {
      const from = click.shopId === line.shopId ? sameStoreFrom : crossStoreFrom;
      return click.clickedAt >= from && click.clickedAt <= line.paidAt;
    })
    .sort(latestFirst);
  const candidates: Candidate[] = [];
  for (const click of inWindow) {
    const pid = registry.pid(click.pid);
    const trace: Trace = click.shopId === line.shopId ? 'same-store' : 'cross-store';
    if (pid !== undefined) candidates.push({ click, pid, trace });
  }
  return { candidates, inWindow, unknownPids: inWindow.length - candidates.length };
}

interface Trial {
  readonly line: OrderLine;
  readonly shop: ShopEntry;
  readonly pid: KnownPid | undefined;
  readonly trace: Trace;
  /** The click's instant; of a coupon, the payment's. */
  readonly at: Instant;
  readonly click: Click | null;
}

type ReliedOn = { -readonly [K in 'publisher' | 'site' | 'programme' | 'permission']?: Relied } & {
  ownBuyer?: boolean;
};
type Result = { readonly verdict: 'passed' | Reason; readonly winner: Winner | undefined; readonly relied: ReliedOn };

const relied = (row: Dated | undefined): Relied =>
  row === undefined ? null : { value: row.value, since: isoOf(row.at) };

/** The tests of SPEC 5 in their order; the first that fails names the reason. */
function test(trial: Trial, terms: AttributionTerms): Result {
  const { line, shop, pid, trace, at, click } = trial;
  const { policy } = terms;
  const on: ReliedOn = {};
  const fail = (verdict: Reason): Result => ({ verdict, winner: undefined, relied: on });
  if (pid === undefined) return fail('pid-unknown');
  const status = inForce(pid.publisher.status, at);
  on.publisher = relied(status);
  if (status !== undefined && status.value !== 'active') return fail('publisher-not-active');
  const review = inForce(pid.site.reviews, at);
  on.site = relied(review);
  if (review?.value !== 'approved') return fail('site-not-approved');
  const programme = inForce(shop.programme, at);
  on.programme = relied(programme);
  if (programme?.value !== 'join') return fail('shop-not-in-programme');
  if (trace === 'cross-store') {
    const asOf = policy.permissionAsOf === 'click' ? at : line.paidAt;
    const permission = inForce(pid.site.permissions.get(`cross-store:${shop.mall}`), asOf);
    on.permission = relied(permission);
    if (permission?.value !== 'grant') return fail('cross-store-not-permitted');
  }
  on.ownBuyer = pid.publisher.ownBuyers.has(line.buyerId);
  if (on.ownBuyer && policy.selfPurchase === 'deny') return fail('self-purchase');
  const rateAt = policy.rateAsOf === 'click' ? at : line.paidAt;
  const rate = findRate({
    shop,
    publisher: pid.publisher,
    trace,
    itemId: line.itemId,
    categoryId: line.categoryId,
    at: rateAt,
    precedence: policy.planPrecedence,
  });
  if (rate === undefined) return fail('no-rate');
  return { verdict: 'passed', winner: { pid, click, trace, rate, rateAt }, relied: on };
}

/** The clicks in a window that no test looked at, as a number and a digest over their canonical list. */
function restOf({ inWindow, looked }: Search): { count: number; digest: string } {
  const seen = new Set(looked);
  const rest = inWindow.filter((click) => !seen.has(click));
  if (rest.length === 0) return { count: 0, digest: '' };
  const list = rest.map((click) => [click.clickId, isoOf(click.clickedAt), click.pid, click.shopId]);
  return { count: rest.length, digest: sha256(JSON.stringify(list)) };
}
