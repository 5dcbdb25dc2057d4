/**
 * Which events are news, of what kind, and to which parties, as their records say: money that moved, and statements.
 */
import type { Event, EventType } from '../events/event.ts';
import { EVENTS, recordOf } from '../events/index.ts';
import type { Facts, News } from '../events/record.ts';
import { inDecimals } from '../money.ts';

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
  /** The publisher's own mark, of which no seller is told. */
  readonly subId: string | null;
}

const TOLD = EVENTS.flatMap(({ name, news }) => (news === null ? [] : [{ type: name, ...news }]));

/** The kinds of news an audience can be told of, in the order of the records. */
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
  return recordOf(type).news?.kind;
}

/**
 * The kind of an event, what its subject is an id of, and what is told of it.
 * @param digits of the book's currency
 * @throws when the event is no news, which is a defect of the caller
 */
export function tell(event: Event, digits: number): Omit<News<unknown>, 'to' | 'facts'> & { readonly facts: Facts } {
  const news: News<Event['body']> | null = recordOf(event.type).news;
  if (news === null) throw new Error(`${event.type} is no news: nobody is told of it`);
  const { kind, subject } = news;
  return { kind, subject, facts: inDecimals(news.facts(event.body, event.subject), digits) };
}
