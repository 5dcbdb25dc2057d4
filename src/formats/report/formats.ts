/**
 * The networks' order reports that can be read back: under which headers each says what, older and newer names of one column,
 * and how its cells are held against the books. What the books write under these headers is in taobaoke.ts and jd.ts.
 */
import type { ReportLine } from '../../core/line/report.ts';
import { JD } from './jd.ts';
import type { ReportColumn } from './table.ts';
import { STATUSES, TAOBAOKE } from './taobaoke.ts';

/** How the cells of a column are read: both sides alike, or no value of it. */
type Reading = 'text' | 'count' | 'amount' | 'rate' | 'percent' | 'day' | 'status';

export interface ReportFormat {
  readonly name: 'taobaoke' | 'jd';
  readonly columns: readonly ReportColumn<ReportLine>[];
  /** Without these a file is no such report. */
  readonly required: readonly string[];
  /** The columns that are compared, and how; the others say what the books do not know. */
  readonly compared: Readonly<Record<string, Reading>>;
  /** Newer names of columns. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly order: string;
  readonly item: string;
  readonly paid: string;
  /** The order line's own id, where a report has it. */
  readonly line: string;
  /** The column that says to which day a row belongs, by how the report was asked of the network. */
  readonly times: Readonly<Record<'paid' | 'settled', string>>;
  /** Newer names of statuses. */
  readonly statuses: Readonly<Record<string, string>>;
  /** By column, which column of a Taobaoke report says the same, for who tells why they differ. */
  readonly concepts: Readonly<Record<string, string>>;
}

const TAOBAOKE_FORMAT: ReportFormat = {
  name: 'taobaoke',
  columns: TAOBAOKE,
  required: ['订单编号', '商品ID', '订单状态', '付款金额'],
  compared: {
    商品数: 'count',
    订单状态: 'status',
    收入比率: 'rate',
    付款金额: 'amount',
    效果预估: 'amount',
    结算金额: 'amount',
    预估收入: 'amount',
    结算时间: 'day',
    佣金比率: 'rate',
    佣金金额: 'amount',
    技术服务费比率: 'rate',
    来源媒体ID: 'text',
    广告位ID: 'text',
  },
  aliases: {
    商品数量: '商品数',
    店铺名称: '所属店铺',
    付款预估收入: '效果预估',
    结算预估收入: '预估收入',
    技术服务费率: '技术服务费比率',
    媒体ID: '来源媒体ID',
    媒体名称: '来源媒体名称',
    推广位ID: '广告位ID',
    推广位名称: '广告位名称',
    淘宝订单编号: '订单编号',
    淘宝子订单编号: '子订单编号',
  },
  order: '订单编号',
  item: '商品ID',
  paid: '付款金额',
  line: '子订单编号',
  times: { paid: '创建时间', settled: '结算时间' },
  statuses: {
    已付款: STATUSES.paid,
    付款: STATUSES.paid,
    已收货: STATUSES.confirmed,
    确认收货: STATUSES.confirmed,
    已结算: STATUSES.settled,
    结算成功: STATUSES.settled,
    已失效: STATUSES.void,
    已关闭: STATUSES.void,
    关闭: STATUSES.void,
  },
  concepts: {},
};

const JD_FORMAT: ReportFormat = {
  name: 'jd',
  columns: JD,
  required: ['id', 'orderId', 'skuId', 'validCode'],
  compared: {
    finishTime: 'day',
    popId: 'text',
    skuNum: 'count',
    commissionRate: 'percent',
    finalRate: 'percent',
    estimateCosPrice: 'amount',
    estimateFee: 'amount',
    actualCosPrice: 'amount',
    actualFee: 'amount',
    validCode: 'text',
    traceType: 'text',
    unionId: 'text',
    subUnionId: 'text',
    siteId: 'text',
    positionId: 'text',
    pid: 'text',
    payMonth: 'text',
  },
  aliases: {},
  order: 'orderId',
  item: 'skuId',
  paid: 'estimateCosPrice',
  line: 'id',
  times: { paid: 'orderTime', settled: 'finishTime' },
  statuses: {},
  concepts: {
    finishTime: '结算时间',
    popId: '付款金额',
    skuNum: '商品数',
    commissionRate: '佣金比率',
    finalRate: '技术服务费比率',
    estimateCosPrice: '付款金额',
    estimateFee: '订单状态',
    actualCosPrice: '结算金额',
    actualFee: '订单状态',
    validCode: '订单状态',
    payMonth: '订单状态',
  },
};

export const REPORT_FORMATS: readonly ReportFormat[] = [TAOBAOKE_FORMAT, JD_FORMAT];
