/** What stands open in the books and how long already: negative payables, undecided holds, what failed and stayed. */

import { formatMoney, sum } from '../../core/money.ts';
import type { Aged } from '../../core/month/ageing.ts';
import type { Markup } from '../../formats/files/markup.ts';
import { ageingOf } from '../../office/ageing.ts';
import type { Session } from '../../store/connection/session.ts';
import { columnsFor, csvFile, unlessZero } from '../list.ts';
import { type Counter, page } from '../page.ts';
import { type Column, downloads, empty, tableOf } from '../pieces.ts';
import { desk, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE } from './office.ts';

/** What stands open, read once for a moment of the book; null before any night. */
async function openNow(session: Session, { shelf, book }: Visit) {
  return book.lastRunDay === null ? null : shelf.ageing.get(session, 'ageing', (now) => ageingOf(session, now));
}

/** Wide and in one piece: what is open is resolved by people, so that there is never very much of it. */
const SHOWN = 500;

export const ageingPage = page({
  ...desk('see-breaks'),
  path: '/finance/ageing',
  load: async (session, visit) => ({ found: await openNow(session, visit) }),
  show: ({ found }, visit) => {
    const { t } = visit.speech;
    const isEmpty = found === null || found.rows.length === 0;
    return officePage(FINANCE_OFFICE, 'way-ageing', visit, {
      title: found === null ? t('way-ageing') : t('ageing-title', { day: found.asOf }),
      under: visit.book.currency,
      ...(isEmpty ? {} : { beside: downloads(visit, [['ageing.csv', '/finance/ageing/csv']]) }),
      body: isEmpty ? empty(t('ageing-none')) : ageingTable(found.rows, visit),
    });
  },
});

function ageingTable(rows: readonly Aged[], visit: Visit): Markup {
  const { t } = visit.speech;
  const { text, id, day, count, amount } = columnsFor<Aged>(visit);
  const aged = (label: string, at: 0 | 1 | 2 | 3): Column<Aged> =>
    amount(label, ({ ages }) => unlessZero(ages[at] ?? 0n), { total: sum(rows.map(({ ages }) => ages[at] ?? 0n)) });
  const columns = [
    text(t('ageing-kind'), ({ kind }) => t(`aged-${kind}`), {
      fold: 'head',
      total: t('total-lines', { count: rows.length }),
    }),
    id(t('ageing-party'), ({ party }) => party),
    day(t('break-since'), ({ since }) => since),
    count(t('break-days'), ({ days }) => days),
    aged(t('ageing-below'), 0),
    aged(t('ageing-from', { days: 30 }), 1),
    aged(t('ageing-from', { days: 60 }), 2),
    aged(t('ageing-from', { days: 90 }), 3),
    amount(t('amount'), ({ total }) => total, { fold: 'end', total: sum(rows.map(({ total }) => total)) }),
  ];
  return tableOf(t('way-ageing'), columns, rows.slice(0, SHOWN), true);
}

/** All that stands open. */
export const ageingFile: Counter = {
  ...desk('see-breaks'),
  path: '/finance/ageing/csv',
  open: async (session, visit) => {
    const found = await openNow(session, visit);
    if (found === null) return null;
    const { digits } = visit.book;
    const header = ['kind', 'party', 'since', 'days', 'below_30', 'from_30', 'from_60', 'from_90', 'total'];
    return csvFile(`ageing-${found.asOf}.csv`, header, [found.rows], ({ kind, party, since, days, ages, total }) => {
      return [kind, party, since, String(days), ...[...ages, total].map((amount) => formatMoney(amount, digits))];
    });
  },
};
