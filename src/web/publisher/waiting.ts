/** The lines of a month that are the publisher's and wait for their receipt, with what they are estimated at. */
import { isDay, isMonth } from '../../core/calendar.ts';
import { html } from '../../formats/files/markup.ts';
import { type WaitingLine, type WaitingSum, waitingLines } from '../../store/lists/party-lines.ts';
import { monthsRun } from '../../store/month/known.ts';
import { page } from '../page.ts';
import { linePath, monthPath } from '../party/months.ts';
import { type Column, empty, head, money, pager, pidOf, rate, state, tableOf } from '../pieces.ts';
import { partyOf, type Visit } from '../visit.ts';
import { PUBLISHER } from './side.ts';

const LINES_A_PAGE = 100;

export const waitingPage = page({
  path: '/publisher/:month/waiting',
  roles: ['publisher'],
  right: 'see-statements',
  load: async (session, visit) => {
    const month = visit.params['month'] ?? '';
    if (!isMonth(month) || !(await monthsRun(session, visit.book)).includes(month)) return null;
    const of = partyOf(visit);
    const asked = { after: afterOf(visit), size: LINES_A_PAGE + 1 };
    const { lines, all } = await waitingLines(session, of, month, asked);
    return { month, all, lines: lines.slice(0, LINES_A_PAGE), isMore: lines.length > LINES_A_PAGE };
  },
  show: ({ month, all, lines, isMore }, visit) => {
    const { t } = visit.speech;
    const title = t('waiting-of-month', { month });
    const back = { path: monthPath(PUBLISHER, month), label: t('publisher-month-title', { month }) };
    const last = lines.at(-1);
    const next = isMore && last !== undefined ? `${last.business_day} ${last.order_line_id}` : null;
    const told = t('shown-of', { shown: lines.length, count: all.count });
    const list =
      lines.length === 0
        ? empty(t('nothing-here'))
        : html`${tableOf(title, columnsOf(all, visit), lines, true)}${pager(visit, next, told)}`;
    return {
      title,
      section: 'section-publisher-month',
      body: html`${head({ title, back, under: t('waiting-says') })}${list}`,
    };
  },
});

function columnsOf(all: WaitingSum, visit: Visit): Column<WaitingLine>[] {
  const { t, word } = visit.speech;
  return [
    {
      label: t('order-line'),
      kind: 'id',
      fold: 'head',
      cell: ({ order_line_id: line }) => html`<a href="${linePath(PUBLISHER, line)}">${line}</a>`,
      total: t('total-lines', { count: all.count }),
    },
    { label: t('day'), kind: 'day', cell: (line) => line.business_day },
    { label: t('pid'), kind: 'id', cell: ({ pid }) => pidOf(pid) },
    { label: t('trace'), kind: 'word', cell: ({ trace }) => word(trace) },
    { label: t('rate'), kind: 'rate', cell: (line) => rate(line.rate) },
    {
      label: t('standing'),
      kind: 'word',
      cell: ({ held }) => (held ? state(t('under-review'), 'wait') : state(t('not-under-review'), 'none')),
    },
    {
      label: t('estimate'),
      kind: 'amount',
      fold: 'end',
      cell: ({ estimate }) => money(visit, estimate),
      total: money(visit, all.estimate),
    },
  ];
}

/** The day and line that the query goes on after. */
function afterOf({ query }: Visit): readonly [string, string] | null {
  const [day = '', line = ''] = (query.get('after') ?? '').split(' ');
  return isDay(day) ? [day, line] : null;
}
