/** What was decided of a case: proposals with who approved them, how long they can be appealed against, and appeals. */
import { type Appeal, type Decision, holds } from '../../core/cases/decision.ts';
import type { ShownCase } from '../../formats/cases.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { NOTHING } from '../layout.ts';
import { empty, money, part, state } from '../pieces.ts';
import type { Visit } from '../visit.ts';

export function decisionsOf({ decisions }: ShownCase, visit: Visit): Markup {
  const { t } = visit.speech;
  if (decisions.length === 0) return part(t('decisions-title'), empty(t('decisions-none')));
  const items = decisions.map((one) => decisionOf(one, visit));
  return part(t('decisions-title'), html`<ol class="trail">${items}</ol>`);
}

function decisionOf(one: Decision, visit: Visit): Markup {
  const { t } = visit.speech;
  const { calendar } = visit.book;
  const { proposed, approved, decision, lines, amount, points, against, reason, decisionId } = one;
  const told = t('decision-told', { decision: t(`decision-${decision}`), lines, amount: money(visit, amount) });
  const punished = [
    ...(points === 0 ? [] : [t('decision-points', { points })]),
    ...(against === 'none' ? [] : [t(`against-${against}`)]),
  ];
  const by = (of: Decision['proposed']) => ({ by: of.by, when: calendar.format(of.at) });
  const second = approved === null ? NOTHING : html`<p>${t('decision-approved-by', by(approved))}</p>`;
  const isHeld = holds(one);
  const mark = isHeld ? state(t('decision-holds'), 'good') : state(t('decision-waits'), 'wait');
  const until =
    isHeld && decision === 'forfeit'
      ? html`<p class="quiet small">${t('decision-appeal-until', { when: calendar.format(one.appealUntil) })}</p>`
      : NOTHING;
  const appeals = one.appeals.map((appeal) => appealOf(appeal, visit));
  return html`<li class="is-${isHeld ? 'good' : 'wait'}"><h3>${[told, ...punished].join(', ')} ${mark}</h3><p>${reason}</p><p>${t('decision-by', by(proposed))}</p>${second}${until}<p class="quiet small id">${decisionId}</p>${appeals}</li>`;
}

function appealOf({ publisherId: publisher, lodgedAt, reason, end }: Appeal, visit: Visit): Markup {
  const { t } = visit.speech;
  const { calendar } = visit.book;
  const told = t('appeal-told', { publisher, when: calendar.format(lodgedAt), reason });
  const ended =
    end === null
      ? state(t('appeal-open'), 'wait')
      : html`${t('appeal-ended', { outcome: t(`appeal-${end.outcome}`), by: end.by, when: calendar.format(end.at), reason: end.reason })}`;
  return html`<p class="note listed">${told}<br>${ended}</p>`;
}
