/** The publisher's sites: each with how it was reviewed and what it may. */

import { isPartyId } from '../../core/ids.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { PermissionsView } from '../../formats/permissions.ts';
import { fileSite } from '../../office/acts/sites.ts';
import { permissionsHere } from '../../office/permissions.ts';
import type { Session } from '../../store/connection/session.ts';
import { type ListedSite, sitesPage as listSites } from '../../store/lists/lists.ts';
import { actForm, actSaid, doing } from '../acts.ts';
import { columnsFor, keyAfter, type Listed, listed, listShown } from '../list.ts';
import { nullWhereNotThere, page } from '../page.ts';
import { type Column, head, part, state, type Tone, tableOf } from '../pieces.ts';
import { partyOf, type Visit } from '../visit.ts';

type Shown = ListedSite & { readonly view: PermissionsView };

/** One page of the list of sites, a publisher's or everybody's, each with how it stands. */
export async function sitesListed(session: Session, visit: Visit, publisher: string | null): Promise<Listed<Shown>> {
  const found = await listed(
    (asked) => listSites(session, publisher, asked),
    keyAfter(visit, 1),
    (site) => [site.site_id],
  );
  const rows: Shown[] = [];
  for (const site of found.rows)
    rows.push({ ...site, view: await permissionsHere(session, visit.book, site.site_id, visit.now) });
  return { ...found, rows };
}

/** A list of sites: each by its name, what else is asked of it, its domain, and how it stands. */
export function sitesShown(
  visit: Visit,
  found: Listed<Shown>,
  of: { readonly base: string; readonly title: string; readonly none: string; readonly beside: Column<Shown>[] },
): Markup {
  const { t } = visit.speech;
  const named = ({ site_id: site, name }: Shown) =>
    html`<a href="${of.base}/${encodeURIComponent(site)}">${name}</a> ${site}`;
  const columns = [
    columnsFor<Shown>(visit).id(t('site'), named, { fold: 'head' }),
    ...of.beside,
    ...standingColumns(visit),
  ];
  return listShown(visit, found, of.none, () => tableOf(of.title, columns, found.rows, true));
}

export const sitesPage = page({
  path: '/publisher/sites',
  roles: ['publisher'],
  right: 'see-sites',
  // What a review looked at is more than a publisher's own rows: the list names the publisher, and each site is its.
  reads: 'all',
  acts: {
    file: doing(fileSite, {
      knows: (visit) => ({ publisher: partyOf(visit), evidence: null }),
      needs: ['kind', 'name'],
    }),
  },
  load: (session, visit) => sitesListed(session, visit, partyOf(visit)),
  show: (found, visit) => {
    const { t } = visit.speech;
    const title = t('sites-title');
    const beside = [columnsFor<Shown>(visit).id(t('domain'), ({ domain }) => domain)];
    const list = sitesShown(visit, found, { base: '/publisher/sites', title, none: t('sites-none'), beside });
    const form = actForm(visit, 'file', fileSite, {
      ask: ['site', 'kind', 'name', 'domain', 'icpNumber', 'categories', 'description', 'dailyVisitors'],
      needs: ['kind', 'name'],
    });
    const filing = part(t('file-site-title'), html`<p class="quiet">${t('file-site-says')}</p>${form}`);
    const body = html`${head({ title })}${actSaid(visit, fileSite)}${list}${filing}`;
    return { title, section: 'section-sites', body };
  },
});

/** How a site was reviewed, its score and what it holds. */
function standingColumns(visit: Visit): Column<Shown>[] {
  const { t } = visit.speech;
  const { word, count, text } = columnsFor<Shown>(visit);
  const held = ({ view }: Shown) =>
    view.permissions
      .filter(({ held }) => held.held && view.withdrawnAt === null)
      .map(({ permission }) => permissionName(permission, visit))
      .join(', ') || t('permission-not-held');
  return [
    word(t('review-state'), ({ view }) => stateOf(view, visit)),
    count(t('score'), ({ view }) => view.state?.score ?? t('score-none'), { fold: 'end' }),
    text(t('permissions-title'), held, { fold: 'whole' }),
  ];
}

const TONES: Readonly<Record<string, Tone>> = { approved: 'good', rejected: 'bad', amend: 'wait' };

/** How a site was reviewed, in a word. */
export function stateOf({ state: of, withdrawnAt }: PermissionsView, { speech: { t, word }, book }: Visit): Markup {
  if (withdrawnAt !== null) return state(t('withdrawn-since', { when: book.calendar.format(withdrawnAt) }), 'bad');
  if (of === null) return state(t('review-never'), 'wait');
  return state(word(of.status), TONES[of.status] ?? 'none');
}

export function permissionName(permission: string, { speech: { word } }: Visit): string {
  return word(`permission-${permission}`);
}

/** How a site stands; null where it is not known. */
export function siteView(session: Session, { book, now }: Visit, site: string): Promise<PermissionsView | null> {
  return isPartyId(site) ? nullWhereNotThere(() => permissionsHere(session, book, site, now)) : Promise.resolve(null);
}

/** The site of the path, where it is the publisher's own. */
export async function ownSite(session: Session, visit: Visit): Promise<PermissionsView | null> {
  const view = await siteView(session, visit, visit.params['site'] ?? '');
  return view?.publisher === partyOf(visit) ? view : null;
}
