/** Entries as a journal that hledger reads: debits positive, one posting a side of each transfer. */
import { formatMoney, type Money } from '../../core/money.ts';

export interface JournalEntry {
  readonly id: string;
  readonly businessDay: string;
  readonly occurredAt: string;
  readonly event: string;
  readonly subject: string;
  readonly transfers: readonly { readonly debit: string; readonly credit: string; readonly amount: Money }[];
}

/** What stands before the entries: the commodity and the accounts that occur. */
export function journalHead(currency: string, digits: number, accounts: readonly string[]): string {
  const sample = digits === 0 ? '1000.' : `1000.${'0'.repeat(digits)}`;
  return `commodity ${sample} ${currency}\n${accounts.map((account) => `account ${account}\n`).join('')}\n`;
}

/** One entry, with an empty line after it. */
export function journalEntry(entry: JournalEntry, currency: string, digits: number): string {
  const postings = entry.transfers.flatMap(({ debit, credit, amount }) => [
    [debit, amount] as const,
    [credit, -amount] as const,
  ]);
  const wide = Math.max(...postings.map(([account]) => account.length));
  const lines = postings.map(([account, amount]) => {
    const text = formatMoney(amount, digits);
    return `    ${account.padEnd(wide)}  ${text.padStart(12)} ${currency}\n`;
  });
  const head = `${entry.businessDay} ${entry.event} | ${entry.subject}  ; entry: ${entry.id}, occurred: ${entry.occurredAt}\n`;
  return `${head}${lines.join('')}\n`;
}
