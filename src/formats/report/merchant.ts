/** The merchant's settled orders (订单结算): a row is an order line whose commission was settled, as it was settled. */
import type { ReportLine } from '../../core/line/report.ts';
import { amount, count, percentText, type ReportColumn, text, time, unknown } from './table.ts';

export const MERCHANT: readonly ReportColumn<ReportLine>[] = [
  time('确认收货时间', (line) => line.settled?.at ?? null),
  time('账户支出时间', (line) => line.deduction?.at ?? null),
  time('淘客结算时间', (line) => line.settled?.at ?? null),
  time('创建时间', (line) => line.paid_at),
  text('计划名称', (line) => line.plan_name),
  text('商品id', (line) => line.item_id),
  unknown('商品名称'),
  amount('实际成交价格', (line) => line.settled?.body.base ?? null),
  count('成交商品数', (line) => line.quantity),
  text('佣金比例', (line) => percentText(line.rate)),
  amount('佣金', (line) => line.settled?.body.commission ?? null),
  text('服务费率', (line) => (line.settled === null ? '' : percentText(line.settled.body.fee_rate))),
  amount('服务费金额', (line) => line.settled?.body.fee ?? null),
  text('淘宝父订单编号', (line) => line.order_id),
  text('淘宝子订单编号', (line) => line.order_line_id),
  text('来源或淘客昵称', (line) => line.publisher_name),
  unknown('团长名称'),
  unknown('是否预售未付尾款订单'),
  text('备注', (line) =>
    line.forfeited === null ? '' : `${line.forfeited.body.decision}: ${line.forfeited.body.reason}`,
  ),
];
