/** The publisher's statements: each closed month with what was paid of it, its files, and the file that proves itself. */
import { isMonth } from '../../core/calendar.ts';
import { html } from '../../formats/files/markup.ts';
import { statementProof } from '../../office/statement-proof.ts';
import { type ListedStatement, statementsPage as listStatements, statementTotals } from '../../store/lists/lists.ts';
import { columnsFor } from '../list.ts';
import { type Counter, page } from '../page.ts';
import { monthPath } from '../party/months.ts';
import { fateOf, type Payouts, payoutsOf } from '../payout.ts';
import { type Column, empty, head, tableOf } from '../pieces.ts';
import { partyOf, type Visit } from '../visit.ts';
import { PUBLISHER } from './side.ts';

const PLACE = { roles: ['publisher'], right: 'see-statements' } as const;
/** Fifty years of months. */
const MOST = 600;

export const statementsPage = page({
  ...PLACE,
  path: '/publisher/statements',
  load: async (session, visit) => {
    const of = { month: null, publisher: partyOf(visit) };
    const rows = await listStatements(session, of, { after: null, limit: MOST });
    const payouts = await payoutsOf(session, rows, visit);
    return { rows: rows.toReversed(), payouts, totals: await statementTotals(session, of) };
  },
  show: ({ rows, payouts, totals }, visit) => {
    const { t } = visit.speech;
    const title = t('statements-title');
    const list =
      rows.length === 0
        ? empty(t('statements-none'))
        : html`${tableOf(title, columnsOf(totals.figures, payouts, visit), rows, true)}<p class="quiet small after-table">${t('statements-proof-says')}</p>`;
    return { title, section: 'section-statements', body: html`${head({ title, under: visit.book.currency })}${list}` };
  },
});

type Figures = Awaited<ReturnType<typeof statementTotals>>['figures'];

function columnsOf(totals: Figures, payouts: Payouts, visit: Visit): Column<ListedStatement>[] {
  const { t } = visit.speech;
  const { day, amount, word: wordOf } = columnsFor<ListedStatement>(visit);
  const moved = (name: 'earnings' | 'reversals' | 'releases' | 'forfeitures' | 'tax') =>
    amount(t(name), (row) => row[name], { total: totals[name] });
  const linked = ({ month }: ListedStatement) => html`<a href="${monthPath(PUBLISHER, month)}">${month}</a>`;
  const files = ({ month }: ListedStatement) => {
    const base = monthPath(PUBLISHER, month);
    return html`<a href="${base}/files/pdf" download>PDF</a> <a href="${base}/files/xlsx" download>XLSX</a> <a href="${base}/files/csv" download>CSV</a> <a href="${base}/proof" download>${t('proof-short')}</a>`;
  };
  return [
    day(t('month-choice'), linked, { fold: 'head', total: t('total-row') }),
    amount(t('opening'), ({ opening }) => opening),
    moved('earnings'),
    moved('reversals'),
    moved('releases'),
    moved('forfeitures'),
    moved('tax'),
    amount(t('closing'), ({ closing }) => closing),
    amount(t('payout'), ({ payout }) => payout, { fold: 'end', total: totals.payout }),
    wordOf(t('disposition'), (row) => fateOf(row, payouts, visit)),
    wordOf(t('files'), files, { fold: 'whole' }),
  ];
}

/** A closed month as a document that proves itself. */
export const proofFile: Counter = {
  ...PLACE,
  path: '/publisher/:month/proof',
  // The log's own bodies are what is proved. Only the events of this publisher's own statement are read.
  reads: 'all',
  open: async (session, visit) => {
    const { month = '' } = visit.params;
    if (!isMonth(month)) return null;
    const publisher = partyOf(visit);
    const of = { month, publisher };
    if ((await statementTotals(session, of)).count === 0) return null;
    const pieces = statementProof(session, visit.book, of);
    return { name: `statement-${publisher}-${month}-proof.json`, mime: 'application/json', pieces };
  },
};
