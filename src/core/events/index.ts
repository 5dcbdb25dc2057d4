/** Every event the log can say, one row each, and what follows from the rows: their names and the types of their bodies. */
import { breakNoted, paymentFileCancelled, paymentFileWritten } from './bank.ts';
import {
  commissionForfeited,
  commissionReleased,
  commissionRestored,
  commissionReversed,
  commissionSettled,
  commissionVoided,
  earningCleared,
} from './commission.ts';
import { appealDecided, appealLodged, caseDecided, disputeOpened } from './desk.ts';
import { lineBroughtIn, orderAttributed, orderUnattributed } from './orders.ts';
import {
  adjustmentPosted,
  deductionConfirmed,
  deductionFailed,
  deductionInstructed,
  dueAdjusted,
  openingPosted,
  payoutConfirmed,
  payoutInstructed,
  payoutReturned,
  statementIssued,
  taxWithheld,
} from './parties.ts';
import type { EventRecord } from './record.ts';
import { bookOpened, dayOpened, deliveriesSealed, policyAdopted, runCompleted } from './run.ts';
import type { Infer } from './shape.ts';
import {
  noticeCancelled,
  noticeIssued,
  permissionApplied,
  permissionApproved,
  permissionRejected,
  siteWithdrawn,
} from './sites.ts';

const EVENTS = [
  bookOpened,
  policyAdopted,
  deliveriesSealed,
  dayOpened,
  runCompleted,
  orderAttributed,
  orderUnattributed,
  lineBroughtIn,
  commissionSettled,
  commissionVoided,
  commissionReversed,
  commissionReleased,
  earningCleared,
  commissionForfeited,
  commissionRestored,
  deductionInstructed,
  deductionConfirmed,
  deductionFailed,
  taxWithheld,
  payoutInstructed,
  payoutConfirmed,
  payoutReturned,
  statementIssued,
  adjustmentPosted,
  dueAdjusted,
  openingPosted,
  siteWithdrawn,
  permissionApplied,
  permissionApproved,
  permissionRejected,
  noticeIssued,
  noticeCancelled,
  caseDecided,
  disputeOpened,
  appealLodged,
  appealDecided,
  paymentFileWritten,
  paymentFileCancelled,
  breakNoted,
] as const;

type Row = (typeof EVENTS)[number];
export type EventType = Row['name'];
export type Bodies = { [R in Row as R['name']]: Infer<R['body']> };

/** Every name, which the schema's enum has too. */
export const EVENT_TYPES: readonly EventType[] = EVENTS.map(({ name }) => name);

const BY_NAME = new Map<string, EventRecord<EventType, unknown>>(EVENTS.map((one) => [one.name, one]));

/** Whether a text is the name of an event. */
export function isEventType(text: string): text is EventType {
  return BY_NAME.has(text);
}

/** The record of an event; none is without one. */
export function recordOf<T extends EventType>(type: T): EventRecord<T, Bodies[T]> {
  const record = BY_NAME.get(type);
  if (record === undefined) throw new Error(`${type} is the name of no event`);
  return record as EventRecord<T, Bodies[T]>;
}
