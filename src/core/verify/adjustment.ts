/** Whether an adjustment in the log can be so (SPEC 11): an amount, a document, two persons, its party's month. */
import { type AdjustmentEvent, subjectOf } from '../adjustment.ts';
import { samePerson } from '../ids.ts';
import type { Checks } from './finding.ts';

/** Checks an adjustment against itself; whether it is what was delivered, and once, `verify --deep` tells. */
export function checkAdjustment(event: AdjustmentEvent, checks: Checks): void {
  const { body, subject, businessDay } = event;
  checks.same('decisions', 'subject', subject, subjectOf(event, businessDay));
  checks.holds('decisions', 'body.amount', body.amount !== 0n, body.amount, 'not 0');
  checks.holds('decisions', 'body.reason', body.reason.trim() !== '', body.reason, 'a reason');
  const two = !samePerson(body.proposed_by, body.approved_by);
  checks.holds('decisions', 'body.approved_by', two, body.approved_by, 'another person than proposed it');
}
