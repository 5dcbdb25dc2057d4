/**
 * What became of an attributed order line (SPEC 7 to 9), an event a section: the base, the arithmetic with its
 * roundings, what a refund gave back, what was held and who decided it.
 */
import type { Amounts, Clearing, CountedRefund, Event, EventOf } from '../../core/events/event.ts';
import { formatMoney, least, type Money, sum } from '../../core/money.ts';
import { isLineEvent } from '../../core/verify/line.ts';
import { labelled, momentText, productText, type Showing } from '../files/lines.ts';

type Row = readonly string[];

/** The section of one event after attribution, without what carried its money; undefined for an event of no order line. */
export function settlementText(event: Event, showing: Showing): string | undefined {
  const at = showing.calendar.format(event.occurredAt);
  const head = (what: string): string => `\n${event.businessDay}  ${what}\n`;
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  if (!isLineEvent(event)) return undefined;
  switch (event.type) {
    case 'CommissionSettled':
      return head(`Settled: received ${at}`) + labelled(settledRows(event, showing));
    case 'CommissionReversed': {
      const { refund } = event.body;
      return (
        head(
          refund.correction === undefined
            ? `Reversed: refund ${refund.refund} of ${money(refund.amount)}, ${at}`
            : `Corrected: ${refund.refund} by ${money(-refund.amount)}, ${at}: ${refund.correction}`,
        ) + labelled(reversedRows(event, showing))
      );
    }
    case 'CommissionVoided':
      return head(`Voided: ${event.body.reason}, ${at}`) + labelled(voidedRows(event, showing));
    case 'CommissionReleased': {
      const { earning, pocket = 'payable' } = event.body;
      const what =
        earning === 0n
          ? 'nothing: no earning lay in held'
          : `${money(earning)} from held to ${pocket} of publisher ${event.publisherId}`;
      return head(`Released: ${at}`) + labelled([decidedRow(event.body), ['moved', what]]);
    }
    case 'CommissionForfeited':
      return (
        head(`Forfeited: ${at}`) + labelled([decidedRow(event.body), ...givenBackRows(event, event.body, showing)])
      );
    case 'EarningCleared': {
      const { earning } = event.body;
      const what =
        earning === 0n
          ? 'nothing was left of it'
          : `${money(earning)} from clearing to payable of publisher ${event.publisherId}`;
      return head('Cleared: the wait is over') + labelled([...collectedRow(event), ['moved', what]]);
    }
    case 'CommissionRestored':
      return head(`Given to publisher ${event.publisherId}: ${at}`) + labelled(restoredRows(event, showing));
  }
}

const decidedRow = (by: { decision: string; decided_by: string; reason: string }): Row => [
  'decided',
  `by ${by.decided_by}, decision ${by.decision}${by.reason === '' ? '' : `: ${by.reason}`}`,
];

function settledRows(event: EventOf<'CommissionSettled'>, showing: Showing): Row[] {
  const { body } = event;
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  const { rate, fee_rate: feeRate, base } = body;
  return [
    ['paid', money(body.paid)],
    ...(body.received === null ? [] : [['received', money(body.received)]]),
    ...body.refunds.map(
      (refund): Row => [refund.correction === undefined ? 'refund' : 'corrected', refundText(refund, showing)],
    ),
    ['base', baseText(event, showing)],
    ['commission', productText(base, [rate], showing.digits), `owed by seller ${event.sellerId}`],
    ['fee', productText(base, [rate, feeRate], showing.digits), 'the service fee, out of it'],
    [
      'earning',
      `${money(body.commission)} - ${money(body.fee)} = ${money(body.earning)}`,
      `to ${body.pocket} of publisher ${event.publisherId}`,
    ],
    ...waitsRow(body),
  ];
}

/** What an earning waits for before it is payable. */
function waitsRow({ clears_on: until, when_collected: collected }: Clearing): Row[] {
  if (until === undefined) return [];
  return [['waits', `until ${until}${collected === true ? " and until its seller's deduction is confirmed" : ''}`]];
}

function collectedRow({ body: { deduction } }: EventOf<'EarningCleared'>): Row[] {
  if (deduction === undefined) return [];
  return [
    [
      'collected',
      deduction === null ? 'the charge was netted: nothing was left to deduct' : `by deduction ${deduction}`,
    ],
  ];
}

function refundText(refund: CountedRefund, showing: Showing): string {
  const of = `${refund.refund} of ${momentText(refund.refunded_at, showing.calendar)}`;
  return refund.correction === undefined
    ? `${formatMoney(refund.amount, showing.digits)}, ${of}`
    : `by ${formatMoney(-refund.amount, showing.digits)}, ${of}: ${refund.correction}`;
}

/** `min(50.00 received, 63.99 - 10.00) - 3.00 = 47.00`: how SPEC 7 comes to the base. */
function baseText(event: EventOf<'CommissionSettled'>, showing: Showing): string {
  const { paid, received, refunds, base } = event.body;
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  const less = (from: Money, counted: readonly CountedRefund[]): string =>
    money(from) + counted.map(({ amount }) => (amount < 0n ? ` + ${money(-amount)}` : ` - ${money(amount)}`)).join('');
  if (received === null) {
    return refunds.length === 0
      ? `${money(base)}, what was paid`
      : `${less(paid, refunds)}${equals(base, paid - total(refunds), money)}`;
  }
  const earlier = refunds.filter((refund) => Date.parse(refund.refunded_at) <= event.occurredAt);
  const later = refunds.filter((refund) => Date.parse(refund.refunded_at) > event.occurredAt);
  const left = paid - total(earlier);
  const most = least(received, left);
  const first = `the lesser of ${money(received)} received and ${less(paid, earlier)}`;
  const rest = later
    .map(({ amount, correction }) =>
      amount < 0n
        ? `, and ${money(-amount)} added after it`
        : `, less ${money(amount)} ${correction === undefined ? 'refunded' : 'taken off'} after it`,
    )
    .join('');
  return `${first}${rest}${equals(base, most - total(later), money)}`;
}

const total = (refunds: readonly CountedRefund[]): Money => sum(refunds.map(({ amount }) => amount));

function equals(base: Money, exact: Money, money: (amount: Money) => string): string {
  return exact === base ? ` = ${money(base)}` : ` = ${money(exact)}, and never below ${money(base)}`;
}

function reversedRows(event: EventOf<'CommissionReversed'>, showing: Showing): Row[] {
  const { body } = event;
  const { digits } = showing;
  const money = (amount: Money): string => formatMoney(amount, digits);
  const { base, rate, fee_rate: feeRate, left } = body;
  const isAdded = body.refund.amount < 0n;
  const was = (delta: Money, now: Money): string =>
    `was ${money(now + delta)}, so ${isAdded ? `${money(-delta)} more` : `${money(delta)} back`}`;
  const nothing = body.commission === 0n && body.fee === 0n && body.earning === 0n;
  return [
    ['base', `${money(base)} is left`],
    ['commission', productText(base, [rate], digits), was(body.commission, left.commission)],
    ['fee', productText(base, [rate, feeRate], digits), was(body.fee, left.fee)],
    [
      'earning',
      `${money(left.commission)} - ${money(left.fee)} = ${money(left.earning)}`,
      was(body.earning, left.earning),
    ],
    nothing ? ['moved', 'nothing: every delta is zero'] : ['moved', backText(event, body)],
  ];
}

function givenBackRows(event: EventOf<'CommissionForfeited'>, back: Amounts, showing: Showing): Row[] {
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  return [
    ['commission', `${money(back.commission)} back to seller ${event.sellerId}, all of it`],
    ['fee', `${money(back.fee)} out of the service fee`],
    ['earning', `${money(back.earning)} out of ${event.body.pocket} of publisher ${event.publisherId}`],
  ];
}

/** The overwritten click that the line goes to, and what its publisher earns of what is left. */
function restoredRows(event: EventOf<'CommissionRestored'>, showing: Showing): Row[] {
  const { body } = event;
  const { digits } = showing;
  const money = (amount: Money): string => formatMoney(amount, digits);
  const won = body.tested.at(-1)?.candidate;
  const when = won !== undefined && 'click' in won ? ` of ${momentText(won.at, showing.calendar)}` : '';
  const failed = body.tested.slice(0, -1).map(({ candidate, verdict }): Row => {
    if (!('click' in candidate)) return ['not', `: ${verdict}`];
    const which = `${candidate.click === '' ? 'a click' : `click ${candidate.click}`} by ${candidate.pid}`;
    return ['not', `${which}: ${verdict}`];
  });
  const head: Row[] = [
    [
      'because',
      `${body.decision === '' ? 'a decision' : `decision ${body.decision}`} forfeited it, and its click had overwritten this one`,
    ],
    ...failed,
    ['click', `${body.click}${when} by ${body.pid}: ${body.trace}, every test passed`],
    ['rate', `${body.rate} of plan ${body.source.plan}`],
  ];
  if (body.base === null || body.fee_rate === null)
    return [...head, ['moved', 'nothing yet: it waits for its receipt']];
  return [
    ...head,
    ['base', `${money(body.base)} is left`],
    ['commission', productText(body.base, [body.rate], digits), `owed by seller ${event.sellerId}`],
    ['fee', productText(body.base, [body.rate, body.fee_rate], digits), 'the service fee, out of it'],
    [
      'earning',
      `${money(body.commission)} - ${money(body.fee)} = ${money(body.earning)}`,
      `to ${body.clears_on === undefined ? 'payable' : 'clearing'} of publisher ${event.publisherId}`,
    ],
    ...waitsRow(body),
  ];
}

function backText(event: EventOf<'CommissionReversed'>, back: Amounts): string {
  const from = `${event.body.pocket} of publisher ${event.publisherId}`;
  if (event.body.refund.amount < 0n) return `owed by seller ${event.sellerId} to ${from} and to the service fee`;
  const way = back.earning < 0n ? `to ${from} (its delta is negative) and` : `out of ${from} and`;
  return `${way} out of the service fee, back to seller ${event.sellerId}`;
}

function voidedRows(event: EventOf<'CommissionVoided'>, showing: Showing): Row[] {
  const { base, commission, detail } = event.body;
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  return [
    ...(detail === '' ? [] : [['because', detail]]),
    ...(base === undefined ? [] : [['base', money(base)]]),
    ...(commission === undefined ? [] : [['commission', money(commission)]]),
    ['moved', 'nothing is owed or paid for this line'],
  ];
}
