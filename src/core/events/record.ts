import { BAD, type Fields, type Of, object, type Shape } from './shape.ts';

/** Whose partition an event lies in, and so whom it names: an order line's, a party's, or the run's own. */
type Home = 'line' | 'seller' | 'publisher' | 'run';

/** The sums of a statement between opening and closing, in the order in which it shows them (SPEC 10). */
export const STATEMENT_SUMS = [
  'earnings',
  'reversals',
  'releases',
  'forfeitures',
  'adjustments',
  'tax',
  'payouts',
] as const;
export type StatementSum = (typeof STATEMENT_SUMS)[number];

/** The same of a seller's deductions. */
export const DEDUCTION_SUMS = [
  'charged',
  'given-back',
  'forfeited',
  'adjusted',
  'brought-in',
  'deducted',
  'deduction-failed',
] as const;
export type DeductionSum = (typeof DEDUCTION_SUMS)[number];

/** What is told of an event, amounts in minor units; what is given back or taken away is below 0. `pocket` is where an earning stands. */
export type Facts = Readonly<Record<string, unknown>>;

/**
 * An event as webhooks bring it: amounts and ids; no buyer, no other publisher, and no reason that a person wrote.
 */
export interface News<B> {
  readonly kind: string;
  /** What the event's subject is an id of; null where the facts say what it is about. */
  readonly subject: 'order_line_id' | 'deduction_id' | 'payout_id' | null;
  /** Besides the operator. */
  readonly to: readonly ('seller' | 'publisher')[];
  facts(body: B, subject: string): Facts;
}

export const BOTH = ['seller', 'publisher'] as const;

/** How a body of an earlier version is read: by its own shape, then as what it is today. */
interface Earlier<B> {
  read(value: unknown, digits: number, path: string[]): B | typeof BAD;
}

interface Known<B> {
  readonly home: Home;
  /** True of the first event of an order line; the others of a line follow it. */
  readonly begins?: true;
  /** The sum of a publisher's statement that takes what it does to `payable`. */
  readonly statement?: StatementSum;
  /** The sum of a seller's document that takes what it does to `due`. */
  readonly deductions?: DeductionSum;
  /** Null of what is no news to anybody's server. */
  readonly news: News<B> | null;
  /** 1 where nothing is said. A new version is a new shape beside a reader of each one before it. */
  readonly version?: number;
  readonly earlier?: Readonly<Record<number, Earlier<B>>>;
}

export interface EventRecord<B> extends Known<B> {
  readonly name: string;
  readonly version: number;
  readonly body: Shape<B>;
}

/** An event by its name, which is in the past tense, and what is known of it. */
export function event<const N extends string, const F extends Fields, const K extends Known<Of<F>>>(
  name: N,
  body: F,
  known: K & Known<Of<F>>,
): Omit<K, 'version'> & EventRecord<Of<F>> & { readonly name: N } {
  return { version: 1, ...known, name, body: object(body) };
}

/** An event that records something and is news to nobody: of the run, or of a publisher's sites. */
export const recorded = <const N extends string, const F extends Fields>(name: N, body: F) =>
  event(name, body, { home: 'run', news: null });
export const recordedOfSite = <const N extends string, const F extends Fields>(name: N, body: F) =>
  event(name, body, { home: 'publisher', news: null });

/** The reader of an earlier version: its fields, and what they are today. */
export function earlier<const F extends Fields, B>(fields: F, today: (body: Of<F>) => B): Earlier<B> {
  const shape = object(fields);
  return {
    read: (value, digits, path) => {
      const body = shape.read(value, digits, path);
      return body === BAD ? BAD : today(body);
    },
  };
}

/** A body begins with its version, before the fields of its shape. */
const VERSION = /^\{"v": ?([1-9]\d{0,3}), ?/;

/** The version that a stored body says it is of; undefined where it says none. */
export function versionIn(stored: string): number | undefined {
  const found = VERSION.exec(stored)?.[1];
  return found === undefined ? undefined : Number(found);
}

export function writeBody<B>(record: EventRecord<B>, body: B, digits: number): string {
  return record.body.write(body, digits, `{"v":${record.version},`);
}

/** Why a text is no body of its event: the path of the first field that is missing, unknown or of another form. */
export interface Unreadable {
  readonly unreadable: string;
}

/**
 * Reads a body as `writeBody` writes it, in the version it was written in.
 * @param digits of the book's currency
 * @returns the body as one of today's version, its fields in the order stored; or where the text departs from its shape
 */
export function readAs<B>(record: EventRecord<B>, stored: string, digits: number): B | Unreadable {
  const [before = '', number = ''] = VERSION.exec(stored) ?? [];
  const version = Number(number);
  const shape = version === record.version ? record.body : record.earlier?.[version];
  if (shape === undefined || before === '') return { unreadable: 'body.v' };
  let value: unknown;
  try {
    value = JSON.parse(`{${stored.slice(before.length)}`);
  } catch {
    return { unreadable: 'body' };
  }
  const path: string[] = [];
  const body = shape.read(value, digits, path);
  return body === BAD ? { unreadable: ['body', ...path.reverse()].join('.') } : body;
}
