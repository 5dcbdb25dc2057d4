/**
 * An attributed line's life: its facts applied night by night, as the nights did, or would have done under other rules.
 * It decides nothing of its own: each fact is settlement.ts's business.
 */
import type { Day } from './calendar.ts';
import type { Event } from './event.ts';
import { apply, inOrder, type Refund, type SettlementTerms, type Standing, type TradeFact } from './settlement.ts';

/** A trade fact and the night it was due in. */
export interface DatedFact {
  readonly dueDay: Day;
  readonly fact: TradeFact;
}

/** What a night settles with; undefined for a day without rules, whose facts are passed over. */
export type RulesOn = (day: Day) => SettlementTerms | undefined;

/**
 * Where a line comes to, and the events on its way. As a night does, it counts the refunds of earlier nights in the
 * order in which they were accepted, and those of its own by their instants.
 * @param facts the line's facts as accepted
 */
export function live(
  before: Standing,
  facts: readonly DatedFact[],
  rulesOn: RulesOn,
): { standing: Standing; events: Event[] } {
  let standing = before;
  const events: Event[] = [];
  for (const day of nightsOf(facts)) {
    const terms = rulesOn(day);
    if (terms === undefined) continue;
    const refunds: Refund[] = [];
    const todays: TradeFact[] = [];
    for (const { dueDay, fact } of facts) {
      if (dueDay === day) todays.push(fact);
      else if (dueDay < day && fact.kind === 'refund') refunds.push(fact);
    }
    standing = { ...standing, refunds };
    for (const fact of todays.sort(inOrder)) {
      const step = apply(standing, fact, terms);
      standing = step.standing;
      if (step.event !== undefined) events.push(step.event);
    }
  }
  return { standing, events };
}

function nightsOf(facts: readonly DatedFact[]): Day[] {
  const [first] = facts;
  if (first === undefined) return [];
  if (facts.length === 1) return [first.dueDay];
  return [...new Set(facts.map(({ dueDay }) => dueDay))].sort();
}
