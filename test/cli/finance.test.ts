/** The commands of finance through their own doors: adjust, ageing, cut-over and tax, and what they refuse. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { verify } from '../../src/verify/verify.ts';
import { type Copied, smallBookTemplate } from '../support/small-book.ts';
import { commandLine } from './command-line.ts';

let template: Awaited<ReturnType<typeof smallBookTemplate>>;
let book: Copied;
let folder = '';
let note = '';
let publisher = '';
let seller = '';

const cps = (...args: string[]) => commandLine(['--database', book.url, ...args]);

beforeAll(async () => {
  template = await smallBookTemplate();
  book = await template.copy();
  folder = await mkdtemp(join(tmpdir(), 'cps-finance-'));
  note = join(folder, 'note.txt');
  writeFileSync(note, 'as agreed\n');
  const { session } = book;
  const { rows } = await session.client.query<{ publisher: string; seller: string }>(
    `select (select publisher_id from statement order by closing desc, publisher_id limit 1) as publisher,
       (select seller_id from shop order by 1 limit 1) as seller`,
  );
  publisher = rows[0]?.publisher ?? '';
  seller = rows[0]?.seller ?? '';
});
afterAll(async () => {
  await book.drop();
  await template.drop();
  await rm(folder, { recursive: true });
});

const propose = (...more: string[]) =>
  cps('adjust', 'propose', '--reason', 'as agreed', '--document', note, '--as', 'Chen', ...more);

it('takes what one person proposes and another approves, once', async () => {
  const proposed = await propose('--publisher', publisher, '--amount', '1.25', '--json');
  expect(proposed.err).toBe('');
  const { adjustment, document } = JSON.parse(proposed.out) as { adjustment: string; document: string };
  expect(document).toBe(createHash('sha256').update('as agreed\n').digest('hex'));
  expect((await cps('adjust', 'list', '--waiting')).out).toContain(adjustment);
  expect((await cps('adjust', 'approve', adjustment, '--as', 'CHEN ')).code).toBe(2);
  const self = await cps('adjust', 'approve', adjustment, '--as', 'chen');
  expect([self.code, self.err]).toEqual([2, expect.stringContaining('somebody else has to approve it')]);
  expect((await cps('adjust', 'approve', adjustment, '--as', 'Wu')).code).toBe(0);
  expect((await cps('adjust', 'approve', adjustment, '--as', 'Zhao')).err).toContain('approved already by Wu');
  const owed = await propose('--seller', seller, '--amount', '0.75', '--json');
  const { adjustment: second } = JSON.parse(owed.out) as { adjustment: string };
  expect((await cps('adjust', 'approve', second, '--as', 'Wu')).code).toBe(0);
  expect((await cps('adjust', 'list', '--waiting')).out).toBe('No adjustments.\n');
});

it('refuses, and records nothing, where it cannot know what is meant', async () => {
  const refused = async (...args: string[]) => {
    const { code, err } = await propose(...args);
    expect(code).toBe(2);
    return err;
  };
  expect(await refused('--amount', '1.00')).toContain('say whose balance it is');
  expect(await refused('--publisher', 'nobody', '--amount', '1.00')).toContain('publisher nobody is not known');
  expect(await refused('--publisher', publisher)).toContain('say how much');
  expect(await refused('--publisher', publisher, '--amount', '1.001')).toContain('must be an amount');
  expect(await refused('--publisher', publisher, '--amount', '0.00')).toContain('moves something');
  expect(await refused('--publisher', publisher, '--appeal', 'none.1')).toContain('there is no appeal');
  expect((await cps('adjust', 'approve', 'A-9', '--as', 'Wu')).err).toContain('there is no adjustment A-9');
  expect((await cps('adjust', 'list', '--waiting')).out).toBe('No adjustments.\n');
  expect((await cps('cut-over', 'never')).err).toContain('nothing of cut-over never is known');
});

it('signs a cut-over off with the totals of the old books, and no others', async () => {
  expect((await cps('cut-over', 'old')).out).toContain('posted on 2013-12-23');
  const openings = join(folder, 'openings.csv');
  writeFileSync(
    openings,
    `opening_id,cut_over_id,publisher_id,account,amount,prepared_by\nn1,new,${publisher},payable,5.00,Chen\n`,
  );
  expect((await cps('ingest', openings, '--as', 'Chen')).code).toBe(0);
  expect((await cps('cut-over', 'new')).out).toContain('waits for its sign-off');
  const wrong = await cps('cut-over', 'new', '--sign-off', 'Wu', '--payable', '6.00', '--returned', '0', '--due', '0');
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('payable is signed off as 6.00')]);
  const right = await cps('cut-over', 'new', '--sign-off', 'Wu', '--payable', '5', '--returned', '0', '--due', '0');
  expect([right.err, right.code]).toEqual(['', 0]);
});

it('withdraws a cut-over that nobody signed off, whose ids are free again, and no other', async () => {
  const file = (name: string, amount: string): string => {
    const path = join(folder, name, 'openings.csv');
    mkdirSync(join(folder, name));
    const row = `w1,wrong,${publisher},payable,${amount},Chen`;
    writeFileSync(path, `opening_id,cut_over_id,publisher_id,account,amount,prepared_by\n${row}\n`);
    return path;
  };
  expect((await cps('ingest', file('first', '5.00'), '--as', 'Chen')).code).toBe(0);
  expect((await cps('cut-over', 'new', '--withdraw', 'Chen')).err).toContain('cut-over new is signed off');
  expect((await cps('cut-over', 'wrong', '--withdraw', 'Chen')).out).toContain('1 openings and 0 lines');
  expect((await cps('cut-over', 'wrong', '--withdraw', 'Chen')).err).toContain('nothing of cut-over wrong is known');
  expect((await cps('ingest', file('second', '6.00'), '--as', 'Chen')).code).toBe(0);
  expect(JSON.parse((await cps('cut-over', 'wrong', '--json')).out)).toMatchObject({ openings: '1', payable: '6.00' });
});

it('lists the tax of a month as its account has it, and what stands open', async () => {
  const { out } = await cps('tax', '2013-12', '--format', 'csv');
  const rows = out.trimEnd().split('\n').slice(1);
  const balances = JSON.parse((await cps('tax', '2013-12', '--json')).out) as { withheld: unknown[]; total: string };
  expect(balances.withheld.length).toBe(rows.length);
  expect((await cps('tax', '1999-01')).code).toBe(2);
  const ageing = JSON.parse((await cps('ageing', '--json')).out) as { open: { kind: string }[] };
  expect(new Set(ageing.open.map(({ kind }) => kind))).toContain('failed-deduction');
});

it('finds an adjustment posted on another day than it was due, or that nobody approved', async () => {
  const { session } = book;
  const deep = async () =>
    (await verify(session, { url: book.url, workers: 1, deep: true, onProgress: () => {} })).differences;
  expect(await deep()).toEqual([]);
  await session.client.query('set session_replication_role = replica');
  await session.client.query(`update adjustment_approval set due_day = '2014-02-20' where adjustment_id = 'J1'`);
  expect((await deep()).map(({ first }) => first.field)).toContain('businessDay');
  await session.client.query(`delete from adjustment_approval where adjustment_id = 'J1'`);
  expect((await deep()).map(({ first }) => first.field)).toContain('AdjustmentPosted');
});
