// The yardstick of a night: hand-written INSERT ... SELECT of the durable rows that the engine's nights wrote, from staged
// rows that hold the decisions already, into the same tables with the same indexes, constraints, triggers and durability.
// Night by night, one session a core with half the partitions each; account days are made from the night's transfers.
// The hashes are staged with their events: the floor writes their bytes and computes none. A line's standing is written
// once, as it stands in the end, and the heads of partitions are left out: both make the floor faster than any night.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Day } from '../../src/core/calendar.ts';
import { connect, type Session } from '../../src/store/connection/session.ts';
import type { Ground } from './ground.ts';
import { measured, NO_USAGE, plus, type Usage } from './meter.ts';

const ATTRIBUTIONS = "('OrderAttributed', 'OrderUnattributed')";

/** What is staged: a table's rows of one step, in the order in which they are to be written. */
const STAGED = {
  log_attribute: ['log', `type in ${ATTRIBUTIONS}`, 'partition, position'],
  attribution: ['attribution', 'true', 'partition, position'],
  log_settle: ['log', `type::text like 'Commission%'`, 'partition, position'],
  transfer_settle: ['transfer', `type::text like 'Commission%'`, 'partition, position, leg'],
  settlement: ['settlement', 'true', 'partition, position'],
  log_rest: ['log', `type not in ${ATTRIBUTIONS} and type::text not like 'Commission%'`, 'partition, position'],
  transfer_rest: ['transfer', `type::text not like 'Commission%'`, 'partition, position, leg'],
  instruction: ['instruction', 'true', 'partition, position'],
  statement: ['statement', 'true', 'partition, position'],
} as const;
type StagedName = keyof typeof STAGED;
const NAMES = Object.keys(STAGED) as StagedName[];

const STEPS = {
  attribute: ['log_attribute', 'attribution'],
  settle: ['log_settle', 'transfer_settle', 'settlement'],
  rest: ['log_rest', 'transfer_rest', 'instruction', 'statement'],
} as const;
export type FloorStep = keyof typeof STEPS | 'accountDays';

export interface FloorTime {
  readonly steps: Readonly<Record<FloorStep, Usage>>;
  readonly whole: Usage;
  readonly plans: readonly string[];
}

export interface FloorTerms {
  readonly from: string;
  readonly to: string;
  readonly sessions: number;
  /** Without the write-ahead log of rows: the same tables, unlogged. What they take less is the log's share. */
  readonly unlogged?: boolean;
  readonly plans?: boolean;
}

/** Stages a finished book's rows in `to`, a book's empty database, and writes them again. */
export async function nightFloor(ground: Ground, terms: FloorTerms): Promise<FloorTime> {
  const { to, sessions } = terms;
  const days = await stage(ground, terms);
  const crew = await Promise.all(Array.from({ length: sessions }, () => connect(ground.url(to), 'bench floor')));
  try {
    await ground.checkpoint();
    const steps = { attribute: NO_USAGE, settle: NO_USAGE, rest: NO_USAGE, accountDays: NO_USAGE };
    const plans: string[] = [];
    for (const [n, day] of days.entries()) {
      for (const step of ['attribute', 'settle', 'rest', 'accountDays'] as const) {
        if (terms.plans === true && n === Math.floor(days.length / 3)) plans.push(...(await plansOf(crew, step, day)));
        const { usage } = await measured(ground, () => takeStep(crew, step, day));
        steps[step] = plus(steps[step], usage);
      }
    }
    const whole = Object.values(steps).reduce(plus, NO_USAGE);
    return { steps, whole, plans };
  } finally {
    await Promise.all(crew.map((session) => session.close()));
  }
}

/** A step of a night: every session its own half, in a transaction each. */
async function takeStep(crew: readonly Session[], step: FloorStep, day: Day): Promise<void> {
  await Promise.all(
    crew.map((session, at) =>
      session.transaction(async () => {
        for (const statement of statementsOf(step, day, at, crew.length)) await session.client.query(statement);
      }),
    ),
  );
}

function statementsOf(step: FloorStep, day: Day, at: number, of: number): string[] {
  if (step === 'accountDays') return [accountDays(day, at, of)];
  return STEPS[step].map(
    (name) => `insert into ${STAGED[name][0]} select * from staged.${name}_${at} where business_day = '${day}'`,
  );
}

/** The day's account rows of a session's share of the accounts, from the night's transfers. */
function accountDays(day: Day, at: number, of: number): string {
  const shards = Array.from({ length: of }, (_, shard) => shard);
  const transfers = shards
    .flatMap((shard) => [`staged.transfer_settle_${shard}`, `staged.transfer_rest_${shard}`])
    .map((table) => `select debit, credit, amount from ${table} where business_day = '${day}'`)
    .join(' union all ');
  const mine = (account: string): string => (of === 1 ? 'true' : `hashtext(${account}) & 1 = ${at}`);
  return `
    insert into account_day (account, business_day, debits, credits, closing)
    select account, '${day}', debits, credits, coalesce(before.closing, 0) + debits - credits
    from (
      select account, sum(debits)::bigint as debits, sum(credits)::bigint as credits from (
        select debit as account, sum(amount) as debits, 0 as credits from (${transfers}) t where ${mine('debit')} group by debit
        union all
        select credit, 0, sum(amount) from (${transfers}) t where ${mine('credit')} group by credit) m
      group by account) moved
    left join lateral (
      select closing from account_day d where d.account = moved.account and d.business_day < '${day}'
      order by d.business_day desc limit 1) before on true`;
}

async function plansOf(crew: readonly Session[], step: FloorStep, day: Day): Promise<string[]> {
  const session = crew[0];
  if (session === undefined) return [];
  const plans: string[] = [];
  for (const statement of statementsOf(step, day, 0, crew.length)) {
    const { rows } = await session.client.query<{ 'QUERY PLAN': string }>(`explain ${statement}`);
    plans.push([statement.trim(), ...rows.map((row) => `  ${row['QUERY PLAN']}`)].join('\n'));
  }
  return plans;
}

/** Puts the rows into unlogged tables, a set for each session, in the order of night, partition, position; the nights' days. */
async function stage(ground: Ground, { from, to, sessions, unlogged }: FloorTerms): Promise<Day[]> {
  await ground.within(to, async (session) => {
    await session.client.query('create schema staged');
    if (unlogged !== true) return;
    const tables = [...new Set(NAMES.map((name) => STAGED[name][0])), 'account_day'];
    for (const table of tables) await session.client.query(`alter table ${table} set unlogged`);
  });
  for (const name of NAMES) {
    for (let at = 0; at < sessions; at++) await stageOne(ground, from, to, name, at, sessions);
  }
  return ground.within(to, async (session) => {
    await session.client.query('vacuum analyze');
    const { rows } = await session.client.query<{ day: Day }>(
      Array.from(
        { length: sessions },
        (_, at) => `select distinct business_day as day from staged.log_rest_${at}`,
      ).join(' union '),
    );
    return rows.map(({ day }) => day).sort();
  });
}

async function stageOne(ground: Ground, from: string, to: string, name: StagedName, at: number, of: number) {
  const [table, which, order] = STAGED[name];
  const file = join(ground.exchange, `${name}.copy`);
  await ground.within(from, (session) =>
    session.client.query(
      `copy (select * from ${table} where (${which}) and partition % ${of} = ${at} order by business_day, ${order})
       to '${file}' binary`,
    ),
  );
  await ground.within(to, async (session) => {
    await session.client.query(`create unlogged table staged.${name}_${at} (like ${table})`);
    await session.client.query(`copy staged.${name}_${at} from '${file}' binary`);
    await session.client.query(`create index on staged.${name}_${at} (business_day)`);
  });
  await rm(file);
}

/** Rows in number and sum of amounts by table, of a finished book or of its floor. */
export async function durableRows(session: Session): Promise<Record<string, { rows: number; amount: number }>> {
  const sums = {
    log: "count(*) filter (where type not in ('StatementIssued'))",
    transfer: 'sum(amount)',
    attribution: 'sum(estimate)',
    settlement: 'sum(commission)',
    account_day: 'sum(closing) + sum(debits) * 3 + sum(credits) * 5',
    instruction: 'sum(amount)',
  };
  const found: Record<string, { rows: number; amount: number }> = {};
  for (const [table, sum] of Object.entries(sums)) {
    const { rows } = await session.client.query<{ rows: bigint; amount: bigint }>(
      `select count(*) as rows, coalesce(${sum}, 0)::bigint as amount from ${table}`,
    );
    found[table] = { rows: Number(rows[0]?.rows ?? 0n), amount: Number(rows[0]?.amount ?? 0n) };
  }
  return found;
}
