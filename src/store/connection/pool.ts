/**
 * A few sessions for many who ask: who comes first is served first, a session that was lost is replaced, and at the end
 * all is finished before the sessions are closed. It knows nothing of what is done with a session.
 */
import { connectAsWriter } from '../schema/roles.ts';
import { DatabaseAway, type Session } from './session.ts';

/** Sessions to be borrowed for one piece of work each. */
export interface SessionPool {
  /**
   * Runs `work` with a session that nobody else uses meanwhile, waiting in line where all are in use.
   * @throws PoolBusy where the line is too long or nothing came free in time; DatabaseAway
   */
  use<T>(work: (session: Session) => Promise<T>): Promise<T>;
  /** Sessions in use, and how many wait for one. */
  usage(): { readonly busy: number; readonly waiting: number; readonly size: number };
  /** Takes no more work, waits for what is under way, no longer than `patience` milliseconds where they are said, and closes every session. */
  close(patience?: number): Promise<void>;
}

/** Nobody came free in time, or the server is closing. Asking again later is safe. */
export class PoolBusy extends Error {
  override readonly name = 'PoolBusy';
}

export interface PoolTerms {
  readonly url: string;
  readonly application: string;
  /** Sessions at most. */
  readonly size: number;
  /** How many may wait in line. */
  readonly line?: number;
  /** Milliseconds after which who waits is turned away. */
  readonly patience?: number;
  /** Milliseconds after which the database gives a statement up; 0 for never. */
  readonly statementTimeout?: number;
}

interface Waiter {
  readonly go: (session: Session | undefined) => void;
  readonly refuse: (error: Error) => void;
}

/** Makes a pool; its sessions connect when they are first needed, and act as `cps_writer` where that may be. */
export function poolOf(terms: PoolTerms): SessionPool {
  return new OnePool(terms);
}

class OnePool implements SessionPool {
  readonly #terms: PoolTerms;
  readonly #idle: Session[] = [];
  readonly #lent = new Set<Session>();
  readonly #line: Waiter[] = [];
  #busy = 0;
  #closing: (() => void) | undefined;

  constructor(terms: PoolTerms) {
    this.#terms = terms;
  }

  usage(): { busy: number; waiting: number; size: number } {
    return { busy: this.#busy, waiting: this.#line.length, size: this.#terms.size };
  }

  async use<T>(work: (session: Session) => Promise<T>): Promise<T> {
    const known = await this.#turn();
    let session: Session | undefined = known;
    let isSound = false;
    try {
      session ??= await this.#connect();
      this.#lent.add(session);
      const result = await work(session);
      isSound = true;
      return result;
    } catch (error) {
      isSound = !(error instanceof DatabaseAway);
      throw error;
    } finally {
      await this.#giveBack(session, isSound);
    }
  }

  async close(patience?: number): Promise<void> {
    for (const waiter of this.#line.splice(0)) waiter.refuse(new PoolBusy('the server is closing'));
    const done = new Promise<void>((resolve) => {
      this.#closing = resolve;
    });
    if (this.#busy === 0) this.#closing?.();
    // Closed under its hands, work ends with DatabaseAway, and PostgreSQL takes back what it had begun.
    const cut = (): void => {
      for (const session of this.#lent) void session.close();
    };
    const timer = patience === undefined ? undefined : setTimeout(cut, patience);
    await done;
    clearTimeout(timer);
    await Promise.all(this.#idle.splice(0).map((session) => session.close()));
  }

  /** Waits for a session; undefined says that one may be made. */
  async #turn(): Promise<Session | undefined> {
    if (this.#closing !== undefined) throw new PoolBusy('the server is closing');
    if (this.#busy < this.#terms.size) {
      this.#busy++;
      return this.#idle.pop();
    }
    const { line = 2000, patience = 30_000 } = this.#terms;
    if (this.#line.length >= line) throw new PoolBusy('too many wait for the database');
    return new Promise<Session | undefined>((resolve, reject) => {
      const waiter: Waiter = {
        go: (session) => {
          clearTimeout(timer);
          resolve(session);
        },
        refuse: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        this.#line.splice(this.#line.indexOf(waiter), 1);
        reject(new PoolBusy('no session came free in time'));
      }, patience);
      this.#line.push(waiter);
    });
  }

  async #connect(): Promise<Session> {
    const { url, application, statementTimeout = 0 } = this.#terms;
    const session = await connectAsWriter(url, application);
    await session.client.query(`select set_config('statement_timeout', $1, false)`, [String(statementTimeout)]);
    return session;
  }

  /** A session that is lost, or left in the middle of something, is not lent again. */
  async #giveBack(session: Session | undefined, isSound: boolean): Promise<void> {
    if (session !== undefined) this.#lent.delete(session);
    const isWhole = session !== undefined && isSound && session.client.getTransactionStatus() === 'I';
    if (session !== undefined && !isWhole) await session.close().catch(() => undefined);
    const kept = isWhole ? session : undefined;
    const next = this.#line.shift();
    if (next !== undefined) {
      next.go(kept);
      return;
    }
    this.#busy--;
    if (kept !== undefined) this.#idle.push(kept);
    if (this.#busy === 0) this.#closing?.();
  }
}
