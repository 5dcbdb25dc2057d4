/** How the book stands, at a glance: its status, and the last nights. */
import { html } from '../../formats/files/markup.ts';
import { statusStory } from '../../formats/status.ts';
import { nightsPage as listNights } from '../../store/lists/lists.ts';
import { NOTHING } from '../layout.ts';
import { page } from '../page.ts';
import { part } from '../pieces.ts';
import { desk, officePage, standing } from '../staff.ts';
import { told } from '../telling.ts';
import { nightsTable } from './nights.ts';
import { OPERATIONS_OFFICE } from './office.ts';

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
