/** One site: its review and score, what it may and why, the notices it was given, and applications, with forms for them. */

import { html, type Markup } from '../../formats/files/markup.ts';
import type { PermissionsView } from '../../formats/permissions.ts';
import { noticesOfSite, type SiteNotice, siteNames } from '../../store/registry/promotion.ts';
import { page } from '../page.ts';
import { type Column, done, empty, facts, head, part, state, tableOf } from '../pieces.ts';
import type { Visit } from '../visit.ts';
import { appeal, applicationsOf, apply } from './applications.ts';
import { ownSite, permissionName, stateOf } from './sites.ts';

export const sitePage = page({
  path: '/publisher/sites/:site',
  roles: ['publisher'],
  right: 'see-sites',
  // See sites.ts; whose the site is, is checked below.
  reads: 'all',
  acts: { apply, appeal },
  load: async (session, visit) => {
    const view = await ownSite(session, visit);
    if (view === null) return null;
    const names = await siteNames(session, [view.site]);
    const name = names.get(view.site)?.site_name ?? view.site;
    return { view, name, notices: await noticesOfSite(session, view.site) };
  },
  show: ({ view, name, notices }, visit) => {
    const { t, word } = visit.speech;
    const { calendar } = visit.book;
    const title = t('site-title', { site: view.site });
    const { state: of } = view;
    const reviewed =
      of === null
        ? stateOf(view, visit)
        : html`${stateOf(view, visit)} <span class="quiet">${calendar.format(of.at)}${of.reason === '' ? '' : `: ${of.reason}`}</span>`;
    const about = facts([
      [t('review-state'), reviewed],
      [t('score'), of?.score ?? t('score-none')],
      [t('account'), word(view.standing)],
    ]);
    const said = saidOf(visit);
    const back = { path: '/publisher/sites', label: t('sites-title') };
    const table = tableOf(t('permissions-title'), permissionColumns(view, visit), view.permissions, true);
    const body = html`${head({ title: name, under: title, back })}${said}${about}${part(t('permissions-title'), table)}${part(t('notices-title'), noticesOf(notices, visit))}${applicationsOf(view, visit)}`;
    return { title, section: 'section-sites', body };
  },
});

function saidOf({ query, speech: { t } }: Visit): Markup | readonly Markup[] {
  const what = query.get('done');
  if (what === 'apply') return done(t('apply-done'));
  return what === 'appeal' ? done(t('appeal-done')) : [];
}

type Permission = PermissionsView['permissions'][number];

/** A site's permissions: whether it holds each, why, and what is asked of it. */
export function permissionColumns(view: PermissionsView, visit: Visit): Column<Permission>[] {
  const { t } = visit.speech;
  return [
    { label: t('permission'), kind: 'text', fold: 'head', cell: ({ permission }) => permissionName(permission, visit) },
    {
      label: t('standing'),
      kind: 'word',
      fold: 'end',
      cell: ({ held }) =>
        held.held && view.withdrawnAt === null
          ? state(t('permission-held'), held.pending === undefined ? 'good' : 'wait')
          : state(t('permission-not-held'), 'none'),
    },
    { label: t('reason'), kind: 'text', fold: 'whole', cell: (one) => whyOf(one, visit) },
    {
      label: t('asks'),
      kind: 'text',
      fold: 'whole',
      cell: ({ asks: { leastScore, state: of, grantedBy } }) =>
        `${t('asks-terms', { state: t(of), score: leastScore })}; ${t(`asks-by-${grantedBy}`)}`,
    },
  ];
}

function whyOf({ held }: Permission, { speech: { t }, book }: Visit): string {
  const { last, pending } = held;
  if (last === undefined) return t('permission-never');
  const why =
    last.source === 'notice'
      ? t('permission-why-notice', { ref: last.ref })
      : last.source === 'approval'
        ? t('permission-why-approval', { ref: last.ref })
        : last.ref;
  const when = book.calendar.format(last.at);
  const since = why === '' ? when : t('permission-since', { when, why });
  if (pending === undefined) return since;
  return `${since}; ${t('permission-ends', { when: book.calendar.format(pending.at), notice: pending.ref })}`;
}

/** The notices a site was given. */
export function noticesOf(notices: readonly SiteNotice[], visit: Visit): Markup {
  const { t } = visit.speech;
  const { calendar } = visit.book;
  if (notices.length === 0) return empty(t('notices-none'));
  const items = notices.map(({ id, permissions, issuedAt, effectiveAt, cancelled, reason }) => {
    const isOver = cancelled.length === permissions.length;
    const runs = effectiveAt > visit.now;
    const tone = isOver ? 'none' : runs ? 'wait' : 'bad';
    const what = t(isOver ? 'notice-cancelled' : runs ? 'notice-running' : 'notice-ran-out');
    const names = permissions.map((one) => permissionName(one, visit)).join(', ');
    const says = t('notice-says', { permissions: names, from: calendar.format(effectiveAt) });
    return html`<li class="is-${tone}"><h3>${t('notice-of', { when: calendar.format(issuedAt), id })} ${state(what, tone)}</h3><p>${says}</p><p class="quiet small id">${reason}</p></li>`;
  });
  return html`<ol class="trail">${items}</ol>`;
}
