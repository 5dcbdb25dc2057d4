/** Every site with its review, score and permissions, and one site with what a person may decide about it. */
import { isPartyId } from '../../core/ids.ts';
import { isNotThere } from '../../core/refusal.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { PermissionsView } from '../../formats/permissions.ts';
import { decidePermission, decideSite } from '../../office/acts/sites.ts';
import { permissionsHere } from '../../office/permissions.ts';
import { type ListedSite, sitesPage as listSites } from '../../store/lists/lists.ts';
import { noticesOfSite, siteNames } from '../../store/registry/promotion.ts';
import { actForm, actSaid, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import { page } from '../page.ts';
import { type Column, empty, facts, pager, part, tableOf } from '../pieces.ts';
import { noticesOf, permissionColumns } from '../publisher/site.ts';
import { standingColumns, stateOf } from '../publisher/sites.ts';
import { cut, desk, mayDo, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { RISK_OFFICE } from './office.ts';

const PLACE = desk('see-sites');
const A_PAGE = 50;

type Listed = ListedSite & { readonly view: PermissionsView };

export const riskSitesPage = page({
  ...PLACE,
  path: '/risk/sites',
  load: async (session, visit) => {
    const after = visit.query.get('after');
    const asked = { after: after === null || after === '' ? null : [after], limit: A_PAGE };
    const { rows, isMore } = cut(await listSites(session, null, asked), A_PAGE);
    const sites: Listed[] = [];
    for (const site of rows)
      sites.push({ ...site, view: await permissionsHere(session, visit.book, site.site_id, visit.now) });
    return { sites, isMore };
  },
  show: ({ sites, isMore }, visit) => {
    const { t } = visit.speech;
    const title = t('risk-sites-title');
    const next = isMore ? (sites.at(-1)?.site_id ?? null) : null;
    const list =
      sites.length === 0
        ? empty(t('risk-sites-none'))
        : html`${sitesTable(sites, visit)}${pager(visit, next, t('shown', { shown: sites.length }))}`;
    return officePage(RISK_OFFICE, 'way-sites', visit, { title, beside: findForm(visit), body: list });
  },
});

function findForm({ speech: { t } }: Visit): Markup {
  return html`<form class="row" method="get" action="/risk/site"><p><label for="find-site">${t('site-find')}</label><input id="find-site" name="site" maxlength="24" required></p><button>${t('go')}</button></form>`;
}

function sitesTable(sites: readonly Listed[], visit: Visit): Markup {
  const { t } = visit.speech;
  const columns: Column<Listed>[] = [
    {
      label: t('site'),
      kind: 'id',
      fold: 'head',
      cell: ({ site_id: site, name }) => html`<a href="/risk/sites/${encodeURIComponent(site)}">${name}</a> ${site}`,
    },
    { label: t('case-publishers'), kind: 'id', cell: (one) => one.publisher_id },
    { label: t('domain'), kind: 'text', cell: ({ domain }) => domain },
    ...standingColumns(visit),
  ];
  return tableOf(t('risk-sites-title'), columns, sites, true);
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

/** A site's standing; null where it is not known. */
async function siteView(
  session: Parameters<typeof permissionsHere>[0],
  { book, now }: Visit,
  site: string,
): Promise<PermissionsView | null> {
  if (!isPartyId(site)) return null;
  try {
    return await permissionsHere(session, book, site, now);
  } catch (error) {
    if (isNotThere(error)) return null;
    throw error;
  }
}

const siteOf = ({ params }: Visit) => ({ site: params['site'] ?? '' });
const decide = doing(decideSite, { knows: siteOf });
const turn = doing(decidePermission, { knows: siteOf });

export const riskSitePage = page({
  ...PLACE,
  path: '/risk/sites/:site',
  acts: { decide, turn },
  load: async (session, visit) => {
    const view = await siteView(session, visit, visit.params['site'] ?? '');
    if (view === null) return null;
    const name = (await siteNames(session, [view.site])).get(view.site)?.site_name ?? view.site;
    return { view, name, notices: await noticesOfSite(session, view.site) };
  },
  show: ({ view, name, notices }, visit) => {
    const { t, word } = visit.speech;
    const { calendar } = visit.book;
    const { state: of } = view;
    const reviewed =
      of === null
        ? NOTHING
        : html` <span class="quiet">${calendar.format(of.at)}${of.reason === '' ? '' : `: ${of.reason}`}</span>`;
    const about = facts([
      [t('review-state'), html`${stateOf(view, visit)}${reviewed}`],
      [t('score'), of?.score ?? t('score-none')],
      [t('account'), word(`status-${view.standing}`)],
    ]);
    const said = actSaid(visit, decideSite);
    const table = tableOf(t('permissions-title'), permissionColumns(view, visit), view.permissions, true);
    return officePage(RISK_OFFICE, 'way-sites', visit, {
      title: name,
      under: `${t('site-title', { site: view.site })} · ${t('site-of', { publisher: view.publisher })}`,
      back: { path: '/risk/sites', label: t('risk-sites-title') },
      body: html`${said}${about}${part(t('permissions-title'), table)}${part(t('notices-title'), noticesOf(notices, visit))}${siteForms(view, visit)}`,
    });
  },
});

function siteForms({ withdrawnAt }: PermissionsView, visit: Visit): Markup {
  const { t } = visit.speech;
  if (withdrawnAt !== null || !mayDo(visit, 'decide-sites')) return NOTHING;
  const judged = actForm(visit, 'decide', decideSite, { ask: ['status', 'reason'], choices: { status: STATES } });
  const turned = actForm(visit, 'turn', decidePermission, { ask: ['permission', 'action', 'reason'] });
  return html`<div class="sides">${part(t('site-decide-title'), judged)}${part(t('site-turn-title'), turned)}</div>`;
}

/** What a person makes of a site: it is submitted by being filed. */
const STATES = ['approved', 'rejected', 'amend'];
