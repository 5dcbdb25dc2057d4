/**
 * The Taobaoke order report (推广订单明细), of 30 columns and, with the technical service fee's rate, of 31. A row is an
 * order line; its order's number is the one the buyer sees, so several rows may share it. The book begins with the
 * payment, which therefore is the time of creation. Amounts of a settlement stay as they were settled: what is given
 * back later is in the table of refunds.
 */
import { type LineState, type ReportLine, stateOf } from '../../core/line/report.ts';
import { adzoneOf, amount, count, percentText, type ReportColumn, siteOf, text, time, unknown } from './table.ts';

export const STATUSES: Readonly<Record<LineState, string>> = {
  paid: '订单付款',
  confirmed: '订单成功',
  settled: '订单结算',
  void: '订单失效',
};

const MALLS: Readonly<Record<ReportLine['mall'], string>> = { taobao: '淘宝', tmall: '天猫' };

/** A settlement that still counts: a void line shows none. */
const settledOf = (line: ReportLine) => (stateOf(line) === 'void' ? null : line.settled);

/** The column by which the versions of 30 and of 31 columns differ. */
export const FEE_RATE_COLUMN = '技术服务费比率';

export const TAOBAOKE: readonly ReportColumn<ReportLine>[] = [
  time('创建时间', (line) => line.paid_at),
  time('点击时间', (line) => line.clicked_at),
  unknown('商品信息'),
  text('商品ID', (line) => line.item_id),
  unknown('掌柜旺旺'),
  text('所属店铺', (line) => line.shop_name),
  count('商品数', (line) => line.quantity),
  unknown('商品单价'),
  text('订单状态', (line) => STATUSES[stateOf(line)]),
  text('订单类型', (line) => MALLS[line.mall]),
  text('收入比率', (line) => percentText(line.rate)),
  text('分成比率', () => percentText('1')),
  amount('付款金额', (line) => line.paid_amount),
  amount('效果预估', (line) => line.estimate),
  amount('结算金额', (line) => settledOf(line)?.body.base ?? null),
  amount('预估收入', (line) => settledOf(line)?.body.commission ?? null),
  time('结算时间', (line) => (stateOf(line) === 'settled' ? (line.settled?.at ?? null) : null)),
  text('佣金比率', (line) => percentText(line.rate)),
  amount('佣金金额', (line) => settledOf(line)?.body.commission ?? null),
  text(FEE_RATE_COLUMN, (line) => {
    const settled = settledOf(line);
    return settled === null ? '' : percentText(settled.body.fee_rate);
  }),
  unknown('补贴比率'),
  unknown('补贴金额'),
  unknown('补贴类型'),
  unknown('成交平台'),
  unknown('第三方服务来源'),
  text('订单编号', (line) => line.order_id),
  unknown('类目名称'),
  text('来源媒体ID', (line) => siteOf(line.pid)),
  text('来源媒体名称', (line) => line.site_name),
  text('广告位ID', (line) => adzoneOf(line.pid)),
  text('广告位名称', (line) => line.adzone_name),
];
