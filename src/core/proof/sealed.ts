/**
 * An event as it stands in the log, with the hash it was sealed after, as JSON: enough to compute its own hash again
 * away from the book. It proves nothing by itself; statement-proof.ts ties it to a night's root.
 */
import { payable } from '../accounts.ts';
import { type Day, isDay } from '../calendar.ts';
import { sha256 } from '../digest.ts';
import { type Event, type EventType, sealText } from '../events/event.ts';
import { readBody } from '../events/event-body.ts';
import { isEventType } from '../events/index.ts';
import { entryId } from '../ids.ts';
import { post } from '../ledger.ts';
import type { Money } from '../money.ts';

/** Instants as ISO texts; the body as it was stored, its fields in the stored order. */
export interface SealedEvent {
  readonly partition: number;
  readonly position: number;
  readonly type: EventType;
  readonly business_day: Day;
  readonly occurred_at: string;
  readonly subject: string;
  readonly ordinal: number;
  readonly seller_id: string | null;
  readonly publisher_id: string | null;
  readonly previous: number | null;
  readonly body: object;
  /** The hash of the event before it in its partition. */
  readonly before: string;
  readonly hash: string;
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isNone = (value: unknown): boolean => value === null;
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const isHash = (value: unknown): boolean => isText(value) && /^[0-9a-f]{64}$/.test(value);

/** No body nests deeper; what does is no event, and is not followed down. */
const DEEPEST = 16;

function isShallow(value: unknown, left: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return left > 0 && Object.values(value).every((part) => isShallow(part, left - 1));
}

const FIELDS: Readonly<Record<keyof SealedEvent, (value: unknown) => boolean>> = {
  partition: isCount,
  position: isCount,
  type: (value) => isText(value) && isEventType(value),
  business_day: (value) => isText(value) && isDay(value),
  occurred_at: (value) => isText(value) && !Number.isNaN(Date.parse(value)),
  subject: isText,
  ordinal: isCount,
  seller_id: (value) => isText(value) || isNone(value),
  publisher_id: (value) => isText(value) || isNone(value),
  previous: (value) => isCount(value) || isNone(value),
  body: (value) => typeof value === 'object' && value !== null && isShallow(value, DEEPEST),
  before: isHash,
  hash: isHash,
};

/** What is wrong with a value as a sealed event: the first field that is missing or of another form; undefined if nothing. */
export function faultOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'event';
  const fields = value as Record<string, unknown>;
  return Object.entries(FIELDS).find(([name, holds]) => !holds(fields[name]))?.[0];
}

/** The event itself; undefined where its body is none of its type's. */
export function eventIn(sealed: SealedEvent, digits: number): Event | undefined {
  const body = readBody<EventType>(sealed.type, JSON.stringify(sealed.body), digits);
  if ('unreadable' in body) return undefined;
  return { ...stampOf(sealed), body } as Event;
}

function stampOf(sealed: SealedEvent) {
  return {
    type: sealed.type,
    businessDay: sealed.business_day,
    occurredAt: Date.parse(sealed.occurred_at),
    subject: sealed.subject,
    sellerId: sealed.seller_id,
    publisherId: sealed.publisher_id,
  };
}

/** The hash that these fields come to, whatever hash stands beside them. */
export function hashOf(sealed: SealedEvent): string {
  const { partition, position, ordinal, previous, body, before } = sealed;
  const place = {
    partition,
    position: BigInt(position),
    ordinal,
    previous: previous === null ? null : BigInt(previous),
  };
  return sha256(sealText({ ...stampOf(sealed), body: {} } as Event, place, JSON.stringify(body), before));
}

/** The entry's id. */
export function entryOf(sealed: SealedEvent): string {
  const { business_day: businessDay, type, subject, ordinal } = sealed;
  return entryId({ businessDay, type, subject, ordinal });
}

/** What an event did to a publisher's payable, as the publisher sees it: what it earns is positive. */
export function movedFor(event: Event, publisher: string): Money {
  const account = payable(publisher);
  let moved = 0n;
  for (const { debit, credit, amount } of post(event)) {
    if (credit === account) moved += amount;
    if (debit === account) moved -= amount;
  }
  return moved;
}
