/** Laws of tax and of ageing, at their boundaries to the fen and to the day; and that only two persons decide of money. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adjustmentEvent, approvalFault } from '../../src/core/adjustment.ts';
import { addDays } from '../../src/core/calendar.ts';
import { openingEvent, signOffFault, totalsOf } from '../../src/core/cut-over/opening.ts';
import { post } from '../../src/core/ledger.ts';
import { aged } from '../../src/core/month/ageing.ts';
import { taxableOf, taxOn } from '../../src/core/month/tax.ts';

const labour = (gross: bigint): bigint => taxOn(gross, 'individual', 'cn-labour', 2);

describe('tax on labour remuneration', () => {
  it.each([
    // gross, taxable, tax: in fen
    [80_003n, 3n, 1n],
    [400_000n, 320_000n, 64_000n],
    [400_001n, 320_001n, 64_000n],
    [400_005n, 320_004n, 64_001n],
    [2_500_000n, 2_000_000n, 400_000n],
    [2_500_001n, 2_000_001n, 400_000n],
    [2_500_003n, 2_000_002n, 400_001n],
    [6_250_000n, 5_000_000n, 1_300_000n],
    [6_250_001n, 5_000_001n, 1_300_000n],
    [6_250_002n, 5_000_002n, 1_300_001n],
  ])('of %s is on %s: %s', (gross, taxable, tax) => {
    expect([taxableOf(gross, 2), labour(gross)]).toEqual([taxable, tax]);
  });

  it('begins above 800.00, and is of nobody but individuals with the profile', () => {
    expect([labour(80_000n), labour(80_002n), labour(80_003n)]).toEqual([0n, 0n, 1n]);
    expect([taxOn(500_000n, 'company', 'cn-labour', 2), taxOn(500_000n, 'individual', 'none', 2)]).toEqual([0n, 0n]);
  });

  it('never falls or jumps: a fen more of gross is at most a fen more of tax', () => {
    const near = fc.oneof(
      fc.bigInt({ min: 0n, max: 10_000_000n }),
      fc
        .tuple(fc.constantFrom(80_000n, 400_000n, 2_500_000n, 6_250_000n), fc.bigInt({ min: -9n, max: 9n }))
        .map(([limit, off]) => limit + off),
    );
    fc.assert(
      fc.property(near, (gross) => {
        const step = labour(gross + 1n) - labour(gross);
        expect(step === 0n || step === 1n).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('ageing', () => {
  it('puts what is 29 days old below 30, and what is 30 into the next; the ages sum to the total', () => {
    const asOf = '2014-03-31';
    const item = (days: number) => ({
      kind: 'undecided-hold' as const,
      party: '1001',
      since: addDays(asOf, -days),
      amount: BigInt(1000 + days),
    });
    const [row] = aged([0, 29, 30, 59, 60, 89, 90, 400].map(item), asOf);
    expect(row?.ages).toEqual([2029n, 2089n, 2149n, 2490n]);
    expect([row?.days, row?.total]).toEqual([400, 8757n]);
  });
});

const amount = fc.bigInt({ min: -1_000_000n, max: 1_000_000n }).filter((one) => one !== 0n);

describe('what two persons decide', () => {
  const proposed = { adjustmentId: 'A1', proposedBy: 'Chen Li', proposedAt: 1000 };

  it('is approved by nobody who proposed it, however the name is written, and not before', () => {
    for (const by of ['Chen Li', 'chen  li', 'ＣＨＥＮ LI'])
      expect(approvalFault(proposed, by, 2000)).toContain('somebody else');
    expect(approvalFault(proposed, 'Wu', 999)).toContain('before');
    expect(approvalFault(proposed, 'Wu', 1000)).toBeUndefined();
  });

  it("moves exactly its amount, in its party's favour", () => {
    fc.assert(
      fc.property(amount, fc.boolean(), (value, ofSeller) => {
        const party = ofSeller
          ? { publisherId: null, sellerId: 's1' }
          : ({ publisherId: '1001', sellerId: null } as const);
        const of = {
          ...proposed,
          party,
          amount: value,
          reason: 'r',
          document: 'd',
          approvedBy: 'Wu',
          approvedAt: 2000,
        };
        const [leg, ...more] = post(adjustmentEvent(of, '2013-12-11'));
        expect(more).toEqual([]);
        const own = ofSeller ? 'assets:seller:s1:due' : 'liabilities:publisher:1001:payable';
        expect(leg?.credit === own ? leg.amount : -(leg?.amount ?? 0n)).toBe(value);
      }),
    );
  });

  it('of a cut-over is signed off with its exact totals only, and posts them against equity', () => {
    const opening = fc
      .record({ account: fc.constantFrom('payable', 'returned', 'due'), amount, id: fc.uuid() })
      .map(({ account, amount: value, id }) => ({
        openingId: id,
        cutOverId: 'c',
        publisherId: account === 'due' ? null : '1001',
        sellerId: account === 'due' ? 's1' : null,
        account,
        amount: account === 'returned' && value < 0n ? -value : value,
        preparedBy: 'Chen',
      }));
    fc.assert(
      fc.property(fc.array(opening, { minLength: 1, maxLength: 8 }), amount, (openings, off) => {
        const totals = totalsOf(openings, []);
        expect(signOffFault({ openings, lines: [] }, totals, { by: 'Wu', at: 5 }, 2)).toBeUndefined();
        expect(signOffFault({ openings, lines: [] }, totals, { by: 'CHEN', at: 5 }, 2)).toContain('somebody else');
        expect(
          signOffFault({ openings, lines: [] }, { ...totals, due: totals.due + off }, { by: 'Wu', at: 5 }, 2),
        ).toContain('due is signed off');
        expect(
          signOffFault({ openings, lines: [] }, { ...totals, openings: totals.openings + 1 }, { by: 'Wu', at: 5 }, 2),
        ).toContain('are known');
        let equity = 0n;
        for (const one of openings) {
          for (const leg of post(openingEvent({ ...one, approvedBy: 'Wu', approvedAt: 1 }, '2013-12-11')))
            equity += leg.debit === 'equity:opening' ? leg.amount : -leg.amount;
        }
        expect(equity).toBe(totals.payable + totals.returned - totals.due);
      }),
    );
  });
});
