/** Gathers a reconciliation from the store for the core, and takes in what a bank says. It decides nothing. */

import { accountsOf } from '../core/bank/account.ts';
import { feedRowsOf, movementsIn } from '../core/bank/file.ts';
import type { Day } from '../core/calendar.ts';
import { type Reconciliation, reconcile } from '../core/reconcile/report.ts';
import { Refusal } from '../core/refusal.ts';
import type { Ways } from '../formats/reconcile.ts';
import { recordRows } from '../ingest/deliver/record.ts';
import { type BankOrder, type BankReading, readBankFile } from '../ingest/source/bank-file.ts';
import {
  bankMovements,
  bankStatements,
  breakNotes,
  feedAndLedger,
  instructionsAtBank,
  ledgerAndBank,
  ledgerAtBank,
} from '../store/bank/bank.ts';
import { rememberColumns, rememberedColumns } from '../store/bank/columns.ts';
import { bankPostings } from '../store/bank/postings.ts';
import { unanswered } from '../store/bank/standing.ts';
import { insideTransaction } from '../store/connection/nested-transaction.ts';
import type { Session } from '../store/connection/session.ts';
import type { Book } from '../store/night/book.ts';
import type { Door } from '../store/people/audit.ts';
import { recordDone } from './acts/act.ts';

/** Days that a bank may be later than the ledger, or earlier, without a word. */
export const GRACE_DAYS = 3;

/** The bank against the ledger at the end of a day. Refusal for a day not run. */
export async function bankReconciled(
  session: Session,
  book: Book,
  through: Day,
  graceDays = GRACE_DAYS,
): Promise<Reconciliation> {
  if (book.lastRunDay === null || through > book.lastRunDay)
    throw new Refusal(
      `${through} has not been run: ${book.lastRunDay === null ? 'no day has' : `${book.lastRunDay} is the last that has`}`,
    );
  const material = {
    instructions: await instructionsAtBank(session),
    ...(await bankMovements(session)),
    postings: await bankPostings(session),
    unanswered: await unanswered(session, through),
    statements: await bankStatements(session),
    notes: await breakNotes(session),
    ledger: await ledgerAtBank(session, through),
  };
  return reconcile(material, { through, graceDays, calendar: book.calendar });
}

/** The other two ways at the end of a day that was run: it counts every line of the book. */
export async function otherWays(session: Session, through: Day): Promise<Ways> {
  return {
    network: await feedAndLedger(session, through),
    deductions: await ledgerAndBank(session, 'deduction', through),
    payouts: await ledgerAndBank(session, 'payout', through),
  };
}

/** The reconciliation of a day with the other two ways. Refusal for a day not run. */
export async function reconciliationOf(
  session: Session,
  book: Book,
  through: Day,
  graceDays = GRACE_DAYS,
): Promise<{ of: Reconciliation; ways: Ways }> {
  const of = await bankReconciled(session, book, through, graceDays);
  return { of, ways: await otherWays(session, through) };
}

/** What a bank's file came to: how much of it was there already. */
export interface Taken {
  readonly file: BankReading;
  readonly newLines: number;
}

/** Takes a bank's file in, all of it or nothing. SourceError where it does not hold, Refusal where the book knows otherwise. */
export async function takeBankFile(
  session: Session,
  book: Book,
  order: BankOrder,
  name = order.path,
  door?: Door,
): Promise<Taken> {
  const file = await readBankFile(order, book, await rememberedColumns(session));
  const { statements } = file;
  const within = {
    accounts: [...new Set(statements.map(({ account }) => account))],
    since: Math.min(...statements.map(({ since }) => since)),
    through: Math.max(...statements.map(({ through }) => through)),
  };
  const count = async (): Promise<number> => {
    const known = accountsOf(await bankStatements(session, within), book.calendar);
    return movementsIn(known.flatMap(({ lines }) => lines)).length;
  };
  const before = await count();
  await session.transaction(async () => {
    const inside = insideTransaction(session);
    const receipts = await recordRows(inside, name, feedRowsOf(statements, book.digits), door);
    if (file.by !== null && order.columns !== undefined) await rememberColumns(inside, file.by);
    if (door !== undefined) await recordDone(inside, door, 'take-bank-file', name, { sha256: file.sha256 }, receipts);
  });
  return { file, newLines: Math.max(0, (await count()) - before) };
}
