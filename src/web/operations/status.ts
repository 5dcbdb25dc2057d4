/** How the book stands, at a glance: how far it is, what waits and for how long, and the last nights. */

import { html, type Markup } from '../../formats/files/markup.ts';
import type { BookStatus } from '../../formats/status.ts';
import { nightsPage as listNights } from '../../store/lists/lists.ts';
import { NOTHING } from '../layout.ts';
import { page } from '../page.ts';
import { type Column, empty, facts, figures, money, part, tableOf } from '../pieces.ts';
import { desk, mayDo, officePage, standing } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { nightsTable } from './nights.ts';
import { OPERATIONS_OFFICE } from './office.ts';

const LATEST = 7;

export const statusPage = page({
  ...desk('see-book'),
  path: '/operations',
  load: async (session, visit) => ({
    status: await standing(session, visit),
    nights: (await listNights(session, { after: null, limit: LATEST })).slice(0, LATEST),
  }),
  show: ({ status, nights }, visit) => {
    const { t } = visit.speech;
    const { openDay, running, firstOpenDay } = status;
    const warning =
      openDay !== null && !running
        ? html`<p class="fault" role="alert">${t('night-goes-on', { day: openDay })}</p>`
        : NOTHING;
    const all = html`<a href="/operations/nights">${t('all')}</a>`;
    const inside =
      firstOpenDay === null
        ? empty(t('status-empty'))
        : html`${keyFigures(status, visit)}${part(t('waits-title'), waiting(status, visit))}${part(t('latest-nights'), nightsTable(nights, visit), all)}`;
    const { currency, calendar } = visit.book;
    return officePage(OPERATIONS_OFFICE, 'way-status', visit, {
      title: t('status-title'),
      under: `${currency} · ${calendar.zone}`,
      body: html`${warning}${inside}${part(t('policy-in-force'), policies(status, visit))}`,
    });
  },
});

function keyFigures(status: BookStatus, visit: Visit): Markup {
  const { t } = visit.speech;
  const { openDay, running, due } = status;
  const parked = status.parked.reduce((sum, { count }) => sum + count, 0);
  const refused = status.rejected + status.conflict;
  const night = running
    ? t('night-running')
    : openDay === null
      ? t('night-none-open')
      : t('night-unfinished', { day: openDay });
  const linked = (count: number, path: string) =>
    count > 0 && mayDo(visit, 'see-deliveries') ? html`<a href="${path}">${count}</a>` : String(count);
  const dates = facts([
    [t('first-open-day'), status.firstOpenDay ?? t('none-yet')],
    [t('last-day-due'), status.lastDueDay ?? t('none-yet')],
  ]);
  return html`${figures([
    {
      label: t('last-day-run'),
      value: html`<span class="whole">${status.lastRunDay ?? t('none-yet')}</span>`,
      beside: night,
    },
    {
      label: t('refused-rows'),
      value: linked(refused, '/operations/rejects'),
      beside: refused === 0 ? '' : t('refused-told', { rejected: status.rejected, conflict: status.conflict }),
    },
    {
      label: t('parked-rows'),
      value: linked(parked, '/operations/parked'),
      beside: status.parked.map(({ feed, count }) => `${count} ${feed}`).join(', '),
    },
    {
      label: t('owed-by-sellers'),
      value: money(visit, due.owed.amount),
      beside: t('owed-told', { count: due.owed.count }),
    },
    {
      label: t('owed-to-sellers'),
      value: money(visit, due.owing.amount),
      beside: t('owed-told', { count: due.owing.count }),
    },
  ])}<div class="under-figures">${dates}</div>`;
}

const KINDS = ['unsettled', 'held', 'clearing', 'deductions', 'payouts'] as const;
const AGES = [15, 30, 60] as const;

/** What waits for something, and how old it is; the amounts are those of `cps status`. */
function waiting(status: BookStatus, visit: Visit): Markup {
  const { t } = visit.speech;
  const amount = (label: string, at: 0 | 1 | 2 | 3): Column<(typeof KINDS)[number]> => ({
    label,
    kind: 'amount',
    cell: (kind) => (status[kind][at].count === 0 ? '' : money(visit, status[kind][at].amount)),
  });
  const columns: Column<(typeof KINDS)[number]>[] = [
    { label: t('waits-what'), kind: 'text', fold: 'head', cell: (kind) => t(`waits-${kind}`) },
    { label: t('waits-all'), kind: 'count', cell: (kind) => String(status[kind][0].count) },
    { ...amount(visit.speech.trade('amount'), 0), fold: 'end' },
    amount(t('waits-over', { days: AGES[0] }), 1),
    amount(t('waits-over', { days: AGES[1] }), 2),
    amount(t('waits-over', { days: AGES[2] }), 3),
  ];
  const shown = KINDS.filter((kind) => kind !== 'clearing' || status.clearing[0].count > 0);
  return tableOf(t('waits-title'), columns, shown, true);
}

function policies({ policy, nextPolicy }: BookStatus, { speech: { t } }: Visit): Markup {
  const told = ({ version, name, from }: BookStatus['policy']): string => {
    const of = t('policy-of', { version, name });
    return from === null ? of : t('policy-from', { policy: of, day: from });
  };
  const next = nextPolicy === null ? [] : [[t('policy-next'), told(nextPolicy)] as const];
  return facts([[t('policy-in-force'), told(policy)], ...next]);
}
