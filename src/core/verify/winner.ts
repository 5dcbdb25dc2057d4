/**
 * Whether what an attributed line won follows from what its event recorded (SPEC 6, 9): the PID, the rate's instant,
 * scope and bounds, the estimate, the signals, the hold.
 */
import type { ClickEvidence } from '../attribution/click.ts';
import type { Tested } from '../attribution/tests/index.ts';
import type { EventOf } from '../events/event.ts';
import { byCodePoint, parsePid } from '../ids.ts';
import { parseRate, share } from '../money.ts';
import type { Policy } from '../policy/policy.ts';
import { SIGNALS, signalNamed } from '../signals/index.ts';
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
  checks.same(DECISIONS, 'body.rate', body.rate, won.rate);
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

/** Each signal that fired is proved by its evidence; one that had to fire, by what was recorded, is there. */
function checkSignals(
  { publisherId, body }: Attributed,
  click: ClickEvidence | undefined,
  policy: Policy,
  checks: Checks,
) {
  const { signals, order } = body;
  const recorded = { paidAt: Date.parse(order.paid_at), click, publisherId };
  signals.forEach((fired, i) => {
    const field = `body.signals.${i}`;
    const before = signals[i - 1];
    const inOrder = before === undefined || byCodePoint(before.signal, fired.signal) < 0;
    checks.holds(DECISIONS, `${field}.signal`, inOrder, fired.signal, 'each once, by name');
    checks.same(DECISIONS, `${field}.action`, fired.action, policy.actions[fired.signal]);
    checks.holds(DECISIONS, `${field}.action`, fired.action !== 'off', fired.action, 'flag or hold');
    const isProved = signalNamed(fired.signal)?.holds(fired.evidence, recorded, policy) === true;
    checks.holds(DECISIONS, `${field}.evidence`, isProved, fired.evidence, `what ${fired.signal} asks`);
  });
  for (const one of SIGNALS) {
    const hadTo = policy.actions[one.name] === 'off' ? undefined : one.hadToFire(recorded, policy);
    const isThere = signals.some(({ signal }) => signal === one.name);
    if (hadTo !== undefined) checks.same(DECISIONS, `body.signals (${one.name})`, isThere, hadTo);
  }
}
