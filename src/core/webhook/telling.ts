/**
 * Which events are news, of what kind, to which parties, and what is told of each: money that moved, and statements. It
 * tells amounts and ids; no buyer, no other publisher, and no reason that a person wrote.
 */
import type { Amounts, Event, EventOf, EventType } from '../event.ts';
import { STATEMENT_FIGURES } from '../event.ts';
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
  PolicyAdopted: null,
  DayOpened: null,
  RunCompleted: null,
  // An estimate is no obligation: what comes of it is told.
  OrderAttributed: null,
  OrderUnattributed: null,
  LineBroughtIn: null,
  CommissionVoided: null,
  CommissionSettled: {
    kind: 'commission.settled',
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
    to: BOTH,
    facts: ({ body }, money) => ({
      refund_id: body.refund.refund,
      refund_amount: money(body.refund.amount),
      base: money(body.base),
      rate: body.rate,
      ...moved(body, -1n, money),
      pocket: body.pocket,
      left: moved(body.left, 1n, money),
    }),
  },
  CommissionReleased: {
    kind: 'commission.released',
    to: ['publisher'],
    facts: ({ body }, money) => ({ decision_id: body.decision, earning: money(body.earning) }),
  },
  EarningCleared: {
    kind: 'earning.cleared',
    to: ['publisher'],
    // The deduction it waited for is the seller's.
    facts: ({ body }, money) => ({ earning: money(body.earning) }),
  },
  CommissionForfeited: {
    kind: 'commission.forfeited',
    to: BOTH,
    facts: ({ body }, money) => ({
      decision_id: body.decision,
      ...moved(body, -1n, money),
      pocket: body.pocket,
    }),
  },
  CommissionRestored: {
    kind: 'commission.restored',
    to: BOTH,
    // The decision's id holds the adzone that lost the line, which is another publisher's.
    facts: ({ body }, money) => ({
      base: body.base === null ? null : money(body.base),
      rate: body.rate,
      ...moved(body, 1n, money),
    }),
  },
  DeductionInstructed: {
    kind: 'deduction.instructed',
    to: ['seller'],
    facts: ({ body }, money) => ({ amount: money(body.amount) }),
  },
  DeductionConfirmed: {
    kind: 'deduction.confirmed',
    to: ['seller'],
    facts: ({ body }, money) => ({ amount: money(body.amount) }),
  },
  DeductionFailed: {
    kind: 'deduction.failed',
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
    to: ['publisher'],
    facts: ({ body }, money) => ({ amount: money(body.amount) }),
  },
  PayoutReturned: {
    kind: 'payout.returned',
    to: ['publisher'],
    facts: ({ body }, money) => ({
      amount: money(body.amount),
      after_confirmation: body.after_confirmation,
      bank_reason: body.reason,
    }),
  },
  AdjustmentPosted: {
    kind: 'adjustment.posted',
    to: ['publisher'],
    facts: ({ body }, money) => ({ amount: money(body.amount) }),
  },
  DueAdjusted: {
    kind: 'adjustment.posted',
    to: ['seller'],
    facts: ({ body }, money) => ({ amount: money(body.amount) }),
  },
  OpeningPosted: {
    kind: 'opening.posted',
    to: BOTH,
    facts: ({ body }, money) => ({ account: body.account, amount: money(body.amount) }),
  },
  StatementIssued: {
    kind: 'statement.issued',
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

/** The kind of news an event of a type is; undefined where it is none. */
export function kindOf(type: EventType): string | undefined {
  return TELLINGS[type]?.kind;
}

/**
 * The kind of an event and what is told of it.
 * @param digits of the book's currency
 * @throws when the event is no news, which is a defect of the caller
 */
export function tell(event: Event, digits: number): { readonly kind: string; readonly facts: Facts } {
  const telling = TELLINGS[event.type] as Telling<EventType> | null;
  if (telling === null) throw new Error(`${event.type} is no news: nobody is told of it`);
  return { kind: telling.kind, facts: telling.facts(event, (amount) => formatMoney(amount, digits)) };
}
