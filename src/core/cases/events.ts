/** What the log says of decisions, disputes and appeals: events that record and post nothing, one for each fact. */
import { type BankFact, bankEvent } from '../bank/events.ts';
import { type Day, type Instant, isoOf } from '../calendar.ts';
import type { Event } from '../events/event.ts';
import { byCodePoint } from '../ids.ts';
import type { Appeal, Decision } from './decision.ts';

/** A fact of the desk with the day whose night records it. */
export type DeskFact =
  | BankFact
  | { readonly kind: 'decision'; readonly dueDay: Day; readonly decision: Decision }
  | {
      readonly kind: 'dispute';
      readonly dueDay: Day;
      readonly dispute: { disputeId: string; orderLineId: string; sellerId: string; at: Instant; reason: string };
    }
  | { readonly kind: 'lodged'; readonly dueDay: Day; readonly appeal: Appeal }
  | { readonly kind: 'ended'; readonly dueDay: Day; readonly appeal: Appeal; readonly end: Appeal['end'] & object };

/** The events of some facts, by day, instant and subject: the same in whatever order they were delivered. */
export function deskEvents(facts: readonly DeskFact[]): Event[] {
  return facts
    .map(eventOf)
    .sort(
      (a, b) =>
        byCodePoint(a.businessDay, b.businessDay) || a.occurredAt - b.occurredAt || byCodePoint(a.subject, b.subject),
    );
}

function eventOf(fact: DeskFact): Event {
  const stamp = (at: Instant, subject: string) => ({
    businessDay: fact.dueDay,
    occurredAt: at,
    subject,
    sellerId: null,
    publisherId: null,
  });
  switch (fact.kind) {
    case 'payment-file':
    case 'break-note':
    case 'bank-posting':
      return bankEvent(fact);
    case 'decision':
      return decided(fact.decision, stamp);
    case 'dispute': {
      const { disputeId: dispute, orderLineId: line, sellerId: seller, at, reason } = fact.dispute;
      return { type: 'DisputeOpened', ...stamp(at, `dispute:${dispute}`), body: { dispute, line, seller, reason } };
    }
    case 'lodged': {
      const { appealId: appeal, decisionId: decision, publisherId: publisher, lodgedBy: by, reason } = fact.appeal;
      const body = { appeal, decision, publisher, by, reason };
      return { type: 'AppealLodged', ...stamp(fact.appeal.lodgedAt, `appeal:${appeal}`), body };
    }
    case 'ended': {
      const { appealId: appeal, decisionId: decision, publisherId: publisher } = fact.appeal;
      const { outcome, at, by, reason } = fact.end;
      const body = { appeal, decision, publisher, outcome, decided_by: by, reason };
      return { type: 'AppealDecided', ...stamp(at, `appeal-end:${appeal}`), body };
    }
  }
}

type Stamp = (
  at: Instant,
  subject: string,
) => Pick<Event, 'businessDay' | 'occurredAt' | 'subject'> & {
  sellerId: null;
  publisherId: null;
};

function decided(decision: Decision, stamp: Stamp): Event {
  const { decisionId, caseId, publishers, linesThrough, lines, amount, against, points, reason } = decision;
  const { proposed, approved } = decision;
  const body = {
    case: caseId,
    decision: decision.decision,
    publishers,
    lines_through: linesThrough,
    lines,
    amount,
    against,
    points,
    appeal_until: isoOf(decision.appealUntil),
    proposed_by: proposed.by,
    approved_by: approved?.by ?? null,
    reason,
  };
  return { type: 'CaseDecided', ...stamp((approved ?? proposed).at, `decision:${decisionId}`), body };
}
