/** The cases of the risk desk: what is at stake in each and by when, those to be decided first. */
import type { CaseSummary } from '../../core/cases/case.ts';
import { formatMoney } from '../../core/money.ts';
import { casesTable, stakeOfCase } from '../../formats/cases.ts';
import { csvSafe } from '../../formats/files/csv.ts';
import { html } from '../../formats/files/markup.ts';
import { A_PAGE, csvFile, listShown, pageOf } from '../list.ts';
import { type Counter, page } from '../page.ts';
import { downloads } from '../pieces.ts';
import { desk, narrowing, officePage } from '../staff.ts';
import { blockOf } from '../telling.ts';
import type { Visit } from '../visit.ts';
import { allCases, RISK_OFFICE } from './office.ts';

/** The ways to narrow the list; the first is what one comes for. */
const WAYS = {
  open: ({ open }: CaseSummary): boolean => open > 0,
  proposed: (one: CaseSummary): boolean => one.state === 'proposed',
  appealed: (one: CaseSummary): boolean => one.state === 'appealed',
  disputes: ({ pattern }: CaseSummary): boolean => pattern === 'dispute',
  over: ({ open }: CaseSummary): boolean => open === 0,
} as const;
const NAMES = ['proposed', 'appealed', 'disputes', 'over'] as const;

/** The cases asked for. */
function narrowed(all: readonly CaseSummary[], { query }: Visit): CaseSummary[] {
  const name = NAMES.find((one) => one === query.get('which')) ?? 'open';
  return all.filter(WAYS[name]);
}

export const casesPage = page({
  ...desk('see-cases'),
  path: '/risk',
  load: async (session, visit) => {
    const cases = narrowed(await allCases(session, visit), visit);
    const at = cases.findIndex(({ id }) => id === visit.query.get('after')) + 1;
    return { cases, found: pageOf(cases.slice(at), A_PAGE, ({ id }) => [id]) };
  },
  show: ({ cases, found }, visit) => {
    const { t } = visit.speech;
    const which = visit.query.get('which');
    const ways = narrowing(visit, 'which', [
      ['', t('cases-open')],
      ...NAMES.map((one) => [one, t(`cases-${one}`)] as const),
    ]);
    const table = () => blockOf(casesTable(found.rows, cases, visit.speech), t('cases-title'), visit);
    const list = listShown(visit, found, t('cases-none'), table, cases.length);
    return officePage(RISK_OFFICE, 'way-cases', visit, {
      title: t('cases-title'),
      under: visit.book.currency,
      beside: downloads(visit, [['CSV', `/risk/csv${which === null ? '' : `?${new URLSearchParams({ which })}`}`]]),
      body: html`${ways}${list}`,
    });
  },
});

/** What the page lists, all of it. */
export const casesFile: Counter = {
  ...desk('see-cases'),
  path: '/risk/csv',
  open: async (session, visit) => {
    const cases = narrowed(await allCases(session, visit), visit);
    const told = (amount: bigint): string => formatMoney(amount, visit.book.digits);
    const header = ['case', 'state', 'deadline', 'publishers', 'subject', 'open', 'lines', 'held', 'at_stake'];
    return csvFile('cases.csv', header, [cases], (one) => {
      const counts = [String(one.open), String(one.lines), told(one.held), told(stakeOfCase(one))];
      return [one.id, one.state, one.deadline, one.publishers.join(';'), csvSafe(one.subject), ...counts];
    });
  },
};
