/**
 * An event as the log keeps it, read back into what it was in memory. How each body is read is in shapes.ts.
 */
import type { Day, Instant } from '../calendar.ts';
import type { Event, EventType } from './event.ts';
import { readBody } from './event-body.ts';

/** A row of the log. */
export interface StoredEvent {
  readonly partition: number;
  readonly position: bigint;
  readonly type: EventType;
  readonly business_day: Day;
  readonly occurred_at: Instant;
  readonly subject: string;
  readonly ordinal: number;
  readonly seller_id: string | null;
  readonly publisher_id: string | null;
  readonly body: string;
}

/** An event with its place in the log. */
export interface Logged {
  readonly partition: number;
  readonly position: bigint;
  readonly ordinal: number;
  readonly event: Event;
}

/**
 * Reads an event back.
 * @param digits of the book's currency
 * @throws when the stored body is none of its event's: `cps verify` says which
 */
export function readEvent(row: StoredEvent, digits: number): Logged {
  const { partition, position, ordinal } = row;
  const body = readBody(row.type, row.body, digits);
  if ('unreadable' in body) {
    throw new Error(`event ${position} of partition ${partition} does not read (${body.unreadable}): see cps verify`);
  }
  return { partition, position, ordinal, event: eventWith(row, body) };
}

/** A row of the log as an event, with its body read. */
export function eventWith(row: Omit<StoredEvent, 'partition' | 'position' | 'ordinal' | 'body'>, body: unknown): Event {
  return {
    type: row.type,
    businessDay: row.business_day,
    occurredAt: row.occurred_at,
    subject: row.subject,
    sellerId: row.seller_id,
    publisherId: row.publisher_id,
    body,
  } as Event;
}
