/** What parties ask for and people answer, as the rows that say it; every door delivers the same ones. It checks nothing: intake does. */
import { type Calendar, type Instant, isoOf } from '../core/calendar.ts';
import type { TypedRow } from '../ingest/deliver/rows.ts';
import { stampOf } from './review.ts';

/** A publisher asks for one permission for one site. */
export interface ApplicationOrder {
  readonly site: string;
  readonly permission: string;
  readonly at: Instant;
  readonly statement: string;
  /** The rejected application that it appeals against. */
  readonly against: string | null;
}

/** A new application: its id and when it was made, in the book's zone, and its row. */
export function newApplication(
  calendar: Calendar,
  { site, permission, at, statement, against }: ApplicationOrder,
): { readonly id: string; readonly appliedAt: string; readonly row: TypedRow } {
  const appliedAt = calendar.format(at);
  const id = `A-${site}-${permission.replace(':', '-')}-${stampOf(appliedAt)}`;
  const cells = {
    application_id: id,
    site_id: site,
    permission,
    applied_at: isoOf(at),
    statement,
    ...(against === null ? {} : { appeal_of: against }),
  };
  return { id, appliedAt, row: { feed: 'applications', cells } };
}

/** The answer to an application. */
export function applicationAnswer(of: {
  readonly application: string;
  readonly decision: 'approve' | 'reject';
  readonly at: Instant;
  readonly by: string;
  readonly reason: string;
}): TypedRow {
  const { application, decision, at, by, reason } = of;
  const cells = { application_id: application, decision, decided_at: isoOf(at), decided_by: by, reason };
  return { feed: 'application-decisions', cells };
}

/** A seller disputes what it was charged for an order line. */
export function disputeRow(of: {
  readonly dispute: string;
  readonly orderLine: string;
  readonly seller: string;
  readonly at: Instant;
  readonly reason: string;
}): TypedRow {
  const { dispute, orderLine, seller, at, reason } = of;
  const cells = { dispute_id: dispute, order_line_id: orderLine, seller_id: seller, disputed_at: isoOf(at), reason };
  return { feed: 'disputes', cells };
}
