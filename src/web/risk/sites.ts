/** Every site with its review, score and permissions, and one site with what a person may decide about it. */
import { isPartyId } from '../../core/ids.ts';
import { PERMISSIONS } from '../../core/promotion/permissions.ts';
import { isNotThere } from '../../core/refusal.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { PermissionsView } from '../../formats/permissions.ts';
import { permissionsHere } from '../../office/permissions.ts';
import { decideSite } from '../../office/site-decisions.ts';
import { type ListedSite, sitesPage as listSites } from '../../store/lists/lists.ts';
import { noticesOfSite, siteNames } from '../../store/registry/promotion.ts';
import { attempted, formOf, REASON_AT_MOST, wordsFault } from '../form.ts';
import { NOTHING } from '../layout.ts';
import { type Act, page } from '../page.ts';
import { type Column, done, empty, facts, pager, part, tableOf } from '../pieces.ts';
import { noticesOf, permissionColumns } from '../publisher/site.ts';
import { permissionName, standingColumns, stateOf } from '../publisher/sites.ts';
import { cut, desk, mayDo, momentOf, officePage } from '../staff.ts';
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

const STATES = ['approved', 'rejected', 'amend'] as const;
const ACTIONS = ['grant', 'revoke'] as const;

/** Records what is decided about the site of the path. */
function deciding(
  chosen: (fields: Readonly<Record<string, string>>) => Parameters<typeof decideSite>[3]['decides'] | undefined,
): Act {
  return {
    right: 'decide-sites',
    do: async (session, visit, fields) => {
      const { t } = visit.speech;
      const { reason = '' } = fields;
      const decides = chosen(fields);
      if (decides === undefined) return { refused: t('choice-missing') };
      const fault = wordsFault(reason, visit);
      if (fault !== undefined) return { refused: fault };
      const { book, principal, params } = visit;
      const ruling = { site: params['site'] ?? '', by: principal.name, at: momentOf(visit), reason, decides };
      return attempted(async () => {
        await decideSite(session, book, 'pages site', ruling);
        return { to: `${visit.path}?done=site` };
      });
    },
  };
}

const decide = deciding(({ status: asked }) => {
  const status = STATES.find((one) => one === asked);
  return status === undefined ? undefined : { status };
});
const turn = deciding(({ permission: named, action: asked }) => {
  const permission = PERMISSIONS.find((one) => one === named);
  const action = ACTIONS.find((one) => one === asked);
  return permission === undefined || action === undefined ? undefined : { permission, action };
});

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
    const said = visit.query.get('done') === 'site' ? done(t('site-did')) : NOTHING;
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
  const reason = {
    name: 'reason',
    label: t('propose-reason'),
    kind: 'text',
    required: true,
    most: REASON_AT_MOST,
  } as const;
  const states = STATES.map((one) => [one, t(`site-${one}`)] as const);
  const choice = { kind: 'choice', required: true } as const;
  const judged = formOf(
    visit,
    'decide',
    [{ ...choice, name: 'status', label: t('site-decide'), choices: [['', ''], ...states] }, reason],
    t('site-send'),
  );
  const turned = formOf(
    visit,
    'turn',
    [
      {
        ...choice,
        name: 'permission',
        label: t('apply-for'),
        choices: [['', ''], ...PERMISSIONS.map((one) => [one, permissionName(one, visit)] as const)],
      },
      {
        ...choice,
        name: 'action',
        label: t('site-turn'),
        choices: ACTIONS.map((one) => [one, t(`site-${one}`)] as const),
      },
      reason,
    ],
    t('site-send'),
  );
  return html`<div class="sides">${part(t('site-decide-title'), judged)}${part(t('site-turn-title'), turned)}</div>`;
}
