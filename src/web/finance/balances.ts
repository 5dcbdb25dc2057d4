/** The trial balance at the end of a day: each kind of account in debit and in credit, and that both come to the same. */
import { type AccountName, CHART } from '../../core/accounts.ts';
import { isDay } from '../../core/calendar.ts';
import { sum } from '../../core/money.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { exportText } from '../../office/exports.ts';
import { type KindBalance, trialBalance } from '../../store/lists/trial-balance.ts';
import { CSV, columnsFor, unlessZero } from '../list.ts';
import { type Counter, page } from '../page.ts';
import { type Column, downloads, empty, tableOf } from '../pieces.ts';
import { desk, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE } from './office.ts';
import { dayForm } from './reconciliation.ts';

function dayAsked({ query, book: { lastRunDay } }: Visit): string | null {
  const asked = query.get('day') ?? '';
  return lastRunDay !== null && isDay(asked) && asked < lastRunDay ? asked : lastRunDay;
}

export const balancesPage = page({
  ...desk('see-exports'),
  path: '/finance/balances',
  load: async (session, visit) => {
    const day = dayAsked(visit);
    return {
      day,
      kinds: day === null ? [] : await visit.shelf.balances.get(session, day, () => trialBalance(session, day)),
    };
  },
  show: ({ day, kinds }, visit) => {
    const { t } = visit.speech;
    const { currency } = visit.book;
    if (day === null) {
      const body = empty(t('balances-none'));
      return officePage(FINANCE_OFFICE, 'way-balances', visit, { title: t('way-balances'), body });
    }
    const file = downloads(visit, [[`balances-${day}.csv`, `/finance/balances/csv?day=${day}`]]);
    const body =
      kinds.length === 0 ? empty(t('balances-none')) : html`${balancesTable(kinds, visit)}${verdict(kinds, visit)}`;
    return officePage(FINANCE_OFFICE, 'way-balances', visit, {
      title: t('balances-title', { day }),
      under: currency,
      beside: dayForm('/finance/balances', 'day', day, t('balances-day'), visit),
      body: html`${body}<div class="after-table">${file}</div>`,
    });
  },
});

const totalsOf = (kinds: readonly KindBalance[]) => ({
  debit: sum(kinds.map(({ debit }) => debit)),
  credit: sum(kinds.map(({ credit }) => credit)),
});

/** What a kind of account is called. */
function accountCalled(path: string, { speech: { t } }: Visit): string {
  const name = (Object.keys(CHART) as AccountName[]).find((one) => CHART[one].path === path);
  return name === undefined ? path : t(`account-${name}`);
}

function balancesTable(kinds: readonly KindBalance[], visit: Visit): Markup {
  const { t } = visit.speech;
  const totals = totalsOf(kinds);
  const { id, count, amount } = columnsFor<KindBalance>(visit);
  const side = (name: 'debit' | 'credit'): Column<KindBalance> =>
    amount(t(`balances-${name}`), (row) => unlessZero(row[name]), { total: totals[name] });
  const called = ({ kind }: KindBalance) => html`${accountCalled(kind, visit)} <small class="quiet id">${kind}</small>`;
  const columns = [
    id(t('balances-kind'), called, { fold: 'head', total: t('total-row') }),
    count(t('balances-count'), ({ accounts }) => accounts),
    side('debit'),
    side('credit'),
  ];
  return tableOf(t('way-balances'), columns, kinds, true);
}

function verdict(kinds: readonly KindBalance[], { speech: { t } }: Visit): Markup {
  const { debit, credit } = totalsOf(kinds);
  return debit === credit
    ? html`<p class="quiet small after-table">${t('balances-even')}</p>`
    : html`<p class="fault" role="alert">${t('balances-uneven')}</p>`;
}

/** The same day's balances, account by account: the export. */
export const balancesFile: Counter = {
  ...desk('see-exports'),
  path: '/finance/balances/csv',
  open: async (session, visit) => {
    const day = dayAsked(visit);
    if (day === null) return null;
    const pieces = exportText(session, 'balances', 'csv', { ...visit.book, asOf: day });
    return pieces === undefined ? null : { name: `balances-${day}.csv`, mime: CSV, pieces };
  },
};
