/** Reads the stored text of an event's body back into what it was in memory; what is not exactly such a body is refused. */
import { type Bodies, type EventType, recordOf } from './index.ts';
import { readAs, type Unreadable } from './record.ts';

/**
 * Reads a body as `bodyText` writes it: amounts as decimals with exactly the currency's digits, instants as ISO texts.
 * @param digits of the book's currency
 * @returns the body, its fields in the order stored; or where the text departs from the event's shape
 */
export function readBody<T extends EventType>(type: T, stored: string, digits: number): Bodies[T] | Unreadable {
  return readAs(recordOf(type), stored, digits);
}
