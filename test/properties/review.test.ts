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
import { heldAt, judgedIn, switchesIn, type Word } from '../../src/core/promotion/review/standing.ts';

const T = Date.UTC(2013, 11, 6, 9, 31);
const policy = alimama2013(2);

const words = fc.constantFrom('', ' ', 'something');
const filing: fc.Arbitrary<Filing> = fc.record({
  filedAt: fc.integer({ min: T - 40 * DAY_LENGTH, max: T }),
  icpNumber: words,
  categories: fc.subarray(['tea', 'books']),
  description: words,
  dailyVisitors: fc.option(fc.integer({ min: 1, max: 1e6 })),
  evidence: fc.subarray(['aa', 'bb']),
});
// A site's domain is the one that it was last filed under.
const site: fc.Arbitrary<ReviewedSite> = fc
  .record({
    siteId: fc.constant('602'),
    publisherId: fc.constant('2002'),
    kind: fc.constantFrom('website', 'app', 'guide', 'software'),
    name: words,
    filedAs: fc
      .array(
        fc.record({
          at: fc.integer({ min: T - 60 * DAY_LENGTH, max: T }),
          domain: fc.constantFrom('lin.example', 'lin.example', 'old.example', ''),
        }),
        { minLength: 1, maxLength: 3 },
      )
      .map((all) => all.sort((a, b) => a.at - b.at)),
    filings: fc.array(filing, { maxLength: 2 }).map((all) => all.sort((a, b) => a.filedAt - b.filedAt)),
    ownership: fc.option(
      fc.record({
        verified: fc.boolean(),
        at: fc.integer({ min: T - 60 * DAY_LENGTH, max: T }),
        how: words,
        by: words,
      }),
    ),
    clicks: fc
      .nat(60)
      .chain((told) => fc.record({ told: fc.constant(told), foreign: fc.nat(told), stripped: fc.nat(60) })),
    forfeits: fc.nat(2),
  })
  .map((of) => ({ ...of, domain: of.filedAs.at(-1)?.domain ?? '' }));

const someWord: fc.Arbitrary<Omit<Word, 'accepted'>> = fc
  .record({
    permission: fc.constantFrom(...PERMISSIONS),
    at: fc.integer({ min: -8, max: 8 }).map((days) => T + days * DAY_LENGTH),
    kind: fc.constantFrom('grant', 'revoke', 'approval', 'notice', 'notice by hand', 'grant by review'),
    cancelled: fc.option(fc.integer({ min: -3, max: 3 }).map((days) => T + days * DAY_LENGTH)),
  })
  .map(({ permission, at, kind, cancelled }) => {
    const value = kind.startsWith('grant') || kind === 'approval' ? 'grant' : 'revoke';
    const source = kind === 'approval' ? 'approval' : kind.startsWith('notice') ? 'notice' : 'row';
    return {
      permission,
      at,
      saidAt: source === 'notice' ? at - 5 * DAY_LENGTH : at,
      value,
      source,
      isPersons: kind !== 'notice' && kind !== 'grant by review',
      ref: `${kind} ${at}`,
      cancelledAt: source === 'notice' && cancelled !== null && cancelled < at ? cancelled : null,
    } as const;
  });
const standing: fc.Arbitrary<Standing> = fc
  .record({
    judged: fc
      .array(
        fc.record({
          status: fc.constantFrom(...SITE_STATES),
          score: fc.option(fc.constantFrom('40', '65', '100')),
          at: fc.integer({ min: T - 30 * DAY_LENGTH, max: T }),
          reason: words,
          isPersons: fc.boolean(),
        }),
        { maxLength: 2 },
      )
      .map((all) => judgedIn(all.map((one, accepted) => ({ ...one, accepted })))),
    publisher: fc.constantFrom('active', 'active', 'frozen'),
    words: fc.array(someWord, { maxLength: 12 }).map((all) => all.map((word, accepted) => ({ ...word, accepted }))),
  })
  .map((of) => ({ ...of, switches: switchesIn(of.words, T) }));

const scopeAt = (asOf: number) => ({ asOf, effectiveAt: asOf + 5 * DAY_LENGTH, permissions: PERMISSIONS });

/** The standing once a review has been recorded, as the store would read it at an instant. */
function recorded(before: Standing, made: Reviewed, at: number, seenAt = at): Standing {
  let accepted = Math.max(0, ...before.words.map((one) => one.accepted)) + 1;
  const word = (permission: Permission, more: Pick<Word, 'value' | 'at' | 'source'>): Word => ({
    permission,
    ref: `review ${at} ${permission}`,
    saidAt: at,
    isPersons: false,
    cancelledAt: null,
    accepted: accepted++,
    ...more,
  });
  const kept = before.words.map((one): Word => {
    const isCancelled = made.cancelled.some(
      ({ permission, notice }) => permission === one.permission && notice === one.ref && one.source === 'notice',
    );
    return isCancelled ? { ...one, cancelledAt: at } : one;
  });
  const grants = made.grants.map(({ permission, from }) => {
    const since = from ?? at;
    return { ...word(permission, { value: 'grant', at: since, source: 'row' }), saidAt: since };
  });
  const ends = made.losses.map(({ permission }) =>
    word(permission, { value: 'revoke', at: at + 5 * DAY_LENGTH, source: 'notice' }),
  );
  const score = made.personal === null ? made.score : null;
  const row = { status: made.status, score, at, reason: '', isPersons: false, accepted: before.judged.length + 1 };
  const judged = made.isChanged ? [...before.judged, row] : before.judged;
  const words = [...kept, ...grants, ...ends];
  return { ...before, judged, words, switches: switchesIn(words, seenAt) };
}

const holds = ({ switches }: Standing, at: number): Permission[] =>
  PERMISSIONS.filter(
    (permission) =>
      heldAt(
        switches.filter((one) => one.permission === permission),
        at,
      ).held,
  );

const PLAIN: ReviewedSite = {
  siteId: '602',
  publisherId: '2002',
  kind: 'website',
  name: 'S',
  domain: 'lin.example',
  filedAs: [{ at: T - 60 * DAY_LENGTH, domain: 'lin.example' }],
  filings: [],
  ownership: null,
  clicks: { told: 0, foreign: 0, stripped: 0 },
  forfeits: 0,
};

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
        const now = recorded(before, reviewSite(one, before, scopeAt(T), policy), T);
        expect(isChange(reviewSite(one, now, scopeAt(T), policy))).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('never takes anything from a site that keeps its score', () => {
    const later = T + 20 * DAY_LENGTH;
    const noAge: Policy = { ...policy, review: { ...policy.review, ageDays: 0 } };
    let kept = 0;
    fc.assert(
      fc.property(site, standing, (one, given) => {
        // Nobody says anything later.
        const words = given.words.filter(({ saidAt, cancelledAt }) => saidAt <= T && (cancelledAt ?? T) <= T);
        const before = { ...given, words, switches: switchesIn(words, T) };
        const made = reviewSite(one, before, scopeAt(T), noAge);
        const now = recorded(before, made, T, later);
        const again = reviewSite(one, now, scopeAt(later), noAge);
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
        const made = reviewSite(one, before, scopeAt(T), policy);
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

  it('never overrules a later word of a person, whatever the dates', () => {
    let overruled = 0;
    fc.assert(
      fc.property(standing, fc.boolean(), fc.integer({ min: -8, max: 8 }), ({ words }, isGrant, days) => {
        const at = T + days * DAY_LENGTH;
        const value = isGrant ? 'grant' : 'revoke';
        const said = words.filter((word) => word.permission === 'api' && (!word.isPersons || word.at <= at));
        const last: Word = {
          permission: 'api',
          value,
          at,
          saidAt: at,
          source: 'row',
          isPersons: true,
          ref: 'the last word',
          cancelledAt: null,
          accepted: words.length,
        };
        const before = heldAt(switchesIn(said), T + 9 * DAY_LENGTH).held;
        const after = switchesIn([...said, last]);
        if (before !== isGrant) overruled++;
        expect(heldAt(after, at).held).toBe(isGrant);
        const running = after.some((one) => one.source === 'notice' && one.at > at && one.isPersons);
        if (isGrant && !running) expect(heldAt(after, T + 60 * DAY_LENGTH).held).toBe(true);
        if (!isGrant) expect(after.filter((one) => one.value === 'grant' && one.at > at)).toEqual([]);
      }),
      { numRuns: 2000 },
    );
    expect(overruled).toBeGreaterThan(100);
  });

  it('counts as old enough a site that is exactly that old, and no younger', () => {
    const { ageDays } = policy.review;
    const aged = (at: number) => scoreSite({ ...PLAIN, filedAs: [{ at, domain: 'lin.example' }] }, T, policy.review);
    const points = (at: number) => aged(at).checks.find(({ name }) => name === 'age')?.points;
    expect(points(T - ageDays * DAY_LENGTH)).toBe(policy.review.points.age);
    expect(points(T - ageDays * DAY_LENGTH + 1)).toBe(0);
  });

  it('gives back what a person took once a person has granted it again', () => {
    const word = (value: 'grant' | 'revoke', day: number, more: Partial<Word> = {}): Word => {
      const at = T + day * DAY_LENGTH;
      const of = { permission: 'cross-store:taobao', value, at, saidAt: at, source: 'row', isPersons: true } as const;
      return { ...of, ref: '', cancelledAt: null, accepted: day, ...more };
    };
    const approved = { status: 'approved', score: null, at: 0, reason: '', isPersons: false, accepted: 0 };
    const by = (words: readonly Word[]) =>
      reviewSite(
        PLAIN,
        { judged: [approved], publisher: 'active', words, switches: switchesIn(words, T) },
        scopeAt(T),
        policy,
      ).grants.map(({ permission }) => permission);
    const bar = [word('revoke', -9)];
    const lost = word('revoke', -2, { source: 'notice', isPersons: false, saidAt: T - 4 * DAY_LENGTH, accepted: -4 });
    expect(by(bar)).toEqual([]);
    expect(by([...bar, lost])).toEqual([]);
    expect(by([...bar, word('grant', -5), lost])).toEqual(['cross-store:taobao']);
  });
});
