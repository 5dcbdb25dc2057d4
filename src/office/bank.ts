/** Gathers a reconciliation from the store for the core, and records what people say of its breaks. It decides nothing. */

import { feedRowsOf } from '../core/bank/file.ts';
import { type Day, isoOf } from '../core/calendar.ts';
import { formatMoney } from '../core/money.ts';
import { type NotedBreak, type Reconciliation, reconcile } from '../core/reconcile/report.ts';
import type { Ways } from '../formats/reconcile.ts';
import { record } from '../ingest/deliver/record.ts';
import { type BankOrder, type BankReading, readBankFile } from '../ingest/source/bank-file.ts';
import {
  bankCounts,
  bankLines,
  bankMovements,
  bankStatements,
  breakNotes,
  feedAndLedger,
  instructionsAtBank,
  ledgerAndBank,
  ledgerAtBank,
} from '../store/bank/bank.ts';
import type { Session } from '../store/connection/session.ts';
import type { Book } from '../store/night/book.ts';
import { NotThere, UsageError } from './usage-error.ts';

/** Days that a bank may be later than the ledger, or earlier, without a word. */
export const GRACE_DAYS = 3;

/** The bank against the ledger at the end of a day. UsageError for a day not run. */
export async function bankReconciled(
  session: Session,
  book: Book,
  through: Day,
  graceDays = GRACE_DAYS,
): Promise<Reconciliation> {
  if (book.lastRunDay === null || through > book.lastRunDay)
    throw new UsageError(
      `${through} has not been run: ${book.lastRunDay === null ? 'no day has' : `${book.lastRunDay} is the last that has`}`,
    );
  const material = {
    instructions: await instructionsAtBank(session),
    movements: await bankMovements(session),
    lines: await bankLines(session, book.calendar),
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

/** The reconciliation of a day with the other two ways. UsageError for a day not run. */
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
  readonly newStatements: number;
}

/** Takes a bank's file in, all of it or nothing. SourceError where it does not hold, NotRecorded where the book knows otherwise. */
export async function takeBankFile(session: Session, book: Book, order: BankOrder, name = order.path): Promise<Taken> {
  const file = await readBankFile(order, book);
  const before = await bankCounts(session);
  await record(session, name, async () => ({ parts: feedRowsOf(file, book.digits) }));
  const after = await bankCounts(session);
  return { file, newLines: after.lines - before.lines, newStatements: after.statements - before.statements };
}

/** What a person says of a break. */
export type BreakSaying =
  | { readonly step: 'assign'; readonly owner: string }
  | { readonly step: 'comment' | 'resolve'; readonly reason: string };

/** Records what a person says of a break that is open at the end of the last day run. UsageError where there is none. */
export function noteBreak(
  session: Session,
  id: string,
  by: string,
  at: number,
  saying: BreakSaying,
): Promise<{ found: NotedBreak }> {
  return record(session, 'cps break', async (book) => {
    const of = await bankReconciled(session, book, book.lastRunDay ?? '');
    const found = of.breaks.find((one) => one.id === id);
    if (found === undefined)
      throw new NotThere(`there is no break ${id} at the end of ${of.through}: see cps reconcile`);
    if (found.resolved !== null) throw new UsageError(`break ${id} was resolved by ${found.resolved.by}`);
    const row = {
      break_id: id,
      step: saying.step,
      at: isoOf(at),
      by,
      ...(saying.step === 'assign' ? { owner: saying.owner } : { reason: saying.reason }),
      ...(saying.step === 'resolve' ? { effect: formatMoney(found.effect, book.digits) } : {}),
    };
    return { found, parts: [{ feed: 'break-notes', rows: [row] }] };
  });
}
