/** What stands open in the books and how long already: negative payables, undecided holds, what failed and stayed. */

import { formatMoney, sum } from '../../core/money.ts';
import type { Aged } from '../../core/month/ageing.ts';
import { csvRow } from '../../formats/files/csv.ts';
import type { Markup } from '../../formats/files/markup.ts';
import { ageingOf } from '../../office/ageing.ts';
import type { Session } from '../../store/connection/session.ts';
import { type Counter, page } from '../page.ts';
import { type Column, downloads, empty, money, tableOf } from '../pieces.ts';
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
  const aged = (label: string, at: 0 | 1 | 2 | 3): Column<Aged> => ({
    label,
    kind: 'amount',
    cell: ({ ages }) => (ages[at] === 0n ? '' : money(visit, ages[at] ?? 0n)),
    total: money(visit, sum(rows.map(({ ages }) => ages[at] ?? 0n))),
  });
  const columns: Column<Aged>[] = [
    {
      label: t('ageing-kind'),
      kind: 'text',
      fold: 'head',
      cell: ({ kind }) => t(`aged-${kind}`),
      total: t('total-lines', { count: rows.length }),
    },
    { label: t('ageing-party'), kind: 'id', cell: ({ party }) => party },
    { label: t('break-since'), kind: 'day', cell: ({ since }) => since },
    { label: t('break-days'), kind: 'count', cell: ({ days }) => String(days) },
    aged(t('ageing-below'), 0),
    aged(t('ageing-from', { days: 30 }), 1),
    aged(t('ageing-from', { days: 60 }), 2),
    aged(t('ageing-from', { days: 90 }), 3),
    {
      label: t('amount'),
      kind: 'amount',
      fold: 'end',
      cell: ({ total }) => money(visit, total),
      total: money(visit, sum(rows.map(({ total }) => total))),
    },
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
    const told = (amount: bigint): string => formatMoney(amount, visit.book.digits);
    async function* pieces(rows: readonly Aged[]): AsyncGenerator<string> {
      yield csvRow(['kind', 'party', 'since', 'days', 'below_30', 'from_30', 'from_60', 'from_90', 'total']);
      for (const { kind, party, since, days, ages, total } of rows)
        yield csvRow([kind, party, since, String(days), ...ages.map(told), told(total)]);
    }
    return { name: `ageing-${found.asOf}.csv`, mime: 'text/csv; charset=utf-8', pieces: pieces(found.rows) };
  },
};
