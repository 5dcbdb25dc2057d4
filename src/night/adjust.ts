/** Step 2, per party: posts the adjustments and openings that two persons have decided, each once (SPEC 11). */
import { adjustmentEvent } from '../core/adjustment.ts';
import { openingEvent } from '../core/cut-over/opening.ts';
import { type DueAdjustment, lastAdjustments } from '../store/intake/adjustments.ts';
import type { DueOpening } from '../store/intake/openings.ts';
import { type Night, write } from './terms.ts';

/** Posts the openings of cut-overs that were signed off, in the current transaction. */
export async function postOpenings(night: Night, due: readonly DueOpening[]): Promise<void> {
  const homeOf = ({ publisherId, sellerId }: DueOpening): string => publisherId ?? sellerId ?? '';
  await write(
    night,
    due.map((one) => ({ event: openingEvent(one, night.day), home: homeOf(one) })),
  );
}

/** Posts the adjustments due, in the current transaction: before deductions and closes, which count them. */
export async function postAdjustments(night: Night, due: readonly DueAdjustment[]): Promise<void> {
  if (due.length === 0) return;
  const publishers = due.flatMap(({ party }) => party.publisherId ?? []);
  const sellers = due.flatMap(({ party }) => party.sellerId ?? []);
  const ofPublishers = await lastAdjustments(night.session, 'publisher', publishers, night.day);
  const ofSellers = await lastAdjustments(night.session, 'seller', sellers, night.day);
  const entries = due.map((one) => {
    const { publisherId, sellerId } = one.party;
    const previous = publisherId === null ? ofSellers.get(sellerId) : ofPublishers.get(publisherId);
    return { event: adjustmentEvent(one, night.day), home: publisherId ?? sellerId, previous: previous ?? null };
  });
  await write(night, entries);
}
