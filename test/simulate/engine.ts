/** The engine as an operator drives it: after a fault in a new session, the same file or run again, until it is through. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { exportText } from '../../src/cli/exports.ts';
import { parsePolicy } from '../../src/core/policy.ts';
import { deliver } from '../../src/ingest/deliver.ts';
import { Refused, run } from '../../src/run/run.ts';
import { adoptPolicy, createBook, readBook } from '../../src/store/book.ts';
import { connect, type Session } from '../../src/store/session.ts';
import { killedAfter } from './children.ts';
import type { Draw } from './draw.ts';
import { withFault } from './faults.ts';
import type { PolicyDocument } from './reference/policy.ts';
import type { Fault, RunStep, Script } from './script.ts';

const CLOCK = Date.UTC(2026, 0, 1);

export class Engine {
  readonly #url: string;
  #session: Session;
  /** Where given, it chooses commands that are run in a child process and killed. */
  readonly #kills: Draw | undefined;
  /** Faults and kills that came about. */
  faults = 0;

  private constructor(url: string, session: Session, kills: Draw | undefined) {
    this.#url = url;
    this.#session = session;
    this.#kills = kills;
  }

  static async open(url: string, script: Script, kills?: Draw): Promise<Engine> {
    const session = await connect(url, 'simulate');
    const { zone, currency, digits, partitions } = script;
    const document = JSON.stringify(script.policy);
    await createBook(session, {
      zone,
      currency,
      digits,
      partitions,
      policy: read(document, digits),
      policyDocument: document,
    });
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
    this.#session = await connect(this.#url, 'simulate');
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
    this.faults += 1;
    await this.#reconnect();
    return false;
  }

  /** Delivers a file; where a fault stops it before it was finished, once more in a new session. */
  async deliver(path: string, feed: string, fault: Fault | undefined): Promise<void> {
    const before = await this.#finished(path);
    if (this.#kills?.chance(0.04)) {
      if (await this.#kill(this.#kills, 'ingest', path)) return;
      if ((await this.#finished(path)) === before) await deliver(this.#session, { path, feed }, () => {});
      return;
    }
    const outcome = await withFault(fault, () => deliver(this.#session, { path, feed }, () => {}));
    if (!outcome.fired && 'error' in outcome) throw outcome.error;
    if (!outcome.fired) return;
    this.faults += 1;
    await this.#reconnect();
    if ('error' in outcome && (await this.#finished(path)) === before)
      await deliver(this.#session, { path, feed }, () => {});
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

  async adopt(policy: PolicyDocument, digits: number): Promise<void> {
    const document = JSON.stringify(policy);
    await adoptPolicy(this.#session, read(document, digits).name, document);
  }

  /** Runs through a day. @returns false where a fault stopped it */
  async run(step: RunStep, fault: Fault | undefined): Promise<boolean> {
    const { through, workers } = step;
    if (this.#kills?.chance(0.4))
      return this.#kill(this.#kills, 'run', '--through', through, '--workers', String(workers));
    const small = step.smallNight === undefined ? {} : { smallNight: step.smallNight };
    const order = {
      through,
      workers,
      now: CLOCK,
      dryRun: false,
      url: this.#url,
      ...small,
      onNight: () => {},
      onBatch: () => {},
    };
    const outcome = await withFault(fault, () => run(this.#session, order));
    if ('error' in outcome && (!outcome.fired || outcome.error instanceof Refused)) throw outcome.error;
    if (!outcome.fired) return true;
    this.faults += 1;
    await this.#reconnect();
    return 'value' in outcome;
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
}

function read(document: string, digits: number) {
  const policy = parsePolicy(document, digits);
  if (typeof policy === 'string') throw new Error(policy);
  return policy;
}
