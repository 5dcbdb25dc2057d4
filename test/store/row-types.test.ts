/** Statements that ran are held to their row types (test/support/setup.ts); here, what that catches is seen to be caught. */
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { columnTypes } from '../../src/store/connection/copy-format.ts';
import { type Claim, claimsIn } from '../support/statements/declared.ts';
import { hold, KINDS } from '../support/statements/held.ts';

const BIGINT = 20;
const TEXT = 25;
const TEXTS = 1009;

const claim: Claim = {
  where: 'src/store/a.ts:1',
  pieces: ['select id, amount from ', ' where id = ', ''],
  columns: { id: ['string'], amount: ['bigint'] },
};
const wrong = (...columns: (readonly [string, number])[]) =>
  hold([claim], [{ text: 'select id, amount from a where id = $1', columns }]).wrong;

it.each([
  ['a column that was renamed', ['sum', BIGINT], 'src/store/a.ts:1 has no column amount, which its row type has'],
  ['another type', ['amount', TEXT], 'src/store/a.ts:1 gives amount as string, and its row type says bigint'],
  ['a list', ['amount', TEXTS], 'src/store/a.ts:1 gives amount as string[], and its row type says bigint'],
] as const)('catches %s', (_, amount, sentence) => {
  expect(wrong(['id', TEXT], amount)).toEqual([sentence]);
});

it('lets pass what is as claimed, and a column that nobody reads', () => {
  expect(wrong(['id', TEXT], ['amount', BIGINT], ['more', BIGINT])).toEqual([]);
});

it('knows a statement by the pieces of its text, the longest that fit, and names those that did not run', () => {
  const other = {
    ...claim,
    where: 'src/store/a.ts:9',
    pieces: ['select id, amount from ', ''],
    columns: { id: ['number'] },
  };
  const columns = [['id', TEXT]] as const;
  const ran = (text: string) => hold([other, claim], [{ text, columns }]);
  expect(ran('select id, amount from a where id = $1').unseen).toEqual([other]);
  expect(ran('select id, amount from a').unseen).toEqual([claim]);
  expect(ran('select id, amount from').unseen).toEqual([other, claim]);
});

it('reads the claims of the store from its source', () => {
  const claims = claimsIn(resolve(import.meta.dirname, '../..'), 'src/store');
  const withholding = claims.find(({ pieces }) => pieces[0]?.includes('p.payee_name as payee, l.business_day'));
  expect(withholding?.columns).toEqual({
    publisherId: ['string'],
    payee: ['string'],
    day: ['string'],
    month: ['string'],
    gross: ['string'],
    tax: ['string'],
  });
  const kinds = new Set(claims.flatMap(({ columns }) => Object.values(columns).flat()));
  expect([...kinds].sort()).toEqual(['Buffer', 'bigint', 'boolean', 'number', 'number[]', 'string', 'string[]']);
});

it('takes the types of PostgreSQL for what the session makes of them', () => {
  const sample: Readonly<Record<string, string>> = { 16: 't', 17: '\\x00', 1184: '2013-12-20 00:00:00+00' };
  for (const [oid, kind] of KINDS) {
    const text = sample[oid] ?? (kind.endsWith('[]') ? '{}' : '1');
    const value = columnTypes.getTypeParser(oid)(text);
    const is = Array.isArray(value)
      ? kind.endsWith('[]')
      : Buffer.isBuffer(value)
        ? 'Buffer' === kind
        : typeof value === kind;
    expect(is, `${oid} as ${kind}`).toBe(true);
  }
  for (const oid of [TEXT, 114, 1082, 1700, 3802]) expect(columnTypes.getTypeParser(oid)('1')).toBe('1');
});
