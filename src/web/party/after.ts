/** Where a list goes on: the entry that the query names, where it is one. */
import { isDay } from '../../core/calendar.ts';
import type { Visit } from '../visit.ts';

const DAY = '2013-12-09'.length;

/** The entry after which a page of lines begins; null for the first page. */
export function afterOf({ query }: Visit): string | null {
  const after = query.get('after') ?? '';
  return isDay(after.slice(0, DAY)) && after.charAt(DAY) === '.' ? after : null;
}
