/**
 * When a seller's charge of a day counts as collected (policy `payWhenCollected`), found from the events of its
 * deductions alone: the rule to which verification holds the nights. What follows from it is decided in settlement.ts.
 */

import type { Day } from '../calendar.ts';
import { groupBy } from '../groups.ts';
import { deductionId } from '../ids.ts';

/** What happened to a deduction in the night of a day. */
export interface DeductionStep {
  readonly id: string;
  readonly day: Day;
  readonly type: 'DeductionInstructed' | 'DeductionConfirmed' | 'DeductionFailed';
}

/** How a charge was collected: by a deduction, or, where that is null, by netting. */
export interface Collected {
  readonly deduction: string | null;
}

/** The deductions of one seller. */
export class Collection {
  /** By id, in order. */
  readonly #steps: ReadonlyMap<string, DeductionStep[]>;
  readonly #seller: string;
  readonly #days: readonly Day[];

  /** @param steps in the order of the log */
  constructor(seller: string, steps: readonly DeductionStep[]) {
    this.#seller = seller;
    this.#days = [...new Set(steps.map(({ day }) => day))].sort();
    this.#steps = groupBy(steps, ({ id }) => id);
  }

  /**
   * Whether the charge of a day was collected as things stood at the end of a night. The deduction of its night holds it;
   * where none was made, it was netted; one that failed is due again, and so held by the deduction of the night it
   * failed in.
   */
  by(charged: Day, night: Day): Collected | undefined {
    for (let day = charged; ; ) {
      const id = deductionId(this.#seller, day);
      const last = this.#steps.get(id)?.findLast((step) => step.day <= night);
      if (last === undefined) return { deduction: null };
      if (last.type === 'DeductionConfirmed') return { deduction: id };
      if (last.type === 'DeductionInstructed' || last.day <= day) return undefined;
      day = last.day;
    }
  }

  /** The first night on or after `from` at whose end the charge was collected; undefined while none is. */
  firstNight(charged: Day, from: Day): (Collected & { readonly night: Day }) | undefined {
    for (const night of [from, ...this.#days.filter((day) => day > from)]) {
      const collected = this.by(charged, night);
      if (collected !== undefined) return { ...collected, night };
    }
    return undefined;
  }
}
