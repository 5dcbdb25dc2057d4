/** Applications for permissions: those of a site, the form for another, and appeals against rejections while there is time. */
import type { Instant } from '../../core/calendar.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { ApplicationView, PermissionsView } from '../../formats/permissions.ts';
import { appealApplication, apply } from '../../office/acts/applications.ts';
import type { Session } from '../../store/connection/session.ts';
import { actForm, actSaid, doing } from '../acts.ts';
import { columnsFor } from '../list.ts';
import { type Column, empty, part, state, tableOf } from '../pieces.ts';
import type { Visit } from '../visit.ts';
import { ownSite, permissionName } from './sites.ts';

const ownSiteOf = async (visit: Visit, session: Session) => {
  const view = await ownSite(session, visit);
  return view === null ? null : { site: view.site, appealOf: null };
};

export const APPLICATION_ACTS = {
  apply: doing(apply, { knows: ownSiteOf }),
  appeal: doing(appealApplication),
};

export function applicationSaid(visit: Visit): Markup {
  return actSaid(visit, apply, appealApplication);
}

/** A site's applications, and the forms that are open. */
export function applicationsOf(view: PermissionsView, visit: Visit): Markup {
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
