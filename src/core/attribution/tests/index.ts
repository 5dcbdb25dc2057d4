/**
 * The tests of a candidate in the order of SPEC 5, a row each, and what follows from the rows: the reasons, and what an
 * event keeps of each candidate. A new test is one file, one row here, its words and a scenario.
 */
import { either, type Infer, type Optional, object, oneOf, optional, type Shape, text } from '../../events/shape.ts';
import type { Policy } from '../../policy/policy.ts';
import { clickEvidence, type Trace, trace } from '../click.ts';
import { crossStorePermitted } from './cross-store-permitted.ts';
import { pidKnown } from './pid-known.ts';
import { publisherActive } from './publisher-active.ts';
import { rateApplies } from './rate-applies.ts';
import { selfPurchase } from './self-purchase.ts';
import { shopInProgramme } from './shop-in-programme.ts';
import { siteApproved } from './site-approved.ts';
import type { Trial } from './test.ts';

export const TESTS = [
  pidKnown,
  publisherActive,
  siteApproved,
  shopInProgramme,
  crossStorePermitted,
  selfPurchase,
  rateApplies,
] as const;

type Test = (typeof TESTS)[number];
export type TestName = Test['name'];
/** What each test keeps, by its name. */
export type FactOf = { readonly [T in Test as T['name']]: Infer<T['shape']> };

/** Why a line is unattributed: the first candidate's failed test, or that there was no candidate. */
export type Reason = Test['reason'] | 'no-click';
export const REASONS: readonly Reason[] = ['no-click', ...TESTS.map(({ reason }) => reason)];
/** How a candidate ended. */
export type Verdict = Test['reason'] | 'passed';

/** A test's fact is there where the test was made. */
const facts = Object.fromEntries(
  TESTS.map(({ fact, shape }) => [fact, optional<unknown>(shape as Shape<unknown>)]),
) as {
  readonly [T in Test as T['fact']]: Optional<Infer<T['shape']>>;
};

/** One candidate tested: the facts its tests read, in the order they were read, and how it ended. */
export const tested = object({
  candidate: either('coupon', object({ coupon: text }), clickEvidence),
  trace,
  verdict: oneOf<Verdict>(['passed', ...TESTS.map(({ reason }) => reason)]),
  ...facts,
});
export type Tested = Infer<typeof tested>;

/** The publisher's own mark of the click that won: the last one tested of what found a winner. */
export function subIdOf({ tested: all }: { readonly tested: readonly Tested[] }): string | null {
  const won = all.at(-1)?.candidate;
  return won !== undefined && 'sub' in won ? (won.sub ?? null) : null;
}

/** The tests that are made of a candidate, in their order. */
const OF_TRACE: Readonly<Record<Trace, readonly Test[]>> = {
  'same-store': TESTS.filter(({ isMade }) => isMade('same-store')),
  'cross-store': TESTS.filter(({ isMade }) => isMade('cross-store')),
  coupon: TESTS.filter(({ isMade }) => isMade('coupon')),
};

/** Tests a candidate; the first test that fails names the verdict, and none after it is made. */
export function tryCandidate(candidate: Tested['candidate'], trial: Trial, policy: Policy): Tested {
  const kept: Record<string, unknown> & { verdict: Verdict } = { candidate, trace: trial.trace, verdict: 'passed' };
  for (const test of OF_TRACE[trial.trace]) {
    if (test.passes(trial, policy, kept)) continue;
    kept.verdict = test.reason;
    break;
  }
  return kept as unknown as Tested;
}
