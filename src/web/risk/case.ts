/**
 * One case: what is at stake, whom it is about, its evidence in time, and what was decided; and what people do about it:
 * propose what becomes of it, approve what somebody else has proposed, and decide an appeal. Whether they may is decided in
 * the core, at the door; these forms only show who could.
 */

import { appealEndFault } from '../../core/cases/appeal.ts';
import { type Appeal, type Decision, pendingOf } from '../../core/cases/decision.ts';
import { samePerson } from '../../core/person.ts';
import { caseState, caseStory, type ShownCase } from '../../formats/cases.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { approveCase, decideAppeal, decideCase } from '../../office/acts/cases.ts';
import { caseFile } from '../../office/cases.ts';
import { actForm, actSaid, doing } from '../acts.ts';
import { NOTHING } from '../layout.ts';
import { nullWhereNotThere, type Page, page } from '../page.ts';
import { money, pager, part } from '../pieces.ts';
import { desk, mayDo, momentOf, numberOf, officePage } from '../staff.ts';
import { shown, told } from '../telling.ts';
import type { Visit } from '../visit.ts';
import { RISK_OFFICE } from './office.ts';

const LINES_A_PAGE = 100;

const caseOf = ({ params }: Visit) => ({ case: params['case'] ?? '' });

const CASE_ACTS: Page['acts'] = {
  propose: doing(decideCase, { knows: caseOf }),
  approve: doing(approveCase, { knows: caseOf }),
  appeal: doing(decideAppeal),
};

export const casePage = page({
  ...desk('see-cases'),
  path: '/risk/cases/:case',
  acts: CASE_ACTS,
  load: (session, { book, params }) => nullWhereNotThere(() => caseFile(session, book, params['case'] ?? '')),
  show: (of, visit) => {
    const { t } = visit.speech;
    const { summary } = of;
    const from = Number(numberOf(visit.query.get('after')) ?? 0n);
    const to = from + LINES_A_PAGE;
    const story = told(caseStory(of, visit.speech, visit.book, [from, to]), visit);
    return officePage(RISK_OFFICE, 'way-cases', visit, {
      title: t(`pattern-${summary.pattern}`),
      under: html`${summary.id} · ${shown(caseState(summary.state, visit.speech), visit)}`,
      back: { path: '/risk', label: t('cases-title') },
      body: html`${caseSaid(visit)}${story}${pages(of, from, to, visit)}${caseForms(of, visit)}`,
    });
  },
});

/** The way to the lines after those shown. */
function pages({ lines }: ShownCase, from: number, to: number, visit: Visit): Markup {
  const next = lines.length > to ? String(to) : null;
  const said = visit.speech.t('shown-of', { shown: Math.min(lines.length, to) - from, count: lines.length });
  return pager(visit, next, said);
}

function caseSaid(visit: Visit): Markup {
  return actSaid(visit, decideCase, decideAppeal);
}

/** The forms that are open to who looks. */
function caseForms(of: ShownCase, visit: Visit): Markup {
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
