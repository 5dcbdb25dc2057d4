// Runs a book's nights as `cps run` does and takes their time apart, without touching the engine: a step's end is seen from
// outside, by how many of the day's lines and facts the run has reported done.
import type { Day } from '../../src/core/calendar.ts';
import type { NightReport } from '../../src/night/night.ts';
import { run } from '../../src/night/run.ts';
import { connect, type Session } from '../../src/store/connection/session.ts';
import type { Ground } from './ground.ts';
import {
  begun,
  forgetStatements,
  less,
  meter,
  NO_USAGE,
  plus,
  type StatementTime,
  statementTimes,
  type Usage,
} from './meter.ts';

export interface NightTime {
  readonly day: Day;
  readonly lines: number;
  readonly facts: number;
  /**
   * From the night's start to the report of its last line attributed; only with one worker, since two are at different
   * steps at one time.
   */
  readonly attribute: Usage;
  /** From there to the report of its last fact applied. */
  readonly settle: Usage;
  /** The two together. */
  readonly perLine: Usage;
  /** From there to the night's end: results, deductions, closing, account days. */
  readonly rest: Usage;
  /** Of `rest`, the server's time for the day's account rows. */
  readonly accountDays: number;
  /** Seconds of `analyze` between the night before and this one, left out of its steps. */
  readonly analyse: number;
}

export interface RunTime {
  readonly nights: readonly NightTime[];
  /** All of the run but what the bench itself did between nights. */
  readonly whole: Usage;
  readonly statements: readonly StatementTime[];
}

interface Due {
  readonly lines: number;
  readonly facts: number;
}

/**
 * Runs the nights up to a day; nights of few lines are taken as large ones are, so that their steps can be told apart.
 * @param port another way to the server than its own
 */
export async function runNights(
  ground: Ground,
  database: string,
  through: Day,
  workers: number,
  port?: number,
): Promise<RunTime> {
  const url = new URL(ground.url(database));
  if (port !== undefined) url.port = `${port}`;
  const session = await connect(url.href, 'bench');
  try {
    const clock = new Clock(ground, database, await dueByDay(session), workers === 1);
    await ground.checkpoint();
    await forgetStatements(ground);
    await clock.begin();
    await run(session, {
      through,
      workers,
      now: Date.now(),
      dryRun: false,
      smallNight: 0,
      url: url.href,
      onBatch: (day, done) => clock.onBatch(day, done),
      onNight: (report) => clock.onNight(report),
    });
    return await clock.end();
  } finally {
    await session.close();
  }
}

class Clock {
  readonly #ground: Ground;
  readonly #database: string;
  readonly #due: ReadonlyMap<Day, Due>;
  readonly #alone: boolean;
  readonly #nights: NightTime[] = [];
  #from: Usage = NO_USAGE;
  #whole: Usage = NO_USAGE;
  #done = 0;
  #attributed: Promise<Usage> | undefined;
  #last: Promise<Usage> | undefined;
  #seen = { accountDays: 0, analyse: 0 };

  constructor(ground: Ground, database: string, due: ReadonlyMap<Day, Due>, alone: boolean) {
    this.#ground = ground;
    this.#database = database;
    this.#due = due;
    this.#alone = alone;
  }

  async begin(): Promise<void> {
    this.#from = await begun(this.#ground);
  }

  onBatch(day: Day, done: number): void {
    if (done === 0) return;
    this.#done += done;
    this.#last = meter(this.#ground);
    if (this.#attributed === undefined && this.#done >= (this.#due.get(day)?.lines ?? 0)) this.#attributed = this.#last;
  }

  async onNight({ day }: NightReport): Promise<void> {
    const ended = await meter(this.#ground);
    const { lines = 0, facts = 0 } = this.#due.get(day) ?? {};
    const last = (await this.#last) ?? this.#from;
    const attributed = lines === 0 ? this.#from : ((await this.#attributed) ?? last);
    const { accountDays, analyse } = await this.#serverTimes();
    const split = (from: Usage, to: Usage, first: boolean): Usage => {
      const usage = less(to, from);
      return first ? { ...usage, seconds: Math.max(0, usage.seconds - analyse) } : usage;
    };
    this.#nights.push({
      day,
      lines,
      facts,
      attribute: this.#alone && lines > 0 ? split(this.#from, attributed, true) : NO_USAGE,
      settle: this.#alone ? split(attributed, last, lines === 0) : NO_USAGE,
      perLine: split(this.#from, last, true),
      rest: less(ended, last),
      accountDays,
      analyse,
    });
    this.#whole = plus(this.#whole, less(ended, this.#from));
    this.#done = 0;
    this.#attributed = undefined;
    this.#last = undefined;
    this.#from = await begun(this.#ground);
  }

  /** What the server has spent on two kinds of statements since the last time it was asked. */
  async #serverTimes(): Promise<{ accountDays: number; analyse: number }> {
    const times = await statementTimes(this.#ground, this.#database);
    const of = (pattern: RegExp): number =>
      times.reduce((sum, one) => (pattern.test(one.query) ? sum + one.seconds : sum), 0);
    const now = { accountDays: of(/^insert into account_day/i), analyse: of(/^analyze/i) };
    const since = { accountDays: now.accountDays - this.#seen.accountDays, analyse: now.analyse - this.#seen.analyse };
    this.#seen = now;
    return since;
  }

  async end(): Promise<RunTime> {
    const tail = less(await meter(this.#ground), this.#from);
    // The workers' connections have closed: what they did counts among ended processes now, and was counted before.
    const whole = plus(this.#whole, { ...tail, backends: tail.backends + tail.others, others: 0 });
    return { nights: this.#nights, whole, statements: await statementTimes(this.#ground, this.#database) };
  }
}

async function dueByDay(session: Session): Promise<Map<Day, Due>> {
  const { rows } = await session.client.query<{ day: Day; lines: bigint; facts: bigint }>(`
    select due_day as day, sum(lines)::bigint as lines, sum(facts)::bigint as facts from (
      select due_day, count(*) as lines, 0 as facts from order_line group by due_day
      union all select due_day, 0, count(*) from trade_fact group by due_day) d
    group by due_day`);
  return new Map(rows.map(({ day, lines, facts }) => [day, { lines: Number(lines), facts: Number(facts) }]));
}

/** One part of every night, summed. */
export function sumOf(nights: readonly NightTime[], part: 'attribute' | 'settle' | 'perLine' | 'rest'): Usage {
  return nights.reduce((sum, night) => plus(sum, night[part]), NO_USAGE);
}
