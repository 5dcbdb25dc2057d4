/** One sentence on why a network's report and these books differ, from the line's own events. It decides no difference. */
import { REASONS } from '../../core/attribution/tests/index.ts';
import { type OrderFate, type ReportLine, standsAt, stateOf } from '../../core/line/report.ts';
import { formatMoney, hundredfold, type Money } from '../../core/money.ts';
import { REASON_WORDS } from '../words/tests.ts';
import type { ReportTerms } from './table.ts';

/** Why a column of a line that both have differs; both cells as compared. */
export function whyDiffers(
  header: string,
  line: ReportLine,
  cells: { readonly report: string; readonly books: string },
  terms: ReportTerms,
): string {
  return `${sentenceOf(header, line, cells, terms)}${heldText(line)}`;
}

function sentenceOf(
  header: string,
  line: ReportLine,
  { report, books }: { readonly report: string; readonly books: string },
  terms: ReportTerms,
): string {
  switch (header) {
    case '订单状态':
      return statusText(line, terms);
    case '收入比率':
    case '佣金比率':
      return `the books took the rate of plan ${line.plan_id}${line.trace === 'cross-store' ? ', for a cross-store sale' : ''}`;
    case '技术服务费比率':
      return 'the fee rate is that of the policy in force when the line was settled';
    case '付款金额':
    case '商品数':
      return 'the books have what the order was delivered with';
    case '效果预估':
      return `the books estimate ${formatMoney(line.paid_amount, terms.digits)} x ${hundredfold(line.rate, 0)} %`;
    case '结算时间':
      return books === '' ? statusText(line, terms) : `the books settled it on another day, ${books}`;
    case '结算金额':
    case '预估收入':
    case '佣金金额':
      return settledText(header, line, report, terms);
    default:
      return `the books attribute it to ${line.pid}, ${line.clicked_at === null ? 'by its coupon' : `by the click of ${terms.calendar.format(line.clicked_at)}`}`;
  }
}

/** Where the books have a line, and since when. */
function statusText(line: ReportLine, { calendar, digits }: ReportTerms): string {
  const { settled, voided, forfeited, deduction } = line;
  if (forfeited !== null) return `forfeited on ${forfeited.day} by decision ${forfeited.body.decision}`;
  if (voided !== null) {
    const { reason, commission } = voided.body;
    if (reason === 'below-minimum') {
      return `void since ${voided.day}: a commission of ${formatMoney(commission ?? 0n, digits)} is below the minimum`;
    }
    return `void since ${voided.day}: ${reason === 'order-closed' ? 'the order was closed' : 'forfeited before it was settled'}`;
  }
  if (settled === null) return 'no receipt of it has been delivered';
  const when = `settled on ${settled.day}, received ${calendar.format(settled.at)}`;
  if (stateOf(line) === 'settled') {
    return deduction === null
      ? `${when}, netted against what the seller was owed`
      : `${when}, deduction ${deduction.id} confirmed`;
  }
  return `${when}, but deduction ${deduction?.id ?? ''} is ${deduction?.state === 'failed' ? 'failed' : 'not confirmed yet'}`;
}

function settledText(header: string, line: ReportLine, report: string, terms: ReportTerms): string {
  const { settled, reversals } = line;
  if (settled === null || stateOf(line) === 'void') return statusText(line, terms);
  const show = (amount: Money): string => formatMoney(amount, terms.digits);
  const left = header === '结算金额' ? reversals.at(-1)?.body.base : standsAt(line)?.commission;
  if (reversals.length > 0 && left !== undefined && show(left) === report) {
    const refunds = reversals.map(({ day, body }) => `${body.refund.refund} of ${show(body.refund.amount)} on ${day}`);
    return `refunded later: ${refunds.join(', ')}; the books keep the settlement and give back in the table of refunds`;
  }
  const { base, paid, received, refunds, rate } = settled.body;
  const parts = [
    `paid ${show(paid)}`,
    ...(received === null ? [] : [`received ${show(received)}`]),
    ...refunds.map(({ refund, amount, correction }) =>
      correction === undefined
        ? `refunded ${show(amount)} (${refund}) before it`
        : `corrected by ${show(-amount)} (${refund}) before it`,
    ),
  ];
  return `settled on ${settled.day} of a base of ${show(base)} (${parts.join(', ')}) at ${hundredfold(rate, 0)} %`;
}

function heldText({ hold, signals }: ReportLine): string {
  return hold === 'held' ? `; the earning is held (${signals})` : '';
}

export function whyOnlyInBooks(line: ReportLine, terms: ReportTerms): string {
  return `the report has no row of it; in the books: ${statusText(line, terms)}${heldText(line)}`;
}

/** Why the books do not count a row among the party's lines. */
export function whyOnlyInReport(
  item: string,
  fates: readonly OrderFate[],
  fate: OrderFate | undefined,
  lines: readonly ReportLine[],
  { calendar }: ReportTerms,
): string {
  if (fates.length === 0) return 'no delivery had this order';
  if (fate === undefined) {
    return `the order was delivered with other items: ${fates.map(({ item_id: other }) => other).join(', ')}, not ${item}`;
  }
  const day = calendar.dayOf(fate.paid_at);
  if (fate.outcome === null) return `delivered, but the night of ${day} has not been run`;
  if (fate.outcome === 'unattributed') {
    const reason = REASONS.find((one) => one === fate.reason);
    return `the books attribute it to nobody: ${reason === undefined ? '' : REASON_WORDS[reason][1]}`;
  }
  if (lines.some(({ order_line_id: line }) => line === fate.order_line_id)) {
    return 'the report has more rows of this order and item than the books have lines';
  }
  return `the books have it of ${day} with publisher ${fate.publisher_id} and seller ${fate.seller_id}: it is not among the lines compared`;
}
