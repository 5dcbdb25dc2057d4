/**
 * One site: its review and score, what it may and why, the notices it was given, and applications for permissions: those made,
 * the form for another, and appeals against rejections while there is time.
 */

import type { Instant } from '../../core/calendar.ts';
import type { Reviewed } from '../../core/promotion/review/decide.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { ApplicationView, PermissionsView } from '../../formats/permissions.ts';
import { appealApplication, apply } from '../../office/acts/applications.ts';
import { fileSite } from '../../office/acts/sites.ts';
import { scoreOfSite } from '../../office/scores.ts';
import type { Session } from '../../store/connection/session.ts';
import { noticesOfSite, type SiteNotice, siteNames } from '../../store/registry/promotion.ts';
import { actForm, actSaid, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import { columnsFor } from '../list.ts';
import { page } from '../page.ts';
import { type Column, empty, facts, head, part, state, tableOf } from '../pieces.ts';
import type { Visit } from '../visit.ts';
import { scoreOf } from './score.ts';
import { ownSite, permissionName, stateOf } from './sites.ts';

const ownSiteOf = async (visit: Visit, session: Session) => {
  const view = await ownSite(session, visit);
  return view === null ? null : { site: view.site, appealOf: null };
};

const APPLICATION_ACTS = {
  apply: doing(apply, { knows: ownSiteOf }),
  appeal: doing(appealApplication),
};

export const sitePage = page({
  path: '/publisher/sites/:site',
  roles: ['publisher'],
  right: 'see-sites',
  // See sites.ts; whose the site is, is checked below.
  reads: 'all',
  acts: { ...APPLICATION_ACTS, amend: doing(fileSite, { knows: ownFiling }) },
  load: async (session, visit) => siteShown(session, await ownSite(session, visit), visit),
  show: (site, visit) => {
    const title = visit.speech.t('site-title', { site: site.view.site });
    const back = { path: '/publisher/sites', label: visit.speech.t('sites-title') };
    const about = siteAbout(site, visit, (standing) => visit.speech.word(standing));
    const top = head({ title: site.name, under: title, back });
    const said = html`${applicationSaid(visit)}${actSaid(visit, fileSite)}`;
    const body = html`${top}${said}${about}${amendForm(site, visit)}${applicationsOf(site.view, visit)}`;
    return { title, section: 'section-sites', body };
  },
});

/** What is amended is the publisher's own site, of the kind that it is. */
async function ownFiling(visit: Visit, session: Session) {
  const view = await ownSite(session, visit);
  return view === null ? null : { site: view.site, publisher: null, kind: null, evidence: null };
}

function amendForm({ view, reviewed }: SiteShown, visit: Visit): Markup {
  if (view.withdrawnAt !== null || reviewed === undefined) return NOTHING;
  const { t } = visit.speech;
  const { site } = reviewed;
  const filing = site.filings.at(-1);
  const form = actForm(visit, 'amend', fileSite, {
    ask: ['name', 'domain', 'icpNumber', 'categories', 'description', 'dailyVisitors'],
    values: {
      name: site.name,
      domain: site.domain,
      icpNumber: filing?.icpNumber ?? '',
      categories: filing?.categories.join(';') ?? '',
      description: filing?.description ?? '',
      dailyVisitors: String(filing?.dailyVisitors ?? ''),
    },
  });
  return part(t('amend-title'), html`<p class="quiet">${t('amend-says')}</p>${form}`);
}

/** A site as its page shows it. */
export interface SiteShown {
  readonly view: PermissionsView;
  readonly name: string;
  readonly notices: readonly SiteNotice[];
  /** What a review of now would come to. */
  readonly reviewed: Reviewed | undefined;
}

/** Reads what else a site's page shows of it; null where there is no site. */
export async function siteShown(
  session: Session,
  view: PermissionsView | null,
  { book, now }: Visit,
): Promise<SiteShown | null> {
  if (view === null) return null;
  const name = (await siteNames(session, [view.site])).get(view.site)?.site_name ?? view.site;
  const reviewed = await scoreOfSite(session, book, view.site, now);
  return { view, name, notices: await noticesOfSite(session, view.site), reviewed };
}

/** How a site was reviewed and scored, what it may and why, and the notices it was given. */
export function siteAbout(
  { view, notices, reviewed: score }: SiteShown,
  visit: Visit,
  called: (standing: PermissionsView['standing']) => string,
): Markup {
  const { t } = visit.speech;
  const { calendar } = visit.book;
  const { state: of } = view;
  const reviewed =
    of === null
      ? NOTHING
      : html` <span class="quiet">${calendar.format(of.at)}${of.reason === '' ? '' : `: ${of.reason}`}</span>`;
  const about = facts([
    [t('review-state'), html`${stateOf(view, visit)}${reviewed}`],
    [t('score'), of?.score ?? t('score-none')],
    [t('account'), called(view.standing)],
  ]);
  const table = tableOf(t('permissions-title'), permissionColumns(view, visit), view.permissions, true);
  const given = part(t('notices-title'), noticesOf(notices, view, visit));
  return html`${about}${scoreOf(score, view, visit)}${part(t('permissions-title'), table)}${given}`;
}

type Permission = PermissionsView['permissions'][number];

/** A site's permissions: whether it holds each, why, and what is asked of it. */
function permissionColumns(view: PermissionsView, visit: Visit): Column<Permission>[] {
  const { t } = visit.speech;
  const { text, word } = columnsFor<Permission>(visit);
  const standing = ({ held }: Permission) =>
    held.held && view.withdrawnAt === null
      ? state(t('permission-held'), held.pending === undefined ? 'good' : 'wait')
      : state(t('permission-not-held'), 'none');
  const asked = ({ asks: { leastScore, state: of, grantedBy } }: Permission) =>
    `${t('asks-terms', { state: t(of), score: leastScore })}; ${t(`asks-by-${grantedBy}`)}`;
  return [
    text(t('permission'), ({ permission }) => permissionName(permission, visit), { fold: 'head' }),
    word(t('standing'), standing, { fold: 'end' }),
    text(t('reason'), (one) => whyOf(one, visit), { fold: 'whole' }),
    text(t('asks'), asked, { fold: 'whole' }),
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
function noticesOf(notices: readonly SiteNotice[], { letters }: PermissionsView, visit: Visit): Markup {
  const { t, word } = visit.speech;
  const { calendar } = visit.book;
  if (notices.length === 0) return empty(t('notices-none'));
  const items = notices.map(({ id, permissions, issuedAt, effectiveAt, cancelled, reason }) => {
    const isOver = cancelled.length === permissions.length;
    const runs = effectiveAt > visit.now;
    const tone = isOver ? 'none' : runs ? 'wait' : 'bad';
    const what = t(isOver ? 'notice-cancelled' : runs ? 'notice-running' : 'notice-ran-out');
    const names = permissions.map((one) => permissionName(one, visit)).join(', ');
    const says = t('notice-says', { permissions: names, from: calendar.format(effectiveAt) });
    const letter = runs && !isOver ? letters.get(id) : undefined;
    const fate = letter === undefined ? NOTHING : html`<p class="quiet small">${word(`letter-${letter.state}`)}</p>`;
    return html`<li class="is-${tone}"><h3>${t('notice-of', { when: calendar.format(issuedAt), id })} ${state(what, tone)}</h3><p>${says}</p>${fate}<p class="quiet small id">${reason}</p></li>`;
  });
  return html`<ol class="trail">${items}</ol>`;
}

function applicationSaid(visit: Visit): Markup {
  return actSaid(visit, apply, appealApplication);
}

/** A site's applications, and the forms that are open. */
function applicationsOf(view: PermissionsView, visit: Visit): Markup {
  const { t } = visit.speech;
  const { applications } = view;
  const list =
    applications.length === 0
      ? empty(t('applications-none'))
      : tableOf(t('applications-title'), columnsOf(visit), applications, true);
  const appeals = applications
    .filter(({ appealUntil }) => appealUntil !== null && appealUntil >= visit.now)
    .map((one) => appealForm(one, visit));
  const ask = ['permission', 'statement'] as const;
  const form = view.withdrawnAt === null ? part(t('apply-title'), actForm(visit, 'apply', apply, { ask })) : [];
  return html`${part(t('applications-title'), list)}${appeals}${form}`;
}

function appealForm({ id, appealUntil }: ApplicationView, visit: Visit): Markup {
  const { t } = visit.speech;
  const until = t('appeal-until', { when: moment(appealUntil, visit) });
  const form = actForm(visit, 'appeal', appealApplication, { ask: ['statement'], fixed: { application: id } });
  return part(t('appeal-title', { id }), html`<p class="quiet">${until}</p>${form}`);
}

function columnsOf(visit: Visit): Column<ApplicationView>[] {
  const { t } = visit.speech;
  const { id: idOf, text, word, day } = columnsFor<ApplicationView>(visit);
  const standing = ({ decision }: ApplicationView) => {
    if (decision === null) return state(t('application-waits'), 'wait');
    return decision === 'approve' ? state(t('approved'), 'good') : state(t('rejected'), 'bad');
  };
  const named = ({ id, appealOf }: ApplicationView) =>
    appealOf === null ? id : `${id} (${t('application-appeal-of', { id: appealOf })})`;
  const decided = ({ decidedAt, decidedBy, reason }: ApplicationView) => {
    if (decidedAt === null) return '';
    return t('decided-by-short', { when: moment(decidedAt, visit), by: decidedBy ?? '', reason: reason ?? '' });
  };
  return [
    text(t('permission'), ({ permission }) => permissionName(permission, visit), { fold: 'head' }),
    word(t('standing'), standing, { fold: 'end' }),
    day(t('applied-at'), ({ appliedAt }) => moment(appliedAt, visit)),
    idOf(t('application'), named),
    text(t('fact-decided'), decided, { fold: 'whole' }),
  ];
}

function moment(at: Instant | null, { book }: Visit): string {
  return at === null ? '' : book.calendar.format(at);
}
