/** Bank postings as delivered, each with its approval, and where the log has them. It judges nothing. */
import { type RawBuilder, sql } from 'kysely';
import type { BankFact } from '../../core/bank/events.ts';
import { isApproved, type Posting } from '../../core/bank/posting.ts';
import type { Day, Instant } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';

async function known(session: Session, where: RawBuilder<unknown>): Promise<Posting[]> {
  const rows = await session.all(sql<
    Omit<Posting, 'proposed' | 'approved'> & {
      by: string;
      at: Instant;
      approvedBy: string | null;
      approvedAt: Instant | null;
      dueDay: Day | null;
    }
  >`
    select p.posting_id as "postingId", p.line_id as "lineId", p.against, p.amount, p.instruction_id as "instructionId",
      p.reason, p.by, p.at, a.by as "approvedBy", a.at as "approvedAt", a.due_day as "dueDay"
    from bank_posting p left join bank_posting a on a.posting_id = p.posting_id and a.step = 'approve'
    where p.step = 'propose' and ${where} order by p.batch, p.n`);
  return rows.map(({ by, at, approvedBy, approvedAt, dueDay, ...one }) => ({
    ...one,
    proposed: { by, at },
    approved:
      approvedBy === null || approvedAt === null || dueDay === null ? null : { by: approvedBy, at: approvedAt, dueDay },
  }));
}

/** Every posting, in the order of proposal. */
export const bankPostings = (session: Session): Promise<Posting[]> => known(session, sql`true`);

/** Some postings by id. */
export async function postingsUnder(session: Session, ids: readonly string[]): Promise<Map<string, Posting>> {
  const found = await known(session, sql`p.posting_id = any(${ids})`);
  return new Map(found.map((one) => [one.postingId, one]));
}

/** The approved ones that are due, as the night books them; `due` is a condition on a table's due_day. */
export async function postingFacts(session: Session, due: RawBuilder<unknown>): Promise<BankFact[]> {
  const rows = await session.all(sql<{ id: string }>`
    select posting_id as id from bank_posting where step = 'approve' and ${due}`);
  const found = await postingsUnder(
    session,
    rows.map(({ id }) => id),
  );
  return [...found.values()].flatMap((posting) =>
    isApproved(posting) ? [{ kind: 'bank-posting' as const, dueDay: posting.approved.dueDay, posting }] : [],
  );
}

/** Where the last posting of each of some subjects lies; they are in partition 0, as what the run itself records. */
export async function lastPostings(session: Session, subjects: readonly string[]): Promise<Map<string, bigint>> {
  if (subjects.length === 0) return new Map();
  const rows = await session.all(sql<{ subject: string; position: bigint }>`
    select subject, max(position) as position from log
    where partition = 0 and type = 'BankItemPosted' and subject = any(${subjects}) group by subject`);
  return new Map(rows.map(({ subject, position }) => [subject, position]));
}
