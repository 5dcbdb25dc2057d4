/** The publisher's sites: each with how it was reviewed and what it may. */

import { isNotThere } from '../../core/refusal.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { PermissionsView } from '../../formats/permissions.ts';
import { permissionsHere } from '../../office/permissions.ts';
import type { Session } from '../../store/connection/session.ts';
import { type ListedSite, sitesPage as listSites } from '../../store/lists/lists.ts';
import { page } from '../page.ts';
import { type Column, empty, head, pager, state, type Tone, tableOf } from '../pieces.ts';
import { partyOf, type Visit } from '../visit.ts';

const SITES_A_PAGE = 50;

type Shown = ListedSite & { readonly view: PermissionsView };

export const sitesPage = page({
  path: '/publisher/sites',
  roles: ['publisher'],
  right: 'see-sites',
  // What a review looked at is more than a publisher's own rows: the list names the publisher, and each site is its.
  reads: 'all',
  load: async (session, visit) => {
    const after = visit.query.get('after');
    const asked = { after: after === null ? null : [after], limit: SITES_A_PAGE };
    const found = await listSites(session, partyOf(visit), asked);
    const sites: Shown[] = [];
    for (const site of found.slice(0, SITES_A_PAGE)) {
      const view = await permissionsHere(session, visit.book, site.site_id, visit.now);
      sites.push({ ...site, view });
    }
    return { sites, isMore: found.length > SITES_A_PAGE };
  },
  show: ({ sites, isMore }, visit) => {
    const { t } = visit.speech;
    const title = t('sites-title');
    const next = isMore ? (sites.at(-1)?.site_id ?? null) : null;
    const list =
      sites.length === 0
        ? empty(t('sites-none'))
        : html`${tableOf(title, columnsOf(visit), sites, true)}${pager(visit, next, t('shown', { shown: sites.length }))}`;
    return { title, section: 'section-sites', body: html`${head({ title })}${list}` };
  },
});

function columnsOf(visit: Visit): Column<Shown>[] {
  const { t } = visit.speech;
  return [
    {
      label: t('site'),
      kind: 'id',
      fold: 'head',
      cell: ({ site_id: site, name }) =>
        html`<a href="/publisher/sites/${encodeURIComponent(site)}">${name}</a> ${site}`,
    },
    { label: t('domain'), kind: 'id', cell: ({ domain }) => domain },
    ...standingColumns(visit),
  ];
}

/** How a site was reviewed, its score and what it holds: in every list of sites. */
export function standingColumns(visit: Visit): Column<{ readonly view: PermissionsView }>[] {
  const { t } = visit.speech;
  return [
    { label: t('review-state'), kind: 'word', cell: ({ view }) => stateOf(view, visit) },
    { label: t('score'), kind: 'count', fold: 'end', cell: ({ view }) => view.state?.score ?? t('score-none') },
    {
      label: t('permissions-title'),
      kind: 'text',
      fold: 'whole',
      cell: ({ view }) =>
        view.permissions
          .filter(({ held }) => held.held && view.withdrawnAt === null)
          .map(({ permission }) => permissionName(permission, visit))
          .join(', ') || t('permission-not-held'),
    },
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

/** The site of the path, where it is the publisher's own. */
export async function ownSite(session: Session, visit: Visit): Promise<PermissionsView | null> {
  try {
    const asked = visit.params['site'] ?? '';
    const view = await permissionsHere(session, visit.book, asked, visit.now);
    return view.publisher === partyOf(visit) ? view : null;
  } catch (error) {
    if (isNotThere(error)) return null;
    throw error;
  }
}
