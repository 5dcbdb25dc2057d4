/** The lines of a party's month: each with its amount and why, narrowed to a day, a publisher or what went back. */
import { isDay } from '../../core/calendar.ts';
import { WENT_BACK } from '../../core/month/groups.ts';
import type { MonthLine } from '../../core/month/month.ts';
import { entryText, isMarked, noteText, whyText } from '../../formats/document/columns.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { linesAfter, type Narrowed } from '../../store/month/lines.ts';
import { way } from '../layout.ts';
import { columnsFor, listShown } from '../list.ts';
import { type Page, page } from '../page.ts';
import { head, pidOf, tableOf } from '../pieces.ts';
import type { Visit } from '../visit.ts';
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
      const isWhole = isAllOf(narrowed);
      const found = { rows: some.lines, next: some.next };
      const table = () => linesTable(side, of, some.lines, visit, isWhole);
      const list = listShown(visit, found, t('nothing-here'), table, isWhole ? of.groups.totals.count : undefined);
      const title = t(side.words.lines, { month: of.month });
      const back = { path: monthPath(side, of.month), label: t(side.words.month, { month: of.month }) };
      const top = head({ title, back, under: narrowedTold(side, narrowed, visit) });
      return { title, section: side.section, body: html`${top}${narrowing(side, of, narrowed, visit)}${list}` };
    },
  });
}

const DAY = '2013-12-09'.length;

/** The entry after which a page of lines begins, where the query names one; null for the first page. */
function afterOf({ query }: Visit): string | null {
  const after = query.get('after') ?? '';
  return isDay(after.slice(0, DAY)) && after.charAt(DAY) === '.' ? after : null;
}

/** What the query asks for; what it says otherwise counts as nothing. */
function narrowedOf({ kind }: Side, { query }: Visit): Narrowed {
  const day = query.get('day') ?? '';
  const publisher = kind === 'deductions' ? query.get('publisher') : null;
  return {
    day: isDay(day) ? day : null,
    with: publisher === '' ? null : publisher,
    types: query.get('kind') === 'back' ? WENT_BACK : null,
    // A seller knows of no marks.
    mark: kind === 'deductions' ? null : query.get('mark'),
  };
}

const isAllOf = (narrowed: Narrowed): boolean => Object.values(narrowed).every((one) => one === null);

function narrowedTold({ words }: Side, narrowed: Narrowed, { speech: { t } }: Visit): string {
  const told = [
    ...(narrowed.day === null ? [] : [narrowed.day]),
    ...(narrowed.with === null ? [] : [`${t('publisher')} ${narrowed.with}`]),
    ...(narrowed.mark === null ? [] : [`${t('sub-id')} ${narrowed.mark || t('no-sub-id')}`]),
    ...(narrowed.types === null ? [] : [t(words.back)]),
  ];
  return told.length === 0 ? t('all') : told.join(', ');
}

/** The ways to narrow the list, and back to all of it. */
function narrowing(side: Side, { month }: PartyMonth, narrowed: Narrowed, { speech: { t } }: Visit): Markup {
  const isAll = isAllOf(narrowed);
  const all = way(linesPath(side, month), t('all'), isAll ? 'true' : null);
  const back = way(
    linesPath(side, month, { kind: 'back' }),
    t(side.words.back),
    narrowed.types === null ? null : 'true',
  );
  return html`<p class="ways">${all}${back}</p>`;
}

/** Lines with the totals of the month, which are those of its files. */
export function linesTable(
  side: Side,
  { groups: { totals }, month, document }: PartyMonth,
  shown: readonly MonthLine[],
  visit: Visit,
  withTotals = true,
): Markup {
  const { t, word } = visit.speech;
  const terms = { ...visit.book, language: visit.speech.language };
  const isSeller = side.kind === 'deductions';
  const { id, word: wordOf, day, rate, amount, text } = columnsFor<MonthLine>(visit);
  const total = (of: bigint) => (withTotals ? of : undefined);
  const linked = ({ pid, subject }: MonthLine) =>
    pid === null ? subject : html`<a href="${linePath(side, subject)}">${subject}</a>`;
  const columns = [
    id(t(isSeller ? 'order-line-or-deduction' : 'order-line'), linked, {
      fold: 'head',
      ...(withTotals ? { total: t('total-lines', { count: totals.count }) } : {}),
    }),
    wordOf(t('entry'), ({ type }) => entryText(side.kind, type, terms.language)),
    day(t('day'), (line) => line.business_day),
    isSeller
      ? id(t('publisher'), (line) => line.publisher_id ?? '')
      : id(t('pid'), ({ pid }) => (pid === null ? '' : pidOf(pid))),
    ...(isMarked(document) ? [id(t('sub-id'), (line) => line.sub_id ?? '')] : []),
    wordOf(t('trace'), ({ trace }) => (trace === null ? '' : word(trace))),
    rate(t('rate'), (line) => line.rate),
    ...(isSeller
      ? []
      : [
          amount(t('commission-gross'), ({ commission }) => commission, { total: total(totals.sums.commission) }),
          amount(t('fee-service'), ({ fee }) => fee, { total: total(totals.sums.fee) }),
        ]),
    amount(t(isSeller ? 'amount' : 'net'), (line) => line.amount, { fold: 'end', total: total(totals.sums.amount) }),
    text(t(isSeller ? 'why' : 'note'), (line) => whyText(line, terms) || noteText(line, terms.language), {
      fold: 'whole',
    }),
  ];
  return tableOf(t(side.words.lines, { month }), columns, shown, true);
}
