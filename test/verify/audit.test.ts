/** The record of who did what: a chain in which a row taken away, altered or moved is named, and receipts that it holds. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { principalOf } from '../../src/core/account.ts';
import type { Anchor } from '../../src/core/proof/anchors.ts';
import type { Door } from '../../src/store/people/audit.ts';
import { hashesOfEntries, recordAudit } from '../../src/store/people/audit.ts';
import { endPasskey, writePasskey } from '../../src/store/people/passkeys.ts';
import { personNamed } from '../../src/store/people/persons.ts';
import { EVIDENCE, type Evidence } from '../../src/store/schema/evidence.ts';
import { verifyAudit } from '../../src/verify/audit.ts';
import { Report } from '../../src/verify/report.ts';
import { makeBook, type OpenBook, openBook } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';

const OTHER: Readonly<Record<string, (column: string) => string>> = {
  bigint: (column) => `${column} + 1`,
  integer: (column) => `${column} + 1`,
  text: (column) => `coalesce(${column}, '') || 'x'`,
  boolean: (column) => `not ${column}`,
  bytea: (column) => `set_byte(${column}, 0, 7)`,
  ARRAY: (column) => `coalesce(${column}, '{}') || array['x']`,
  'timestamp with time zone': (column) => `coalesce(${column}, '2013-01-01') + interval '1 ms'`,
};

/** What a finding about a row that the audit holds is called by. */
const NAMED =
  /^entry 1 of the audit: delivery|^(key|delivery|batch|person|passkey|passkey_end|factor_reset|sign_in_rule) /;

let book: OpenBook;
let folder = '';
beforeAll(async () => {
  book = await openBook();
  await makeBook(book.session);
  folder = await mkdtemp(join(tmpdir(), 'cps-audit-'));
  const shops = join(folder, 'shops.csv');
  await writeFile(shops, 'shop_id,seller_id,mall,name\n1,s1,tmall,One\n2,s1,tmall,Two\n2,s2,tmall,Other\n');
  await writeFile(join(folder, 'policy.json'), '{"payDay": 15}');
  for (const args of [
    ['ingest', shops],
    ['key', 'create', '--role', 'risk', '--name', 'Chen'],
    ['policy', 'adopt', join(folder, 'policy.json'), '--as', 'Olga'],
    ['ingest', shops, '--as', 'Olga'],
    ['person', 'rules', '--url', 'https://cps.example.org', '--passkey', 'free'],
    ['person', 'invite', 'Wu', '--address', 'wu@example.org', '--role', 'finance,risk', '--scope', 'see-book,adjust'],
    ['person', 'reset', 'Wu', '--as', 'Chen'],
  ] as const)
    expect(await commandLine(['--database', book.url, ...args])).toMatchObject({ err: '' });
  await addPasskey();
  const keys = await book.session.db.selectFrom('api_key').select('key_id').execute();
  expect((await commandLine(['--database', book.url, 'key', 'revoke', keys[0]?.key_id ?? ''])).code).toBe(0);
});
/** A passkey that was added and removed. */
async function addPasskey(): Promise<void> {
  const { session } = book;
  const person = await personNamed(session, 'Wu');
  if (person === undefined) throw new Error('Wu was not invited');
  const at = Date.UTC(2014, 0, 2);
  const of = { personId: person.personId, host: 'cps.example.org', name: 'laptop', publicKey: Buffer.from('k') };
  const kept = await writePasskey(session, { ...of, passkeyId: 'p1', transports: ['usb'] }, at);
  const ended = await endPasskey(session, 'p1', { by: 'Wu', at });
  const entry = { at, who: principalOf(person), action: 'add-passkey', subject: 'Wu', requestId: 'r' };
  await recordAudit(session, { ...entry, detail: { kept: { ...kept, ...ended } } });
}
afterAll(async () => {
  await rm(folder, { recursive: true });
  await book.close();
});

async function found(anchors: readonly Anchor[] = []): Promise<string | undefined> {
  const report = new Report();
  await verifyAudit(book.session, 2, anchors, report);
  const first = report.differences[0]?.first;
  return first === undefined ? undefined : `${first.subject}: ${first.field}`;
}

/** What is found after a change as the owner with nothing to hold it, which is taken back. */
async function changed(...statements: string[]): Promise<string | undefined> {
  const { client } = book.session;
  await client.query('reset role');
  await client.query('begin');
  try {
    await client.query('set local session_replication_role = replica');
    for (const statement of statements) await client.query(statement);
    return await found();
  } finally {
    await client.query('rollback');
    await client.query('set role cps_writer');
  }
}

describe('the audit', () => {
  it('says who it was, by what, to what, and is whole', async () => {
    const { rows } = await book.session.client.query(
      'select audit_id, name, issuer, identity, action, subject from audit order by audit_id',
    );
    expect(rows).toEqual([
      { audit_id: 1n, name: 'tester', issuer: 'os', identity: 'tester', action: 'deliver', subject: 'shops' },
      expect.objectContaining({ audit_id: 2n, name: 'tester', action: 'create-key' }),
      expect.objectContaining({ audit_id: 3n, name: 'Olga', identity: 'tester', action: 'adopt-policy' }),
      expect.objectContaining({ audit_id: 4n, name: 'Olga', action: 'deliver' }),
      expect.objectContaining({ audit_id: 5n, name: 'tester', action: 'set-sign-in', subject: 'version 1' }),
      expect.objectContaining({ audit_id: 6n, name: 'tester', action: 'invite-person', subject: 'Wu' }),
      expect.objectContaining({ audit_id: 7n, name: 'Chen', action: 'propose-reset', subject: 'Wu' }),
      expect.objectContaining({ audit_id: 8n, name: 'Wu', issuer: 'person', action: 'add-passkey' }),
      expect.objectContaining({ audit_id: 9n, name: 'tester', action: 'revoke-key' }),
    ]);
    expect(await found()).toBeUndefined();
  });

  it('is found with an entry altered in any column, taken away, put in or moved', async () => {
    const { rows } = await book.session.client.query<{ name: string; type: string }>(
      `select column_name as name, data_type as type from information_schema.columns
       where table_schema = 'public' and table_name = 'audit' order by ordinal_position`,
    );
    expect(rows.length).toBeGreaterThan(12);
    for (const { name, type } of rows) {
      const other =
        type === 'bigint' ? '17' : type === 'json' ? `'{}'` : type === 'text' ? `'x'` : `at + interval '1 ms'`;
      expect(
        await changed(
          `alter table audit drop constraint audit_hash_check`,
          `update audit set ${name} = ${other} where audit_id = 2`,
        ),
        name,
      ).toMatch(/^entry (2|3|17) of the audit/);
    }
    expect(await changed('delete from audit where audit_id = 2')).toBe('entry 3 of the audit: number');
    expect(await changed('delete from audit where audit_id = 1')).toBe('entry 2 of the audit: number');
    expect(
      await changed(
        'insert into audit select 10, at, name, role, party_id, key_id, issuer, identity, action, subject, detail, request_id, hash from audit where audit_id = 2',
      ),
    ).toBe('entry 10 of the audit: hash');
    const swap = [
      'update audit set audit_id = 19 where audit_id = 2',
      'update audit set audit_id = 2 where audit_id = 3',
      'update audit set audit_id = 3 where audit_id = 19',
    ];
    expect(await changed(...swap)).toBe('entry 2 of the audit: hash');
  });

  it('holds what it is about, in every column of every table', async () => {
    // How far a delivery has come, counts of rows that woke later, and where a tally lies.
    const left = ['delivery.rows_read', 'delivery.finished', 'tally.feed', 'tally.unkept'];
    const tables = Object.entries(EVIDENCE).filter(([name, { by }]) => by === 'audited' && name !== 'audit');
    let tried = 0;
    for (const [table] of tables) {
      const { rows } = await book.session.client.query<{ name: string; type: string; counted: string }>(
        `select column_name as name, data_type as type, is_identity as counted from information_schema.columns
         where table_schema = 'public' and table_name = $1`,
        [table],
      );
      for (const { name, type, counted } of rows.filter((one) => !left.includes(`${table}.${one.name}`))) {
        const other = OTHER[type]?.(name);
        if (other === undefined) throw new Error(`say in OTHER how a ${type} is altered (${table}.${name})`);
        const checks = await book.session.client.query<{ name: string }>(
          `select conname as name from pg_constraint where conrelid = $1::regclass and contype in ('c', 'p', 'u', 'f')`,
          [table],
        );
        const free = checks.rows.map((check) => `alter table ${table} drop constraint ${check.name} cascade`);
        if (counted === 'YES') free.push(`alter table ${table} alter column ${name} drop identity`);
        const place = await changed(
          ...free,
          `update ${table} set ${name} = ${other} where ctid = (select min(ctid) from ${table})`,
        );
        expect(place, `${table}.${name}`).toMatch(NAMED);
        tried++;
      }
      const gone = await changed(`delete from ${table} where ctid = (select min(ctid) from ${table})`);
      expect(gone, `a row of ${table}, taken away`).toMatch(NAMED);
    }
    expect(tried).toBeGreaterThan(25);
    const forged = `insert into delivery (file, feed, sha256, bytes, finished, by_name, by_issuer, by_identity)
      overriding system value values ('f', 'shops', 'x', 1, true, 'Olga', 'os', 'tester')`;
    expect(await changed(forged)).toMatch(/^delivery \d+: entry$/);
    const key = `insert into api_key select 'k', sha256('k'), name, 'operator', null, null, null, created_at, created_by, null from api_key`;
    expect(await changed(key)).toBe('key k: key');
    expect(await changed(`update shop set name = 'Other' where shop_id = '1'`)).toMatch(/^batch \d+: rows$/);
    expect(await changed(`delete from shop where shop_id = '1'`)).toMatch(/^batch \d+: rows$/);
    expect(
      await changed(
        `insert into shop select '9', seller_id, mall, name, batch, 7, aside from shop where shop_id = '1'`,
      ),
    ).toMatch(/^batch \d+: rows$/);
  });

  it('is all that the writer leaves as it is: no evidence is its to change or to take away', async () => {
    const { rows } = await book.session.client.query<{ table: string; what: string; column: string | null }>(
      `select table_name as table, privilege_type as what, null as column from information_schema.role_table_grants
       where grantee = 'cps_writer' and table_schema = 'public' and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE')
       union all select table_name, 'UPDATE', column_name from information_schema.role_column_grants
       where grantee = 'cps_writer' and table_schema = 'public' and privilege_type = 'UPDATE'`,
    );
    const by = (table: string): string => (EVIDENCE as Readonly<Record<string, Evidence>>)[table]?.by ?? 'partition';
    const own = rows.filter(({ table }) => ['sealed', 'audited', 'deep'].includes(by(table)));
    const columns = new Set(own.map(({ table, what, column }) => `${what} ${table}.${column ?? '*'}`));
    // Derived from RunCompleted, and how far a delivery has come.
    const progress = [
      'next_day',
      'open_day',
      'open_through',
      'open_policy',
      'last_run_day',
      'run_epoch',
      'run_version',
    ];
    expect([...columns].sort()).toEqual(
      [
        ...progress.map((name) => `UPDATE book.${name}`),
        'UPDATE delivery.finished',
        'UPDATE delivery.rows_read',
      ].sort(),
    );
    expect(rows.filter(({ what, table }) => what !== 'UPDATE' && by(table) !== 'none')).toEqual([]);
    for (const statement of [
      `update book set currency = 'USD'`,
      `update api_key set role = 'operator'`,
      'delete from payment_file_row',
      `update click set ip = ''`,
      `update tally set accepted = 0`,
    ])
      await expect(book.session.client.query(statement), statement).rejects.toThrow('permission denied');
  });

  it('is found cut short by a hash kept elsewhere', async () => {
    const anchors = await hashesOfEntries(book.session, []);
    expect(anchors).toEqual([{ day: 'audit-9', root: expect.stringMatching(/^[0-9a-f]{64}$/) }]);
    expect(await found(anchors)).toBeUndefined();
    expect(await changed('delete from audit where audit_id = 9', 'delete from api_key_end')).toBeUndefined();
    await book.session.client.query('reset role');
    await book.session.client.query('begin');
    await book.session.client.query('set local session_replication_role = replica');
    await book.session.client.query('delete from audit where audit_id = 9');
    await book.session.client.query('delete from api_key_end');
    expect(await found(anchors)).toBe('audit-9: hash');
    await book.session.client.query('rollback');
    await book.session.client.query('set role cps_writer');
  });

  it('is written one after the other, and a token is one person under whatever name', async () => {
    const door = (subject: string, name: string): Pick<Door, 'who' | 'at' | 'requestId'> => {
      const identity = { issuer: 'https://login.example.org', subject };
      return { who: { name, role: 'risk', party: null, key: null, identity }, at: 1_400_000_000_000, requestId: 'r' };
    };
    const write = (subject: string, name: string) =>
      recordAudit(book.session, { ...door(subject, name), action: 'decide-case', subject: 'c', detail: {} });
    await write('u1', 'Chen');
    await expect(write('u1', 'Chen W.')).rejects.toThrow('u1 of https://login.example.org is known here as Chen');
    await write('u1', 'CHEN');
    await write('u2', 'Chen W.');
    expect(await found()).toBeUndefined();
    await expect(book.session.client.query('delete from audit')).rejects.toThrow();
    await expect(book.session.client.query(`update audit set name = 'x'`)).rejects.toThrow();
  });
});
