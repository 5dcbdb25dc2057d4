/**
 * An event as the message that tells an endpoint of it: the same id and the same bytes however often it is sent. It does
 * not sign, which takes the moment of sending.
 */

import { isoOf } from '../calendar.ts';
import { sha256 } from '../digest.ts';
import type { Logged } from '../events/read-body.ts';
import type { Facts } from '../events/record.ts';
import { entryId } from '../ids.ts';
import { type Audience, tell, type Winner } from './telling.ts';

/** The shape of the body. A field may be added under it; one that changes its meaning or goes takes the next number. */
const VERSION = 1;

export interface Message {
  /** Of the event, not of the endpoint; without a dot, which parts the fields that are signed. */
  readonly id: string;
  readonly kind: string;
  /** JSON on one line. */
  readonly body: string;
}

/** Writes the message of an event for an audience, which has to be one that is told of it. */
export function messageOf(
  { event, ordinal }: Logged,
  winner: Winner,
  { role }: Audience,
  { currency, digits }: { readonly currency: string; readonly digits: number },
): Message {
  const { businessDay, type, subject, sellerId, publisherId } = event;
  const entry = entryId({ businessDay, type, subject, ordinal });
  const id = `evt_${sha256(entry).slice(0, 32)}`;
  const { kind, subject: subjectName, facts } = tell(event, digits);
  const isLine = subjectName === 'order_line_id';
  const data: Facts = {
    ...(subjectName === null ? {} : { [subjectName]: subject }),
    // A publisher's own documents do not name the seller either.
    ...(sellerId === null || role === 'publisher' ? {} : { seller_id: sellerId }),
    ...(publisherId === null ? {} : { publisher_id: publisherId }),
    ...(isLine ? { pid: winner.pid, click_id: winner.clickId, trace: winner.trace } : {}),
    ...(isLine && role !== 'seller' && winner.subId !== null ? { sub_id: winner.subId } : {}),
    ...facts,
  };
  const body = JSON.stringify({
    version: VERSION,
    id,
    type: kind,
    timestamp: isoOf(event.occurredAt),
    business_day: businessDay,
    entry,
    currency,
    data,
  });
  return { id, kind, body };
}
