/** Reads the stored text of an event's body back into what it was in memory; what is not exactly such a body is refused. */
import { type Bodies, type EventType, recordOf } from './index.ts';
import { BAD } from './shape.ts';

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
  const body = recordOf(type).body.read(value, digits, path);
  return body === BAD ? { unreadable: ['body', ...path.reverse()].join('.') } : body;
}
