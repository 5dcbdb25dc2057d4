/**
 * What a seller and a publisher can see of the database itself, whatever the application asks in their name: every table
 * is tried with their roles, row by row.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { OwnParty } from '../../src/core/access.ts';
import type { DocumentRow } from '../../src/core/month/document.ts';
import { piecesOf } from '../../src/filing/filing.ts';
import { connect, type Session } from '../../src/store/connection/session.ts';
import { inSnapshot } from '../../src/store/connection/snapshot.ts';
import { publisherDocument, sellerDocument } from '../../src/store/month/documents.ts';
import { asParty } from '../../src/store/people/access.ts';
import { migrate } from '../../src/store/schema/migrate.ts';
import { actAsWriter, grantRoles, hasParties } from '../../src/store/schema/roles.ts';
import { within } from '../support/database.ts';
import { type Ground, ground } from './ground.ts';

let at: Ground;
let session: Session;
beforeAll(async () => {
  at = await ground();
  session = await connect(at.databaseUrl, 'parties test');
});
afterAll(async () => {
  await session.close();
  await at.close();
});

const DENIED = '42501';

async function owner<T extends object>(sql: string, params: unknown[] = []): Promise<T[]> {
  return (await at.owner.client.query<T>(sql, params)).rows;
}

/** The tables of the book, with the columns that a role may read of each. */
async function readable(role: string): Promise<{ name: string; columns: string | null }[]> {
  return owner(
    `select c.relname as name, string_agg(quote_ident(a.attname), ', ') filter (
        where has_column_privilege('cps_' || $1, c.oid, a.attnum, 'select')) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
     group by 1 order by 1`,
    [role],
  );
}

async function seen(of: OwnParty, sql: string): Promise<string[]> {
  return asParty(session, of, async ({ client }) => {
    const { rows } = await client.query<{ row: string }>(`select to_json(x)::text as row from (${sql}) x`);
    return rows.map(({ row }) => row);
  });
}

async function ids(sql: string): Promise<string[]> {
  return (await owner<{ id: string }>(sql)).map(({ id }) => id);
}

const PARTIES = ['publisher', 'seller'] as const;
const partyOf = (role: (typeof PARTIES)[number]): OwnParty => ({ role, party: at[role] });

describe.each(PARTIES)('a %s', (role) => {
  it('sees of every table its own rows alone: no rival, no buyer, no payee', async () => {
    const own = at[role];
    const others = await ids(
      role === 'publisher'
        ? `select distinct publisher_id as id from publisher where publisher_id <> '${own}'`
        : `select distinct seller_id as id from shop where seller_id <> '${own}'`,
    );
    const buyers = await ids('select distinct buyer_id as id from order_line union select buyer_id from click');
    const payees = await ids('select payee_account as id from publisher');
    const hidden = new Set([...others, ...buyers, ...payees]);
    expect(hidden.size).toBeGreaterThan(50);
    const seenIn = new Set<string>();
    for (const { name, columns } of await readable(role)) {
      if (columns === null || (role === 'publisher' && name === 'shop')) continue;
      const rows = await seen(partyOf(role), `select ${columns} from public.${name}`);
      if (rows.length > 0) seenIn.add(name);
      for (const row of rows)
        for (const word of row.split(/[^A-Za-z0-9-]+/))
          expect(hidden.has(word), `${name}: ${word} in ${row}`).toBe(false);
    }
    // Otherwise nothing was looked at.
    for (const name of ['log', 'transfer', 'account_day', 'attribution', 'settlement', 'instruction', 'result'])
      expect(seenIn).toContain(name);
  });

  it('sees all of its own', async () => {
    const own = at[role];
    const column = `${role}_id`;
    const counts: readonly (readonly [string, string])[] = [
      ['log', `${column} = '${own}'`],
      ['attribution', `${column} = '${own}'`],
      ['instruction', `party_id = '${own}' and kind = '${role === 'publisher' ? 'payout' : 'deduction'}'`],
      ['account_day', `account like '%:${role}:${own}:%'`],
      ['transfer', `debit like '%:${role}:${own}:%' or credit like '%:${role}:${own}:%'`],
      ...(role === 'publisher'
        ? [['statement', `publisher_id = '${own}'`] as const, ['site', `publisher_id = '${own}'`] as const]
        : []),
    ];
    for (const [name, where] of counts) {
      const [wanted] = await owner<{ n: bigint }>(`select count(*) as n from ${name} where ${where}`);
      const [got] = await seen(partyOf(role), `select count(*)::text as n from public.${name}`);
      expect(wanted?.n, name).toBeGreaterThan(0n);
      expect(got, name).toBe(`{"n":"${wanted?.n}"}`);
    }
  });

  it('reads of bodies only what its documents tell', async () => {
    const rows = await seen(partyOf(role), 'select type, body from log');
    const [own] = await owner<{ n: bigint }>(`select count(*) as n from log where ${role}_id = '${at[role]}'`);
    expect(rows.length).toBe(Number(own?.n));
    expect(rows.length).toBeGreaterThan(10);
    const buyers = new Set(await ids('select distinct buyer_id as id from order_line'));
    for (const row of rows) {
      expect(row).not.toMatch(/"(buyer|pid|referrer|order|signals|saw)"/);
      for (const word of row.split(/[^A-Za-z0-9-]+/)) expect(buyers.has(word), row).toBe(false);
    }
    await expect(seen(partyOf(role), 'select body from public.log')).rejects.toMatchObject({ code: DENIED });
  });

  it('may not read what is nobody of theirs, and writes nothing', async () => {
    const may = new Map((await readable(role)).map(({ name, columns }) => [name, columns]));
    for (const name of [
      'click',
      'order_line',
      'trade_fact',
      'delivery',
      'refusal',
      'parked',
      'api_key',
      'audit',
      'kept_answer',
      'bank_line',
      'break_note',
      'case_decision',
      'mail',
      'contact',
      'plan_member',
      'rate',
    ])
      expect(may.get(name), name).toBeNull();
    for (const [name] of may) {
      for (const sql of [
        `delete from public.${name}`,
        `truncate public.${name}`,
        `insert into public.${name} default values`,
      ]) {
        const tried = asParty(session, partyOf(role), () => session.client.query(sql));
        await expect(tried, sql).rejects.toMatchObject({ code: expect.stringMatching(/^(42501|25006)$/) });
      }
      const [{ any } = { any: true }] = await owner<{ any: boolean }>(
        `select bool_or(has_table_privilege('cps_${role}', 'public.${name}', p)) as any
         from unnest(array['insert', 'update', 'delete', 'truncate', 'references', 'trigger']) p`,
      );
      expect(any, name).toBe(false);
    }
  });

  it('is nobody without a party, and again the engine after its transaction', async () => {
    const rows = await session.transaction(async () => {
      await session.client.query(`select set_config('role', 'cps_${role}', true)`);
      return (await session.client.query('select 1 from log')).rows;
    });
    expect(rows).toEqual([]);
    await asParty(session, partyOf(role), async () => undefined);
    const { rows: after } = await session.client.query(
      `select current_user = session_user as mine, coalesce(current_setting('cps.party', true), '') as party, current_setting('search_path') as path`,
    );
    expect(after[0]).toMatchObject({ mine: true, party: '' });
    expect(after[0].path).not.toContain('party,');
  });
});

describe('documents', () => {
  it('of a party are, in its own session, the bytes that the engine writes', async () => {
    const book = await at.deps.book();
    const wanted = { month: '2013-12', format: 'csv', language: null, asOf: null } as const;
    for (const role of PARTIES) {
      const read = async (): Promise<string> => {
        const of = role === 'publisher' ? publisherDocument : sellerDocument;
        const document = await of(session, book, at[role], wanted.month, null);
        let text = '';
        for await (const piece of piecesOf(document, book, wanted)) text += piece;
        return text;
      };
      const engine = await inSnapshot(session, read);
      expect(await asParty(session, partyOf(role), read)).toBe(engine);
      expect(engine.split('\n').length).toBeGreaterThan(3);
    }
  });

  it('of a rival are empty in a party’s session, though the application asks for them', async () => {
    const book = await at.deps.book();
    const [other] = await ids(
      `select publisher_id as id from statement where publisher_id <> '${at.publisher}' and month = '2013-11' limit 1`,
    );
    const rows: DocumentRow[] = [];
    await asParty(session, partyOf('publisher'), async () => {
      const document = await publisherDocument(session, book, other ?? '', '2013-11', null);
      expect(document.frame).toMatchObject({ name: '', issued: null, payout: null, opening: 0n, held: 0n });
      for await (const list of document.read()) rows.push(...(list as unknown as DocumentRow[]));
    });
    expect(rows).toEqual([]);
  });
});

const resultOf = (id: string) => ({
  instruction_id: id,
  status: 'confirmed',
  at: '2014-01-01T00:00:00Z',
  reason: '',
  due_day: '2014-01-01',
  batch: 1n,
  n: 1,
});

describe('an owner that is no superuser', () => {
  it('has its book without the parties, COPY works as before, and they come once somebody makes them members', async () => {
    const name = `plain_${randomBytes(4).toString('hex')}`;
    const admin = await connect(inject('serverUrl'), 'parties test');
    try {
      await admin.client.query(`create role ${name} login password 'test'`);
      await admin.client.query(`create database ${name} owner ${name} template template0`);
      const url = new URL(within(inject('serverUrl'), name));
      url.username = name;
      url.password = 'test';
      const plain = await connect(url.href, 'parties test');
      const copy = (id: string) => plain.copyIn('result', [resultOf(id)]);
      try {
        await migrate(plain);
        expect(await hasParties(plain)).toBe(false);
        expect(await actAsWriter(plain)).toBe(false);
        expect(await copy('A')).toBe(1);
        await admin.client.query(`grant cps_writer, cps_seller, cps_publisher to ${name}`);
        await migrate(plain);
        expect(await hasParties(plain)).toBe(true);
        expect(await actAsWriter(plain)).toBe(true);
        expect(await copy('B')).toBe(1);
        const seen = await asParty(plain, { role: 'seller', party: 's1' }, async () => {
          return (await plain.client.query('select instruction_id from result')).rows;
        });
        expect(seen).toEqual([]);
      } finally {
        await plain.close();
      }
    } finally {
      await admin.client.query(`drop database if exists ${name} with (force)`);
      await admin.client.query(`drop role if exists ${name}`);
      await admin.close();
    }
  });
});

describe('the engine', () => {
  it('passes by what keeps the parties apart, COPY included, and so do readers and auditors', async () => {
    expect(await hasParties(session)).toBe(true);
    const own = await connect(at.databaseUrl, 'parties test');
    try {
      expect(await actAsWriter(own)).toBe(true);
      const [{ n } = { n: 0n }] = await owner<{ n: bigint }>('select count(*) as n from log');
      expect((await own.client.query('select count(*) as n from log')).rows[0].n).toBe(n);
      expect(await own.copyIn('result', [resultOf('X')])).toBe(1);
    } finally {
      await own.close();
    }
    for (const role of ['cps_reader', 'cps_auditor'])
      await session.transaction(async () => {
        await session.client.query(`select set_config('role', '${role}', true)`);
        expect((await session.client.query('select count(*) > 100 as all from log')).rows).toEqual([{ all: true }]);
      });
  });

  it('makes the roles and rows anew without harm', async () => {
    const before = await owner(`select * from pg_policies where schemaname = 'public' order by tablename, policyname`);
    await grantRoles(at.owner, true);
    const after = await owner(`select * from pg_policies where schemaname = 'public' order by tablename, policyname`);
    expect(after).toEqual(before);
    expect(before.length).toBeGreaterThan(40);
  });
});
