/**
 * Laws of a payment file that the bank booked as one line: whatever came back of it later, by lines of its own or by one
 * for several, each payment is found in the line, each return is the return, and what is left over is the charge alone.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sum } from '../../src/core/money.ts';
import { compare } from '../../src/core/reconcile/match.ts';
import type { Instruction, Line, Movement } from '../../src/core/reconcile/matter.ts';

const TERMS = { through: '2014-01-31', graceDays: 3, digits: 2 };
const FILE = 'F-20140120-0001';

/** `failed` is paid in the line and given back without a word in the ledger, `unpaid` is in the file alone. */
type Fate = 'paid' | 'returned' | 'failed' | 'unpaid';

interface Batch {
  readonly kind: Instruction['kind'];
  readonly rows: readonly { readonly amount: number; readonly fate: Fate }[];
}

const batches = (...fates: Fate[]): fc.Arbitrary<Batch> =>
  fc.record({
    kind: fc.constantFrom('payout' as const, 'deduction' as const),
    rows: fc.array(
      fc.record({ amount: fc.integer({ min: 100, max: 103 }), fate: fc.constantFrom<Fate>('paid', ...fates) }),
      { minLength: 2, maxLength: 6 },
    ),
  });

function lineOf(lineId: string, amount: bigint, day: string, reference: string): Line {
  const empty = { counterparty: '', counterpartyName: '', memo: '' };
  return { lineRef: '', lineId, account: 'A', bookedAt: Date.parse(day), day, parts: [], ...empty, amount, reference };
}

/** The batch as instructions, as the ledger's movements, and as the bank's lines without that of the file. */
function madeOf({ kind, rows }: Batch) {
  const sent = (amount: number): bigint => BigInt(kind === 'payout' ? -amount : amount);
  const all = rows.map(({ amount, fate }, i) => ({ instructionId: `P-${1001 + i}-201312`, sent: sent(amount), fate }));
  const instructions = all.map(
    ({ instructionId, sent }): Instruction => ({
      ...{ instructionId, kind, day: '2014-01-20', files: [FILE], payees: [] },
      amount: sent < 0n ? -sent : sent,
      references: [instructionId],
    }),
  );
  const movements = all.flatMap(({ instructionId, sent, fate }, i): Movement[] => {
    const moved = { entry: `E${i}`, instructionId, day: '2014-01-21', amount: sent };
    const back = { entry: `R${i}`, instructionId, day: '2014-01-22', amount: -sent };
    return fate === 'paid' ? [moved] : fate === 'returned' ? [moved, back] : [];
  });
  const back = all.filter(({ fate }) => fate === 'returned' || fate === 'failed');
  const returns = back.map(({ instructionId, sent }) =>
    lineOf(`L-${instructionId}`, -sent, '2014-01-22', instructionId),
  );
  const paid = sum(all.filter(({ fate }) => fate !== 'unpaid').map((one) => one.sent));
  return { instructions, movements, returns, back, paid };
}

describe('a payment file booked as one line', () => {
  it.each([
    ['names the file', FILE],
    ['says nothing', ''],
  ])('is found whole where some of it came back, and the line %s', (_, reference) => {
    fc.assert(
      fc.property(batches('returned', 'unpaid'), (batch) => {
        const { instructions, movements, returns, paid } = madeOf(batch);
        fc.pre(batch.rows.filter(({ fate }) => fate !== 'unpaid').length > 1);
        const found = compare(instructions, movements, [lineOf('L', paid, '2014-01-21', reference), ...returns], TERMS);
        expect(found.breaks).toEqual([]);
        expect(found.matched.length).toBe(movements.length);
        for (const { movement, line } of found.matched)
          expect(line.lineId).toBe(movement.entry.startsWith('E') ? 'L' : `L-${movement.instructionId}`);
      }),
    );
  });

  it('leaves the charge alone over, and of what the ledger calls failed both ways of the money', () => {
    fc.assert(
      fc.property(batches('returned', 'failed'), (batch) => {
        const { instructions, movements, returns, back, paid } = madeOf(batch);
        const { breaks, matched } = compare(
          ...([instructions, movements, [lineOf('L', paid - 1n, '2014-01-21', FILE), ...returns], TERMS] as const),
        );
        const failed = back.filter(({ fate }) => fate === 'failed');
        expect(matched.length).toBe(movements.length);
        expect(breaks.filter(({ instructionId }) => instructionId === null).map(({ effect }) => effect)).toEqual([-1n]);
        expect(breaks.flatMap(({ instructionId }) => instructionId ?? []).sort()).toEqual(
          failed.flatMap(({ instructionId }) => [instructionId, instructionId]).sort(),
        );
        expect(sum(breaks.map(({ effect }) => effect))).toBe(-1n);
      }),
    );
  });

  it('comes back by one line for several as by one for each', () => {
    fc.assert(
      fc.property(batches('returned'), (batch) => {
        const { instructions, movements, back, paid } = madeOf(batch);
        fc.pre(back.length > 0);
        const returned = -sum(back.map(({ sent }) => sent));
        const lines = [lineOf('L', paid, '2014-01-21', FILE), lineOf('B', returned, '2014-01-22', FILE)];
        const found = compare(instructions, movements, lines, TERMS);
        expect(found.breaks).toEqual([]);
        expect(found.matched.length).toBe(movements.length);
      }),
    );
  });
});
