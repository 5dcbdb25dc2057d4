/** The bank against the ledger at the end of a day: the unexplained remainder first, then every break, open ones before. */
import { isDay } from '../../core/calendar.ts';
import { sum } from '../../core/money.ts';
import { type NotedBreak, openBreaks, type Reconciliation } from '../../core/reconcile/report.ts';
import { csvRow, csvSafe } from '../../formats/files/csv.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { agrees, BREAK_COLUMNS, breakCells, type Ways } from '../../formats/reconcile.ts';
import { NOTHING } from '../layout.ts';
import { type Counter, page } from '../page.ts';
import { type Column, downloads, empty, facts, figures, money, part, state, tableOf } from '../pieces.ts';
import { desk, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE, reconciled, waysThrough } from './office.ts';

/** The day asked for, or the last that was run; null where there is none such. */
function dayAsked({ query, book: { lastRunDay } }: Visit): string | null {
  const asked = query.get('through') ?? '';
  if (asked === '' || lastRunDay === null) return lastRunDay;
  return isDay(asked) && asked <= lastRunDay ? asked : lastRunDay;
}

export const reconciliationPage = page({
  ...desk('see-breaks'),
  path: '/finance/reconciliation',
  load: async (session, visit) => {
    const day = dayAsked(visit);
    if (day === null) return { day, found: null };
    return { day, found: { of: await reconciled(session, visit, day), ways: await waysThrough(session, visit, day) } };
  },
  show: ({ day, found }, visit) => {
    const { t } = visit.speech;
    if (found === null || day === null) {
      const body = empty(t('reconciliation-none'));
      return officePage(FINANCE_OFFICE, 'way-reconciliation', visit, { title: t('way-reconciliation'), body });
    }
    const { of, ways } = found;
    const open = openBreaks(of);
    const resolved = of.breaks.filter((one) => one.resolved !== null);
    const file = downloads(visit, [['breaks.csv', `/finance/reconciliation/csv?through=${day}`]]);
    const list = open.length === 0 ? empty(t('rec-breaks-none')) : breaksTable(t('rec-breaks-open'), open, visit);
    const done =
      resolved.length === 0
        ? NOTHING
        : part(t('rec-breaks-resolved'), breaksTable(t('rec-breaks-resolved'), resolved, visit));
    const verdict = agrees(of, ways) ? state(t('reconciled-yes'), 'good') : state(t('reconciled-no'), 'wait');
    return officePage(FINANCE_OFFICE, 'way-reconciliation', visit, {
      title: t('reconciliation-title', { day }),
      under: html`${verdict} · ${t('rec-matched', { count: of.matched.length })} · ${visit.book.currency}`,
      beside: dayForm('/finance/reconciliation', 'through', day, t('rec-day'), visit),
      body: html`${sums(of, visit)}${accounts(of, visit)}${part(t('rec-breaks-open'), list, file)}${done}${part(t('rec-ways'), waysOf(ways, visit))}`,
    });
  },
});

/** A day to go to. */
export function dayForm(path: string, name: string, day: string, label: string, { speech: { t } }: Visit): Markup {
  return html`<form class="row" method="get" action="${path}"><p><label for="to-day">${label}</label><input id="to-day" type="date" name="${name}" value="${day}"></p><button>${t('go')}</button></form>`;
}

function sums({ remainder }: Reconciliation, visit: Visit): Markup {
  const { t } = visit.speech;
  const isEven = remainder.unexplained === 0n;
  return html`${figures([
    {
      label: t('rec-unexplained'),
      value: html`<span class="${isEven ? 'even' : 'uneven'}">${money(visit, remainder.unexplained)}</span>`,
    },
    { label: t('rec-bank'), value: money(visit, remainder.bank) },
    { label: t('rec-opening'), value: money(visit, remainder.opening) },
    { label: t('rec-ledger'), value: money(visit, remainder.ledger) },
    { label: t('rec-named'), value: money(visit, remainder.named) },
  ])}<p class="quiet small after-table">${t('rec-sum-says')}</p>`;
}

function accounts({ accounts: of }: Reconciliation, { speech: { t } }: Visit): Markup {
  const said = of.flatMap(({ account, stated, gaps }) => [
    ...(stated === null ? [t('rec-account-unstated', { account })] : []),
    ...gaps.map((gap) => t('rec-account-gap', { account, gap })),
  ]);
  if (of.length === 0) said.push(t('remainder-none'));
  return said.length === 0 ? NOTHING : html`<ul class="note listed">${said.map((one) => html`<li>${one}</li>`)}</ul>`;
}

function breaksTable(caption: string, breaks: readonly NotedBreak[], visit: Visit): Markup {
  const { t } = visit.speech;
  const columns: Column<NotedBreak>[] = [
    {
      label: t('break-id'),
      kind: 'text',
      fold: 'head',
      cell: ({ id, kind }) =>
        html`<a href="/finance/breaks/${id}">${t(`break-kind-${kind}`)}</a> <small class="quiet id">${id.slice(kind.length + 1)}</small>`,
    },
    { label: t('break-since'), kind: 'day', cell: ({ since }) => since },
    { label: t('break-days'), kind: 'count', cell: ({ age }) => String(age) },
    { label: t('break-of'), kind: 'word', cell: ({ instructionId }) => instructionId ?? '' },
    { label: t('break-line'), kind: 'id', cell: ({ lineRef }) => lineRef ?? '' },
    { label: t('break-owner'), kind: 'text', cell: ({ owner }) => owner ?? '' },
    { label: t('break-what'), kind: 'text', fold: 'whole', cell: ({ saw }) => saw },
    {
      label: t('break-effect'),
      kind: 'amount',
      fold: 'end',
      cell: ({ effect }) => money(visit, effect),
      total: money(visit, sum(breaks.map(({ effect }) => effect))),
    },
  ];
  const [first, ...rest] = columns;
  const named =
    first === undefined ? columns : [{ ...first, total: t('total-lines', { count: breaks.length }) }, ...rest];
  return tableOf(caption, named, breaks, true);
}

function waysOf({ network, deductions, payouts }: Ways, visit: Visit): Markup {
  const { t } = visit.speech;
  const way = ({ instructions, instructed, clearing }: Ways['payouts']): string =>
    t('rec-way-told', { count: instructions, amount: money(visit, instructed), clearing: money(visit, clearing) });
  return facts([
    [t('rec-network'), html`${t('rec-network-told', network)}<br>${t('rec-received-told', network)}`],
    [t('deductions-title'), way(deductions)],
    [t('payouts-title'), way(payouts)],
  ]);
}

/** Every break of the day, as `cps reconcile --format csv` writes them. */
export const breaksFile: Counter = {
  ...desk('see-breaks'),
  path: '/finance/reconciliation/csv',
  open: async (session, visit) => {
    const day = dayAsked(visit);
    if (day === null) return null;
    const of = await reconciled(session, visit, day);
    async function* pieces(): AsyncGenerator<string> {
      yield csvRow(BREAK_COLUMNS);
      yield of.breaks.map((one) => csvRow(breakCells(one, visit.book.digits).map(csvSafe))).join('');
    }
    return { name: `breaks-${day}.csv`, mime: 'text/csv; charset=utf-8', pieces: pieces() };
  },
};
