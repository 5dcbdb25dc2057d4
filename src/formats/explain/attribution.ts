/**
 * Who earned an order line, or why nobody, from its first event (SPEC 5, 6, 9): each candidate with the facts its tests
 * read, the rate, the signals, and for a line nobody earned what would have had to be different.
 */

import type { ClickEvidence, EventOf, Reason, Relied, Tested } from '../../core/events/event.ts';
import { parsePid } from '../../core/ids.ts';
import { ANOTHER } from '../../core/line/audience.ts';
import { formatMoney, type Money } from '../../core/money.ts';
import type { Policy } from '../../core/policy/policy.ts';
import { aligned, momentText, productText, type Showing } from '../files/lines.ts';

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
      : missingText(event, policy);
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

/** The tests of SPEC 5 that were made, in their order, each with the fact it relied on; the one that failed is the last. */
export function testRows(tested: Tested, event: Attribution, policy: Policy, showing: Showing): Row[] {
  const { candidate, verdict } = tested;
  const pid = 'coupon' in candidate ? candidate.coupon : candidate.pid;
  if (pid === ANOTHER) return [];
  const named = parsePid(pid);
  if (verdict === 'pid-unknown') return [['no', 'the PID is known', `${pid} is not in the registry`]];
  const { order } = event.body;
  const rows: Row[] = [];
  const mark = (failing: Reason): string => (verdict === failing ? 'no' : 'ok');
  const since = (relied: Relied | undefined, none: string): string =>
    relied === null || relied === undefined
      ? none
      : `${WORDS[relied.value] ?? relied.value} since ${momentText(relied.since, showing.calendar)}`;
  if (tested.publisher !== undefined) {
    const fact = since(tested.publisher, 'no status row, so active');
    rows.push([mark('publisher-not-active'), `publisher ${named?.publisherId} is active`, fact]);
  }
  if (tested.site !== undefined) {
    const fact = since(tested.site, 'never reviewed, so submitted');
    rows.push([mark('site-not-approved'), `site ${named?.siteId} is approved`, fact]);
  }
  if (tested.programme !== undefined) {
    const fact = since(tested.programme, 'never joined');
    rows.push([mark('shop-not-in-programme'), `shop ${order.shop} is in the programme`, fact]);
  }
  if (tested.permission !== undefined) {
    const fact = `${since(tested.permission, 'never granted')} (as of the ${policy.permissionAsOf})`;
    rows.push([mark('cross-store-not-permitted'), `site may earn cross-store:${order.mall}`, fact]);
  }
  if (tested.ownBuyer !== undefined) {
    const fact = tested.ownBuyer ? `it is one of them; the policy: ${policy.selfPurchase}` : 'not among its own buyers';
    rows.push([mark('self-purchase'), `${buyerOf(order)} may buy`, fact]);
  }
  if (verdict === 'no-rate') rows.push(['no', 'a rate applies', `none at the ${policy.rateAsOf}`]);
  else if (verdict === 'passed') rows.push(['ok', 'a rate applies', 'see below']);
  return rows;
}

const WORDS: Readonly<Record<string, string>> = { grant: 'granted', revoke: 'revoked', join: 'joined', leave: 'left' };

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
  const { signals, held } = event.body;
  if (signals.length === 0) return '\nSignals\n  none fired\n';
  const rows = signals.flatMap(({ signal, action, saw, clicks }): Row[] => [
    [action, signal, saw],
    ...(clicks ?? []).map((click) => [
      '',
      '',
      `${clickText(click, showing)}${click.referrer === undefined ? '' : `, referrer ${click.referrer}`}`,
    ]),
  ]);
  const end = held ? '  the earning is held until a person decides\n' : '';
  return `\nSignals\n${aligned(rows)}${end}`;
}

/** A party is told of neither its buyer nor its rivals. */
const buyerOf = ({ buyer }: { readonly buyer: string }): string => (buyer === '' ? 'the buyer' : `buyer ${buyer}`);
const publisherOf = (pid: string): string => (pid === ANOTHER ? ANOTHER : `publisher ${parsePid(pid)?.publisherId}`);
const siteOf = (pid: string): string => (pid === ANOTHER ? `the site of ${ANOTHER}` : `site ${parsePid(pid)?.siteId}`);

/** For a line nobody earned: what would have had to be different. */
function missingText(event: EventOf<'OrderUnattributed'>, policy: Policy): string {
  const { tested, order } = event.body;
  const rows = tested.map((one, at): Row => [`${at + 1}`, neededFor(one, event, policy)]);
  if (tested.length === 0) {
    const windows = `${policy.sameStoreWindowDays} x 24 h before payment in shop ${order.shop}, or ${policy.crossStoreWindowDays} x 24 h in another`;
    rows.push(['-', `${buyerOf(order)} would have had to click a promotion with a known PID within ${windows}`]);
    if (event.body.unknown_pids > 0)
      rows.push(['-', 'or the PID of a click left out would have had to be in the registry']);
  }
  return `\nWhat would have had to be different\n${aligned(rows)}`;
}

function neededFor(tested: Tested, event: EventOf<'OrderUnattributed'>, policy: Policy): string {
  const { order } = event.body;
  const { candidate, verdict } = tested;
  const pid = 'coupon' in candidate ? candidate.coupon : candidate.pid;
  const moment = 'coupon' in candidate ? 'payment' : 'the click';
  switch (verdict) {
    case 'pid-unknown':
      return `${pid} would have had to name an adzone of a site of its publisher, as delivered before the night`;
    case 'publisher-not-active':
      return `${publisherOf(pid)} would have had to be active at ${moment}`;
    case 'site-not-approved':
      return `${siteOf(pid)} would have had to be approved at ${moment}`;
    case 'shop-not-in-programme':
      return `shop ${order.shop} would have had to be in the programme at ${moment}`;
    case 'cross-store-not-permitted': {
      const asOf = policy.permissionAsOf === 'click' ? 'at the click' : 'at payment';
      return `${siteOf(pid)} would have had to hold cross-store:${order.mall} ${asOf}, or the click to be on shop ${order.shop}`;
    }
    case 'self-purchase':
      return `${buyerOf(order)} would have had to be none of ${publisherOf(pid)}'s own, or the policy to allow self-purchase`;
    case 'no-rate':
      return neededRate(tested, event, policy);
    case 'passed':
    case 'no-click':
      throw new Error(`a candidate of ${event.subject} ended ${verdict} and the line unattributed: see cps verify`);
  }
}

function neededRate(tested: Tested, event: EventOf<'OrderUnattributed'>, policy: Policy): string {
  const { order } = event.body;
  const at = policy.rateAsOf === 'click' && !('coupon' in tested.candidate) ? 'at the click' : 'at payment';
  return tested.trace === 'cross-store'
    ? `a general plan of shop ${order.shop} would have had to hold a rate for category ${order.category} or the shop ${at}`
    : `a plan of shop ${order.shop} would have had to hold a rate for item ${order.item}, category ${order.category} or the shop ${at}`;
}
