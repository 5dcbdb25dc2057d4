/**
 * An attributed line's life: its facts applied night by night, as the nights do, or would have done under other rules,
 * and with a forfeit the way back to whom its click had overwritten. It decides nothing of its own: each fact is
 * settlement.ts's business, each way back restoration.ts's.
 */

import type { Known } from '../attribution/registry.ts';
import type { Day } from '../calendar.ts';
import type { Event, EventOf } from '../events/event.ts';
import type { Policy } from '../policy/policy.ts';
import { overwrittenClicks, restore } from './restoration.ts';
import { apply, inOrder, type LineFact, type Refund, type SettlementTerms, type Standing } from './settlement.ts';

/** A fact and the night it was due in. */
export interface DatedFact {
  readonly dueDay: Day;
  readonly fact: LineFact;
}

/** What a night needs beside its rules to give a line back once it is forfeited. */
interface Restoring {
  readonly attributed: EventOf<'OrderAttributed'>;
  /** What the night knew of the line's shop and of whom its click had overwritten. */
  readonly registry: Known;
}

/** What a night settles a line with. */
export interface NightTerms extends SettlementTerms {
  /** Undefined of a line that cannot be given back this night: see `nightsRestoring`. */
  readonly restoring: Restoring | undefined;
}

/** What a night settles with; undefined for a day without rules, whose facts are passed over. */
export type RulesOn = (day: Day) => NightTerms | undefined;

/** Where a line comes to, and the events on its way. */
export interface Life {
  readonly standing: Standing;
  readonly events: Event[];
}

/** Where a line begins: as attributed, or as old books handed it on. */
export function begin(event: EventOf<'OrderAttributed'> | EventOf<'LineBroughtIn'>): Standing {
  const old = event.type === 'LineBroughtIn' ? event.body.settled : null;
  return {
    orderLineId: event.subject,
    sellerId: event.sellerId ?? '',
    publisherId: event.publisherId ?? '',
    paid: event.body.order.paid,
    rate: event.body.rate,
    state: old === null ? 'attributed' : 'settled',
    hold: 'held' in event.body && event.body.held ? 'held' : 'none',
    receipt: old === null ? null : { kind: 'receipt', at: Date.parse(old.confirmed_at), received: null },
    refunds: [],
    waits: null,
    settled:
      old === null ? null : { commission: old.commission, fee: old.fee, earning: old.earning, feeRate: old.fee_rate },
    forfeitedBy: null,
    restored: null,
  };
}

/**
 * One night of a line: the facts of its day by their instants.
 * @param before with the refunds of earlier nights
 * @param facts those due on the day, as accepted
 */
export function liveNight(before: Standing, facts: readonly LineFact[], terms: NightTerms): Life {
  const { restoring } = terms;
  let standing = before;
  const events: Event[] = [];
  for (const fact of facts.length > 1 ? [...facts].sort(inOrder) : facts) {
    const step = apply(standing, fact, terms);
    standing = step.standing;
    if (step.event === undefined) continue;
    events.push(step.event);
    if (restoring === undefined || fact.kind !== 'decision' || standing.forfeitedBy !== fact.decisionId) continue;
    const { attributed, registry } = restoring;
    const back = restore(standing, attributed, fact.at, { ...terms, registry });
    if (back === undefined) continue;
    standing = back.standing;
    events.push(back.event);
  }
  return { standing, events };
}

/**
 * All nights of a line. As a night does, it counts the refunds of earlier nights in the order in which they were
 * accepted, and those of its own by their instants.
 * @param facts the line's facts as accepted
 */
export function live(before: Standing, facts: readonly DatedFact[], rulesOn: RulesOn): Life {
  let standing = before;
  const events: Event[] = [];
  for (const day of nightsOf(facts)) {
    const terms = rulesOn(day);
    if (terms === undefined) continue;
    const refunds: Refund[] = [];
    const todays: LineFact[] = [];
    for (const { dueDay, fact } of facts) {
      if (dueDay === day) todays.push(fact);
      else if (dueDay < day && fact.kind === 'refund') refunds.push(fact);
    }
    const night = liveNight({ ...standing, refunds }, todays, terms);
    standing = night.standing;
    events.push(...night.events);
  }
  return { standing, events };
}

/**
 * The nights of a line that may give it back, and so have to know of whom its click had overwritten: those with a
 * forfeit, under a policy that restores. None for all lines but a few.
 */
export function nightsRestoring(
  attributed: EventOf<'OrderAttributed'>,
  facts: readonly DatedFact[],
  policyOn: (day: Day) => Policy | undefined,
): Day[] {
  if (overwrittenClicks(attributed.body.signals).length === 0) return [];
  return nightsOf(facts.filter(({ fact }) => isForfeit(fact))).filter((day) => policyOn(day)?.restoreOverwritten);
}

export const isForfeit = (fact: LineFact): boolean => fact.kind === 'decision' && fact.decision === 'forfeit';

function nightsOf(facts: readonly DatedFact[]): Day[] {
  const [first] = facts;
  if (first === undefined) return [];
  if (facts.length === 1) return [first.dueDay];
  return [...new Set(facts.map(({ dueDay }) => dueDay))].sort();
}
