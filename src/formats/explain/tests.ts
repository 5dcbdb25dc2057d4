/**
 * The tests that were made of a candidate, each with the fact it relied on, and what would have been needed where one
 * failed: told once for the terminal, the pages and the comparison of two decisions. The words are in words/tests.ts.
 */
import { TESTS, type Tested } from '../../core/attribution/tests/index.ts';
import { ANOTHER } from '../../core/line/audience.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Tongue } from '../words/index.ts';
import { TEST_WORDS, type Tried } from '../words/tests.ts';

/** A test as people read it. */
export interface ToldTest {
  readonly isPassed: boolean;
  readonly asked: string;
  readonly found: string;
}

/** What the words of a candidate's tests need. */
export function triedOf(tested: Tested, order: Tried['order'], policy: Policy, when: Tried['when']): Tried {
  const { candidate, trace } = tested;
  const isCoupon = 'coupon' in candidate;
  const pid = isCoupon ? candidate.coupon : candidate.pid;
  return { pid, isCoupon, isCrossStore: trace === 'cross-store', order, policy, when };
}

/** The tests that were made, in their order, the one that failed last; none of another publisher's candidate. */
export function toldTests(tested: Tested, of: Tried, language: Tongue): ToldTest[] {
  const at = language === 'zh' ? 0 : 1;
  if (of.pid === ANOTHER) return [];
  return TESTS.flatMap((test) => {
    const fact = tested[test.fact];
    if (fact === undefined) return [];
    const { asked, found } = TEST_WORDS[test.name];
    // Each fact was read by the shape of its own test.
    const told = (found as (fact: unknown, of: Tried) => readonly [string, string])(fact, of);
    return [{ isPassed: tested.verdict !== test.reason, asked: asked(of)[at], found: told[at] }];
  });
}

/** What would have had to be different for a candidate that failed; undefined of one that passed. */
export function toldNeeded(tested: Tested, of: Tried, language: Tongue): string | undefined {
  const failed = TESTS.find(({ reason }) => reason === tested.verdict);
  return failed === undefined ? undefined : TEST_WORDS[failed.name].needed(of)[language === 'zh' ? 0 : 1];
}
