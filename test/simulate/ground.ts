/** Where rounds are played: one database, emptied between rounds because making one takes longer than playing in it. */
import { connect } from '../../src/store/connection/session.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const ROUNDS_A_DATABASE = 40;

export class Ground {
  #database: FreshDatabase | undefined;
  #rounds = 0;

  /** The URL of a migrated database without a book. */
  async empty(): Promise<string> {
    if (this.#rounds >= ROUNDS_A_DATABASE) await this.leave();
    this.#rounds += 1;
    if (this.#database === undefined) this.#database = await freshDatabase();
    else await clear(this.#database.url);
    return this.#database.url;
  }

  async leave(): Promise<void> {
    await this.#database?.drop();
    this.#database = undefined;
    this.#rounds = 0;
  }
}

/** Deletes every row, which only an owner who switches the triggers off can do. */
async function clear(url: string): Promise<void> {
  const session = await connect(url, 'simulate');
  try {
    await session.client.query(`do $$
      declare name regclass;
      begin
        set local session_replication_role = replica;
        for name in select oid from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
          and not relispartition and relname <> 'migration'
        loop
          execute format('delete from %s', name);
        end loop;
      end $$`);
  } finally {
    await session.close();
  }
}
