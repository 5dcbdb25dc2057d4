/**
 * An attributed line over all its nights: its facts applied night by night, as the nights do, or would have done under
 * other rules, and after a forfeit the restoration to the publisher whose click had been overwritten. It decides
 * nothing itself: what a fact does is decided in settlement.ts, a restoration in restoration.ts.
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

/** What a night needs beside its rules to restore a forfeited line to the publisher whose click was overwritten. */
interface Restoring {
  readonly attributed: EventOf<'OrderAttributed'>;
  /** What the night knew of the line's shop and of the publisher whose click was overwritten. */
  readonly registry: Known;
}

/** What a night settles a line with. */
export interface NightTerms extends SettlementTerms {
  /** Undefined of a line that cannot be given back this night: see `nightsRestoring`. */
  readonly restoring: Restoring | undefined;
}

/** What a night settles with; undefined for a day without rules, whose facts are passed over. */
export type RulesOn = (day: Day) => NightTerms | undefined;

/** Where a line stands after some nights, and the events on the way there. */
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
 * One night of a line (SPEC 4, 7 to 9): the facts due that day, applied in the order of their instants.
 * @param before where the line stands, the refunds of earlier nights included
 * @param facts those due on the day, as accepted
 * @returns where the line stands after it, and the night's events in order
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
 * All nights of a line (SPEC 4, 7 to 9). As a night does, it counts the refunds of earlier nights in the order in which
 * they were accepted, and those of the same night by their instants.
 * @param facts the line's facts as accepted, of any day
 * @param rulesOn the rules of each night; facts of a day without rules are passed over
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
 * The nights in which a line may be restored, and which therefore need the registry of the overwritten click's
 * publisher: those with a forfeit, under a policy that restores. Most lines have none.
 */
export function nightsRestoring(
  attributed: EventOf<'OrderAttributed'>,
  facts: readonly DatedFact[],
  policyOn: (day: Day) => Policy | undefined,
): Day[] {
  if (overwrittenClicks(attributed.body.signals).length === 0) return [];
  return nightsOf(facts.filter(({ fact }) => isForfeit(fact))).filter((day) => policyOn(day)?.restoreOverwritten);
}

/** Whether a fact is a risk decision that forfeits the line. */
export const isForfeit = (fact: LineFact): boolean => fact.kind === 'decision' && fact.decision === 'forfeit';

function nightsOf(facts: readonly DatedFact[]): Day[] {
  const [first] = facts;
  if (first === undefined) return [];
  if (facts.length === 1) return [first.dueDay];
  return [...new Set(facts.map(({ dueDay }) => dueDay))].sort();
}
