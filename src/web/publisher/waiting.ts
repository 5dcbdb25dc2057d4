/**
 * The lines of a month that stand beside its statement: those that are the publisher's and wait for their receipt, with what
 * they are estimated at, and those that nobody earned although a click of the publisher was tested, latest first.
 */
import { firstDayOf, isDay, lastDayOf } from '../../core/calendar.ts';
import { html } from '../../formats/files/markup.ts';
import { missedLines, type WaitingLine, type WaitingSum, waitingLines } from '../../store/lists/party-lines.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor, keyAfter, listShown, pageOf } from '../list.ts';
import { page } from '../page.ts';
import { linePath, monthAsked, monthPath } from '../party/months.ts';
import { type Column, empty, head, pidOf, state, tableOf } from '../pieces.ts';
import { partyOf, type Visit } from '../visit.ts';
import { PUBLISHER } from './side.ts';

const LINES_A_PAGE = 100;

/** The head of such a page, with the way back to its month. */
function headOf(title: string, under: string, month: string, { speech: { t } }: Visit) {
  const back = { path: monthPath(PUBLISHER, month), label: t('publisher-month-title', { month }) };
  return head({ title, back, under });
}

const linked = ({ order_line_id: line }: { readonly order_line_id: string }) =>
  html`<a href="${linePath(PUBLISHER, line)}">${line}</a>`;

export const waitingPage = page({
  path: '/publisher/:month/waiting',
  roles: ['publisher'],
  right: 'see-statements',
  load: async (session, visit) => {
    const month = await monthAsked(session, visit);
    if (month === null) return null;
    const [day = '', line = ''] = keyAfter(visit, 2) ?? [];
    const asked = { after: isDay(day) ? ([day, line] as const) : null, size: LINES_A_PAGE + 1 };
    const { lines, all } = await waitingLines(session, partyOf(visit), month, asked);
    return { month, all, found: pageOf(lines, LINES_A_PAGE, (one) => [one.business_day, one.order_line_id]) };
  },
  show: ({ month, all, found }, visit) => {
    const { t } = visit.speech;
    const title = t('waiting-of-month', { month });
    const table = () => tableOf(title, waitingColumns(all, visit), found.rows, true);
    // A page of no lines says so, whatever the whole list has.
    const count = found.rows.length === 0 ? 0 : all.count;
    const list = listShown(visit, found, t('nothing-here'), table, count);
    const body = html`${headOf(title, t('waiting-says'), month, visit)}${list}`;
    return { title, section: 'section-publisher-month', body };
  },
});

function waitingColumns(all: WaitingSum, visit: Visit): Column<WaitingLine>[] {
  const { t, word } = visit.speech;
  const { id, day, word: wordOf, rate, amount } = columnsFor<WaitingLine>(visit);
  const standing = ({ held }: WaitingLine) =>
    held ? state(t('under-review'), 'wait') : state(t('not-under-review'), 'none');
  return [
    id(t('order-line'), linked, { fold: 'head', total: t('total-lines', { count: all.count }) }),
    day(t('day'), (line) => line.business_day),
    id(t('pid'), ({ pid }) => pidOf(pid)),
    wordOf(t('trace'), ({ trace }) => word(trace)),
    rate(t('rate'), (line) => line.rate),
    wordOf(t('standing'), standing),
    amount(t('estimate'), ({ estimate }) => estimate, { fold: 'end', total: all.estimate }),
  ];
}

export const missedPage = page({
  path: '/publisher/:month/missed',
  roles: ['publisher'],
  right: 'see-explanations',
  // What nobody earned is nobody's: the query names the publisher whose click was tested, and tells no one else's.
  reads: 'all',
  load: async (session, visit) => {
    const month = await monthAsked(session, visit);
    if (month === null) return null;
    const asked = visit.query.get('through') ?? '';
    const through = isDay(asked) && asked < lastDayOf(month) ? asked : lastDayOf(month);
    const of = { from: firstDayOf(month), through, size: LINES_A_PAGE };
    return { month, ...(await missedLines(session, partyOf(visit), of)) };
  },
  show: ({ month, lines, before }, visit) => {
    const { t, word } = visit.speech;
    const title = t('missed-of-month', { month });
    const { id, day, text } = columnsFor<(typeof lines)[number]>(visit);
    const columns = [
      id(t('order-line'), linked, { fold: 'head' }),
      day(t('day'), (one) => one.business_day),
      text(t('reason'), (one) => word(one.reason), { fold: 'whole' }),
    ];
    const list = lines.length === 0 ? empty(t('missed-none')) : tableOf(title, columns, lines, true);
    const on =
      before === null
        ? NOTHING
        : html`<p class="pager"><a href="${visit.path}?through=${before}">${t('missed-on')} →</a><span class="quiet">${t('missed-through', { day: before })}</span></p>`;
    const body = html`${headOf(title, t('missed-says'), month, visit)}${list}${on}`;
    return { title, section: 'section-publisher-month', body };
  },
});
