/**
 * Who works on a night and which partitions each has claimed. A claim is an epoch in the heads of its partitions: whoever
 * takes them over gives them a greater one, and what the earlier holder still appends is refused. It decides nothing of a day.
 */
import { sql } from 'kysely';
import type { Day, Instant } from '../../core/calendar.ts';
import type { Session } from '../connection/session.ts';
import { Fenced, type Pen } from '../log/append.ts';
import type { Row } from '../schema/tables.ts';

/** A program that works on nights: which, its version, and where it runs. */
export interface Program {
  readonly name: 'run' | 'work';
  readonly version: string;
  /** The machine and the process there. */
  readonly place: string;
}

/** Partitions that one worker has for itself, of the night of a day. */
export interface Claim {
  readonly epoch: bigint;
  readonly day: Day;
  /** In order. */
  readonly partitions: readonly number[];
}

/** The first key of a worker's advisory lock; the second is its number. */
const WORKER_LOCK = 7_702_021;

const CLAIM_LOCK = 7_702_022n;

/** After so much silence a worker that is still connected loses what it has claimed: it hangs. */
const SILENCE = sql`interval '10 minutes'`;

/** The numbers of the workers whose connections live. */
const ALIVE = sql`select objid::bigint from pg_locks where locktype = 'advisory' and classid = ${WORKER_LOCK} and objsubid = 2
  and database = (select oid from pg_database where datname = current_database())`;

/** Which heads' lines are done for the day that is open: every step that goes by lines is behind them. */
const isDone = (steps: number) => sql`h.day = b.open_day and h.step > ${steps}`;

/** Joins those who work on nights, for this connection's life. Returns the worker's number. */
export async function joinWorkers(session: Session, { name, place }: Program): Promise<bigint> {
  // The server hears within half a minute of a machine that was cut off; over a socket of its own it has no such settings.
  await sql`select set_config('tcp_keepalives_idle', '10', false), set_config('tcp_keepalives_interval', '5', false),
    set_config('tcp_keepalives_count', '3', false)`.execute(session.db);
  await sql`delete from worker where number not in (${ALIVE})`.execute(session.db);
  const row = await session.first(sql<{ number: bigint }>`select nextval('worker_number') as number`);
  const number = row?.number ?? 0n;
  await sql`select pg_advisory_lock(${WORKER_LOCK}, ${number}::integer)`.execute(session.db);
  await sql`insert into worker (number, program, place) values (${number}, ${name}, ${place})`.execute(session.db);
  return number;
}

/** Leaves them; what was claimed and is not done is there for others. */
export async function leaveWorkers(session: Session, number: bigint): Promise<void> {
  await sql`delete from worker where number = ${number}`.execute(session.db);
  await sql`select pg_advisory_unlock(${WORKER_LOCK}, ${number}::integer)`.execute(session.db);
}

/** Keeps that a worker has done so many lines or facts more. */
export async function noteDone(session: Session, number: bigint, done: number): Promise<void> {
  await sql`update worker set seen_at = now(), done = done + ${done} where number = ${number}`.execute(session.db);
}

/**
 * Claims some of the partitions whose lines are not done and that nobody holds who is there: so many that everybody has
 * two turns. Undefined when there are none, or no night is open.
 * @param steps how many steps of a night go by lines
 */
export function claimPartitions(
  session: Session,
  { number, version }: { number: bigint; version: string },
  steps: number,
): Promise<Claim | undefined> {
  return session.transaction(async () => {
    await takeTurnToClaim(session);
    const rows = await session.all(sql<{ partition: number; day: Day }>`
      with alive (number) as materialized (${ALIVE})
      select h.partition, b.open_day as day from partition_head h join book b on b.run_version = ${version}
      where b.open_day is not null and (${isDone(steps)}) is not true
        and not exists (select from worker w join alive a using (number)
          where w.number = h.worker and w.number <> ${number} and w.seen_at > now() - ${SILENCE})
      order by h.partition
      limit (select greatest(1, ceil(count(*) / (2.0 * greatest(1, (select count(*) from alive)))))
        from partition_head h, book b where (${isDone(steps)}) is not true)
      for update of h skip locked`);
    const day = rows[0]?.day;
    if (day === undefined) return undefined;
    const partitions = rows.map(({ partition }) => partition);
    const claimed = await session.first(sql<{ epoch: bigint }>`select nextval('epoch_number') as epoch`);
    const epoch = claimed?.epoch ?? 0n;
    await sql`update partition_head set epoch = ${epoch}, worker = ${number} where partition = any(${partitions})`.execute(
      session.db,
    );
    await noteDone(session, number, 0);
    return { epoch, day, partitions };
  });
}

/** Whether every partition is through with the lines of the day that is open. */
export async function areLinesDone(session: Session, steps: number): Promise<boolean> {
  const left = await session.first(sql<{ one: number }>`
    select 1 as one from partition_head h, book b where (${isDone(steps)}) is not true limit 1`);
  return left === undefined;
}

/** Begins a run: its epoch is in the book and in all heads, and whatever an older run or its workers append is refused. */
export function beginRun(session: Session, version: string): Promise<bigint> {
  return session.transaction(async () => {
    const row = await session.db
      .updateTable('book')
      .set({ run_epoch: sql`nextval('epoch_number')`, run_version: version })
      .returning('run_epoch')
      .executeTakeFirstOrThrow();
    await takeHeads(session, row.run_epoch);
    return row.run_epoch;
  });
}

/** Takes back all partitions for a run, in the current transaction. @throws Fenced when another run has begun */
export async function takeBack(session: Session, { epoch }: Pen): Promise<void> {
  const book = await session.db.selectFrom('book').select('run_epoch').forShare().executeTakeFirst();
  if (book?.run_epoch !== epoch) throw new Fenced();
  await takeHeads(session, epoch);
}

/** Nobody else claims before the transaction ends: of two at once each would see as free what the other is taking. */
async function takeTurnToClaim(session: Session): Promise<void> {
  await sql`select pg_advisory_xact_lock(${CLAIM_LOCK})`.execute(session.db);
}

/** Heads are locked in order, as everybody locks them. */
async function takeHeads(session: Session, epoch: bigint): Promise<void> {
  await takeTurnToClaim(session);
  await sql`
    with heads as (select partition from partition_head order by partition for update)
    update partition_head h set epoch = ${epoch}, worker = null from heads
    where h.partition = heads.partition and (h.epoch <> ${epoch} or h.worker is not null)`.execute(session.db);
}

/** The version of the program that runs the night that is open; undefined when none is. */
export async function versionOfRun(session: Session): Promise<string | undefined> {
  const open = await session.db
    .selectFrom('book')
    .select('run_version')
    .where('open_day', 'is not', null)
    .executeTakeFirst();
  return open?.run_version;
}

/** Whether a run is still the book's last. */
export async function isLastRun(session: Session, { epoch }: Pen): Promise<boolean> {
  const book = await session.db.selectFrom('book').select('run_epoch').executeTakeFirst();
  return book?.run_epoch === epoch;
}

/** A worker that is there, and what it has. */
export interface Present {
  readonly program: Program['name'];
  readonly place: string;
  readonly joinedAt: Instant;
  readonly seenAt: Instant;
  /** Lines and facts it has done since it joined. */
  readonly done: bigint;
  readonly partitions: readonly number[];
}

/** Who works on nights now, in the order in which they joined. */
export async function workersNow(session: Session, steps: number): Promise<Present[]> {
  const rows = await session.all(sql<Row<'worker'> & { partitions: number[] }>`
    select w.*, coalesce(array_agg(h.partition order by h.partition)
      filter (where b.open_day is not null and (${isDone(steps)}) is not true), '{}') as partitions
    from worker w cross join book b left join partition_head h on h.worker = w.number
    where w.number in (${ALIVE}) group by w.number order by w.number`);
  return rows.map(({ program, place, joined_at: joinedAt, seen_at: seenAt, done, partitions }) => ({
    program,
    place,
    joinedAt,
    seenAt,
    done,
    partitions,
  }));
}
