/**
 * A forfeited line whose winning click had overwritten another publisher's: where the policy says so, it goes to that
 * publisher (SPEC 9, restoreOverwritten). It looks only at the clicks that the attribution recorded; the forfeit itself
 * is decided in settlement.ts and stays as it is.
 */
import { searchClicks, sourceOf } from '../attribution/attribution.ts';
import { type Click, type ClickEvidence, evidence, type OrderLine } from '../attribution/click.ts';
import type { Known } from '../attribution/registry.ts';
import { subIdOf } from '../attribution/tests/index.ts';
import type { Instant } from '../calendar.ts';
import { isOfDispute } from '../cases/pattern.ts';
import type { EventOf } from '../events/event.ts';
import { parsePid } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';
import { clicksSeen, type FiredSignal } from '../signals/index.ts';
import { amountsOf, baseOf, clearingOf, type SettlementTerms, type Standing, waitsFor } from './settlement.ts';

export interface RestorationTerms extends SettlementTerms {
  /** As delivered when the forfeiting night's day opened. */
  readonly registry: Known;
}

type Attributed = EventOf<'OrderAttributed'>;

/** The clicks that the winning one overwrote, latest first, as its attribution recorded them. */
export function overwrittenClicks(signals: readonly FiredSignal[]): readonly ClickEvidence[] {
  const fired = signals.find(({ signal }) => signal === 'overwritten-click');
  return fired === undefined ? [] : clicksSeen(fired);
}

/** What a registry has to hold to restore a line: its shop, and the PIDs of the clicks that were overwritten. */
export function restorationNeeds({ body }: Attributed): { shops: string[]; pids: string[] } {
  return { shops: [body.order.shop], pids: overwrittenClicks(body.signals).map(({ pid }) => pid) };
}

/**
 * Restores a line that has just been forfeited to the publisher it was taken from (SPEC 9, restoreOverwritten): the
 * latest overwritten click that passes the tests of SPEC 5 at its own instant, with its own rate, unless it had
 * overwritten another click itself. A line is restored once.
 * @param at the forfeit's instant
 * @returns the event; undefined where the policy, the clicks or the minimum leave the line forfeited
 */
export function restore(
  standing: Standing,
  attributed: Attributed,
  at: Instant,
  terms: RestorationTerms,
): { standing: Standing; event: EventOf<'CommissionRestored'> } | undefined {
  const { policy, registry, policyVersion, businessDay } = terms;
  const { forfeitedBy } = standing;
  if (!policy.restoreOverwritten || forfeitedBy === null || standing.restored !== null) return undefined;
  // What a seller got back because it disputed the line stays with the seller.
  if (isOfDispute(forfeitedBy)) return undefined;
  const clicks = overwrittenClicks(attributed.body.signals);
  if (clicks.length === 0) return undefined;
  const line = lineOf(attributed);
  const shop = registry.shops.get(line.shopId);
  if (shop === undefined) throw new Error(`order line ${line.orderLineId} is of shop ${line.shopId}, not known`);
  const rules = { registry, policy, policyVersion, businessDay };
  const { tested, winner } = searchClicks(line, shop, clicks.map(clickOf), rules);
  if (winner === undefined || winner.click === null) return undefined;
  if (isContested(evidence(winner.click), clicks, policy)) return undefined;
  const { pid, click, trace } = winner;
  const { rate } = winner.rate.row;
  const settled = amountsFor(standing, rate);
  if (settled !== null && settled.commission < policy.minimumCommission) return undefined;
  const { base = null, feeRate = null, ...amounts } = settled ?? { commission: 0n, fee: 0n, earning: 0n };
  const body = {
    decision: forfeitedBy,
    pid: pid.pid,
    click: click.clickId,
    trace,
    tested,
    rate,
    source: sourceOf(winner),
    base,
    ...amounts,
    fee_rate: feeRate,
    // Before its receipt nothing is earned, and the receipt says what it waits for.
    ...(settled === null ? {} : clearingOf(policy, businessDay)),
    policy: policyVersion,
  };
  const { publisherId } = pid;
  const { sellerId, orderLineId: subject } = standing;
  const event = {
    type: 'CommissionRestored' as const,
    businessDay,
    occurredAt: at,
    subject,
    sellerId,
    publisherId,
    body,
  };
  return { standing: restored(standing, event), event };
}

/**
 * Whether a click that was overwritten had itself overwritten one of yet another publisher, and would have been held for
 * it: whose sale it was is then not known.
 */
export function isContested(won: ClickEvidence, clicks: readonly ClickEvidence[], policy: Policy): boolean {
  if (policy.actions['overwritten-click'] !== 'hold') return false;
  return clicks.some((other) => {
    const gap = Date.parse(won.at) - Date.parse(other.at);
    const within = gap >= 0 && gap <= policy.overwriteSeconds * 1000;
    return within && other.shop === won.shop && parsePid(other.pid)?.publisherId !== parsePid(won.pid)?.publisherId;
  });
}

/** The line after it was restored: attributed or settled anew, under no hold. */
export function restored(standing: Standing, event: EventOf<'CommissionRestored'>): Standing {
  const { pid, click, trace, rate, base, fee_rate: feeRate, commission, fee, earning } = event.body;
  const isSettled = base !== null && feeRate !== null;
  return {
    ...standing,
    publisherId: event.publisherId ?? '',
    rate,
    state: isSettled ? 'settled' : 'attributed',
    hold: 'none',
    waits: waitsFor(event.body, event.businessDay),
    settled: isSettled ? { commission, fee, earning, feeRate } : null,
    restored: { pid, click, sub: subIdOf(event.body), trace },
  };
}

/**
 * C, F and P of the line's present base at another rate, with the fee rate it was settled with; null before its
 * receipt.
 */
export function amountsFor(standing: Standing, rate: string) {
  const { paid, receipt, refunds, settled } = standing;
  if (settled === null) return null;
  const base = baseOf(paid, receipt, refunds);
  return { base, feeRate: settled.feeRate, ...amountsOf(base, rate, settled.feeRate) };
}

function lineOf({ subject, body }: Attributed): OrderLine {
  const { order } = body;
  return {
    orderLineId: subject,
    orderId: order.order_id,
    buyerId: order.buyer,
    shopId: order.shop,
    itemId: order.item,
    categoryId: order.category,
    paid: order.paid,
    paidAt: Date.parse(order.paid_at),
    couponPid: order.coupon_pid ?? null,
  };
}

function clickOf({ click, at, pid, shop, item, sub }: ClickEvidence): Click {
  return {
    clickId: click,
    clickedAt: Date.parse(at),
    pid,
    shopId: shop,
    itemId: item ?? null,
    referrer: '',
    subId: sub ?? null,
  };
}
