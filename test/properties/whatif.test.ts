/**
 * Laws of permissions, windows and rates: what a change of one can do to who earns a line, and what it cannot. And those
 * that look true and are not: each has to be refuted by an example found here; scenarios/36 tells one of each as a story.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/core/attribution/attribution.ts';
import type { Click, OrderLine } from '../../src/core/attribution/click.ts';
import { type PlanEntry, Registry } from '../../src/core/attribution/registry.ts';
import { DAY_LENGTH, type Day } from '../../src/core/calendar.ts';
import { share } from '../../src/core/money.ts';
import { alimama2013, type Policy } from '../../src/core/policy/policy.ts';
import { begin, type DatedFact, live } from '../../src/core/settlement/line-nights.ts';
import {
  type Changes,
  NO_CHANGE,
  type PermissionRow,
  type RateRow,
  replacedBy,
  revised,
} from '../../src/core/whatif/changes.ts';
import { type Outcome, outcomeOf, payeeOf, shiftOf, weightOf } from '../../src/core/whatif/outcome.ts';

const PAID_AT = Date.UTC(2013, 11, 20);
const SHOPS = ['silk', 'books', 'tea'] as const;
const MALLS = { silk: 'tmall', books: 'tmall', tea: 'taobao' } as const;
/** Site 3 is a second one of publisher 2. */
const OWNERS: Readonly<Record<string, string>> = { '1': '1', '2': '2', '3': '2' };
const PERMISSIONS = ['cross-store:tmall', 'cross-store:taobao'] as const;

interface World {
  readonly line: OrderLine;
  readonly clicks: readonly Click[];
  readonly permissions: readonly PermissionRow[];
  readonly rates: readonly RateRow[];
  readonly policy: Policy;
}

const pidOf = (site: string): string => `mm_${OWNERS[site]}_${site}_9${site}`;
const site = fc.constantFrom('1', '2', '3');
const shop = fc.constantFrom(...SHOPS);
const minutes = (most: number) => fc.integer({ min: 0, max: most }).map((n) => PAID_AT - n * 60_000);
const rate = fc.integer({ min: 1, max: 900 }).map((n) => String(n / 1000));

const world: fc.Arbitrary<World> = fc
  .record({
    shop,
    paid: fc.bigInt({ min: 1n, max: 50_000n }),
    coupon: fc.option(site, { freq: 6, nil: null }),
    clicks: fc.array(fc.record({ site, shop, at: minutes(20 * 24 * 60) }), { maxLength: 7 }),
    permissions: fc.array(
      fc.record({
        siteId: site,
        permission: fc.constantFrom(...PERMISSIONS),
        action: fc.constantFrom('grant', 'grant', 'revoke'),
        at: minutes(40 * 24 * 60),
      }),
      { maxLength: 8 },
    ),
    rates: fc.array(
      fc.record({
        shop,
        kind: fc.constantFrom('general' as const, 'general' as const, 'event' as const),
        scope: fc.constantFrom('item' as const, 'category' as const, 'shop' as const),
        rate,
        from: minutes(60 * 24 * 60),
      }),
      { minLength: 2, maxLength: 8 },
    ),
    same: fc.integer({ min: 0, max: 20 }),
    cross: fc.integer({ min: 0, max: 20 }),
    fallThrough: fc.boolean(),
  })
  .map(({ shop: boughtIn, paid, coupon, clicks, permissions, rates, same, cross, fallThrough }) => ({
    line: {
      orderLineId: 'L1',
      orderId: 'O1',
      buyerId: 'ann',
      shopId: boughtIn,
      itemId: 'i',
      categoryId: 'c',
      paid,
      paidAt: PAID_AT,
      couponPid: coupon === null ? null : pidOf(coupon),
    },
    clicks: clicks.map((one, n) => ({
      clickId: `c${n}`,
      clickedAt: one.at,
      pid: pidOf(one.site),
      shopId: one.shop,
      itemId: null,
      referrer: '',
      subId: null,
    })),
    permissions,
    rates: rates.map((one) => ({
      planId: `${one.shop}-${one.kind}`,
      scope: one.scope,
      scopeId: one.scope === 'item' ? 'i' : one.scope === 'category' ? 'c' : one.shop,
      rate: one.rate,
      validFrom: one.from,
      validTo: null,
    })),
    policy: { ...alimama2013(2), sameStoreWindowDays: same, crossStoreWindowDays: cross, fallThrough },
  }));

/** The registry of a world: everybody active, approved and in the programme since long ago. */
function registryOf({ permissions, rates }: World): Registry {
  const registry = new Registry();
  const long = [{ value: 'join', at: 0 }];
  for (const [siteId, publisherId] of Object.entries(OWNERS)) {
    const publisher = { publisherId, kind: 'individual' as const, ownBuyers: new Set<string>(), status: [] };
    registry.publishers.set(publisherId, { ...publisher, memberships: new Map() });
    const reviews = [{ value: 'approved', at: 0 }];
    const rows = replacedBy({ ...NO_CHANGE, permissions }).sites.get(siteId) ?? new Map();
    registry.sites.set(siteId, { siteId, publisherId, kind: 'website', domain: '', reviews, permissions: rows });
    registry.adzones.set(`9${siteId}`, siteId);
  }
  for (const shopId of SHOPS) {
    const plans: PlanEntry[] = (['general', 'event'] as const).map((kind) => {
      const planId = `${shopId}-${kind}`;
      return { planId, kind, rates: replacedBy({ ...NO_CHANGE, rates }).plans.get(planId) ?? new Map() };
    });
    registry.shops.set(shopId, { shopId, sellerId: `s-${shopId}`, mall: MALLS[shopId], programme: long, plans });
  }
  return registry;
}

const RECEIVED: DatedFact[] = [
  { dueDay: '2013-12-25', fact: { kind: 'receipt', at: PAID_AT + DAY_LENGTH, received: null } },
];

/** What comes of a world's line, received in full, with something changed. */
function come(of: World, changes: Partial<Changes> = {}): Outcome {
  const policy = changes.policy ?? of.policy;
  const registry = revised(registryOf(of), replacedBy({ ...NO_CHANGE, ...changes }));
  const attribution = attribute(of.line, of.clicks, { registry, policy, policyVersion: 1, businessDay: '2013-12-20' });
  if (attribution.type === 'OrderUnattributed') return outcomeOf(attribution, undefined);
  const rulesOn = (businessDay: Day) => ({ policy, policyVersion: 1, businessDay, digits: 2, restoring: undefined });
  return outcomeOf(attribution, live(begin(attribution), RECEIVED, rulesOn));
}

/** Who earned a line, by which click, at which rate. */
function won({ attribution: { body } }: Outcome): unknown {
  return 'pid' in body ? { pid: body.pid, click: body.click, trace: body.trace, rate: body.rate } : null;
}

const siteOf = ({ attribution: { body } }: Outcome): string | null =>
  'pid' in body ? (body.pid.split('_')[2] ?? null) : null;
/** A site's permissions from the beginning of time: granted, or revoked. */
const always = (siteId: string, action: 'grant' | 'revoke'): PermissionRow[] =>
  PERMISSIONS.map((permission) => ({ siteId, permission, action, at: 0 }));

function holds<T>(given: fc.Arbitrary<T>, law: (value: T) => void): void {
  fc.assert(fc.property(given, law), { numRuns: 2000 });
}

/** That a law is refuted within so many tries: it looks true and is not. */
function refuted<T>(given: fc.Arbitrary<T>, law: (value: T) => boolean): T {
  const found = fc.check(fc.property(given, law), { numRuns: 200_000, seed: 7 });
  expect(found.failed).toBe(true);
  return found.counterexample?.[0] as T;
}

describe('a change of nothing', () => {
  it('makes no difference, nor do the rows that are there already', () => {
    holds(world, (one) => {
      const book = come(one);
      for (const changes of [{}, { permissions: one.permissions, rates: one.rates }, { policy: { ...one.policy } }]) {
        const again = come(one, changes);
        expect(again).toEqual(book);
        expect([shiftOf(book, again), weightOf(book, again)]).toEqual([undefined, 0n]);
      }
    });
  });
});

describe('a permission', () => {
  it('that is granted loses nobody a line: who was attributed stays attributed', () => {
    holds(fc.tuple(world, site), ([one, to]) => {
      if (won(come(one)) !== null) expect(won(come(one, { permissions: always(to, 'grant') }))).not.toBeNull();
    });
  });

  it('that is granted moves lines to its site and to no other; revoked, away from its site alone', () => {
    holds(fc.tuple(world, site), ([one, of]) => {
      // Granted or revoked now, and at every click before.
      const [revoked, granted] = [
        come(one, { permissions: always(of, 'revoke') }),
        come(one, { permissions: always(of, 'grant') }),
      ];
      const book = come(one);
      if (siteOf(granted) !== of) expect(won(granted)).toEqual(won(book));
      if (siteOf(book) !== of) expect(won(revoked)).toEqual(won(book));
    });
  });

  it('that is closed touches no line earned in the shop that was clicked, nor one of a coupon', () => {
    holds(fc.tuple(world, fc.subarray(['1', '2', '3'])), ([one, closed]) => {
      const book = come(one);
      const { body } = book.attribution;
      if (!('trace' in body) || body.trace === 'cross-store') return;
      expect(won(come(one, { permissions: closed.flatMap((of) => always(of, 'revoke')) }))).toEqual(won(book));
    });
  });
});

describe('a window', () => {
  it('longer by the same for both traces, that were alike, keeps every line that was earned as it was', () => {
    holds(fc.tuple(world, fc.integer({ min: 0, max: 10 })), ([one, more]) => {
      const alike = { ...one, policy: { ...one.policy, crossStoreWindowDays: one.policy.sameStoreWindowDays } };
      const days = one.policy.sameStoreWindowDays + more;
      const policy = { ...alike.policy, sameStoreWindowDays: days, crossStoreWindowDays: days };
      const book = won(come(alike));
      if (book !== null) expect(won(come(alike, { policy }))).toEqual(book);
    });
  });

  it('longer in any way loses nobody a line where the last click that may earn it does', () => {
    holds(fc.tuple(world, fc.nat(10), fc.nat(10)), ([one, same, cross]) => {
      const before = { ...one.policy, fallThrough: true };
      const { sameStoreWindowDays, crossStoreWindowDays } = before;
      const policy = {
        ...before,
        sameStoreWindowDays: sameStoreWindowDays + same,
        crossStoreWindowDays: crossStoreWindowDays + cross,
      };
      if (won(come({ ...one, policy: before })) !== null) expect(won(come(one, { policy }))).not.toBeNull();
    });
  });
});

describe('a rate', () => {
  it('that is raised changes nobody, and never what the seller owes to less', () => {
    holds(fc.tuple(world, fc.integer({ min: 1, max: 3 })), ([one, times]) => {
      const rates = one.rates.map((row) => ({ ...row, rate: String(Math.min(Number(row.rate) * times, 0.9)) }));
      const [book, raised] = [come(one), come(one, { rates })];
      expect([raised.publisherId, 'trace' in raised.attribution.body && raised.attribution.body.click]).toEqual([
        book.publisherId,
        'trace' in book.attribution.body && book.attribution.body.click,
      ]);
      expect(raised.stands.commission >= book.stands.commission).toBe(true);
    });
  });

  it('of the service that is lowered pays no publisher less, and charges no seller otherwise', () => {
    holds(fc.tuple(world, fc.integer({ min: 0, max: 10 })), ([one, percent]) => {
      const [book, lower] = [
        come(one),
        come(one, { policy: { ...one.policy, serviceFeeRate: String(percent / 100) } }),
      ];
      expect(lower.stands.commission).toBe(book.stands.commission);
      expect(lower.stands.earning >= book.stands.earning).toBe(true);
    });
  });
});

describe('it looks true and is not, that', () => {
  it('a permission granted never lowers what its own publisher earns', () => {
    const [one, to] = refuted(fc.tuple(world, site), ([one, to]) => {
      const owner = OWNERS[to];
      const earns = (outcome: Outcome): bigint => (payeeOf(outcome) === owner ? outcome.stands.earning : 0n);
      return earns(come(one, { permissions: always(to, 'grant') })) >= earns(come(one));
    });
    // The publisher's own click on the shop earned more than its later click on another now does.
    const [book, granted] = [come(one), come(one, { permissions: always(to, 'grant') })];
    expect([book.publisherId, granted.publisherId]).toEqual([OWNERS[to], OWNERS[to]]);
  });

  it('a permission opened never lowers what the alliance takes', () => {
    refuted(
      fc.tuple(world, site),
      ([one, to]) => come(one, { permissions: always(to, 'grant') }).stands.fee >= come(one).stands.fee,
    );
  });

  it('a permission opened leaves alone the lines that were earned in the shop clicked', () => {
    refuted(fc.tuple(world, site), ([one, to]) => {
      const book = come(one);
      if (!('trace' in book.attribution.body) || book.attribution.body.trace !== 'same-store') return true;
      return payeeOf(come(one, { permissions: always(to, 'grant') })) === payeeOf(book);
    });
  });

  it('a longer window loses nobody a line', () => {
    const [one, days] = refuted(fc.tuple(world, fc.integer({ min: 1, max: 10 })), ([one, days]) => {
      const policy = { ...one.policy, crossStoreWindowDays: one.policy.crossStoreWindowDays + days };
      return payeeOf(come(one)) === null || payeeOf(come(one, { policy })) !== null;
    });
    // Only where the last click decides, whatever it may earn.
    expect([one.policy.fallThrough, days > 0]).toEqual([false, true]);
  });

  it('a longer window leaves who earned a line where that was', () => {
    refuted(fc.tuple(world, fc.integer({ min: 1, max: 10 })), ([one, days]) => {
      const policy = { ...one.policy, crossStoreWindowDays: one.policy.crossStoreWindowDays + days };
      return payeeOf(come(one)) === null || payeeOf(come(one, { policy })) === payeeOf(come(one));
    });
  });

  it('a higher rate never pays the publisher less', () => {
    // The fee rounds up before the commission does: 1.00 at 0.049 leaves 5 - 0 fen, at 0.05 it leaves 5 - 1.
    const earning = (paid: bigint, at: string): bigint => share(paid, at) - share(paid, at, '0.1');
    expect([earning(100n, '0.049'), earning(100n, '0.05')]).toEqual([5n, 4n]);
    refuted(world, (one) => {
      const rates = one.rates.map((row) => ({ ...row, rate: (Number(row.rate) + 0.001).toFixed(3) }));
      if (rates.some((row) => Number(row.rate) > 0.9)) return true;
      return come(one, { rates }).stands.earning >= come(one).stands.earning;
    });
  });
});
