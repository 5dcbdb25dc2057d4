/** Applications for permissions: those of a site, the form for another, and appeals against rejections while there is time. */
import type { Instant } from '../../core/calendar.ts';
import { PERMISSIONS } from '../../core/promotion/permissions.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import type { ApplicationView, PermissionsView } from '../../formats/permissions.ts';
import { deliverRows } from '../../ingest/deliver/rows.ts';
import { type ApplicationOrder, newApplication } from '../../office/requests.ts';
import type { Session } from '../../store/connection/session.ts';
import { attempted, formOf, wordsFault } from '../form.ts';
import type { Act, Acted } from '../page.ts';
import { type Column, empty, part, state, tableOf } from '../pieces.ts';
import type { Visit } from '../visit.ts';
import { ownSite, permissionName } from './sites.ts';

const STATEMENT_AT_MOST = 1000;

export const apply: Act = {
  right: 'file-sites',
  do: async (session, visit, { permission = '', statement = '' }) => {
    const { t } = visit.speech;
    const view = await ownSite(session, visit);
    if (view === null) return null;
    const known = PERMISSIONS.find((one) => one === permission);
    if (known === undefined) return { refused: t('permission-unknown') };
    const waits = view.applications.some((one) => one.permission === known && one.decision === null);
    if (waits) return { refused: t('apply-twice') };
    return applied(session, visit, { site: view.site, permission: known, statement, against: null });
  },
};

export const appeal: Act = {
  right: 'file-sites',
  do: async (session, visit, { application = '', statement = '' }) => {
    const view = await ownSite(session, visit);
    const rejected = view?.applications.find(({ id }) => id === application);
    if (view === null || rejected === undefined) return null;
    return applied(session, visit, {
      site: view.site,
      permission: rejected.permission,
      statement,
      against: rejected.id,
    });
  },
};

async function applied(session: Session, visit: Visit, order: Omit<ApplicationOrder, 'at'>): Promise<Acted | null> {
  const { statement, against } = order;
  const fault = wordsFault(statement, visit, { most: STATEMENT_AT_MOST, missing: 'statement-missing' });
  if (fault !== undefined) return { refused: fault };
  const { row } = newApplication(visit.book.calendar, { ...order, at: visit.now });
  return attempted(async () => {
    await deliverRows(session, 'pages application', [row]);
    return { to: `${visit.path}?done=${against === null ? 'apply' : 'appeal'}` };
  });
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
  const form = view.withdrawnAt === null ? part(t('apply-title'), applyForm(visit)) : [];
  return html`${part(t('applications-title'), list)}${appeals}${form}`;
}

function applyForm(visit: Visit): Markup {
  const { t } = visit.speech;
  const choices = PERMISSIONS.map((one) => [one, permissionName(one, visit)] as const);
  const fields = [
    { name: 'permission', label: t('apply-for'), kind: 'choice', choices },
    { name: 'statement', label: t('apply-statement'), kind: 'text', required: true, most: STATEMENT_AT_MOST },
  ] as const;
  return formOf(visit, 'apply', fields, t('apply-send'));
}

function appealForm({ id, appealUntil }: ApplicationView, visit: Visit): Markup {
  const { t } = visit.speech;
  const until = t('appeal-until', { when: moment(appealUntil, visit) });
  const field = {
    name: 'statement',
    label: t('appeal-statement'),
    kind: 'text',
    required: true,
    most: STATEMENT_AT_MOST,
  };
  const form = formOf(visit, 'appeal', [{ ...field, kind: 'text', required: true }], t('appeal-send'), {
    application: id,
  });
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
