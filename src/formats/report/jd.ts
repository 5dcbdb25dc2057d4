/**
 * Order rows as JD's alliance gives them, with `traceType` and `validCode`. Rates are in percent; `commissionRate` is the
 * seller's, `finalRate` the publisher's part of the commission. `actualFee` is what the line stands at now.
 */

import { type ReportLine, standsAt } from '../../core/line/report.ts';
import { complement, hundredfold } from '../../core/money.ts';
import { amountsOf } from '../../core/settlement/settlement.ts';
import { signalNamed } from '../../core/signals/index.ts';
import type { Breach as BreachShown } from '../../core/signals/signal.ts';
import { adzoneOf, amount, count, type ReportColumn, siteOf, text, time } from './table.ts';

/** 同店, 跨店; a coupon is bound to its shop, as a click in it is. */
const TRACE_TYPES: Readonly<Record<string, string>> = { 'same-store': '2', coupon: '2', 'cross-store': '3' };

const PAID = '16';
const COMPLETED = '17';
const CANCELLED = '3';
const NO_COMMISSION = '19';
const BREACH = '13';
/** What a forfeited line is called by what its signals show, the worst first: 流量劫持, 流量异常, 来源与备案网址不符. */
const BREACHES: Readonly<Record<BreachShown, string>> = {
  hijacking: '25',
  'false-traffic': '26',
  'false-source': '14',
};

function validCode({ settled, voided, forfeited, signals }: ReportLine): string {
  if (forfeited !== null || voided?.body.reason === 'forfeited') {
    const shown = signals.split(';').map((name) => signalNamed(name)?.breach);
    return Object.entries(BREACHES).find(([breach]) => shown.some((one) => one === breach))?.[1] ?? BREACH;
  }
  if (voided !== null) return voided.body.reason === 'order-closed' ? CANCELLED : NO_COMMISSION;
  return settled === null ? PAID : COMPLETED;
}

export const JD: readonly ReportColumn<ReportLine>[] = [
  text('id', (line) => line.order_line_id),
  text('orderId', (line) => line.order_id),
  time('orderTime', (line) => line.paid_at),
  time('finishTime', (line) => line.settled?.at ?? null),
  text('popId', (line) => line.shop_id),
  text('skuId', (line) => line.item_id),
  count('skuNum', (line) => line.quantity),
  text('commissionRate', (line) => hundredfold(line.rate, 2)),
  text('finalRate', (line) => (line.settled === null ? '' : hundredfold(complement(line.settled.body.fee_rate), 2))),
  amount('estimateCosPrice', (line) => line.paid_amount),
  amount('estimateFee', (line) =>
    line.settled === null ? null : amountsOf(line.paid_amount, line.rate, line.settled.body.fee_rate).earning,
  ),
  amount('actualCosPrice', (line) => line.reversals.at(-1)?.body.base ?? line.settled?.body.base ?? null),
  amount('actualFee', (line) => standsAt(line)?.earning ?? null),
  text('validCode', validCode),
  text('traceType', (line) => TRACE_TYPES[line.trace] ?? ''),
  text('unionId', (line) => line.publisher_id),
  text('subUnionId', (line) => line.sub_id ?? ''),
  text('siteId', (line) => siteOf(line.pid)),
  text('positionId', (line) => adzoneOf(line.pid)),
  text('pid', (line) => line.pid),
  text('payMonth', (line) => (line.closed_on === null ? '0' : line.closed_on.replaceAll('-', ''))),
];
