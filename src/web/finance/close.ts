/** A month as it was closed: what is paid, carried and frozen, what is held still, and every statement with its totals. */
import { isMonth } from '../../core/calendar.ts';
import { STATEMENT_FIGURES } from '../../core/events/event.ts';
import { formatMoney, sum } from '../../core/money.ts';
import { documentOf, fileName, piecesOf } from '../../filing/filing.ts';
import { DOCUMENT_FORMATS } from '../../formats/document/index.ts';
import { csvRow } from '../../formats/files/csv.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { BookStatus } from '../../formats/status.ts';
import { type ListedStatement, statementsPage as listStatements, statementTotals } from '../../store/lists/lists.ts';
import { heldNow } from '../../store/lists/status.ts';
import { type ClosedMonth, closedMonths, monthClose } from '../../store/lists/trial-balance.ts';
import { type Counter, page, signpost } from '../page.ts';
import { fateOf, type Payouts, payoutsOf } from '../payout.ts';
import { type Column, downloads, empty, figures, money, monthsNav, pager, part, tableOf } from '../pieces.ts';
import { allOf, cut, desk, keyAfter, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE } from './office.ts';
import { lastReconciled, remainderLine } from './remainder.ts';

const PLACE = desk('see-statements');
const BASE = '/finance/months';
const A_PAGE = 50;

/** The way to the latest month that was closed, or the one chosen. */
const toLatest = (path: string) =>
  signpost({
    ...PLACE,
    path,
    lead: async (session, visit) => {
      const asked = visit.query.get('month') ?? '';
      if (isMonth(asked)) return `${BASE}/${asked}`;
      const [latest] = await closedMonths(session);
      if (latest !== undefined) return `${BASE}/${latest.month}`;
      const { t } = visit.speech;
      const top = remainderLine(await lastReconciled(session, visit), visit);
      const body = html`${top}<div class="after-said">${empty(t('close-none'))}</div>`;
      return officePage(FINANCE_OFFICE, 'way-close', visit, { title: t('close-none-title'), body });
    },
  });

export const latestClose = toLatest('/finance');
export const chosenClose = toLatest(BASE);

export const closePage = page({
  ...PLACE,
  path: `${BASE}/:month`,
  load: async (session, visit) => {
    const { month = '' } = visit.params;
    const closed = isMonth(month) ? await monthClose(session, month) : undefined;
    if (closed === undefined) return null;
    const of = { month, publisher: null };
    const after = keyAfter(visit, 1);
    const asked = { after: after === null ? null : [...after, month], limit: A_PAGE };
    const page = cut(await listStatements(session, of, asked), A_PAGE);
    return {
      closed,
      ...page,
      payouts: await payoutsOf(session, page.rows, visit),
      totals: await statementTotals(session, of),
      months: (await closedMonths(session)).map((one) => one.month).toReversed(),
      held: await heldNow(session),
      top: await lastReconciled(session, visit),
    };
  },
  show: (of, visit) => {
    const { t } = visit.speech;
    const { closed, rows, isMore, totals, months, top } = of;
    const { month } = closed;
    const next = isMore ? (rows.at(-1)?.publisher_id ?? null) : null;
    const list =
      totals.count === 0
        ? empty(t('close-empty'))
        : html`${statementsTable(of, visit)}${pager(visit, next, t('shown-of', { shown: rows.length, count: totals.count }))}`;
    const file = downloads(visit, [[`statements-${month}.csv`, `${BASE}/${month}/csv`]]);
    return officePage(FINANCE_OFFICE, 'way-close', visit, {
      title: t('close-title', { month }),
      under: `${t('closed-by-night', { day: closed.day })} · ${visit.book.currency}`,
      beside: monthsNav(visit, BASE, month, months),
      body: html`${remainderLine(top, visit)}<div class="after-said">${keyFigures(of, visit)}</div>${part(t('close-statements'), list, file)}`,
    });
  },
});

interface Closed {
  readonly closed: ClosedMonth;
  readonly rows: readonly ListedStatement[];
  readonly payouts: Payouts;
  readonly totals: Awaited<ReturnType<typeof statementTotals>>;
  readonly held: BookStatus['held'][0];
}

function keyFigures({ closed, totals, held }: Closed, visit: Visit): Markup {
  const { t } = visit.speech;
  const of = (disposition: string) => closed.statements.find((one) => one.disposition === disposition);
  const count = (disposition: string): string => t('close-count', { count: of(disposition)?.count ?? 0 });
  return figures([
    { label: t('close-paid'), value: money(visit, totals.figures.payout), beside: count('paid') },
    { label: t('close-carried'), value: money(visit, of('carried')?.closing ?? 0n), beside: count('carried') },
    { label: t('close-frozen'), value: money(visit, of('frozen')?.closing ?? 0n), beside: count('frozen') },
    { label: t('close-tax'), value: money(visit, sum(closed.statements.map(({ tax }) => tax))) },
    {
      label: t('close-held'),
      value: money(visit, held.amount),
      beside: t('close-held-beside', { count: held.count }),
    },
  ]);
}

function statementsTable({ closed, rows, payouts, totals }: Closed, visit: Visit): Markup {
  const { t } = visit.speech;
  const { month } = closed;
  const moved = (label: 'earnings' | 'reversals' | 'releases' | 'forfeitures' | 'adjustments' | 'tax') => {
    const column: Column<ListedStatement> = {
      label: t(label),
      kind: 'amount',
      cell: (row) => (row[label] === 0n ? '' : money(visit, row[label])),
      total: money(visit, totals.figures[label]),
    };
    return column;
  };
  const stood = (label: 'opening' | 'closing'): Column<ListedStatement> => ({
    label: t(label),
    kind: 'amount',
    cell: (row) => money(visit, row[label]),
    total: money(visit, totals.figures[label]),
  });
  const columns: Column<ListedStatement>[] = [
    {
      label: t('publisher'),
      kind: 'id',
      fold: 'head',
      cell: (row) => row.publisher_id,
      total: t('total-lines', { count: totals.count }),
    },
    stood('opening'),
    moved('earnings'),
    moved('reversals'),
    moved('releases'),
    moved('forfeitures'),
    moved('adjustments'),
    moved('tax'),
    stood('closing'),
    {
      label: t('close-to-pay'),
      kind: 'amount',
      fold: 'end',
      cell: ({ payout }) => money(visit, payout),
      total: money(visit, totals.figures.payout),
    },
    {
      label: t('disposition'),
      kind: 'word',
      cell: (row) => fateOf(row, payouts, visit),
    },
    {
      label: t('statement-pdf'),
      kind: 'word',
      fold: 'whole',
      cell: ({ publisher_id: id }) =>
        html`<a href="${BASE}/${month}/statements/${id}/pdf" download aria-label="PDF, ${id}">PDF</a>`,
    },
  ];
  return tableOf(t('close-statements'), columns, rows, true);
}

/** The month's statements as the page has them, all of them. */
export const statementsFile: Counter = {
  ...PLACE,
  path: `${BASE}/:month/csv`,
  open: async (session, visit) => {
    const { month = '' } = visit.params;
    if (!isMonth(month) || (await monthClose(session, month)) === undefined) return null;
    const { digits } = visit.book;
    const of = { month, publisher: null };
    const written = (row: ListedStatement): string => {
      const amounts = STATEMENT_FIGURES.map((name) => formatMoney(row[name], digits));
      return csvRow([row.publisher_id, row.month, ...amounts, row.disposition]);
    };
    async function* pieces(): AsyncGenerator<string> {
      yield csvRow(['publisher_id', 'month', ...STATEMENT_FIGURES, 'disposition']);
      const lists = allOf(
        (asked) => listStatements(session, of, asked),
        (row) => [row.publisher_id, month],
      );
      for await (const rows of lists) yield rows.map(written).join('');
    }
    return { name: `statements-${month}.csv`, mime: 'text/csv; charset=utf-8', pieces: pieces() };
  },
};

/** A publisher's closed month as the publisher has it. */
export const statementDocument: Counter = {
  ...PLACE,
  path: `${BASE}/:month/statements/:publisher/pdf`,
  open: async (session, visit) => {
    const { month = '', publisher = '' } = visit.params;
    if (!isMonth(month) || (await statementTotals(session, { month, publisher })).count === 0) return null;
    const wanted = { month, format: 'pdf', language: visit.speech.language, asOf: null } as const;
    const of = { kind: 'statement', party: publisher } as const;
    const document = await documentOf(session, visit.book, of, wanted);
    const { mime } = DOCUMENT_FORMATS[wanted.format];
    return { name: fileName(of, wanted), mime, pieces: piecesOf(document, visit.book, wanted) };
  },
};
