/**
 * Whether what an attributed line won follows from what its event recorded (SPEC 6, 9): the PID, the rate's instant,
 * scope and bounds, the estimate, the signals, the hold.
 */
import type { ClickEvidence, EventOf, FiredSignal, Tested } from '../events/event.ts';
import { byCodePoint, parsePid } from '../ids.ts';
import { parseRate, share } from '../money.ts';
import type { Policy, SignalName } from '../policy/policy.ts';
import { hostOf } from '../signals/referrer.ts';
import type { Checks } from './finding.ts';

type Attributed = EventOf<'OrderAttributed'>;

const DECISIONS = 'decisions';

/** Checks the winner's part of an attribution; `won` is the last candidate tested. */
export function checkWinner(event: Attributed, won: Tested, policy: Policy, checks: Checks): void {
  const { body } = event;
  const click = 'click' in won.candidate ? won.candidate : undefined;
  const pid = 'click' in won.candidate ? won.candidate.pid : won.candidate.coupon;
  checks.same(DECISIONS, 'body.pid', body.pid, pid);
  checks.same(DECISIONS, 'body.click', body.click, click?.click ?? null);
  checks.same(DECISIONS, 'body.trace', body.trace, won.trace);
  checks.same(DECISIONS, 'publisher_id', event.publisherId, parsePid(pid)?.publisherId);
  checkRate(body, won, policy, checks);
  checks.same(DECISIONS, 'body.estimate', body.estimate, share(body.order.paid, body.rate));
  checkSignals(event, click, policy, checks);
  checks.same(
    DECISIONS,
    'body.held',
    body.held,
    body.signals.some((signal) => signal.action === 'hold'),
  );
}

/** The rate's instant, and that its row was valid then, of a plan and a scope that count for the trace. */
export function checkRate(
  body: Pick<Attributed['body'], 'rate' | 'source' | 'order' | 'trace'>,
  won: Tested,
  policy: Policy,
  checks: Checks,
): void {
  const { source, order, trace } = body;
  const at = policy.rateAsOf === 'click' && 'click' in won.candidate ? won.candidate.at : order.paid_at;
  checks.same(DECISIONS, 'body.rate', body.rate, parseRate(body.rate));
  checks.same(DECISIONS, 'body.source.as_of', source.as_of, at);
  const begun = Date.parse(source.valid_from) <= Date.parse(at);
  checks.holds(DECISIONS, 'body.source.valid_from', begun, source.valid_from, `not after ${at}`);
  const open = source.valid_to === null || Date.parse(at) < Date.parse(source.valid_to);
  checks.holds(DECISIONS, 'body.source.valid_to', open, source.valid_to, `after ${at}`);
  const crossStore = trace === 'cross-store';
  const kinds: readonly string[] = crossStore ? ['general'] : policy.planPrecedence;
  checks.holds(DECISIONS, 'body.source.kind', kinds.includes(source.kind), source.kind, kinds.join(' or '));
  const scopes: Readonly<Record<string, string | undefined>> = {
    ...(crossStore ? {} : { item: order.item }),
    category: order.category,
    shop: order.shop,
  };
  const scopeId = Object.hasOwn(scopes, source.scope) ? scopes[source.scope] : undefined;
  checks.holds(DECISIONS, 'body.source.scope', scopeId !== undefined, source.scope, Object.keys(scopes).join(' or '));
  if (scopeId !== undefined) checks.same(DECISIONS, 'body.source.scope_id', source.scope_id, scopeId);
  const { member_since: since } = source;
  const member = source.kind === 'targeted' ? since !== undefined && Date.parse(since) <= Date.parse(at) : !since;
  const asked = source.kind === 'targeted' ? `not after ${at}` : 'none: the plan is not targeted';
  checks.holds(DECISIONS, 'body.source.member_since', member, since, asked);
}

function checkSignals(event: Attributed, click: ClickEvidence | undefined, policy: Policy, checks: Checks): void {
  const { signals, order } = event.body;
  signals.forEach((fired, i) => {
    const field = `body.signals.${i}`;
    const before = signals[i - 1];
    const inOrder = before === undefined || byCodePoint(before.signal, fired.signal) < 0;
    checks.holds(DECISIONS, `${field}.signal`, inOrder, fired.signal, 'each once, by name');
    checks.same(DECISIONS, `${field}.action`, fired.action, policy.actions[fired.signal]);
    checks.holds(DECISIONS, `${field}.action`, fired.action !== 'off', fired.action, 'flag or hold');
    const asked = saw(fired, event, click, policy);
    checks.holds(DECISIONS, `${field}.saw`, asked === undefined, fired, asked ?? '');
  });
  if (click === undefined || policy.actions['fast-order'] === 'off') return;
  const gap = Date.parse(order.paid_at) - Date.parse(click.at);
  const fast = signals.some(({ signal }) => signal === 'fast-order');
  checks.same(DECISIONS, 'body.signals (fast-order)', fast, gap < policy.fastOrderSeconds * 1000);
}

type Proof = (fired: FiredSignal, click: ClickEvidence, event: Attributed, policy: Policy) => boolean;

const within = (one: ClickEvidence, click: ClickEvidence, seconds: number): boolean => {
  const [at, won] = [Date.parse(one.at), Date.parse(click.at)];
  return won - seconds * 1000 <= at && at <= won;
};

/** Latest first, each once. */
function descending(clicks: readonly ClickEvidence[]): boolean {
  return clicks.every((one, i) => {
    const before = clicks[i - 1];
    return (
      before === undefined || (Date.parse(before.at) - Date.parse(one.at) || byCodePoint(before.click, one.click)) > 0
    );
  });
}

/** What each signal's record has to show for it to have fired. */
const PROOFS: Readonly<Record<SignalName, Proof>> = {
  'fast-order': ({ saw: seen, clicks }, click, { body }) =>
    clicks === undefined &&
    seen === `paid ${(Date.parse(body.order.paid_at) - Date.parse(click.at)) / 1000} s after the click`,
  'overwritten-click': ({ saw: seen, clicks = [] }, click, { publisherId }, policy) => {
    const [last] = clicks;
    if (last === undefined || clicks.length > 20 || !descending(clicks)) return false;
    const gap = (Date.parse(click.at) - Date.parse(last.at)) / 1000;
    const all = clicks.every(
      (one) =>
        one.shop === click.shop &&
        within(one, click, policy.overwriteSeconds) &&
        parsePid(one.pid) !== undefined &&
        parsePid(one.pid)?.publisherId !== publisherId,
    );
    return all && seen === `${gap} s after a click of ${last.pid} on the same shop`;
  },
  'click-flood': ({ saw: seen, clicks = [] }, click, _event, policy) => {
    const count = Number(/^\d+/.exec(seen)?.[0] ?? 0);
    const all = clicks.every((one) => one.pid === click.pid && within(one, click, policy.floodSeconds));
    const shown = clicks.length === policy.floodClicks + 1 && count > policy.floodClicks && descending(clicks);
    return all && shown && seen === `${count} clicks of this PID in ${policy.floodSeconds} s`;
  },
  'referrer-mismatch': ({ saw: seen, clicks = [] }, click) => {
    const [one] = clicks;
    if (one === undefined || clicks.length > 1) return false;
    const { referrer, ...rest } = one;
    const host = hostOf(referrer ?? '');
    const [, domain = ''] = seen.split(', filed domain ');
    const filed = hostOf(`http://${domain}`) ?? domain;
    const mismatch = host !== undefined && domain !== '' && host !== filed && !host.endsWith(`.${filed}`);
    const same = JSON.stringify(rest) === JSON.stringify(click);
    return mismatch && same && seen === `referrer on ${host}, filed domain ${domain}`;
  },
  'no-referrer': ({ saw: seen, clicks }) => seen === 'no referrer' && clicks === undefined,
  'coupon-override': () => false,
};

/** Why a signal's record does not show it fired; undefined where it does. */
function saw(
  fired: FiredSignal,
  event: Attributed,
  click: ClickEvidence | undefined,
  policy: Policy,
): string | undefined {
  if (click !== undefined) {
    return PROOFS[fired.signal](fired, click, event, policy) ? undefined : `what ${fired.signal} asks`;
  }
  const other = /^its clicks alone would have gone to publisher (\S+)$/.exec(fired.saw)?.[1];
  const shows = fired.signal === 'coupon-override' && fired.clicks === undefined && other !== undefined;
  return shows && other !== event.publisherId ? undefined : 'coupon-override, for another publisher';
}
