/**
 * Reads what banks and people said of payments: bank lines and statements, payment files, notes of breaks; and beside
 * them what the ledger has on its bank account. It compares nothing.
 */
import { type RawBuilder, sql } from 'kysely';
import { ownAccount } from '../../core/accounts.ts';
import type { BankFact } from '../../core/bank/events.ts';
import type { BankLine, BankStatement, LinePart } from '../../core/bank/file.ts';
import { lineIdOfSubject } from '../../core/bank/posting.ts';
import { type Day, type Instant, isoOf } from '../../core/calendar.ts';
import type { BreakNoteRow, PaymentFileRow } from '../../core/feeds/bank.ts';
import { addTo, groupBy } from '../../core/groups.ts';
import { entryId } from '../../core/ids.ts';
import type { BookedEntry } from '../../core/reconcile/booked.ts';
import type { Instruction, Movement } from '../../core/reconcile/matter.ts';
import type { Payee } from '../../core/reconcile/payee.ts';
import type { FeedAndLedger } from '../../core/reconcile/report.ts';
import type { Session } from '../connection/session.ts';
import { balanceAfter } from '../log/balances.ts';
import { postingFacts } from './postings.ts';

const BANK = ownAccount('bank');

/** The facts due, as the night records them. */
export async function bankFacts(session: Session, due: RawBuilder<unknown>): Promise<BankFact[]> {
  const files = await sql<PaymentFileRow & { dueDay: Day }>`
    select file_id, step, format, sha256, rows, amount, at, by, reason, due_day as "dueDay"
    from payment_file where ${due}`.execute(session.db);
  const notes = await sql<BreakNoteRow & { dueDay: Day }>`
    select break_id, step, at, by, owner, effect, reason, due_day as "dueDay" from break_note where ${due}`.execute(
    session.db,
  );
  return [
    ...files.rows.map(({ dueDay, ...row }) => ({ kind: 'payment-file' as const, dueDay, row })),
    ...notes.rows.map(({ dueDay, ...row }) => ({ kind: 'break-note' as const, dueDay, row })),
    ...(await postingFacts(session, due)),
  ];
}

/** A span of some accounts; both ends are instants. */
export interface BankSpan {
  readonly accounts: readonly string[];
  readonly since: Instant;
  readonly through: Instant;
}

/** Every statement of the bank's with its lines, in the order of delivery; or those that touch a span. */
export async function bankStatements(session: Session, within: BankSpan | null = null): Promise<BankStatement[]> {
  const where =
    within === null
      ? sql`true`
      : sql`s.account = any(${within.accounts}) and s.since < ${isoOf(within.through)} and s.through > ${isoOf(within.since)}`;
  const statements = await session.all(sql<Omit<BankStatement, 'lines'> & { statement: string }>`
    select s.statement, s.account, s.since, s.through, s.opening, s.closing
    from bank_statement s where ${where} order by s.batch, s.n`);
  const rows = await session.all(sql<Omit<BankLine, 'parts'> & { statement: string; part: number }>`
    select l.statement, l.part, l.booked_at as "bookedAt", l.amount, l.line_ref as "lineRef", l.reference, l.counterparty,
      l.counterparty_name as "counterpartyName", l.memo
    from bank_line l join bank_statement s on s.statement = l.statement where ${where}
    order by l.statement, l.line, l.part`);
  const lines = new Map<string, (BankLine & { parts: LinePart[] })[]>();
  for (const { statement, part, lineRef, bookedAt, ...told } of rows) {
    if (part === 0) addTo(lines, statement, { ...told, lineRef, bookedAt, parts: [] });
    else lines.get(statement)?.at(-1)?.parts.push(told);
  }
  return statements.map(({ statement, ...one }) => ({ ...one, lines: lines.get(statement) ?? [] }));
}

/**
 * Every instruction with the references the bank may know it by, the payment files it is in, and to whom a payout was to
 * go: as its files say or, where it is in none, as registered when it was instructed and since.
 */
export async function instructionsAtBank(session: Session): Promise<Instruction[]> {
  const instructions = await session.all(sql<Pick<Instruction, 'instructionId' | 'kind' | 'amount' | 'day'>>`
    select instruction_id as "instructionId", kind, amount, business_day as day from instruction`);
  const rows = await session.all(sql<Sent>`
    select f.instruction_id as id, f.file_id as file, f.reference, f.payee_account as account, f.payee_name as name
    from payment_file_row f order by f.file_id`);
  const versions = await session.all(sql<Payee & { id: string }>`
    select i.instruction_id as id, p.payee_account as account, p.payee_name as name
    from instruction i join publisher p on p.publisher_id = i.party_id
    where i.kind = 'payout' and not exists (select from payment_file_row f where f.instruction_id = i.instruction_id)
      and p.batch >= coalesce((select max(o.batch) from publisher o join night n on n.business_day = i.business_day
        where o.publisher_id = i.party_id and o.batch <= n.through_batch), 0)`);
  const [sent, registered] = [groupBy(rows, ({ id }) => id), groupBy(versions, ({ id }) => id)];
  return instructions.map((one) => {
    const own = sent.get(one.instructionId) ?? [];
    const payees = one.kind === 'deduction' ? [] : own.length > 0 ? own : (registered.get(one.instructionId) ?? []);
    return {
      ...one,
      references: [...new Set([one.instructionId, ...own.map(({ reference }) => reference)])],
      files: [...new Set(own.map(({ file }) => file))],
      payees,
    };
  });
}

interface Sent extends Payee {
  readonly id: string;
  readonly file: string;
  readonly reference: string;
}

/** The ledger's entries on its bank account, signed as the account sees them: of instructions, and of lines that were booked. */
export async function bankMovements(session: Session): Promise<{ movements: Movement[]; booked: BookedEntry[] }> {
  const entries = await bankEntries(session);
  const [booked, moved] = [true, false].map((is) => entries.filter(({ type }) => (type === 'BankItemPosted') === is));
  return {
    movements: (moved ?? []).map(({ entry, subject, day, amount }) => ({ entry, instructionId: subject, day, amount })),
    booked: (booked ?? []).map(({ entry, subject, day, amount }) => ({
      ...{ entry, day, amount },
      lineId: lineIdOfSubject(subject),
    })),
  };
}

async function bankEntries(session: Session) {
  const rows = await session.all(sql<{ type: string; subject: string; ordinal: number; day: Day; amount: bigint }>`
    select t.type::text as type, l.subject, l.ordinal, t.business_day as day,
      case when t.debit = ${BANK} then t.amount else -t.amount end as amount
    from transfer t join log l on l.partition = t.partition and l.position = t.position
    where t.debit = ${BANK} or t.credit = ${BANK}`);
  return rows.map(({ type, subject, ordinal, day, amount }) => ({
    entry: entryId({ businessDay: day, type, subject, ordinal }),
    subject,
    type,
    day,
    amount,
  }));
}

/** The ledger's bank account at the end of a day, as the account's own rows have it. */
export const ledgerAtBank = (session: Session, through: Day): Promise<bigint> => balanceAfter(session, BANK, through);

/** What people said of breaks, in the order in which they said it. */
export function breakNotes(session: Session): Promise<BreakNoteRow[]> {
  return session.db
    .selectFrom('break_note')
    .select(['break_id', 'step', 'at', 'by', 'owner', 'effect', 'reason'])
    .orderBy('at')
    .orderBy('batch')
    .orderBy('n')
    .execute();
}

/** Counts the network's order lines and receipts that were due through a day beside the ledger's decisions of them. */
export async function feedAndLedger(session: Session, through: Day): Promise<FeedAndLedger> {
  // Each table is counted by itself, and joined only where a count is of two of them: joined to every line, all of it
  // takes twice as long.
  const counts = await session.first(sql<Record<keyof FeedAndLedger, bigint>>`
    select o.ordered, a.attributed, a.unattributed, o.ordered - a.attributed - a.unattributed as undecided,
      r.received, r.settled, r.voided, u.unearned
    from (select count(*) as ordered from order_line where due_day <= ${through}) o,
      (select count(*) filter (where outcome = 'attributed') as attributed,
          count(*) filter (where outcome = 'unattributed') as unattributed
        from attribution where business_day <= ${through}) a,
      (select count(*) as received, count(*) filter (where s.state in ('settled', 'forfeited')) as settled,
          count(*) filter (where s.state = 'voided') as voided
        from trade_fact f
        left join settlement s on s.partition = f.partition and s.order_line_id = f.order_line_id
        where f.kind = 'receipt' and f.due_day <= ${through}) r,
      (select count(*) as unearned from attribution n
        join trade_fact f on f.partition = n.partition and f.order_line_id = n.order_line_id
        where n.outcome = 'unattributed' and n.business_day <= ${through} and f.kind = 'receipt'
          and f.due_day <= ${through}) u`);
  const of = (name: keyof FeedAndLedger): number => Number(counts?.[name] ?? 0n);
  return {
    ordered: of('ordered'),
    attributed: of('attributed'),
    unattributed: of('unattributed'),
    undecided: of('undecided'),
    received: of('received'),
    settled: of('settled'),
    voided: of('voided'),
    unearned: of('unearned'),
  };
}

/** What the ledger has sent to the bank through a day, and what is still on its way. */
export interface LedgerAndBank {
  readonly instructed: bigint;
  readonly instructions: number;
  /** On the clearing account: instructed, and no result booked. */
  readonly clearing: bigint;
}

/** Deductions and payouts instructed through a day, and their clearing account at its end. */
export async function ledgerAndBank(
  session: Session,
  kind: 'deduction' | 'payout',
  through: Day,
): Promise<LedgerAndBank> {
  const account = ownAccount(kind === 'deduction' ? 'deductionsInClearing' : 'payoutsInClearing');
  const row = await session.first(sql<{ instructed: bigint; instructions: bigint; clearing: bigint }>`
    select coalesce(sum(amount), 0)::bigint as instructed, count(*) as instructions,
      coalesce((select closing from account_day where account = ${account} and business_day <= ${through}
        order by business_day desc limit 1), 0)::bigint as clearing
    from instruction where kind = ${kind} and business_day <= ${through}`);
  const { instructed = 0n, instructions = 0n, clearing = 0n } = row ?? {};
  return { instructed, instructions: Number(instructions), clearing: clearing < 0n ? -clearing : clearing };
}
