/** The applications for permissions that wait for a person, each with what it says and a form that decides it. */
import { html, type Markup } from '../../formats/files/markup.ts';
import { decideApplication } from '../../office/acts/applications.ts';
import { applicationsWaiting, type KnownApplication } from '../../store/registry/promotion.ts';
import { actForm, actSaid, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import { page } from '../page.ts';
import { empty, part } from '../pieces.ts';
import { permissionName } from '../publisher/sites.ts';
import { desk, mayDo, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { RISK_OFFICE } from './office.ts';

/** So many at a time, the oldest first: those that follow come up as these are decided. */
const MOST = 50;
const decide = doing(decideApplication);

export const riskApplicationsPage = page({
  ...desk('see-sites'),
  path: '/risk/applications',
  acts: { decide },
  load: async (session) => {
    const waiting = await applicationsWaiting(session);
    return { shown: waiting.slice(0, MOST), count: waiting.length };
  },
  show: ({ shown, count }, visit) => {
    const { t } = visit.speech;
    const said = actSaid(visit, decideApplication);
    const list =
      count === 0 ? empty(t('risk-applications-none')) : html`${shown.map((one) => applicationPart(one, visit))}`;
    return officePage(RISK_OFFICE, 'way-applications', visit, {
      title: t('risk-applications-title'),
      under: count === 0 ? '' : t('shown-of', { shown: shown.length, count }),
      body: html`${said}${list}`,
    });
  },
});

function applicationPart(one: KnownApplication, visit: Visit): Markup {
  const { t } = visit.speech;
  const { application_id: id, site_id: site, applied_at: at, appeal_of: against } = one;
  const title = t('risk-application-title', { site, permission: permissionName(one.permission, visit) });
  const appeal =
    against === null ? NOTHING : html`<p class="note">${t('risk-application-appeal', { id: against })}</p>`;
  const told = html`<p class="quiet small">${t('risk-application-at', { when: visit.book.calendar.format(at), id })}</p><p class="intro">${one.statement}</p>${appeal}`;
  const way = html`<a href="/risk/sites/${encodeURIComponent(site)}">${t('site-title', { site })}</a>`;
  if (!mayDo(visit, 'decide-sites')) return part(title, told, way);
  const form = actForm(visit, 'decide', decideApplication, {
    ask: ['decision', 'reason'],
    fixed: { application: id },
  });
  return part(title, html`${told}${form}`, way);
}
