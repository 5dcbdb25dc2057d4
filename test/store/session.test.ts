// One connection: what comes back for each type, what COPY carries unharmed, and what a caller hears when something fails.

import { once } from 'node:events';
import { createServer } from 'node:net';
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { type CopyRow, type CopyValue, copyPieces, parseInstant } from '../../src/store/connection/copy-format.ts';
import { connect, DatabaseAway, type Session, WrongDatabase } from '../../src/store/connection/session.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let database: FreshDatabase;
let session: Session;

beforeAll(async () => {
  database = await freshDatabase('template0');
});

afterAll(() => database.drop());

beforeEach(async () => {
  session = await connect(database.url, 'cps test');
});

afterEach(() => session.close());

async function one(sql: string, params: unknown[] = []): Promise<unknown> {
  const { rows } = await session.client.query<{ value: unknown }>(sql, params);
  return rows[0]?.value;
}

test.each<[string, unknown]>([
  ['9223372036854775807::int8', 9223372036854775807n],
  ['(-32768)::int2', -32768],
  ['2147483647::int4', 2147483647],
  ['0.10::numeric', '0.10'],
  ['1.5::float8', 1.5],
  [`'2013-12-10'::date`, '2013-12-10'],
  [`'2013-12-10 18:08:02.123+08'::timestamptz`, Date.UTC(2013, 11, 10, 10, 8, 2, 123)],
  [`'2013-12-10 10:08:02+00'::timestamptz`, Date.UTC(2013, 11, 10, 10, 8, 2)],
  [`'{"b": 1.10,  "a":2}'::json`, '{"b": 1.10,  "a":2}'],
  [`'{"b": 1.10,  "a":2}'::jsonb`, '{"a": 2, "b": 1.10}'],
  [`array['a,b', '"', '\\', null, '']`, ['a,b', '"', '\\', null, '']],
  [`array[1,null]::int8[]`, [1n, null]],
  [`array[0.10]::numeric[]`, ['0.10']],
  [`'\\x00ff'::bytea`, Buffer.from([0, 255])],
  ['true', true],
  ['false', false],
  ['null::int8', null],
  [`'2013-12-10 10:08:02'::timestamp`, '2013-12-10 10:08:02'],
])('returns %s as it is', async (sql, value) => {
  expect(await one(`select ${sql} as value`)).toEqual(value);
});

test('reads every instant of the years 1000 to 9999 as Date does', () => {
  const [first, last] = [Date.parse('1000-01-01T00:00:00Z'), Date.parse('9999-12-31T23:59:59.999Z')];
  fc.assert(
    fc.property(fc.integer({ min: first, max: last }), (instant) => {
      const text = new Date(instant)
        .toISOString()
        .replace('T', ' ')
        .replace('Z', '+00')
        .replace(/\.?0+\+/, '+');
      const shortest = /:\d\d(\.\d+)?\+00$/.test(text)
        ? text
        : new Date(instant).toISOString().replace('T', ' ').replace('.000Z', '+00');
      expect(parseInstant(shortest)).toBe(instant);
    }),
    { numRuns: 2000 },
  );
});

test('reads what PostgreSQL writes of an instant, also before 1970 and in microseconds', async () => {
  for (const text of [
    '1969-12-31T23:59:59.9999Z',
    '1000-01-01T00:00:00Z',
    '2026-02-28T23:59:60Z',
    '2000-02-29T12:00:00.1Z',
  ]) {
    const expected = await one('select floor(extract(epoch from $1::timestamptz) * 1000)::int8 as value', [text]);
    expect(await one('select $1::timestamptz as value', [text])).toBe(Number(expected));
  }
});

test.each(['infinity', '2013-12-10 10:08:02+08', '12013-12-10 10:08:02+00', '0044-03-15 00:00:00+00 BC', ''])(
  'refuses %j as an instant',
  (text) => {
    expect(() => parseInstant(text)).toThrow('is not a UTC time');
  },
);

test('says who it is and runs in UTC, read committed', async () => {
  expect(await one(`select current_setting('application_name') as value`)).toBe('cps test');
  expect(await one(`select current_setting('TimeZone') as value`)).toBe('UTC');
  expect(await one(`select current_setting('transaction_isolation') as value`)).toBe('read committed');
});

const nasty = fc.string({
  unit: fc.constantFrom('\\', '\t', '\n', '\r', '"', "'", '{', '}', ',', 'N', '.', 'x', ' ', '中', '😀', '\b', 'é'),
});
const text = fc
  .oneof(nasty, fc.string({ unit: 'binary' }), fc.constantFrom('\\N', '\\.', 'NULL', ''))
  .map((s) => s.replaceAll('\0', ''));
const row = fc.tuple(
  fc.option(text),
  fc.option(fc.array(text, { maxLength: 4 })),
  fc.option(fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes))),
  fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  fc.option(fc.integer()),
  fc.option(fc.boolean()),
);

test('COPY carries every value there and back', async () => {
  await session.client.query(
    'create temp table "odd Name" (n int, t text, l text[], b bytea, i int8, "Four" int4, f bool)',
  );
  const columns = ['n', 't', 'l', 'b', 'i', 'Four', 'f'];
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 20 }), async (rows) => {
      const sent = rows.map((cells, n): CopyValue[] => [n, ...cells]);
      const named = sent.map((cells) => Object.fromEntries(cells.map((cell, at) => [columns[at] ?? '', cell])));
      expect(await session.copyIn('odd Name', named)).toBe(sent.length);
      const { rows: came } = await session.client.query<Record<string, unknown>>('table "odd Name" order by n');
      expect(came.map((one) => columns.map((column) => one[column]))).toEqual(sent);
      await session.client.query('truncate "odd Name"');
    }),
    { numRuns: 200 },
  );
});

const day = fc.date({ min: new Date('1990-01-01'), max: new Date('2099-12-31'), noInvalidDate: true });
const cells = fc.record({
  t: fc.option(
    fc.oneof(
      text,
      fc.string({ unit: 'binary', minLength: 50, maxLength: 80 }).map((s) => s.replaceAll('\0', '')),
    ),
  ),
  big: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
  safe: fc.maxSafeInteger(),
  four: fc.integer(),
  two: fc.integer({ min: -32768, max: 32767 }),
  at: day.map((one) => one.getTime()),
  on: day.map((one) => one.toISOString().slice(0, 10)),
});

test('a binary COPY carries every cell there and back, in rows of any length', async () => {
  const columns = ['n', 't', 'big', 'safe', 'four', 'two', 'at', 'on'];
  await session.client.query(
    'create temp table "bin ary" (n int, t text, big int8, safe int8, four int4, two int2, at timestamptz, "on" date)',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(cells, { maxLength: 20 }), fc.constantFrom(1, 90_000), async (rows, repeated) => {
      const sent = rows.map((row, n) => ({
        n,
        ...row,
        t: row.t === null ? null : row.t.repeat(n === 0 ? repeated / 10 : 1),
      }));
      const copied = await session.copyInBinary('bin ary', columns, sent, (to, row) => {
        to.int4(row.n);
        to.text(row.t);
        to.int8(row.big);
        to.int8(row.safe);
        to.int4(row.four);
        to.int2(row.two);
        to.instant(row.at);
        to.day(row.on);
      });
      expect(copied).toBe(sent.length);
      const { rows: came } = await session.client.query('table "bin ary" order by n');
      expect(came).toEqual(sent.map((row) => ({ ...row, safe: BigInt(row.safe) })));
      await session.client.query('truncate "bin ary"');
    }),
    { numRuns: 100 },
  );
});

test('a binary COPY of a cell too few, or of another type, is refused as a whole', async () => {
  await session.client.query('create temp table strict (n int, t text)');
  const rows = [1, 2];
  const copy = (columns: string[], write: Parameters<typeof session.copyInBinary<number>>[3]) =>
    session.copyInBinary('strict', columns, rows, write);
  await expect(copy(['n', 't'], (to, n) => to.int4(n))).rejects.toThrow(/COPY|row field count/);
  await expect(copy(['n'], (to, n) => to.int8(n))).rejects.toThrow('incorrect binary data format');
  expect(await one('select count(*) as value from strict')).toBe(0n);
});

test('COPY sends pieces of about 64 KiB, made as they are asked for', () => {
  let made = 0;
  const endless = (function* () {
    for (;;) yield { n: `${++made}`.padEnd(100) };
  })();
  const pieces = copyPieces(endless);
  for (let taken = 1; taken <= 3; taken++) {
    const { value } = pieces.next();
    expect(Buffer.isBuffer(value) && value.length).toBeLessThan(70_000);
    expect(made).toBeLessThan(taken * 700);
  }
});

test('COPY that fails, at the server or in its rows, writes nothing and leaves the session usable', async () => {
  await session.client.query('create temp table whole (n int check (n < 100000))');
  const count = (end: number) => Array.from({ length: end }, (_, n) => ({ n }));
  await expect(session.copyIn('whole', count(200_000))).rejects.toThrow('whole_n_check');
  const breaking = function* (): Generator<CopyRow> {
    yield* count(50_000);
    throw new Error('no more rows');
  };
  await expect(session.copyIn('whole', breaking())).rejects.toThrow('no more rows');
  await expect(session.copyIn('nowhere', [{ n: 1 }])).rejects.toThrow('"nowhere" does not exist');
  expect(await one('select count(*) as value from whole')).toBe(0n);
  expect(await session.copyIn('whole', count(50_000))).toBe(50_000);
  expect(await session.copyIn('whole', [])).toBe(0);
});

test('Kysely, COPY and cursors see one transaction, and a rollback takes it all back', async () => {
  await session.client.query('create temp table held (n int)');
  const failing = session.transaction(async () => {
    await session.copyIn('held', [{ n: 1 }, { n: 2 }]);
    await session.client.query('insert into held values (3)');
    const seen: unknown[] = [];
    for await (const rows of session.stream(sql`select n from held where n > ${0} order by n`, 2)) seen.push(rows);
    expect(seen).toEqual([[{ n: 1 }, { n: 2 }], [{ n: 3 }]]);
    const { rows } = await session.db
      .selectNoFrom((query) => query.lit(1).as('value'))
      .execute()
      .then((rows) => ({ rows }));
    expect(rows).toEqual([{ value: 1 }]);
    throw new Error('changed my mind');
  });
  await expect(failing).rejects.toThrow('changed my mind');
  expect(await one('select count(*) as value from held')).toBe(0n);
  expect(await session.transaction(async () => await one('select 7 as value'))).toBe(7);
});

test('a transaction does not nest, and one that failed unheard is not taken for committed', async () => {
  const nested = session.transaction(() => session.transaction(async () => 1));
  await expect(nested).rejects.toThrow('a transaction is already open');
  const unheard = session.transaction(async () => {
    await session.client.query('select 1/0').catch(() => undefined);
  });
  await expect(unheard).rejects.toThrow('nothing was written');
  expect(await one('select 1 as value')).toBe(1);
});

test('a stream ends its cursor when its reader stops early, with and without a transaction', async () => {
  const first = async (): Promise<unknown> => {
    for await (const rows of session.stream(sql<{ n: number }>`select n from generate_series(1, 100000) n`, 3))
      return rows;
    return undefined;
  };
  const three = [{ n: 1 }, { n: 2 }, { n: 3 }];
  expect(await first()).toEqual(three);
  expect(session.client.getTransactionStatus()).toBe('I');
  await session.transaction(async () => {
    expect(await first()).toEqual(three);
    expect(await one('select count(*) as value from pg_cursors')).toBe(0n);
    expect(await first()).toEqual(three);
  });
});

test('two streams go on side by side, and an error in one is heard', async () => {
  await session.transaction(async () => {
    const [even, odd] = [0, 1].map((rest) =>
      session.stream(sql<{ n: number }>`select n from generate_series(1, 5) n where n % 2 = ${rest}`, 1),
    );
    const seen = [await even?.next(), await odd?.next(), await even?.next(), await odd?.next()];
    expect(seen.map((step) => step?.value)).toEqual([[{ n: 2 }], [{ n: 1 }], [{ n: 4 }], [{ n: 3 }]]);
    await even?.return(undefined);
    await odd?.return(undefined);
  });
  const failing = async (): Promise<void> => {
    for await (const _ of session.stream(sql`select 1 / (3 - n) from generate_series(1, 5) n`, 1));
  };
  await expect(failing()).rejects.toThrow('division by zero');
  await expect(session.transaction(failing)).rejects.toThrow('division by zero');
  expect(await one('select 1 as value')).toBe(1);
});

test('the state of the transaction is known as soon as an error is', async () => {
  await session.client.query('create temp table strict (n int unique deferrable initially deferred)');
  for (let round = 0; round < 50; round++) {
    const late = session.transaction(() => session.client.query('insert into strict values (1), (1)'));
    await expect(late).rejects.toThrow('duplicate key');
    expect(session.client.getTransactionStatus()).toBe('I');
    const declared = session.transaction(() => session.stream(sql`select ${1}::int + nothing`).next());
    await expect(declared).rejects.toThrow('"nothing" does not exist');
    await session.client.query('begin');
    await expect(session.client.query('select $1::int / 0', [1])).rejects.toThrow('division by zero');
    expect(session.client.getTransactionStatus()).toBe('E');
    await session.client.query('rollback');
  }
});

test('a stream of its own transaction writes nothing', async () => {
  const writing = async (): Promise<void> => {
    for await (const _ of session.stream(sql`select 1`)) await session.client.query('create table never (n int)');
  };
  await expect(writing()).rejects.toThrow('read-only transaction');
});

test('queries and copies asked at once are answered in the order asked', async () => {
  await session.client.query('create temp table queue (n int)');
  const answered: string[] = [];
  const ask = async (name: string, answer: Promise<unknown>): Promise<void> => {
    await answer;
    answered.push(name);
  };
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  await Promise.all(
    names.flatMap((name, n) => [
      ask(`${name} copied`, session.copyIn('queue', [{ n }])),
      ask(`${name} slept`, one('select pg_sleep(0.002)')),
    ]),
  );
  expect(answered).toEqual(names.flatMap((name) => [`${name} copied`, `${name} slept`]));
});

/** The refusal of a connection, which must be one of ours and not hold the password. */
async function refusal(url: string): Promise<string> {
  const error: unknown = await connect(url).catch((thrown: unknown) => thrown);
  expect(error instanceof DatabaseAway || error instanceof WrongDatabase).toBe(true);
  const said = String(error);
  expect(said).not.toContain('secret');
  expect(said).not.toContain('\n');
  return said;
}

test('a database that cannot be used is told in one sentence', async () => {
  expect(await refusal('postgresql://u:secret@127.0.0.1:1/x')).toBe(
    'DatabaseAway: the database at 127.0.0.1:1 does not answer (connection refused): start it, or check --database',
  );
  expect(await refusal('postgresql://u:secret@no-such-host.invalid/x')).toMatch(/no such host|cannot be looked up/);
  const wrong = new URL(inject('serverUrl'));
  wrong.password = 'secret';
  expect(await refusal(wrong.href)).toMatch(/does not let cps in .*: check --database/);
  wrong.password = new URL(inject('serverUrl')).password;
  wrong.pathname = '/nowhere';
  expect(await refusal(wrong.href)).toMatch(/has no database "nowhere": create it, or check --database/);
  for (const url of ['secret', 'mysql://u:secret@h/x', 'postgresql://u:secret@h:port/x', '']) {
    expect(await refusal(url)).toContain('WrongDatabase: the database URL cannot be read');
  }
});

test('a server that hangs up at once is away', async () => {
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  expect(await refusal(`postgresql://u:secret@127.0.0.1:${port}/x`)).toContain('does not answer (');
  server.close();
});

async function cutOff(victim: Session): Promise<void> {
  const { rows } = await victim.client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const other = await connect(database.url);
  await other.client.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await other.close();
}

test('a connection lost in a query, in a COPY, in a transaction or in between is told as DatabaseAway', async () => {
  const inQuery = await connect(database.url);
  const { rows } = await inQuery.client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const pending = expect(inQuery.client.query('select pg_sleep(60)')).rejects.toThrow(DatabaseAway);
  await session.client.query('select pg_terminate_backend($1)', [rows[0]?.pid]);
  await pending;
  await expect(inQuery.client.query('select 1')).rejects.toThrow(/has gone away \(connection lost\)/);
  await expect(inQuery.copyIn('x', [{ n: 1 }])).rejects.toThrow(DatabaseAway);
  await inQuery.close();
  await inQuery.close();

  const between = await connect(database.url);
  await cutOff(between);
  await expect(between.client.query('select 1')).rejects.toThrow(DatabaseAway);
  await between.close();

  const inCopy = await connect(database.url);
  await inCopy.client.query('create temp table filling (n int)');
  const { rows: who } = await inCopy.client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const endless = function* (): Generator<CopyRow> {
    for (let n = 0; ; n++) yield { n: n % 1000 };
  };
  const filling = expect(inCopy.transaction(() => inCopy.copyIn('filling', endless()))).rejects.toThrow(DatabaseAway);
  await session.client.query('select pg_sleep(0.1), pg_terminate_backend($1)', [who[0]?.pid]);
  await filling;
  await inCopy.close();
});

test('what is asked of a closed session is refused, and a query under way is ended', async () => {
  const closed = await connect(database.url);
  const pending = expect(closed.client.query('select pg_sleep(60)')).rejects.toThrow('this session is closed');
  await new Promise((done) => setTimeout(done, 20));
  await closed.close();
  await pending;
  await expect(closed.client.query('select 1')).rejects.toThrow('this session is closed');
});
