/**
 * Adjustments (SPEC 11): what a balance is corrected by when nothing else can, proposed by one person and approved by
 * another. It says what may be approved and which event comes of it; it looks nothing up.
 */
import type { Day, Instant } from './calendar.ts';
import type { Event, EventOf } from './events/event.ts';
import { adjustmentSubject } from './ids.ts';
import type { Money } from './money.ts';
import { samePerson } from './person.ts';

export type AdjustmentEvent = EventOf<'AdjustmentPosted'> | EventOf<'DueAdjusted'>;

/** Whose balance it is: a publisher's payable or a seller's due. */
export type AdjustedParty =
  | { readonly publisherId: string; readonly sellerId: null }
  | { readonly publisherId: null; readonly sellerId: string };

export interface ProposedAdjustment {
  readonly adjustmentId: string;
  readonly party: AdjustedParty;
  /** In the party's favour where positive, never 0. */
  readonly amount: Money;
  readonly reason: string;
  /** SHA-256 in hex. */
  readonly document: string;
  readonly proposedBy: string;
  readonly proposedAt: Instant;
}

export interface ApprovedAdjustment extends ProposedAdjustment {
  readonly approvedBy: string;
  readonly approvedAt: Instant;
}

/** Why an adjustment may not be approved so; undefined where it may. */
export function approvalFault(
  { adjustmentId, proposedBy, proposedAt }: Pick<ProposedAdjustment, 'adjustmentId' | 'proposedBy' | 'proposedAt'>,
  by: string,
  at: Instant,
): string | undefined {
  if (samePerson(by, proposedBy)) return `${by} proposed adjustment ${adjustmentId}: somebody else has to approve it`;
  return at < proposedAt ? `dated before adjustment ${adjustmentId} was proposed` : undefined;
}

/** The one event of an approved adjustment, in the night of a day. */
export function adjustmentEvent(of: ApprovedAdjustment, businessDay: Day): AdjustmentEvent {
  const { party, amount, reason, document } = of;
  const body = {
    adjustment: of.adjustmentId,
    amount,
    reason,
    document,
    proposed_by: of.proposedBy,
    approved_by: of.approvedBy,
  };
  const stamp = { businessDay, occurredAt: of.approvedAt };
  const subject = adjustmentSubject(party, businessDay);
  return party.publisherId === null
    ? { type: 'DueAdjusted', ...stamp, subject, ...party, body }
    : { type: 'AdjustmentPosted', ...stamp, subject, ...party, body };
}

export function isAdjustment(event: Event): event is AdjustmentEvent {
  return event.type === 'AdjustmentPosted' || event.type === 'DueAdjusted';
}
