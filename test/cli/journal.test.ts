/** The journal is valid input for hledger and for ledger, whose balances are the engine's (SPEC 13). Scenarios are held so too, in scenarios.test.ts. */
import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BOOKS, openBook, playBook } from '../books/play.ts';
import { installed, objections, objectionsTo } from '../support/accountants.ts';

const DAY_OF_A_BOOK = '2013-12-15';

describe.skipIf(installed.length === 0)('the journal, read by others', () => {
  it.each(BOOKS.map((home) => basename(home)))('%s: is accepted, with the balances of the export', async (name) => {
    const book = await openBook();
    try {
      await playBook(book, BOOKS.find((home) => basename(home) === name) ?? '');
      expect(await objections(book.session)).toEqual([]);
      expect(await objections(book.session, DAY_OF_A_BOOK)).toEqual([]);
    } finally {
      await book.close();
    }
  });

  const journal = (amount: string): string =>
    `commodity 1000.00 CNY\naccount a:b\naccount c:d\n\n2013-12-01 x | y\n    a:b  ${amount} CNY\n    c:d  -5.00 CNY\n`;

  it('is objected to by each of them where it does not balance, and where a balance is another', async () => {
    const ours = ['a:b,5.00', 'c:d,-5.00'];
    expect(await objectionsTo(journal('5.00'), ours, { digits: 2 })).toEqual([]);
    const unbalanced = await objectionsTo(journal('5.01'), ours, { digits: 2 });
    expect(unbalanced.map((said) => said.slice(0, 30))).toEqual(
      installed.map((name) => `${name} does not accept the journal`.slice(0, 30)),
    );
    const others = await objectionsTo(journal('5.00'), ['a:b,5.01', 'c:d,-5.00'], { digits: 2 });
    expect(others).toEqual(
      installed.map((name) => `${name} has other balances: a:b,5.00 where the engine has a:b,5.01`),
    );
  });
});
