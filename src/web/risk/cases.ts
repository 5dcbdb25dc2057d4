/** The cases of the risk desk: what is at stake in each and by when, those to be decided first. */
import type { CaseSummary } from '../../core/cases/case.ts';
import { formatMoney } from '../../core/money.ts';
import { casesTable, stakeOfCase } from '../../formats/cases.ts';
import { csvRow, csvSafe } from '../../formats/files/csv.ts';
import { html } from '../../formats/files/markup.ts';
import { type Counter, page } from '../page.ts';
import { downloads, empty, pager } from '../pieces.ts';
import { desk, narrowing, officePage } from '../staff.ts';
import { blockOf } from '../telling.ts';
import type { Visit } from '../visit.ts';
import { allCases, RISK_OFFICE } from './office.ts';

const A_PAGE = 50;

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
    return { cases, shown: cases.slice(at, at + A_PAGE), isMore: cases.length > at + A_PAGE };
  },
  show: ({ cases, shown, isMore }, visit) => {
    const { t } = visit.speech;
    const which = visit.query.get('which');
    const ways = narrowing(visit, 'which', [
      ['', t('cases-open')],
      ...NAMES.map((one) => [one, t(`cases-${one}`)] as const),
    ]);
    const next = isMore ? (shown.at(-1)?.id ?? null) : null;
    const told = t('shown-of', { shown: shown.length, count: cases.length });
    const list =
      cases.length === 0
        ? empty(t('cases-none'))
        : html`${blockOf(casesTable(shown, cases, visit.speech), t('cases-title'), visit)}${pager(visit, next, told)}`;
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
    const columns = ['case', 'state', 'deadline', 'publishers', 'subject', 'open', 'lines', 'held', 'at_stake'];
    async function* pieces(): AsyncGenerator<string> {
      yield csvRow(columns);
      for (const one of cases) {
        const counts = [String(one.open), String(one.lines), told(one.held), told(stakeOfCase(one))];
        const who = [one.publishers.join(';'), csvSafe(one.subject)];
        yield csvRow([one.id, one.state, one.deadline, ...who, ...counts]);
      }
    }
    return { name: 'cases.csv', mime: 'text/csv; charset=utf-8', pieces: pieces() };
  },
};
