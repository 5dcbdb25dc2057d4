/** The nights that were run, the newest first, and one night with its steps: what each did and moved, and the root. */
import { isDay } from '../../core/calendar.ts';
import { sum } from '../../core/money.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { STEPS, type StepName } from '../../night/steps.ts';
import { type ListedNight, nightsPage as listNights } from '../../store/lists/lists.ts';
import { type NightRecord, type NightWork, nightOfDay, nightsBeside } from '../../store/night/night-work.ts';
import { page } from '../page.ts';
import { type Column, empty, facts, figures, money, pager, part, tableOf } from '../pieces.ts';
import { cut, desk, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { OPERATIONS_OFFICE } from './office.ts';

const NIGHTS_A_PAGE = 60;

export const nightsPage = page({
  ...desk('see-book'),
  path: '/operations/nights',
  load: async (session, { query }) => {
    const after = query.get('after') ?? '';
    const asked = { after: isDay(after) ? [after] : null, limit: NIGHTS_A_PAGE };
    return cut(await listNights(session, asked), NIGHTS_A_PAGE);
  },
  show: ({ rows, isMore }, visit) => {
    const { t } = visit.speech;
    const next = isMore ? (rows.at(-1)?.business_day ?? null) : null;
    const list =
      rows.length === 0
        ? empty(t('nights-none'))
        : html`${nightsTable(rows, visit)}${pager(visit, next, t('shown', { shown: rows.length }))}`;
    return officePage(OPERATIONS_OFFICE, 'way-nights', visit, { title: t('nights-title'), body: list });
  },
});

export function nightsTable(nights: readonly ListedNight[], { speech: { t } }: Visit): Markup {
  if (nights.length === 0) return empty(t('nights-none'));
  const columns: Column<ListedNight>[] = [
    {
      label: t('business-day-head'),
      kind: 'day',
      fold: 'head',
      cell: ({ business_day: day }) => html`<a href="/operations/nights/${day}">${day}</a>`,
    },
    { label: t('night-lines'), kind: 'count', cell: ({ lines }) => (lines === null ? '' : String(lines)) },
    { label: t('night-seconds'), kind: 'count', cell: ({ seconds }) => seconds ?? '' },
    { label: t('night-policy'), kind: 'count', cell: ({ policy }) => String(policy) },
    { label: t('night-root'), kind: 'id', fold: 'whole', cell: ({ root }) => html`<code>${root ?? ''}</code>` },
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
  const columns: Column<StepRow>[] = [
    { label: t('step-of'), kind: 'word', cell: ({ step }) => t(`step-${step}`), total: t('total-row') },
    {
      label: t('step-event'),
      kind: 'text',
      fold: 'head',
      cell: ({ made }) => (made === null ? '' : t(`event-${made.type}`)),
    },
    {
      label: t('step-events'),
      kind: 'count',
      cell: ({ made }) => (made === null ? '' : String(made.events)),
      total: total((one) => one.events),
    },
    {
      label: t('step-transfers'),
      kind: 'count',
      cell: ({ made }) => (made === null || made.transfers === 0 ? '' : String(made.transfers)),
      total: total((one) => one.transfers),
    },
    {
      label: t('amount'),
      kind: 'amount',
      fold: 'end',
      cell: ({ made }) => (made === null || made.transfers === 0 ? '' : money(visit, made.amount)),
      total: money(visit, sum(work.map(({ amount }) => amount))),
    },
  ];
  return tableOf(t('night-steps'), columns, rows, true);
}
