/** One break between the bank and the ledger: what is seen, what was said of it, and forms to own, comment and resolve it. */
import { bookedOf } from '../../core/bank/posting.ts';
import { isBookable, isResolved, type NotedBreak } from '../../core/reconcile/report.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { postingPhrase, sightPhrase } from '../../formats/reconcile.ts';
import { noteBreak } from '../../office/acts/bank.ts';
import { approvePosting, proposePosting } from '../../office/acts/postings.ts';
import { actForm, actSaid, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import { page } from '../page.ts';
import { empty, facts, money, part, state } from '../pieces.ts';
import { desk, mayDo, officePage } from '../staff.ts';
import { shown } from '../telling.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE, reconciled } from './office.ts';

const saying = (step: 'assign' | 'comment' | 'resolve', needs: 'owner' | 'reason') =>
  doing(noteBreak, {
    knows: ({ params }) => ({ break: params['break'] ?? '', step, [needs === 'owner' ? 'reason' : 'owner']: null }),
    needs: [needs],
  });

const ACTS = {
  assign: saying('assign', 'owner'),
  comment: saying('comment', 'reason'),
  resolve: saying('resolve', 'reason'),
  post: doing(proposePosting, {
    knows: ({ params }) => ({ break: params['break'] ?? '', posting: null, instruction: null }),
    needs: ['against'],
  }),
  approve: doing(approvePosting),
};

export const breakPage = page({
  ...desk('see-breaks'),
  path: '/finance/breaks/:break',
  acts: ACTS,
  load: async (session, visit) => {
    const { lastRunDay } = visit.book;
    if (lastRunDay === null) return null;
    const of = await reconciled(session, visit, lastRunDay);
    return of.breaks.find(({ id }) => id === visit.params['break']) ?? null;
  },
  show: (of, visit) => {
    const { t } = visit.speech;
    const said = actSaid(visit, noteBreak, proposePosting, approvePosting);
    return officePage(FINANCE_OFFICE, 'way-reconciliation', visit, {
      title: t(`break-kind-${of.kind}`),
      under: of.id,
      back: { path: '/finance/reconciliation', label: t('way-reconciliation') },
      body: html`${said}${about(of, visit)}${part(t('break-story'), story(of, visit))}${forms(of, visit)}`,
    });
  },
});

function about(of: NotedBreak, visit: Visit): Markup {
  const { t } = visit.speech;
  const { effect, since, age, owner, instructionId, lineRef, lineId, account, saw } = of;
  const some = (label: string, value: string | null) => (value === null ? [] : [[label, value] as const]);
  return facts([
    [t('instruction-state'), isResolved(of) ? state(t('break-resolved'), 'good') : state(t('break-open'), 'wait')],
    [t('break-what'), shown(sightPhrase(saw, visit.speech), visit)],
    [t('break-effect'), `${money(visit, effect)} ${visit.book.currency}`],
    [t('break-since'), `${since} (${t('break-days')}: ${age})`],
    ...some(t('break-of'), instructionId),
    ...some(t('break-line'), lineRef || lineId),
    ...some(t('break-account'), account),
    [t('break-owner'), owner ?? t('break-nobody')],
  ]);
}

function story({ comments, resolved, postings }: NotedBreak, visit: Visit): Markup {
  const { t } = visit.speech;
  if (comments.length + postings.length === 0 && resolved === null) return empty(t('break-story-none'));
  const { calendar } = visit.book;
  const items = comments.map(
    ({ at, by, reason }) =>
      html`<li><h3>${by}</h3><p>${reason}</p><p class="quiet small">${calendar.format(at)}</p></li>`,
  );
  const booked = postings.map(
    (one) =>
      html`<li class="${one.approved === null ? 'is-wait' : 'is-good'}"><p>${shown(postingPhrase(one, visit.speech), visit)}</p>${approval(one.postingId, one.approved !== null, visit)}</li>`,
  );
  const end =
    resolved === null
      ? NOTHING
      : html`<li class="is-good"><p>${t('break-resolved-by', { by: resolved.by, when: calendar.format(resolved.at), reason: resolved.reason })}</p></li>`;
  return html`<ol class="trail">${items}${booked}${end}</ol>`;
}

/** The second person's button, where a posting waits for it. */
function approval(posting: string, isApproved: boolean, visit: Visit): Markup {
  if (isApproved || !mayDo(visit, approvePosting.right)) return NOTHING;
  return actForm(visit, 'approve', approvePosting, { ask: [], fixed: { posting } });
}

function forms(of: NotedBreak, visit: Visit): Markup {
  const { t } = visit.speech;
  const { owner } = of;
  if (isResolved(of) || !mayDo(visit, 'note-breaks')) return NOTHING;
  const assign = actForm(visit, 'assign', noteBreak, {
    ask: ['owner'],
    needs: ['owner'],
    values: { owner: owner ?? '' },
    send: t('break-assign-send'),
  });
  const words = { ask: ['reason'], needs: ['reason'] } as const;
  const comment = actForm(visit, 'comment', noteBreak, {
    ...words,
    labels: { reason: t('break-comment-text') },
    send: t('break-comment-send'),
  });
  const resolve = actForm(visit, 'resolve', noteBreak, {
    ...words,
    labels: { reason: t('break-resolve-reason') },
    send: t('break-resolve-send'),
  });
  const says = html`<p class="quiet intro">${t('break-resolve-says')}</p>`;
  const post =
    isBookable(of) && of.effect !== bookedOf(of.postings) && mayDo(visit, proposePosting.right)
      ? part(
          t('break-post'),
          html`<p class="quiet intro">${t('break-post-says')}</p>${actForm(visit, 'post', proposePosting, { ask: ['against', 'amount', 'reason'], needs: ['against'] })}`,
        )
      : NOTHING;
  return html`<div class="sides">${part(t('break-comment'), comment)}${part(t('break-assign'), assign)}</div>${post}${part(t('break-resolve'), html`${says}${resolve}`)}`;
}
