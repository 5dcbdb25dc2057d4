/** The bank against the ledger at the end of a day, as `cps reconcile` tells it. */
import { isDay } from '../../core/calendar.ts';
import { openBreaks } from '../../core/reconcile/report.ts';
import { csvSafe } from '../../formats/files/csv.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { BREAK_COLUMNS, breakCells, reconcileStory, verdictOf } from '../../formats/reconcile.ts';
import { NOTHING } from '../layout.ts';
import { csvFile } from '../list.ts';
import { type Counter, page } from '../page.ts';
import { downloads, empty } from '../pieces.ts';
import { desk, officePage } from '../staff.ts';
import { shown, told } from '../telling.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE, reconciled, waysThrough } from './office.ts';

/** The day asked for, or the last that was run; null where there is none such. */
function dayAsked({ query, book: { lastRunDay } }: Visit): string | null {
  const asked = query.get('through') ?? '';
  if (asked === '' || lastRunDay === null) return lastRunDay;
  return isDay(asked) && asked <= lastRunDay ? asked : lastRunDay;
}

export const reconciliationPage = page({
  ...desk('see-breaks'),
  path: '/finance/reconciliation',
  load: async (session, visit) => {
    const day = dayAsked(visit);
    if (day === null) return { day, found: null };
    return { day, found: { of: await reconciled(session, visit, day), ways: await waysThrough(session, visit, day) } };
  },
  show: ({ day, found }, visit) => {
    const { t } = visit.speech;
    if (found === null || day === null) {
      const body = empty(t('reconciliation-none'));
      return officePage(FINANCE_OFFICE, 'way-reconciliation', visit, { title: t('way-reconciliation'), body });
    }
    const { of, ways } = found;
    const file = downloads(visit, [['breaks.csv', `/finance/reconciliation/csv?through=${day}`]]);
    const story = reconcileStory(of, ways, visit.speech, visit.book);
    const none = openBreaks(of).length === 0 ? empty(t('rec-breaks-none')) : NOTHING;
    return officePage(FINANCE_OFFICE, 'way-reconciliation', visit, {
      title: t('reconciliation-title', { day, currency: visit.book.currency }),
      under: shown(verdictOf(of, ways, visit.speech), visit),
      beside: html`${dayForm('/finance/reconciliation', 'through', day, t('rec-day'), visit)}${file}`,
      body: html`${told({ ...story, sections: story.sections.slice(0, -1) }, visit)}${none}`,
    });
  },
});

/** A day to go to. */
export function dayForm(path: string, name: string, day: string, label: string, { speech: { t } }: Visit): Markup {
  return html`<form class="row" method="get" action="${path}"><p><label for="to-day">${label}</label><input id="to-day" type="date" name="${name}" value="${day}"></p><button>${t('go')}</button></form>`;
}

/** Every break of the day, as `cps reconcile --format csv` writes them. */
export const breaksFile: Counter = {
  ...desk('see-breaks'),
  path: '/finance/reconciliation/csv',
  open: async (session, visit) => {
    const day = dayAsked(visit);
    if (day === null) return null;
    const of = await reconciled(session, visit, day);
    return csvFile(`breaks-${day}.csv`, BREAK_COLUMNS, [of.breaks], (one) => breakCells(one, visit.book).map(csvSafe));
  },
};
