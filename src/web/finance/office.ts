/**
 * The room of finance: its ways, for every page of it, and the day's reconciliation, which several of them show; its
 * unexplained remainder in one line stands at the top of what finance opens in the morning.
 */
import type { Day } from '../../core/calendar.ts';
import { openBreaks, type Reconciliation } from '../../core/reconcile/report.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { bankReconciled, otherWays } from '../../office/bank.ts';
import type { Session } from '../../store/connection/session.ts';
import { NOTHING } from '../layout.ts';
import { money } from '../pieces.ts';
import { mayDo, type Office } from '../staff.ts';
import type { Visit } from '../visit.ts';

export const FINANCE_OFFICE: Office = {
  section: 'section-finance',
  ways: [
    { term: 'way-close', path: '/finance', right: 'see-statements' },
    { term: 'way-month', path: '/finance/walk', right: 'see-breaks' },
    { term: 'way-payouts', path: '/finance/payouts', right: 'see-payouts' },
    { term: 'way-deductions', path: '/finance/deductions', right: 'see-deductions' },
    { term: 'way-seconds', path: '/finance/seconds', right: 'see-breaks' },
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

/** The reconciliation of the last day run; null where there is none to be looked at. */
export async function lastReconciled(session: Session, visit: Visit): Promise<Reconciliation | null> {
  const { lastRunDay } = visit.book;
  if (lastRunDay === null || !mayDo(visit, 'see-breaks')) return null;
  return reconciled(session, visit, lastRunDay);
}

export function remainderLine(of: Reconciliation | null, visit: Visit): Markup {
  if (of === null) return NOTHING;
  const { t } = visit.speech;
  const way = html`<a href="/finance/reconciliation">${t('to-reconciliation')}</a>`;
  if (of.accounts.length === 0) return html`<p class="note">${t('remainder-none')} ${way}</p>`;
  const gap = of.uncovered.at(-1);
  if (gap !== undefined) return html`<p class="note">${t('remainder-uncovered', gap)} ${way}</p>`;
  const { unexplained } = of.remainder;
  const open = openBreaks(of).length;
  const breaks = open === 0 ? NOTHING : html` ${t('breaks-open', { count: open })}`;
  const { through: day } = of;
  return unexplained === 0n
    ? html`<p class="note">${t('remainder-zero', { day })}${breaks} ${way}</p>`
    : html`<p class="fault">${t('remainder-some', { day, amount: money(visit, unexplained), currency: visit.book.currency })}${breaks} ${way}</p>`;
}
