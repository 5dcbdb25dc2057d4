/** Whether what the log says of cases, disputes, appeals, payment files, breaks and bank postings can be so (SPEC 9): names, people, and what was given. */
import { noteSubject } from '../bank/events.ts';
import { postingSubject } from '../bank/posting.ts';
import type { Event, EventOf, EventType } from '../events/event.ts';
import { samePerson } from '../person.ts';
import type { Checks } from './finding.ts';

/** What a night records of the desk, of payment files and of breaks, in the run's own partition. */
export const DESK_EVENTS = [
  'CaseDecided',
  'DisputeOpened',
  'AppealLodged',
  'AppealDecided',
  'PaymentFileWritten',
  'PaymentFileCancelled',
  'BreakNoted',
  'BankItemPosted',
] as const;
export type DeskEvent = { [T in (typeof DESK_EVENTS)[number]]: EventOf<T> }[(typeof DESK_EVENTS)[number]];

const DECISIONS = 'decisions';

export function isDeskEvent(event: Event): event is DeskEvent {
  return (DESK_EVENTS as readonly EventType[]).includes(event.type);
}

/** Checks an event of the desk against itself; whether it is what was delivered, `verify --deep` tells. */
export function checkDesk(event: DeskEvent, checks: Checks): void {
  const { subject } = event;
  if (event.type === 'DisputeOpened') checks.same(DECISIONS, 'subject', subject, `dispute:${event.body.dispute}`);
  if (event.type === 'AppealLodged') checks.same(DECISIONS, 'subject', subject, `appeal:${event.body.appeal}`);
  if (event.type === 'AppealDecided') checks.same(DECISIONS, 'subject', subject, `appeal-end:${event.body.appeal}`);
  if (event.type === 'PaymentFileWritten') {
    checks.same(DECISIONS, 'subject', subject, `file:${event.body.file}`);
    checks.holds(DECISIONS, 'body.rows', event.body.rows > 0, event.body.rows, 'one at least');
    checks.holds(DECISIONS, 'body.amount', event.body.amount > 0n, event.body.amount, 'above 0');
  }
  if (event.type === 'PaymentFileCancelled') checks.same(DECISIONS, 'subject', subject, `file-end:${event.body.file}`);
  if (event.type === 'BreakNoted')
    checks.same(DECISIONS, 'subject', subject, noteSubject(event.body, event.occurredAt));
  if (event.type === 'BankItemPosted') checkPosting(event, checks);
  if (event.type !== 'CaseDecided') return;
  const { body } = event;
  checks.holds(
    DECISIONS,
    'subject',
    subject.startsWith(`decision:${body.case}-`),
    subject,
    `decision:${body.case}-...`,
  );
  const two = body.approved_by === null || !samePerson(body.approved_by, body.proposed_by);
  checks.holds(DECISIONS, 'body.approved_by', two, body.approved_by, 'another person than proposed it');
  const spares = body.decision === 'forfeit' || (body.points === 0 && body.against === 'none');
  checks.holds(DECISIONS, 'body.points', spares, body.points, 'none without a forfeit');
  const later = Date.parse(body.appeal_until) >= event.occurredAt;
  checks.holds(DECISIONS, 'body.appeal_until', later, body.appeal_until, 'not before the decision');
}

function checkPosting({ subject, body }: EventOf<'BankItemPosted'>, checks: Checks): void {
  checks.same(DECISIONS, 'subject', subject, postingSubject(body.line));
  checks.holds(DECISIONS, 'body.amount', body.amount !== 0n, body.amount, 'not 0');
  const two = !samePerson(body.proposed_by, body.approved_by);
  checks.holds(DECISIONS, 'body.approved_by', two, body.approved_by, `another person than ${body.proposed_by}`);
  checks.holds(DECISIONS, 'body.reason', body.reason.trim() !== '', body.reason, 'a reason');
}
