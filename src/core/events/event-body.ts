/**
 * Reads the stored text of an event's body back into what it was in memory. Each field of each event has a reader, and
 * a new field does not compile without one; a text that is not exactly such a body is refused, never mended.
 */

import { trace } from '../attribution/click.ts';
import { REASONS, tested } from '../attribution/tests/index.ts';
import { isDay, isMonth } from '../calendar.ts';
import { formatMoney, type Money, parseFraction, parseMoney, type Rate } from '../money.ts';
import { PERMISSIONS } from '../promotion/permissions.ts';
import { SHORTFALLS } from '../promotion/review/terms.ts';
import { firedSignal } from '../signals/index.ts';
import type {
  Adjustment,
  Amounts,
  Bodies,
  CountedRefund,
  EventType,
  LinesDigest,
  PartitionTally,
  RateSource,
  StatementFigures,
} from './event.ts';
import { BAD } from './shape.ts';

interface Reader<T> {
  /** The value, or BAD with the path to the fault written to `path`, innermost first. */
  readonly read: (value: unknown, digits: number, path: string[]) => T | typeof BAD;
  readonly optional?: true;
}

type Shape<T> = { readonly [K in keyof T]-?: Reader<T[K]> };

function reader<T>(test: (value: unknown) => value is T): Reader<T> {
  return { read: (value) => (test(value) ? value : BAD) };
}

const text = reader((value): value is string => typeof value === 'string');
const flag = reader((value): value is boolean => typeof value === 'boolean');
const whole = reader((value): value is number => Number.isSafeInteger(value) && (value as number) >= 0);
const day = reader((value): value is string => typeof value === 'string' && isDay(value));
const month = reader((value): value is string => typeof value === 'string' && isMonth(value));
const rate = reader((value): value is Rate => typeof value === 'string' && parseFraction(value) === value);
const INSTANT = /^\d{4}-(?:0\d|1[0-2])-(?:[0-2]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
const instant = reader(
  (value): value is string => typeof value === 'string' && INSTANT.test(value) && !Number.isNaN(Date.parse(value)),
);

const money: Reader<Money> = {
  read: (value, digits) => {
    const amount = typeof value === 'string' ? parseMoney(value, digits) : undefined;
    return amount !== undefined && formatMoney(amount, digits) === value ? amount : BAD;
  },
};

function oneOf<T extends string>(allowed: readonly T[]): Reader<T> {
  return reader((value): value is T => allowed.some((one) => one === value));
}

function nullable<T>(of: Reader<T>): Reader<T | null> {
  return { read: (value, digits, path) => (value === null ? null : of.read(value, digits, path)) };
}

function optional<T>(of: Reader<T>): Reader<T> {
  return { ...of, optional: true };
}

function list<T>(of: Reader<T>): Reader<readonly T[]> {
  return {
    read: (value, digits, path) => {
      if (!Array.isArray(value)) return BAD;
      for (let i = 0; i < value.length; i++) {
        const item = of.read(value[i], digits, path);
        if (item === BAD) {
          path.push(String(i));
          return BAD;
        }
        value[i] = item;
      }
      return value as readonly T[];
    },
  };
}

/** Reads in place, so that the fields keep the order in which they were stored. */
function object<T>(shape: Shape<T>): Reader<T> {
  const readers = new Map(Object.entries<Reader<unknown>>(shape));
  const required = [...readers].filter(([, one]) => one.optional !== true).map(([key]) => key);
  return {
    read: (value, digits, path) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return BAD;
      const fields = value as Record<string, unknown>;
      const missing = required.find((key) => fields[key] === undefined);
      if (missing !== undefined) {
        path.push(missing);
        return BAD;
      }
      for (const key of Object.keys(fields)) {
        const field = readers.get(key)?.read(fields[key], digits, path) ?? (fields[key] === null ? null : BAD);
        if (field === BAD || !readers.has(key)) {
          path.push(key);
          return BAD;
        }
        fields[key] = field;
      }
      return fields as T;
    },
  };
}

const head: Reader<readonly [number, number, string]> = reader(
  (value): value is [number, number, string] =>
    Array.isArray(value) &&
    value.length === 3 &&
    Number.isSafeInteger(value[0]) &&
    Number.isSafeInteger(value[1]) &&
    typeof value[2] === 'string',
);

const sha256 = reader((value): value is string => typeof value === 'string' && /^[0-9a-f]{64}$/.test(value));
const tally = object<PartitionTally>({
  partition: whole,
  events: whole,
  transfers: whole,
  amount: money,
  tree: sha256,
});

const source = object<RateSource>({
  plan: text,
  kind: text,
  scope: text,
  scope_id: text,
  valid_from: instant,
  valid_to: nullable(instant),
  as_of: instant,
  member_since: optional(instant),
});
const order = object<Bodies['OrderUnattributed']['order']>({
  order_id: text,
  buyer: text,
  shop: text,
  mall: text,
  item: text,
  category: text,
  paid: money,
  paid_at: instant,
  coupon_pid: optional(text),
});
const search = {
  order,
  tested: list(tested),
  rest: object<{ count: number; digest: string }>({ count: whole, digest: text }),
  unknown_pids: whole,
  policy: whole,
};
const amounts: Shape<Amounts> = { commission: money, fee: money, earning: money };
const refund = object<CountedRefund>({
  refund: text,
  amount: money,
  refunded_at: instant,
  correction: optional(text),
});
const decided = { decision: text, decided_by: text, reason: text };
const oldSettlement = object<NonNullable<Bodies['LineBroughtIn']['settled']>>({
  ...amounts,
  confirmed_at: instant,
  fee_rate: rate,
});
const pocket = oneOf(['payable', 'held', 'clearing'] as const);
const clearing = { clears_on: optional(day), when_collected: optional(flag) };
const result = { amount: money, reason: text };
const permission: Reader<string> = oneOf(PERMISSIONS);

const adjustment: Shape<Adjustment> = {
  adjustment: text,
  amount: money,
  reason: text,
  document: sha256,
  proposed_by: text,
  approved_by: text,
};

const statement: Shape<StatementFigures> = {
  month,
  opening: money,
  earnings: money,
  reversals: money,
  releases: money,
  forfeitures: money,
  adjustments: money,
  tax: money,
  payouts: money,
  closing: money,
  gross: money,
  tax_due: money,
  returned: money,
  payout: money,
  disposition: oneOf(['paid', 'carried', 'frozen'] as const),
};

const SHAPES: { readonly [T in EventType]: Shape<Bodies[T]> } = {
  PolicyAdopted: { version: whole, name: text, policy: text },
  DayOpened: { policy: whole },
  RunCompleted: { policy: whole, heads: list(head), tallies: list(tally), root: sha256 },
  OrderAttributed: {
    pid: text,
    click: nullable(text),
    trace: trace,
    rate,
    source,
    estimate: money,
    signals: list(firedSignal),
    held: flag,
    ...search,
  },
  OrderUnattributed: { reason: oneOf(REASONS), ...search },
  LineBroughtIn: {
    cut_over: text,
    order,
    pid: text,
    trace: trace,
    rate,
    estimate: money,
    settled: nullable(oldSettlement),
    prepared_by: text,
    approved_by: text,
    policy: whole,
  },
  CommissionSettled: {
    pocket,
    paid: money,
    received: nullable(money),
    refunds: list(refund),
    base: money,
    rate,
    ...amounts,
    fee_rate: rate,
    ...clearing,
    policy: whole,
  },
  CommissionVoided: {
    reason: oneOf(['below-minimum', 'order-closed', 'forfeited'] as const),
    minimum: optional(money),
    base: optional(money),
    commission: optional(money),
    decision: optional(text),
    decided_by: optional(text),
    because: optional(text),
    refunds: optional(list(refund)),
  },
  CommissionReversed: { pocket, refund, base: money, rate, fee_rate: rate, ...amounts, left: object(amounts) },
  CommissionReleased: { ...decided, earning: money, pocket: optional(oneOf(['clearing'] as const)) },
  EarningCleared: { earning: money, deduction: optional(nullable(text)) },
  CommissionForfeited: { ...decided, pocket, ...amounts },
  CommissionRestored: {
    decision: text,
    pid: text,
    click: text,
    trace: trace,
    tested: list(tested),
    rate,
    source,
    base: nullable(money),
    ...amounts,
    fee_rate: nullable(rate),
    ...clearing,
    policy: whole,
  },
  CaseDecided: {
    case: text,
    decision: oneOf(['release', 'forfeit', 'reject'] as const),
    publishers: list(text),
    lines_through: day,
    lines: whole,
    amount: money,
    against: oneOf(['none', 'freeze', 'terminate'] as const),
    points: whole,
    appeal_until: instant,
    proposed_by: text,
    approved_by: nullable(text),
    reason: text,
  },
  PaymentFileWritten: { file: text, format: text, sha256, rows: whole, amount: money, by: text },
  PaymentFileCancelled: { file: text, by: text, reason: text },
  BreakNoted: {
    break: text,
    step: oneOf(['assign', 'comment', 'resolve'] as const),
    by: text,
    owner: nullable(text),
    effect: nullable(money),
    reason: text,
  },
  DisputeOpened: { dispute: text, line: text, seller: text, reason: text },
  AppealLodged: { appeal: text, decision: text, publisher: text, by: text, reason: text },
  AppealDecided: {
    appeal: text,
    decision: text,
    publisher: text,
    outcome: oneOf(['granted', 'rejected'] as const),
    decided_by: text,
    reason: text,
  },
  DeductionInstructed: { amount: money },
  DeductionConfirmed: result,
  DeductionFailed: { ...result, after_confirmation: flag },
  TaxWithheld: { amount: money, gross: money, profile: text },
  PayoutInstructed: { month, from_payable: money, from_returned: money, amount: money, value_date: day },
  PayoutConfirmed: result,
  PayoutReturned: { ...result, after_confirmation: flag },
  AdjustmentPosted: adjustment,
  DueAdjusted: adjustment,
  OpeningPosted: {
    cut_over: text,
    account: oneOf(['payable', 'returned', 'due'] as const),
    amount: money,
    prepared_by: text,
    approved_by: text,
  },
  SiteWithdrawn: { site: text, withdrawn_by: text, reason: text },
  PermissionApplied: { site: text, permission, statement: text, appeal_of: nullable(text) },
  PermissionApproved: { site: text, permission, decided_by: text, reason: text },
  PermissionRejected: { site: text, permission, decided_by: text, reason: text, appeal_until: nullable(instant) },
  NoticeIssued: {
    site: text,
    permissions: list(permission),
    effective_at: instant,
    issued_by: text,
    score: nullable(text),
    short: list(oneOf(SHORTFALLS)),
    reason: text,
  },
  NoticeCancelled: { site: text, permission, cancelled_by: text, reason: text },
  StatementIssued: { ...statement, lines: object<LinesDigest>({ count: whole, digest: sha256 }) },
};

const READERS = new Map<string, Reader<Record<string, unknown>>>(
  Object.entries(SHAPES).map(([type, shape]) => [type, object(shape as Shape<Record<string, unknown>>)]),
);

/** Whether a text is the name of an event. */
export function isEventType(text: string): text is EventType {
  return READERS.has(text);
}

/** Why a text is no body of its event: the path of the first field that is missing, unknown or of another form. */
export interface Unreadable {
  readonly unreadable: string;
}

/**
 * Reads a body as `bodyText` writes it: amounts as decimals with exactly the currency's digits, instants as ISO texts.
 * @param digits of the book's currency
 * @returns the body, its fields in the order stored; or where the text departs from the event's shape
 */
export function readBody<T extends EventType>(type: T, stored: string, digits: number): Bodies[T] | Unreadable {
  let value: unknown;
  try {
    value = JSON.parse(stored);
  } catch {
    return { unreadable: 'body' };
  }
  const path: string[] = [];
  const body = READERS.get(type)?.read(value, digits, path) ?? BAD;
  return body === BAD ? { unreadable: ['body', ...path.reverse()].join('.') } : (body as Bodies[T]);
}
