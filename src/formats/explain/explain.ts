/**
 * Why an order line earned what it earned (SPEC 13), told from its events alone: who earned it, what was settled and
 * given back with every rounding, what was held and decided, and what carried the money. Nothing is decided here.
 */

import { type Amounts, bodyText, type Pocket } from '../../core/events/event.ts';
import type { Logged } from '../../core/events/read-body.ts';
import { entryId } from '../../core/ids.ts';
import type { History, WaitingFact } from '../../core/line/history.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import { aligned, momentText, type Showing } from '../files/lines.ts';
import { attributionText, type Begin, broughtInText } from './attribution.ts';
import { settlementText } from './settlement.ts';
import { trailText } from './trails.ts';

type RunHistory = Extract<History, { kind: 'run' }>;
type Row = readonly string[];

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
  let standing: Standing = {
    state: 'unattributed',
    amounts: null,
    pocket: 'payable',
    undecided: false,
    publisher: null,
  };
  for (const { event } of events) {
    if (event.type === 'OrderAttributed') {
      const { held } = event.body;
      const pocket = held ? 'held' : 'payable';
      standing = { state: 'attributed', amounts: null, pocket, undecided: held, publisher: event.publisherId };
    } else if (event.type === 'LineBroughtIn') {
      const { settled } = event.body;
      const amounts = settled && { commission: settled.commission, fee: settled.fee, earning: settled.earning };
      const state = settled === null ? 'attributed' : 'settled';
      standing = { state, amounts, pocket: 'payable', undecided: false, publisher: event.publisherId };
    } else if (event.type === 'CommissionSettled') {
      const { commission, fee, earning } = event.body;
      const pocket = standing.pocket === 'held' ? 'held' : event.body.pocket;
      standing = { ...standing, state: 'settled', amounts: { commission, fee, earning }, pocket };
    } else if (event.type === 'EarningCleared') standing = { ...standing, pocket: 'payable' };
    else if (event.type === 'CommissionReversed') standing = { ...standing, amounts: event.body.left };
    else if (event.type === 'CommissionReleased') {
      standing = { ...standing, pocket: event.body.pocket ?? 'payable', undecided: false };
    } else if (event.type === 'CommissionVoided') standing = { ...standing, state: 'voided', undecided: false };
    else if (event.type === 'CommissionForfeited') {
      standing = {
        ...standing,
        state: 'forfeited',
        amounts: { commission: 0n, fee: 0n, earning: 0n },
        undecided: false,
      };
    } else if (event.type === 'CommissionRestored') {
      const { base, commission, fee, earning } = event.body;
      const amounts = base === null ? null : { commission, fee, earning };
      const state = base === null ? 'attributed' : 'settled';
      const pocket = event.body.clears_on === undefined ? 'payable' : 'clearing';
      standing = { state, amounts, pocket, undecided: false, publisher: event.publisherId };
    }
  }
  return standing;
}

/** The whole explanation as text, sections apart by an empty line; amounts in the book's currency, times in its zone. */
export function explainText(history: History, showing: Showing): string {
  if (history.kind === 'parked') return parkedText(history);
  if (history.kind === 'delivered') return deliveredText(history, showing);
  return runText(history, showing);
}

/** The same for programs: events with their bodies as logged, amounts as decimals, times with their zone. */
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
  const stands = amounts === null ? null : { ...moneyTexts(amounts, showing), pocket };
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
    waiting,
  };
}

function runText(history: RunHistory, showing: Showing): string {
  const [first, ...rest] = history.events;
  const event = first?.event;
  if (event?.type !== 'OrderAttributed' && event?.type !== 'OrderUnattributed' && event?.type !== 'LineBroughtIn') {
    throw new Error(`the events of ${history.orderLineId} do not begin with its attribution: see cps verify`);
  }
  const later = rest.map((logged) => sectionText(logged, history, showing)).join('');
  const head = headText(event, history, showing);
  const begin =
    event.type === 'LineBroughtIn'
      ? broughtInText(event, showing)
      : attributionText(event, history.policy.policy, showing);
  return `${head}${begin}${later}${waitingText(history.waiting, showing)}`;
}

function headText(event: Begin, history: RunHistory, showing: Showing): string {
  const { order } = event.body;
  const paid = `${formatMoney(order.paid, showing.digits)} ${showing.currency}`;
  const { version, policy } = history.policy;
  const rows: Row[] = [
    [
      'order',
      `${order.order_id}, paid ${paid} on ${momentText(order.paid_at, showing.calendar)}${order.buyer === '' ? '' : ` by buyer ${order.buyer}`}`,
    ],
    [
      'bought',
      `item ${order.item} of category ${order.category}, shop ${order.shop} (${order.mall}) of seller ${event.sellerId}`,
    ],
    ...(order.coupon_pid === undefined ? [] : [['coupon', `of ${order.coupon_pid}`]]),
    ['night', `${event.businessDay}, policy ${version} ${policy.name}`],
    ['stands', standsText(history, event, showing)],
  ];
  return `Order line ${event.subject}\n${aligned(rows)}`;
}

function standsText(history: RunHistory, first: Begin, showing: Showing): string {
  const { state, amounts, pocket, undecided, publisher } = standingOf(history.events);
  const anew = publisher === first.publisherId ? '' : `, given to publisher ${publisher}`;
  if (state === 'unattributed') return 'unattributed: nobody earns it, and its seller owes nothing';
  if (state === 'voided') return 'voided: nothing is owed or paid';
  if (state === 'attributed' || amounts === null) {
    return `attributed: waits for its receipt or closure${undecided ? ', under hold' : ''}${anew}`;
  }
  if (state === 'forfeited') return 'forfeited: all of it was given back to the seller';
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  const seller = `seller owes ${money(amounts.commission)}, fee ${money(amounts.fee)}`;
  const where = undecided ? 'held until a person decides' : pocket;
  return `${state}: ${seller}, publisher ${publisher} earns ${money(amounts.earning)} (${where})`;
}

function sectionText(logged: Logged, history: RunHistory, showing: Showing): string {
  const { event, ordinal } = logged;
  const text = settlementText(event, showing);
  if (text === undefined) throw new Error(`${event.type} is no event of an order line: see cps verify`);
  const { businessDay, type, subject } = event;
  const id = entryId({ businessDay, type, subject, ordinal });
  const trail = history.trails.find((one) => one.entry === id);
  return trail === undefined ? text : `${text}${trailText(trail, event, showing)}`;
}

function deliveredText(history: Extract<History, { kind: 'delivered' }>, showing: Showing): string {
  const { line, orderLineId } = history;
  const paid = `${formatMoney(line.paid_amount, showing.digits)} ${showing.currency}`;
  const rows: Row[] = [
    ['order', `${line.order_id}, paid ${paid} on ${showing.calendar.format(line.paid_at)} in shop ${line.shop_id}`],
    [
      'stands',
      `delivered; the night of ${line.due_day} attributes it and has not been run: cps run --through ${line.due_day}`,
    ],
  ];
  return `Order line ${orderLineId}\n${aligned(rows)}${waitingText(history.waiting, showing)}`;
}

function parkedText({ orderLineId, parked }: Extract<History, { kind: 'parked' }>): string {
  const rows = parked.map(({ feed, file, line }) => [feed, `${file}, line ${line}`]);
  return `Order line ${orderLineId}\n  has not been delivered; these rows are parked until it is:\n${aligned(rows, 4)}`;
}

const NAMES: Readonly<Record<WaitingFact['kind'], string>> = {
  receipt: 'receipt',
  closure: 'closure',
  refund: 'refund',
  correction: 'correction',
  decision: 'risk decision',
};

function waitingText(waiting: readonly WaitingFact[], showing: Showing): string {
  if (waiting.length === 0) return '';
  const rows = waiting.map((fact): Row => {
    const amount = fact.amount === null ? '' : ` of ${formatMoney(fact.amount, showing.digits)}`;
    const which = [NAMES[fact.kind], fact.decision ?? '', fact.fact_id].filter((word) => word !== '').join(' ');
    return [fact.due_day, `${which}${amount}, ${showing.calendar.format(fact.at)}`];
  });
  return `\nDelivered, and waiting for the night of\n${aligned(rows)}`;
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
  const entry = ordinal === 0 ? null : entryId({ businessDay, type, subject, ordinal });
  const stamp = { type, entry, businessDay, occurredAt: calendar.format(occurredAt), subject, sellerId, publisherId };
  return { ...stamp, body: JSON.parse(bodyText(event, digits)) as unknown };
}

function moneyTexts({ commission, fee, earning }: Amounts, { digits }: Showing): Record<string, string> {
  const money = (amount: Money): string => formatMoney(amount, digits);
  return { commission: money(commission), fee: money(fee), earning: money(earning) };
}
