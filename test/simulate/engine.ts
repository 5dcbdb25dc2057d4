/** The engine as its operators drive it: after a fault in a new session, the same file or run again, until it is through. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { parsePolicy } from '../../src/core/policy/policy.ts';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { Refused, type RunOrder, run } from '../../src/night/run.ts';
import { exportText } from '../../src/office/exports.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { Fenced } from '../../src/store/log/append.ts';
import { adoptPolicy, createBook, readBook } from '../../src/store/night/book.ts';
import { beginRun } from '../../src/store/night/claims.ts';
import { connectAsWriter } from '../../src/store/schema/roles.ts';
import { verify } from '../../src/verify/verify.ts';
import { headsOf } from '../support/said.ts';
import { killedAfter } from './children.ts';
import { Counts } from './counts.ts';
import type { Draw } from './draw.ts';
import { withFault } from './faults.ts';
import type { PolicyDocument } from './reference/policy.ts';
import type { Fault, RunStep, Script } from './script.ts';

export class Engine {
  readonly #url: string;
  #session: Session;
  /** Where given, it chooses commands that are run in a child process and killed. */
  readonly #kills: Draw | undefined;
  /** What came about, faults and kills among it. */
  readonly counts = new Counts();

  private constructor(url: string, session: Session, kills: Draw | undefined) {
    this.#url = url;
    this.#session = session;
    this.#kills = kills;
  }

  static async open(url: string, script: Script, kills?: Draw): Promise<Engine> {
    const session = await connectAsWriter(url, 'simulate');
    const { zone, currency, digits, partitions } = script;
    const policy = read(JSON.stringify(script.policy), digits);
    await createBook(session, { zone, currency, digits, partitions, policy });
    return new Engine(url, session, kills);
  }

  get session(): Session {
    return this.#session;
  }

  async close(): Promise<void> {
    await this.#session.close().catch(() => undefined);
  }

  /** A new session, once the server has let go of all that the old one did. */
  async #reconnect(): Promise<void> {
    await wait(4);
    await this.close();
    this.#session = await connectAsWriter(this.#url, 'simulate');
    for (let tries = 0; tries < 400; tries += 1) {
      const { rows } = await this.#session.client.query<{ others: number }>(
        'select count(*)::int as others from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      );
      if (rows[0]?.others === 0) return;
      await wait(5);
    }
    throw new Error('a session that was cut does not go away');
  }

  /** Runs a command in a child that may be killed on its way. @returns whether it came to its end */
  async #kill(draw: Draw, ...command: readonly string[]): Promise<boolean> {
    const ended = await killedAfter(draw.whole(150, draw.pick([500, 900, 2000])), this.#url, ...command);
    if (ended) return true;
    this.counts.add(`kills of ${command[0]}`);
    await this.#reconnect();
    return false;
  }

  /**
   * Does some work with a fault at one of its statements.
   * @returns what it made, or `failed` where the fault stopped it; the session is a new one after any fault
   */
  async #try<T>(fault: Fault | undefined, work: () => Promise<T>): Promise<{ value: T } | 'failed'> {
    const outcome = await withFault(fault, work);
    if (outcome.fired && fault !== undefined) {
      this.counts.add(`faults ${fault.kind}`);
      await this.#reconnect();
    }
    if ('value' in outcome) return outcome;
    if (outcome.fired && !(outcome.error instanceof Refused)) return 'failed';
    throw outcome.error;
  }

  /** Delivers a file; where a fault stops it before it was finished, once more in a new session. */
  async deliver(path: string, feed: string, faults: readonly Fault[]): Promise<void> {
    this.counts.add('deliveries');
    const before = await this.#finished(path);
    const again = async (): Promise<boolean> => (await this.#finished(path)) === before;
    if (this.#kills?.chance(0.04)) {
      if (await this.#kill(this.#kills, 'ingest', path)) return;
      if (await again()) await deliver(this.#session, { path, feed }, () => {});
      return;
    }
    for (const fault of [...faults, undefined]) {
      const outcome = await this.#try(fault, () => deliver(this.#session, { path, feed }, () => {}));
      if (outcome !== 'failed' || !(await again())) return;
    }
  }

  /** Delivers a file in two sessions at the same moment. */
  async deliverTwice(path: string, feed: string): Promise<void> {
    this.counts.add('deliveries', 2);
    this.counts.add('deliveries of one file by two at once');
    await this.#withAnother(async (other) => {
      await Promise.all([this.#session, other].map((session) => deliver(session, { path, feed }, () => {})));
    });
  }

  async #withAnother<T>(work: (other: Session) => Promise<T>): Promise<T> {
    const other = await connectAsWriter(this.#url, 'simulate, the other');
    try {
      return await work(other);
    } finally {
      await other.close();
    }
  }

  async #finished(path: string): Promise<number> {
    const sha256 = createHash('sha256')
      .update(await readFile(path))
      .digest('hex');
    const { rows } = await this.#session.client.query<{ finished: number }>(
      'select count(*)::int as finished from delivery where sha256 = $1 and finished',
      [sha256],
    );
    return rows[0]?.finished ?? 0;
  }

  async adopt(policy: PolicyDocument, digits: number, faults: readonly Fault[]): Promise<void> {
    this.counts.add('policies adopted');
    const adopted = read(JSON.stringify(policy), digits);
    for (const fault of [...faults, undefined])
      if ((await this.#try(fault, () => adoptPolicy(this.#session, adopted))) !== 'failed') return;
  }

  #order(step: RunStep): RunOrder {
    const { through, workers, clock } = step;
    const small = step.smallNight === undefined ? {} : { smallNight: step.smallNight };
    const onNight = (): void => this.counts.add('nights');
    return { through, workers, now: clock, dryRun: false, url: this.#url, ...small, onNight, onBatch: () => {} };
  }

  /** Runs through a day, or begins to. @returns false where a fault or a rival stopped it */
  async run(step: RunStep, attempt: number): Promise<boolean> {
    if (this.#kills?.chance(0.4))
      return this.#kill(this.#kills, 'run', '--through', step.through, '--workers', String(step.workers));
    const order = this.#order(step);
    const { rival } = step;
    if (attempt === 0 && rival !== undefined)
      return rival === 'races' ? this.#race(order) : this.#disturbed(order, rival);
    return (await this.#try(step.faults[attempt], () => run(this.#session, order))) !== 'failed';
  }

  /** A run asked for by a clock that has not come so far: refused, and nothing is changed. */
  async runTooEarly(step: RunStep, clock: number): Promise<void> {
    const before = await headsOf(this.#session);
    const refused = await refusalOf(run(this.#session, { ...this.#order(step), now: clock }));
    if (!refused || String(before) !== String(await headsOf(this.#session)))
      throw new Error(`a run through ${step.through} by a clock before its end was not refused`);
    this.counts.add('runs refused by the clock');
  }

  /** Two runs begin at once: one at least is through, the other one too or refused. */
  async #race(order: RunOrder): Promise<boolean> {
    this.counts.add('runs begun by two at once');
    await this.#withAnother(async (other) => {
      const runs = [this.#session, other].map((session) => refusalOf(run(session, order)));
      const refused = (await Promise.all(runs)).filter((one) => one).length;
      if (refused > 1) throw new Error('two runs at once refused each other');
      this.counts.add('runs refused beside another', refused);
    });
    return true;
  }

  /** After the first night somebody else asks for a run, who is refused, or takes over, which ends the first one's writing. */
  async #disturbed(order: RunOrder, rival: 'asks' | 'takes-over'): Promise<boolean> {
    return this.#withAnother(async (other) => {
      let come = false;
      const onNight = async (): Promise<void> => {
        this.counts.add('nights');
        if (come && rival === 'takes-over') throw new Error('a run went on though another had taken over');
        if (come) return;
        come = true;
        if (rival === 'takes-over') await beginRun(other, '');
        else if (await refusalOf(run(other, { ...order, onNight: () => {} })))
          this.counts.add('runs refused beside another');
        else throw new Error('a second run beside another was not refused');
      };
      try {
        await run(this.#session, { ...order, onNight });
        return true;
      } catch (error) {
        if (rival !== 'takes-over' || !(error instanceof Fenced)) throw error;
        this.counts.add('runs fenced by another');
        return false;
      }
    });
  }

  /**
   * Delivers a file while nights are run.
   * @returns the first day whose night saw it; null where none of them did
   */
  async runBeside(step: RunStep, path: string, feed: string): Promise<string | null> {
    this.counts.add('deliveries');
    this.counts.add('deliveries beside a running night');
    await this.#withAnother(async (other) => {
      await Promise.all([run(this.#session, this.#order(step)), deliver(other, { path, feed }, () => {})]);
    });
    const { rows } = await this.#session.client.query<{ day: string | null }>(
      `select min(business_day)::text as day from night
       where through_batch >= (select min(batch) from tally where delivery_id = (select max(delivery_id) from delivery))`,
    );
    return rows[0]?.day ?? null;
  }

  /** The first day not yet opened, and the day opened and not yet completed. */
  async progress(): Promise<{ nextDay: string | null; openDay: string | null }> {
    const book = await readBook(this.#session);
    return { nextDay: book?.nextDay ?? null, openDay: book?.openDay ?? null };
  }

  async export(name: string, asOf: string | null): Promise<string> {
    const book = await readBook(this.#session);
    if (book === undefined) throw new Error('no book');
    let text = '';
    const pieces = exportText(this.#session, name, 'csv', { ...book, asOf });
    for await (const piece of pieces ?? []) text += piece;
    return text;
  }

  /** Of what people decide about money, and of what waits, how many there are; those that post nothing left out. */
  async #financeEvents(): Promise<[type: string, count: number][]> {
    const { rows } = await this.#session.client.query<{ type: string; count: bigint }>(
      `select type::text as type, count(*) as count from log
       where ordinal > 0 and type in ('AdjustmentPosted', 'DueAdjusted', 'OpeningPosted', 'EarningCleared') group by 1
       union all
       select type::text, count(*) from log where type = 'LineBroughtIn' group by 1
       union all
       select 'CommissionReversed by a correction', count(*) from log
       where type = 'CommissionReversed' and body -> 'refund' ->> 'correction' is not null having count(*) > 0`,
    );
    return rows.map(({ type, count }) => [type, Number(count)]);
  }

  /** What `cps verify --deep` finds: a sentence for each kind of difference. */
  async verified(): Promise<string[]> {
    const order = { url: this.#url, workers: 1, deep: true, onProgress: () => {} };
    const { checked, differences } = await verify(this.#session, order);
    this.counts.add('events verified', checked.events);
    for (const [type, count] of await this.#financeEvents()) this.counts.add(`events ${type}`, count);
    return differences.map(({ kind, count, first }) => {
      const { subject, field, stored, derived } = first;
      return `verify: ${kind}: ${count} at ${subject}: ${field} is stored as ${stored}, derived as ${derived}`;
    });
  }
}

/** Whether it was refused, with a sentence that says why; throws what else goes wrong. */
function refusalOf(work: Promise<unknown>): Promise<boolean> {
  return work.then(
    () => false,
    (error: unknown) => {
      if (error instanceof Refused && error.message.length > 0) return true;
      throw error;
    },
  );
}

function read(document: string, digits: number) {
  const policy = parsePolicy(document, digits);
  if (typeof policy === 'string') throw new Error(policy);
  return policy;
}
