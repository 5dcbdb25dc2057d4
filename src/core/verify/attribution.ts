/**
 * Whether an attribution follows from the facts it recorded (SPEC 5): the route, the candidates and their order, each
 * verdict, the fall-through, the reason. Facts left out of the event (the registry, the clicks not tested) are not
 * looked at here; `verify --deep` does that.
 */
import { DAY_LENGTH, type Instant } from '../calendar.ts';
import type { EventOf, Reason, Relied, Tested } from '../events/event.ts';
import { byCodePoint, parsePid } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';
import { SITE_STATES } from '../promotion/permissions.ts';
import type { Checks } from './finding.ts';
import { checkWinner } from './winner.ts';

type Order = Attribution['body']['order'];
export type Attribution = EventOf<'OrderAttributed'> | EventOf<'OrderUnattributed'>;

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
  const later = Date.parse(earlier.at) - at || byCodePoint(earlier.click, candidate.click);
  checks.holds(DECISIONS, `${field}.candidate`, later > 0, candidate.click, `after ${earlier.click}: latest first`);
}

/** The instant a candidate is tested at: the click's; of a coupon, the payment's. */
function instantOf(candidate: Tested['candidate'], paidAt: Instant): Instant {
  return 'click' in candidate ? Date.parse(candidate.at) : paidAt;
}

/** What each dated switch can say (SPEC 3). */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  publisher: ['active', 'frozen', 'terminated'],
  site: [...SITE_STATES, 'withdrawn'],
  programme: ['join', 'leave'],
  permission: ['grant', 'revoke'],
};

type Fact = 'publisher' | 'site' | 'programme' | 'permission' | 'ownBuyer';

/**
 * The tests of SPEC 5 in their order, over the facts recorded. A test past the first that failed was not made, so its
 * fact is not there; whether a rate applied is all that a passed candidate's facts leave open.
 */
export function checkVerdict(tested: Tested, order: Order, policy: Policy, field: string, checks: Checks): void {
  const at = instantOf(tested.candidate, Date.parse(order.paid_at));
  const permissionAt = policy.permissionAsOf === 'click' ? at : Date.parse(order.paid_at);
  const dated = (fact: Exclude<Fact, 'ownBuyer'>, by: Instant, passes: (relied: Relied) => boolean, fails: Reason) => ({
    fact,
    fails,
    passes: () => passes(tested[fact] ?? null),
    since: by,
  });
  const tests: readonly { fact: Fact; fails: Reason; passes: () => boolean; since?: Instant }[] = [
    dated('publisher', at, (relied) => relied === null || relied.value === 'active', 'publisher-not-active'),
    dated('site', at, (relied) => relied?.value === 'approved', 'site-not-approved'),
    dated('programme', at, (relied) => relied?.value === 'join', 'shop-not-in-programme'),
    ...(tested.trace === 'cross-store'
      ? [dated('permission', permissionAt, (relied) => relied?.value === 'grant', 'cross-store-not-permitted')]
      : []),
    {
      fact: 'ownBuyer',
      fails: 'self-purchase',
      passes: () => tested.ownBuyer === false || policy.selfPurchase === 'allow',
    },
  ];
  const known = tested.publisher !== undefined;
  let verdict: Reason | undefined = known ? undefined : 'pid-unknown';
  const isClick = 'click' in tested.candidate;
  checks.holds(DECISIONS, `${field}.publisher`, known || !isClick, '-', 'recorded: a click of no known PID is none');
  const expected = new Set<Fact>();
  for (const { fact, fails, passes, since } of tests) {
    if (verdict !== undefined) break;
    expected.add(fact);
    const relied = fact === 'ownBuyer' ? null : (tested[fact] ?? null);
    if (relied !== null && since !== undefined) {
      checks.holds(DECISIONS, `${field}.${fact}.since`, Date.parse(relied.since) <= since, relied.since, 'not later');
      const values = VALUES[fact] ?? [];
      checks.holds(
        DECISIONS,
        `${field}.${fact}.value`,
        values.includes(relied.value),
        relied.value,
        values.join(' or '),
      );
    }
    if (!passes()) verdict = fails;
  }
  for (const fact of ['publisher', 'site', 'programme', 'permission', 'ownBuyer'] as const) {
    const there = tested[fact] !== undefined;
    if (there !== expected.has(fact))
      checks.holds(DECISIONS, `${field}.${fact}`, false, tested[fact], there ? 'not looked at' : 'looked at');
  }
  const open = tested.verdict === 'passed' ? 'passed' : 'no-rate';
  checks.same(DECISIONS, `${field}.verdict`, tested.verdict, verdict ?? open);
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
