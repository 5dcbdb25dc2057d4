/**
 * What people do about a case: propose what becomes of it, approve what somebody else has proposed, and decide an appeal.
 * Whether they may is decided in the core, at the door; these forms only show who could.
 */
import { appealEndFault } from '../../core/cases/appeal.ts';
import type { Appeal, Decision } from '../../core/cases/decision.ts';
import { pendingOf } from '../../core/cases/decision.ts';
import { samePerson } from '../../core/person.ts';
import type { ShownCase } from '../../formats/cases.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { approveCase, decideAppeal, decideCase } from '../../office/acts/cases.ts';
import { actForm, actSaid, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import type { Page } from '../page.ts';
import { money, part } from '../pieces.ts';
import { mayDo, momentOf } from '../staff.ts';
import type { Visit } from '../visit.ts';

const caseOf = ({ params }: Visit) => ({ case: params['case'] ?? '' });

export const CASE_ACTS: Page['acts'] = {
  propose: doing(decideCase, { knows: caseOf }),
  approve: doing(approveCase, { knows: caseOf }),
  appeal: doing(decideAppeal),
};

export function caseSaid(visit: Visit): Markup {
  return actSaid(visit, decideCase, decideAppeal);
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
    : actForm(visit, 'approve', approveCase, { ask: [] });
  return part(t('approve-title', { by }), inside);
}

function proposeForm({ summary, policy }: ShownCase, visit: Visit): Markup {
  const { t } = visit.speech;
  const form = actForm(visit, 'propose', decideCase, {
    ask: ['decision', 'against', 'points', 'reason'],
    choices: { decision: summary.pattern === 'dispute' ? ['reject', 'forfeit'] : ['release', 'forfeit'] },
  });
  const limit = { amount: money(visit, policy.approvalAbove), currency: visit.book.currency };
  return part(t('propose-title'), html`<p class="quiet intro">${t('propose-says', limit)}</p>${form}`);
}

function appealForm(decision: Decision, appeal: Appeal, visit: Visit): Markup {
  const { t } = visit.speech;
  const { publisherId: publisher } = appeal;
  const title = t('appeal-end-title', { publisher });
  const fault = appealEndFault(appeal, decision, visit.principal.name, momentOf(visit));
  if (fault !== undefined) return part(title, html`<p class="note">${t('appeal-end-own')}</p>`);
  const fixed = { decision: decision.decisionId, publisher };
  const form = actForm(visit, 'appeal', decideAppeal, { ask: ['outcome', 'reason'], fixed });
  return part(title, html`<p class="intro">${appeal.reason}</p>${form}`);
}
