/**
 * What commands that record a decision share: which night first takes it into account, and the refusal of a site that
 * is withdrawn.
 */
import type { Instant } from '../core/calendar.ts';
import type { Book } from '../store/night/book.ts';
import { UsageError } from './errors.ts';

/** The sentence that says from which night on what was delivered now counts. */
export function seenFrom({ nextDay }: Book): string {
  return nextDay === null
    ? 'It is seen by the first night on.'
    : `It is seen from the night of ${nextDay} on; nights already opened stay as they are.`;
}

/**
 * Refuses a decision about a site that was withdrawn.
 * @throws UsageError for such a site
 */
export function refuseWithdrawn(site: string, withdrawnAt: Instant | null | undefined, { calendar }: Book): void {
  if (withdrawnAt === null || withdrawnAt === undefined) return;
  throw new UsageError(`site ${site} was withdrawn at ${calendar.format(withdrawnAt)}: file another site`);
}
