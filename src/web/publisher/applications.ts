/** Applications for permissions: those of a site, the form for another, and appeals against rejections while there is time. */
import type { Instant } from '../../core/calendar.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { ApplicationView, PermissionsView } from '../../formats/permissions.ts';
import { appealApplication, apply } from '../../office/acts/applications.ts';
import type { Session } from '../../store/connection/session.ts';
import { actForm, actSaid, doing } from '../acts.ts';
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
  return [
    { label: t('permission'), kind: 'text', fold: 'head', cell: ({ permission }) => permissionName(permission, visit) },
    {
      label: t('standing'),
      kind: 'word',
      fold: 'end',
      cell: ({ decision }) =>
        decision === null
          ? state(t('application-waits'), 'wait')
          : state(t(decision === 'approve' ? 'approved' : 'rejected'), decision === 'approve' ? 'good' : 'bad'),
    },
    { label: t('applied-at'), kind: 'day', cell: ({ appliedAt }) => moment(appliedAt, visit) },
    {
      label: t('application'),
      kind: 'id',
      cell: ({ id, appealOf }) => (appealOf === null ? id : `${id} (${t('application-appeal-of', { id: appealOf })})`),
    },
    {
      label: t('fact-decided'),
      kind: 'text',
      fold: 'whole',
      cell: ({ decidedAt, decidedBy, reason }) =>
        decidedAt === null
          ? ''
          : t('decided-by-short', { when: moment(decidedAt, visit), by: decidedBy ?? '', reason: reason ?? '' }),
    },
  ];
}

function moment(at: Instant | null, { book }: Visit): string {
  return at === null ? '' : book.calendar.format(at);
}
