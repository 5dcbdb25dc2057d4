/** Laws of reviews: the same facts give the same answer, recorded once, and nothing is lost while a score stays. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_LENGTH } from '../../src/core/calendar.ts';
import { alimama2013, type Policy } from '../../src/core/policy/policy.ts';
import { PERMISSIONS, type Permission, SITE_STATES } from '../../src/core/promotion/permissions.ts';
import { isChange } from '../../src/core/promotion/review/change.ts';
import type { Filing, ReviewedSite } from '../../src/core/promotion/review/check.ts';
import { type Reviewed, reviewSite, type Standing } from '../../src/core/promotion/review/decide.ts';
import { scoreSite } from '../../src/core/promotion/review/index.ts';
import { heldAt, type Switch } from '../../src/core/promotion/review/standing.ts';

const T = Date.UTC(2013, 11, 6, 9, 31);
const policy = alimama2013(2);

const words = fc.constantFrom('', ' ', 'something');
const filing: fc.Arbitrary<Filing | null> = fc.option(
  fc.record({
    filedAt: fc.integer({ min: T - 40 * DAY_LENGTH, max: T }),
    icpNumber: words,
    categories: fc.subarray(['tea', 'books']),
    description: words,
    dailyVisitors: fc.option(fc.integer({ min: 1, max: 1e6 })),
    evidence: fc.subarray(['aa', 'bb']),
  }),
);
const site: fc.Arbitrary<ReviewedSite> = fc.record({
  siteId: fc.constant('602'),
  publisherId: fc.constant('2002'),
  kind: fc.constantFrom('website', 'app', 'guide', 'software'),
  name: words,
  domain: fc.constantFrom('', 'lin.example'),
  firstFiledAt: fc.integer({ min: T - 60 * DAY_LENGTH, max: T }),
  filing,
  ownership: fc.option(fc.record({ verified: fc.boolean(), how: words, by: words })),
  clicks: fc.nat(60).chain((told) => fc.record({ told: fc.constant(told), foreign: fc.nat(told) })),
  forfeits: fc.nat(2),
});

const someSwitch: fc.Arbitrary<Switch> = fc
  .record({
    permission: fc.constantFrom(...PERMISSIONS),
    at: fc.integer({ min: -8, max: 8 }).map((days) => T + days * DAY_LENGTH),
    kind: fc.constantFrom('grant', 'revoke', 'approval', 'notice', 'notice by hand'),
  })
  .map(({ permission, at, kind }): Switch => {
    const value = kind === 'grant' || kind === 'approval' ? 'grant' : 'revoke';
    const source = kind === 'approval' ? 'approval' : kind.startsWith('notice') ? 'notice' : 'row';
    return {
      permission,
      at: source === 'notice' ? at : Math.min(at, T),
      value,
      source,
      isPersons: kind !== 'notice',
      ref: `${kind} ${at}`,
    };
  });
const standing: fc.Arbitrary<Standing> = fc.record({
  state: fc.option(
    fc.record({
      status: fc.constantFrom(...SITE_STATES),
      score: fc.option(fc.constantFrom('40', '65', '100')),
      at: fc.integer({ min: T - 30 * DAY_LENGTH, max: T }),
      reason: words,
    }),
  ),
  publisher: fc.constantFrom('active', 'active', 'frozen'),
  switches: fc.array(someSwitch, { maxLength: 12 }).map(inOrder),
});

function inOrder(switches: readonly Switch[]): Switch[] {
  return [...switches].sort((a, b) => a.at - b.at);
}

/** The standing once a review has been recorded, as the store would read it. */
function recorded(before: Standing, made: Reviewed, at: number): Standing {
  const row = (permission: Permission, more: Pick<Switch, 'value' | 'at' | 'source' | 'isPersons'>): Switch => ({
    permission,
    ref: 'review',
    ...more,
  });
  const over = (one: Switch): boolean =>
    made.cancelled.some(
      ({ permission, notice }) => permission === one.permission && notice === one.ref && one.source === 'notice',
    );
  const grants = made.grants.map(({ permission }) =>
    row(permission, { value: 'grant', at, source: 'row', isPersons: true }),
  );
  const ends = made.losses.map(({ permission }) =>
    row(permission, { value: 'revoke', at: at + 5 * DAY_LENGTH, source: 'notice', isPersons: false }),
  );
  const state = made.isChanged ? { status: made.status, score: made.score, at, reason: '' } : before.state;
  return { ...before, state, switches: inOrder([...before.switches.filter((one) => !over(one)), ...grants, ...ends]) };
}

const holds = ({ switches }: Standing, at: number): Permission[] =>
  PERMISSIONS.filter(
    (permission) =>
      heldAt(
        switches.filter((one) => one.permission === permission),
        at,
      ).held,
  );

describe('a review', () => {
  it('gives the same facts the same score, the sum of its points, from 0 to 100', () => {
    fc.assert(
      fc.property(site, (one) => {
        const { score, checks } = scoreSite(one, T, policy.review);
        expect(scoreSite(structuredClone(one), T, policy.review)).toEqual({ score, checks });
        expect(checks.reduce((sum, { points }) => sum + points, 0)).toBe(score);
        expect(checks.reduce((sum, { of }) => sum + of, 0)).toBe(100);
        expect(score >= 0 && score <= 100).toBe(true);
      }),
    );
  });

  it('made again when it is recorded changes nothing', () => {
    fc.assert(
      fc.property(site, standing, (one, before) => {
        const now = recorded(before, reviewSite(one, before, T, policy), T);
        expect(isChange(reviewSite(one, now, T, policy))).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('never takes anything from a site that keeps its score', () => {
    const later = T + 20 * DAY_LENGTH;
    const noAge: Policy = { ...policy, review: { ...policy.review, ageDays: 0 } };
    let kept = 0;
    fc.assert(
      fc.property(site, standing, (one, before) => {
        const made = reviewSite(one, before, T, noAge);
        const now = recorded(before, made, T);
        const again = reviewSite(one, now, later, noAge);
        if (again.score !== made.score) return;
        expect(again.losses).toEqual([]);
        const doomed = now.switches.filter((row) => row.source === 'notice' && row.at > T).map((row) => row.permission);
        const safe = holds(now, T).filter((permission) => !doomed.includes(permission));
        kept += safe.length;
        expect(holds(recorded(now, again, later), later + DAY_LENGTH)).toEqual(expect.arrayContaining(safe));
      }),
      { numRuns: 2000 },
    );
    expect(kept).toBeGreaterThan(100);
  });

  it('never gives back what a person took, and never takes by score what a person approved', () => {
    let [taken, approved] = [0, 0];
    fc.assert(
      fc.property(site, standing, (one, before) => {
        const made = reviewSite(one, before, T, policy);
        for (const permission of PERMISSIONS) {
          const past = before.switches.filter((row) => row.permission === permission && row.at <= T);
          const own = past.at(-1);
          if (own?.value === 'revoke' && own.isPersons) {
            taken++;
            expect(made.grants.map((grant) => grant.permission)).not.toContain(permission);
          }
          const isFine = made.status === 'approved' && before.publisher === 'active';
          if (own?.source === 'approval' && isFine) {
            approved++;
            expect(made.losses.map((loss) => loss.permission)).not.toContain(permission);
          }
        }
      }),
      { numRuns: 2000 },
    );
    expect(Math.min(taken, approved)).toBeGreaterThan(100);
  });
});
