/** What is made from the migrations says what they make: it is rewritten with UPDATE=1 and fails here when stale. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { connect, type Session } from '../../src/store/connection/session.ts';
import { migrationsFolder } from '../../src/store/schema/migrate.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { describeSchema } from './schema-text.ts';
import { describeTables, KNOWN_TYPES } from './table-types.ts';

let database: FreshDatabase;
let session: Session;
beforeAll(async () => {
  database = await freshDatabase();
  session = await connect(database.url, 'golden test');
});
afterAll(async () => {
  await session.close();
  await database.drop();
});

it.each([
  ['schema.sql', describeSchema],
  ['../src/store/schema/tables.ts', describeTables],
])('%s is what the migrations make', async (name, describe) => {
  const made = await describe(session);
  const golden = join(migrationsFolder, name);
  if (process.env['UPDATE'] === '1' && process.env['CI'] === undefined) writeFileSync(golden, made);
  expect(readFileSync(golden, 'utf8')).toBe(made);
});

it('gives each type of column the type that the session reads it as', async () => {
  const { rows } = await session.client.query<Record<string, unknown>>(`
    select true as boolean, 1::smallint as smallint, 1 as integer, 1::bigint as bigint, 'a' as text, '{a}'::text[] as "text[]",
      0.10 as numeric, '{}'::json as json, ''::bytea as bytea, date '2013-12-20' as date, 'DayOpened'::event_type as event_type,
      timestamptz '2013-12-20T00:00:00Z' as "timestamp with time zone"`);
  expect(rows).toEqual([
    {
      boolean: true,
      smallint: 1,
      integer: 1,
      bigint: 1n,
      text: 'a',
      'text[]': ['a'],
      numeric: '0.10',
      json: '{}',
      bytea: Buffer.from(''),
      date: '2013-12-20',
      event_type: 'DayOpened',
      'timestamp with time zone': Date.UTC(2013, 11, 20),
    },
  ]);
  expect(Object.keys(rows[0] ?? {})).toEqual(KNOWN_TYPES);
});
