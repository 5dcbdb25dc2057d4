/**
 * The events of promotion resource management (SPEC 12), each made of one delivered fact: withdrawals, applications and
 * their decisions, notices and what ended them. They post nothing.
 */
import { DAY_LENGTH, type Day, type Instant, isoOf } from '../calendar.ts';
import type { Event, EventOf } from '../events/event.ts';
import type { Policy } from '../policy/policy.ts';

export type PromotionEvent =
  | EventOf<'SiteWithdrawn'>
  | EventOf<'PermissionApplied'>
  | EventOf<'PermissionApproved'>
  | EventOf<'PermissionRejected'>
  | EventOf<'NoticeIssued'>
  | EventOf<'NoticeCancelled'>;
export type PromotionType = PromotionEvent['type'];

/** What the subject of each event begins with, before its id; ids hold no colon, so that no order line has such a subject. */
export const SUBJECTS: Readonly<Record<PromotionType, string>> = {
  SiteWithdrawn: 'site:',
  PermissionApplied: 'application:',
  PermissionApproved: 'application:',
  PermissionRejected: 'application:',
  NoticeIssued: 'notice:',
  NoticeCancelled: 'notice:',
};

/** Whether an event is about a site, its permissions or notices. */
export function isPromotion(event: Event): event is PromotionEvent {
  return Object.hasOwn(SUBJECTS, event.type);
}

/** A delivered fact, whichever feed it is of; what its feed has no column for is null. */
export interface PromotionFact {
  readonly type: PromotionType;
  /** The id of the site, application or notice. */
  readonly id: string;
  readonly at: Instant;
  readonly siteId: string;
  readonly publisherId: string;
  /** Of a notice all it takes; of the others one, or of a withdrawal none. */
  readonly permissions: readonly string[];
  readonly by: string;
  /** An application's statement, or a reason. */
  readonly words: string;
  /** The rejected application that this one, or the one decided, appeals against. */
  readonly appealOf: string | null;
  readonly effectiveAt: Instant | null;
  readonly score: string | null;
  readonly short: readonly string[];
}

/** The event of a fact, as the night of a day writes it, under the policy of that night (SPEC 12). */
export function promotionEvent(fact: PromotionFact, businessDay: Day, policy: Policy): PromotionEvent {
  const { type, at, siteId: site, publisherId, by, words: reason, permissions } = fact;
  const [permission = ''] = permissions;
  const stamp = { businessDay, occurredAt: at, subject: SUBJECTS[type] + fact.id, sellerId: null, publisherId };
  switch (type) {
    case 'SiteWithdrawn':
      return { type, ...stamp, body: { site, withdrawn_by: by, reason } };
    case 'PermissionApplied':
      return { type, ...stamp, body: { site, permission, statement: reason, appeal_of: fact.appealOf } };
    case 'PermissionApproved':
      return { type, ...stamp, body: { site, permission, decided_by: by, reason } };
    case 'PermissionRejected': {
      const until = appealUntil(at, fact.appealOf !== null, policy);
      return { type, ...stamp, body: { site, permission, decided_by: by, reason, appeal_until: until } };
    }
    case 'NoticeIssued': {
      const { score, short } = fact;
      const effective = isoOf(fact.effectiveAt ?? at);
      return {
        type,
        ...stamp,
        body: { site, permissions, effective_at: effective, issued_by: by, score, short, reason },
      };
    }
    case 'NoticeCancelled':
      return { type, ...stamp, body: { site, permission, cancelled_by: by, reason } };
  }
}

/**
 * Until when a rejection can be appealed against, as an ISO text, by the policy of its night; null for the rejection of
 * an appeal.
 */
export function appealUntil(decidedAt: Instant, isAppeal: boolean, policy: Policy): string | null {
  return isAppeal ? null : isoOf(appealDeadline(decidedAt, policy));
}

/** From when on a permission can be applied for again after a rejection. */
export function reapplyFrom(decidedAt: Instant, policy: Policy): Instant {
  return decidedAt + policy.reapplyDays * DAY_LENGTH;
}

/** The last instant at which a rejection can be appealed against. */
export function appealDeadline(decidedAt: Instant, policy: Policy): Instant {
  return decidedAt + policy.appealDays * DAY_LENGTH;
}
