/**
 * Reads what payment files are made of and judged by: instructions that wait to be sent, the files they are in, and what
 * the bank has answered. It decides nothing.
 */
import { sql } from 'kysely';
import type { Day, Instant } from '../../core/calendar.ts';
import { anyOf } from '../connection/any-of.ts';
import type { Session } from '../connection/session.ts';

export type PaymentKind = 'deduction' | 'payout';

/** An instruction that is in no live file and that the bank has not answered. */
export interface Waiting {
  readonly instructionId: string;
  readonly partyId: string;
  readonly amount: bigint;
  readonly day: Day;
  /** Of a payout its payee as registered now; empty of a deduction. */
  readonly payeeName: string;
  readonly payeeAccount: string;
}

/** Of an instruction i: that the bank has not answered it, and that it is in no live file. */
const waits = (kind: PaymentKind) => sql`i.kind = ${kind} and i.state = 'instructed'
  and not exists (select from result r where r.instruction_id = i.instruction_id)
  and not exists (select from payment_file_row f where f.instruction_id = i.instruction_id
    and not exists (select from payment_file c where c.file_id = f.file_id and c.step = 'cancel'))`;

/** The instructions of a kind made through a day that wait to be sent, by id. */
export function waitingInstructions(session: Session, kind: PaymentKind, through: Day | null): Promise<Waiting[]> {
  return session.all(sql<Waiting>`
    select i.instruction_id as "instructionId", i.party_id as "partyId", i.amount, i.business_day as day,
      coalesce(p.payee_name, '') as "payeeName", coalesce(p.payee_account, '') as "payeeAccount"
    from instruction i
    left join lateral (select payee_name, payee_account from publisher
      where i.kind = 'payout' and publisher_id = i.party_id order by batch desc, n desc limit 1) p on true
    where ${waits(kind)} and (${through}::date is null or i.business_day <= ${through})
    order by i.instruction_id collate "C"`);
}

export interface KnownPayment {
  readonly amount: bigint;
  /** Whether the bank has said anything of it. */
  readonly answered: boolean;
  readonly liveFile: string | null;
}

/** Instructions under some ids. */
export async function paymentsUnder(session: Session, ids: readonly string[]): Promise<Map<string, KnownPayment>> {
  const rows = await session.all(sql<KnownPayment & { id: string }>`
    select i.instruction_id as id, i.amount,
      exists (select from result r where r.instruction_id = i.instruction_id) as answered,
      (select max(f.file_id) from payment_file_row f where f.instruction_id = i.instruction_id
        and not exists (select from payment_file c where c.file_id = f.file_id and c.step = 'cancel')) as "liveFile"
    from instruction i where i.instruction_id = any(${ids})`);
  return new Map(rows.map(({ id, ...one }) => [id, one]));
}

export interface KnownFile {
  readonly writtenAt: Instant;
  readonly cancelled: boolean;
  /** An instruction in it that the bank has answered for. */
  readonly answered: string | null;
}

/** Payment files under some ids. */
export async function filesUnder(session: Session, ids: readonly string[]): Promise<Map<string, KnownFile>> {
  const rows = await session.all(sql<KnownFile & { id: string }>`
    select w.file_id as id, w.at as "writtenAt",
      exists (select from payment_file c where c.file_id = w.file_id and c.step = 'cancel') as cancelled,
      (select min(f.instruction_id) from payment_file_row f join result r on r.instruction_id = f.instruction_id
        where f.file_id = w.file_id) as answered
    from payment_file w where w.step = 'write' and w.file_id = any(${ids})`);
  return new Map(rows.map(({ id, ...one }) => [id, one]));
}

/** Those of some breaks that are resolved. */
export async function resolvedBreaks(session: Session, ids: readonly string[]): Promise<Set<string>> {
  const rows = await session.db
    .selectFrom('break_note')
    .select('break_id')
    .where('step', '=', 'resolve')
    .where('break_id', '=', anyOf(ids))
    .execute();
  return new Set(rows.map((row) => row.break_id));
}

/** How many payment files were ever written, cancelled ones too: none gets the number of another. */
export async function filesWritten(session: Session): Promise<number> {
  const row = await session.first(sql<{ count: bigint }>`
    select count(*) as count from payment_file where step = 'write'`);
  return Number(row?.count ?? 0n);
}

/** reference, as files and banks write it -> the instruction it is of. */
export async function instructionsByReference(
  session: Session,
  references: readonly string[],
): Promise<Map<string, { id: string; kind: PaymentKind }>> {
  const rows = await session.all(sql<{ reference: string; id: string; kind: PaymentKind }>`
    select i.instruction_id as reference, i.instruction_id as id, i.kind from instruction i
      where i.instruction_id = any(${references})
    union
    select f.reference, i.instruction_id, i.kind from payment_file_row f
      join instruction i on i.instruction_id = f.instruction_id where f.reference = any(${references})`);
  return new Map(rows.map(({ reference, id, kind }) => [reference, { id, kind }]));
}

export interface FileRecord {
  readonly fileId: string;
  readonly format: string;
  readonly rows: number;
  readonly amount: bigint;
  readonly sha256: string;
  readonly at: Instant;
  readonly by: string;
  readonly answered: number;
  readonly cancelledBy: string | null;
}

/** Every payment file, or one, with how many of its rows the bank has answered, oldest first. */
export async function paymentFiles(session: Session, fileId: string | null = null): Promise<FileRecord[]> {
  const rows = await session.all(sql<Omit<FileRecord, 'answered'> & { answered: bigint }>`
    select w.file_id as "fileId", w.format, w.rows, w.amount, w.sha256, w.at, w.by, c.by as "cancelledBy",
      (select count(distinct f.instruction_id) from payment_file_row f
        join result r on r.instruction_id = f.instruction_id where f.file_id = w.file_id) as answered
    from payment_file w left join payment_file c on c.file_id = w.file_id and c.step = 'cancel'
    where w.step = 'write' and ${fileId === null ? sql`true` : sql`w.file_id = ${fileId}`} order by w.batch, w.n`);
  return rows.map((row) => ({ ...row, answered: Number(row.answered) }));
}

/** How many instructions of a kind wait to be sent, and how much they come to. */
export async function waitingSums(session: Session, kind: PaymentKind): Promise<{ count: number; amount: bigint }> {
  const row = await session.first(sql<{ count: bigint; amount: bigint }>`
    select count(*) as count, coalesce(sum(i.amount), 0)::bigint as amount from instruction i
    where ${waits(kind)}`);
  return { count: Number(row?.count ?? 0n), amount: row?.amount ?? 0n };
}

/** An instruction in a payment file, and how it stands. */
export interface FileRow {
  readonly instructionId: string;
  readonly reference: string;
  readonly amount: bigint;
  readonly state: string;
}

/** The instructions in a file after one, by id. */
export function rowsOfFile(session: Session, fileId: string, after: string, limit: number): Promise<FileRow[]> {
  return session.all(sql<FileRow>`
    select f.instruction_id as "instructionId", f.reference, f.amount, i.state
    from payment_file_row f join instruction i on i.instruction_id = f.instruction_id
    where f.file_id = ${fileId} and f.instruction_id > ${after} order by f.instruction_id limit ${limit + 1}`);
}

/** What the payments in a file are called there. */
export async function referencesIn(session: Session, fileId: string): Promise<string[]> {
  const rows = await session.all(sql<{ reference: string }>`
    select reference from payment_file_row where file_id = ${fileId} order by instruction_id collate "C"`);
  return rows.map(({ reference }) => reference);
}
