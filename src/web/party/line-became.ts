/** What became of a line: settled, given back, void, decided, each with its arithmetic and what carried the money. */

import type { Amounts, Clearing, Event } from '../../core/events/event.ts';
import type { Logged } from '../../core/events/read-body.ts';
import { type Money, sum } from '../../core/money.ts';
import { html, type Markup } from '../../formats/files/markup.ts';
import { NOTHING } from '../layout.ts';
import { facts, money, part, product, type Shown } from '../pieces.ts';
import type { Visit } from '../visit.ts';
import type { LineStory, Step } from './story.ts';

type Fact = readonly [label: string, value: Shown];

/** The steps after attribution, oldest first. */
export function becameOf({ steps }: LineStory, visit: Visit): Markup {
  if (steps.length === 0) return NOTHING;
  const items = steps.map((step) => {
    const { event } = step.logged;
    const told = toldOf(event, visit);
    const rows = [...told.facts, ...carriedOf(step, visit)];
    const when = visit.book.calendar.format(event.occurredAt);
    return html`<li class="${told.tone}"><h3>${told.title}</h3><p class="quiet small">${when}</p>${rows.length === 0 ? NOTHING : facts(rows)}</li>`;
  });
  return part(visit.speech.t('became-title'), html`<ol class="trail">${items}</ol>`);
}

interface Told {
  readonly title: string;
  readonly tone: 'is-good' | 'is-bad' | 'is-none';
  readonly facts: readonly Fact[];
}

function toldOf(event: Event, visit: Visit): Told {
  const { t } = visit.speech;
  switch (event.type) {
    case 'CommissionSettled': {
      const { base, rate, fee_rate: feeRate, paid, refunds, pocket } = event.body;
      const refunded = sum(refunds.map(({ amount }) => amount));
      const values = { paid: money(visit, paid), refunded: money(visit, refunded), base: money(visit, base) };
      const told: Fact[] = [
        [t('base-word'), refunds.length === 0 && base === paid ? t('base-paid', values) : t('base-of', values)],
        ...products(base, rate, feeRate, event.body, visit),
      ];
      const held: Fact[] = pocket === 'payable' ? [] : [[t('stands'), t(pocket)]];
      return { title: t('became-settled'), tone: 'is-good', facts: [...told, ...held, ...waitOf(event.body, visit)] };
    }
    case 'CommissionReversed': {
      const { refund } = event.body;
      const title = t('became-reversed', { amount: money(visit, refund.amount) });
      return { title, tone: 'is-none', facts: backFacts(event.body, visit) };
    }
    case 'CommissionVoided':
      return { title: t('became-voided', { reason: t(event.body.reason) }), tone: 'is-none', facts: [] };
    case 'CommissionReleased':
      return { title: t('became-released'), tone: 'is-good', facts: [decidedFact(event.body, visit)] };
    case 'CommissionForfeited': {
      const told = [decidedFact(event.body, visit), ...backFacts(event.body, visit)];
      return { title: t('became-forfeited'), tone: 'is-bad', facts: told };
    }
    case 'EarningCleared': {
      const told: Fact = [t('earning-word'), money(visit, event.body.earning)];
      return { title: t('became-cleared'), tone: 'is-good', facts: [told] };
    }
    case 'CommissionRestored': {
      const { base, rate, fee_rate: feeRate } = event.body;
      const told = base === null || feeRate === null ? [] : products(base, rate, feeRate, event.body, visit);
      return { title: t('became-restored'), tone: 'is-good', facts: [...told, ...waitOf(event.body, visit)] };
    }
    default:
      return { title: event.type, tone: 'is-none', facts: [] };
  }
}

/** What an earning waits for before it is payable, which is the publisher's to know. */
function waitOf(
  { clears_on: day, when_collected: isCollected }: Clearing,
  { principal, speech: { t } }: Visit,
): Fact[] {
  if (principal.role !== 'publisher') return [];
  return [
    ...(day === undefined ? [] : [[t('clears-on'), day] as const]),
    ...(isCollected === true ? [[t('clears-when'), t('clears-collected')] as const] : []),
  ];
}

function products(
  base: Money,
  rate: string,
  feeRate: string,
  { commission, fee, earning }: Amounts,
  visit: Visit,
): Fact[] {
  const { t } = visit.speech;
  return [
    [t('commission-word'), product(visit, base, [rate])],
    [t('fee-word'), product(visit, base, [rate, feeRate])],
    [
      t('earning-word'),
      html`<span class="sum">${money(visit, commission)} − ${money(visit, fee)} = ${money(visit, earning)}</span>`,
    ],
  ];
}

function backFacts({ commission, fee, earning }: Amounts, visit: Visit): Fact[] {
  const { t } = visit.speech;
  return [
    [t('commission-word'), money(visit, -commission)],
    [t('fee-word'), money(visit, -fee)],
    [t('earning-word'), money(visit, -earning)],
  ];
}

function decidedFact(by: { decided_by: string; decision: string; reason: string }, { speech: { t } }: Visit): Fact {
  return [t('decided-word'), t('decided-by', { by: by.decided_by, decision: by.decision, reason: by.reason })];
}

/** What carried the money of an entry: of a seller the deduction, of a publisher the statement. */
function carriedOf({ trail }: Step, visit: Visit): Fact[] {
  if (trail === undefined) return [];
  const { t } = visit.speech;
  if (visit.principal.role === 'seller') {
    if (trail.dueAfter === null) return [];
    const [first] = trail.deductions;
    return [[t('carried-word'), first === undefined ? t('carried-netted') : instructionOf(first, visit)]];
  }
  if (trail.month === null) return [];
  const path = `/publisher/${trail.month}`;
  const label = trail.statements.length === 0 ? 'carried-open' : 'carried-statement';
  return [[t('carried-word'), html`<a href="${path}">${t(label, { month: trail.month })}</a>`]];
}

const STATES = {
  DeductionInstructed: 'instructed',
  DeductionConfirmed: 'confirmed',
  DeductionFailed: 'failed',
} as const;

function instructionOf(events: readonly Logged[], visit: Visit): string {
  const { t } = visit.speech;
  const first = events[0]?.event;
  const last = events.at(-1)?.event.type;
  if (first?.type !== 'DeductionInstructed') return '';
  const state = last !== undefined && last in STATES ? STATES[last as keyof typeof STATES] : 'instructed';
  return t('carried-deduction', { id: first.subject, amount: money(visit, first.body.amount), state: t(state) });
}

/** What has been delivered for the line and is not settled yet. */
export function waitingOf({ waiting }: LineStory, visit: Visit): Markup {
  if (waiting.length === 0) return NOTHING;
  const { t } = visit.speech;
  const rows = waiting.map(({ kind, due_day: day, amount }): Fact => {
    return [day, `${t(`waiting-${kind}`)}${amount === null ? '' : ` ${money(visit, amount)}`}`];
  });
  return part(t('waiting-title'), facts(rows));
}
