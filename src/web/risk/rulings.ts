/**
 * What people do about a case: propose what becomes of it, approve what somebody else has proposed, and decide an appeal.
 * Who signed in is who decides. Whether they may is decided in the core, at the door; these forms only show who could.
 */
import { appealEndFault } from '../../core/cases/appeal.ts';
import type { Appeal, Decision } from '../../core/cases/decision.ts';
import { pendingOf } from '../../core/cases/decision.ts';
import { samePerson } from '../../core/ids.ts';
import type { ShownCase } from '../../formats/cases.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { approveCase, decideAppeal, decideCase } from '../../office/rulings.ts';
import { attempted, formOf, REASON_AT_MOST, wordsFault } from '../form.ts';
import { NOTHING } from '../layout.ts';
import type { Act, Page } from '../page.ts';
import { done, money, part } from '../pieces.ts';
import { mayDo, momentOf } from '../staff.ts';
import type { Visit } from '../visit.ts';

const DECISIONS = ['release', 'forfeit', 'reject'] as const;
const AGAINST = ['none', 'freeze', 'terminate'] as const;
const OUTCOMES = ['granted', 'rejected'] as const;

const propose: Act = {
  right: 'decide-cases',
  do: async (session, visit, { decision: asked, against: sanction, points = '', reason = '' }) => {
    const { t } = visit.speech;
    const decision = DECISIONS.find((one) => one === asked);
    if (decision === undefined) return { refused: t('propose-no-decision') };
    const fault = wordsFault(reason, visit);
    if (fault !== undefined) return { refused: fault };
    if (!/^([0-9]{0,3}|1000)$/.test(points)) return { refused: t('propose-points-wrong') };
    const order = {
      decision,
      by: visit.principal.name,
      at: momentOf(visit),
      reason,
      against: AGAINST.find((one) => one === sanction) ?? 'none',
      points: points === '' ? null : Number(points),
    };
    return attempted(async () => {
      const { holds } = await decideCase(session, visit.params['case'] ?? '', order);
      return { to: `${visit.path}?done=${holds ? 'decided' : 'proposed'}` };
    });
  },
};

const approve: Act = {
  right: 'decide-cases',
  do: (session, visit) =>
    attempted(async () => {
      await approveCase(session, visit.params['case'] ?? '', visit.principal.name, momentOf(visit));
      return { to: `${visit.path}?done=decided` };
    }),
};

const endAppeal: Act = {
  right: 'decide-cases',
  do: async (session, visit, { decision = '', publisher = '', outcome: asked, reason = '' }) => {
    const outcome = OUTCOMES.find((one) => one === asked);
    if (outcome === undefined) return { refused: visit.speech.t('choice-missing') };
    const fault = wordsFault(reason, visit);
    if (fault !== undefined) return { refused: fault };
    const order = {
      decisionId: decision,
      publisherId: publisher,
      by: visit.principal.name,
      at: momentOf(visit),
      reason,
    };
    return attempted(async () => {
      await decideAppeal(session, order, outcome);
      return { to: `${visit.path}?done=appeal` };
    });
  },
};

export const CASE_ACTS: Page['acts'] = { propose, approve, appeal: endAppeal };

export function caseSaid({ query, speech: { t } }: Visit): Markup {
  const what = query.get('done');
  return what === 'decided' || what === 'proposed' || what === 'appeal' ? done(t(`case-did-${what}`)) : NOTHING;
}

/** The forms that are open to who looks. */
export function caseForms(of: ShownCase, visit: Visit): Markup {
  if (!mayDo(visit, 'decide-cases')) return NOTHING;
  const pending = pendingOf(of.decisions);
  const isOpen = of.summary.open > 0;
  const appeals = of.decisions.flatMap((one) =>
    one.appeals.filter(({ end }) => end === null).map((appeal) => appealForm(one, appeal, visit)),
  );
  const waits = isOpen && pending !== undefined ? approveForm(pending, visit) : NOTHING;
  return html`${appeals}${waits}${isOpen ? proposeForm(of, visit) : NOTHING}`;
}

function approveForm({ proposed }: Decision, visit: Visit): Markup {
  const { t } = visit.speech;
  const { by } = proposed;
  const inside = samePerson(by, visit.principal.name)
    ? html`<p class="note">${t('approve-own')}</p>`
    : formOf(visit, 'approve', [], t('approve-send'));
  return part(t('approve-title', { by }), inside);
}

function proposeForm({ summary, policy }: ShownCase, visit: Visit): Markup {
  const { t } = visit.speech;
  const isDispute = summary.pattern === 'dispute';
  const choices = (isDispute ? (['reject', 'forfeit'] as const) : (['release', 'forfeit'] as const)).map(
    (one) => [one, t(`decision-${one}`)] as const,
  );
  const form = formOf(
    visit,
    'propose',
    [
      {
        name: 'decision',
        label: t('propose-decision'),
        kind: 'choice',
        required: true,
        choices: [['', ''], ...choices],
      },
      {
        name: 'against',
        label: t('propose-against'),
        kind: 'choice',
        choices: AGAINST.map((one) => [one, t(`against-${one}`)] as const),
      },
      { name: 'points', label: t('propose-points'), kind: 'line', most: 4, hint: t('propose-points-hint') },
      { name: 'reason', label: t('propose-reason'), kind: 'text', required: true, most: REASON_AT_MOST },
    ],
    t('propose-send'),
  );
  const limit = { amount: money(visit, policy.approvalAbove), currency: visit.book.currency };
  return part(t('propose-title'), html`<p class="quiet intro">${t('propose-says', limit)}</p>${form}`);
}

function appealForm(decision: Decision, appeal: Appeal, visit: Visit): Markup {
  const { t } = visit.speech;
  const { publisherId: publisher } = appeal;
  const title = t('appeal-end-title', { publisher });
  const fault = appealEndFault(appeal, decision, visit.principal.name, momentOf(visit));
  if (fault !== undefined) return part(title, html`<p class="note">${t('appeal-end-own')}</p>`);
  const choices = OUTCOMES.map((one) => [one, t(`appeal-${one}`)] as const);
  const form = formOf(
    visit,
    'appeal',
    [
      { name: 'outcome', label: t('appeal-outcome'), kind: 'choice', required: true, choices: [['', ''], ...choices] },
      { name: 'reason', label: t('propose-reason'), kind: 'text', required: true, most: REASON_AT_MOST },
    ],
    t('appeal-end-send'),
    { decision: decision.decisionId, publisher },
  );
  return part(title, html`<p class="intro">${appeal.reason}</p>${form}`);
}
