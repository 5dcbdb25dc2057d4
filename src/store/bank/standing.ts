/** Reads what was said of deductions and payouts: the payment files they are in, and the bank's results. It decides nothing. */
import { type RawBuilder, sql } from 'kysely';
import type { PaymentFacts } from '../../core/bank/standing.ts';
import { type Day, firstDayOf, lastDayOf, type Month } from '../../core/calendar.ts';
import { payoutId } from '../chart.ts';
import type { Session } from '../connection/session.ts';

const milliseconds = (column: string) => sql`(extract(epoch from ${sql.ref(column)}) * 1000)::bigint`;

const factsWhere = (where: RawBuilder<unknown>) => sql<
  Pick<PaymentFacts, 'instructionId' | 'kind' | 'day'> & { files: string | null; results: string | null }
>`
  select i.instruction_id as "instructionId", i.kind, i.business_day as day,
    (select json_agg(json_build_object('fileId', f.file_id, 'at', ${milliseconds('w.at')},
        'cancelledAt', ${milliseconds('c.at')}) order by w.at, w.file_id)::text
      from payment_file_row f join payment_file w on w.file_id = f.file_id and w.step = 'write'
      left join payment_file c on c.file_id = f.file_id and c.step = 'cancel'
      where f.instruction_id = i.instruction_id) as files,
    (select json_agg(json_build_object('status', r.status, 'at', ${milliseconds('r.at')}, 'reason', r.reason,
        'night', r.due_day) order by r.status <> 'confirmed')::text
      from result r where r.instruction_id = i.instruction_id) as results
  from instruction i where ${where}`;

async function factsOf(session: Session, where: RawBuilder<unknown>): Promise<PaymentFacts[]> {
  const rows = await session.all(factsWhere(where));
  return rows.map(({ files, results, ...one }) => ({
    ...one,
    files: files === null ? [] : (JSON.parse(files) as PaymentFacts['files']),
    results: results === null ? [] : (JSON.parse(results) as PaymentFacts['results']),
  }));
}

/** What was said of some instructions, by id. */
export async function paymentFacts(session: Session, ids: readonly string[]): Promise<Map<string, PaymentFacts>> {
  const found = ids.length === 0 ? [] : await factsOf(session, sql`i.instruction_id = any(${[...ids]})`);
  return new Map(found.map((one) => [one.instructionId, one]));
}

/** Of the instructions made through a day those of which no result was booked by its night, with their amounts, by id. */
export async function unanswered(
  session: Session,
  through: Day,
): Promise<readonly { readonly facts: PaymentFacts; readonly amount: bigint }[]> {
  const open = sql`i.business_day <= ${through} and not exists (select from result r
    where r.instruction_id = i.instruction_id and r.due_day <= ${through})`;
  const amounts = await session.all(sql<{ id: string; amount: bigint }>`
    select instruction_id as id, amount from instruction i where ${open} order by instruction_id collate "C"`);
  const facts = new Map((await factsOf(session, open)).map((one) => [one.instructionId, one]));
  return amounts.flatMap(({ id, amount }) => {
    const found = facts.get(id);
    return found === undefined ? [] : [{ facts: found, amount }];
  });
}

/** The deductions of a month's days, and the payouts of its statements. */
export async function paymentsOfMonth(
  session: Session,
  month: Month,
): Promise<{ readonly facts: PaymentFacts; readonly amount: bigint }[]> {
  const within = sql`(i.kind = 'deduction' and i.business_day between ${firstDayOf(month)} and ${lastDayOf(month)}
    or i.instruction_id in (select ${payoutId(sql.ref('s.publisher_id'), sql.ref('s.month'))} from statement s
      where s.month = ${month} and s.disposition = 'paid'))`;
  const amounts = await session.all(sql<{ id: string; amount: bigint }>`
    select instruction_id as id, amount from instruction i where ${within}`);
  const sums = new Map(amounts.map(({ id, amount }) => [id, amount]));
  return (await factsOf(session, within)).map((facts) => ({ facts, amount: sums.get(facts.instructionId) ?? 0n }));
}
