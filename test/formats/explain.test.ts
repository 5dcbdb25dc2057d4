/** The explanation of a line as a pure function of its events: no database, every figure from the events given. */
import { describe, expect, it } from 'vitest';
import { Calendar, isoOf } from '../../src/core/calendar.ts';
import type { Bodies, Event, EventType } from '../../src/core/events/event.ts';
import type { Logged } from '../../src/core/events/read-body.ts';
import type { History } from '../../src/core/line/history.ts';
import { alimama2013 } from '../../src/core/policy/policy.ts';
import { amountsOf } from '../../src/core/settlement/settlement.ts';
import { explainDocument, explainStory } from '../../src/formats/explain/explain.ts';
import { productText } from '../../src/formats/files/lines.ts';
import { storyText } from '../../src/formats/story/text.ts';
import { SPEECH } from '../../src/formats/words/index.ts';

const showing = { calendar: new Calendar('Asia/Shanghai'), currency: 'CNY', digits: 2 };
const PAID_AT = Date.parse('2013-12-10T10:08:02Z');
const policy = { version: 1, policy: alimama2013(2) };

function logged<T extends EventType>(type: T, body: Bodies[T], at = PAID_AT, businessDay = '2013-12-10'): Logged {
  const stamp = { businessDay, occurredAt: at, subject: 'L1', sellerId: 's1', publisherId: '1001' };
  return { event: { type, ...stamp, body } as Event, partition: 0, position: 1n, ordinal: 1 };
}

const order = {
  order_id: 'O1',
  buyer: 'b1',
  shop: '50',
  mall: 'tmall',
  item: 'i1',
  category: 'c1',
  paid: 63_99n,
  paid_at: isoOf(PAID_AT),
};
const search = { order, rest: { count: 0, digest: '' }, unknown_pids: 0, policy: 1 };
const approved = { value: 'approved' as const, since: '2013-02-03T02:00:00.000Z' };
const joined = { value: 'join' as const, since: '2013-01-05T00:00:00.000Z' };
const facts = { known: true, publisher: null, site: approved, programme: joined, ownBuyer: false, rate: '0.0996' };

const attributed = (held: boolean): Logged =>
  logged('OrderAttributed', {
    ...search,
    tested: [{ candidate: { coupon: 'mm_1001_10_100' }, trace: 'coupon', verdict: 'passed', ...facts }],
    pid: 'mm_1001_10_100',
    click: null,
    trace: 'coupon',
    rate: '0.0996',
    source: {
      plan: 'p0',
      kind: 'general',
      scope: 'shop',
      scope_id: '50',
      valid_from: '2013-01-09T16:00:00.000Z',
      valid_to: null,
      as_of: isoOf(PAID_AT),
    },
    estimate: 6_37n,
    signals: [{ signal: 'coupon-override', action: held ? 'hold' : 'flag', evidence: { publisher: '\u001b[31m1002' } }],
    held,
  });

function text(...events: readonly Logged[]): string {
  return storyText(explainStory(run(...events), SPEECH.en, showing), showing);
}

function run(...events: readonly Logged[]): History {
  return { kind: 'run', orderLineId: 'L1', events, policy, trails: [], lateClicks: [], waiting: [] };
}

const settled = (received: bigint | null, refunds: Bodies['CommissionSettled']['refunds'], base: bigint): Logged =>
  logged(
    'CommissionSettled',
    {
      pocket: 'payable',
      paid: 63_99n,
      received,
      refunds,
      base,
      rate: '0.0996',
      fee_rate: '0.1',
      policy: 1,
      ...amountsOf(base, '0.0996', '0.1'),
    },
    Date.parse('2013-12-20T04:00:00Z'),
    '2013-12-20',
  );

describe('explainStory', () => {
  it('tells a coupon line from its attribution on, section by section', () => {
    expect(text(attributed(false), settled(null, [], 63_99n))).toBe(`Order line L1
  order   O1, paid 63.99 CNY on 2013-12-10 18:08:02+08:00 by buyer b1
  bought  item i1 of category c1, shop 50 (tmall) of seller s1
  night   2013-12-10, policy 1 alimama-2013
  stands  settled: seller owes 6.37, fee 0.64, publisher 1001 earns 5.73 (payable)

Earned by publisher 1001: PID mm_1001_10_100, coupon
  1  coupon of mm_1001_10_100, which overrides the clicks
     ok  the PID is known             mm_1001_10_100 is in the registry
     ok  publisher 1001 is active     no status row, so active
     ok  site 10 is approved          approved since 2013-02-03 10:00:00+08:00
     ok  shop 50 is in the programme  joined since 2013-01-05 08:00:00+08:00
     ok  buyer b1 may buy             not among its own buyers
     ok  a rate applies               see below
     passed: it earns the line

Rate 0.0996
  plan      p0 (general), scope shop 50
  valid     from 2013-01-10 00:00:00+08:00 with no end
  as of     the payment, 2013-12-10 18:08:02+08:00
  estimate  63.99 x 0.0996 = 6.373404 -> 6.37

Signals
  flag  coupon override  its clicks alone would have gone to publisher ␛[31m1002

2013-12-20  Settled: received 2013-12-20 12:00:00+08:00
  paid        63.99
  base        63.99, what was paid
  commission  63.99 x 0.0996 = 6.373404 -> 6.37         owed by seller s1
  fee         63.99 x 0.0996 x 0.1 = 0.6373404 -> 0.64  the service fee, out of it
  earning     6.37 - 0.64 = 5.73                        to payable of publisher 1001
`);
  });

  it('shows how a received amount and refunds on both sides of the receipt come to the base', () => {
    const early = { refund: 'R1', amount: 10_00n, refunded_at: '2013-12-20T04:00:00.000Z' };
    const late = { refund: 'R2', amount: 3_00n, refunded_at: '2013-12-20T04:00:01.000Z' };
    expect(text(attributed(false), settled(50_00n, [early, late], 47_00n))).toContain(
      'base        the lesser of 50.00 received and 63.99 - 10.00, less 3.00 refunded after it = 47.00\n',
    );
    const all = { ...early, amount: 63_99n };
    expect(text(attributed(false), settled(50_00n, [all, late], 0n))).toContain(' = -3.00, and never below 0.00\n');
  });

  it('says who still has to decide, and that a void ends it', () => {
    expect(text(attributed(true))).toContain('stands  attributed: waits for its receipt or closure, under hold');
    expect(text(attributed(true), settled(null, [], 63_99n))).toContain('(held until a person decides)');
    const body = { reason: 'below-minimum' as const, minimum: 1n, base: 1n, commission: 0n };
    const voided = text(attributed(true), logged('CommissionVoided', body));
    expect(voided).toContain('stands  voided: nothing is owed or paid');
    expect(voided).toContain('because     the least commission is 0.01');
  });

  it('counts the clicks left out when none was a promotion', () => {
    const body = {
      ...search,
      tested: [],
      reason: 'pid-unknown' as const,
      rest: { count: 2, digest: 'ab' },
      unknown_pids: 2,
    };
    const none = text(logged('OrderUnattributed', body));
    expect(none).toContain('-  2 clicks in a window not tested, with a PID that is not known, so no candidate');
    expect(none).toContain('or the PID of a click left out would have had to be in the registry');
  });

  it('refuses events that begin in the middle', () => {
    expect(() => text(settled(null, [], 63_99n))).toThrow('do not begin with its attribution');
  });
});

describe('explainDocument', () => {
  it('says where the line stands, amounts as decimals', () => {
    expect(explainDocument(run(attributed(true), settled(null, [], 63_99n)), showing)).toMatchObject({
      state: 'settled',
      stands: { commission: '6.37', fee: '0.64', earning: '5.73', pocket: 'held' },
      undecided: true,
    });
  });
});

describe('productText', () => {
  it('shows the exact product, and rounds half away from zero once', () => {
    expect(productText(63_99n, ['0.0996', '0.1'], 2)).toBe('63.99 x 0.0996 x 0.1 = 0.6373404 -> 0.64');
    expect(productText(100_00n, ['0.1'], 2)).toBe('100.00 x 0.1 = 10.00 -> 10.00');
    expect(productText(50n, ['0.01'], 2)).toBe('0.50 x 0.01 = 0.005 -> 0.01');
    expect(productText(1500n, ['0.5', '1'], 0)).toBe('1500 x 0.5 x 1 = 750 -> 750');
  });
});
