/** The list of cases and one case as stories and as documents. It shows what was gathered; it decides nothing. */
import type { ClickEvidence } from '../core/attribution/click.ts';
import { type CaseLine, type CaseState, type CaseSummary, type Dispute, isOpen, stakeOf } from '../core/cases/case.ts';
import type { CaseFile } from '../core/cases/decide.ts';
import { type Decision, holds, recommended } from '../core/cases/decision.ts';
import { formatMoney, inDecimals, type Money, sum } from '../core/money.ts';
import type { Policy } from '../core/policy/policy.ts';
import { overwrittenClicks } from '../core/settlement/restoration.ts';
import { referrerOf } from '../core/signals/index.ts';
import type { Showing } from './files/lines.ts';
import {
  type Block,
  type Column,
  type Fact,
  fact,
  facts,
  type Inline,
  instant,
  joined,
  keyFact,
  link,
  note,
  type Section,
  type Span,
  type Step,
  type Story,
  state,
  steps,
  type Tone,
  tableOf,
  used,
} from './story/story.ts';
import type { Speech } from './words/index.ts';
import { aboutText, sawText } from './words/signals.ts';

/** A publisher of a case, as the desk looks at it. */
interface Accused {
  readonly publisherId: string;
  readonly name: string;
  readonly status: string;
  readonly points: number;
}

/** A case with whom it is about. */
export interface ShownCase extends CaseFile {
  readonly accused: readonly Accused[];
  readonly dispute: Dispute | null;
  readonly policy: Policy;
}

const TONES: Readonly<Record<CaseState, Tone>> = {
  open: 'wait',
  overdue: 'bad',
  proposed: 'wait',
  appealed: 'wait',
  decided: 'good',
  closed: 'none',
};

/** How a case stands. */
export function caseState(of: CaseState, { t }: Speech): Span {
  return state(t(`case-state-${of}`), TONES[of]);
}

/** What is at stake in the open lines of a case: C settled, and what is estimated. */
export const stakeOfCase = ({ commission, estimate }: CaseSummary): Money => commission + estimate;

/** The cases, and what is at stake in all of them. */
export function casesStory(cases: readonly CaseSummary[], speech: Speech, { currency }: Showing): Story {
  const { t, phrase } = speech;
  if (cases.length === 0) return { title: t('cases-title'), blocks: [note(t('cases-none'), 'none')], sections: [] };
  const open = cases.filter((one) => one.open > 0).length;
  const says = phrase('cases-sum', { open, amount: sum(cases.map(stakeOfCase)), currency });
  return { title: t('cases-title'), blocks: [casesTable(cases, cases, speech), note(says)], sections: [] };
}

/** Some of the cases as a table, with the sums of all of them; an empty cell is nothing. */
export function casesTable(shown: readonly CaseSummary[], all: readonly CaseSummary[], { t }: Speech): Block {
  const figure = (label: string, of: (one: CaseSummary) => Money) => ({
    label,
    kind: 'amount' as const,
    cell: (one: CaseSummary): Inline => (of(one) === 0n ? '' : of(one)),
    total: sum(all.map(of)),
  });
  const more = { more: true } as const;
  return tableOf(shown, [
    {
      label: t('case-word'),
      kind: 'text',
      fold: 'head',
      cell: ({ id, pattern }) => link('case', id, t(`pattern-${pattern}`)),
      total: t('total-lines', { count: all.length }),
    },
    { label: t('case-state'), kind: 'word', cell: (one) => caseState(one.state, { t } as Speech) },
    { label: t('case-deadline'), kind: 'day', cell: ({ deadline }) => deadline ?? '' },
    { label: t('case-publishers'), kind: 'id', most: 30, cell: ({ publishers }) => some(publishers) },
    { label: t('case-subject'), kind: 'id', most: 40, cell: ({ subject }) => subject },
    { label: t('case-lines'), kind: 'count', cell: ({ open, lines }) => `${open}/${lines}` },
    { label: t('case-buyers'), kind: 'count', ...more, cell: ({ buyers }) => buyers },
    figure(t('held'), ({ held }) => held),
    { ...figure('C', ({ commission }) => commission), ...more },
    { ...figure('F', ({ fee }) => fee), ...more },
    { ...figure(t('estimate'), ({ estimate }) => estimate), ...more },
    { ...figure(t('case-stake'), stakeOfCase), fold: 'end' },
    { label: t('case-first'), kind: 'day', ...more, cell: ({ first }) => first },
    { label: t('case-last'), kind: 'day', ...more, cell: ({ last }) => last },
  ]);
}

const PUBLISHERS_SHOWN = 3;

function some(publishers: readonly string[]): string {
  const more = publishers.length - PUBLISHERS_SHOWN;
  return more <= 0 ? publishers.join(' ') : `${publishers.slice(0, PUBLISHERS_SHOWN).join(' ')} +${more}`;
}

export function caseDocument(one: CaseSummary, digits: number): Record<string, unknown> {
  const { held, commission, fee, estimate, ...rest } = one;
  return inDecimals({ ...rest, held, commission, fee, estimate }, digits);
}

/** What a case is, what is at stake, its evidence in time, what was decided. */
export function caseStory(
  of: ShownCase,
  speech: Speech,
  showing: Showing,
  span: readonly [number, number?] = [0],
): Story {
  return {
    title: speech.t('case-title', { id: of.summary.id }),
    blocks: [facts(headFacts(of, speech, showing))],
    sections: [evidenceSection(of, speech, span), ...decisionSections(of, speech)],
  };
}

function headFacts(of: ShownCase, speech: Speech, { currency }: Showing): Fact[] {
  const { t, phrase, word } = speech;
  const { summary, accused, dispute } = of;
  const { pattern, subject, pids, commission, fee, held, estimate, lines, buyers, open, first, last, deadline } =
    summary;
  const parts = [
    ...(commission === 0n ? [] : [phrase('stake-settled', { commission, fee })]),
    ...(estimate === 0n ? [] : [phrase('stake-estimated', { estimate })]),
  ];
  const what =
    pattern === 'dispute' ? t('about-dispute', { line: subject }) : aboutText(pattern, subject, pids, speech.language);
  return [
    keyFact(t('case-stake'), [stakeOfCase(summary), ' ', currency], joined(parts)),
    keyFact(t('held'), held),
    keyFact(t('lines'), t('case-lines-open', { open, lines }), t('case-lines-told', { buyers, first, last })),
    keyFact(t('case-decide-by'), deadline ?? t('case-no-deadline'), caseState(summary.state, speech)),
    fact(t('case-pattern'), what),
    ...(dispute === null
      ? []
      : [
          fact(
            t('case-disputed'),
            phrase('dispute-told', {
              seller: dispute.sellerId,
              when: instant(dispute.at),
              reason: dispute.reason,
            }),
          ),
        ]),
    ...accused.flatMap((one): Fact[] => [
      fact(t('publisher'), `${one.publisherId} ${one.name}`.trim(), [
        state(word(`status-${one.status}`), one.status === 'active' ? 'good' : 'bad'),
        ', ',
        t('accused-points', { points: one.points }),
      ]),
      ...adviceFacts(one, of, speech),
    ]),
  ];
}

/** What a forfeit would come to; nothing once there is nothing left to decide. */
function adviceFacts({ points, publisherId }: Accused, { summary, policy }: ShownCase, { t }: Speech): Fact[] {
  if (summary.open === 0 || summary.pattern === 'dispute') return [];
  const then = points + policy.violationPoints;
  const sanction = t(`against-${recommended(then, policy)}`);
  const { freezePoints: freeze, terminatePoints: terminate } = policy;
  return [
    fact(t('case-advice'), t('advice-told', { publisher: publisherId, points: then, freeze, terminate, sanction })),
  ];
}

const clickedAt = (line: CaseLine): number => (line.click === null ? line.paidAt : Date.parse(line.click.at));

/** One row a line, by the winning click: what it overwrote, when it came, how soon after, when was paid. */
function evidenceSection(of: ShownCase, speech: Speech, [from, to]: readonly [number, number?]): Section {
  const { t, word, language } = speech;
  const ordered = [...of.lines].sort((a, b) => clickedAt(a) - clickedAt(b) || (a.orderLineId < b.orderLineId ? -1 : 1));
  const figure = (label: string, cell: (line: CaseLine) => Inline, more: Pick<Column, 'more' | 'fold'>) => ({
    label,
    kind: 'amount' as const,
    cell,
    ...more,
  });
  const settled = (line: CaseLine, amountOf: Money): Inline => (line.state === 'settled' ? amountOf : '');
  const table = tableOf(ordered.slice(from, to), [
    { label: t('evidence-line'), kind: 'id', fold: 'head', cell: ({ orderLineId }) => orderLineId },
    { label: t('evidence-overwrote'), kind: 'id', cell: (line) => overwrote(line) },
    { label: t('evidence-clicked'), kind: 'id', cell: (line) => clicked(line, speech) },
    { label: t('evidence-after'), kind: 'count', cell: (line) => secondsAfter(line) },
    { label: t('evidence-paid'), kind: 'id', cell: ({ paidAt }) => instant(paidAt) },
    { label: t('evidence-buyer'), kind: 'id', cell: ({ buyer }) => buyer },
    { label: t('shop'), kind: 'id', more: true, cell: ({ shop }) => shop },
    { label: t('pid'), kind: 'id', cell: ({ pid }) => pid },
    {
      label: t('evidence-signals'),
      kind: 'text',
      most: 90,
      fold: 'whole',
      cell: ({ signals }) =>
        signals.map((one) => `${word(one.signal)} (${word(one.action)}): ${sawText(one, language)}`).join('; '),
    },
    { label: t('evidence-from'), kind: 'id', most: 40, fold: 'whole', cell: ({ signals }) => referrerOf(signals) },
    figure(t('commission'), (line) => stakeCell(line), { fold: 'end' }),
    figure(t('fee'), (line) => settled(line, line.fee), { more: true }),
    figure('P', (line) => settled(line, line.earning), { more: true }),
    { label: t('stands'), kind: 'word', cell: (line) => standsOf(line, of, speech) },
  ]);
  return { title: t('evidence-title'), blocks: [used(table)] };
}

/** Its commission; before its receipt, in brackets, what it is estimated at. */
function stakeCell(line: CaseLine): Inline {
  if (line.state === 'settled') return line.commission;
  return line.state === 'attributed' ? ['(', stakeOf(line), ')'] : '';
}

function clicked({ click, pid }: CaseLine, { t }: Speech): Inline {
  if (click === null) return pid === '' ? '' : t('coupon');
  return instant(click.at);
}

function overwrote({ signals }: CaseLine): Inline {
  const [first] = overwrittenClicks(signals);
  return first === undefined ? '' : [instant(first.at), ' ', first.pid];
}

function secondsAfter({ signals, click }: CaseLine): string {
  const [first] = overwrittenClicks(signals);
  return first === undefined || click === null ? '' : secondsBetween(first, click);
}

function secondsBetween(earlier: ClickEvidence, later: ClickEvidence): string {
  return String((Date.parse(later.at) - Date.parse(earlier.at)) / 1000);
}

function standsOf(line: CaseLine, { summary, decisions }: ShownCase, { t }: Speech): Span {
  const { state: of, hold } = line;
  const isHold = hold !== 'none' && (of === 'attributed' || of === 'settled');
  const said = line.restored ? t('line-restored') : isHold ? t(`line-${of}-${hold}`) : t(`line-${of}`);
  return state(said, isOpen(line, summary, decisions) ? 'wait' : 'none');
}

function decisionSections({ decisions }: ShownCase, speech: Speech): Section[] {
  if (decisions.length === 0) return [];
  return [{ title: speech.t('decisions-title'), blocks: [steps(decisions.map((one) => decisionStep(one, speech)))] }];
}

function decisionStep(one: Decision, speech: Speech): Step {
  const { t, phrase } = speech;
  const { proposed, approved, decision, lines, amount: of, points, against, reason, decisionId } = one;
  const told = phrase('decision-told', { decision: t(`decision-${decision}`), lines, amount: of });
  const more = [
    ...(points === 0 ? [] : [t('decision-points', { points })]),
    ...(against === 'none' ? [] : [t(`against-${against}`)]),
  ];
  const by = (dated: Decision['proposed']): Inline => phrase('by-when', { by: dated.by, when: instant(dated.at) });
  const isHeld = holds(one);
  const until: Fact = fact(t('decision-appeal-until'), instant(one.appealUntil));
  return {
    title: [
      joined([told, ...more]),
      ' ',
      state(t(isHeld ? 'decision-holds' : 'decision-waits'), isHeld ? 'good' : 'wait'),
    ],
    tone: isHeld ? 'good' : 'wait',
    facts: [
      fact(t('decision-id'), decisionId),
      fact(t('decision-reason'), reason),
      fact(t('decision-by'), by(proposed)),
      ...(approved === null ? [] : [fact(t('decision-approved-by'), by(approved))]),
      ...(isHeld && decision === 'forfeit' ? [until] : []),
      ...one.appeals.flatMap((appeal): Fact[] => [
        fact(
          t('decision-appeal'),
          phrase('appeal-told', {
            publisher: appeal.publisherId,
            by: appeal.lodgedBy,
            when: instant(appeal.lodgedAt),
            reason: appeal.reason,
          }),
        ),
        fact('', appealEnd(appeal.end, speech)),
      ]),
    ],
  };
}

function appealEnd(end: Decision['appeals'][number]['end'], { t, phrase }: Speech): Inline {
  if (end === null) return state(t('appeal-open'), 'wait');
  const { by, at, reason } = end;
  return phrase('appeal-ended', { outcome: t(`appeal-${end.outcome}`), by, when: instant(at), reason });
}

/** A case with its evidence, for programs. */
export function caseFileDocument(shown: ShownCase, { calendar, digits }: Showing): Record<string, unknown> {
  const { summary, accused, dispute, lines, decisions, policy } = shown;
  const document = {
    ...caseDocument(summary, digits),
    atStake: stakeOfCase(summary),
    accused: accused.map((one) => ({ ...one, advice: recommended(one.points + policy.violationPoints, policy) })),
    dispute: dispute === null ? null : { ...dispute, at: calendar.format(dispute.at) },
    evidence: lines.map((line) => ({
      ...line,
      open: isOpen(line, summary, decisions),
      paidAt: calendar.format(line.paidAt),
    })),
    decisions: decisions.map((one) => decisionDocument(one, { calendar, digits })),
  };
  return inDecimals(document, digits);
}

export function decisionDocument(
  one: Decision,
  { calendar, digits }: Pick<Showing, 'calendar' | 'digits'>,
): Record<string, unknown> {
  const dated = (of: { at: number; by: string } | null) => (of === null ? null : { ...of, at: calendar.format(of.at) });
  return {
    ...one,
    holds: holds(one),
    amount: formatMoney(one.amount, digits),
    appealUntil: calendar.format(one.appealUntil),
    proposed: dated(one.proposed),
    approved: dated(one.approved),
    appeals: one.appeals.map(({ lodgedAt, end, ...appeal }) => ({
      ...appeal,
      lodgedAt: calendar.format(lodgedAt),
      end: end === null ? null : { ...end, at: calendar.format(end.at) },
    })),
  };
}
