/**
 * What other people's bookkeeping makes of a journal: hledger and ledger read it, and their balances are held against the
 * balances export. Where one is not installed it is not asked, and a warning says so once.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { journalText } from '../../src/office/exports.ts';
import type { Session } from '../../src/store/connection/session.ts';
import { EXPORTS } from '../../src/store/lists/exports.ts';
import { type Book, readBook } from '../../src/store/night/book.ts';

const call = promisify(execFile);
const LARGE = { maxBuffer: 256 * 1024 * 1024 };

type Accountant = (file: string) => Promise<string>;

/** Each reads a journal and answers lines `account,amount` without commodity; it throws where it does not accept the file. */
const ACCOUNTANTS: Readonly<Record<string, Accountant>> = {
  hledger: async (file) => {
    await call('hledger', ['-f', file, 'check', '--strict'], LARGE);
    const balance = ['-f', file, 'balance', '--flat', '--no-total', '--layout', 'bare', '-O', 'csv'];
    const { stdout } = await call('hledger', balance, LARGE);
    const rows = stdout.trimEnd().replaceAll('"', '').split('\n').slice(1);
    return rows.map((row) => row.replace(/^(.*),\w+,(.*)$/, '$1,$2')).join('\n');
  },
  ledger: async (file) => {
    const format = '%(account),%(quantity(scrub(display_total)))\n';
    const balance = ['--init-file', '/dev/null', '-f', file, 'balance', '--flat', '--no-total', '--format', format];
    const { stdout } = await call('ledger', balance, LARGE);
    return stdout.trimEnd();
  },
};

/** Those that are installed. */
export const installed: readonly string[] = Object.keys(ACCOUNTANTS).filter((name) => {
  const is = spawnSync(name, ['--version']).status === 0;
  if (!is) console.warn(`${name} is not installed: it is not asked what it makes of journals`);
  return is;
});

/** What the installed ones say against the journal of a book; empty where they agree with its balances to the last digit. */
export async function objections(session: Session, asOf: string | null = null): Promise<string[]> {
  const book = await readBook(session);
  if (book === undefined) throw new Error('there is no book');
  let journal = '';
  for await (const piece of journalText(session, { ...book, asOf })) journal += piece;
  const ours: string[] = [];
  for await (const rows of EXPORTS['balances']?.rows(session, { ...book, asOf }) ?? [])
    ours.push(...rows.map((row) => row.join(',')));
  return objectionsTo(journal, ours, book);
}

/** The same of a journal as text and rows `account,balance`. */
export async function objectionsTo(
  journal: string,
  ours: readonly string[],
  { digits }: Pick<Book, 'digits'>,
): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cps-journal-'));
  try {
    const file = join(folder, 'book.journal');
    await writeFile(file, journal);
    const expected = ours.map((row) => exact(row, digits)).sort();
    const said = await Promise.all(installed.map((name) => ask(name, file, expected, digits)));
    return said.flat();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function ask(name: string, file: string, expected: readonly string[], digits: number): Promise<string[]> {
  let text: string | undefined;
  try {
    text = await ACCOUNTANTS[name]?.(file);
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
    return [`${name} does not accept the journal: ${said.trim()}`];
  }
  const theirs = (text ?? '').split('\n').filter((row) => row !== '');
  const found = theirs.map((row) => exact(row, digits)).sort();
  const missing = expected.filter((row) => !found.includes(row)).slice(0, 3);
  const extra = found.filter((row) => !expected.includes(row)).slice(0, 3);
  if (missing.length + extra.length === 0 && expected.length === found.length) return [];
  return [`${name} has other balances: ${extra.join(' ')} where the engine has ${missing.join(' ')}`];
}

/** `account,12.3` with all the digits of the currency, so that texts can be compared. */
function exact(row: string, digits: number): string {
  const [account = '', amount = ''] = row.split(',');
  const [whole = '', fraction = ''] = amount.split('.');
  if (!/^-?\d+$/.test(whole) || fraction.length > digits) throw new Error(`${row} is no balance`);
  return `${account},${whole}.${fraction.padEnd(digits, '0')}`;
}
