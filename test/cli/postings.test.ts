/**
 * Bank lines that no instruction explains, booked by two persons: what may be proposed and approved, whom it takes, and that
 * what was booked verifies from what was delivered.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { play } from '../../src/cli/scenario/play.ts';
import { verify } from '../../src/verify/verify.ts';
import { type OpenBook, openBook, runThrough } from '../books/play.ts';
import { commandLine } from './command-line.ts';

const SCENARIO = resolve(import.meta.dirname, '../../scenarios/57-bank-postings.md');
const TEXT = readFileSync(SCENARIO, 'utf8');
/** The bank's file of the 21st is there, and nobody has said anything. */
const UNEXPLAINED = TEXT.split('Wu says what')[0] ?? '';

let book: OpenBook;
const started = async (text: string): Promise<void> => {
  expect((await play(SCENARIO, text, { url: book.url, now: Date.UTC(2026, 0, 1) })).differences).toEqual([]);
};
beforeEach(async () => {
  book = await openBook();
});
afterEach(async () => {
  await book.close();
});

const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);

interface Found {
  readonly reconciled: boolean;
  readonly named: string;
  readonly unexplained: string;
  readonly booked: readonly object[];
  readonly breaks: readonly { id: string; kind: string; lineRef: string | null; effect: string; state: string }[];
}
const reconciled = async (day: string): Promise<Found> =>
  JSON.parse((await cps('reconcile', '--through', day, '--json')).out) as Found;
async function breakOf(effect: string, day = '2013-12-21'): Promise<string> {
  return (await reconciled(day)).breaks.find((one) => one.effect === effect)?.id ?? `no break of ${effect}`;
}
const wu = ['--as', 'Wu', '--at', '2013-12-22 09:00:00'];
const chen = ['--as', 'Chen', '--at', '2013-12-22 10:00:00'];
const propose = (of: string, against: string, ...more: string[]) =>
  cps('posting', 'propose', of, '--against', against, '--reason', 'as the bank says', ...wu, ...more);

describe('cps posting', () => {
  it('books a part of a line, and leaves the rest a break', async () => {
    await started(UNEXPLAINED);
    const stray = await breakOf('7.00');
    expect(await propose(stray, 'interest', '--amount', '7.01')).toMatchObject({
      code: 2,
      err: expect.stringContaining('amount 7.01 is not of what is left'),
    });
    expect((await propose(stray, 'interest', '--amount', '-1.00')).code).toBe(2);
    expect((await propose(stray, 'interest', '--amount', '3.00')).err).toBe('');
    expect((await cps('posting', 'approve', 'BP-1', ...chen)).err).toBe('');
    expect((await propose(stray, 'unallocated', '--amount', '4.01')).err).toContain('what is left of');
    await runThrough(book, '2013-12-22');
    const found = await reconciled('2013-12-22');
    expect(found.breaks.find(({ id }) => id === stray)).toMatchObject({ effect: '4.00', state: 'open' });
    expect([found.unexplained, found.booked.length]).toEqual(['0.00', 1]);
    // As of the day before, nothing was booked yet, and only a part of it is about to be.
    expect((await reconciled('2013-12-21')).breaks.find(({ id }) => id === stray)).toMatchObject({
      effect: '7.00',
      state: 'open',
    });
  });

  it('takes two persons, whoever types the name, and a proposal that still stands', async () => {
    await started(UNEXPLAINED);
    const stray = await breakOf('7.00');
    for (const against of ['unallocated', 'interest']) expect((await propose(stray, against)).err).toBe('');
    expect((await cps('posting', 'approve', 'BP-1', '--as', 'ｗｕ', '--at', '2013-12-22 10:00:00')).err).toContain(
      'somebody else has to approve it',
    );
    expect((await cps('posting', 'approve', 'BP-1', '--as', 'Chen', '--at', '2013-12-22 08:00:00')).err).toContain(
      'dated before posting BP-1 was proposed',
    );
    expect((await cps('posting', 'approve', 'BP-1', ...chen)).code).toBe(0);
    expect((await cps('posting', 'approve', 'BP-2', ...chen)).err).toContain('all of');
    await runThrough(book, '2013-12-22');
    expect((await cps('posting', 'approve', 'BP-2', '--as', 'Chen')).err).toContain('is explained since');
    expect((await propose(stray, 'interest')).err).toContain('there is no break');
  });

  it('books no line of an instruction whose result is missing: the answer of the bank is due', async () => {
    const other = resolve(import.meta.dirname, '../../scenarios/50-the-bank-and-the-ledger.md');
    const missing = readFileSync(other, 'utf8').split('Wu takes the fee')[0] ?? '';
    expect((await play(other, missing, { url: book.url, now: Date.UTC(2026, 0, 1) })).differences).toEqual([]);
    const refused = await propose(await breakOf('-9.00'), 'unallocated');
    expect(refused).toMatchObject({
      code: 2,
      err: expect.stringContaining("is P-1002-201311: deliver the bank's answer"),
    });
    expect((await propose('late-000000000000', 'interest')).err).toContain('there is no break');
  });

  it('takes a posting back once it is booked, and once', async () => {
    await started(UNEXPLAINED);
    const stray = await breakOf('7.00');
    await propose(stray, 'unallocated');
    const back = () => cps('posting', 'take-back', 'BP-1', '--reason', 'found', ...wu);
    expect((await back()).err).toContain('is not booked yet');
    await cps('posting', 'approve', 'BP-1', ...chen);
    await runThrough(book, '2013-12-22');
    expect(
      (await cps('posting', 'take-back', 'BP-1', '--instruction', 'D-x-1', '--reason', 'found', ...wu)).err,
    ).toContain('no deduction or payout D-x-1');
    for (let i = 0; i < 2; i++) expect((await back()).err).toBe('');
    const later = ['--as', 'Chen', '--at', '2013-12-23 10:00:00'];
    expect((await cps('posting', 'approve', 'BP-2', ...later)).code).toBe(0);
    expect((await cps('posting', 'approve', 'BP-3', ...later)).err).toContain('posting BP-3');
    await runThrough(book, '2013-12-23');
    expect(await breakOf('7.00', '2013-12-23')).toBe(stray);
  });

  it('verifies to the last field, and finds a posting that nobody approved', async () => {
    await started(TEXT);
    const deep = () => verify(book.session, { url: book.url, workers: 1, deep: true, onProgress: () => {} });
    expect((await deep()).differences).toEqual([]);
    expect((await cps('posting', 'list', '--json')).out).toContain('"state": "booked on 2013-12-24"');
    const { client } = book.session;
    await client.query('reset role');
    await client.query('set session_replication_role = replica');
    await client.query(`delete from bank_posting where posting_id = 'BP-3' and step = 'approve'`);
    expect((await deep()).differences.map(({ first }) => first.field).sort()).toEqual(['bank_posting', 'desk', 'rows']);
  });
});
