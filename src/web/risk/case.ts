/** One case: what is at stake, whom it is about, its evidence in time, and what was decided; forms stand below. */
import { type CaseLine, isOpen, stakeOf } from '../../core/cases/case.ts';
import { recommended } from '../../core/cases/decision.ts';
import type { ClickEvidence } from '../../core/events/event.ts';
import { overwrittenClicks } from '../../core/settlement/restoration.ts';
import type { ShownCase } from '../../formats/cases.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { caseFile } from '../../office/cases.ts';
import { NotThere } from '../../office/usage-error.ts';
import { NOTHING } from '../layout.ts';
import { page } from '../page.ts';
import { type Column, facts, figures, money, pager, part, state, tableOf } from '../pieces.ts';
import { desk, numberOf, officePage } from '../staff.ts';
import type { Visit } from '../visit.ts';
import { caseState, stakeOfCase } from './cases.ts';
import { decisionsOf } from './decisions.ts';
import { RISK_OFFICE } from './office.ts';
import { CASE_ACTS, caseForms, caseSaid } from './rulings.ts';

const LINES_A_PAGE = 100;

export const casePage = page({
  ...desk('see-cases'),
  path: '/risk/cases/:case',
  acts: CASE_ACTS,
  load: async (session, { book, params }) => {
    try {
      return await caseFile(session, book, params['case'] ?? '');
    } catch (error) {
      if (error instanceof NotThere) return null;
      throw error;
    }
  },
  show: (of, visit) => {
    const { t } = visit.speech;
    const { summary } = of;
    return officePage(RISK_OFFICE, 'way-cases', visit, {
      title: t(`pattern-${summary.pattern}`),
      under: html`${summary.id} · ${caseState(summary.state, visit)}`,
      back: { path: '/risk', label: t('cases-title') },
      body: html`${caseSaid(visit)}${stakes(of, visit)}<div class="under-figures">${points(of, visit)}</div>${accused(of, visit)}${evidence(of, visit)}${decisionsOf(of, visit)}${caseForms(of, visit)}`,
    });
  },
});

function stakes({ summary }: ShownCase, visit: Visit): Markup {
  const { t } = visit.speech;
  const { commission, estimate, held, open, lines, buyers, first, last, deadline } = summary;
  return figures([
    {
      label: t('case-at-stake'),
      value: money(visit, stakeOfCase(summary)),
      beside: t('case-at-stake-told', { commission: money(visit, commission), estimate: money(visit, estimate) }),
    },
    { label: t('case-held-long'), value: money(visit, held) },
    {
      label: t('case-lines-long'),
      value: t('case-lines-open', { open, lines }),
      beside: t('case-lines-told', { buyers, first, last }),
    },
    { label: t('case-decide-by'), value: deadline ?? t('case-no-deadline') },
  ]);
}

function points({ summary, dispute }: ShownCase, visit: Visit): Markup {
  const { t } = visit.speech;
  const { calendar } = visit.book;
  const told =
    dispute === null
      ? []
      : [
          [
            t('pattern-dispute'),
            t('dispute-told', {
              seller: dispute.sellerId,
              when: calendar.format(dispute.at),
              reason: dispute.reason,
            }),
          ] as const,
        ];
  return facts([[t('case-subject'), summary.subject], ...told]);
}

type Accused = ShownCase['accused'][number];

function accused({ accused: all, policy, summary }: ShownCase, visit: Visit): Markup {
  const { t, word } = visit.speech;
  if (all.length === 0) return NOTHING;
  const isAdvised = summary.open > 0 && summary.pattern !== 'dispute';
  const advice = ({ points: has }: Accused): string => {
    const then = has + policy.violationPoints;
    return t(`advice-${recommended(then, policy)}`, { points: then });
  };
  const columns: Column<Accused>[] = [
    { label: t('accused-id'), kind: 'id', fold: 'head', cell: ({ publisherId, name }) => `${publisherId} ${name}` },
    {
      label: t('accused-status'),
      kind: 'word',
      cell: ({ status }) => state(word(`status-${status}`), status === 'active' ? 'good' : 'bad'),
    },
    { label: t('accused-points'), kind: 'count', cell: (one) => String(one.points) },
    ...(isAdvised ? [{ label: t('accused-advice'), kind: 'text', fold: 'whole', cell: advice } as const] : []),
  ];
  return part(t('case-accused'), tableOf(t('case-accused'), columns, all, true));
}

const clickedAt = (line: CaseLine): number => (line.click === null ? line.paidAt : Date.parse(line.click.at));

/** The lines by the moment of their winning click; a page of them at a time. */
function evidence(of: ShownCase, visit: Visit): Markup {
  const { t } = visit.speech;
  const ordered = [...of.lines].sort((a, b) => clickedAt(a) - clickedAt(b) || (a.orderLineId < b.orderLineId ? -1 : 1));
  const from = Number(numberOf(visit.query.get('after')) ?? 0n);
  const shown = ordered.slice(from, from + LINES_A_PAGE);
  const next = ordered.length > from + LINES_A_PAGE ? String(from + LINES_A_PAGE) : null;
  const columns: Column<CaseLine>[] = [
    { label: t('evidence-line'), kind: 'id', fold: 'head', cell: ({ orderLineId }) => orderLineId },
    { label: t('evidence-overwrote'), kind: 'id', cell: (line) => overwrote(line, visit) },
    { label: t('evidence-clicked'), kind: 'id', cell: (line) => clicked(line, visit) },
    { label: t('evidence-paid'), kind: 'id', cell: ({ paidAt }) => visit.book.calendar.format(paidAt) },
    { label: t('evidence-buyer'), kind: 'id', cell: ({ buyer }) => buyer },
    { label: t('pid'), kind: 'id', cell: ({ pid }) => pid },
    { label: t('evidence-signals'), kind: 'text', fold: 'whole', cell: (line) => signals(line) },
    { label: t('evidence-from'), kind: 'id', fold: 'whole', cell: (line) => referrer(line) },
    { label: t('evidence-commission'), kind: 'amount', fold: 'end', cell: (line) => money(visit, stakeOf(line)) },
    { label: t('evidence-stands'), kind: 'word', cell: (line) => stands(line, of, visit) },
  ];
  const used = columns.filter(({ cell }) => shown.some((line) => cell(line) !== ''));
  const told = t('shown-of', { shown: shown.length, count: ordered.length });
  return part(t('evidence-title'), html`${tableOf(t('evidence-title'), used, shown, true)}${pager(visit, next, told)}`);
}

function when(click: ClickEvidence, { book }: Visit): string {
  return book.calendar.format(Date.parse(click.at));
}

function clicked({ click, pid }: CaseLine, visit: Visit): string {
  if (click === null) return pid === '' ? '' : visit.speech.t('evidence-coupon');
  return when(click, visit);
}

function overwrote({ signals: of }: CaseLine, visit: Visit): string {
  const [first] = overwrittenClicks(of);
  return first === undefined ? '' : `${when(first, visit)} ${first.pid}`;
}

function signals({ signals: of }: CaseLine): string {
  return of.map(({ signal, action, saw }) => `${signal} (${action}): ${saw}`).join('; ');
}

function referrer({ signals: of }: CaseLine): string {
  return of.flatMap(({ clicks }) => clicks ?? []).find((click) => click.referrer !== undefined)?.referrer ?? '';
}

function stands(line: CaseLine, { summary, decisions }: ShownCase, { speech: { t } }: Visit): Markup {
  const of = line.restored ? 'restored' : line.state === 'settled' && line.hold !== 'none' ? line.hold : line.state;
  const told = t(`line-${of}`);
  return isOpen(line, summary, decisions) ? state(told, 'wait') : state(told, 'none');
}
