/**
 * What no request may hold, said once for the API and the pages, before anything is read with it: texts that PostgreSQL
 * cannot hold, wherever they stand. What a text means is for its schema.
 */
import type { FastifyRequest } from 'fastify';
import { isDay, isMonth } from '../core/calendar.ts';
import { Problem } from './problem.ts';

/** Whether a text is one: without NUL, and without half of a surrogate pair. */
export function isText(text: string): boolean {
  return !text.includes('\0') && !/\p{Cs}/u.test(text);
}

/** Formats that schemas name: days and months that exist. */
export const FORMATS = { day: isDay, month: isMonth };

/** @throws Problem where an address, a query or a body holds what is no text */
export function refuseOdd({ params, query, body }: FastifyRequest): void {
  const wrong = oddIn(params, 'the path') ?? oddIn(query, 'the query') ?? oddIn(body, 'the body');
  if (wrong === undefined) return;
  throw new Problem('bad-request', `${wrong} holds a NUL or half of a character: send it again without`);
}

/** Where something holds what is no text; what is a stream is not looked into. */
function oddIn(value: unknown, where: string): string | undefined {
  if (typeof value === 'string') return isText(value) ? undefined : where;
  if (typeof value !== 'object' || value === null || 'pipe' in value || ArrayBuffer.isView(value)) return undefined;
  for (const [name, one] of Object.entries(value)) {
    const found = isText(name) ? oddIn(one, where) : where;
    if (found !== undefined) return found;
  }
  return undefined;
}
