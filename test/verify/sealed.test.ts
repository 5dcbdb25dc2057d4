/**
 * What stands behind each table of the schema: every table says so, and what the log sealed is found where it is altered,
 * by table and night, in every column of every table of deliveries.
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver } from '../../src/ingest/deliver/deliver.ts';
import { record } from '../../src/ingest/deliver/record.ts';
import { alteredBatch } from '../../src/store/intake/sealed.ts';
import { digestKey } from '../../src/store/log/opened.ts';
import { EVIDENCE, SEALED_TABLES } from '../../src/store/schema/evidence.ts';
import { type SealedNight, verifyDeliveries } from '../../src/verify/deliveries.ts';
import { Report } from '../../src/verify/report.ts';
import { verify } from '../../src/verify/verify.ts';
import { runThrough } from '../books/play.ts';
import { type Copied, smallBookTemplate } from '../support/small-book.ts';

let template: Awaited<ReturnType<typeof smallBookTemplate>>;
/** The small book, and in it what a bank and others delivered. */
let book: Copied;

beforeAll(async () => {
  template = await smallBookTemplate();
  book = await template.copy();
  await deliverMore(book);
  await runThrough(book, '2014-02-23');
});
afterAll(async () => {
  await book.drop();
  await template.drop();
});

async function deliverMore({ session }: Copied): Promise<void> {
  const { rows } = await session.client.query<{ id: string; amount: string }>(
    `select instruction_id as id, (amount / 100.0)::numeric(20, 2)::text as amount from instruction
     where kind = 'payout' and state = 'instructed' order by 1 limit 2`,
  );
  const [one, other] = rows;
  const known = await session.client.query<{ publisher: string; site: string }>(
    'select publisher_id as publisher, site_id as site from site order by 1, 2 limit 1',
  );
  const { publisher, site } = known.rows[0] ?? { publisher: '', site: '' };
  const total = (Number(one?.amount) + Number(other?.amount)).toFixed(2);
  const files: readonly (readonly [feed: string, columns: string, ...rows: string[]])[] = [
    [
      'payment-files',
      'file_id,step,format,sha256,rows,amount,at,by',
      `F1,write,table,${'ab'.repeat(32)},2,${total},2014-02-22 09:00:00,Chen`,
    ],
    [
      'payment-file-rows',
      'file_id,instruction_id,reference,payee_account,payee_name,amount',
      ...rows.map(({ id, amount }) => `F1,${id},${id},6217,Wang,${amount}`),
    ],
    [
      'bank-statements',
      'statement,account,since,through,opening,closing',
      `B1,6222,2014-02-22 00:00:00,2014-02-23 00:00:00,500.00,${(500 - Number(one?.amount)).toFixed(2)}`,
    ],
    [
      'bank-lines',
      'statement,line,part,booked_at,amount,line_ref,reference,counterparty,counterparty_name,memo',
      `B1,1,0,2014-02-22 10:00:00,-${one?.amount},L1,${one?.id},6217,Wang,pay`,
    ],
    ['contacts', 'publisher_id,email', `${publisher},one@example.com`],
    [
      'filings',
      'site_id,filed_at,icp_number,categories,description,daily_visitors,evidence',
      `${site},2014-02-22 09:00:00,ICP 1,news,a site,10,${'cd'.repeat(32)}`,
    ],
    ['ownership', 'site_id,verified,at,how,verified_by', `${site},yes,2014-02-22 09:00:00,a file,Chen`],
    [
      'openings',
      'opening_id,cut_over_id,publisher_id,account,amount,prepared_by',
      `O1,gone,${publisher},payable,1.00,Chen`,
    ],
    ['cut-over-withdrawals', 'cut_over_id,withdrawn_by,withdrawn_at', 'gone,Chen,2014-02-22 12:00:00'],
    [
      'bank-postings',
      'posting_id,step,line_id,against,amount,instruction_id,reason,by,at',
      'BP-1,propose,BL-1,unallocated,1.00,,whose is it,Wu,2014-02-22 11:00:00',
      'BP-1,approve,,,,,,Chen,2014-02-22 12:00:00',
    ],
    ['break-notes', 'break_id,step,at,by,owner,effect,reason', 'missing.P-1,comment,2014-02-22 11:00:00,Wu,,,asked'],
  ];
  const folder = await mkdtemp(join(tmpdir(), 'cps-bank-'));
  for (const [feed, ...lines] of files) {
    const path = join(folder, `${feed}.csv`);
    await writeFile(path, [...lines, ''].join('\n'));
    const receipt = await deliver(session, { path, feed }, () => {});
    expect(receipt.accepted, feed).toBe(lines.length - 1);
  }
  await rm(folder, { recursive: true });
}

/** What the nights sealed, as the log says. */
async function sealedNights({ session }: Copied): Promise<SealedNight[]> {
  const { rows } = await session.client.query<{ day: string; position: bigint; body: string }>(
    `select business_day as day, position, body from log where type = 'DeliveriesSealed' order by position`,
  );
  return rows.map(({ day, position, body }) => ({
    day,
    position,
    ...(JSON.parse(body) as Pick<SealedNight, 'tables'>),
  }));
}

/** Where the deliveries of a book are not what was sealed: the first table. */
async function alteredIn(copy: Copied, nights: readonly SealedNight[]): Promise<string | undefined> {
  const report = new Report();
  await verifyDeliveries(copy.session, 2, nights, report);
  return report.differences[0]?.first.field;
}

/** Does something to the book in a transaction that is taken back, with nothing to hold it. */
async function taken<T>({ session }: Copied, work: () => Promise<T>): Promise<T> {
  const { client } = session;
  await client.query('begin');
  await client.query('set local session_replication_role = replica');
  try {
    return await work();
  } finally {
    await client.query('rollback');
  }
}

const OTHER: Readonly<Record<string, (column: string) => string>> = {
  smallint: (column) => `coalesce(${column}, 0) + 1`,
  integer: (column) => `coalesce(${column}, 0) + 1`,
  bigint: (column) => `coalesce(${column}, 0) + 1`,
  numeric: (column) => `coalesce(${column}, 0) + 0.000001`,
  text: (column) => `coalesce(${column}, '') || 'x'`,
  date: (column) => `coalesce(${column}, '2000-01-01') + 1`,
  'timestamp with time zone': (column) => `coalesce(${column}, '2013-01-01') + interval '1 microsecond'`,
  ARRAY: (column) => `${column} || array['x']`,
  json: () => `'{"x": 1}'::json`,
};

async function columnsOf({ session }: Copied, table: string): Promise<{ name: string; type: string }[]> {
  const { rows } = await session.client.query<{ name: string; type: string }>(
    `select column_name as name, data_type as type from information_schema.columns
     where table_schema = 'public' and table_name = $1 order by ordinal_position`,
    [table],
  );
  return rows;
}

describe('every table of the schema', () => {
  it('says what stands behind it', async () => {
    const { rows } = await book.session.client.query<{ name: string }>(
      `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
       and not relispartition order by 1`,
    );
    expect(Object.keys(EVIDENCE).sort()).toEqual(rows.map(({ name }) => name).sort());
    const page = await readFile(new URL('../../src/verify/README.md', import.meta.url), 'utf8');
    const told = page.split('\n').flatMap((line) => {
      const [, by = '', tables = ''] = /^\| (\S+) \| ([^|]*) \|/.exec(line) ?? [];
      return [...tables.matchAll(/`(\w+)`/g)].map(([, name]) => [name, by.replaceAll(/`|--/g, '')]);
    });
    expect(Object.fromEntries(told)).toEqual(
      Object.fromEntries(Object.entries(EVIDENCE).map(([name, { by }]) => [name, by])),
    );
    const delivered = await book.session.client.query<{ name: string }>(
      `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'n'`,
    );
    const byEvents = ['trade_fact', 'parked'];
    const names = delivered.rows.map(({ name }) => name).filter((name) => !byEvents.includes(name));
    expect([...SEALED_TABLES].sort()).toEqual(names.sort());
  });

  it('that holds deliveries is append-only for the engine, and has rows here', async () => {
    const { client } = book.session;
    for (const table of SEALED_TABLES) {
      const count = await client.query<{ count: bigint }>(`select count(*) as count from ${table}`);
      expect(count.rows[0]?.count, table).toBeGreaterThan(0n);
      for (const change of [`delete from ${table}`, `update ${table} set batch = batch`, `truncate ${table}`])
        await expect(client.query(change), change).rejects.toThrow('is append-only');
    }
    const { rows } = await client.query<{ table: string }>(
      `select table_name as table from information_schema.role_table_grants
       where grantee = 'cps_writer' and privilege_type in ('UPDATE', 'DELETE', 'TRUNCATE') and table_name = any($1)`,
      [[...SEALED_TABLES, 'policy', 'digest_key']],
    );
    expect(rows).toEqual([]);
  });
});

describe('what was delivered and sealed', () => {
  it('is found altered in any column of any table, by the table and the night', async () => {
    const nights = await sealedNights(book);
    expect(await alteredIn(book, nights)).toBeUndefined();
    let tried = 0;
    for (const table of SEALED_TABLES) {
      for (const { name, type } of await columnsOf(book, table)) {
        // They depend on how a delivery was cut; which night saw the row does not.
        if (name === 'n') continue;
        const other = name === 'batch' ? '1000000' : OTHER[type]?.(name);
        if (other === undefined) throw new Error(`say in OTHER how a ${type} is altered (${table}.${name})`);
        const found = await taken(book, async () => {
          const { client } = book.session;
          const checks = await client.query<{ name: string }>(
            `select conname as name from pg_constraint where conrelid = $1::regclass and contype = 'c'`,
            [table],
          );
          for (const check of checks.rows) await client.query(`alter table ${table} drop constraint ${check.name}`);
          await client.query(`update ${table} set ${name} = ${other} where ctid = (select max(ctid) from ${table})`);
          return alteredIn(book, nights);
        });
        expect(found, `${table}.${name}`).toBe(table);
        tried++;
      }
    }
    expect(tried).toBeGreaterThan(250);
  });

  it('is found with a row taken away, put in, or in another order', async () => {
    const nights = await sealedNights(book);
    const { client } = book.session;
    for (const table of SEALED_TABLES) {
      const gone = await taken(book, async () => {
        await client.query(`delete from ${table} where ctid = (select max(ctid) from ${table})`);
        return alteredIn(book, nights);
      });
      expect(gone, `${table}, a row taken away`).toBe(table);
      const twice = await taken(book, async () => {
        const keys = await client.query<{ name: string }>(
          `select conname as name from pg_constraint where conrelid = $1::regclass and contype in ('p', 'u')`,
          [table],
        );
        for (const key of keys.rows) await client.query(`alter table ${table} drop constraint ${key.name} cascade`);
        await client.query(`drop index if exists application_appeal`);
        await client.query(`insert into ${table} select * from ${table} where ctid = (select max(ctid) from ${table})`);
        return alteredIn(book, nights);
      });
      expect(twice, `${table}, a row put in`).toBe(table);
    }
    const amended = await taken(book, async () => {
      await client.query(
        `insert into publisher select publisher_id, name, kind, payee_name, 'of a thief', own_buyer_ids, registered_at,
           batch, n + 100000, aside from publisher where ctid = (select min(ctid) from publisher)`,
      );
      return alteredIn(book, nights);
    });
    expect(amended).toBe('publisher');
  });
});

/** Alterations that money could be moved or hidden by, and what verifying has to say of each. */
const ALTERATIONS: Readonly<Record<string, readonly [sql: string, says: RegExp]>> = {
  'the payee account of a publisher': [
    `update publisher set payee_account = 'of a thief' where ctid = (select min(ctid) from publisher)`,
    /deliveries .* publisher/,
  ],
  'the payee name of a publisher': [
    `update publisher set payee_name = 'a thief' where ctid = (select min(ctid) from publisher)`,
    /deliveries .* publisher/,
  ],
  'where mail of a publisher goes': [`update contact set email = 'thief@example.com'`, /deliveries .* contact/],
  'the amount of a bank line': ['update bank_line set amount = amount + 1', /deliveries .* bank_line/],
  'a bank line, deleted': ['delete from bank_line', /deliveries .* bank_line no rows/],
  'the opening of a bank statement': [
    'update bank_statement set opening = opening + 1',
    /deliveries .* bank_statement/,
  ],
  'the reference in a payment file': [
    `update payment_file_row set reference = 'other' where ctid = (select min(ctid) from payment_file_row)`,
    /deliveries .* payment_file_row/,
  ],
  'a row of a payment file, deleted': [
    'delete from payment_file_row where ctid = (select min(ctid) from payment_file_row)',
    /deliveries .* payment_file_row 1 rows/,
  ],
  'the note on a break': [`update break_note set by = 'nobody'`, /deliveries .* break_note/],
  'who proposed a bank posting': [
    `update bank_posting set by = 'nobody' where step = 'propose'`,
    /deliveries .* bank_posting/,
  ],
  'a payout result, forged into a night that is over': [
    `insert into result (instruction_id, status, at, reason, due_day, batch, n)
     select instruction_id, 'returned', '2014-02-20', 'forged', '2014-02-20', 1, 1000000 from instruction
     where kind = 'payout' and state = 'instructed' limit 1`,
    /deliveries .* result/,
  ],
  'the currency of the book': [`update book set currency = 'USD'`, /book the book book.currency USD CNY/],
  'the zone of the book': [
    `update book set zone = 'Asia/Manila'`,
    /book the book book.zone Asia\/Manila Asia\/Shanghai/,
  ],
  'the digits of the book': ['update book set digits = 3', /book the book book.digits 3 2/],
  'the partitions of the book': ['update book set partitions = 3', /book the book book.partitions 3 2/],
  'the day that comes next': ['update book set next_day = next_day - 5', /book the book book.next_day/],
  'the last day that was run': ['update book set last_run_day = last_run_day - 1', /book the book book.last_run_day/],
  'an open day where there is none': [`update book set open_day = '2014-03-01'`, /book the book book.next_day/],
  'the key of the digests': [`update digest_key set key = set_byte(key, 1, 7)`, /book the book book.digest_key/],
  'the counter of batches, set back': [`select setval('batch_number', 1)`, /book the book batch_number 1 /],
  'the rules of a policy': ['update policy set rules = rules + 1', /nights .* policy 1: rules 2 1/],
  'a setting of a policy': [
    `update policy set document = replace(document::text, '"payDay":20', '"payDay":2')::json where version = 1`,
    /nights .* policy 1: document/,
  ],
};

describe('what could move or hide money', () => {
  for (const [what, [statement, says]] of Object.entries(ALTERATIONS)) {
    it(`is found when altered: ${what}`, async () => {
      const { session, url } = book;
      const { client } = session;
      await client.query('set session_replication_role = replica');
      const tables = [...statement.matchAll(/(?:update|from|into) (\w+)/g)].map(([, name]) => name ?? '');
      const kept = [...new Set(tables)];
      for (const name of kept) await client.query(`create temporary table kept_${name} as select * from ${name}`);
      const counter = await client.query<{ last: bigint }>('select last_value as last from batch_number');
      try {
        await client.query(statement);
        const report = await verify(session, { url, workers: 1, deep: false, onProgress: () => {} });
        const said = report.differences.map(({ kind, first }) =>
          [kind, first.subject, first.field, first.stored, first.derived].join(' '),
        );
        expect(said.join('\n')).toMatch(says);
      } finally {
        for (const name of kept) {
          await client.query(`delete from ${name}`);
          await client.query(`insert into ${name} overriding system value select * from kept_${name}`);
          await client.query(`drop table kept_${name}`);
        }
        await client.query(`select setval('batch_number', $1)`, [String(counter.rows[0]?.last)]);
        await client.query('set session_replication_role = origin');
      }
    });
  }

  it('and nothing else is, once all of it is as it was', async () => {
    const { session, url } = book;
    const report = await verify(session, { url, workers: 1, deep: true, onProgress: () => {} });
    expect(report.differences).toEqual([]);
  });

  it('keeps a night from running where the book row is not what the log was opened with', async () => {
    const { client } = book.session;
    await client.query(`update book set currency = 'USD'`);
    await expect(runThrough(book, '2014-02-24')).rejects.toThrow(
      'the book row has the currency USD, and its log was opened with CNY: see cps verify',
    );
    await client.query(`update book set currency = 'CNY'`);
  });
});

/** What an attacker altered before the night that would have logged it. */
const BEFORE: Readonly<Record<string, string>> = {
  'a payout result, forged for the night to come': `insert into result (instruction_id, status, at, reason, due_day, batch, n)
    select instruction_id, 'returned', '2014-02-24', 'forged', '2014-02-24', nextval('batch_number'), 0 from instruction
    where kind = 'payout' and state = 'instructed' limit 1`,
  'a payout result, forged into a batch that was delivered': `insert into result (instruction_id, status, at, reason, due_day, batch, n)
    select instruction_id, 'returned', '2014-02-24', 'forged', '2014-02-24', (select max(batch) from break_note), 9 from instruction
    where kind = 'payout' and state = 'instructed' limit 1`,
  'a note on a break': `update break_note set reason = 'settled' where batch = (select max(batch) from break_note)`,
  'that a payment file was cancelled': `delete from payment_file where step = 'cancel'`,
  'who decided': `update payment_file set by = 'Li' where step = 'cancel'`,
  'a payee': `insert into publisher select publisher_id, name, kind, payee_name, 'of a thief', own_buyer_ids,
    registered_at, (select max(batch) from break_note), 9, aside from publisher where ctid = (select min(ctid) from publisher)`,
};

describe('what was delivered and no night has seen', () => {
  it.each(Object.entries(BEFORE))('is found altered: %s', async (_, statement) => {
    const { session } = book;
    const key = await digestKey(session);
    const waiting = await session.client.query(`select from payment_file where step = 'cancel'`);
    if (waiting.rowCount === 0)
      await record(session, { file: 'late' }, async () => ({
        parts: [
          {
            feed: 'break-notes',
            rows: [
              { break_id: 'missing.P-1', step: 'comment', at: '2014-02-24 09:00:00', by: 'Wu', reason: 'asked again' },
            ],
          },
          {
            feed: 'payment-files',
            rows: [{ file_id: 'F1', step: 'cancel', at: '2014-02-24 10:00:00', by: 'Chen', reason: 'not sent' }],
          },
        ],
      }));
    expect(await alteredBatch(session, key)).toBeUndefined();
    const found = await taken(book, async () => {
      await session.client.query(statement);
      return alteredBatch(session, key);
    });
    expect(found?.batch).toBeGreaterThan(0n);
    expect(found?.total).toBe(1n);
  });
});
