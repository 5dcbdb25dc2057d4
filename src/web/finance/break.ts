/** One break between the bank and the ledger: what is seen, what was said of it, and forms to own, comment and resolve it. */
import type { NotedBreak } from '../../core/reconcile/report.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { sightPhrase } from '../../formats/reconcile.ts';
import { type BreakSaying, noteBreak } from '../../office/bank.ts';
import { attempted, formOf, REASON_AT_MOST, wordsFault } from '../form.ts';
import { NOTHING } from '../layout.ts';
import { type Act, page } from '../page.ts';
import { done, empty, facts, money, part, state } from '../pieces.ts';
import { desk, mayDo, momentOf, officePage } from '../staff.ts';
import { shown } from '../telling.ts';
import type { Visit } from '../visit.ts';
import { FINANCE_OFFICE, reconciled } from './office.ts';

const NAME_AT_MOST = 60;

/** Records what somebody says of the break, under the name that signed in. */
function saying(of: (words: string) => BreakSaying, most: number): Act {
  return {
    right: 'note-breaks',
    do: async (session, visit, { words = '' }) => {
      const fault = wordsFault(words, visit, { most });
      if (fault !== undefined) return { refused: fault };
      const { principal, params } = visit;
      return attempted(async () => {
        await noteBreak(session, params['break'] ?? '', principal.name, momentOf(visit), of(words));
        return { to: `${visit.path}?done=said` };
      });
    },
  };
}

const ACTS = {
  assign: saying((owner) => ({ step: 'assign', owner }), NAME_AT_MOST),
  comment: saying((reason) => ({ step: 'comment', reason }), REASON_AT_MOST),
  resolve: saying((reason) => ({ step: 'resolve', reason }), REASON_AT_MOST),
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
    const said = visit.query.get('done') === 'said' ? done(t('break-said')) : NOTHING;
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
  const { resolved, effect, since, age, owner, instructionId, lineRef, account, saw } = of;
  const some = (label: string, value: string | null) => (value === null ? [] : [[label, value] as const]);
  return facts([
    [t('instruction-state'), resolved === null ? state(t('break-open'), 'wait') : state(t('break-resolved'), 'good')],
    [t('break-what'), shown(sightPhrase(saw, visit.speech), visit)],
    [t('break-effect'), `${money(visit, effect)} ${visit.book.currency}`],
    [t('break-since'), `${since} (${t('break-days')}: ${age})`],
    ...some(t('break-of'), instructionId),
    ...some(t('break-line'), lineRef),
    ...some(t('break-account'), account),
    [t('break-owner'), owner ?? t('break-nobody')],
  ]);
}

function story({ comments, resolved }: NotedBreak, visit: Visit): Markup {
  const { t } = visit.speech;
  if (comments.length === 0 && resolved === null) return empty(t('break-story-none'));
  const { calendar } = visit.book;
  const items = comments.map(
    ({ at, by, reason }) =>
      html`<li><h3>${by}</h3><p>${reason}</p><p class="quiet small">${calendar.format(at)}</p></li>`,
  );
  const end =
    resolved === null
      ? NOTHING
      : html`<li class="is-good"><p>${t('break-resolved-by', { by: resolved.by, when: calendar.format(resolved.at), reason: resolved.reason })}</p></li>`;
  return html`<ol class="trail">${items}${end}</ol>`;
}

function forms({ resolved, owner }: NotedBreak, visit: Visit): Markup {
  const { t } = visit.speech;
  if (resolved !== null || !mayDo(visit, 'note-breaks')) return NOTHING;
  const words = { name: 'words', required: true, most: REASON_AT_MOST } as const;
  const name = {
    ...words,
    kind: 'line',
    label: t('break-assign-owner'),
    most: NAME_AT_MOST,
    value: owner ?? '',
  } as const;
  const assign = formOf(visit, 'assign', [name], t('break-assign-send'));
  const comment = formOf(
    visit,
    'comment',
    [{ ...words, kind: 'text', label: t('break-comment-text') }],
    t('break-comment-send'),
  );
  const resolve = formOf(
    visit,
    'resolve',
    [{ ...words, kind: 'text', label: t('break-resolve-reason') }],
    t('break-resolve-send'),
  );
  const says = html`<p class="quiet intro">${t('break-resolve-says')}</p>`;
  return html`<div class="sides">${part(t('break-comment'), comment)}${part(t('break-assign'), assign)}</div>${part(t('break-resolve'), html`${says}${resolve}`)}`;
}
