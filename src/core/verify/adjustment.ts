/** Whether an adjustment or opening in the log can be so (SPEC 11): an amount, a reason, two persons, its own subject. */
import { type AdjustmentEvent, isAdjustment } from '../adjustment.ts';
import type { Event, EventOf } from '../events/event.ts';
import { adjustmentSubject, openingIdOf } from '../ids.ts';
import { samePerson } from '../person.ts';
import type { Checks } from './finding.ts';

type DecidedByTwo = AdjustmentEvent | EventOf<'OpeningPosted'>;

export function isDecidedByTwo(event: Event): event is DecidedByTwo {
  return isAdjustment(event) || event.type === 'OpeningPosted';
}

/** Checks such an event against itself; whether it is what was delivered, and once, `verify --deep` tells. */
export function checkDecidedByTwo(event: DecidedByTwo, checks: Checks): void {
  const { body, subject, businessDay } = event;
  checks.holds('decisions', 'body.amount', body.amount !== 0n, body.amount, 'not 0');
  const first = 'proposed_by' in body ? body.proposed_by : body.prepared_by;
  const two = !samePerson(first, body.approved_by);
  checks.holds('decisions', 'body.approved_by', two, body.approved_by, `another person than ${first}`);
  if (event.type === 'OpeningPosted') {
    checks.holds('decisions', 'subject', openingIdOf(subject) !== undefined, subject, 'opening: and an id');
    return;
  }
  checks.same('decisions', 'subject', subject, adjustmentSubject(event, businessDay));
  checks.holds('decisions', 'body.reason', event.body.reason.trim() !== '', event.body.reason, 'a reason');
}
