/**
 * Why an order line earned what it earned (SPEC 13), told from its events alone: who earned it, what was settled and
 * given back with every rounding, what was held and decided, and what carried the money. Nothing is decided here.
 */

import { moved, restoredTo } from '../../core/events/amounts.ts';
import { type Amounts, bodyText, isLineBeginning, type LineBeginning, type Pocket } from '../../core/events/event.ts';
import type { Logged } from '../../core/events/read-body.ts';
import { entryId } from '../../core/ids.ts';
import { ANOTHER } from '../../core/line/audience.ts';
import type { History, WaitingFact } from '../../core/line/history.ts';
import { formatMoney, inDecimals } from '../../core/money.ts';
import type { Showing } from '../files/lines.ts';
import {
  type Fact,
  fact,
  facts,
  type Inline,
  instant,
  type Section,
  type Step,
  type Story,
  steps,
} from '../story/story.ts';
import type { Speech } from '../words/index.ts';
import { attributionSections, broughtInSection } from './attribution.ts';
import { settlementStep } from './settlement.ts';
import { trailFacts } from './trails.ts';

/** A line whose night was run. */
export type RunHistory = Extract<History, { kind: 'run' }>;

/** Where a line stands after all of its events. */
export interface Standing {
  readonly state: 'unattributed' | 'attributed' | 'settled' | 'voided' | 'forfeited';
  /** What is left of C, F and P; null before settlement. */
  readonly amounts: Amounts | null;
  readonly pocket: Pocket;
  /** Whether a person still has to decide on its hold. */
  readonly undecided: boolean;
  /** Who earns it now; null of an unattributed line. */
  readonly publisher: string | null;
}

/** Folds a line's events, oldest first, into where it stands. */
export function standingOf(events: readonly Logged[]): Standing {
  const nobody = { amounts: null, pocket: 'payable' as const, undecided: false };
  let standing: Standing = { state: 'unattributed', ...nobody, publisher: null };
  for (const { event } of events) {
    if (event.type === 'OrderAttributed') {
      const { held } = event.body;
      const pocket = held ? 'held' : 'payable';
      standing = { state: 'attributed', amounts: null, pocket, undecided: held, publisher: event.publisherId };
    } else if (event.type === 'LineBroughtIn') {
      const amounts = event.body.settled && moved(event.body.settled);
      standing = {
        ...nobody,
        state: amounts === null ? 'attributed' : 'settled',
        amounts,
        publisher: event.publisherId,
      };
    } else if (event.type === 'CommissionSettled') {
      const pocket = standing.pocket === 'held' ? 'held' : event.body.pocket;
      standing = { ...standing, state: 'settled', amounts: moved(event.body), pocket };
    } else if (event.type === 'EarningCleared') standing = { ...standing, pocket: 'payable' };
    else if (event.type === 'CommissionReversed') standing = { ...standing, amounts: event.body.left };
    else if (event.type === 'CommissionReleased') {
      standing = { ...standing, pocket: event.body.pocket ?? 'payable', undecided: false };
    } else if (event.type === 'CommissionVoided') standing = { ...standing, state: 'voided', undecided: false };
    else if (event.type === 'CommissionForfeited') {
      const amounts = { commission: 0n, fee: 0n, earning: 0n };
      standing = { ...standing, state: 'forfeited', amounts, undecided: false };
    } else if (event.type === 'CommissionRestored') {
      const amounts = event.body.base === null ? null : moved(event.body);
      const state = amounts === null ? 'attributed' : 'settled';
      standing = { ...nobody, state, amounts, pocket: restoredTo(event.body), publisher: event.publisherId };
    }
  }
  return standing;
}

/**
 * Why a line earned what it earned, told whole; amounts in the book's currency, times in its zone.
 * @param tellsWaits whether it says until when an earning waits, which is not a seller's to know
 */
export function explainStory(history: History, speech: Speech, showing: Showing, tellsWaits = true): Story {
  switch (history.kind) {
    case 'parked':
      return parkedStory(history, speech);
    case 'delivered':
      return deliveredStory(history, speech, showing);
    case 'run':
      return runStory(history, speech, showing, tellsWaits);
  }
}

/** The same for programs: events with their bodies as logged, amounts as inDecimals, times with their zone. */
export function explainDocument(history: History, showing: Showing): Record<string, unknown> {
  const { orderLineId } = history;
  const waiting = history.kind === 'parked' ? [] : history.waiting.map((fact) => waitingDocument(fact, showing));
  if (history.kind === 'parked') {
    const parked = history.parked.map(({ feed, file, line }) => ({ feed, file, line: Number(line) }));
    return { orderLine: orderLineId, state: 'parked', parked };
  }
  if (history.kind === 'delivered') {
    const { order_id: order, paid_amount: paid, paid_at: at, due_day: dueDay } = history.line;
    const facts = { order, paid: formatMoney(paid, showing.digits), paidAt: showing.calendar.format(at) };
    return { orderLine: orderLineId, state: 'delivered', ...facts, dueDay, waiting };
  }
  const { state, amounts, pocket, undecided } = standingOf(history.events);
  const stands = amounts === null ? null : { ...inDecimals(amounts, showing.digits), pocket };
  const documents = (events: readonly Logged[]) => events.map((event) => eventDocument(event, showing));
  return {
    orderLine: orderLineId,
    state,
    stands,
    undecided,
    policy: { version: history.policy.version, name: history.policy.policy.name },
    events: documents(history.events),
    trails: history.trails.map((trail) => ({
      entry: trail.entry,
      dueAfter: trail.dueAfter === null ? null : formatMoney(trail.dueAfter, showing.digits),
      deductions: trail.deductions.map(documents),
      month: trail.month,
      statements: trail.statements.map((one) => ({
        issued: eventDocument(one.issued, showing),
        payout: documents(one.payout),
      })),
    })),
    ...(history.lateClicks.length === 0
      ? {}
      : { lateClicks: history.lateClicks.map((one) => ({ ...one, at: showing.calendar.format(one.at) })) }),
    waiting,
  };
}

/** What a line began with. @throws where its log begins in the middle */
export function beginOf({ events, orderLineId }: RunHistory): LineBeginning {
  const event = events[0]?.event;
  if (isLineBeginning(event)) return event;
  throw new Error(`the events of ${orderLineId} do not begin with its attribution: see cps verify`);
}

function runStory(history: RunHistory, speech: Speech, showing: Showing, tellsWaits: boolean): Story {
  const event = beginOf(history);
  const waits = speech.t('fact-waits');
  const later = history.events
    .slice(1)
    .map((logged) => stepOf(logged, history, speech))
    .map((step) => (tellsWaits ? step : { ...step, facts: step.facts?.filter(({ label }) => label !== waits) ?? [] }));
  const begin =
    event.type === 'LineBroughtIn'
      ? [broughtInSection(event, speech)]
      : attributionSections(event, history.policy.policy, speech, showing);
  const became: Section = { title: speech.t('became-title'), heads: 'pages', blocks: [steps(later)] };
  return {
    title: speech.t('line-title', { line: event.subject }),
    blocks: [facts(headFacts(event, history, speech, showing))],
    sections: [
      ...begin,
      ...(later.length === 0 ? [] : [became]),
      ...lateSections(history, speech),
      ...waitingSections(history.waiting, speech),
    ],
  };
}

function headFacts(event: LineBeginning, history: RunHistory, speech: Speech, { currency }: Showing): Fact[] {
  const { t, phrase } = speech;
  const { order } = event.body;
  const paid = { order: order.order_id, amount: order.paid, currency, when: instant(order.paid_at) };
  const { version, policy } = history.policy;
  const { item, category, shop, mall } = order;
  return [
    {
      label: t('line-order'),
      value:
        order.buyer === '' ? phrase('line-order-of', paid) : phrase('line-order-by', { ...paid, buyer: order.buyer }),
    },
    fact(t('line-bought'), t('line-bought-what', { item, category, shop, mall, seller: event.sellerId ?? '' })),
    ...(order.coupon_pid === undefined
      ? []
      : [
          fact(
            t('line-coupon'),
            t('line-coupon-of', { pid: order.coupon_pid === ANOTHER ? t('another') : order.coupon_pid }),
          ),
        ]),
    fact(t('line-night'), t('line-night-of', { day: event.businessDay, version, name: policy.name })),
    fact(t('stands'), standsPhrase(standingOf(history.events), event, speech)),
  ];
}

/** How a line stands. */
function standsPhrase(
  { state, amounts, pocket, undecided, publisher }: Standing,
  first: LineBeginning,
  { t, phrase }: Speech,
): Inline {
  if (state === 'unattributed' || state === 'voided' || state === 'forfeited') return t(`stands-${state}`);
  if (publisher === ANOTHER) return t('stands-another');
  if (state === 'attributed' || amounts === null) {
    const stands = t(undecided ? 'stands-attributed-held' : 'stands-attributed');
    return publisher === first.publisherId || publisher === null ? stands : t('stands-given', { stands, publisher });
  }
  return phrase('stands-settled', {
    ...amounts,
    publisher: publisher ?? '',
    where: t(undecided ? 'stands-settled-held' : pocket),
  });
}

function stepOf({ event, ordinal }: Logged, history: RunHistory, speech: Speech): Step {
  const step = settlementStep(event, speech);
  if (step === undefined) throw new Error(`${event.type} is no event of an order line: see cps verify`);
  const entry = entryId({ ...event, ordinal });
  const trail = history.trails.find((one) => one.entry === entry);
  return trail === undefined ? step : { ...step, facts: [...(step.facts ?? []), ...trailFacts(trail, event, speech)] };
}

function deliveredStory(
  { line, orderLineId, waiting }: Extract<History, { kind: 'delivered' }>,
  speech: Speech,
  { currency }: Showing,
): Story {
  const { t, phrase } = speech;
  const order = phrase('line-order-in', {
    order: line.order_id,
    amount: line.paid_amount,
    currency,
    when: instant(line.paid_at),
    shop: line.shop_id,
  });
  return {
    title: t('line-title', { line: orderLineId }),
    blocks: [facts([fact(t('line-order'), order), fact(t('stands'), t('stands-delivered', { day: line.due_day }))])],
    sections: waitingSections(waiting, speech),
  };
}

function parkedStory({ orderLineId, parked }: Extract<History, { kind: 'parked' }>, { t, word }: Speech): Story {
  const rows = parked.map(({ feed, file, line }) =>
    fact(word(`feed-${feed}`), t('parked-row', { file, line: String(line) })),
  );
  return {
    title: t('line-title', { line: orderLineId }),
    blocks: [facts([fact(t('stands'), t('stands-parked')), ...rows])],
    sections: [],
  };
}

/** Clicks that came after the night: they are named, so that nobody looks for them among the tested. */
function lateSections({ lateClicks }: RunHistory, { t, phrase }: Speech): Section[] {
  if (lateClicks.length === 0) return [];
  const rows = lateClicks.map(({ click, at, pid }): Fact => {
    return { label: click, value: phrase('late-click-of', { when: instant(at), pid }) };
  });
  return [{ title: t('late-clicks-title'), blocks: [facts(rows)] }];
}

function waitingSections(waiting: readonly WaitingFact[], { t, phrase }: Speech): Section[] {
  if (waiting.length === 0) return [];
  const rows = waiting.map(({ kind, decision, fact_id: id, at, amount, due_day: day }): Fact => {
    const what = [t(`waiting-${kind}`), decision ?? '', id].filter((word) => word !== '').join(' ');
    const when = instant(at);
    return fact(
      day,
      amount === null ? phrase('waiting-bare', { what, when }) : phrase('waiting-of', { what, when, amount }),
    );
  });
  return [{ title: t('waiting-title'), blocks: [facts(rows)] }];
}

function waitingDocument(fact: WaitingFact, { calendar, digits }: Showing): Record<string, unknown> {
  const { kind, fact_id: id, at, amount, decision, due_day: dueDay } = fact;
  return {
    kind,
    id,
    at: calendar.format(at),
    amount: amount === null ? null : formatMoney(amount, digits),
    decision,
    dueDay,
  };
}

function eventDocument({ event, ordinal }: Logged, { calendar, digits }: Showing): Record<string, unknown> {
  const { type, businessDay, occurredAt, subject, sellerId, publisherId } = event;
  const entry = ordinal === 0 ? null : entryId({ ...event, ordinal });
  const stamp = { type, entry, businessDay, occurredAt: calendar.format(occurredAt), subject, sellerId, publisherId };
  return { ...stamp, body: JSON.parse(bodyText(event, digits)) as unknown };
}
