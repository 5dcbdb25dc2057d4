/** What is copied in binary arrives as it was given: every kind of cell, over the whole of its range. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isoOf } from '../../src/core/calendar.ts';
import { connect, type Session } from '../../src/store/connection/session.ts';
import { TypedRows } from '../../src/store/connection/typed-rows.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let database: FreshDatabase;
let session: Session;
beforeAll(async () => {
  database = await freshDatabase();
  session = await connect(database.url, 'typed rows');
  await session.client.query(
    `create table sample (n int8, small int2, big int8, said text, at timestamptz, day date, rate numeric, yes boolean, hash bytea)`,
  );
});
afterAll(async () => {
  await session.close();
  await database.drop();
});

const KINDS = {
  n: 'int8',
  small: 'int2',
  big: 'int8',
  said: 'text',
  at: 'instant',
  day: 'day',
  rate: 'decimal',
  yes: 'boolean',
  hash: 'hex',
} as const;

const decimal = fc
  .tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 0n, max: 10n ** 21n }), fc.stringMatching(/^[0-9]{0,22}$/))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === '' ? '' : `.${fraction}`}`);
const INSTANTS = { min: Date.UTC(1990, 0, 1), max: Date.UTC(2099, 11, 31) };

it('whatever it holds', async () => {
  const row = fc.record({
    small: fc.integer({ min: -32_768, max: 32_767 }),
    big: fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.maxSafeInteger()),
    said: fc.option(
      fc
        .string({ unit: 'binary', maxLength: 200 })
        .filter((text) => !/\p{Surrogate}/u.test(text) && !text.includes('\0')),
    ),
    at: fc.integer(INSTANTS),
    day: fc.integer(INSTANTS).map((at) => isoOf(at).slice(0, 10)),
    rate: fc.option(decimal),
    yes: fc.boolean(),
    hash: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), async (given) => {
      await session.client.query('truncate sample');
      const rows = new TypedRows(KINDS);
      for (const [n, one] of given.entries()) rows.add({ n, ...one });
      await session.copyIn('sample', rows);
      const { rows: kept } = await session.client.query<Record<string, unknown>>(
        `select small, big, said, at, day, rate, yes, encode(hash, 'hex') as hash,
           coalesce(rate = $1::text[][n + 1]::numeric and scale(rate) = scale($1::text[][n + 1]::numeric), true) as same
         from sample order by n`.replaceAll('$1::text[][n + 1]', '($1::text[])[n + 1]'),
        [given.map(({ rate }) => rate ?? '0')],
      );
      const unsigned = (rate: string | null): string | null =>
        rate !== null && /^-[0.]*$/.test(rate) ? rate.slice(1) : rate;
      expect(kept).toEqual(
        given.map((one) => ({ ...one, big: BigInt(one.big), rate: unsigned(one.rate), same: true })),
      );
    }),
    { numRuns: 200 },
  );
});

it('and refuses what is no decimal, and a column of another type', async () => {
  expect(() => new TypedRows({ rate: 'decimal' }).add({ rate: '1e5' })).toThrow('1e5 is no decimal');
  const rows = new TypedRows({ said: 'text', yes: 'int2' });
  rows.add({ said: 'x', yes: 1 });
  await expect(session.copyIn('sample', rows)).rejects.toThrow('incorrect binary data format');
});
