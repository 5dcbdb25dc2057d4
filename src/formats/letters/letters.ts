/** What publishers are written of the desk's decisions. The facts come in; nothing is decided here. */
import type { Appeal, Decision } from '../../core/cases/decision.ts';
import { formatMoney } from '../../core/money.ts';
import type { Showing } from '../files/lines.ts';
import type { LetterText } from './language.ts';

const STATUS = { none: '', freeze: 'Your account is frozen.\n', terminate: 'Your account is terminated.\n' } as const;

/** Tells a publisher of a forfeit, and until when it may appeal. */
export function decisionLetter(decision: Decision, name: string, showing: Showing): LetterText {
  const { calendar, digits, currency } = showing;
  const { decisionId, caseId, lines, amount, reason, points, against, appealUntil } = decision;
  const at = calendar.format((decision.approved ?? decision.proposed).at);
  const body = `To ${name}

Case ${caseId} was decided on ${at}.
Reason: ${reason}
It is about ${lines} ${lines === 1 ? 'order line' : 'order lines'} with ${formatMoney(amount, digits)} ${currency} of commission, which goes back to the sellers.
${points === 0 ? '' : `You are given ${points} violation ${points === 1 ? 'point' : 'points'}.\n`}${STATUS[against]}
You may appeal against decision ${decisionId} before ${calendar.format(appealUntil)}.
`;
  return { subject: `Decision ${decisionId}`, body };
}

/** Tells a publisher what became of its appeal. */
export function appealLetter(appeal: Appeal, end: Appeal['end'] & object, name: string, showing: Showing): LetterText {
  const { decisionId } = appeal;
  const granted = 'The violation points of the decision are taken back.';
  const rejected = 'The decision stays as it is.';
  const body = `To ${name}

Your appeal against decision ${decisionId} was ${end.outcome} on ${showing.calendar.format(end.at)}.
Reason: ${end.reason}
${end.outcome === 'granted' ? granted : rejected}
`;
  return { subject: `Appeal against decision ${decisionId}: ${end.outcome}`, body };
}
