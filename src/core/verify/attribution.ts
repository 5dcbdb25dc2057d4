/**
 * Whether an attribution follows from the facts it recorded (SPEC 5): the route, the candidates and their order, each
 * verdict, the fall-through, the reason. Facts left out of the event (the registry, the clicks not tested) are not
 * looked at here; `verify --deep` does that.
 */

import { isLater } from '../attribution/click.ts';
import { TESTS, type Tested, type Verdict } from '../attribution/tests/index.ts';
import { DAY_LENGTH, type Instant } from '../calendar.ts';
import type { Attribution } from '../events/event.ts';
import { parsePid } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';
import type { Checks } from './finding.ts';
import { checkWinner } from './winner.ts';

type Order = Attribution['body']['order'];

const DECISIONS = 'decisions';

/** Checks an attribution against itself and the policy in force on its day. */
export function checkAttribution(event: Attribution, policy: Policy, checks: Checks): void {
  const { body } = event;
  const paidAt = Date.parse(body.order.paid_at);
  checks.same(DECISIONS, 'body.order.paid_at', paidAt, event.occurredAt);
  checks.holds(DECISIONS, 'body.order.mall', /^(taobao|tmall)$/.test(body.order.mall), body.order.mall, 'a mall');
  const byCoupon = policy.couponOverride && body.order.coupon_pid !== undefined;
  if (byCoupon) checkCoupon(event, checks);
  body.tested.forEach((tested, i) => {
    const field = `body.tested.${i}`;
    if (!byCoupon) checkCandidate(tested, body.tested[i - 1], body.order, policy, field, checks);
    checkVerdict(tested, body.order, policy, field, checks);
  });
  checkEnd(event, policy, checks);
  checkRest(event, policy, byCoupon, checks);
  const last = body.tested.at(-1);
  if (event.type === 'OrderAttributed' && last !== undefined) checkWinner(event, last, policy, checks);
}

function checkCoupon({ body }: Attribution, checks: Checks): void {
  checks.same(DECISIONS, 'body.tested', body.tested.length, 1);
  checks.alike(DECISIONS, 'body.tested.0.candidate', body.tested[0]?.candidate, { coupon: body.order.coupon_pid });
  checks.same(DECISIONS, 'body.tested.0.trace', body.tested[0]?.trace, 'coupon');
}

/** A click's trace, its window, and its place after the candidate before it. */
export function checkCandidate(
  { candidate, trace }: Tested,
  before: Tested | undefined,
  order: Order,
  policy: Policy,
  field: string,
  checks: Checks,
): void {
  if (!('click' in candidate)) {
    checks.same(DECISIONS, `${field}.candidate`, candidate, 'a click');
    return;
  }
  const sameStore = candidate.shop === order.shop;
  checks.same(DECISIONS, `${field}.trace`, trace, sameStore ? 'same-store' : 'cross-store');
  const days = sameStore ? policy.sameStoreWindowDays : policy.crossStoreWindowDays;
  const paidAt = Date.parse(order.paid_at);
  const at = Date.parse(candidate.at);
  const inWindow = paidAt - days * DAY_LENGTH <= at && at <= paidAt;
  checks.holds(DECISIONS, `${field}.candidate.at`, inWindow, candidate.at, `within ${days} days before the payment`);
  checks.holds(DECISIONS, `${field}.candidate.pid`, parsePid(candidate.pid) !== undefined, candidate.pid, 'a PID');
  const earlier = before?.candidate;
  if (earlier === undefined || !('click' in earlier)) return;
  checks.holds(
    DECISIONS,
    `${field}.candidate`,
    isLater(earlier, candidate),
    candidate.click,
    `after ${earlier.click}: latest first`,
  );
}

/** The instant a candidate is tested at: the click's; of a coupon, the payment's. */
function instantOf(candidate: Tested['candidate'], paidAt: Instant): Instant {
  return 'click' in candidate ? Date.parse(candidate.at) : paidAt;
}

/**
 * The tests of SPEC 5 in their order, over the facts recorded. A test past the first that failed was not made, so its
 * fact is not there.
 */
export function checkVerdict(tested: Tested, order: Order, policy: Policy, field: string, checks: Checks): void {
  const paidAt = Date.parse(order.paid_at);
  const at = instantOf(tested.candidate, paidAt);
  let verdict: Verdict = 'passed';
  for (const test of TESTS) {
    const fact = tested[test.fact];
    const isMade = verdict === 'passed' && test.isMade(tested.trace);
    const asked = isMade ? 'looked at' : 'not looked at';
    checks.holds(DECISIONS, `${field}.${test.fact}`, isMade === (fact !== undefined), fact, asked);
    if (!isMade) continue;
    if (fact !== undefined) {
      for (const { part, stored, asked } of test.faults(fact, at, paidAt, policy))
        checks.holds(DECISIONS, `${field}.${test.fact}.${part}`, false, stored, asked);
    }
    if (fact === undefined || !test.holds(fact, policy)) verdict = test.reason;
  }
  checks.same(DECISIONS, `${field}.verdict`, tested.verdict, verdict);
}

/** Whether the search ended where it had to, and with the reason it had to. */
function checkEnd({ type, body }: Attribution, policy: Policy, checks: Checks): void {
  const { tested } = body;
  const passed = tested.findIndex((one) => one.verdict === 'passed');
  const outcome = passed < 0 ? 'OrderUnattributed' : 'OrderAttributed';
  checks.same(DECISIONS, 'type', type, outcome);
  if (passed >= 0) checks.same(DECISIONS, 'body.tested', tested.length, passed + 1);
  if (!policy.fallThrough) checks.holds(DECISIONS, 'body.tested', tested.length <= 1, tested.length, 'the first only');
  if (type !== 'OrderUnattributed') return;
  const none = body.unknown_pids > 0 ? 'pid-unknown' : 'no-click';
  checks.same(DECISIONS, 'body.reason', body.reason, tested[0]?.verdict ?? none);
}

/** The clicks not tested: none but those of unknown PIDs where every candidate was. */
function checkRest({ type, body }: Attribution, policy: Policy, byCoupon: boolean, checks: Checks): void {
  const { rest, unknown_pids: unknown } = body;
  const all = type === 'OrderUnattributed' && !byCoupon && (policy.fallThrough || body.tested.length === 0);
  if (all) checks.same(DECISIONS, 'body.rest.count', rest.count, unknown);
  else checks.holds(DECISIONS, 'body.rest.count', rest.count >= unknown, rest.count, `${unknown} or more`);
  const form = rest.count === 0 ? rest.digest === '' : /^[0-9a-f]{64}$/.test(rest.digest);
  checks.holds(DECISIONS, 'body.rest.digest', form, rest.digest, rest.count === 0 ? 'empty' : 'a SHA-256');
}
