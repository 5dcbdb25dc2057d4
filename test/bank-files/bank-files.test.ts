/**
 * Files of banks as they come: each folder here is a case, with the files and, in case.json, which book it starts from,
 * what is run and what must be answered. `paid` is a book with two deductions of 10.00 and two payouts of 9.00, instructed
 * and confirmed; in `filed` a payment file was written of the payouts before.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { play } from '../../src/cli/scenario/play.ts';
import { type OpenBook, openBook, runThrough } from '../books/play.ts';
import { commandLine } from '../cli/command-line.ts';

const HOME = import.meta.dirname;
const SCENARIO = resolve(HOME, '../../scenarios/50-the-bank-and-the-ledger.md');
const INSTRUCTED = readFileSync(SCENARIO, 'utf8').split('Both deductions')[0] ?? '';
const PAYER = ['--payer-name', 'CPS Ltd', '--payer-account', '6225-PAYER', '--as', 'Chen'];

interface Step {
  readonly run: readonly string[];
  readonly code: number;
  readonly out?: readonly string[];
  readonly err?: readonly string[];
  readonly absent?: readonly string[];
}

interface Case {
  readonly about: string;
  readonly book?: 'paid' | 'filed';
  readonly steps?: readonly Step[];
  /** Several ways, each from the same beginning. */
  readonly variants?: readonly (readonly Step[])[];
  /** Cells of the only bank line. */
  readonly line?: Readonly<Record<string, string>>;
}

const CASES = readdirSync(HOME, { withFileTypes: true })
  .filter((one) => one.isDirectory())
  .flatMap(({ name }) => {
    const of: Case = JSON.parse(readFileSync(join(HOME, name, 'case.json'), 'utf8'));
    return (of.variants ?? [of.steps ?? []]).map((steps, i) => ({
      name,
      of,
      steps,
      title: `${name} ${i + 1}: ${of.about}`,
    }));
  });

let book: OpenBook;
let folder = '';
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'cps-bank-files-'));
  book = await openBook();
});
afterEach(async () => {
  await book.close();
  rmSync(folder, { recursive: true });
});

const cps = (...args: readonly string[]) => commandLine(['--database', book.url, ...args]);

/** The book that a case starts from. */
async function begun(of: Case['book']): Promise<void> {
  if (of === undefined) {
    expect(await cps('init')).toMatchObject({ code: 0 });
    return;
  }
  expect((await play(SCENARIO, INSTRUCTED, { url: book.url, now: Date.UTC(2026, 0, 1) })).differences).toEqual([]);
  if (of === 'filed')
    expect(
      await cps(...['pay', 'files', '--format', 'pain001', '--out', folder], ...PAYER, '--at', '2013-12-20 12:00:00'),
    ).toMatchObject({ code: 0 });
  for (const [kind, ids] of [
    ['deduction', ['D-s1-20131106', 'D-s2-20131106']],
    ['payout', ['P-1001-201311', 'P-1002-201311']],
  ] as const) {
    const path = join(folder, `${kind}-results.csv`);
    const rows = ids.map((id) => `${id},confirmed,2013-12-21 10:00:00\n`).join('');
    writeFileSync(path, `${kind}_id,status,at\n${rows}`);
    expect(await cps('ingest', path)).toMatchObject({ code: 0 });
  }
  await runThrough(book, '2013-12-22');
}

describe('files of banks', () => {
  it.each(CASES)('$title', async ({ name, of, steps }) => {
    await begun(of.book);
    const files = readdirSync(join(HOME, name));
    for (const { run, code, out = [], err = [], absent = [] } of steps) {
      const answer = await cps(...run.map((word) => (files.includes(word) ? join(HOME, name, word) : word)));
      expect(answer, run.join(' ')).toMatchObject({ code });
      for (const text of out) expect(answer.out).toContain(text);
      for (const text of err) expect(answer.err).toContain(text);
      for (const text of absent) expect(answer.out).not.toContain(text);
    }
    if (of.line === undefined) return;
    const { rows } = await book.session.client.query('select * from bank_line');
    expect(rows).toMatchObject([of.line]);
  });
});
