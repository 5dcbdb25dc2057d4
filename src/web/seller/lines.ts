/** The lines of a seller's month: each with its amount and why, narrowed to a day, a publisher or what was given back. */
import { isDay } from '../../core/calendar.ts';
import type { MonthLine } from '../../core/month.ts';
import { WENT_BACK } from '../../core/month-groups.ts';
import { entryText, noteText, whyText } from '../../formats/document/columns.ts';
import { html, type Markup } from '../../formats/markup.ts';
import { linesAfter, type Narrowed } from '../../store/months-of.ts';
import { afterOf } from '../after.ts';
import { page } from '../page.ts';
import { type Column, empty, head, money, pager, rate, tableOf } from '../pieces.ts';
import type { Visit } from '../visit.ts';
import { linePath, linesPath, monthPath, SELLER, type SellerMonth, sellerMonth } from './months.ts';

const LINES_A_PAGE = 100;

export const lines = page({
  roles: ['seller'],
  right: 'see-deductions',
  path: `${SELLER}/:month/lines`,
  load: async (session, visit) => {
    const of = await sellerMonth(session, visit);
    if (of === null) return null;
    const narrowed = narrowedOf(visit);
    const some = await linesAfter(session, visit.book, of.document, {
      after: afterOf(visit),
      size: LINES_A_PAGE,
      narrowed,
    });
    return { ...of, narrowed, some };
  },
  show: (of, visit) => {
    const { t } = visit.speech;
    const title = t('seller-lines-title', { month: of.month });
    const { narrowed, some } = of;
    const whole = narrowed.day === null && narrowed.with === null && narrowed.types === null;
    const told = whole
      ? t('shown-of', { shown: some.lines.length, count: of.groups.totals.count })
      : t('shown', { shown: some.lines.length });
    const list =
      some.lines.length === 0
        ? empty(t('nothing-here'))
        : html`${linesTable(of, some.lines, visit, whole)}${pager(visit, some.next, told)}`;
    const back = { path: monthPath(of.month), label: t('seller-month-title', { month: of.month }) };
    const body = html`${head({ title, back, under: narrowedTold(narrowed, visit) })}${narrowing(of, visit)}${list}`;
    return { title, section: 'section-seller-month', body };
  },
});

/** What the query asks for; what it says otherwise counts as nothing. */
function narrowedOf({ query }: Visit): Narrowed {
  const day = query.get('day') ?? '';
  return {
    day: isDay(day) ? day : null,
    with: query.get('publisher') || null,
    types: query.get('kind') === 'back' ? WENT_BACK : null,
  };
}

function narrowedTold({ day, with: publisher, types }: Narrowed, { speech: { t, trade } }: Visit): string {
  const told = [
    ...(day === null ? [] : [day]),
    ...(publisher === null ? [] : [`${trade('publisher')} ${publisher}`]),
    ...(types === null ? [] : [t('month-given-back')]),
  ];
  return told.length === 0 ? t('all-of-month') : told.join(', ');
}

/** The ways to narrow the list, and back to all of it. */
function narrowing({ month }: SellerMonth, { speech: { t } }: Visit): Markup {
  return html`<p class="pager"><a href="${linesPath(month)}">${t('all')}</a><a href="${linesPath(month, { kind: 'back' })}">${t('month-given-back')}</a></p>`;
}

/** Lines with the totals of the month, which are those of its files. */
export function linesTable(
  { groups: { totals }, month }: SellerMonth,
  shown: readonly MonthLine[],
  visit: Visit,
  withTotals = true,
): Markup {
  const { t, trade, word } = visit.speech;
  const terms = { ...visit.book, language: visit.speech.language };
  const columns: Column<MonthLine>[] = [
    {
      label: trade('order-line-or-deduction'),
      kind: 'id',
      fold: 'head',
      cell: (line) =>
        line.pid === null ? line.subject : html`<a href="${linePath(line.subject)}">${line.subject}</a>`,
      ...(withTotals ? { total: t('total-lines', { count: totals.count }) } : {}),
    },
    { label: trade('entry'), kind: 'word', cell: ({ type }) => entryText('deductions', type, terms.language) },
    { label: trade('day'), kind: 'day', cell: (line) => line.business_day },
    { label: trade('publisher'), kind: 'id', cell: (line) => line.publisher_id ?? '' },
    { label: trade('trace'), kind: 'word', cell: ({ trace }) => (trace === null ? '' : word(trace)) },
    { label: trade('rate'), kind: 'rate', cell: (line) => rate(line.rate) },
    {
      label: trade('amount'),
      kind: 'amount',
      fold: 'end',
      cell: ({ amount }) => money(visit, amount),
      ...(withTotals ? { total: money(visit, totals.sums.amount) } : {}),
    },
    {
      label: trade('why'),
      kind: 'text',
      fold: 'whole',
      cell: (line) => whyText(line, terms) || noteText(line, terms.language),
    },
  ];
  return tableOf(t('seller-lines-title', { month }), columns, shown, true);
}
