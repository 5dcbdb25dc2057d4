/** Every site with its review, score and permissions, and one site with what a person may decide about it. */
import { html, type Markup } from '../../formats/files/markup.ts';
import type { PermissionsView } from '../../formats/permissions.ts';
import { cancelNotice, decidePermission, decideSite } from '../../office/acts/sites.ts';
import { type PendingNotice, pendingNotices } from '../../office/notices.ts';
import type { ListedSite } from '../../store/lists/lists.ts';
import { actForm, actSaid, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor } from '../list.ts';
import { page } from '../page.ts';
import { empty, part, tableOf } from '../pieces.ts';
import { siteAbout, siteShown } from '../publisher/site.ts';
import { permissionName, sitesListed, sitesShown, siteView } from '../publisher/sites.ts';
import { desk, mayDo, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { RISK_OFFICE } from './office.ts';

const PLACE = desk('see-sites');

export const riskSitesPage = page({
  ...PLACE,
  path: '/risk/sites',
  load: async (session, visit) => ({
    found: await sitesListed(session, visit, null),
    notices: await pendingNotices(session, visit.now),
  }),
  show: ({ found, notices }, visit) => {
    const { t } = visit.speech;
    const title = t('risk-sites-title');
    const { id, text } = columnsFor<ListedSite>(visit);
    const beside = [id(t('case-publishers'), (one) => one.publisher_id), text(t('domain'), ({ domain }) => domain)];
    const sites = sitesShown(visit, found, { base: '/risk/sites', title, none: t('risk-sites-none'), beside });
    const body = html`${runningNotices(notices, visit)}${sites}`;
    return officePage(RISK_OFFICE, 'way-sites', visit, { title, beside: findForm(visit), body });
  },
});

/** The notices that run, by their end, with what became of their letters; nothing where none runs. */
function runningNotices(notices: readonly PendingNotice[], visit: Visit): Markup {
  if (notices.length === 0) return NOTHING;
  const { t, word } = visit.speech;
  const { id, text, day } = columnsFor<PendingNotice>(visit);
  const columns = [
    day(t('notice-ends'), (one) => visit.book.calendar.format(one.effectiveAt)),
    id(t('site'), ({ site }) => html`<a href="/risk/sites/${encodeURIComponent(site)}">${site}</a>`, { fold: 'head' }),
    text(t('permissions-title'), ({ left }) => left.map((one) => permissionName(one, visit)).join(t('list-comma'))),
    text(t('notice-letter'), ({ letter }) => (letter === null ? '' : word(`letter-${letter.state}`))),
  ];
  return part(t('notices-running-title'), tableOf(t('notices-running-title'), columns, notices.slice(0, MOST), true));
}

/** Notices that a page names. */
const MOST = 100;

function findForm({ speech: { t } }: Visit): Markup {
  return html`<form class="row" method="get" action="/risk/site"><p><label for="find-site">${t('site-find')}</label><input id="find-site" name="site" maxlength="24" required></p><button>${t('go')}</button></form>`;
}

/** The way to a site by its id. */
export const findSite = page({
  ...PLACE,
  path: '/risk/site',
  load: async (session, visit) => {
    const site = (visit.query.get('site') ?? '').trim();
    return { site, view: await siteView(session, visit, site) };
  },
  show: ({ site, view }, visit) => {
    const { t } = visit.speech;
    const title = t('risk-sites-title');
    const found =
      view === null
        ? empty(t('risk-sites-none'))
        : html`<p><a href="/risk/sites/${encodeURIComponent(site)}">${t('site-title', { site })}</a></p>`;
    return officePage(RISK_OFFICE, 'way-sites', visit, { title, beside: findForm(visit), body: found });
  },
});

const siteOf = ({ params }: Visit) => ({ site: params['site'] ?? '' });
const decide = doing(decideSite, { knows: siteOf });
const turn = doing(decidePermission, { knows: siteOf });
const cancel = doing(cancelNotice, { knows: () => ({ permission: null }) });

export const riskSitePage = page({
  ...PLACE,
  path: '/risk/sites/:site',
  acts: { decide, turn, cancel },
  load: async (session, visit) => siteShown(session, await siteView(session, visit, visit.params['site'] ?? ''), visit),
  show: (site, visit) => {
    const { t, word } = visit.speech;
    const { view } = site;
    const about = siteAbout(site, visit, (standing) => word(`status-${standing}`));
    return officePage(RISK_OFFICE, 'way-sites', visit, {
      title: site.name,
      under: `${t('site-title', { site: view.site })} · ${t('site-of', { publisher: view.publisher })}`,
      back: { path: '/risk/sites', label: t('risk-sites-title') },
      body: html`${actSaid(visit, decideSite, cancelNotice)}${about}${siteForms(view, visit)}`,
    });
  },
});

function siteForms({ withdrawnAt, letters }: PermissionsView, visit: Visit): Markup {
  const { t } = visit.speech;
  if (withdrawnAt !== null || !mayDo(visit, 'decide-sites')) return NOTHING;
  const judged = actForm(visit, 'decide', decideSite, { ask: ['status', 'reason'], choices: { status: STATES } });
  const turned = actForm(visit, 'turn', decidePermission, { ask: ['permission', 'action', 'reason'] });
  const cancels = [...letters.keys()].map((notice) =>
    part(
      t('notice-cancel-title', { id: notice }),
      actForm(visit, 'cancel', cancelNotice, { ask: ['reason'], fixed: { notice } }),
    ),
  );
  return html`<div class="sides">${part(t('site-decide-title'), judged)}${part(t('site-turn-title'), turned)}${cancels}</div>`;
}

/** What a person makes of a site: it is submitted by being filed. */
const STATES = ['approved', 'rejected', 'amend'];
