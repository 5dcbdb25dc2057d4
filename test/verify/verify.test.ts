/** A book verifies; whatever its owner alters behind the triggers' back is found, by kind and by place. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../src/night/run.ts';
import type { Report } from '../../src/verify/report.ts';
import { verify } from '../../src/verify/verify.ts';
import { BOOKS, openBook, playBook } from '../books/play.ts';
import { type Copied, deliverSmallBook, smallBookTemplate } from '../support/small-book.ts';

let template: Awaited<ReturnType<typeof smallBookTemplate>>;
beforeAll(async () => {
  template = await smallBookTemplate();
});
afterAll(() => template.drop());

async function inCopy<T>(work: (copy: Copied) => Promise<T>): Promise<T> {
  const copy = await template.copy();
  try {
    return await work(copy);
  } finally {
    await copy.drop();
  }
}

function verifyCopy({ session, url }: Copied, how: { workers?: number; deep?: boolean } = {}): Promise<Report> {
  return verify(session, { url, workers: how.workers ?? 1, deep: how.deep ?? false, onProgress: () => {} });
}

describe('a fresh book', () => {
  it('verifies, and holds every kind of event but those of banks, which have a book of their own', async () => {
    await inCopy(async (copy) => {
      const report = await verifyCopy(copy, { deep: true });
      expect(report.differences).toEqual([]);
      const { rows } = await copy.session.client.query<{ type: string }>(
        'select t::text as type from unnest(enum_range(null::event_type)) t except select distinct type::text from log',
      );
      // test/cli/bank.test.ts verifies a book with the bank's.
      const elsewhere = ['BankItemPosted', 'BreakNoted', 'PaymentFileCancelled', 'PaymentFileWritten'];
      expect(rows.map(({ type }) => type).sort()).toEqual(elsewhere);
      const { checked } = report;
      expect(checked.events).toBeGreaterThan(300);
      for (const count of Object.values(checked)) expect(count).toBeGreaterThan(0);
    });
  });

  it('verifies alike with worker threads', async () => {
    await inCopy(async (copy) => {
      const alone = await verifyCopy(copy);
      const together = await verifyCopy(copy, { workers: 2 });
      expect(together.checked).toEqual(alone.checked);
      expect(together.differences).toEqual([]);
    });
  });

  it('verifies with a night half done', async () => {
    const book = await openBook();
    try {
      await deliverSmallBook(book.session, async () => {
        const stop = (): void => {
          throw new Error('killed');
        };
        const order = { through: '2013-11-22', workers: 1, now: Date.UTC(2026, 0, 1), dryRun: false, url: book.url };
        const night = run(book.session, { ...order, smallNight: 1, onNight: () => {}, onBatch: stop });
        await expect(night).rejects.toThrow('killed');
      });
      const report = await verifyCopy({ ...book, drop: book.close }, { deep: true });
      expect(report.differences).toEqual([]);
      expect(report.checked.lines).toBeGreaterThan(0);
      expect(report.checked.nights).toBe(0);
    } finally {
      await book.close();
    }
  });

  it.skipIf(BOOKS.length === 0)('of the reference verifies, from what was delivered too', async () => {
    const book = await openBook();
    try {
      await playBook(book, BOOKS[2] ?? '');
      const report = await verifyCopy({ ...book, drop: book.close }, { deep: true });
      expect(report.differences).toEqual([]);
      expect(report.checked.lines).toBe(1200);
    } finally {
      await book.close();
    }
  });
});

/** What each table is to verify, its rows' own name in a report, and a column worth swapping between two rows. */
const TABLES = {
  log: { kind: 'chain', key: 'position', swap: 'body' },
  transfer: { kind: 'transfers', key: 'position', swap: 'amount' },
  account_day: { kind: 'account days', key: 'account', swap: 'closing' },
  attribution: { kind: 'lines', key: 'order_line_id', swap: 'pid' },
  settlement: { kind: 'lines', key: 'order_line_id', swap: 'commission' },
  instruction: { kind: 'instructions', key: 'instruction_id', swap: 'amount' },
  statement: { kind: 'statements', key: 'publisher_id', swap: 'closing' },
  promotion: { kind: 'promotion', key: 'subject', swap: 'position' },
} as const;
type Table = keyof typeof TABLES;

/** Another value of a column's type: never the same, and as near as the type allows. */
const OTHER: Readonly<Record<string, (column: string) => string>> = {
  smallint: (column) => `coalesce(${column}, 0) + 7`,
  integer: (column) => `coalesce(${column}, 0) + 7`,
  bigint: (column) => `coalesce(${column}, 0) + 100003`,
  numeric: (column) => `coalesce(${column}, 0) + 0.000001`,
  text: (column) => `coalesce(${column}, '') || 'x'`,
  date: (column) => `coalesce(${column}, '2000-01-01') + 9000`,
  'timestamp with time zone': (column) => `${column} + interval '1 microsecond'`,
  boolean: (column) => `not ${column}`,
  bytea: (column) => `set_byte(${column}, 5, get_byte(${column}, 5) # 1)`,
  json: (column) => `(${column}::text || ' ')::json`,
  'USER-DEFINED': (column) => `case when ${column} = 'DayOpened' then 'RunCompleted' else 'DayOpened' end::event_type`,
};

interface Column {
  readonly column_name: string;
  readonly data_type: string;
}

async function columnsOf({ session }: Copied, table: string): Promise<Column[]> {
  const { rows } = await session.client.query<Column>(
    `select column_name, data_type from information_schema.columns
     where table_schema = 'public' and table_name = $1 order by ordinal_position`,
    [table],
  );
  return rows;
}

/** The owner at work: no triggers, no checks. */
async function unguard({ session }: Copied, table: Table): Promise<void> {
  await session.client.query('set session_replication_role = replica');
  const { rows } = await session.client.query<{ conname: string }>(
    `select conname from pg_constraint where conrelid = $1::regclass and contype = 'c'`,
    [table],
  );
  for (const { conname } of rows) await session.client.query(`alter table ${table} drop constraint ${conname}`);
}

/** A row in the middle of a table, where `where` holds. */
async function middle(copy: Copied, table: Table, where = 'true'): Promise<{ ctid: string; name: string }> {
  const { key } = TABLES[table];
  const { rows } = await copy.session.client.query<{ ctid: string; name: string }>(
    `select ctid::text as ctid, ${key}::text as name from ${table} where ${where} order by ${key}, ctid
     offset (select count(*) / 2 from ${table} where ${where}) limit 1`,
  );
  const row = rows[0];
  if (row === undefined) throw new Error(`${table} has no row where ${where}`);
  return row;
}

/** Alters one row; what comes back puts it back as it was. */
async function alter(
  { session }: Copied,
  table: string,
  ctid: string,
  assignment: string,
): Promise<() => Promise<void>> {
  const { client } = session;
  await client.query(`create temporary table kept as select * from ${table} where ctid = '${ctid}'`);
  const { rows } = await client.query<{ ctid: string }>(
    `update ${table} set ${assignment} where ctid = '${ctid}' returning ctid::text as ctid`,
  );
  return async () => {
    await client.query(`delete from ${table} where ctid = '${rows[0]?.ctid}'`);
    await client.query(`insert into ${table} select * from kept`);
    await client.query('drop table kept');
  };
}

/** The kind's first difference has to name the row, or (of a row that is not in its place) the place it should be in. */
function expectNamed(report: Report, table: Table, what: string, names: readonly string[]): void {
  const found = report.differences.find(({ kind }) => kind === TABLES[table].kind);
  expect(found, `${table}, ${what}: no difference of kind ${TABLES[table].kind}`).toBeDefined();
  const { subject, position, stored, derived } = found?.first ?? {};
  const said = [subject, position, stored, derived].map(String).join(' | ');
  expect(
    names.some((name) => said.includes(name)),
    `${table}, ${what}: ${said} names none of ${names.join(', ')}`,
  ).toBe(true);
}

/** Of the log: the events that two later ones name as the one before them, as a copied event makes it. */
async function namedTwice({ session }: Copied, table: Table): Promise<string[]> {
  if (table !== 'log') return [];
  const { rows } = await session.client.query<{ position: bigint }>(
    'select previous as position from log where previous is not null group by partition, previous having count(*) > 1',
  );
  return rows.map(({ position }) => `position ${position} | named by one later event only`);
}

describe('what is altered', () => {
  for (const table of Object.keys(TABLES) as Table[]) {
    it(`in any column of ${table} is found`, async () => {
      const columns = await inCopy((copy) => columnsOf(copy, table));
      expect(columns.length).toBeGreaterThan(4);
      await inCopy(async (copy) => {
        await unguard(copy, table);
        for (const { column_name: column, data_type: type } of columns) {
          const other = OTHER[type];
          if (other === undefined) throw new Error(`say in OTHER how a ${type} is altered (${table}.${column})`);
          const row = await middle(copy, table);
          const mended = await alter(copy, table, row.ctid, `${column} = ${other(column)}`);
          expectNamed(await verifyCopy(copy), table, column, [row.name]);
          await mended();
        }
        expect((await verifyCopy(copy)).differences).toEqual([]);
      });
    });

    it(`as a row of ${table} deleted, put in, or swapped is found`, async () => {
      const { key, swap } = TABLES[table];
      await inCopy(async (copy) => {
        await unguard(copy, table);
        const row = await middle(copy, table);
        await copy.session.client.query(`delete from ${table} where ctid = '${row.ctid}'`);
        expectNamed(await verifyCopy(copy), table, 'a row deleted', [row.name]);
      });
      await inCopy(async (copy) => {
        await unguard(copy, table);
        // A copy of an event that follows another is found at that one, which it follows a second time.
        const row = await middle(copy, table, table === 'log' ? 'previous is null' : 'true');
        const columns = (await columnsOf(copy, table)).map((column) => column.column_name);
        const isNumber = key === 'position';
        const put = columns.map((name) => (name === key ? (isNumber ? `${name} + 100003` : `${name} || 'x'`) : name));
        await copy.session.client.query(
          `insert into ${table} (${columns.join(', ')}) select ${put.join(', ')} from ${table} where ctid = '${row.ctid}'`,
        );
        const twin = isNumber ? String(Number(row.name) + 100003) : `${row.name}x`;
        expectNamed(await verifyCopy(copy), table, 'a row put in', [twin, ...(await namedTwice(copy, table))]);
      });
      await inCopy(async (copy) => {
        await unguard(copy, table);
        const one = await middle(copy, table, `${swap} is not null`);
        const other = await middle(
          copy,
          table,
          `${swap}::text <> (select ${swap}::text from ${table} where ctid = '${one.ctid}')`,
        );
        await copy.session.client.query(
          `update ${table} t set ${swap} = o.${swap} from ${table} o
           where (t.ctid, o.ctid) in (('${one.ctid}', '${other.ctid}'), ('${other.ctid}', '${one.ctid}'))`,
        );
        expectNamed(await verifyCopy(copy), table, 'two rows swapped', [one.name, other.name]);
      });
    });
  }
});

/** Tables about nights: each row's name in a report, and the columns that say nothing once a night is through. */
const NIGHTLY = {
  night: { key: 'business_day', progress: [] },
  night_root: { key: 'business_day', progress: [] },
  month_close: { key: 'month', progress: [] },
  partition_head: { key: 'partition', progress: ['day', 'step', 'after', 'epoch', 'worker', 'night_types'] },
  policy: { key: 'version', progress: ['batch'] },
  waiting_day: { key: 'paid_on', progress: ['business_day'] },
} as const;

describe('what is altered about nights', () => {
  for (const [table, { key, progress }] of Object.entries(NIGHTLY)) {
    it(`in any column of ${table}, or as a row deleted, is found`, async () => {
      await inCopy(async (copy) => {
        const { client } = copy.session;
        await client.query('set session_replication_role = replica');
        const columns = (await columnsOf(copy, table)).filter(
          (one) => !progress.some((name) => name === one.column_name),
        );
        expect(columns.length).toBeGreaterThan(1);
        const row = async (): Promise<{ ctid: string; name: string }> => {
          const { rows } = await client.query<{ ctid: string; name: string }>(
            `select ctid::text as ctid, ${key}::text as name from ${table} order by ${key} desc
             offset (select count(*) / 2 from ${table}) limit 1`,
          );
          return rows[0] ?? { ctid: '', name: '' };
        };
        const expectFound = async (what: string, names: readonly string[]): Promise<void> => {
          const { differences } = await verifyCopy(copy);
          const said = differences.map(({ first }) => Object.values(first).map(String).join(' | '));
          const found = said.some((text) => names.some((one) => text.includes(one)));
          expect(found, `${table}, ${what}: ${said.join('; ')} names none of ${names.join(', ')}`).toBe(true);
        };
        for (const { column_name: column, data_type: type } of columns) {
          const { ctid, name } = await row();
          const mended = await alter(copy, table, ctid, `${column} = ${OTHER[type]?.(column)}`);
          await expectFound(column, [name, column]);
          await mended();
        }
        expect((await verifyCopy(copy)).differences).toEqual([]);
      });
      await inCopy(async (copy) => {
        const { client } = copy.session;
        await client.query('set session_replication_role = replica');
        const { rows } = await client.query<{ name: string }>(
          `delete from ${table} where ${key} = (select max(${key}) from ${table}) returning ${key}::text as name`,
        );
        const { differences } = await verifyCopy(copy);
        expect(
          JSON.stringify(differences, (_key, one: unknown) => (typeof one === 'bigint' ? String(one) : one)),
        ).toContain(rows[0]?.name);
      });
    });
  }
});
