/**
 * What each role may do, tried as a login of its own: the writer can play a whole book and change nothing in it, the
 * reader sees no personal data, the auditor sees everything, and none of them can switch a trigger.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { exitCodeOf, sentenceOf } from '../../src/cli/errors.ts';
import { connect, type Session } from '../../src/store/connection/session.ts';
import { migrate } from '../../src/store/schema/migrate.ts';
import { actAsWriter } from '../../src/store/schema/roles.ts';
import { verify } from '../../src/verify/verify.ts';
import { runThrough } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';
import { type FreshDatabase, freshDatabase, within } from '../support/database.ts';
import { headsOf, textsOf } from '../support/said.ts';
import { deliverSmallBook, smallBookTemplate } from '../support/small-book.ts';

const tag = randomBytes(4).toString('hex');
const login = (role: string): string => `test_${role}_${tag}`;
const ROLES = ['cps_writer', 'cps_reader', 'cps_auditor'] as const;

let admin: Session;
let book: FreshDatabase;
const open = new Map<string, Session>();

function urlAs(url: string, user: string): string {
  const own = new URL(url);
  own.username = user;
  own.password = 'test';
  return own.href;
}

beforeAll(async () => {
  admin = await connect(inject('serverUrl'), 'roles test');
  for (const role of ROLES)
    await admin.client.query(`create role ${login(role)} login password 'test' in role ${role}`);
  book = await freshDatabase();
  for (const role of ROLES) open.set(role, await connect(urlAs(book.url, login(role)), 'roles test'));
});
afterAll(async () => {
  for (const session of open.values()) await session.close();
  await book.drop();
  for (const role of ROLES) await admin.client.query(`drop role ${login(role)}`);
  await admin.close();
});

function as(role: string): Session {
  const session = open.get(role);
  if (session === undefined) throw new Error(`nobody is logged in as ${role}`);
  return session;
}

/** The code of the error a statement ends with; empty where it is allowed. */
async function refusal(session: Session, sql: string): Promise<string> {
  return session.client.query(sql).then(
    () => '',
    (error: { code?: string }) => error.code ?? String(error),
  );
}

const DENIED = '42501';

async function tablesWhere(condition: string): Promise<string[]> {
  const owner = await connect(book.url, 'roles test');
  try {
    const { rows } = await owner.client.query<{ name: string }>(
      `select c.relname as name from pg_class c
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
         and ${condition} order by 1`,
    );
    return rows.map((row) => row.name);
  } finally {
    await owner.close();
  }
}

/** The first may be one that is made by the database, which is refused for another reason. */
async function secondColumn(table: string): Promise<string> {
  const { rows } = await as('cps_auditor').client.query<{ name: string }>(
    'select attname as name from pg_attribute where attrelid = $1::regclass and attnum = 2',
    [table],
  );
  return rows[0]?.name ?? '';
}

const IS_BOOK = `exists (select from pg_trigger t where t.tgrelid = c.oid and t.tgname = 'append_only')`;

describe('the books', () => {
  it('cannot be updated, deleted from, truncated, dropped or unguarded by any role', async () => {
    const books = await tablesWhere(IS_BOOK);
    for (const name of [
      'log',
      'transfer',
      'account_day',
      'statement',
      'attribution',
      'month_close',
      'night',
      'night_root',
    ])
      expect(books).toContain(name);
    for (const role of ROLES) {
      for (const name of books) {
        const column = await secondColumn(name);
        for (const sql of [
          `update ${name} set ${column} = ${column}`,
          `delete from ${name}`,
          `truncate ${name}`,
          `alter table ${name} disable trigger append_only`,
          `drop trigger append_only on ${name}`,
          `drop table ${name}`,
          `create trigger mine before insert on ${name} for each statement execute function refuse_change()`,
        ])
          expect(await refusal(as(role), sql), `${role}: ${sql}`).toBe(DENIED);
      }
    }
  });

  it('are kept from the writer by grants, not by triggers alone', async () => {
    const { rows } = await as('cps_writer').client.query<{ name: string; may: string }>(
      `select c.relname as name, p as may from pg_class c, unnest(array['UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER']) p
       where c.relnamespace = 'public'::regnamespace and ${IS_BOOK} and has_table_privilege(c.oid, p)`,
    );
    expect(rows).toEqual([]);
  });

  it('keep their triggers whatever a session sets', async () => {
    for (const role of ROLES) {
      expect(await refusal(as(role), 'set session_replication_role = replica'), role).toBe(DENIED);
      expect(await refusal(as(role), 'create function mine() returns int language sql as $$ select 1 $$'), role).toBe(
        DENIED,
      );
      expect(await refusal(as(role), 'create table mine (a int)'), role).toBe(DENIED);
      expect(await refusal(as(role), 'select grant_roles()'), role).toBe(DENIED);
      expect(await refusal(as(role), 'insert into migration values (999, $$x$$, $$x$$)'), role).toBe(DENIED);
    }
  });
});

describe('the reader', () => {
  it('sees the books and no personal data, and writes nothing', async () => {
    for (const name of await tablesWhere('true')) {
      const personal = ['click', 'publisher', 'order_line', 'parked', 'refusal'].includes(name);
      const seen = await refusal(as('cps_reader'), `select * from ${name}`);
      if (personal) expect(seen, name).toBe(DENIED);
      expect(
        await refusal(as('cps_reader'), `insert into ${name} overriding system value select * from ${name}`),
        name,
      ).toBe(DENIED);
    }
    for (const name of ['log', 'transfer', 'account_day', 'statement'])
      expect(await refusal(as('cps_reader'), `select * from ${name}`)).toBe('');
    expect(await refusal(as('cps_reader'), 'select publisher_id, name from publisher')).toBe('');
    expect(await refusal(as('cps_reader'), 'select payee_account from publisher')).toBe(DENIED);
  });

  it('may write exports from the command line, and is told in a sentence that it may not ingest', async () => {
    const copy = await smallBookTemplate();
    const own = await copy.copy();
    try {
      const url = urlAs(own.url, login('cps_reader'));
      const exported = await commandLine(['--database', url, 'export', 'balances']);
      expect(exported).toMatchObject({ code: 0, err: '' });
      expect(exported.out.length).toBeGreaterThan(200);
      const ids = exported.out.match(/liabilities:publisher:(\w+):payable/)?.[1] ?? '';
      const month = await commandLine(['--database', url, 'statement', ids, '2013-12']);
      expect(month).toMatchObject({ code: 0, err: '', out: expect.stringContaining('Statement of publisher') });
      const run = await commandLine(['--database', url, 'run', '--through', '2014-03-01']);
      expect(run.code).toBe(4);
      expect(run.err).toContain('does not let this user do that');
    } finally {
      await own.drop();
      await copy.drop();
    }
  });
});

describe('the auditor', () => {
  it('sees every table, and writes nothing', async () => {
    for (const name of await tablesWhere('true')) {
      expect(await refusal(as('cps_auditor'), `select * from ${name}`), name).toBe('');
      for (const sql of [`insert into ${name} overriding system value select * from ${name}`, `delete from ${name}`])
        expect(await refusal(as('cps_auditor'), sql), sql).toBe(DENIED);
    }
  });
});

describe('the writer', () => {
  it('plays, closes and verifies a whole book, and others can make the very same one as owner', async () => {
    const url = urlAs(book.url, login('cps_writer'));
    const session = as('cps_writer');
    // As every door of the engine does: row-level security lets the role itself pass, and COPY needs that.
    expect(await actAsWriter(session)).toBe(true);
    expect(await migrate(session)).toBe(0);
    await deliverSmallBook(session, () =>
      runThrough({ session, url }, '2014-01-31', { workers: 2, smallNight: 10 }).then(),
    );
    const report = await verify(session, { url, workers: 2, deep: true, onProgress: () => {} });
    expect(report.differences).toEqual([]);
    expect(report.checked.statements).toBeGreaterThan(5);
    const other = await freshDatabase();
    const owner = await connect(other.url, 'roles test');
    try {
      await deliverSmallBook(owner, () => runThrough({ session: owner, url: other.url }, '2014-01-31').then());
      expect(await headsOf(owner)).toEqual(await headsOf(session));
      expect(await textsOf(owner)).toEqual(await textsOf(session));
    } finally {
      await owner.close();
      await other.drop();
    }
  });

  it('is what the owner acts as', async () => {
    const owner = await connect(book.url, 'roles test');
    try {
      expect(await actAsWriter(owner)).toBe(true);
      const { rows } = await owner.client.query<{ who: string }>('select current_user as who');
      expect(rows).toEqual([{ who: 'cps_writer' }]);
      expect(await refusal(owner, 'delete from log')).toBe(DENIED);
      expect(await refusal(owner, 'set session_replication_role = replica')).toBe(DENIED);
    } finally {
      await owner.close();
    }
  });
});

describe('an owner who may make no roles', () => {
  const owner = login('plain_owner');
  const database = `test_plain_${tag}`;
  afterAll(async () => {
    await admin.client.query(`drop database if exists ${database} with (force)`);
    await admin.client.query(`drop role if exists ${owner}`);
  });

  it('is a member of the writer where somebody granted it, and works as itself where nobody did', async () => {
    await admin.client.query(`create role ${owner} login password 'test'`);
    await admin.client.query(`create database ${database} template template0 owner ${owner}`);
    const url = urlAs(within(book.url, database), owner);
    const session = await connect(url, 'roles test');
    try {
      await migrate(session);
      expect(await actAsWriter(session)).toBe(false);
      await deliverSmallBook(session, () => runThrough({ session, url }, '2013-11-30').then());
      expect(await refusal(session, 'delete from log')).toBe('P0001');
      await admin.client.query(`grant cps_writer to ${owner}`);
      await migrate(session);
      expect(await actAsWriter(session)).toBe(true);
      await runThrough({ session, url }, '2013-12-01');
      expect(await refusal(session, 'delete from log')).toBe(DENIED);
    } finally {
      await session.close();
    }
  });
});

describe('what the database refuses for want of rights', () => {
  it('is told in a sentence', async () => {
    const error: unknown = await as('cps_reader')
      .client.query('delete from log')
      .catch((thrown: unknown) => thrown);
    expect(exitCodeOf(error)).toBe(4);
    expect(sentenceOf(error)).toContain('give the role of the engine');
  });
});
