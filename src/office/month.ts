/** Gathers a month's walk from the store for the core. It decides nothing. */
import { ownAccount } from '../core/accounts.ts';
import type { Month } from '../core/calendar.ts';
import { type MonthWalk, walkOf } from '../core/month/walk.ts';
import type { Reconciliation } from '../core/reconcile/report.ts';
import { bankPostings } from '../store/bank/postings.ts';
import { paymentsOfMonth } from '../store/bank/standing.ts';
import type { Session } from '../store/connection/session.ts';
import { balanceAfter } from '../store/log/balances.ts';
import { dayClosed } from '../store/month/closed.ts';
import { type Book, policies } from '../store/night/book.ts';
import { bankReconciled } from './bank.ts';
import { refuseMonthOutside } from './months.ts';

/**
 * A month's walk as of the last night.
 * @param reconciled gives the reconciliation of the last night, where it is there already
 * @throws Refusal for a month that the book has nothing to say of
 */
export async function monthWalk(
  session: Session,
  book: Book,
  month: Month,
  reconciled: () => Promise<Reconciliation | null> = () => lastReconciled(session, book),
): Promise<MonthWalk> {
  await refuseMonthOutside(session, book, month);
  const policy = (await policies(session, book.digits)).at(-1)?.policy;
  const facts = {
    ...{ month, asOf: book.lastRunDay, closedOn: await dayClosed(session, month) },
    payDay: policy?.payDay ?? 1,
    payments: await paymentsOfMonth(session, month),
    reconciliation: await reconciled(),
    postings: await bankPostings(session),
    unallocated: -(await balanceAfter(session, ownAccount('unallocated'), null)),
  };
  return walkOf(facts, book.calendar);
}

async function lastReconciled(session: Session, book: Book): Promise<Reconciliation | null> {
  return book.lastRunDay === null ? null : bankReconciled(session, book, book.lastRunDay);
}
