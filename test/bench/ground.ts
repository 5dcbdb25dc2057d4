// The bench's own PostgreSQL, durable as a book's private server is by default, and the databases on it.
// It puts a book's schema into them and nothing else.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { connect, type Session } from '../../src/store/connection/session.ts';
import { migrate } from '../../src/store/schema/migrate.ts';
import { type EmbeddedServer, stopEmbedded, useEmbedded } from '../../src/store/server/embedded.ts';

/** Counting statements costs some microseconds each, the same for engine and floor; all else is as a book's server has it. */
const SETTINGS = { shared_preload_libraries: 'pg_stat_statements' };

export class Ground {
  readonly folder: string;
  /** A folder that both the server and this process write. */
  readonly exchange: string;
  #server: EmbeddedServer;
  #observer: Session;

  private constructor(folder: string, exchange: string, server: EmbeddedServer, observer: Session) {
    this.folder = folder;
    this.exchange = exchange;
    this.#server = server;
    this.#observer = observer;
  }

  static async open(folder: string): Promise<Ground> {
    const exchange = join(folder, 'exchange');
    await mkdir(exchange, { recursive: true });
    await chmod(exchange, 0o777);
    const server = await useEmbedded(join(folder, 'data'), { settings: SETTINGS });
    const observer = await connect(server.url, 'bench');
    await observer.client.query('create extension if not exists pg_stat_statements');
    return new Ground(folder, exchange, server, observer);
  }

  /** A session in a database of its own, for looking on while others work. */
  get observer(): Session {
    return this.#observer;
  }

  get postmaster(): number {
    return Number(readFileSync(join(this.folder, 'data', 'cluster', 'postmaster.pid'), 'utf8').split('\n')[0]);
  }

  url(database: string): string {
    const url = new URL(this.#server.url);
    url.pathname = `/${database}`;
    return url.href;
  }

  /** Works in a session of a database, and closes it. */
  async within<T>(database: string, work: (session: Session) => Promise<T>): Promise<T> {
    const session = await connect(this.url(database), 'bench');
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  }

  /** A new database with the schema of a book and nothing in it. */
  async empty(database: string): Promise<void> {
    await this.#observer.client.query(`create database ${database} template template0`);
    await this.within(database, migrate);
  }

  /** A copy of a database, page by page; nobody may be connected to it. */
  async copy(from: string, database: string): Promise<void> {
    await this.#observer.client.query(`create database ${database} template ${from} strategy file_copy`);
  }

  async drop(database: string): Promise<void> {
    await this.#observer.client.query(`drop database if exists ${database} with (force)`);
  }

  /** Writes out what is dirty, the server's pages and the system's, so that no part pays for the one before. */
  async checkpoint(): Promise<void> {
    await this.#observer.client.query('checkpoint');
    await promisify(execFile)('sync');
  }

  /** Stops the server and starts it again: its buffers are empty, the system's own cache is not. */
  async restart(): Promise<void> {
    await this.#observer.close();
    await stopEmbedded(join(this.folder, 'data'));
    await this.#server.release();
    this.#server = await useEmbedded(join(this.folder, 'data'), { settings: SETTINGS });
    this.#observer = await connect(this.#server.url, 'bench');
  }

  async close(): Promise<void> {
    await this.#observer.close();
    await this.#server.release();
    await stopEmbedded(join(this.folder, 'data'));
  }
}
