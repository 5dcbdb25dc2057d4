/**
 * Each attribution test and each signal, from the night to verifying: a line in which it fails or fires, its event written
 * and read back, proved by what the event recorded, and named where that was altered. A new record does not compile here
 * without its case.
 */
import { describe, expect, it } from 'vitest';
import { attribute } from '../../src/core/attribution/attribution.ts';
import type { Click, OrderLine } from '../../src/core/attribution/click.ts';
import { type PublisherEntry, Registry, type ShopEntry, type SiteEntry } from '../../src/core/attribution/registry.ts';
import { type Reason, TESTS, type Tested, type TestName } from '../../src/core/attribution/tests/index.ts';
import { type Attribution, bodyText } from '../../src/core/events/event.ts';
import { readBody } from '../../src/core/events/event-body.ts';
import { alimama2013, type Policy } from '../../src/core/policy/policy.ts';
import { type Evidence, type FiredSignal, SIGNALS, type SignalName } from '../../src/core/signals/index.ts';
import { checkAttribution } from '../../src/core/verify/attribution.ts';
import { Checks } from '../../src/core/verify/finding.ts';

const PAID_AT = Date.parse('2013-12-11T04:00:00.000Z');
const EARLY = PAID_AT - 30 * 86_400_000;
const DIGITS = 2;

/** What a case changes of a book in which the click c1 of publisher 1 wins line L1. */
interface Case {
  readonly line?: Partial<OrderLine>;
  /** Each with what it has otherwise than the winning click. */
  readonly clicks?: readonly Partial<Click>[];
  readonly publisher?: Partial<PublisherEntry>;
  readonly site?: Partial<SiteEntry>;
  readonly shop?: Partial<ShopEntry>;
  readonly policy?: Partial<Policy>;
}

function registryOf({ publisher, site, shop }: Case): Registry {
  const registry = new Registry();
  const since = (value: string) => [{ value, at: EARLY }];
  for (const id of ['1', '2']) {
    const own = id === '1';
    const entry = { publisherId: id, kind: 'company' as const, ownBuyers: new Set<string>(), status: [] };
    registry.publishers.set(id, { ...entry, memberships: new Map(), ...(own ? publisher : {}) });
    registry.sites.set(`1${id}`, {
      siteId: `1${id}`,
      publisherId: id,
      kind: 'website',
      domain: 'filed.example',
      reviews: since('approved'),
      permissions: new Map(),
      ...(own ? site : {}),
    });
    registry.adzones.set(`2${id}`, `1${id}`);
  }
  const row = { scope: 'shop' as const, scopeId: 's', rate: '0.05', validFrom: EARLY, validTo: null };
  const plans = [{ planId: 'p', kind: 'general' as const, rates: new Map([['shop:s', [row]]]) }];
  const entry = { shopId: 's', sellerId: 'seller', mall: 'tmall' as const, programme: since('join'), plans };
  registry.shops.set('s', { ...entry, ...shop });
  return registry;
}

/** The event of a case as the log keeps it, read back, and the policy it was decided under. */
function decided(of: Case): { event: Attribution; policy: Policy } {
  const policy = { ...alimama2013(DIGITS), ...of.policy };
  const line = {
    orderLineId: 'L1',
    orderId: 'O1',
    buyerId: 'b',
    shopId: 's',
    itemId: 'i',
    categoryId: 'c',
    paid: 100_00n,
    paidAt: PAID_AT,
    couponPid: null,
    ...of.line,
  };
  const clicks = (of.clicks ?? [{}]).map((one, at) => ({
    clickId: `c${at + 1}`,
    clickedAt: PAID_AT - 600_000,
    pid: 'mm_1_11_21',
    shopId: 's',
    itemId: null,
    referrer: 'http://filed.example/',
    subId: null,
    ...one,
  }));
  const terms = { registry: registryOf(of), policy, policyVersion: 1, businessDay: '2013-12-11' };
  const event = attribute(line, clicks, terms);
  const body = readBody(event.type, bodyText(event, DIGITS), DIGITS);
  if ('unreadable' in body) throw new Error(body.unreadable);
  expect(body).toEqual(event.body);
  return { event: { ...event, body } as Attribution, policy };
}

function fieldsFound(event: Attribution, policy: Policy): string[] {
  const checks = new Checks(DIGITS);
  checkAttribution(event, policy, checks);
  return checks.findings.map(({ field }) => field);
}

const gone = { value: 'leave', at: EARLY + 1 };
const FAILING: { readonly [N in TestName]: Case & { readonly mended: Partial<Tested> } } = {
  'pid-known': { line: { couponPid: 'mm_9_9_9' }, mended: { known: true } },
  'publisher-active': { publisher: { status: [{ value: 'frozen', at: EARLY }] }, mended: { publisher: null } },
  'site-approved': {
    site: { reviews: [] },
    mended: { site: { value: 'approved', since: '2013-11-11T04:00:00.000Z' } },
  },
  'shop-in-programme': {
    shop: { programme: [gone] },
    mended: { programme: { value: 'join', since: '2013-11-11T04:00:00.000Z' } },
  },
  'cross-store-permitted': {
    clicks: [{ shopId: 'other' }],
    mended: { permission: { value: 'grant', since: '2013-11-11T04:00:00.000Z' } },
  },
  'self-purchase': { publisher: { ownBuyers: new Set(['b']) }, mended: { ownBuyer: false } },
  'rate-applies': { shop: { plans: [] }, mended: { rate: '0.05' } },
};

describe('an attribution test', () => {
  it.each(TESTS)('$name fails, is proved by the fact it kept, and is named where that was altered', (test) => {
    const { mended, ...of } = FAILING[test.name];
    const { event, policy } = decided(of);
    const reason: Reason = test.reason;
    expect(event).toMatchObject({ type: 'OrderUnattributed', body: { reason, tested: [{ verdict: reason }] } });
    expect(Object.keys(event.body.tested[0] ?? {})).toContain(test.fact);
    expect(fieldsFound(event, policy)).toEqual([]);
    const tested = event.body.tested.map((one) => ({ ...one, ...mended }));
    expect(fieldsFound({ ...event, body: { ...event.body, tested } } as Attribution, policy)).toContain(
      'body.tested.0.verdict',
    );
  });

  it('that was made is told by its fact alone: one left out, or one too many, is named', () => {
    const { event, policy } = decided({});
    for (const { fact, isMade } of TESTS) {
      const { [fact]: _, ...less } = { ...event.body.tested[0] } as Tested;
      const more = { ...event.body.tested[0], [fact]: null };
      const tested = isMade('same-store') ? less : more;
      const altered = { ...event, body: { ...event.body, tested: [tested] } } as Attribution;
      expect(fieldsFound(altered, policy)).toContain(`body.tested.0.${fact}`);
    }
  });
});

const rival = { pid: 'mm_2_12_22', clickedAt: PAID_AT - 610_000 };
const all = Object.fromEntries(SIGNALS.map(({ name }) => [name, 'hold'])) as Policy['actions'];
const FIRING: {
  readonly [N in SignalName]: Case & { readonly altered: (evidence: Evidence[N]) => Evidence[N] };
} = {
  'fast-order': {
    clicks: [{ clickedAt: PAID_AT - 1500 }],
    altered: ({ gap_ms: gap }) => ({ gap_ms: gap + 1 }),
  },
  'overwritten-click': { clicks: [{}, rival], altered: (saw) => ({ ...saw, clicks: [] }) },
  'referrer-mismatch': {
    clicks: [{ referrer: 'http://foreign.example/x' }],
    altered: (saw) => ({ ...saw, host: 'filed.example' }),
  },
  'no-referrer': { clicks: [{ referrer: '' }], altered: () => ({ domain: '' }) },
  'click-flood': {
    clicks: [{}, {}, {}],
    policy: { floodClicks: 2 },
    altered: (saw) => ({ ...saw, count: 2 }),
  },
  'coupon-override': {
    line: { couponPid: 'mm_2_12_22' },
    altered: () => ({ publisher: '2' }),
  },
};

describe('a signal', () => {
  it.each(SIGNALS)('$name fires, is proved by its evidence, and is named where that was altered', ({ name }) => {
    const { altered, ...of } = FIRING[name];
    const { event, policy } = decided({ ...of, policy: { ...of.policy, actions: all } });
    if (event.type !== 'OrderAttributed') throw new Error(event.body.reason);
    const { signals } = event.body;
    expect(signals.map(({ signal }) => signal)).toEqual([name]);
    expect(fieldsFound(event, policy)).toEqual([]);
    const alter = altered as (evidence: unknown) => unknown;
    const other = signals.map((one) => ({ ...one, evidence: alter(one.evidence) }) as FiredSignal);
    expect(fieldsFound({ ...event, body: { ...event.body, signals: other } }, policy)).toEqual([
      'body.signals.0.evidence',
    ]);
  });
});
