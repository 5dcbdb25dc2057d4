/** The seller's month: what was charged and given back, day by day, to whom and how, and the files of it. */
import { addDays, type Day, firstDayOf, isMonth, lastDayOf } from '../../core/calendar.ts';
import type { Group } from '../../core/month-groups.ts';
import { dayChart } from '../../formats/day-chart.ts';
import { deductionsTold } from '../../formats/document/told.ts';
import { paged } from '../../formats/figures.ts';
import { html, type Markup } from '../../formats/markup.ts';
import { linesAfter } from '../../store/months-of.ts';
import { monthsRun } from '../../store/party-months.ts';
import { page, signpost } from '../page.ts';
import { type Column, downloads, empty, figures, head, money, monthsNav, part, tableOf } from '../pieces.ts';
import { partyOf, type Visit } from '../visit.ts';
import { linesTable } from './lines.ts';
import { linesPath, monthPath, SELLER, type SellerMonth, sellerMonth } from './months.ts';

const PLACE = { roles: ['seller'], right: 'see-deductions' } as const;

/** The latest month, or the one chosen. */
export const latestMonth = signpost({
  ...PLACE,
  path: SELLER,
  lead: async (session, visit) => {
    const asked = visit.query.get('month') ?? '';
    if (isMonth(asked)) return monthPath(asked);
    const last = (await monthsRun(session, visit.book)).at(-1);
    if (last !== undefined) return monthPath(last);
    const { t } = visit.speech;
    const title = t('section-seller-month');
    return { title, section: 'section-seller-month', body: html`${head({ title })}${empty(t('seller-none'))}` };
  },
});

/** So many lines stand on the month's own page. */
const FIRST_LINES = 20;

export const month = page({
  ...PLACE,
  path: `${SELLER}/:month`,
  load: async (session, visit) => {
    const of = await sellerMonth(session, visit);
    if (of === null) return null;
    const narrowed = { day: null, with: null, types: null };
    const some = await linesAfter(session, visit.book, of.document, { after: null, size: FIRST_LINES, narrowed });
    return { ...of, some };
  },
  show: (of, visit) => {
    const { t } = visit.speech;
    const { document, groups } = of;
    const title = t('seller-month-title', { month: of.month });
    const nav = monthsNav(visit, SELLER, of.month, of.months);
    const body =
      groups.totals.count === 0 && document.frame.opening === 0n
        ? empty(t('seller-empty'))
        : html`${keyFigures(of, visit)}${byDay(of, visit)}<div class="sides">${byPublisher(of, visit)}${byTrace(of, visit)}</div>${part(
            t('lines-of-month'),
            linesTable(of, of.some.lines, visit),
            html`<a href="${linesPath(of.month)}">${t('all-lines', { count: groups.totals.count })}</a>`,
          )}`;
    const under = html`${partyOf(visit)} · ${stands(of, visit)} · ${visit.book.currency}`;
    const files = part(t('download'), filesOf(of, visit));
    return {
      title,
      section: 'section-seller-month',
      body: html`${head({ title, under, beside: nav })}${body}${files}`,
    };
  },
});

function stands({ document: { frame } }: SellerMonth, { speech: { t } }: Visit): string {
  if (!frame.open) return t('month-closed');
  return frame.through === null ? t('month-not-begun') : t('month-open', { day: frame.through });
}

function keyFigures({ document, groups }: SellerMonth, visit: Visit): Markup {
  const { t } = visit.speech;
  const { totals, all } = groups;
  const terms = { ...visit.book, language: visit.speech.language };
  const told = deductionsTold(totals, terms, paged(visit.book)).join(', ');
  return figures([
    { label: t('month-charged'), value: money(visit, all.came) },
    { label: t('month-given-back'), value: money(visit, all.back) },
    { label: t('month-net'), value: money(visit, all.came + all.back) },
    {
      label: t('month-deducted'),
      value: money(visit, -totals.of('DeductionInstructed', 'DeductionFailed')),
      beside: told,
    },
    {
      label: t('month-due'),
      value: money(visit, totals.balance),
      beside: t('month-opening', { amount: money(visit, document.frame.opening) }),
    },
  ]);
}

/** The chart, and the same as a table, in which each day leads to its lines. */
function byDay(of: SellerMonth, visit: Visit): Markup {
  const { t } = visit.speech;
  const { month: shown, groups, document } = of;
  const through = document.frame.through ?? lastDayOf(shown);
  const days: Day[] = [];
  for (let day = firstDayOf(shown); day <= through; day = addDays(day, 1)) days.push(day);
  const bars = days.map((day) => {
    const { came = 0n, back = 0n } = groups.byDay.get(day) ?? {};
    return {
      day,
      up: came,
      down: back,
      told: t('day-told', { day, came: money(visit, came), back: money(visit, back) }),
    };
  });
  const most = bars.reduce((a, { up }) => (up > a ? up : a), 0n);
  const legend = html`<ul class="legend"><li>${t('month-charged')}</li><li class="second">${t('month-given-back')}</li></ul>`;
  const ends = html`<div class="ends" aria-hidden="true"><span>${days[0] ?? ''}</span><span>${days.at(-1) ?? ''}</span></div>`;
  const top = html`<div class="ends" aria-hidden="true"><span>${t('most-of-a-day', { amount: money(visit, most) })}</span></div>`;
  const rows = [...groups.byDay].sort(([a], [b]) => (a < b ? -1 : 1));
  const table = groupTable(t('charged-by-day'), rows, of, visit, {
    label: visit.speech.trade('day'),
    kind: 'day',
    cell: ([day]) => html`<a href="${linesPath(shown, { day })}">${day}</a>`,
  });
  const title = t('charged-by-day');
  return part(
    title,
    html`<figure class="chart">${top}${dayChart(title, bars)}${ends}</figure><details><summary>${t('as-table')}</summary>${table}</details>`,
    legend,
  );
}

function byPublisher(of: SellerMonth, visit: Visit): Markup {
  const { t, trade } = visit.speech;
  const rows = [...of.groups.byPublisher].sort(byMost);
  const table = groupTable(t('by-publisher'), rows, of, visit, {
    label: trade('publisher'),
    kind: 'id',
    cell: ([publisher]) => html`<a href="${linesPath(of.month, { publisher })}">${publisher}</a>`,
  });
  return part(t('by-publisher'), table);
}

function byTrace(of: SellerMonth, visit: Visit): Markup {
  const { t, trade, word } = visit.speech;
  const rows = [...of.groups.byTrace].sort(byMost);
  const column = { label: trade('trace'), kind: 'word', cell: ([trace]: GroupRow) => word(trace) } as const;
  return part(t('by-trace'), groupTable(t('by-trace'), rows, of, visit, column));
}

type GroupRow = readonly [name: string, group: Group];

const byMost = ([a, one]: GroupRow, [b, other]: GroupRow): number =>
  one.came === other.came ? (a < b ? -1 : 1) : one.came > other.came ? -1 : 1;

/** Groups with the totals of all of them. */
function groupTable(
  caption: string,
  rows: readonly GroupRow[],
  { groups: { all } }: SellerMonth,
  visit: Visit,
  first: Column<GroupRow>,
): Markup {
  const { t } = visit.speech;
  const amount = (label: string, of: (group: Group) => bigint): Column<GroupRow> => ({
    label,
    kind: 'amount',
    cell: ([, group]) => money(visit, of(group)),
    total: money(visit, of(all)),
  });
  return tableOf(
    caption,
    [
      { ...first, total: t('total') },
      { label: t('entries'), kind: 'count', cell: ([, { count }]) => String(count), total: String(all.count) },
      amount(t('month-charged'), ({ came }) => came),
      amount(t('month-given-back'), ({ back }) => back),
      amount(t('month-net'), ({ came, back }) => came + back),
    ],
    rows,
  );
}

function filesOf({ month: of }: SellerMonth, visit: Visit): Markup {
  const formats = ['csv', 'xlsx', 'pdf', 'json'] as const;
  return downloads(
    visit,
    formats.map((format) => [format.toUpperCase(), `${monthPath(of)}/files/${format}`]),
  );
}
