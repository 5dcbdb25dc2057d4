/** The journal is valid input for hledger, whose balances are the engine's. Skipped where hledger is not installed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { journalText } from '../../src/cli/exports.ts';
import { EXPORTS } from '../../src/store/exports.ts';
import { BOOKS, openBook, playBook } from '../play.ts';

const installed = spawnSync('hledger', ['--version']).status === 0;
if (!installed) console.warn('hledger is not installed: its checks are skipped');

describe.skipIf(!installed || BOOKS.length === 0)('the journal', () => {
  it('passes hledger check, and its balances are the balances export', async () => {
    const book = await openBook();
    const folder = mkdtempSync(join(tmpdir(), 'cps-journal-'));
    try {
      const terms = { ...(await playBook(book, BOOKS[0] ?? '')), asOf: null };
      let journal = '';
      for await (const piece of journalText(book.session, terms)) journal += piece;
      const file = join(folder, 'book.journal');
      writeFileSync(file, journal);
      execFileSync('hledger', ['-f', file, 'check', '--strict']);
      const report = execFileSync('hledger', ['-f', file, 'balance', '--flat', '--no-total', '-O', 'csv'], {
        encoding: 'utf8',
      });
      const theirs = report
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => row.replaceAll('"', '').replace(/ CNY$/, ''))
        .sort();
      const ours: string[] = [];
      for await (const rows of EXPORTS['balances']?.rows(book.session, terms) ?? [])
        ours.push(...rows.map((row) => row.join(',')));
      expect(theirs).toEqual(ours.sort());
    } finally {
      rmSync(folder, { recursive: true });
      await book.close();
    }
  });
});
