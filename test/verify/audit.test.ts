/** The record of who did what: a chain in which a row taken away, altered or moved is named, and receipts that it holds. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Door } from '../../src/store/people/audit.ts';
import { recordAudit } from '../../src/store/people/audit.ts';
import { verifyAudit } from '../../src/verify/audit.ts';
import { Report } from '../../src/verify/report.ts';
import { makeBook, type OpenBook, openBook } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';

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
  ])
    expect(await commandLine(['--database', book.url, ...args])).toMatchObject({ err: '' });
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await book.close();
});

async function found(): Promise<string | undefined> {
  const report = new Report();
  await verifyAudit(book.session, 2, report);
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
        type === 'bigint' ? '7' : type === 'json' ? `'{}'` : type === 'text' ? `'x'` : `at + interval '1 ms'`;
      expect(
        await changed(
          `alter table audit drop constraint audit_hash_check`,
          `update audit set ${name} = ${other} where audit_id = 2`,
        ),
        name,
      ).toMatch(/^entry [237] of the audit/);
    }
    expect(await changed('delete from audit where audit_id = 2')).toBe('entry 3 of the audit: number');
    expect(await changed('delete from audit where audit_id = 1')).toBe('entry 2 of the audit: number');
    expect(
      await changed(
        'insert into audit select 5, at, name, role, party_id, key_id, issuer, identity, action, subject, detail, request_id, hash from audit where audit_id = 2',
      ),
    ).toBe('entry 5 of the audit: hash');
    const swap = [
      'update audit set audit_id = 9 where audit_id = 2',
      'update audit set audit_id = 2 where audit_id = 3',
      'update audit set audit_id = 3 where audit_id = 9',
    ];
    expect(await changed(...swap)).toBe('entry 2 of the audit: hash');
  });

  it('holds the receipts of deliveries, in every column', async () => {
    for (const [table, names] of [
      ['delivery', ['file', 'feed', 'sha256', 'by_name', 'by_issuer', 'by_identity', 'bytes', 'finished']],
      ['tally', ['accepted', 'duplicate', 'conflict', 'rejected', 'parked', 'amount', 'delivery_id', 'woken']],
    ] as const)
      for (const name of names) {
        const other = ['finished', 'woken'].includes(name)
          ? `not ${name}`
          : table === 'tally' || name === 'bytes'
            ? `${name} + 1`
            : `${name} || 'x'`;
        expect(
          await changed(`update ${table} set ${name} = ${other} where delivery_id = 1`),
          `${table}.${name}`,
        ).toMatch(/^entry 1 of the audit: delivery 1/);
      }
    expect(await changed('delete from delivery where delivery_id = 1')).toBe('entry 1 of the audit: delivery 1');
    const forged = `insert into delivery (file, feed, sha256, bytes, finished, by_name, by_issuer, by_identity)
      overriding system value values ('f', 'shops', 'x', 1, true, 'Olga', 'os', 'tester')`;
    expect(await changed(forged)).toMatch(/^delivery \d+: entry$/);
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
