/** The SQL of accounts and of the book's own ids says what the functions of the core say, on ids drawn at random. */
import fc from 'fast-check';
import { type RawBuilder, sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as accounts from '../../src/core/accounts.ts';
import { addDays, monthOf } from '../../src/core/calendar.ts';
import { EVENT_TYPES } from '../../src/core/events/index.ts';
import * as ids from '../../src/core/ids.ts';
import * as chart from '../../src/store/chart.ts';
import { connect, type Session } from '../../src/store/connection/session.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

let database: FreshDatabase;
let session: Session;
beforeAll(async () => {
  database = await freshDatabase();
  session = await connect(database.url, 'chart test');
});
afterAll(async () => {
  await session.close();
  await database.drop();
});

const party = fc.stringMatching(/^[A-Za-z0-9-]{1,24}$/);
const other = fc.stringMatching(/^[A-Za-z0-9._-]{1,64}$/);
const day = fc.integer({ min: 0, max: 40_000 }).map((days) => addDays('1990-01-01', days));
const names = Object.keys(accounts.CHART) as accounts.AccountName[];
const ofParties = names.filter((name): name is accounts.PartyAccount => accounts.CHART[name].of !== 'book');

/** What expressions come to; `a`, `b` and `day` in them are the drawn ids and the day. */
async function asked(of: { a: string; b: string; day: string }, expressions: readonly RawBuilder<unknown>[]) {
  const { rows } = await sql<{ answers: string[] }>`
    select array[${sql.join(expressions.map((one) => sql`(${one})::text`))}] as answers
    from (select ${of.a}::text as a, ${of.b}::text as b, ${of.day}::date as day, ${monthOf(of.day)}::text as month) d`.execute(
    session.db,
  );
  return rows[0]?.answers;
}

const a = sql.ref<string>('a');

describe('SQL of the chart', () => {
  it('makes and takes apart the accounts of parties as the core does', async () => {
    const made = { due: accounts.due, payable: accounts.payable, held: accounts.held, clearing: accounts.clearing };
    const functions = { ...made, returned: accounts.returned };
    expect(Object.keys(functions).sort()).toEqual([...ofParties].sort());
    await fc.assert(
      fc.asyncProperty(party, day, async (id, on) => {
        const answers = await asked(
          { a: id, b: '', day: on },
          ofParties.map((name) => chart.accountOf(name, a)),
        );
        expect(answers).toEqual(ofParties.map((name) => functions[name](id)));
        expect(answers?.map(accounts.partyOfAccount)).toEqual(ofParties.map(() => id));
      }),
      { numRuns: 50 },
    );
  });

  it('knows of each account whose it is, of which kind, and whether it is like the accounts of a kind', async () => {
    await fc.assert(
      fc.asyncProperty(party, fc.constantFrom(...names), async (id, name) => {
        const { path, of } = accounts.CHART[name];
        const likes = ofParties.map((kind) => sql`a like ${chart.accountsLike(kind)}`);
        const about = [
          chart.partyOf('a'),
          chart.kindOf('a'),
          chart.isSellers('a'),
          sql`a like ${chart.returnedLike()}`,
        ];
        const answers = await asked({ a: path.replace('*', id), b: '', day: '2013-12-20' }, [...about, ...likes]);
        const bool = (is: boolean): string => String(is);
        expect(answers?.slice(1)).toEqual([
          path,
          bool(of === 'seller'),
          bool(name === 'returned'),
          ...ofParties.map((kind) => bool(kind === name)),
        ]);
        if (of !== 'book') expect(answers?.[0]).toBe(id);
      }),
      { numRuns: 100 },
    );
  });

  it('makes the ids of the book as the core does, and sorts entries by code point', async () => {
    const type = fc.constantFrom(...EVENT_TYPES);
    await fc.assert(
      fc.asyncProperty(party, other, day, type, fc.nat(99), async (id, subject, on, event, ordinal) => {
        const entry = sql`(select ${chart.entryId()} from (select day as business_day, ${event}::event_type as type,
          b as subject, ${ordinal}::smallint as ordinal) l)`;
        const answers = await asked({ a: id, b: subject, day: on }, [
          chart.deductionId(a, sql.ref('day')),
          chart.afterDeductions(a),
          chart.payoutId(a, sql.ref('month')),
          chart.statementSubject(a, sql.ref('month')),
          entry,
        ]);
        expect(answers).toEqual([
          ids.deductionId(id, on),
          ids.afterDeductions(id),
          ids.payoutId(id, monthOf(on)),
          ids.statementSubject(id, monthOf(on)),
          ids.entryId({ businessDay: on, type: event, subject, ordinal }),
        ]);
        const laterOn = ids.deductionId(id, addDays(on, 1));
        expect(ids.deductionId(id, on) < laterOn && laterOn < ids.afterDeductions(id)).toBe(true);
      }),
      { numRuns: 50 },
    );
    const subjects = fc.array(other, { minLength: 2, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(subjects, async (list) => {
        const { rows } = await sql<{ subject: string }>`
          select l.subject from unnest(${list}::text[]) as s (subject), lateral (select date '2013-12-20' as business_day,
            'CommissionSettled'::event_type as type, s.subject, 1 as ordinal) l
          order by ${chart.entryOrder('l')}`.execute(session.db);
        const entry = (subject: string) => ids.entryId({ businessDay: '2013-12-20', type: 'x', subject, ordinal: 1 });
        const sorted = [...list].sort((x, y) => ids.byCodePoint(entry(x), entry(y)));
        expect(rows.map(({ subject }) => subject)).toEqual(sorted);
      }),
      { numRuns: 30 },
    );
  });
});

describe('the schema', () => {
  it.each(['seller', 'publisher'] as const)('lets a %s see its own accounts, every one of the chart', async (role) => {
    await session.transaction(async () => {
      await sql`select set_config('cps.party', 'x-1', true), set_config('role', ${`cps_${role}`}, true)`.execute(
        session.db,
      );
      const { rows } = await sql<{ own: string[] }>`select own_accounts() as own`.execute(session.db);
      expect([...(rows[0]?.own ?? [])].sort()).toEqual(accounts.accountsOf(role, 'x-1').sort());
    });
  });

  it('has an index on the accounts of what came back, by the same words', async () => {
    const { rows } = await sql<{ of: string }>`
      select pg_get_expr(indpred, indrelid) as of from pg_index
      where indexrelid = 'account_day_returned'::regclass`.execute(session.db);
    expect(rows[0]?.of).toContain(`'${chart.accountsLike('returned')}'`);
  });
});
