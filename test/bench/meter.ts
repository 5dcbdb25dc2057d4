// What work costs: time by the clock, processor time of this process and of the server's by what they do, bytes of
// write-ahead log, and the server's own count of its statements. It reads /proc, so it measures on Linux only.
import { readFileSync } from 'node:fs';
import type { Ground } from './ground.ts';

/** Processor times in microseconds. */
export interface Usage {
  readonly seconds: number;
  /** This process, its threads included. */
  readonly engine: number;
  /** The server's connections. */
  readonly backends: number;
  /** walwriter, checkpointer and background writer. */
  readonly writers: number;
  /** I/O workers, autovacuum, and processes of the server that have ended. */
  readonly others: number;
  /** Bytes. */
  readonly wal: number;
}

export const NO_USAGE: Usage = { seconds: 0, engine: 0, backends: 0, writers: 0, others: 0, wal: 0 };
/** The kernel counts processor time in hundredths of a second. */
const TICK = 10_000;
const KEYS = Object.keys(NO_USAGE) as (keyof Usage)[];

function combined(of: (key: keyof Usage) => number): Usage {
  return Object.fromEntries(KEYS.map((key) => [key, of(key)])) as unknown as Usage;
}

export const less = (to: Usage, from: Usage): Usage => combined((key) => to[key] - from[key]);
export const plus = (a: Usage, b: Usage): Usage => combined((key) => a[key] + b[key]);

/** All there is so far. Clock and processor times are those of the call; the log's position is asked for after it. */
export async function meter(ground: Ground): Promise<Usage> {
  const seconds = performance.now() / 1000;
  const { user, system } = process.cpuUsage();
  const server = serverTimes(ground.postmaster);
  const { rows } = await ground.observer.client.query<{ wal: bigint }>(
    "select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint as wal",
  );
  return { seconds, engine: user + system, ...server, wal: Number(rows[0]?.wal ?? 0n) };
}

/** Where a measurement begins: what the meter itself takes is before it. */
export async function begun(ground: Ground): Promise<Usage> {
  const usage = await meter(ground);
  const { user, system } = process.cpuUsage();
  return { ...usage, seconds: performance.now() / 1000, engine: user + system };
}

/** What some work used. */
export async function measured<T>(ground: Ground, work: () => Promise<T>): Promise<{ result: T; usage: Usage }> {
  const from = await begun(ground);
  const result = await work();
  return { result, usage: less(await meter(ground), from) };
}

function serverTimes(postmaster: number): Pick<Usage, 'backends' | 'writers' | 'others'> {
  const times = { backends: 0, writers: 0, others: 0 };
  for (const pid of readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8').trim().split(' ')) {
    try {
      const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      times[kindOf(title)] += processTime(Number(pid)).own;
    } catch {
      // It ended meanwhile: it is among its parent's ended children now.
    }
  }
  times.others += processTime(postmaster).ended;
  return times;
}

function kindOf(title: string): 'backends' | 'writers' | 'others' {
  if (/walwriter|checkpointer|background writer/.test(title)) return 'writers';
  return /io worker|autovacuum|launcher/.test(title) ? 'others' : 'backends';
}

/** Microseconds of a process, and of its children that have ended. */
export function processTime(pid: number): { own: number; ended: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold blanks; fields 14 to 17 are utime, stime, cutime, cstime.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const at = (field: number): number => Number(fields[field - 3] ?? 0) * TICK;
  return { own: at(14) + at(15), ended: at(16) + at(17) };
}

/** The most memory a process has had, in MiB. */
export function peakMemory(pid: number): number {
  const kilobytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) / 1024;
}

export interface StatementTime {
  readonly query: string;
  readonly calls: number;
  readonly seconds: number;
  readonly rows: number;
}

/** The statements of a database since the last reset, the longest first; its server's time for them, clients waited for included. */
export async function statementTimes(ground: Ground, database: string): Promise<StatementTime[]> {
  const { rows } = await ground.observer.client.query<{ query: string; calls: bigint; ms: number; rows: bigint }>(
    `select regexp_replace(query, '\\s+', ' ', 'g') as query, calls, total_exec_time as ms, rows
     from pg_stat_statements s join pg_database d on d.oid = s.dbid
     where d.datname = $1 order by total_exec_time desc`,
    [database],
  );
  return rows.map((row) => ({
    query: row.query.trim().slice(0, 100),
    calls: Number(row.calls),
    seconds: row.ms / 1000,
    rows: Number(row.rows),
  }));
}

export async function forgetStatements(ground: Ground): Promise<void> {
  await ground.observer.client.query('select pg_stat_statements_reset()');
}
