// One PostgreSQL connection as the engine uses it: queries, COPY and cursors share it and its transaction.
// It decides how a lost database is reported; it knows no table, retries nothing and pools nothing.

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Kysely, PostgresDialect, type PostgresPoolClient, type RawBuilder } from 'kysely';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { codeOf } from '../../core/error-code.ts';
import type { Tables } from '../schema/tables.ts';
import { inBinary } from './binary-rows.ts';
import { type CopyRow, CopyRows, columnTypes, copyPieces } from './copy-format.ts';
import { CopyPages, reusePages } from './copy-pages.ts';
import { endClient } from './end-client.ts';

/** A connection with its Kysely; queries issued at once run one after another, in the order issued. */
export interface Session {
  /** The pg client itself; its `query` rejects with {@link DatabaseAway} when the connection is lost. */
  readonly client: pg.Client;
  /** Kysely bound to this very client. */
  readonly db: Kysely<Tables>;
  /** Ends the connection at once, a query still under way with it (it rejects with {@link DatabaseAway}); a second call does nothing. */
  close(): Promise<void>;
  /** Runs `work` between BEGIN (read committed) and COMMIT, or ROLLBACK when it throws. Throws when a transaction is already open. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Sends rows with COPY, in memory that does not grow with them; answers how many. A failing COPY writes nothing. */
  copyIn(table: string, rows: CopyPages | Iterable<CopyRow>): Promise<number>;
  /** The same in binary: `write` says the cells of an item in the order of the columns, as {@link inBinary} has it. */
  copyInBinary<T>(table: string, columns: readonly string[], items: Iterable<T>, write: Write<T>): Promise<number>;
  /** The rows of a query without parameters, which COPY does not take, as it sends them in binary: binary-cells.ts reads them. */
  copyOut(query: RawBuilder<unknown>): Promise<Buffer>;
  /** Every row of a query. */
  all<T>(query: RawBuilder<T>): Promise<T[]>;
  /** The first row of a query; undefined where there is none. */
  first<T>(query: RawBuilder<T>): Promise<T | undefined>;
  /**
   * Reads a query in lists of up to `size` rows (5000) through a cursor in the open transaction.
   * Where none is open, it reads in one of its own, which is read-only and lasts as long as the stream.
   */
  stream<T>(query: RawBuilder<T>, size?: number): AsyncGenerator<T[]>;
}

/** The database cannot be used: it does not answer, refuses the connection, or the connection was lost. Safe to run again. */
export class DatabaseAway extends Error {
  override readonly name = 'DatabaseAway';
}

/** What was given as the database is not the URL of one PostgreSQL 15 or later that the engine can use. */
export class WrongDatabase extends Error {
  override readonly name = 'WrongDatabase';
}

type Write<T> = Parameters<typeof inBinary<T>>[2];

const oldestServer = 150_000;

/**
 * Connects to the PostgreSQL at `url` (`postgresql://user:password@host:port/database`), with `application` as its application_name.
 * Throws {@link DatabaseAway} or {@link WrongDatabase} with one sentence that never holds the password.
 */
export async function connect(url: string, application = 'cps'): Promise<Session> {
  const client = clientOf(url, application);
  const place = `${client.host.includes(':') ? `[${client.host}]` : client.host}:${client.port}`;
  const line = new Line(client, place);
  try {
    await client.connect();
  } catch (error) {
    await client.end();
    throw refusal(error, place, client);
  }
  const { rows } = await client.query<{ version: number }>(
    `select set_config('TimeZone', 'UTC', false), set_config('DateStyle', 'ISO, YMD', false),
            set_config('default_transaction_isolation', 'read committed', false),
            current_setting('server_version_num')::int as version`,
  );
  if ((rows[0]?.version ?? 0) < oldestServer) {
    await client.end();
    throw new WrongDatabase(
      `the database at ${place} is older than PostgreSQL 15: upgrade it, or give another --database`,
    );
  }
  return new OneSession(client, line);
}

function clientOf(url: string, application: string): pg.Client {
  if (!/^postgres(ql)?:\/\//.test(url) || !URL.canParse(url)) {
    throw new WrongDatabase(
      'the database URL cannot be read: write it as postgresql://user:password@host:port/database',
    );
  }
  return new pg.Client({
    connectionString: url,
    application_name: application,
    types: columnTypes,
    keepAlive: true,
    connectionTimeoutMillis: 15_000,
  });
}

const unreachable: Record<string, string> = {
  ECONNREFUSED: 'connection refused',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the host name cannot be looked up',
  ETIMEDOUT: 'no answer in time',
  EHOSTUNREACH: 'no way to that host',
  ENETUNREACH: 'no way to that network',
  ECONNRESET: 'connection reset',
  ENOENT: 'no such socket',
};

/** The sentence for a connection that never came about. */
function refusal(error: unknown, place: string, client: pg.Client): DatabaseAway {
  const code = codeOf(error) ?? '';
  const said = error instanceof Error ? error.message : String(error);
  const away = (sentence: string) => new DatabaseAway(sentence, { cause: error });
  if (code.startsWith('28'))
    return away(`the database at ${place} does not let ${client.user} in (${said}): check --database`);
  if (code === '3D000') {
    return away(`the server at ${place} has no database "${client.database}": create it, or check --database`);
  }
  if (code === '57P03' || code === '53300')
    return away(`the database at ${place} is not ready (${said}): try again shortly`);
  const why = unreachable[code] ?? (said === 'timeout expired' ? 'no answer in time' : said);
  return away(`the database at ${place} does not answer (${why}): start it, or check --database`);
}

/** Watches one client's connection, lets its queries through one at a time, and turns the errors of a lost connection into DatabaseAway. */
class Line {
  readonly #place: string;
  #last: Promise<unknown> = Promise.resolve();
  #lost = false;
  #closing: Promise<void> | undefined;
  readonly #client: pg.Client;
  readonly #query: (sql: string) => Promise<unknown>;

  constructor(client: pg.Client, place: string) {
    this.#client = client;
    this.#place = place;
    client.on('error', () => {
      this.#lost = true;
    });
    client.on('end', () => {
      this.#lost = true;
    });
    const query = client.query.bind(client) as (...given: unknown[]) => unknown;
    this.#query = async (sql) => query(sql);
    // A COPY stream is handed to pg at once (copyIn waits its turn before that); all else waits its turn here.
    const watched = (...given: unknown[]): unknown =>
      isSubmittable(given[0]) ? query(...given) : this.inTurn(async () => query(...given));
    client.query = watched as pg.Client['query'];
  }

  /** Runs `work` after all that was asked of the connection before, and leaves the server ready for what comes next. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const answer = this.#last.then(work).catch(async (error: unknown) => {
      await this.#settle();
      throw this.#explain(error);
    });
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  /** pg tells of an error before it knows what became of the transaction; after one more query, an empty one, it does. */
  async #settle(): Promise<void> {
    if (this.#lost || this.#closing !== undefined) return;
    try {
      await this.#query('');
    } catch {
      // The connection is lost, and the error that is on its way says so.
      this.#lost = true;
    }
  }

  close(): Promise<void> {
    this.#closing ??= endClient(this.#client);
    return this.#closing;
  }

  #explain(error: unknown): unknown {
    const code = codeOf(error) ?? '';
    if (!this.#lost && !/^(08...|57P0[1-5])$/.test(code)) return error;
    const why = this.#closing === undefined ? 'connection lost' : 'this session is closed';
    return new DatabaseAway(
      `the database at ${this.#place} has gone away (${why}): see that it runs, then run this again`,
      {
        cause: error,
      },
    );
  }
}

function isSubmittable(given: unknown): boolean {
  return typeof given === 'object' && given !== null && 'submit' in given;
}

class OneSession implements Session {
  readonly client: pg.Client;
  readonly db: Kysely<Tables>;
  readonly #line: Line;
  #inTransaction = false;
  #cursors = 0;

  constructor(client: pg.Client, line: Line) {
    this.client = client;
    this.#line = line;
    const lent = { query: client.query, release: () => {} } as unknown as PostgresPoolClient;
    const pool = { connect: async () => lent, end: async () => {} };
    this.db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  }

  close(): Promise<void> {
    return this.#line.close();
  }

  async transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.#inTransaction || this.client.getTransactionStatus() !== 'I') {
      throw new Error('a transaction is already open in this session: end it before the next begins');
    }
    this.#inTransaction = true;
    try {
      await this.client.query('begin isolation level read committed');
      let result: T;
      try {
        result = await work();
      } catch (error) {
        await this.#rollback(error);
        throw error;
      }
      const { command } = await this.client.query('commit');
      if (command !== 'COMMIT') {
        throw new Error(
          'nothing was written, because a statement of this transaction had failed and its error was not passed on',
        );
      }
      return result;
    } finally {
      this.#inTransaction = false;
    }
  }

  async copyIn(table: string, rows: CopyPages | Iterable<CopyRow>): Promise<number> {
    if (rows instanceof CopyPages) return this.#copy(table, rows, rows.pieces());
    const written = new CopyRows();
    return this.#copy(table, written, copyPieces(rows, written));
  }

  copyInBinary<T>(table: string, columns: readonly string[], items: Iterable<T>, write: Write<T>): Promise<number> {
    const { rows, pieces } = inBinary(columns, items, write);
    return this.#copy(table, rows, pieces);
  }

  async #copy(table: string, of: CopyPages, pieces: Iterable<Buffer>): Promise<number> {
    const rest = pieces[Symbol.iterator]();
    const first = rest.next();
    if (first.done === true) return 0;
    const names = of.columns.map((column) => pg.escapeIdentifier(column)).join(', ');
    const target = table
      .split('.')
      .map((part) => pg.escapeIdentifier(part))
      .join('.');
    const text = `copy ${target} (${names}) from stdin`;
    return this.#line.inTurn(async () => {
      const copy = this.client.query(copyFrom(of.isBinary ? text.concat(' (format binary)') : text));
      const sent: Buffer[] = [];
      await pipeline(Readable.from(after(first.value, rest, sent), { highWaterMark: 1 }), copy);
      reusePages(sent);
      return copy.rowCount;
    });
  }

  copyOut(query: RawBuilder<unknown>): Promise<Buffer> {
    const text = 'copy ('.concat(query.compile(this.db).sql, ') to stdout (format binary)');
    return this.#line.inTurn(async () => {
      const pieces: Buffer[] = [];
      for await (const piece of this.client.query(copyTo(text))) pieces.push(piece as Buffer);
      return Buffer.concat(pieces);
    });
  }

  async all<T>(query: RawBuilder<T>): Promise<T[]> {
    return (await query.execute(this.db)).rows;
  }

  async first<T>(query: RawBuilder<T>): Promise<T | undefined> {
    return (await this.all(query))[0];
  }

  async *stream<T>(query: RawBuilder<T>, size = 5000): AsyncGenerator<T[]> {
    const { sql, parameters } = query.compile(this.db);
    const own = this.client.getTransactionStatus() === 'I';
    this.#cursors += 1;
    const cursor = `stream_${this.#cursors}`;
    if (own) await this.client.query('begin isolation level read committed read only');
    try {
      await this.client.query(`declare ${cursor} no scroll cursor for ${sql}`, [...parameters]);
      for (;;) {
        const { rows } = await this.client.query(`fetch ${size} from ${cursor}`);
        if (rows.length > 0) yield rows as T[];
        if (rows.length < size) break;
      }
    } finally {
      // In a failed transaction the cursor is gone already, and only a rollback is heard.
      if (own) await this.client.query('rollback');
      else if (this.client.getTransactionStatus() === 'T') await this.client.query(`close ${cursor}`);
    }
  }

  /** Rolls back after `error`; where the connection is lost there is nothing to roll back, and `error` says so already. */
  async #rollback(error: unknown): Promise<void> {
    try {
      await this.client.query('rollback');
    } catch (second) {
      if (!(second instanceof DatabaseAway)) throw new AggregateError([error, second], 'a rollback failed');
    }
  }
}

const MOST_KEPT = 256;

/** Pieces from the first on; the first of them are put aside, to be written again when all are sent. */
function* after(first: Buffer, rest: Iterator<Buffer>, sent: Buffer[]): Generator<Buffer> {
  for (let piece: Buffer | undefined = first; piece !== undefined; piece = nextOf(rest)) {
    if (sent.length < MOST_KEPT) sent.push(piece);
    yield piece;
  }
}

function nextOf(rest: Iterator<Buffer>): Buffer | undefined {
  const next = rest.next();
  return next.done === true ? undefined : next.value;
}
