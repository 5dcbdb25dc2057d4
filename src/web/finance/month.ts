/** A month step by step, as `cps month` tells it: what is done, what waits, and the page to go on with. */
import { isMonth, type Month } from '../../core/calendar.ts';
import { monthStory } from '../../formats/month.ts';
import { monthWalk } from '../../office/month.ts';
import type { Session } from '../../store/connection/session.ts';
import { closedMonths } from '../../store/lists/trial-balance.ts';
import { monthsRun } from '../../store/month/known.ts';
import { page, signpost } from '../page.ts';
import { empty, monthsNav } from '../pieces.ts';
import { desk, officePage } from '../staff.ts';
import { told } from '../telling.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE, reconciled } from './office.ts';

const PLACE = desk('see-breaks');
const BASE = '/finance/walk';

/** The month asked for, the last that was closed, or the first that there is. */
async function monthToWalk(session: Session, visit: Visit): Promise<Month | undefined> {
  const asked = visit.query.get('month') ?? '';
  if (isMonth(asked)) return asked;
  const [latest] = await closedMonths(session);
  return latest?.month ?? (await monthsRun(session, visit.book))[0];
}

/** The way to the month that is gone through now. */
export const latestWalk = signpost({
  ...PLACE,
  path: BASE,
  lead: async (session, visit) => {
    const month = await monthToWalk(session, visit);
    if (month !== undefined) return `${BASE}/${month}`;
    const { t } = visit.speech;
    return officePage(FINANCE_OFFICE, 'way-month', visit, {
      title: t('way-month'),
      body: empty(t('reconciliation-none')),
    });
  },
});

export const walkPage = page({
  ...PLACE,
  path: `${BASE}/:month`,
  load: async (session, visit) => {
    const { month = '' } = visit.params;
    const months = await monthsRun(session, visit.book);
    const { lastRunDay } = visit.book;
    if (!months.includes(month)) return null;
    const looked = () => (lastRunDay === null ? Promise.resolve(null) : reconciled(session, visit, lastRunDay));
    return { months, walk: await monthWalk(session, visit.book, month, looked) };
  },
  show: ({ months, walk }, visit) => {
    const { t } = visit.speech;
    const { title: _, ...story } = monthStory(walk, visit.speech);
    return officePage(FINANCE_OFFICE, 'way-month', visit, {
      title: t('walk-title', { month: walk.month, day: walk.asOf ?? '' }),
      under: visit.book.currency,
      beside: monthsNav(visit, BASE, walk.month, months),
      body: told({ title: '', ...story }, visit),
    });
  },
});
