// Closing a month: statements a second, on a book made by SQL for the purpose, in which every publisher earned three times.
import type { Session } from '../../src/store/connection/session.ts';
import { beginBook, CLOSING_DAY } from './book.ts';
import { runNights } from './nights.ts';
import type { Stage } from './stage.ts';

const DATABASE = 'closing';
const DAYS = ['2013-12-04', '2013-12-12', '2013-12-25'] as const;

export async function closePart({ ground, figures, options, say }: Stage): Promise<void> {
  const { publishers } = options;
  say(`closing a month of ${publishers} publishers`);
  await ground.empty(DATABASE);
  await ground.within(DATABASE, (session) => fill(session, publishers));
  const time = await runNights(ground, DATABASE, CLOSING_DAY, 1);
  const made = await ground.within(DATABASE, countStatements);
  await ground.drop(DATABASE);
  const { whole } = time;
  figures.add('close', `${publishers} publishers`, made / whole.seconds, 'statements/s');
  figures.add('close', 'engine CPU', whole.engine / made, 'µs/statement');
  figures.add('close', 'backend CPU', whole.backends / made, 'µs/statement');
  figures.add('close', 'write-ahead log', whole.wal / made, 'bytes/statement');
  figures.details['close'] = { publishers, made, ...time };
}

async function countStatements(session: Session): Promise<number> {
  const { rows } = await session.client.query<{ made: bigint }>('select count(*) as made from statement');
  return Number(rows[0]?.made ?? 0n);
}

/** Publishers, what was posted to their payables in December, and a book whose next day is the one that closes it. */
async function fill(session: Session, publishers: number): Promise<void> {
  await beginBook(session);
  const { client } = session;
  const payable = "'liabilities:publisher:' || (12000000 + p) || ':payable'";
  await client.query(`
    insert into publisher (publisher_id, name, kind, payee_name, payee_account, own_buyer_ids, registered_at, batch, n)
    select 12000000 + p, 'name', case p % 3 when 0 then 'company' else 'individual' end, 'payee', 'account', '{}',
      '2013-01-01', 1, p from generate_series(1, ${publishers}) p`);
  for (const [n, day] of DAYS.entries()) {
    await client.query(`
      insert into transfer (partition, position, leg, business_day, type, debit, credit, amount)
      select p % 16, 1000000000 + ${n} * 100000000::bigint + p, 1, '${day}', 'CommissionSettled',
        'assets:seller:s' || p % 1000 || ':due', ${payable}, 1000 + p % 5000
      from generate_series(1, ${publishers}) p`);
    await client.query(`
      insert into log (partition, position, type, business_day, occurred_at, subject, ordinal, seller_id, publisher_id,
        body, hash)
      select p % 16, 1000000000 + ${n} * 100000000::bigint + p, 'CommissionSettled', '${day}', '${day}',
        'L' || ${n} || '-' || p, 1, 's' || p % 1000, 12000000 + p, json_build_object('evidence', repeat('x', 250)),
        sha256(p::text::bytea)
      from generate_series(1, ${publishers}) p`);
    await client.query(`
      insert into account_day (account, business_day, debits, credits, closing)
      select ${payable}, '${day}', 0, 1000 + p % 5000, -${n + 1} * (1000 + p % 5000)
      from generate_series(1, ${publishers}) p`);
  }
  await client.query(`insert into night (business_day, through_batch, policy) values ('${DAYS[0]}', 1, 0)`);
  await client.query(`update book set next_day = '${CLOSING_DAY}', last_run_day = date '${CLOSING_DAY}' - 1`);
  await client.query('vacuum analyze');
}
