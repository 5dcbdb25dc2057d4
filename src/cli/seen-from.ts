/** What the commands of a desk share: from which night on a decision is seen, and that a withdrawn site takes none. */
import type { Instant } from '../core/calendar.ts';
import { Refusal } from '../core/refusal.ts';
import type { Book } from '../store/night/book.ts';

/** From which night on what was delivered now is seen. */
export function seenFrom({ nextDay }: Book): string {
  return nextDay === null
    ? 'It is seen by the first night on.'
    : `It is seen from the night of ${nextDay} on; nights already opened stay as they are.`;
}

/** @throws Refusal for a site that is over */
export function refuseWithdrawn(site: string, withdrawnAt: Instant | null | undefined, { calendar }: Book): void {
  if (withdrawnAt === null || withdrawnAt === undefined) return;
  throw new Refusal(`site ${site} was withdrawn at ${calendar.format(withdrawnAt)}: file another site`);
}
