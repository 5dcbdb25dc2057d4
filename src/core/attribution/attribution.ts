/**
 * Who earned an order line (SPEC 5): the candidates in order, the tests each has to pass, the coupon that overrides
 * them, and the event that records all of it. It reads only what it is given and revisits nothing.
 */
import { DAY_LENGTH, type Day, type Instant, isoOf } from '../calendar.ts';
import { sha256 } from '../digest.ts';
import type { Attribution, Bodies, RateSource } from '../events/event.ts';
import { share } from '../money.ts';
import type { Policy } from '../policy/policy.ts';
import { fireSignals, lookBackOf } from '../signals/index.ts';
import { type Click, evidence, latestFirst, type OrderLine, type Trace } from './click.ts';
import type { RateFound } from './rates.ts';
import type { Known, KnownPid, ShopEntry } from './registry.ts';
import { type Reason, type Tested, tryCandidate } from './tests/index.ts';
import type { Trial } from './tests/test.ts';

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
  return windows + lookBackOf(policy);
}

/**
 * Attributes one order line (SPEC 5).
 * @param clicks the buyer's clicks as delivered when the day opened, in any order
 * @throws when the line's shop is not in the registry: intake lets no such line in
 */
export function attribute(line: OrderLine, clicks: readonly Click[], terms: AttributionTerms): Attribution {
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
  const won = {
    line,
    click: winner.click,
    pid: winner.pid,
    clicks,
    registry: terms.registry,
    publisherByClicks: () => searchClicks(line, shop, clicks, terms).winner?.pid.publisherId,
  };
  const signals = fireSignals(won, terms.policy);
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
  const trial: Trial = { line, shop, pid, trace: 'coupon', at: line.paidAt, rate: undefined };
  const tested = tryCandidate({ coupon: couponPid }, trial, terms.policy);
  const { inWindow, unknownPids } = candidatesOf(line, clicks, terms);
  const { verdict } = tested;
  const found = { tested: [tested], inWindow, looked: [], unknownPids };
  return verdict === 'passed'
    ? { ...found, winner: winnerOf(trial, null, terms.policy), reason: 'no-click' }
    : { ...found, winner: undefined, reason: verdict };
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
  const trial: Trial = { line, shop, pid: undefined, trace: 'same-store', at: 0, rate: undefined };
  for (const { click, pid, trace } of candidates) {
    trial.pid = pid;
    trial.trace = trace;
    trial.at = click.clickedAt;
    const one = tryCandidate(evidence(click), trial, terms.policy);
    looked.push(click);
    tested.push(one);
    if (one.verdict === 'passed') {
      const winner = winnerOf(trial, click, terms.policy);
      return { tested, winner, reason: 'no-click', inWindow, looked, unknownPids };
    }
    reason ??= one.verdict;
    if (!terms.policy.fallThrough) break;
  }
  reason ??= unknownPids > 0 ? 'pid-unknown' : 'no-click';
  return { tested, winner: undefined, reason, inWindow, looked, unknownPids };
}

/** What a candidate that passed every test wins with. */
function winnerOf({ line, pid, trace, rate, at }: Trial, click: Click | null, policy: Policy): Winner {
  if (pid === undefined || rate === undefined) throw new Error('a candidate passed its tests without a PID or a rate');
  return { pid, click, trace, rate, rateAt: policy.rateAsOf === 'click' ? at : line.paidAt };
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

/** The clicks in a window that no test looked at, as a number and a digest over their canonical list. */
function restOf({ inWindow, looked }: Search): { count: number; digest: string } {
  if (looked.length === inWindow.length) return { count: 0, digest: '' };
  // Both stand latest first.
  let at = 0;
  const rest = inWindow.filter((click) => {
    if (click !== looked[at]) return true;
    at++;
    return false;
  });
  const list = rest.map((click) => [click.clickId, isoOf(click.clickedAt), click.pid, click.shopId]);
  return { count: rest.length, digest: sha256(JSON.stringify(list)) };
}
