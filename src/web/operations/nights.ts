/** How the book stands, at a glance; the nights that were run, the newest first; and one night with what its steps did. */
import { isDay } from '../../core/calendar.ts';
import { sum } from '../../core/money.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { statusStory } from '../../formats/status.ts';
import { STEPS, type StepName } from '../../night/steps.ts';
import { type ListedNight, nightsPage as listNights } from '../../store/lists/lists.ts';
import { type NightRecord, type NightWork, nightOfDay, nightsBeside } from '../../store/night/night-work.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor, listed, listShown, unlessZero } from '../list.ts';
import { page } from '../page.ts';
import { empty, facts, figures, money, part, tableOf } from '../pieces.ts';
import { desk, officePage, standing } from '../staff.ts';
import { told } from '../telling.ts';
import type { Visit } from '../visit.ts';
import { OPERATIONS_OFFICE } from './office.ts';

const NIGHTS_A_PAGE = 60;

export const nightsPage = page({
  ...desk('see-book'),
  path: '/operations/nights',
  load: async (session, { query }) => {
    const after = query.get('after') ?? '';
    return listed(
      (asked) => listNights(session, asked),
      isDay(after) ? [after] : null,
      (row) => [row.business_day],
      NIGHTS_A_PAGE,
    );
  },
  show: (found, visit) => {
    const { t } = visit.speech;
    const body = listShown(visit, found, t('nights-none'), () => nightsTable(found.rows, visit));
    return officePage(OPERATIONS_OFFICE, 'way-nights', visit, { title: t('nights-title'), body });
  },
});

function nightsTable(nights: readonly ListedNight[], visit: Visit): Markup {
  const { t } = visit.speech;
  if (nights.length === 0) return empty(t('nights-none'));
  const { day: dayOf, count, id } = columnsFor<ListedNight>(visit);
  const link = ({ business_day: day }: ListedNight) => html`<a href="/operations/nights/${day}">${day}</a>`;
  const columns = [
    dayOf(t('business-day-head'), link, { fold: 'head' }),
    count(t('night-lines'), ({ lines }) => lines),
    count(t('night-seconds'), ({ seconds }) => seconds),
    count(t('night-policy'), ({ policy }) => policy),
    id(t('night-root'), ({ root }) => html`<code>${root ?? ''}</code>`, { fold: 'whole' }),
  ];
  return tableOf(t('nights-title'), columns, nights, true);
}

export const nightPage = page({
  ...desk('see-book'),
  path: '/operations/nights/:day',
  load: async (session, { params }) => {
    const { day = '' } = params;
    const night = isDay(day) ? await nightOfDay(session, day) : undefined;
    return night === undefined ? null : { night, beside: await nightsBeside(session, day) };
  },
  show: ({ night, beside: { before, after } }, visit) => {
    const { t } = visit.speech;
    const back = { path: '/operations/nights', label: t('nights-title') };
    const earlier = before === null ? [] : [html`<a href="/operations/nights/${before}" rel="prev">← ${before}</a>`];
    const later = after === null ? [] : [html`<a href="/operations/nights/${after}" rel="next">${after} →</a>`];
    const beside = html`<p class="months">${[...earlier, ...later]}</p>`;
    const steps = night.work.length === 0 ? empty(t('night-quiet')) : stepsTable(night.work, visit);
    const root = html`<p class="id"><code>${night.root}</code></p><p class="quiet small after-table">${t('night-root-says')}</p>`;
    return officePage(OPERATIONS_OFFICE, 'way-nights', visit, {
      title: t('night-title', { day: night.day }),
      back,
      beside,
      body: html`${keyFigures(night, visit)}${part(t('night-steps'), steps)}${part(t('night-root'), root)}`,
    });
  },
});

function keyFigures({ work, seconds, lines, policy, throughBatch }: NightRecord, visit: Visit): Markup {
  const { t } = visit.speech;
  const transfers = work.reduce((all, one) => all + one.transfers, 0);
  const unknown = { value: '–', beside: t('night-not-kept') };
  return html`${figures([
    lines === null ? { label: t('night-lines'), ...unknown } : { label: t('night-lines'), value: String(lines) },
    seconds === null
      ? { label: t('night-took'), ...unknown }
      : { label: t('night-took'), value: t('night-took-seconds', { seconds }) },
    { label: t('night-events'), value: String(work.reduce((all, { events }) => all + events, 0)) },
    {
      label: t('night-moved'),
      value: money(visit, sum(work.map(({ amount }) => amount))),
      beside: t('night-transfers', { count: transfers }),
    },
  ])}<div class="under-figures">${facts([
    [t('night-policy'), String(policy)],
    [t('night-batch'), t('night-batch-of', { batch: String(throughBatch) })],
  ])}</div>`;
}

/** A step of the night, and one kind of event that it made; null where it made none. */
interface StepRow {
  readonly step: StepName;
  readonly made: NightWork | null;
}

function stepsTable(work: readonly NightWork[], visit: Visit): Markup {
  const { t } = visit.speech;
  const rows = STEPS.flatMap(({ name: step, makes }): StepRow[] => {
    const types = Object.keys(makes);
    const own = work.filter(({ type }) => type in makes).sort((a, b) => types.indexOf(a.type) - types.indexOf(b.type));
    return own.length === 0 ? [{ step, made: null }] : own.map((made) => ({ step, made }));
  });
  const total = (of: (one: NightWork) => number): string => String(work.reduce((all, one) => all + of(one), 0));
  const { word, text, count, amount } = columnsFor<StepRow>(visit);
  const columns = [
    word(t('step-of'), ({ step }) => t(`step-${step}`), { total: t('total-row') }),
    text(t('step-event'), ({ made }) => (made === null ? '' : t(`event-${made.type}`)), { fold: 'head' }),
    count(t('step-events'), ({ made }) => made?.events ?? null, { total: total((one) => one.events) }),
    count(t('step-transfers'), ({ made }) => unlessZero(made?.transfers ?? 0), {
      total: total((one) => one.transfers),
    }),
    amount(t('amount'), ({ made }) => (made === null || made.transfers === 0 ? null : made.amount), {
      fold: 'end',
      total: sum(work.map((one) => one.amount)),
    }),
  ];
  return tableOf(t('night-steps'), columns, rows, true);
}

const LATEST = 7;

export const statusPage = page({
  ...desk('see-book'),
  path: '/operations',
  load: async (session, visit) => ({
    status: await standing(session, visit),
    nights: (await listNights(session, { after: null, limit: LATEST })).slice(0, LATEST),
  }),
  show: ({ status, nights }, visit) => {
    const { t } = visit.speech;
    const all = html`<a href="/operations/nights">${t('all')}</a>`;
    const latest = status.firstOpenDay === null ? NOTHING : part(t('latest-nights'), nightsTable(nights, visit), all);
    return officePage(OPERATIONS_OFFICE, 'way-status', visit, {
      title: t('status-title'),
      body: html`${told(statusStory(status, visit.speech, visit.book), visit)}${latest}`,
    });
  },
});
