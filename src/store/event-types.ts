/** Lists of event types as SQL, made from the records of events, so that no statement keeps a list of its own. */
import { type RawBuilder, sql } from 'kysely';
import type { EventType } from '../core/events/event.ts';
import { CHARGES, LINE_BEGINNINGS, LINE_EVENTS } from '../core/events/index.ts';

/** `('CommissionSettled', ...)`, literally, so that plans are made for these types. */
export function typeList(types: readonly EventType[]): RawBuilder<unknown> {
  return sql`(${sql.join(types.map((type) => sql.lit(type)))})`;
}

export const LINE_BEGINNING_LIST = typeList(LINE_BEGINNINGS);
export const LINE_EVENT_LIST = typeList(LINE_EVENTS);
export const CHARGE_LIST = typeList(CHARGES);
