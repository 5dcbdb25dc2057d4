// Migrations: applied once by whoever comes first, refused when they are not those the database was made with; and the text of a schema.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect, type Session } from '../../src/store/connection/session.ts';
import { migrate } from '../../src/store/schema/migrate.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { describeSchema } from './schema-text.ts';

let folder = '';
let database: FreshDatabase;
let session: Session;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cps-migrations-'));
  database = await freshDatabase('template0');
  session = await connect(database.url);
  await put('001_first.sql', 'create table first (n int primary key); insert into first values (1);');
  await put('002_second.sql', 'create table second (n int);');
});

afterEach(async () => {
  await session.close();
  await database.drop();
  await rm(folder, { recursive: true });
});

async function put(name: string, sql: string): Promise<void> {
  await writeFile(join(folder, name), sql);
}

async function applied(): Promise<unknown[]> {
  const { rows } = await session.client.query(
    'select number, name, length(sha256) as length from migration order by number',
  );
  return rows;
}

test('applies what is missing, in order, and says how many', async () => {
  expect(await migrate(session, folder)).toBe(2);
  expect(await migrate(session, folder)).toBe(0);
  await put('003_third.sql', 'insert into second values (1);');
  await put('schema.sql', 'this is no migration');
  expect(await migrate(session, folder)).toBe(1);
  expect(await applied()).toEqual([
    { number: 1, name: '001_first.sql', length: 64 },
    { number: 2, name: '002_second.sql', length: 64 },
    { number: 3, name: '003_third.sql', length: 64 },
  ]);
});

test('twenty at once apply each once', async () => {
  const sessions = await Promise.all(Array.from({ length: 20 }, () => connect(database.url)));
  const counts = await Promise.all(sessions.map((one) => migrate(one, folder)));
  await Promise.all(sessions.map((one) => one.close()));
  expect(counts.toSorted()).toEqual([...Array(19).fill(0), 2]);
  expect(await applied()).toHaveLength(2);
});

test('refuses a file that was changed, renamed or removed', async () => {
  await migrate(session, folder);
  await put('001_first.sql', 'create table first (n int);');
  await expect(migrate(session, folder)).rejects.toThrow(
    /^the migration 001_first.sql is not the file this database was made with .*: put that one back, and write a change as a new migration$/,
  );
  await rm(join(folder, '001_first.sql'));
  await expect(migrate(session, folder)).rejects.toThrow(
    /^the database has migration 001_first.sql, which is missing from/,
  );
});

test('refuses a database newer than the code, and changes nothing', async () => {
  await migrate(session, folder);
  await session.client.query(`insert into migration values (9, '009_later.sql', 'x')`);
  await put('003_third.sql', 'create table third (n int);');
  await expect(migrate(session, folder)).rejects.toThrow(
    /newer than this program \(it has migration 009_later.sql\): use the newer/,
  );
  expect(await applied()).toHaveLength(3);
});

test('refuses two files of one number, and one that comes too late', async () => {
  await put('002_again.sql', '');
  await expect(migrate(session, folder)).rejects.toThrow('002_again.sql and 002_second.sql have the same number');
  await rm(join(folder, '002_again.sql'));
  await put('004_fourth.sql', '');
  await migrate(session, folder);
  await put('003_third.sql', '');
  await expect(migrate(session, folder)).rejects.toThrow('003_third.sql comes before number 4');
});

test('a migration that fails is named with its line, taken back whole, and can be mended', async () => {
  await put('003_third.sql', 'create table third (n int);\n-- 中😀\nselect 1/0;');
  await expect(migrate(session, folder)).rejects.toThrow(/^the migration 003_third.sql failed.*: division by zero$/);
  await put('003_third.sql', 'create table third (n int);\n-- 中😀😀😀😀😀😀😀😀\noops;');
  await expect(migrate(session, folder)).rejects.toThrow(
    '003_third.sql failed in line 3: syntax error at or near "oops"',
  );
  expect(await applied()).toHaveLength(2);
  await put('003_third.sql', 'create table third (n int);');
  expect(await migrate(session, folder)).toBe(1);
});

test('a migration that cannot be recorded is not applied either', async () => {
  await migrate(session, folder);
  await put('003_third.sql', `create table third (n int); insert into migration values (3, 'itself', 'x');`);
  await expect(migrate(session, folder)).rejects.toThrow('duplicate key');
  const { rows } = await session.client.query(`select to_regclass('third') as third`);
  expect(rows).toEqual([{ third: null }]);
});

test('a migrator that failed does not keep the others waiting', async () => {
  await put('003_third.sql', 'oops');
  await expect(migrate(session, folder)).rejects.toThrow('oops');
  await rm(join(folder, '003_third.sql'));
  const other = await connect(database.url);
  expect(await migrate(other, folder)).toBe(0);
  await other.close();
});

test('describes a schema, leaving out what is made while running', async () => {
  await session.client.query(`
    create type mood as enum ('sad', 'ok', 'happy');
    create domain minor as int8 check (value > 0);
    create table click (at date not null, id text collate "C" not null, primary key (id, at)) partition by range (at);
    create table click_2013 partition of click for values from ('2013-01-01') to ('2014-01-01');
    create table part (p int2 not null, n int8 generated always as identity, amount minor default 5,
                       half numeric(10,2) generated always as (1.5) stored, primary key (p, n), check (p >= 0)) partition by list (p);
    create table part_0 partition of part for values in (0) with (fillfactor = 90);
    create index part_amount on part (amount) where p > 1;
    comment on table part is 'Where it lies.';
    comment on column part.amount is 'in fen';
    create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
    create trigger keep before update on part for each row execute function refuse();
    create view halves as select p, half from part;
    grant select on click to public;
    alter table part enable row level security;
    create policy mine on part using (p = 1);`);
  const described = await describeSchema(session);
  expect(described).toBe(`enums
  mood: 'sad', 'ok', 'happy'

domains
  minor bigint CHECK ((VALUE > 0))

views
  halves as
   SELECT p,
      half
     FROM part;

functions
  CREATE OR REPLACE FUNCTION public.refuse()
   RETURNS trigger
   LANGUAGE plpgsql
  AS $function$ begin raise exception 'no'; end $function$

grants
  click: public select

table click partition by RANGE (at)
  at date not null
  id text collate "C" not null
  constraint click_pkey PRIMARY KEY (id, at)

table part partition by LIST (p) row level security
  -- Where it lies.
  p smallint not null
  n bigint not null generated always as identity
  amount minor default 5 -- in fen
  half numeric(10,2) generated always as (1.5) stored
  constraint part_p_check CHECK ((p >= 0))
  constraint part_pkey PRIMARY KEY (p, n)
  CREATE INDEX part_amount ON ONLY public.part USING btree (amount) WHERE (p > 1)
  CREATE TRIGGER keep BEFORE UPDATE ON public.part FOR EACH ROW EXECUTE FUNCTION refuse()
  policy mine * using ((p = 1))

table part_0 partition of part FOR VALUES IN ('0') with (fillfactor=90)
`);
  await session.client.query(
    `create table click_2014 partition of click for values from ('2014-01-01') to ('2015-01-01')`,
  );
  expect(await describeSchema(session)).toBe(described);
  const { rows } = await session.client.query('show search_path');
  expect(rows).toEqual([{ search_path: '"$user", public' }]);
});
