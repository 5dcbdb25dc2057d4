/** The unexplained remainder in one line, as it stands at the top of what finance opens in the morning. */
import { openBreaks, type Reconciliation } from '../../core/reconcile/report.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { Session } from '../../store/connection/session.ts';
import { NOTHING } from '../layout.ts';
import { money } from '../pieces.ts';
import { mayDo } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { reconciled } from './office.ts';

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
