/**
 * Laws of reconciliation: nothing is left over or counted twice, the order of lines changes nothing, and whatever
 * happens to one line of a bank file that agreed is named, and alone.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays } from '../../src/core/calendar.ts';
import { sum } from '../../src/core/money.ts';
import { lessBooked } from '../../src/core/reconcile/booked.ts';
import { compare } from '../../src/core/reconcile/match.ts';
import type { BreakKind, Instruction, Line, Movement } from '../../src/core/reconcile/matter.ts';

const THROUGH = '2014-01-31';
const TERMS = { through: THROUGH, graceDays: 3, digits: 2 };

interface World {
  readonly instructions: Instruction[];
  readonly movements: Movement[];
  readonly lines: Line[];
}

const dayAfter = (n: number): string => addDays('2014-01-20', n);

function lineOf(lineRef: string, of: Partial<Line> & { amount: bigint; day: string }): Line {
  const empty = { reference: '', counterparty: '', counterpartyName: '', memo: '' };
  return { lineRef, lineId: lineRef, account: 'A', bookedAt: Date.parse(of.day), parts: [], ...empty, ...of };
}

/** Instructions that the ledger has as confirmed and the bank has once each. Amounts repeat often. */
const agreeing: fc.Arbitrary<World> = fc
  .array(
    fc.record({
      isPayout: fc.boolean(),
      amount: fc.integer({ min: 1, max: 4 }),
      day: fc.integer({ min: 0, max: 4 }),
      lag: fc.integer({ min: 0, max: 3 }),
      way: fc.constantFrom('reference', 'memo', 'file', 'payee'),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((made) => {
    const world: World = { instructions: [], movements: [], lines: [] };
    for (const [i, { isPayout, amount, day, lag, way }] of made.entries()) {
      const instructionId = `${isPayout ? 'P' : 'D'}-${i}-201401`;
      const own = `R${i}X`;
      const payees = isPayout ? [{ account: `acc-${i}`, name: `name ${i}` }] : [];
      const kind = isPayout ? ('payout' as const) : ('deduction' as const);
      world.instructions.push({
        instructionId,
        kind,
        amount: BigInt(amount),
        day: dayAfter(0),
        references: [instructionId, own],
        files: [],
        payees,
      });
      const signed = isPayout ? -BigInt(amount) : BigInt(amount);
      world.movements.push({ entry: `E${i}`, instructionId, day: dayAfter(day), amount: signed });
      const reference = way === 'reference' ? instructionId : way === 'file' ? own : 'unknown';
      // A deduction has no payee to be known by.
      const memo = way === 'memo' || (way === 'payee' && !isPayout) ? `pay ${instructionId} thanks` : '';
      world.lines.push(
        lineOf(`L${i}`, {
          amount: signed,
          day: dayAfter(day + lag),
          reference,
          memo,
          counterparty: payees[0]?.account ?? '',
        }),
      );
    }
    return world;
  });

/** What may happen to one line, and what it is called then. */
const CORRUPTIONS: Readonly<Record<string, { does: (line: Line) => Line[]; names: BreakKind[] }>> = {
  lost: { does: () => [], names: ['missing-in-bank'] },
  'of another amount': { does: (line) => [{ ...line, amount: line.amount * 3n }], names: ['amount-differs'] },
  'of the other sign': {
    does: (line) => [{ ...line, amount: -line.amount }],
    names: ['missing-in-bank', 'missing-in-ledger'],
  },
  'paid twice': {
    does: (line) => [line, { ...line, lineRef: `${line.lineRef}b`, lineId: `${line.lineId}b` }],
    names: ['duplicate'],
  },
  'after the day': {
    does: (line) => [{ ...line, day: '2014-02-03', bookedAt: Date.parse('2014-02-03') }],
    names: ['late'],
  },
  'a week later': {
    does: (line) => [{ ...line, day: '2014-01-31', bookedAt: Date.parse('2014-01-31') }],
    names: ['late'],
  },
  'to another': { does: (line) => [{ ...line, counterparty: 'acc-of-another-99' }], names: ['wrong-payee'] },
  'without any reference or payee': {
    does: (line) => [{ ...line, reference: '', memo: '', counterparty: '' }],
    names: ['missing-in-bank', 'missing-in-ledger'],
  },
  'beside one of nobody': {
    does: (line) => [line, lineOf('fee', { amount: -line.amount, day: line.day, memo: 'fee' })],
    names: ['missing-in-ledger'],
  },
};

describe('reconciliation', () => {
  it('finds what agrees to agree', () => {
    fc.assert(
      fc.property(agreeing, ({ instructions, movements, lines }) => {
        const found = compare(instructions, movements, lines, TERMS);
        expect(found.breaks).toEqual([]);
        expect(found.matched.length).toBe(lines.length);
        for (const { movement, line } of found.matched) expect(line.lineRef.slice(1)).toBe(movement.entry.slice(1));
      }),
    );
  });

  it.each(Object.entries(CORRUPTIONS))('names a line %s, and leaves the others matched', (_, { does, names }) => {
    fc.assert(
      fc.property(agreeing, fc.nat(), (world, at) => {
        const { instructions, movements } = world;
        const index = at % world.lines.length;
        const hit = world.lines[index];
        if (hit === undefined) return;
        // A deduction has no payee that could be another, and a week later is one only of what was early enough.
        fc.pre(!names.includes('wrong-payee') || hit.counterparty !== '');
        // What is known by amount and payee alone, and has another of them, is nobody's: that has two names.
        const isReferred = hit.reference !== 'unknown' || hit.memo !== '';
        fc.pre(isReferred || !names.some((kind) => ['wrong-payee', 'amount-differs', 'duplicate'].includes(kind)));
        const lines = world.lines.flatMap((line) => (line === hit ? does(line) : [line]));
        const found = compare(instructions, movements, lines, TERMS);
        expect(found.breaks.map(({ kind }) => kind).sort()).toEqual([...names].sort());
        for (const { movement, line } of found.matched) expect(line.lineRef.slice(1)).toBe(movement.entry.slice(1));
      }),
    );
  });

  it('does not choose between two lines that fit one movement alike', () => {
    fc.assert(
      fc.property(agreeing, fc.nat(), (world, at) => {
        const hit = world.lines[at % world.lines.length];
        fc.pre(hit !== undefined && hit.counterparty !== '');
        const nameless = { ...hit, reference: '', memo: '' } as Line;
        const twins = [nameless, { ...nameless, lineRef: `${nameless.lineRef}b`, lineId: `${nameless.lineId}b` }];
        const lines = world.lines.flatMap((line) => (line === hit ? twins : [line]));
        const { breaks, matched } = compare(world.instructions, world.movements, lines, TERMS);
        const kinds = breaks.map(({ kind }) => kind).sort();
        expect(kinds).toEqual(['missing-in-bank', 'missing-in-ledger', 'missing-in-ledger']);
        expect(matched.length).toBe(world.lines.length - 1);
      }),
    );
  });

  it('does not match a line under the reference of another instruction, however well it fits', () => {
    fc.assert(
      fc.property(agreeing, fc.nat(), fc.nat(), (world, a, b) => {
        const { instructions, movements, lines } = world;
        const [from, to] = [lines[a % lines.length], instructions[b % lines.length]];
        fc.pre(from !== undefined && to !== undefined && a % lines.length !== b % lines.length);
        const changed = lines.map((line) =>
          line === from ? { ...line, reference: to?.instructionId ?? '', memo: '' } : line,
        );
        const { breaks, matched } = compare(instructions, movements, changed, TERMS);
        expect(breaks.length).toBeGreaterThan(0);
        const own = movements[a % lines.length];
        expect(breaks.find(({ kind }) => kind === 'missing-in-bank')?.instructionId).toBe(own?.instructionId);
        expect(matched.some(({ movement }) => movement === own)).toBe(false);
      }),
    );
  });

  /** Any lines and movements at all. */
  const anything = fc.record({
    movements: fc.array(fc.tuple(fc.nat(5), fc.integer({ min: -3, max: 3 }), fc.nat(14)), { maxLength: 12 }),
    lines: fc.array(fc.tuple(fc.nat(8), fc.integer({ min: -3, max: 3 }), fc.nat(14), fc.nat(6)), { maxLength: 12 }),
  });
  const worldOf = (of: typeof anything extends fc.Arbitrary<infer T> ? T : never): World => ({
    instructions: Array.from({ length: 6 }, (_, i) => ({
      instructionId: `P-${i}`,
      kind: 'payout' as const,
      amount: 1n,
      day: dayAfter(0),
      references: [`P-${i}`],
      files: [],
      payees: [{ account: `acc-${i % 3}`, name: '' }],
    })),
    movements: of.movements
      .filter(([, amount]) => amount !== 0)
      .map(([id, amount, day], i) => ({
        entry: `E${i}`,
        instructionId: `P-${id}`,
        day: dayAfter(day),
        amount: BigInt(amount),
      })),
    lines: of.lines
      .filter(([, amount]) => amount !== 0)
      .map(([id, amount, day, payee], i) =>
        lineOf(`L${i}`, {
          amount: BigInt(amount),
          day: dayAfter(day),
          reference: `P-${id}`,
          counterparty: payee < 3 ? `acc-${payee}` : '',
        }),
      ),
  });

  it('counts every line and movement up to the day once, so that the breaks are the whole difference', () => {
    fc.assert(
      fc.property(anything, (made) => {
        const { instructions, movements, lines } = worldOf(made);
        const { matched, breaks } = compare(instructions, movements, lines, TERMS);
        const until = <T extends { day: string; amount: bigint }>(of: readonly T[]): T[] =>
          of.filter((one) => one.day <= THROUGH);
        const difference = sum(until(lines).map((one) => one.amount)) - sum(until(movements).map((one) => one.amount));
        expect(sum(breaks.map((one) => one.effect))).toBe(difference);
        const seen = [...matched.map(({ line }) => line.lineRef), ...breaks.flatMap((one) => one.lineRef ?? [])];
        expect(new Set(seen).size).toBe(seen.length);
        for (const line of until(lines)) expect(seen).toContain(line.lineRef);
        expect(new Set(breaks.map(({ id }) => id)).size).toBe(breaks.length);
      }),
    );
  });

  it('does not depend on the order of anything', () => {
    const crowded = fc.record({
      movements: fc.array(fc.tuple(fc.nat(1), fc.constantFrom(-1, 1), fc.nat(1)), { maxLength: 6 }),
      lines: fc.array(fc.tuple(fc.nat(1), fc.constantFrom(-1, 1, 2), fc.nat(1), fc.nat(4)), { maxLength: 6 }),
    });
    const shuffled = fc.oneof(anything, crowded).chain((made) => {
      const world = worldOf(made);
      const mixed = <T>(of: T[]): fc.Arbitrary<T[]> =>
        fc.shuffledSubarray(of, { minLength: of.length, maxLength: of.length });
      return fc.tuple(fc.constant(world), mixed(world.instructions), mixed(world.movements), mixed(world.lines));
    });
    fc.assert(
      fc.property(shuffled, ([world, instructions, movements, lines]) => {
        expect(compare(instructions, movements, lines, TERMS)).toEqual(
          compare(world.instructions, world.movements, world.lines, TERMS),
        );
      }),
    );
  });
});

describe('what is booked of bank lines', () => {
  const booking = fc.record({
    line: fc.nat(5),
    amount: fc.bigInt(-9n, 9n),
    day: fc.integer({ min: 0, max: 14 }),
  });
  const bank = fc.array(fc.record({ amount: fc.bigInt(-9n, 9n), day: fc.integer({ min: 0, max: 14 }) }), {
    maxLength: 5,
  });

  it('is off the lines or in a break, and in one of the two alone', () => {
    fc.assert(
      fc.property(bank, fc.array(booking, { maxLength: 6 }), (made, booked) => {
        const lines = made.map(({ amount, day }, i) => lineOf(`L${i}`, { amount, day: dayAfter(day) }));
        const entries = booked.map(({ line, amount, day }, i) => ({
          entry: `E${i}`,
          lineId: `L${line}`,
          day: dayAfter(day),
          amount,
        }));
        const left = lessBooked(lines, entries, [], THROUGH);
        const through = (of: readonly { day: string; amount: bigint }[]): bigint =>
          sum(of.filter(({ day }) => day <= THROUGH).map(({ amount }) => amount));
        const named = sum(left.breaks.map(({ effect }) => effect));
        expect(through(lines) - through(entries)).toBe(through(left.lines) + named);
      }),
    );
  });
});
