/** The rule of when a charge is collected, against a till that keeps every charge in the deduction that holds it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays } from '../../src/core/calendar.ts';
import { Collection, type DeductionStep } from '../../src/core/settlement/collected-charges.ts';

const FIRST = '2013-11-01';
const idOf = (day: string): string => `D-s1-${day.replaceAll('-', '')}`;

/** What befalls a seller in a night: charges and givebacks, and what the bank says of each deduction under way. */
const night = fc.record({
  charged: fc.constantFrom(0n, 0n, 3n, 5n, 10n),
  givenBack: fc.constantFrom(0n, 0n, 0n, 4n, 20n),
  bank: fc.array(fc.constantFrom('waits', 'confirms', 'fails'), { minLength: 12, maxLength: 12 }),
});

interface Instructed {
  readonly day: string;
  readonly amount: bigint;
  state: 'instructed' | 'confirmed' | 'failed';
}

/** A seller's nights: its due, its deductions with the days whose charges they hold, and the days collected so far. */
class Till {
  readonly steps: DeductionStep[] = [];
  readonly deductions: Instructed[] = [];
  due = 0n;
  /** By day of a charge, which deduction holds it; null where it was netted. */
  readonly heldBy = new Map<string, string | null>();

  take(day: string, { charged, givenBack, bank }: typeof night extends fc.Arbitrary<infer T> ? T : never): void {
    const loose = [day];
    this.due += charged - givenBack;
    for (const [at, one] of this.deductions.entries()) {
      const says = bank[at % bank.length];
      const confirms = says === 'confirms' && one.state === 'instructed';
      const fails = says === 'fails' && one.state !== 'failed';
      if (!confirms && !fails) continue;
      one.state = confirms ? 'confirmed' : 'failed';
      this.steps.push({ id: idOf(one.day), day, type: confirms ? 'DeductionConfirmed' : 'DeductionFailed' });
      if (!fails) continue;
      this.due += one.amount;
      for (const [of, holder] of this.heldBy) if (holder === idOf(one.day)) loose.push(of);
    }
    const holder = this.due > 0n ? idOf(day) : null;
    for (const of of loose) this.heldBy.set(of, holder);
    if (holder === null) return;
    this.steps.push({ id: holder, day, type: 'DeductionInstructed' });
    this.deductions.push({ day, amount: this.due, state: 'instructed' });
    this.due = 0n;
  }

  /** How the charge of a day stands collected now. */
  collected(day: string): { deduction: string | null } | undefined {
    const holder = this.heldBy.get(day);
    if (holder === undefined) return undefined;
    const state = this.deductions.find((one) => idOf(one.day) === holder)?.state;
    return holder === null || state === 'confirmed' ? { deduction: holder } : undefined;
  }
}

describe('a charge', () => {
  it('is collected when the deduction that holds it is confirmed, or when it was netted, and as long as that stands', () => {
    fc.assert(
      fc.property(fc.array(night, { minLength: 1, maxLength: 10 }), (nights) => {
        const till = new Till();
        const told: { night: string; charged: string; how: { deduction: string | null } | undefined }[] = [];
        nights.forEach((one, at) => {
          const day = addDays(FIRST, at);
          till.take(day, one);
          for (let of = 0; of <= at; of++) {
            const charged = addDays(FIRST, of);
            told.push({ night: day, charged, how: till.collected(charged) });
          }
        });
        const collection = new Collection('s1', till.steps);
        for (const { night: by, charged, how } of told) expect(collection.by(charged, by)).toEqual(how);
        for (const { charged } of told) {
          const first = told.find((one) => one.charged === charged && one.how !== undefined);
          const found = collection.firstNight(charged, charged);
          expect(found).toEqual(first && { ...first.how, night: first.night });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
