/**
 * Who earned an order line, or why nobody, from its first event (SPEC 5, 6, 9): each candidate with the facts its tests
 * read, the rate, the signals, and for a line nobody earned what would have had to be different.
 */

import type { ClickEvidence } from '../../core/attribution/click.ts';
import type { Tested } from '../../core/attribution/tests/index.ts';
import type { EventOf } from '../../core/events/event.ts';
import { ANOTHER } from '../../core/line/audience.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { clicksSeen } from '../../core/signals/index.ts';
import { aligned, momentText, productText, type Showing } from '../files/lines.ts';
import { sawText } from '../words/signals.ts';
import { toldNeeded, toldTests, triedOf } from './tests.ts';

/** The first event of an order line. */
export type Attribution = EventOf<'OrderAttributed'> | EventOf<'OrderUnattributed'>;
/** What an order line begins with. */
export type Begin = Attribution | EventOf<'LineBroughtIn'>;

/** What old books had of a line: who earned it, at which rate, and what they settled it at. */
export function broughtInText({ body, publisherId }: EventOf<'LineBroughtIn'>, showing: Showing): string {
  const { settled, order, rate } = body;
  const money = (amount: Money): string => formatMoney(amount, showing.digits);
  const rows: Row[] = [
    ['old books', `cut-over ${body.cut_over}, prepared by ${body.prepared_by}, signed off by ${body.approved_by}`],
    ['rate', `${rate}: ${productText(order.paid, [rate], showing.digits)}`],
  ];
  if (settled !== null) {
    const when = momentText(settled.confirmed_at, showing.calendar);
    const amounts = `C ${money(settled.commission)}, F ${money(settled.fee)}, P ${money(settled.earning)}`;
    rows.push(['settled', `there: received ${when}, ${amounts} at a fee of ${settled.fee_rate}`]);
  }
  return `\nBrought in for publisher ${publisherId}: PID ${body.pid}, ${body.trace}\n${aligned(rows)}`;
}

type Row = readonly string[];

/** The sections on attribution: the outcome, its candidates, and the rate and signals or what was missing. */
export function attributionText(event: Attribution, policy: Policy, showing: Showing): string {
  const { body } = event;
  const candidates = body.tested.map((tested, at) => candidateText(tested, at + 1, event, policy, showing)).join('');
  if (event.type === 'OrderAttributed' && event.body.pid === ANOTHER)
    return `\nEarned by ${ANOTHER} at first\n${candidates}`;
  const tail =
    event.type === 'OrderAttributed'
      ? rateText(event, policy, showing) + signalsText(event, showing)
      : missingText(event, policy, showing);
  return `\n${outcomeOf(event)}\n${candidates}${restText(event, policy)}${tail}`;
}

function outcomeOf(event: Attribution): string {
  if (event.type === 'OrderUnattributed') return `Earned by nobody: ${event.body.reason}`;
  const { pid, trace } = event.body;
  return `Earned by publisher ${event.publisherId}: PID ${pid}, ${trace}`;
}

function candidateText(tested: Tested, n: number, event: Attribution, policy: Policy, showing: Showing): string {
  const { candidate, verdict } = tested;
  const what =
    'coupon' in candidate
      ? `coupon of ${candidate.coupon}, which overrides the clicks`
      : `${clickText(candidate, showing)}, on shop ${candidate.shop}: ${tested.trace}`;
  const end = verdict === 'passed' ? 'passed: it earns the line' : `failed: ${verdict}`;
  return aligned([[`${n}`, what]]) + aligned(testRows(tested, event, policy, showing), 5) + aligned([[end]], 5);
}

function clickText(click: ClickEvidence, showing: Showing): string {
  return `${click.click === '' ? 'a click' : `click ${click.click}`} of ${momentText(click.at, showing.calendar)} by ${click.pid}`;
}

/** The tests of a candidate as rows: whether it passed, what was asked, what was found. */
export function testRows(tested: Tested, event: Attribution, policy: Policy, showing: Showing): Row[] {
  return toldTests(tested, triedIn(tested, event, policy, showing), 'en').map(
    ({ isPassed, asked, found }): Row => [isPassed ? 'ok' : 'no', asked, found],
  );
}

const triedIn = (tested: Tested, { body }: Attribution, policy: Policy, { calendar }: Showing) =>
  triedOf(tested, body.order, policy, (iso) => momentText(iso, calendar));

/** What was in a window and not tested. */
function restText(event: Attribution, policy: Policy): string {
  const { rest, unknown_pids: unknown, tested } = event.body;
  if (rest.count === 0) return tested.length === 0 ? aligned([['-', 'no click of this buyer in a window']]) : '';
  const more = tested.length > 0 ? 'more ' : '';
  const clicks = `${rest.count} ${more}${rest.count === 1 ? 'click' : 'clicks'} in a window not tested`;
  const which = unknown === rest.count ? '' : `${unknown} of them `;
  const of = unknown === 0 ? '' : `, ${which}with a PID that is not known, so no candidate`;
  const first = tested[0];
  const why =
    first !== undefined && 'coupon' in first.candidate
      ? ': a coupon goes before clicks'
      : event.type === 'OrderUnattributed' && !policy.fallThrough && rest.count > unknown
        ? ': the policy tests the last click only'
        : '';
  const digest: Row[] = rest.digest === '' ? [] : [['', `SHA-256 of their list ${rest.digest}`]];
  return aligned([['-', `${clicks}${of}${why}`], ...digest]);
}

function rateText(event: EventOf<'OrderAttributed'>, policy: Policy, showing: Showing): string {
  const { source, rate, order, estimate } = event.body;
  const { calendar, digits } = showing;
  const until = source.valid_to === null ? 'with no end' : `to ${momentText(source.valid_to, calendar)}`;
  const asOf = event.body.trace === 'coupon' || policy.rateAsOf === 'order' ? 'the payment' : 'the click';
  const rows: Row[] = [
    ['plan', `${source.plan} (${source.kind}), scope ${source.scope} ${source.scope_id}`],
    ['valid', `from ${momentText(source.valid_from, calendar)} ${until}`],
    ['as of', `${asOf}, ${momentText(source.as_of, calendar)}`],
  ];
  if (source.member_since !== undefined) {
    rows.push(['member', `publisher ${event.publisherId} since ${momentText(source.member_since, calendar)}`]);
  }
  const product = productText(order.paid, [rate], digits);
  rows.push([
    'estimate',
    `${product}${product.endsWith(` ${formatMoney(estimate, digits)}`) ? '' : ' (see cps verify)'}`,
  ]);
  return `\nRate ${rate}\n${aligned(rows)}`;
}

function signalsText(event: EventOf<'OrderAttributed'>, showing: Showing): string {
  const { signals, held, tested } = event.body;
  if (signals.length === 0) return '\nSignals\n  none fired\n';
  const won = tested.at(-1)?.candidate;
  const rows = signals.flatMap((fired): Row[] => [
    [fired.action, fired.signal, sawText(fired, 'en')],
    ...clicksSeen(fired).map((click): Row => ['', '', clickText(click, showing)]),
    ...(fired.signal === 'referrer-mismatch' && fired.evidence !== null && won !== undefined && 'click' in won
      ? [['', '', `${clickText(won, showing)}, referrer ${fired.evidence.referrer}`]]
      : []),
  ]);
  const end = held ? '  the earning is held until a person decides\n' : '';
  return `\nSignals\n${aligned(rows)}${end}`;
}

/** For a line nobody earned: what would have had to be different (SPEC 13). */
function missingText(event: EventOf<'OrderUnattributed'>, policy: Policy, showing: Showing): string {
  const { tested, order } = event.body;
  const rows = tested.map((one, at): Row => [`${at + 1}`, neededFor(one, event, policy, showing)]);
  if (tested.length === 0) {
    const windows = `${policy.sameStoreWindowDays} x 24 h before payment in shop ${order.shop}, or ${policy.crossStoreWindowDays} x 24 h in another`;
    const buyer = order.buyer === '' ? 'the buyer' : `buyer ${order.buyer}`;
    rows.push(['-', `${buyer} would have had to click a promotion with a known PID within ${windows}`]);
    if (event.body.unknown_pids > 0)
      rows.push(['-', 'or the PID of a click left out would have had to be in the registry']);
  }
  return `\nWhat would have had to be different\n${aligned(rows)}`;
}

function neededFor(tested: Tested, event: EventOf<'OrderUnattributed'>, policy: Policy, showing: Showing): string {
  const needed = toldNeeded(tested, triedIn(tested, event, policy, showing), 'en');
  if (needed === undefined) {
    throw new Error(`a candidate of ${event.subject} passed and the line is unattributed: see cps verify`);
  }
  return needed;
}
