/** The tables of 维权 refunds, the publisher's and the merchant's: a row is a refund of a settled line and what it gave back. */
import type { ReportRefund } from '../../core/line/report.ts';
import { amount, type ReportColumn, text, time, unknown } from './table.ts';

/** A refund is in the book when it has succeeded. */
const SUCCEEDED = '维权成功';

const order = text<ReportRefund>('淘宝订单编号', ({ line }) => line.order_id);
const orderLine = text<ReportRefund>('淘宝子订单编号', ({ line }) => line.order_line_id);
const refunded = amount<ReportRefund>('维权退款金额', ({ reversal }) => reversal.body.refund.amount);
const status = text<ReportRefund>('维权状态', () => SUCCEEDED);
const settledAt = time<ReportRefund>('订单结算时间', ({ line }) => line.settled?.at ?? null);
const begunAt = unknown('维权创建时间');
const endedAt = time<ReportRefund>('维权完成时间', ({ reversal }) => Date.parse(reversal.body.refund.refunded_at));

/** What the publisher owes back to the seller is the whole commission: the alliance adds its part. */
export const PUBLISHER_REFUNDS: readonly ReportColumn<ReportRefund>[] = [
  order,
  orderLine,
  refunded,
  amount('应返还金额', ({ reversal }) => reversal.body.commission),
  status,
  settledAt,
  begunAt,
  endedAt,
];

export const MERCHANT_REFUNDS: readonly ReportColumn<ReportRefund>[] = [
  order,
  orderLine,
  unknown('商品名称'),
  refunded,
  amount('应退回服务费', ({ reversal }) => reversal.body.fee),
  amount('应退回佣金', ({ reversal }) => reversal.body.commission),
  status,
  settledAt,
  begunAt,
  endedAt,
  text('备注', ({ reversal }) => reversal.body.refund.refund),
];
