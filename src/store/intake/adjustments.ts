/** Adjustments as delivered, with their approvals, and what a night or a person has to know of them. It judges nothing. */

import { type RawBuilder, sql } from 'kysely';
import { due, payable } from '../../core/accounts.ts';
import type { AdjustedParty, ApprovedAdjustment, ProposedAdjustment } from '../../core/adjustment.ts';
import { type Day, firstDayOf, type Instant, monthOf } from '../../core/calendar.ts';
import { type Money, parseMoney, sum } from '../../core/money.ts';
import type { Session } from '../connection/session.ts';
import { balanceAfter } from '../log/balances.ts';
import type { MaybeRow, Row } from '../schema/tables.ts';

/** An adjustment as it stands: waiting for approval, approved, or posted in the night of a day. */
export interface KnownAdjustment extends ProposedAdjustment {
  readonly approval: { readonly by: string; readonly at: Instant; readonly dueDay: Day } | null;
}

async function known(session: Session, where: RawBuilder<unknown>): Promise<KnownAdjustment[]> {
  const rows = await session.all(sql<
    Omit<KnownAdjustment, 'party' | 'approval'> &
      Pick<Row<'adjustment'>, 'publisher_id' | 'seller_id'> &
      MaybeRow<'adjustment_approval', 'approved_by' | 'approved_at' | 'due_day'>
  >`
    select a.adjustment_id as "adjustmentId", a.publisher_id, a.seller_id, a.amount, a.reason, a.document,
      a.proposed_by as "proposedBy", a.proposed_at as "proposedAt", p.approved_by, p.approved_at, p.due_day
    from adjustment a left join adjustment_approval p on p.adjustment_id = a.adjustment_id
    where ${where}
    order by a.publisher_id, a.seller_id, p.approved_at, a.adjustment_id`);
  return rows.map(
    ({ publisher_id: publisherId, seller_id: sellerId, approved_by: by, approved_at: at, due_day, ...row }) => ({
      ...row,
      party: publisherId === null ? { publisherId, sellerId: sellerId ?? '' } : { publisherId, sellerId: null },
      approval: by === null || at === null || due_day === null ? null : { by, at, dueDay: due_day },
    }),
  );
}

/** Some adjustments by id. */
export async function adjustmentsUnder(
  session: Session,
  ids: readonly string[],
): Promise<Map<string, KnownAdjustment>> {
  const rows = await known(session, sql`a.adjustment_id = any(${ids})`);
  return new Map(rows.map((row) => [row.adjustmentId, row]));
}

/** All of them, or those that wait for a second person. */
export function adjustmentsAll(session: Session, isWaiting: boolean): Promise<KnownAdjustment[]> {
  return known(session, isWaiting ? sql`p.adjustment_id is null` : sql`true`);
}

/** How many of a party there are, so that the next can be numbered. */
export async function countOfParty(session: Session, { publisherId, sellerId }: AdjustedParty): Promise<number> {
  const row = await session.first(sql<{ n: bigint }>`
    select count(*) as n from adjustment where publisher_id = ${publisherId} or seller_id = ${sellerId}`);
  return Number(row?.n ?? 0n);
}

export interface DueAdjustment extends ApprovedAdjustment {
  readonly dueDay: Day;
}

/** Those due through a day and after the last day run, by party, then in the order of their approval. */
export async function adjustmentsDue(session: Session, day: Day, last: Day | null): Promise<DueAdjustment[]> {
  const found = await known(session, sql`p.due_day <= ${day} and p.due_day > ${last ?? '-infinity'}::date`);
  return found.flatMap(({ approval, ...one }) =>
    approval === null ? [] : [{ ...one, approvedBy: approval.by, approvedAt: approval.at, dueDay: approval.dueDay }],
  );
}

/** Where the last adjustment of each party's month lies, by party's id, before a day. */
export async function lastAdjustments(
  session: Session,
  party: 'publisher' | 'seller',
  ids: readonly string[],
  day: Day,
): Promise<Map<string, bigint>> {
  if (ids.length === 0) return new Map();
  const id = sql.ref(party === 'publisher' ? 'publisher_id' : 'seller_id');
  const type = party === 'publisher' ? 'AdjustmentPosted' : 'DueAdjusted';
  const rows = await session.all(sql<{ id: string; position: bigint }>`
    select ${id} as id, max(position) as position from log
    where ${id} = any(${ids}) and ordinal > 0 and type = ${type}::event_type
      and business_day >= ${firstDayOf(monthOf(day))} and business_day < ${day}
    group by 1`);
  return new Map(rows.map((row) => [row.id, row.position]));
}

/** What a party's balance stands at after the last night, as the party sees it: a payable below 0 is owed by it. */
export async function standsAt(session: Session, party: AdjustedParty): Promise<Money> {
  const account = party.publisherId === null ? due(party.sellerId) : payable(party.publisherId);
  return -(await balanceAfter(session, account, null));
}

/** What a decision of the risk desk took from a publisher's earnings, in minor units. */
export async function forfeitedBy(
  session: Session,
  publisherId: string,
  decisionId: string,
  digits: number,
): Promise<Money> {
  const rows = await session.all(sql<{ earning: string }>`
    select body ->> 'earning' as earning from log
    where publisher_id = ${publisherId} and ordinal > 0 and type = 'CommissionForfeited'
      and body ->> 'decision' = ${decisionId}`);
  return sum(rows.map(({ earning }) => parseMoney(earning, digits) ?? 0n));
}
