/**
 * Whether a line that was given back to the publisher it had been taken from follows from what its events recorded: the
 * forfeit before it, the overwritten clicks of its attribution, the tests, the rate and the amounts. That a forfeit was
 * followed by no such event where it should have been is found by `verify --deep`.
 */
import { isOfDispute } from '../cases/pattern.ts';
import type { EventOf } from '../events/event.ts';
import { parsePid } from '../ids.ts';
import type { Policy } from '../policy/policy.ts';
import { amountsFor, isContested, overwrittenClicks } from '../settlement/restoration.ts';
import { clearingOf, type Standing } from '../settlement/settlement.ts';
import { checkCandidate, checkVerdict } from './attribution.ts';
import type { Checks } from './finding.ts';
import { checkRate } from './winner.ts';

const DECISIONS = 'decisions';

/** Checks a restoration against where the line stood and how it had been attributed. */
export function checkRestored(
  before: Standing,
  attributed: EventOf<'OrderAttributed'> | undefined,
  event: EventOf<'CommissionRestored'>,
  policy: Policy,
  checks: Checks,
): void {
  const { body } = event;
  const isForfeited = before.state === 'forfeited' || (before.state === 'voided' && before.forfeitedBy !== null);
  checks.holds(DECISIONS, 'type', policy.restoreOverwritten, event.type, 'a policy with restoreOverwritten');
  checks.holds(DECISIONS, 'previous', isForfeited, before.state, 'a forfeit before it');
  checks.same(DECISIONS, 'body.decision', body.decision, before.forfeitedBy);
  const ofSignals = before.forfeitedBy === null || !isOfDispute(before.forfeitedBy);
  checks.holds(DECISIONS, 'body.decision', ofSignals, body.decision, 'no end of a dispute');
  checks.holds(DECISIONS, 'type', before.restored === null, event.type, 'once for a line');
  checks.same(DECISIONS, 'seller_id', event.sellerId, before.sellerId);
  if (attributed === undefined) {
    checks.holds(DECISIONS, 'body.tested', false, body.tested, 'overwritten clicks in the attribution');
    return;
  }
  checkTested(attributed, event, policy, checks);
  const derived = amountsFor(before, body.rate) ?? { base: null, feeRate: null, commission: 0n, fee: 0n, earning: 0n };
  checks.same(DECISIONS, 'body.base', body.base, derived.base);
  checks.same(DECISIONS, 'body.fee_rate', body.fee_rate, derived.feeRate);
  const clearing = derived.base === null ? {} : clearingOf(policy, event.businessDay);
  checks.same(DECISIONS, 'body.clears_on', body.clears_on, clearing.clears_on);
  checks.same(DECISIONS, 'body.when_collected', body.when_collected, clearing.when_collected);
  for (const name of ['commission', 'fee', 'earning'] as const)
    checks.same(DECISIONS, `body.${name}`, body[name], derived[name]);
  const enough = body.base === null || body.commission >= policy.minimumCommission;
  checks.holds(DECISIONS, 'body.commission', enough, body.commission, 'the minimum or more');
}

/** The clicks tested are the overwritten ones, latest first; the last passed and no other, and it earns. */
function checkTested(
  attributed: EventOf<'OrderAttributed'>,
  event: EventOf<'CommissionRestored'>,
  policy: Policy,
  checks: Checks,
): void {
  const { body } = event;
  const { order, signals } = attributed.body;
  const overwritten = new Map(overwrittenClicks(signals).map((click) => [click.click, click]));
  body.tested.forEach((tested, i) => {
    const field = `body.tested.${i}`;
    checkCandidate(tested, body.tested[i - 1], order, policy, field, checks);
    checkVerdict(tested, order, policy, field, checks);
    const click = 'click' in tested.candidate ? tested.candidate.click : '';
    checks.alike(DECISIONS, `${field}.candidate`, tested.candidate, overwritten.get(click));
    const isLast = i === body.tested.length - 1;
    checks.same(DECISIONS, `${field}.verdict`, tested.verdict === 'passed', isLast);
  });
  if (!policy.fallThrough) checks.same(DECISIONS, 'body.tested', body.tested.length, 1);
  const won = body.tested.at(-1);
  if (won === undefined || !('click' in won.candidate)) {
    checks.holds(DECISIONS, 'body.tested', false, body.tested, 'a click that passed');
    return;
  }
  const contested = isContested(won.candidate, overwrittenClicks(signals), policy);
  checks.holds(DECISIONS, 'body.click', !contested, body.click, 'a click that overwrote no other');
  checks.same(DECISIONS, 'body.pid', body.pid, won.candidate.pid);
  checks.same(DECISIONS, 'body.click', body.click, won.candidate.click);
  checks.same(DECISIONS, 'body.trace', body.trace, won.trace);
  checks.same(DECISIONS, 'publisher_id', event.publisherId, parsePid(won.candidate.pid)?.publisherId);
  checkRate({ ...body, order }, won, policy, checks);
}
