/**
 * What an event can be checked against: its subject's past, folded from the events before it, and what has to follow a
 * statement. One event at a time; nothing here looks anything up.
 */
import type { Calendar, Day, Instant } from '../calendar.ts';
import { addDays } from '../calendar.ts';
import { type Event, type EventOf, type EventType, isAttribution } from '../events/event.ts';
import { recordOf } from '../events/index.ts';
import { partitionOf, statementSubject } from '../ids.ts';
import { readSealedPolicy } from '../policy/sealed.ts';
import { isPromotion } from '../promotion/events.ts';
import { begin } from '../settlement/line-nights.ts';
import { overwrittenClicks } from '../settlement/restoration.ts';
import type { Standing } from '../settlement/settlement.ts';
import { checkDecidedByTwo, isDecidedByTwo } from './adjustment.ts';
import { checkAttribution } from './attribution.ts';
import { checkBroughtIn } from './brought-in.ts';
import { checkDesk, isDeskEvent } from './desk.ts';
import type { Checks } from './finding.ts';
import {
  checkInstructed,
  checkResulted,
  type Instruction,
  instruct,
  isInstructed,
  isResulted,
  resulted,
} from './instruction.ts';
import { checkLineEvent, evolve, isLineEvent } from './line.ts';
import { type Adopted, policyOn } from './policies.ts';
import { checkPromotion, type Matter, moved } from './promotion.ts';
import { checkRestored } from './restored.ts';

/** A subject after its events so far. */
export interface Past {
  readonly position: bigint;
  readonly line?: Standing;
  /** How the line was attributed, where its winning click had overwritten another: what a restoration is checked by. */
  readonly overwriting?: EventOf<'OrderAttributed'>;
  readonly instruction?: Instruction;
  readonly matter?: Matter;
  /** The day and instant of its last event, and how many of each type posted that day. */
  readonly day: Day;
  readonly at: Instant;
  readonly posted: Readonly<Partial<Record<EventType, number>>>;
}

export interface VerifyTerms {
  readonly calendar: Calendar;
  readonly digits: number;
  readonly partitions: number;
  readonly adopted: readonly Adopted[];
}

/** The subject's past with one more event; `ordinal` is 0 for an event that posts nothing. */
export function after(past: Past | undefined, event: Event, position: bigint, ordinal: number): Past {
  const sameDay = past?.day === event.businessDay ? past.posted : {};
  const posted = ordinal === 0 ? sameDay : { ...sameDay, [event.type]: ordinal };
  const common = { position, day: event.businessDay, at: event.occurredAt, posted };
  if (event.type === 'OrderAttributed') {
    const line = begin(event);
    return overwrittenClicks(event.body.signals).length === 0
      ? { ...common, line }
      : { ...common, line, overwriting: event };
  }
  if (event.type === 'LineBroughtIn') return { ...common, line: begin(event) };
  if (isInstructed(event)) return { ...common, instruction: instruct(event) };
  if (isLineEvent(event) && past?.line !== undefined) {
    const line = evolve(past.line, event);
    return past.overwriting === undefined ? { ...common, line } : { ...common, line, overwriting: past.overwriting };
  }
  if (isResulted(event) && past?.instruction !== undefined)
    return { ...common, instruction: resulted(past.instruction, event) };
  if (isPromotion(event)) {
    const matter = moved(past?.matter, event);
    return matter === undefined ? common : { ...common, matter };
  }
  return common;
}

/** The ordinal an event has to have: its place among its subject's entries of that day and type; 0 if it posts nothing. */
export function ordinalOf(past: Past | undefined, event: Event, legs: number): number {
  if (legs === 0) return 0;
  return ((past?.day === event.businessDay ? past.posted[event.type] : undefined) ?? 0) + 1;
}

/** Whether an event names the parties it is about, and lies in their partition; where not, it cannot be posted. */
export function checkParties(event: Event, partition: number, partitions: number, checks: Checks): void {
  const home = event.type === 'OpeningPosted' && event.body.account === 'due' ? 'seller' : recordOf(event.type).home;
  const hasSeller = home === 'line' || home === 'seller';
  const hasPublisher = home === 'publisher' || (home === 'line' && event.type !== 'OrderUnattributed');
  const party = (named: boolean): string => (named ? 'a party' : 'none');
  checks.holds('decisions', 'seller_id', (event.sellerId !== null) === hasSeller, event.sellerId, party(hasSeller));
  const named = (event.publisherId !== null) === hasPublisher;
  checks.holds('decisions', 'publisher_id', named, event.publisherId, party(hasPublisher));
  const id = home === 'line' ? event.subject : home === 'seller' ? event.sellerId : event.publisherId;
  checks.same('decisions', 'partition', partition, home === 'run' ? 0 : partitionOf(id ?? '', partitions));
}

/** Checks what an event decided against its subject's past and the policy of its day. */
export function checkDecision(past: Past | undefined, event: Event, terms: VerifyTerms, checks: Checks): void {
  checkMoment(past, event, terms, checks);
  if (event.type === 'BookOpened' || event.type === 'DeliveriesSealed') {
    checkOwn(event, terms, checks);
    return;
  }
  const inForce = policyOn(terms.adopted, event.businessDay);
  if (inForce === undefined) {
    checks.holds('decisions', 'business_day', false, event.businessDay, 'a day on which a policy is in force');
    return;
  }
  if ('policy' in event.body && event.type !== 'PolicyAdopted')
    checks.same('decisions', 'body.policy', event.body.policy, inForce.version);
  if (isAttribution(event)) {
    checkAttribution(event, inForce.policy, checks);
  } else if (event.type === 'LineBroughtIn') {
    checkBroughtIn(event, checks);
  } else if (isLineEvent(event)) {
    const line = { policy: inForce.policy, policyVersion: inForce.version };
    if (past?.line === undefined) checks.holds('decisions', 'previous', false, '-', 'an attributed line before it');
    else if (event.type === 'CommissionRestored')
      checkRestored(past.line, past.overwriting, event, inForce.policy, checks);
    else checkLineEvent(past.line, event, line, checks);
  } else if (isInstructed(event)) {
    checkInstructed(event, checks);
  } else if (isResulted(event)) {
    const before = past?.instruction;
    if (before === undefined) checks.holds('decisions', 'previous', false, '-', 'an instruction before it');
    else checkResulted(before, event, terms.calendar.startOf(before.businessDay), checks);
  } else if (isPromotion(event)) {
    checkPromotion(past?.matter, event, inForce.policy, checks);
  } else if (isDeskEvent(event)) checkDesk(event, checks);
  else if (isDecidedByTwo(event)) checkDecidedByTwo(event, checks);
  else checkOwn(event, terms, checks);
}

/** What a run says of itself. */
function checkOwn(event: Event, terms: VerifyTerms, checks: Checks): void {
  const { body, subject, type } = event;
  if (type === 'DayOpened' || type === 'DeliveriesSealed' || type === 'RunCompleted')
    checks.same('decisions', 'subject', subject, event.businessDay);
  if (type === 'BookOpened') checks.same('decisions', 'subject', subject, 'book');
  if (type === 'PolicyAdopted') {
    checks.same('decisions', 'subject', subject, `policy-${body.version}`);
    const policy = readSealedPolicy(body.policy, body.rules, terms.digits);
    if (typeof policy === 'string') checks.holds('decisions', 'body.policy', false, policy, 'a policy');
    else checks.same('decisions', 'body.name', body.name, policy.name);
  }
  if (type === 'StatementIssued')
    checks.same('decisions', 'subject', subject, statementSubject(event.publisherId ?? '', body.month));
}

/** What the night itself makes is dated by its day; a fact is taken on its own day or later, and in its line's order. */
function checkMoment(past: Past | undefined, event: Event, { calendar }: VerifyTerms, checks: Checks): void {
  const { businessDay: day, occurredAt: at, type } = event;
  if (type === 'BookOpened' || type === 'PolicyAdopted' || type === 'DayOpened' || type === 'DeliveriesSealed') {
    checks.same('decisions', 'occurred_at', at, calendar.startOf(day));
  } else if (type === 'EarningCleared') {
    checks.same('decisions', 'occurred_at', at, calendar.endOf(day));
  } else if (
    recordOf(type).home === 'line' ||
    isResulted(event) ||
    isPromotion(event) ||
    isDeskEvent(event) ||
    isDecidedByTwo(event)
  ) {
    checks.holds('decisions', 'business_day', at < calendar.startOf(addDays(day, 1)), day, calendar.dayOf(at));
  } else checks.same('decisions', 'occurred_at', at, calendar.endOf(day));
  if (past === undefined) return;
  checks.holds('decisions', 'business_day', past.day <= day, day, `${past.day} or later`);
  const inOrder = past.day < day || past.at <= at;
  checks.holds('decisions', 'occurred_at', inOrder, calendar.format(at), `${calendar.format(past.at)} or later`);
}
