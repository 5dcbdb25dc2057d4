/** Laws of one line's money, whatever happens to it (SPEC 7 to 9): tried on random lives of a line. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { post } from '../../src/core/ledger.ts';
import { parseRate, share } from '../../src/core/money.ts';
import { alimama2013 } from '../../src/core/policy/policy.ts';
import {
  amountsOf,
  apply,
  baseOf,
  inOrder,
  type LineFact,
  type Standing,
} from '../../src/core/settlement/settlement.ts';

const policy = alimama2013(2);
const rate = fc.integer({ min: 1, max: 900_000 }).map((ppm) => parseRate((ppm / 1e6).toFixed(6)) ?? '0.1');
const feeRate = fc.constantFrom('0', '0.075', '0.1', '0.333333', '1');
const instant = fc.integer({ min: 1000, max: 1030 });

interface Life {
  readonly before: Standing;
  readonly facts: readonly LineFact[];
  readonly feeRate: string;
  readonly waiting: { readonly clearingDays: number; readonly payWhenCollected: boolean };
}

/**
 * A line with at most one receipt or closure, refunds within what was paid, corrections, decisions, and ends of a wait, at
 * crowded instants; its earning waits or does not.
 */
const life: fc.Arbitrary<Life> = fc
  .record({
    paid: fc.bigInt({ min: 0n, max: 500_000n }),
    rate,
    feeRate,
    held: fc.boolean(),
    end: fc.constantFrom('receipt', 'receipt', 'receipt', 'closure', 'none'),
    endAt: instant,
    receivedShare: fc.option(fc.integer({ min: 0, max: 100 }), { nil: null }),
    refunds: fc.array(
      fc.record({
        at: instant,
        weight: fc.integer({ min: 1, max: 60 }),
        kind: fc.constantFrom('refund', 'down', 'up'),
      }),
      { maxLength: 6 },
    ),
    decisions: fc.array(fc.record({ at: instant, decision: fc.constantFrom('release' as const, 'forfeit' as const) }), {
      maxLength: 2,
    }),
    waiting: fc.constantFrom(
      { clearingDays: 0, payWhenCollected: false },
      { clearingDays: 3, payWhenCollected: false },
      { clearingDays: 0, payWhenCollected: true },
    ),
    cleared: fc.array(instant, { maxLength: 2 }),
  })
  .map((seed) => {
    const facts: LineFact[] = seed.cleared.map((at) => ({ kind: 'cleared', at }));
    let left = seed.paid;
    seed.refunds.forEach(({ at, weight, kind }, i) => {
      const amount = (seed.paid * BigInt(weight)) / 100n;
      if (amount === 0n) return;
      if (kind === 'up') {
        facts.push({ kind: 'refund', at, refundId: `R${i}`, amount: -amount, correction: 'more' });
        return;
      }
      if (amount > left) return;
      left -= amount;
      const correction = kind === 'down' ? { correction: 'less' } : {};
      facts.push({ kind: 'refund', at, refundId: `R${i}`, amount, ...correction });
    });
    const received = seed.receivedShare === null ? null : (seed.paid * BigInt(seed.receivedShare)) / 100n;
    if (seed.end === 'receipt') facts.push({ kind: 'receipt', at: seed.endAt, received });
    if (seed.end === 'closure') facts.push({ kind: 'closure', at: seed.endAt, reason: '' });
    seed.decisions.forEach(({ at, decision }, i) => {
      facts.push({ kind: 'decision', at, decisionId: `X${i}`, decision, decidedBy: 'risk', reason: '' });
    });
    const before: Standing = {
      orderLineId: 'L1',
      sellerId: 's1',
      publisherId: '1001',
      paid: seed.paid,
      rate: seed.rate,
      state: 'attributed',
      hold: seed.held ? 'held' : 'none',
      receipt: null,
      refunds: [],
      settled: null,
      forfeitedBy: null,
      waits: null,
      restored: null,
    };
    return { before, facts: facts.sort(inOrder), feeRate: seed.feeRate, waiting: seed.waiting };
  });

/** Plays a life, giving every moment's standing and balances to a law. */
function live(
  { before, facts, feeRate, waiting }: Life,
  law: (standing: Standing, balances: Map<string, bigint>) => void,
): Standing {
  const terms = {
    policy: { ...policy, ...waiting, serviceFeeRate: feeRate },
    policyVersion: 1,
    businessDay: '2013-12-11',
    digits: 2,
  };
  const balances = new Map<string, bigint>();
  let standing = before;
  for (const fact of facts) {
    const step = apply(standing, fact, terms);
    standing = step.standing;
    for (const { debit, credit, amount } of step.event === undefined ? [] : post(step.event)) {
      expect(amount > 0n).toBe(true);
      balances.set(debit, (balances.get(debit) ?? 0n) + amount);
      balances.set(credit, (balances.get(credit) ?? 0n) - amount);
    }
    law(standing, balances);
  }
  return standing;
}

const of = (balances: Map<string, bigint>, end: string): bigint =>
  [...balances].filter(([account]) => account.endsWith(end)).reduce((sum, [, amount]) => sum + amount, 0n);

describe('the money of a line', () => {
  it('sums to nothing, and what the seller owes is what the publisher and the alliance are owed, at every moment', () => {
    fc.assert(
      fc.property(life, (one) => {
        live(one, (standing, balances) => {
          expect([...balances.values()].reduce((sum, amount) => sum + amount, 0n)).toBe(0n);
          const earning = -of(balances, ':payable') - of(balances, ':held') - of(balances, ':clearing');
          expect(of(balances, ':due')).toBe(earning - of(balances, 'service-fee'));
          expect(of(balances, ':due')).toBe(standing.settled?.commission ?? 0n);
        });
      }),
      { numRuns: 3000 },
    );
  });

  it('has its earning in one place at every moment: held under a hold, else in clearing while it waits, else payable', () => {
    fc.assert(
      fc.property(life, (one) => {
        live(one, ({ hold, waits, settled }, balances) => {
          const where = hold === 'held' ? ':held' : waits === null ? ':payable' : ':clearing';
          for (const pocket of [':held', ':clearing', ':payable'])
            expect(-of(balances, pocket)).toBe(pocket === where ? (settled?.earning ?? 0n) : 0n);
        });
      }),
      { numRuns: 3000 },
    );
  });

  it('comes to the same whether it waits or not, but for where it stands; without a wait none is ended', () => {
    fc.assert(
      fc.property(life, (one) => {
        const { waits: _, ...waiting } = live(one, () => undefined);
        const facts = one.facts.filter((fact) => fact.kind !== 'cleared');
        const none = { clearingDays: 0, payWhenCollected: false };
        const plain = live({ ...one, facts, waiting: none }, (_standing, balances) => {
          expect([...balances.keys()].some((account) => account.endsWith(':clearing'))).toBe(false);
        });
        expect({ ...waiting, waits: null }).toEqual(plain);
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves nothing in clearing once its wait has ended, whatever comes after', () => {
    fc.assert(
      fc.property(life, (one) => {
        const facts = [...one.facts, { kind: 'cleared' as const, at: 2000 }];
        const later = { kind: 'refund' as const, at: 2001, refundId: 'last', amount: 0n, correction: 'nothing' };
        live({ ...one, facts: [...facts, later] }, ({ hold, refunds }, balances) => {
          if (hold !== 'held' && refunds.at(-1) === later) expect(of(balances, ':clearing')).toBe(0n);
        });
      }),
      { numRuns: 3000 },
    );
  });

  it('never makes a seller owe more than C on what was paid and corrections added, nor less than nothing', () => {
    fc.assert(
      fc.property(life, (one) => {
        live(one, ({ refunds }, balances) => {
          const added = refunds.filter(({ amount }) => amount < 0n).reduce((sum, { amount }) => sum - amount, 0n);
          const most = share(one.before.paid + added, one.before.rate);
          expect(of(balances, ':due') <= most && of(balances, ':due') >= 0n).toBe(true);
        });
      }),
      { numRuns: 3000 },
    );
  });

  it('ends, after any chain of refunds, where the formula on the rest puts it', () => {
    fc.assert(
      fc.property(life, (one) => {
        const end = live(one, () => undefined);
        if (end.state !== 'settled') return;
        const refunds = one.facts.filter((fact) => fact.kind === 'refund');
        const receipt = one.facts.find((fact) => fact.kind === 'receipt') ?? null;
        const left = amountsOf(baseOf(one.before.paid, receipt, refunds), one.before.rate, one.feeRate);
        expect(end.settled).toEqual({ ...left, feeRate: one.feeRate });
      }),
      { numRuns: 3000 },
    );
  });

  it('leaves nothing held after a release, and nothing at all after a forfeit', () => {
    fc.assert(
      fc.property(life, (one) => {
        live(one, (standing, balances) => {
          if (standing.hold !== 'held') expect(of(balances, ':held')).toBe(0n);
          if (standing.state === 'forfeited')
            expect([...balances.values()].every((amount) => amount === 0n)).toBe(true);
        });
      }),
      { numRuns: 3000 },
    );
  });
});
