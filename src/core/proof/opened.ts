/**
 * The event that opens a book: the first of partition 0. It seals what every amount, day and place of the book is told in.
 * It is compared with the book row here; what a different term would have changed is not asked.
 */
import type { EventOf } from '../events/event.ts';

/** The format of the log that this program writes: 1 did not seal a book's terms, and no book of it is kept. */
export const LOG_FORMAT = 2;

export type BookOpened = EventOf<'BookOpened'>['body'];

/** Where the event lies. */
export const OPENED_AT = { partition: 0, position: 1 } as const;

/** The first term that is not as the log has it, such as `currency`, with both values; undefined where all are. */
export function firstOtherTerm(
  stored: Omit<BookOpened, 'format'>,
  opened: BookOpened,
): { readonly term: string; readonly stored: string; readonly sealed: string } | undefined {
  for (const term of ['currency', 'digits', 'zone', 'partitions', 'digest_key'] as const) {
    if (stored[term] !== opened[term]) return { term, stored: String(stored[term]), sealed: String(opened[term]) };
  }
  return undefined;
}
