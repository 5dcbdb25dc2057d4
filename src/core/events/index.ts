/** Every event the log can say, one row each, and what follows from the rows: their names and the types of their bodies. */
import { bankItemPosted, breakNoted, paymentFileCancelled, paymentFileWritten } from './bank.ts';
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

export const EVENTS = [
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
  bankItemPosted,
] as const;

type Row = (typeof EVENTS)[number];
export type EventType = Row['name'];
export type Bodies = { [R in Row as R['name']]: Infer<R['body']> };
/** The events of an order line behind its first. */
export type LineEventType = Exclude<Extract<Row, { home: 'line' }>, { begins: true }>['name'];
/** The events that a publisher's statement lists, and those that a seller's document does. */
export type ListedType = {
  statement: Extract<Row, { statement: string }>['name'];
  deductions: Extract<Row, { deductions: string }>['name'];
};

/** Every name, which the schema's enum has too. */
export const EVENT_TYPES: readonly EventType[] = EVENTS.map(({ name }) => name);

/** An event's record, seen as any event's. */
type AnyRecord = EventRecord<unknown> & { readonly name: EventType };
const ROWS: readonly AnyRecord[] = EVENTS;
const BY_NAME = new Map<string, AnyRecord>(ROWS.map((one) => [one.name, one]));

/** Whether a text is the name of an event. */
export function isEventType(text: string): text is EventType {
  return BY_NAME.has(text);
}

/** The record of an event; none is without one. */
export function recordOf<T extends EventType>(type: T): EventRecord<Bodies[T]> {
  const record = BY_NAME.get(type);
  if (record === undefined) throw new Error(`${type} is the name of no event`);
  return record as unknown as EventRecord<Bodies[T]>;
}

/** The events whose records are so, in the order of the rows. */
export function typesWhere(isSo: (record: AnyRecord) => boolean): EventType[] {
  return ROWS.filter(isSo).map(({ name }) => name);
}

/** The events that begin an order line, and those that follow. */
export const LINE_BEGINNINGS = typesWhere(({ home, begins }) => home === 'line' && begins === true);
export const LINE_EVENTS = typesWhere(({ home, begins }) => home === 'line' && begins !== true) as LineEventType[];
/** The events that charge a seller with a commission, from which on a line is settled for a publisher. */
export const CHARGES = typesWhere(({ deductions }) => deductions === 'charged');
