/** The lines of a month that nobody earned although a click of the publisher was tested, latest first. */
import { firstDayOf, isDay, isMonth, lastDayOf } from '../../core/calendar.ts';
import { html } from '../../formats/files/markup.ts';
import { missedLines } from '../../store/lists/party-lines.ts';
import { monthsRun } from '../../store/month/known.ts';
import { NOTHING } from '../layout.ts';
import { page } from '../page.ts';
import { linePath, monthPath } from '../party/months.ts';
import { empty, head, tableOf } from '../pieces.ts';
import { partyOf } from '../visit.ts';
import { PUBLISHER } from './side.ts';

const LINES_A_PAGE = 100;

export const missedPage = page({
  path: '/publisher/:month/missed',
  roles: ['publisher'],
  right: 'see-explanations',
  // What nobody earned is nobody's: the query names the publisher whose click was tested, and tells no one else's.
  reads: 'all',
  load: async (session, visit) => {
    const month = visit.params['month'] ?? '';
    if (!isMonth(month) || !(await monthsRun(session, visit.book)).includes(month)) return null;
    const asked = visit.query.get('through') ?? '';
    const through = isDay(asked) && asked < lastDayOf(month) ? asked : lastDayOf(month);
    const of = { from: firstDayOf(month), through, size: LINES_A_PAGE };
    return { month, ...(await missedLines(session, partyOf(visit), of)) };
  },
  show: ({ month, lines, before }, visit) => {
    const { t, word } = visit.speech;
    const title = t('missed-of-month', { month });
    const back = { path: monthPath(PUBLISHER, month), label: t('publisher-month-title', { month }) };
    const columns = [
      {
        label: t('order-line'),
        kind: 'id',
        fold: 'head',
        cell: (one: (typeof lines)[number]) =>
          html`<a href="${linePath(PUBLISHER, one.order_line_id)}">${one.order_line_id}</a>`,
      },
      { label: t('day'), kind: 'day', cell: (one: (typeof lines)[number]) => one.business_day },
      { label: t('reason'), kind: 'text', fold: 'whole', cell: (one: (typeof lines)[number]) => word(one.reason) },
    ] as const;
    const list = lines.length === 0 ? empty(t('missed-none')) : tableOf(title, columns, lines, true);
    const on =
      before === null
        ? NOTHING
        : html`<p class="pager"><a href="${visit.path}?through=${before}">${t('missed-on')} →</a><span class="quiet">${t('missed-through', { day: before })}</span></p>`;
    const body = html`${head({ title, back, under: t('missed-says') })}${list}${on}`;
    return { title, section: 'section-publisher-month', body };
  },
});
