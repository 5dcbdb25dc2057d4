// Brings a database to the code's schema: numbered SQL files, forward only, each in one transaction and recorded with its checksum.
// It decides nothing about what the schema is, and never goes back.

import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseAway, type Session } from '../connection/session.ts';
import { grantRoles } from './roles.ts';

/** The project's own migrations; the same place from `src/store` and from `dist/store`. */
export const migrationsFolder = fileURLToPath(new URL('../../../migrations/', import.meta.url));

/** The database's schema is not one this code can bring forward. Nothing was changed. */
export class SchemaRefused extends Error {
  override readonly name = 'SchemaRefused';
}

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  readonly sql: string;
}

interface Recorded {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
}

// Any constant does, so long as nothing else in the database locks it: 'cps' and 'mig' in ASCII.
const lockKeys = [0x637073, 0x6d6967];

/**
 * Applies the migrations (`NNN_name.sql`) the database does not have yet and answers how many that were.
 * Many may call it at once: one works, the others wait and find nothing to do.
 * Throws {@link SchemaRefused} when a recorded migration was changed or is missing, or the database is newer than the code.
 */
export async function migrate(session: Session, folder: string = migrationsFolder): Promise<number> {
  const known = await readMigrations(folder);
  await session.client.query('select pg_advisory_lock($1, $2)', lockKeys);
  try {
    const recorded = await readRecorded(session);
    for (const one of recorded) check(one, known, folder);
    const newest = recorded.at(-1)?.number ?? -1;
    const missing = known.filter((one) => !recorded.some((done) => done.number === one.number));
    for (const migration of missing) {
      if (migration.number < newest) {
        throw new SchemaRefused(
          `the migration ${migration.name} comes before number ${newest}, which this database already has: give it a higher number`,
        );
      }
      await apply(session, migration);
    }
    await grantRoles(session, missing.length > 0);
    return missing.length;
  } finally {
    await unlock(session);
  }
}

async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d{3}_.+\.sql$/.test(name)).sort();
  const found: Migration[] = [];
  for (const name of names) {
    const number = Number(name.slice(0, 3));
    const twin = found.at(-1);
    if (twin?.number === number) {
      throw new SchemaRefused(
        `the migrations ${twin.name} and ${name} have the same number: give one of them the next free one`,
      );
    }
    const bytes = await readFile(join(folder, name));
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    found.push({ number, name, sha256, sql: bytes.toString('utf8') });
  }
  return found;
}

async function readRecorded(session: Session): Promise<Recorded[]> {
  const there = await session.client.query<{ found: boolean }>(
    `select to_regclass('public.migration') is not null as found`,
  );
  if (there.rows[0]?.found !== true) {
    await session.client.query(
      `create table public.migration (number int primary key, name text not null, sha256 text not null,
                                      applied_at timestamptz not null default now())`,
    );
  }
  const { rows } = await session.client.query<Recorded>(
    'select number, name, sha256 from public.migration order by number',
  );
  return rows;
}

function check(recorded: Recorded, known: readonly Migration[], folder: string): void {
  const migration = known.find((one) => one.number === recorded.number);
  if (migration === undefined) {
    const newest = known.at(-1)?.number ?? -1;
    throw new SchemaRefused(
      recorded.number > newest
        ? `the database is newer than this program (it has migration ${recorded.name}): use the newer version of cps`
        : `the database has migration ${recorded.name}, which is missing from ${folder}: put the file back`,
    );
  }
  if (migration.name !== recorded.name || migration.sha256 !== recorded.sha256) {
    throw new SchemaRefused(
      `the migration ${migration.name} is not the file this database was made with (${recorded.name}): put that one back, and write a change as a new migration`,
    );
  }
}

async function apply(session: Session, migration: Migration): Promise<void> {
  await session.transaction(async () => {
    try {
      await session.client.query(migration.sql);
    } catch (error) {
      if (error instanceof DatabaseAway || !(error instanceof Error)) throw error;
      throw new Error(`the migration ${migration.name} failed${lineOf(error, migration.sql)}: ${error.message}`, {
        cause: error,
      });
    }
    await session.client.query('insert into public.migration (number, name, sha256) values ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.sha256,
    ]);
  });
}

function lineOf(error: Error, sql: string): string {
  const position = 'position' in error ? Number(error.position) : Number.NaN;
  return Number.isNaN(position) ? '' : ` in line ${[...sql].slice(0, position).join('').split('\n').length}`;
}

/** A lost connection has let go of the lock by itself; the error that matters is already on its way. */
async function unlock(session: Session): Promise<void> {
  try {
    await session.client.query('select pg_advisory_unlock($1, $2)', lockKeys);
  } catch (error) {
    if (!(error instanceof DatabaseAway)) throw error;
  }
}
