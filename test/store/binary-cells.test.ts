/** What COPY sends in binary is read as pg reads the same rows: texts of any signs, absent ones, instants. */
import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BinaryCells, laterText, SharedTexts } from '../../src/store/connection/binary-cells.ts';
import { connect, type Session } from '../../src/store/connection/session.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let database: FreshDatabase;
let session: Session;

beforeAll(async () => {
  database = await freshDatabase('template0');
  session = await connect(database.url, 'cps test');
  await session.client.query('create table cell (n integer, at timestamptz, shared text, one text, two text)');
});

afterAll(async () => {
  await session.close();
  await database.drop();
});

const word = fc.string({ unit: fc.constantFrom('a', 'B', '7', '_', 'é', '淘', '😀', '"', '\n') });
const row = fc.record({
  at: fc.integer({ min: Date.parse('1000-01-01T00:00:00Z'), max: Date.parse('9999-12-31T23:59:59.999Z') }),
  shared: word,
  one: fc.option(word),
  two: fc.option(word),
});

test('reads every row as it was written', async () => {
  const texts = new SharedTexts(50);
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 80 }), async (rows) => {
      await session.client.query('truncate cell');
      const cells = rows.map((one, n) => ({ n, ...one, at: new Date(one.at).toISOString() }));
      await session.copyIn('cell', cells);
      const answer = new BinaryCells(await session.copyOut(sql`select at, shared, one, two from cell order by n`));
      const read: typeof rows = [];
      while (answer.row()) {
        const [at, shared, place] = [answer.instant(), answer.shared(texts), answer.at];
        answer.skip();
        answer.skip();
        read.push({ at, shared, one: laterText(answer.signs, place, 0), two: laterText(answer.signs, place, 1) });
      }
      expect(read).toEqual(rows);
    }),
    { numRuns: 30 },
  );
});

test('cuts off what is finer than a millisecond, also before the year 2000', async () => {
  for (const text of ['1999-12-31 23:59:59.999999+00', '2013-12-10 10:08:02.123999+00']) {
    const cells = new BinaryCells(await session.copyOut(sql`select ${sql.lit(text)}::timestamptz`));
    cells.row();
    expect(cells.instant()).toBe(Date.parse(`${text.slice(0, 23).replace(' ', 'T')}Z`));
  }
});

test('refuses an instant that is none', async () => {
  const cells = new BinaryCells(await session.copyOut(sql`select 'infinity'::timestamptz`));
  cells.row();
  expect(() => cells.instant()).toThrow('no calendar has');
});

test('says what the server refuses, and serves the next', async () => {
  await expect(session.copyOut(sql`select nothing`)).rejects.toThrow('column "nothing" does not exist');
  await expect(session.copyOut(sql`select 1 / (3 - n) from generate_series(1, 5) n`)).rejects.toThrow(
    'division by zero',
  );
  expect((await session.copyOut(sql`select 1`)).length).toBeGreaterThan(0);
});
