/**
 * Which events are news, of what kind, to which parties, and what is told of each: money that moved, and statements. It
 * tells amounts and ids; no buyer, no other publisher, and no reason that a person wrote.
 */
import type { Amounts, Event, EventOf, EventType } from '../events/event.ts';
import { STATEMENT_FIGURES } from '../events/event.ts';
import { openingIdOf } from '../ids.ts';
import { restoredTo } from '../ledger.ts';
import { formatMoney, type Money } from '../money.ts';

/** Whose endpoint it is. The operator's has no party and is told of everybody. */
export interface Audience {
  readonly role: 'operator' | 'seller' | 'publisher';
  /** The seller's or publisher's id; null of the operator. */
  readonly party: string | null;
}

/** What won an order line, where the event is of one. */
export interface Winner {
  readonly pid: string | null;
  readonly clickId: string | null;
  readonly trace: string | null;
}

/** What is told of an event. Amounts are texts; what is given back or taken away is below 0. `pocket` is where an earning stands. */
export type Facts = Readonly<Record<string, unknown>>;

interface Telling<T extends EventType> {
  readonly kind: string;
  /** What the event's subject is an id of; null where the facts say what it is about. */
  readonly subject: 'order_line_id' | 'deduction_id' | 'payout_id' | null;
  /** Besides the operator. */
  readonly to: readonly ('seller' | 'publisher')[];
  readonly facts: (event: EventOf<T>, money: (amount: Money) => string) => Facts;
}

const BOTH = ['seller', 'publisher'] as const;

/** C, F and P as the event moved them. */
function moved(amounts: Amounts, sign: 1n | -1n, money: (amount: Money) => string): Facts {
  return {
    commission: money(sign * amounts.commission),
    fee: money(sign * amounts.fee),
    earning: money(sign * amounts.earning),
  };
}

/** Of every event whether and how it is told; there is no default, so that a new event does not compile without an answer. */
const TELLINGS: { readonly [T in EventType]: Telling<T> | null } = {
  BookOpened: null,
  PolicyAdopted: null,
  DeliveriesSealed: null,
  DayOpened: null,
  RunCompleted: null,
  // An estimate is no obligation: what comes of it is told.
  OrderAttributed: null,
  OrderUnattributed: null,
  LineBroughtIn: null,
  CommissionVoided: null,
  CommissionSettled: {
    kind: 'commission.settled',
    subject: 'order_line_id',
    to: BOTH,
    facts: ({ body }, money) => ({
      base: money(body.base),
      rate: body.rate,
      ...moved(body, 1n, money),
      pocket: body.pocket,
    }),
  },
  CommissionReversed: {
    kind: 'commission.reversed',
    subject: 'order_line_id',
    to: BOTH,
    facts: ({ body }, money) => ({
      ...(body.refund.correction === undefined
        ? { refund_id: body.refund.refund, refund_amount: money(body.refund.amount) }
        : { correction_id: body.refund.refund, correction_amount: money(body.refund.amount) }),
      base: money(body.base),
      rate: body.rate,
      ...moved(body, -1n, money),
      pocket: body.pocket,
      left: moved(body.left, 1n, money),
    }),
  },
  CommissionReleased: {
    kind: 'commission.released',
    subject: 'order_line_id',
    to: ['publisher'],
    facts: ({ body }, money) => ({
      decision_id: body.decision,
      earning: money(body.earning),
      pocket: body.pocket ?? 'payable',
    }),
  },
  EarningCleared: {
    kind: 'earning.cleared',
    subject: 'order_line_id',
    to: ['publisher'],
    // The deduction it waited for is the seller's.
    facts: ({ body }, money) => ({ earning: money(body.earning) }),
  },
  CommissionForfeited: {
    kind: 'commission.forfeited',
    subject: 'order_line_id',
    to: BOTH,
    facts: ({ body }, money) => ({
      decision_id: body.decision,
      ...moved(body, -1n, money),
      pocket: body.pocket,
    }),
  },
  CommissionRestored: {
    kind: 'commission.restored',
    subject: 'order_line_id',
    to: BOTH,
    // The decision's id holds the adzone that lost the line, which is another publisher's.
    facts: ({ body }, money) => ({
      base: body.base === null ? null : money(body.base),
      rate: body.rate,
      ...moved(body, 1n, money),
      pocket: restoredTo(body),
    }),
  },
  DeductionInstructed: {
    kind: 'deduction.instructed',
    subject: 'deduction_id',
    to: ['seller'],
    facts: ({ body }, money) => ({ amount: money(body.amount) }),
  },
  DeductionConfirmed: {
    kind: 'deduction.confirmed',
    subject: 'deduction_id',
    to: ['seller'],
    facts: ({ body }, money) => ({ amount: money(body.amount) }),
  },
  DeductionFailed: {
    kind: 'deduction.failed',
    subject: 'deduction_id',
    to: ['seller'],
    facts: ({ body }, money) => ({
      amount: money(body.amount),
      after_confirmation: body.after_confirmation,
      bank_reason: body.reason,
    }),
  },
  TaxWithheld: null,
  PayoutInstructed: {
    kind: 'payout.instructed',
    subject: 'payout_id',
    to: ['publisher'],
    facts: ({ body }, money) => ({
      month: body.month,
      amount: money(body.amount),
      from_payable: money(body.from_payable),
      from_returned: money(body.from_returned),
      value_date: body.value_date,
    }),
  },
  PayoutConfirmed: {
    kind: 'payout.confirmed',
    subject: 'payout_id',
    to: ['publisher'],
    facts: ({ body }, money) => ({ amount: money(body.amount) }),
  },
  PayoutReturned: {
    kind: 'payout.returned',
    subject: 'payout_id',
    to: ['publisher'],
    facts: ({ body }, money) => ({
      amount: money(body.amount),
      after_confirmation: body.after_confirmation,
      bank_reason: body.reason,
    }),
  },
  AdjustmentPosted: {
    kind: 'adjustment.posted',
    subject: null,
    to: ['publisher'],
    facts: ({ body }, money) => ({ adjustment_id: body.adjustment, amount: money(body.amount) }),
  },
  DueAdjusted: {
    kind: 'adjustment.posted',
    subject: null,
    to: ['seller'],
    facts: ({ body }, money) => ({ adjustment_id: body.adjustment, amount: money(body.amount) }),
  },
  OpeningPosted: {
    kind: 'opening.posted',
    subject: null,
    to: BOTH,
    facts: ({ subject, body }, money) => ({
      opening_id: openingIdOf(subject) ?? subject,
      account: body.account,
      amount: money(body.amount),
    }),
  },
  StatementIssued: {
    kind: 'statement.issued',
    subject: null,
    to: ['publisher'],
    facts: ({ body }, money) => ({
      month: body.month,
      ...Object.fromEntries(STATEMENT_FIGURES.map((name) => [name, money(body[name])])),
      disposition: body.disposition,
    }),
  },
  SiteWithdrawn: null,
  PermissionApplied: null,
  PermissionApproved: null,
  PermissionRejected: null,
  NoticeIssued: null,
  NoticeCancelled: null,
  PaymentFileWritten: null,
  PaymentFileCancelled: null,
  BreakNoted: null,
  CaseDecided: null,
  DisputeOpened: null,
  AppealLodged: null,
  AppealDecided: null,
};

const TOLD = Object.entries(TELLINGS).flatMap(([type, telling]) =>
  telling === null ? [] : [{ type: type as EventType, ...(telling as Telling<EventType>) }],
);

/** The kinds of news an audience can be told of, in the order of the table above. */
export function kindsFor(role: Audience['role']): string[] {
  return [...new Set(TOLD.filter(({ to }) => role === 'operator' || to.includes(role)).map(({ kind }) => kind))];
}

/** The event types of some kinds. */
export function typesOf(kinds: readonly string[]): EventType[] {
  return TOLD.filter(({ kind }) => kinds.includes(kind)).map(({ type }) => type);
}

/** The event types that are of an order line. */
export const LINE_TYPES: readonly EventType[] = TOLD.filter(({ subject }) => subject === 'order_line_id').map(
  ({ type }) => type,
);

/** The kind of news an event of a type is; undefined where it is none. */
export function kindOf(type: EventType): string | undefined {
  return TELLINGS[type]?.kind;
}

/**
 * The kind of an event, what its subject is an id of, and what is told of it.
 * @param digits of the book's currency
 * @throws when the event is no news, which is a defect of the caller
 */
export function tell(
  event: Event,
  digits: number,
): Pick<Telling<EventType>, 'kind' | 'subject'> & { readonly facts: Facts } {
  const telling = TELLINGS[event.type] as Telling<EventType> | null;
  if (telling === null) throw new Error(`${event.type} is no news: nobody is told of it`);
  const { kind, subject } = telling;
  return { kind, subject, facts: telling.facts(event, (amount) => formatMoney(amount, digits)) };
}
