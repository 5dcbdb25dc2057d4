/** The room of finance: its ways, for every page of it, and the day's reconciliation, which several of them show. */
import type { Day } from '../../core/calendar.ts';
import { bankReconciled, otherWays } from '../../office/bank.ts';
import type { Session } from '../../store/connection/session.ts';
import type { Office } from '../staff.ts';
import type { Visit } from '../visit.ts';

export const FINANCE_OFFICE: Office = {
  section: 'section-finance',
  ways: [
    { term: 'way-close', path: '/finance', right: 'see-statements' },
    { term: 'way-month', path: '/finance/walk', right: 'see-breaks' },
    { term: 'way-payouts', path: '/finance/payouts', right: 'see-payouts' },
    { term: 'way-deductions', path: '/finance/deductions', right: 'see-deductions' },
    { term: 'way-files', path: '/finance/files', right: 'see-payouts' },
    { term: 'way-reconciliation', path: '/finance/reconciliation', right: 'see-breaks' },
    { term: 'way-ageing', path: '/finance/ageing', right: 'see-breaks' },
    { term: 'way-balances', path: '/finance/balances', right: 'see-exports' },
  ],
};

/** The bank against the ledger at the end of a day that was run; made once for a moment of the book. */
export function reconciled(session: Session, visit: Visit, through: Day) {
  return visit.shelf.reconciliation.get(session, through, (book) => bankReconciled(session, book, through));
}

/** The other two ways of that day, likewise. */
export function waysThrough(session: Session, visit: Visit, through: Day) {
  return visit.shelf.ways.get(session, through, () => otherWays(session, through));
}
