/** A month as it was closed: what is paid, carried and frozen, what is held still, and every statement with its totals. */
import { isMonth } from '../../core/calendar.ts';
import { STATEMENT_FIGURES } from '../../core/events/event.ts';
import { formatMoney, sum } from '../../core/money.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { BookStatus } from '../../formats/status.ts';
import { type ListedStatement, statementsPage as listStatements, statementTotals } from '../../store/lists/lists.ts';
import { heldNow } from '../../store/lists/status.ts';
import { type ClosedMonth, closedMonths, monthClose } from '../../store/lists/trial-balance.ts';
import { allOf, columnsFor, csvFile, keyAfter, type Listed, listed, listShown, unlessZero } from '../list.ts';
import { type Counter, page, signpost } from '../page.ts';
import { documentFile } from '../party/months.ts';
import { fateOf, type Payouts, payoutsOf } from '../payout.ts';
import { downloads, empty, figures, money, monthsNav, part, tableOf } from '../pieces.ts';
import { desk, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE, lastReconciled, remainderLine } from './office.ts';

const PLACE = desk('see-statements');
const BASE = '/finance/months';

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
    const [after] = keyAfter(visit, 1) ?? [];
    const statements = await listed(
      (asked) => listStatements(session, of, asked),
      after === undefined ? null : [after, month],
      (row) => [row.publisher_id],
    );
    return {
      closed,
      ...statements,
      payouts: await payoutsOf(session, statements.rows, visit),
      totals: await statementTotals(session, of),
      months: (await closedMonths(session)).map((one) => one.month).toReversed(),
      held: await heldNow(session),
      top: await lastReconciled(session, visit),
    };
  },
  show: (of, visit) => {
    const { t } = visit.speech;
    const { closed, totals, months, top } = of;
    const { month } = closed;
    const list = listShown(visit, of, t('close-empty'), () => statementsTable(of, visit), totals.count);
    const file = downloads(visit, [[`statements-${month}.csv`, `${BASE}/${month}/csv`]]);
    return officePage(FINANCE_OFFICE, 'way-close', visit, {
      title: t('close-title', { month }),
      under: `${t('closed-by-night', { day: closed.day })} · ${visit.book.currency}`,
      beside: monthsNav(visit, BASE, month, months),
      body: html`${remainderLine(top, visit)}<div class="after-said">${keyFigures(of, visit)}</div>${part(t('close-statements'), list, file)}`,
    });
  },
});

interface Closed extends Listed<ListedStatement> {
  readonly closed: ClosedMonth;
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
  const { id, amount, word: wordOf } = columnsFor<ListedStatement>(visit);
  const { figures: sums } = totals;
  const moved = (name: 'earnings' | 'reversals' | 'releases' | 'forfeitures' | 'adjustments' | 'tax') =>
    amount(t(name), (row) => unlessZero(row[name]), { total: sums[name] });
  const stood = (name: 'opening' | 'closing') => amount(t(name), (row) => row[name], { total: sums[name] });
  const pdf = ({ publisher_id: of }: ListedStatement) =>
    html`<a href="${BASE}/${month}/statements/${of}/pdf" download aria-label="PDF, ${of}">PDF</a>`;
  const columns = [
    id(t('publisher'), (row) => row.publisher_id, {
      fold: 'head',
      total: t('total-lines', { count: totals.count }),
    }),
    stood('opening'),
    moved('earnings'),
    moved('reversals'),
    moved('releases'),
    moved('forfeitures'),
    moved('adjustments'),
    moved('tax'),
    stood('closing'),
    amount(t('close-to-pay'), ({ payout }) => payout, { fold: 'end', total: sums.payout }),
    wordOf(t('disposition'), (row) => fateOf(row, payouts, visit)),
    wordOf(t('statement-pdf'), pdf, { fold: 'whole' }),
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
    const lists = allOf(
      (asked) => listStatements(session, of, asked),
      (row) => [row.publisher_id, month],
    );
    const header = ['publisher_id', 'month', ...STATEMENT_FIGURES, 'disposition'];
    return csvFile(`statements-${month}.csv`, header, lists, (row) => {
      const amounts = STATEMENT_FIGURES.map((name) => formatMoney(row[name], digits));
      return [row.publisher_id, row.month, ...amounts, row.disposition];
    });
  },
};

/** A publisher's closed month as the publisher has it. */
export const statementDocument: Counter = {
  ...PLACE,
  path: `${BASE}/:month/statements/:publisher/pdf`,
  open: async (session, visit) => {
    const { month = '', publisher = '' } = visit.params;
    if (!isMonth(month) || (await statementTotals(session, { month, publisher })).count === 0) return null;
    return documentFile(session, visit, { kind: 'statement', party: publisher }, month, 'pdf');
  },
};
