/** The lines of a party's month: each with its amount and why, narrowed to a day, a publisher or what went back. */
import { isDay } from '../../core/calendar.ts';
import { WENT_BACK } from '../../core/month/groups.ts';
import type { MonthLine } from '../../core/month/month.ts';
import { entryText, noteText, whyText } from '../../formats/document/columns.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { linesAfter, type Narrowed } from '../../store/month/lines.ts';
import { type Page, page } from '../page.ts';
import { type Column, empty, head, money, pager, pidOf, rate, tableOf } from '../pieces.ts';
import type { Visit } from '../visit.ts';
import { afterOf } from './after.ts';
import { linePath, linesPath, monthPath, partyMonth } from './months.ts';
import type { PartyMonth, Side } from './side.ts';

const LINES_A_PAGE = 100;

export function linesPage(side: Side): Page {
  return page({
    path: `${side.base}/:month/lines`,
    roles: [side.role],
    right: side.right,
    load: async (session, visit) => {
      const of = await partyMonth(session, side, visit);
      if (of === null) return null;
      const narrowed = narrowedOf(side, visit);
      const asked = { after: afterOf(visit), size: LINES_A_PAGE, narrowed };
      return { of, narrowed, some: await linesAfter(session, visit.book, of.document, asked) };
    },
    show: ({ of, narrowed, some }, visit) => {
      const { t } = visit.speech;
      const shown = some.lines.length;
      const isWhole = narrowed.day === null && narrowed.with === null && narrowed.types === null;
      const told = isWhole ? t('shown-of', { shown, count: of.groups.totals.count }) : t('shown', { shown });
      const list =
        shown === 0
          ? empty(t('nothing-here'))
          : html`${linesTable(side, of, some.lines, visit, isWhole)}${pager(visit, some.next, told)}`;
      const title = t(side.words.lines, { month: of.month });
      const back = { path: monthPath(side, of.month), label: t(side.words.month, { month: of.month }) };
      const top = head({ title, back, under: narrowedTold(side, narrowed, visit) });
      return { title, section: side.section, body: html`${top}${narrowing(side, of, narrowed, visit)}${list}` };
    },
  });
}

/** What the query asks for; what it says otherwise counts as nothing. */
function narrowedOf({ kind }: Side, { query }: Visit): Narrowed {
  const day = query.get('day') ?? '';
  const publisher = kind === 'deductions' ? query.get('publisher') : null;
  return {
    day: isDay(day) ? day : null,
    with: publisher === '' ? null : publisher,
    types: query.get('kind') === 'back' ? WENT_BACK : null,
  };
}

function narrowedTold({ words }: Side, narrowed: Narrowed, { speech: { t } }: Visit): string {
  const told = [
    ...(narrowed.day === null ? [] : [narrowed.day]),
    ...(narrowed.with === null ? [] : [`${t('publisher')} ${narrowed.with}`]),
    ...(narrowed.types === null ? [] : [t(words.back)]),
  ];
  return told.length === 0 ? t('all') : told.join(', ');
}

/** The ways to narrow the list, and back to all of it. */
function narrowing(side: Side, { month }: PartyMonth, narrowed: Narrowed, { speech: { t } }: Visit): Markup {
  const way = (path: string, label: string, isHere: boolean): Markup =>
    isHere ? html`<a href="${path}" aria-current="true">${label}</a>` : html`<a href="${path}">${label}</a>`;
  const isAll = narrowed.day === null && narrowed.with === null && narrowed.types === null;
  return html`<p class="ways">${way(linesPath(side, month), t('all'), isAll)}${way(linesPath(side, month, { kind: 'back' }), t(side.words.back), narrowed.types !== null)}</p>`;
}

/** Lines with the totals of the month, which are those of its files. */
export function linesTable(
  side: Side,
  { groups: { totals }, month }: PartyMonth,
  shown: readonly MonthLine[],
  visit: Visit,
  withTotals = true,
): Markup {
  const { t, word } = visit.speech;
  const terms = { ...visit.book, language: visit.speech.language };
  const isSeller = side.kind === 'deductions';
  const total = (amount: bigint) => (withTotals ? { total: money(visit, amount) } : {});
  const part = (label: 'commission-gross' | 'fee-service', of: 'commission' | 'fee'): Column<MonthLine> => ({
    label: t(label),
    kind: 'amount',
    cell: (line) => (line[of] === null ? '' : money(visit, line[of])),
    ...total(totals.sums[of]),
  });
  const columns: Column<MonthLine>[] = [
    {
      label: t(isSeller ? 'order-line-or-deduction' : 'order-line'),
      kind: 'id',
      fold: 'head',
      cell: ({ pid, subject }) => (pid === null ? subject : html`<a href="${linePath(side, subject)}">${subject}</a>`),
      ...(withTotals ? { total: t('total-lines', { count: totals.count }) } : {}),
    },
    { label: t('entry'), kind: 'word', cell: ({ type }) => entryText(side.kind, type, terms.language) },
    { label: t('day'), kind: 'day', cell: (line) => line.business_day },
    isSeller
      ? { label: t('publisher'), kind: 'id', cell: (line) => line.publisher_id ?? '' }
      : { label: t('pid'), kind: 'id', cell: ({ pid }) => (pid === null ? '' : pidOf(pid)) },
    { label: t('trace'), kind: 'word', cell: ({ trace }) => (trace === null ? '' : word(trace)) },
    { label: t('rate'), kind: 'rate', cell: (line) => rate(line.rate) },
    ...(isSeller ? [] : [part('commission-gross', 'commission'), part('fee-service', 'fee')]),
    {
      label: t(isSeller ? 'amount' : 'net'),
      kind: 'amount',
      fold: 'end',
      cell: ({ amount }) => money(visit, amount),
      ...total(totals.sums.amount),
    },
    {
      label: t(isSeller ? 'why' : 'note'),
      kind: 'text',
      fold: 'whole',
      cell: (line) => whyText(line, terms) || noteText(line, terms.language),
    },
  ];
  return tableOf(t(side.words.lines, { month }), columns, shown, true);
}
