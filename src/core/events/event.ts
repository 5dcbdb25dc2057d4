/**
 * An event in memory, the text its body is stored as, and what its hash is taken over. An event holds decided amounts
 * and the facts they were decided from, so that nothing that comes after it has to evaluate a rule again. Amounts in
 * bodies are minor units in memory and decimals in the stored text; instants in bodies are ISO texts. No body holds an
 * IP address.
 */
import type { Day, Instant } from '../calendar.ts';
import { type Bodies, type EventType, recordOf } from './index.ts';
import { writeBody } from './record.ts';

export type { Amounts, Clearing, CountedRefund, Pocket } from './amounts.ts';
export type { Bodies, EventType } from './index.ts';
export type { RateSource } from './order.ts';
export { type LinesDigest, type OpeningAccount, STATEMENT_FIGURES, type StatementFigures } from './parties.ts';
export type { PartitionTally } from './run.ts';

export interface EventOf<T extends EventType> {
  readonly type: T;
  readonly businessDay: Day;
  readonly occurredAt: Instant;
  /** The order line, deduction, payout, publisher and month, `site:`, `application:` or `notice:` and its id, or the run. */
  readonly subject: string;
  readonly sellerId: string | null;
  readonly publisherId: string | null;
  readonly body: Bodies[T];
}

export type Event = { [T in EventType]: EventOf<T> }[EventType];

/** Who earned an order line, or that nobody did. */
export type Attribution = EventOf<'OrderAttributed'> | EventOf<'OrderUnattributed'>;
/** What an order line begins with. */
export type LineBeginning = Attribution | EventOf<'LineBroughtIn'>;

export function isAttribution(event: Event | undefined): event is Attribution {
  return event?.type === 'OrderAttributed' || event?.type === 'OrderUnattributed';
}

export function isLineBeginning(event: Event | undefined): event is LineBeginning {
  return isAttribution(event) || event?.type === 'LineBroughtIn';
}

/** The text a body is stored and hashed as: JSON, the version first, then the fields of the shape, amounts as decimals. */
export function bodyText(event: Event, digits: number): string {
  return writeBody<typeof event.body>(recordOf(event.type), event.body, digits);
}

/**
 * What an event's hash is taken over: every field and the hash before it, each written with its length in front, so
 * that no two different events have one text.
 */
export function sealText(
  event: Event,
  place: { partition: number; position: bigint | number; ordinal: number; previous: bigint | number | null },
  body: string,
  hashBefore: string,
): string {
  const { type, businessDay, occurredAt, subject, sellerId, publisherId } = event;
  const { partition, position, ordinal, previous } = place;
  const before = `${field(hashBefore)}${field(String(partition))}${field(String(position))}${field(type)}${field(businessDay)}`;
  const who = `${field(String(occurredAt))}${field(subject)}${field(String(ordinal))}${field(sellerId)}${field(publisherId)}`;
  return `${before}${who}${field(previous === null ? null : String(previous))}${field(body)}`;
}

const field = (text: string | null): string => (text === null ? '-,' : `${text.length}:${text},`);

/** Fields as one text from which they can be read back: each with its length in front, `-` for none. */
export function selfDelimited(fields: readonly (string | null)[]): string {
  let text = '';
  for (const one of fields) text += field(one);
  return text;
}
