/**
 * Laws of bank accounts: however a month's lines are cut into files that overlap, in whatever order and how often these
 * are delivered, they are one account, to the last line and balance; and a file that is missing is told by the balances.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountsOf } from '../../src/core/bank/account.ts';
import type { BankLine, BankStatement } from '../../src/core/bank/file.ts';
import { addDays, Calendar } from '../../src/core/calendar.ts';
import { sum } from '../../src/core/money.ts';

const CALENDAR = new Calendar('Asia/Shanghai');

/** A line of a day; few amounts and references, so that equals are many. */
const drawn = fc.record({
  day: fc.integer({ min: 0, max: 3 }),
  amount: fc.constantFrom(-70n, -900n, -900n, 1010n, 2530n),
  lineRef: fc.constantFrom('', '', 'b1', 'b2'),
  reference: fc.constantFrom('', '', 'P-1', 'P-2'),
});

const month = fc.array(drawn, { minLength: 1, maxLength: 14 }).map((lines) =>
  [...lines]
    .sort((a, b) => a.day - b.day)
    .map(
      ({ day, ...of }): BankLine => ({
        ...of,
        bookedAt: CALENDAR.startOf(addDays('2014-01-10', day)),
        counterparty: '',
        counterpartyName: '',
        memo: '',
        parts: [],
      }),
    ),
);

/** The lines from one place to another as a file of the bank's, with the days it is of. */
function fileOf(lines: readonly BankLine[], from: number, to: number): BankStatement {
  const own = lines.slice(from, to);
  const opening = 10_000n + sum(lines.slice(0, from).map(({ amount }) => amount));
  const [first, last] = [own[0]?.bookedAt ?? 0, own.at(-1)?.bookedAt ?? 0];
  return {
    account: 'A',
    since: first,
    through: CALENDAR.endOf(CALENDAR.dayOf(last)),
    opening,
    closing: opening + sum(own.map(({ amount }) => amount)),
    lines: own,
  };
}

/** Where a file may be cut: between days, and within one where the balance stands at no other time of the day. */
function cuts(lines: readonly BankLine[]): number[] {
  const balances = lines.map((_, i) => sum(lines.slice(0, i + 1).map(({ amount }) => amount)));
  const before = (i: number) => balances[i - 1] ?? 0n;
  return Array.from({ length: lines.length + 1 }, (_, i) => i).filter((i) => {
    const day = lines[i]?.bookedAt;
    if (i === 0 || day === undefined || lines[i - 1]?.bookedAt !== day) return true;
    const places = lines.flatMap((line, at) => (line.bookedAt === day ? [before(at), before(at + 1)] : []));
    return (
      new Set(places.filter((one) => one === before(i))).size > 0 &&
      places.filter((one) => one === before(i)).length === 2
    );
  });
}

const cut = month.chain((lines) => {
  const places = cuts(lines);
  const span = fc
    .tuple(fc.nat(places.length - 1), fc.nat(places.length - 1))
    .map(([a, b]) => [places[Math.min(a, b)] ?? 0, places[Math.max(a, b)] ?? 0] as const)
    .filter(([from, to]) => from < to);
  const whole = fc.subarray(places.slice(1, -1)).map((inner) => {
    const ends = [0, ...inner, lines.length];
    return ends.slice(1).map((to, i) => [ends[i] ?? 0, to] as const);
  });
  return fc.tuple(whole, fc.array(span, { maxLength: 4 })).chain(([base, more]) => {
    const files = [...base, ...more].map(([from, to]) => fileOf(lines, from, to));
    return fc.tuple(
      fc.constant(lines),
      fc.shuffledSubarray([...files, ...files.slice(0, 2)], { minLength: files.length + Math.min(2, files.length) }),
    );
  });
});

const told = (files: readonly BankStatement[]) => accountsOf(files, CALENDAR);

describe('a bank account', () => {
  it('is the same however its lines are cut into files, and in whatever order these come', () => {
    fc.assert(
      fc.property(cut, ([lines, files]) => {
        const [whole] = told([fileOf(lines, 0, lines.length)]);
        const [found] = told(files);
        const key = (of: typeof whole) =>
          of?.lines.map(({ day, amount, lineRef, reference, lineId }) => ({ day, amount, lineRef, reference, lineId }));
        expect(key(found)).toEqual(key(whole));
        expect(found?.days).toEqual(whole?.days);
        expect(new Set(found?.lines.map(({ lineId }) => lineId)).size).toBe(lines.length);
      }),
      { numRuns: 400 },
    );
  });
});
