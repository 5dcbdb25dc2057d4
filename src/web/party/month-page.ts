/** A party's month: what came and went back, day by day, from whom and how, its first lines, and the files of it. */
import { addDays, type Day, firstDayOf, isMonth, lastDayOf } from '../../core/calendar.ts';
import { type Group, together } from '../../core/month/groups.ts';
import { isMarked } from '../../formats/document/columns.ts';
import { dayChart } from '../../formats/files/day-chart.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { monthsRun } from '../../store/month/known.ts';
import { linesAfter } from '../../store/month/lines.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor } from '../list.ts';
import { type Page, page, signpost } from '../page.ts';
import { type Column, downloads, empty, head, money, monthsNav, part, tableOf } from '../pieces.ts';
import { partyOf, type Visit } from '../visit.ts';
import { linesTable } from './lines-page.ts';
import { linesPath, monthPath, partyMonth } from './months.ts';
import type { PartyMonth, Side } from './side.ts';

/** The way to the latest month, or the one chosen. */
export function latestMonth(side: Side): Page {
  return signpost({
    path: side.base,
    roles: [side.role],
    right: side.right,
    lead: async (session, visit) => {
      const asked = visit.query.get('month') ?? '';
      if (isMonth(asked)) return monthPath(side, asked);
      const last = (await monthsRun(session, visit.book)).at(-1);
      if (last !== undefined) return monthPath(side, last);
      const { t } = visit.speech;
      const title = t(side.section);
      return { title, section: side.section, body: html`${head({ title })}${empty(t(side.words.none))}` };
    },
  });
}

/** So many lines stand on the month's own page. */
const FIRST_LINES = 20;
const ALL = { day: null, with: null, types: null, mark: null };

export function monthPage(side: Side): Page {
  return page({
    path: `${side.base}/:month`,
    roles: [side.role],
    right: side.right,
    load: async (session, visit) => {
      const of = await partyMonth(session, side, visit);
      if (of === null) return null;
      const some = await linesAfter(session, visit.book, of.document, {
        after: null,
        size: FIRST_LINES,
        narrowed: ALL,
      });
      return { of, some, besides: await side.besides(session, of, visit) };
    },
    show: ({ of, some, besides }, visit) => {
      const { t } = visit.speech;
      const { count } = of.groups.totals;
      const title = t(side.words.month, { month: of.month });
      const under = html`${nameOf(of)}${partyOf(visit)} · ${stands(of, visit)} · ${visit.book.currency}`;
      const every = html`<a href="${linesPath(side, of.month)}">${t('all-lines', { count })}</a>`;
      const groups =
        of.groups.all.count === 0
          ? NOTHING
          : html`${byDay(side, of, visit)}<div class="sides">${byOther(side, of, visit)}${byTrace(side, of, visit)}${byMark(side, of, visit)}</div>`;
      const isEmpty = count === 0 && of.document.frame.opening === 0n && !besides.isThere;
      const lines = count === 0 ? NOTHING : part(t('lines-of-month'), linesTable(side, of, some.lines, visit), every);
      const inside = isEmpty ? empty(t(side.words.empty)) : html`${besides.figures}${groups}${besides.parts}${lines}`;
      const nav = monthsNav(visit, side.base, of.month, of.months);
      const body = html`${head({ title, under, beside: nav })}${inside}${part(t('download'), filesOf(side, of, visit))}`;
      return { title, section: side.section, body };
    },
  });
}

function nameOf({ document }: PartyMonth): Markup {
  return document.kind === 'statement' && document.frame.name !== '' ? html`${document.frame.name} ` : NOTHING;
}

function stands({ document: { frame } }: PartyMonth, { speech: { t } }: Visit): string {
  if (!frame.open) return t('month-closed');
  return frame.through === null ? t('month-not-begun') : t('month-open', { day: frame.through });
}

/** The chart, and the same as a table, in which each day leads to its lines. */
function byDay(side: Side, of: PartyMonth, visit: Visit): Markup {
  const { t } = visit.speech;
  const { groups, document } = of;
  const through = document.frame.through ?? lastDayOf(of.month);
  const days: Day[] = [];
  for (let day = firstDayOf(of.month); day <= through; day = addDays(day, 1)) days.push(day);
  const bars = days.map((day) => {
    const { came = 0n, back = 0n } = groups.byDay.get(day) ?? {};
    const told = t('day-told', { day, came: money(visit, came), back: money(visit, back) });
    return { day, up: came, down: back, told };
  });
  const most = bars.reduce((a, { up }) => (up > a ? up : a), 0n);
  const title = t(side.words.byDay);
  const legend = html`<ul class="legend"><li>${t(side.words.came)}</li><li class="second">${t(side.words.back)}</li></ul>`;
  const top = html`<div class="ends" aria-hidden="true"><span>${t('most-of-a-day', { amount: money(visit, most) })}</span></div>`;
  const ends = html`<div class="ends" aria-hidden="true"><span>${days[0] ?? ''}</span><span>${days.at(-1) ?? ''}</span></div>`;
  const rows = [...groups.byDay].sort(([a], [b]) => (a < b ? -1 : 1));
  const table = groupTable(side, title, rows, of, visit, {
    label: t('day'),
    kind: 'day',
    cell: ([day]) => html`<a href="${linesPath(side, of.month, { day })}">${day}</a>`,
  });
  const chart = html`<figure class="chart">${top}${dayChart(title, bars)}${ends}</figure>`;
  return part(title, html`${chart}<details><summary>${t('as-table')}</summary>${table}</details>`, legend);
}

/** So many publishers are named on the month's page; the others stand in one row, and all of them on asking. */
const NAMED = 12;

/** By whom the money came from or went to; a publisher's own month has sellers in it, which its statement does not name. */
function byOther(side: Side, of: PartyMonth, visit: Visit): Markup {
  if (side.kind === 'statement') return NOTHING;
  const { t } = visit.speech;
  const rows = [...of.groups.byPublisher].sort(byMost);
  const isAll = visit.query.get('publishers') === 'all' || rows.length <= NAMED + 1;
  const others = rows.slice(NAMED).map(([, group]) => group);
  const shown = isAll ? rows : [...rows.slice(0, NAMED), [OTHERS, together(others)] as const];
  const table = groupTable(side, t('by-publisher'), shown, of, visit, {
    label: t('publisher'),
    kind: 'id',
    cell: ([publisher]) =>
      publisher === OTHERS
        ? html`<a href="?publishers=all">${t('others', { count: others.length })}</a>`
        : html`<a href="${linesPath(side, of.month, { publisher })}">${publisher}</a>`,
  });
  return part(t('by-publisher'), table);
}

/** No publisher's id. */
const OTHERS = '';

function byTrace(side: Side, of: PartyMonth, visit: Visit): Markup {
  const { t, word } = visit.speech;
  const rows = [...of.groups.byTrace].sort(byMost);
  const column = { label: t('trace'), kind: 'word', cell: ([trace]: GroupRow) => word(trace) } as const;
  return part(t('by-trace'), groupTable(side, t('by-trace'), rows, of, visit, column));
}

function byMark(side: Side, of: PartyMonth, visit: Visit): Markup {
  if (!isMarked(of.document)) return NOTHING;
  const { t } = visit.speech;
  const rows = [...of.groups.byMark].sort(byMost);
  const cell = ([mark]: GroupRow) =>
    html`<a href="${linesPath(side, of.month, { mark })}">${mark === '' ? t('no-sub-id') : mark}</a>`;
  return part(
    t('by-sub-id'),
    groupTable(side, t('by-sub-id'), rows, of, visit, { label: t('sub-id'), kind: 'id', cell }),
  );
}

type GroupRow = readonly [name: string, group: Group];

const byMost = ([a, one]: GroupRow, [b, other]: GroupRow): number =>
  one.came === other.came ? (a < b ? -1 : 1) : one.came > other.came ? -1 : 1;

/** Groups with the totals of all of them. */
function groupTable(
  { words }: Side,
  caption: string,
  rows: readonly GroupRow[],
  { groups: { all } }: PartyMonth,
  visit: Visit,
  first: Column<GroupRow>,
): Markup {
  const { t } = visit.speech;
  const { count, amount } = columnsFor<GroupRow>(visit);
  const summed = (label: string, of: (group: Group) => bigint) =>
    amount(label, ([, group]) => of(group), { total: of(all) });
  const columns = [
    { ...first, total: t('total-row') },
    count(t('entries'), ([, group]) => group.count, { total: String(all.count) }),
    summed(t(words.came), ({ came }) => came),
    summed(t(words.back), ({ back }) => back),
    summed(t('month-net'), ({ came, back }) => came + back),
  ];
  return tableOf(caption, columns, rows);
}

function filesOf(side: Side, { month, document }: PartyMonth, visit: Visit): Markup {
  const formats = ['csv', 'xlsx', 'pdf', 'json'] as const;
  const files = formats.map((format) => [format.toUpperCase(), `${monthPath(side, month)}/files/${format}`] as const);
  const isProved = document.kind === 'statement' && document.event !== null;
  const proof = isProved ? [[visit.speech.t('proof'), `${monthPath(side, month)}/proof`] as const] : [];
  return downloads(visit, [...files, ...proof]);
}
