/** The desk's facts by the night that records them: decisions that hold, disputes, appeals lodged and ended. */
import { type RawBuilder, sql } from 'kysely';
import type { Day } from '../../core/calendar.ts';
import type { DeskFact } from '../../core/cases/events.ts';
import { bankFacts } from '../bank/bank.ts';
import type { Session } from '../connection/session.ts';
import { appealsUnder, decisionsOf } from './cases.ts';

/** The facts due on a day, or on every day up to one. */
export async function deskFacts(session: Session, days: { on: Day } | { through: Day }): Promise<DeskFact[]> {
  const due = 'on' in days ? sql`due_day = ${days.on}` : sql`due_day <= ${days.through}`;
  return [
    ...(await decisions(session, due)),
    ...(await disputes(session, due)),
    ...(await appeals(session, due)),
    ...(await bankFacts(session, due)),
  ];
}

async function decisions(session: Session, due: RawBuilder<unknown>): Promise<DeskFact[]> {
  const rows = await session.all(sql<{ decision_id: string; due_day: Day }>`
    select d.decision_id, d.due_day from case_decision d
    where ${due} and (d.step = 'approve' or d.approval = 'none')`);
  const dueDays = new Map(rows.map((row) => [row.decision_id, row.due_day]));
  const found = await decisionsOf(session, { ids: [...dueDays.keys()] });
  return found.map((decision) => ({ kind: 'decision', dueDay: dueDays.get(decision.decisionId) ?? '', decision }));
}

async function disputes(session: Session, due: RawBuilder<unknown>): Promise<DeskFact[]> {
  type Dispute = Extract<DeskFact, { kind: 'dispute' }>;
  const rows = await session.all(sql<Dispute['dispute'] & Pick<Dispute, 'dueDay'>>`
    select dispute_id as "disputeId", order_line_id as "orderLineId", seller_id as "sellerId", disputed_at as at, reason,
      due_day as "dueDay"
    from dispute where ${due}`);
  return rows.map(({ dueDay, ...dispute }) => ({ kind: 'dispute', dueDay, dispute }));
}

async function appeals(session: Session, due: RawBuilder<unknown>): Promise<DeskFact[]> {
  const rows = await session.all(sql<{ appeal_id: string; step: 'lodge' | 'grant' | 'reject'; due_day: Day }>`
    select appeal_id, step, due_day from appeal where ${due}`);
  const ids = [...new Set(rows.map((row) => row.appeal_id))];
  const found = new Map((await appealsUnder(session, ids)).map((appeal) => [appeal.appealId, appeal]));
  return rows.flatMap(({ appeal_id: id, step, due_day: dueDay }): DeskFact[] => {
    const appeal = found.get(id);
    if (appeal === undefined) return [];
    if (step === 'lodge') return [{ kind: 'lodged', dueDay, appeal }];
    return appeal.end === null ? [] : [{ kind: 'ended', dueDay, appeal, end: appeal.end }];
  });
}
