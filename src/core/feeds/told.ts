/**
 * What every column means, in Chinese and English, with an example, and who delivers a feed: what the declarations of columns
 * and keys do not say by themselves. Commands, pages and documents tell feeds from both, and a test holds this to be whole.
 */
import { deductionId, payoutId } from '../ids.ts';
import type { Feed } from './feed.ts';

/** [Chinese, English]. */
export type Said = readonly [zh: string, en: string];
type Told = readonly [zh: string, en: string, example: string];

/** By column, or by feed and column where a column means something else in a feed. */
const COLUMNS: Readonly<Record<string, Told>> = {
  publisher_id: ['推广者', 'the publisher', '1001'],
  name: ['名称', 'what people call it', 'Lin'],
  kind: ['类型', 'which kind it is', 'individual'],
  'sites.kind': ['媒体类型', 'which kind of site', 'website'],
  'plans.kind': ['计划类型', 'which kind of plan', 'general'],
  payee_name: ['收款人姓名', 'whom the bank pays', 'Lin Xia'],
  payee_account: ['收款账号', 'the account it pays to', '6222020200112233'],
  own_buyer_ids: ['本人的买家账号', 'the publisher’s own accounts as a buyer', 'b-lin'],
  registered_at: ['注册时间', 'when it registered', '2013-01-10 09:00:00'],
  status: ['状态', 'the state from then on', 'active'],
  'site-reviews.status': ['审核结论', 'what the review found', 'approved'],
  'deduction-results.status': ['银行结果', 'what the bank says', 'confirmed'],
  'payout-results.status': ['银行结果', 'what the bank says', 'confirmed'],
  at: ['时间', 'when', '2013-12-11 10:00:00'],
  reason: ['原因', 'why', 'as agreed'],
  email: ['邮箱', 'where letters go', 'lin@example.com'],
  language: ['信件语言', 'the language of its letters', 'zh'],
  review: ['所属复核', 'the review that decided it', 'RV-1'],
  site_id: ['媒体（网站）', 'the site', '501'],
  domain: ['域名', 'its domain', 'lin.example'],
  filed_at: ['备案时间', 'when it was filed', '2013-01-10 10:00:00'],
  score: ['评分', 'its score', '85'],
  icp_number: ['ICP 备案号', 'its ICP number', '京ICP备00000001号'],
  categories: ['内容类目', 'what it is about', 'tea;travel'],
  description: ['说明', 'what it says of itself', 'notes on tea'],
  daily_visitors: ['日访客数', 'visitors a day', '1200'],
  evidence: ['证明材料', 'SHA-256 of its documents', '0'.repeat(64)],
  verified: ['是否属实', 'whether it was found to be so', 'yes'],
  how: ['核验方式', 'how it was found', 'file on the domain'],
  verified_by: ['核验人', 'who found it', 'Chen'],
  adzone_id: ['推广位', 'the adzone', '9001'],
  permission: ['权限', 'the permission', 'cross-store:tmall'],
  action: ['授予或收回', 'given or taken', 'grant'],
  'programme.action': ['加入或退出', 'joins or leaves', 'join'],
  'plan-members.action': ['加入或退出', 'joins or leaves', 'join'],
  application_id: ['申请', 'the application', 'A1'],
  applied_at: ['申请时间', 'when it was asked for', '2013-12-11 10:00:00'],
  statement: ['申请说明', 'what the publisher says', 'we have 100,000 readers'],
  appeal_of: ['所申诉的申请', 'the rejected application that it appeals', 'A0'],
  decision: ['裁决', 'what was decided', 'approve'],
  'risk-decisions.decision': ['裁决', 'what was decided', 'release'],
  'case-decisions.decision': ['裁决', 'what was decided', 'forfeit'],
  decided_at: ['裁决时间', 'when it was decided', '2013-12-12 10:00:00'],
  decided_by: ['裁决人', 'who decided', 'Chen'],
  notice_id: ['通知', 'the notice', 'N1'],
  permissions: ['权限（可多个）', 'the permissions it is about', 'cross-store:tmall'],
  issued_at: ['发出时间', 'when it was issued', '2013-12-11 10:00:00'],
  effective_at: ['生效时间', 'when the permissions end', '2013-12-17 00:00:00'],
  issued_by: ['发出人', 'who issued it', 'Chen'],
  short: ['未达到的条件', 'what is lacking', 'icp'],
  cancelled_at: ['取消时间', 'when it was cancelled', '2013-12-12 10:00:00'],
  cancelled_by: ['取消人', 'who cancelled it', 'Chen'],
  withdrawn_at: ['撤回时间', 'when it was withdrawn', '2013-12-12 10:00:00'],
  withdrawn_by: ['撤回人', 'who withdrew it', 'Chen'],
  shop_id: ['店铺', 'the shop', 'tea'],
  'clicks.shop_id': ['被点击的店铺', 'the shop that was clicked', 'tea'],
  seller_id: ['商家', 'the seller', 's1'],
  mall: ['商城', 'the mall', 'taobao'],
  plan_id: ['推广计划', 'the plan', 'tea-general'],
  scope: ['适用范围', 'what the rate is of', 'shop'],
  scope_id: ['商品、类目或店铺', 'the item, category or shop', 'tea'],
  rate: ['佣金率', 'the commission rate', '5%'],
  valid_from: ['生效时间', 'from when on it is valid', '2013-01-01 00:00:00'],
  valid_to: ['失效时间', 'until when, if it ends', '2014-01-01 00:00:00'],
  click_id: ['点击', 'the click', 'c1'],
  clicked_at: ['点击时间', 'when it was clicked', '2013-12-11 09:00:00'],
  pid: ['推广位编号（PID）', 'the PID that was promoted with', 'mm_1001_501_9001'],
  buyer_id: ['买家', 'the buyer', 'b1'],
  item_id: ['商品', 'the item', '550001'],
  referrer: ['来源网址', 'the page it came from', 'http://lin.example/tea'],
  ip: ['IP 地址', 'the address it came from', '192.0.2.1'],
  sub_id: ['推广者自己的标记', 'the publisher’s own mark of the click', 'spring-newsletter'],
  order_line_id: ['子订单（订单行）', 'the order line (sub-order)', 'L1'],
  order_id: ['订单编号', 'the order that the buyer sees', 'O1'],
  category_id: ['类目', 'the item’s category', 'c1'],
  quantity: ['数量', 'how many', '1'],
  paid_amount: ['实付金额，不含运费', 'what the buyer paid, without freight', '12.50'],
  'opening-lines.paid_amount': ['尚余的实付金额', 'what is left of the payment', '12.50'],
  paid_at: ['付款时间', 'when the buyer paid', '2013-12-11 10:00:00'],
  coupon_pid: ['优惠券所属 PID', 'the PID whose coupon was used', 'mm_1002_502_9002'],
  confirmed_at: ['确认收货时间', 'when the buyer confirmed receipt', '2013-12-20 10:00:00'],
  received_amount: ['确认收货金额', 'what was paid at receipt, if not all', '12.00'],
  closed_at: ['关闭时间', 'when the order was closed', '2013-12-20 10:00:00'],
  refund_id: ['退款', 'the refund', 'R1'],
  amount: ['金额', 'how much', '2.00'],
  'corrections.amount': ['更正金额，负数为减少', 'what it adds to the line; below 0 it takes off', '-2.00'],
  'adjustments.amount': ['金额，正数对其有利', 'in the party’s favour; below 0 it takes', '2.00'],
  'bank-lines.amount': ['金额，正数为收入', 'positive where money came in', '-9.00'],
  refunded_at: ['退款时间', 'when it was refunded', '2013-12-21 10:00:00'],
  correction_id: ['更正', 'the correction', 'K1'],
  corrected_at: ['更正时间', 'when it was corrected', '2013-12-21 10:00:00'],
  dispute_id: ['异议', 'the dispute', 'Q1'],
  disputed_at: ['提出时间', 'when it was disputed', '2013-12-21 10:00:00'],
  decision_id: ['裁决编号', 'the decision', 'D1'],
  step: ['步骤', 'which step of two persons', 'propose'],
  'appeals.step': ['步骤', 'lodged, granted or rejected', 'lodge'],
  'payment-files.step': ['步骤', 'written or cancelled', 'write'],
  'break-notes.step': ['步骤', 'what is said of the break', 'comment'],
  case_id: ['案件', 'the case', 'overwritten-click.9003.201311'],
  'case-decisions.case_id': ['案件', 'the case', 'case1'],
  publisher_ids: ['所涉推广者', 'the publishers it is about', '1003'],
  lines_through: ['计入的最后一天', 'the last day whose lines are in it', '2013-12-11'],
  lines: ['订单行数', 'how many order lines', '2'],
  approval: ['是否需要批准', 'whether a second person has to approve', 'needed'],
  against: ['处理', 'what is done to the publishers', 'none'],
  'bank-postings.against': ['入账科目', 'the account it is booked against', 'bank-charges'],
  points: ['扣分', 'points taken', '0'],
  appeal_until: ['申诉期限', 'until when it may be appealed', '2013-12-27 10:00:00'],
  appeal_id: ['申诉', 'the appeal', 'Z1'],
  by: ['何人', 'who', 'Chen'],
  adjustment_id: ['调整', 'the adjustment', 'A-1001-1'],
  document: ['依据文件', 'SHA-256 of what it rests on', '0'.repeat(64)],
  proposed_by: ['提出人', 'who proposed it', 'Chen'],
  proposed_at: ['提出时间', 'when it was proposed', '2013-12-11 10:00:00'],
  approved_by: ['批准人', 'who approved it, a second person', 'Wu'],
  approved_at: ['批准时间', 'when it was approved', '2013-12-12 10:00:00'],
  cut_over_id: ['切换', 'the cut-over', '2013'],
  opening_id: ['期初余额', 'the opening balance', 'o1'],
  account: ['科目', 'which balance', 'payable'],
  'bank-statements.account': ['银行账号', 'the bank’s account', '6222020200445566'],
  'bank-lines.statement': ['对账单', 'the statement that it is on', 'BS-20131221'],
  'bank-statements.statement': ['对账单', 'a digest of all that it says, or another id of it', 'BS-20131221'],
  prepared_by: ['编制人', 'who prepared it', 'Chen'],
  trace: ['归因方式', 'how it was earned', 'same-store'],
  fee_rate: ['技术服务费率', 'the fee’s part of the commission', '0.10'],
  openings: ['期初余额笔数', 'how many openings', '3'],
  payable: ['应付合计', 'owed to publishers, in all', '104.50'],
  returned: ['退回合计', 'come back from publishers, in all', '0.00'],
  due: ['应收合计', 'owed by sellers, in all', '32.75'],
  lines_paid: ['订单行实付合计', 'paid for the lines, in all', '280.00'],
  file_id: ['付款文件', 'the payment file', 'F-20131220-0001'],
  format: ['文件格式', 'its format', 'pain001'],
  sha256: ['文件摘要', 'SHA-256 of the file', '0'.repeat(64)],
  rows: ['笔数', 'how many payments', '2'],
  instruction_id: ['扣款或付款指令', 'the deduction or payout', payoutId('1001', '2013-11')],
  reference: ['附言', 'the reference', payoutId('1001', '2013-11')],
  deduction_id: ['扣款', 'the deduction', deductionId('s1', '2013-12-05')],
  payout_id: ['付款', 'the payout', payoutId('1001', '2013-11')],
  since: ['起', 'from when', '2013-12-21 00:00:00'],
  through: ['止', 'until when, not counted', '2013-12-22 00:00:00'],
  opening: ['期初余额', 'the balance before', '100.00'],
  closing: ['期末余额', 'the balance after', '91.00'],
  line: ['行号', 'its place on the statement', '1'],
  part: ['分项', 'its place in the line, where that has several; else 0', '0'],
  line_ref: ['流水号', 'the bank’s own number of the line', 'T1'],
  booked_at: ['入账时间', 'when the bank booked it', '2013-12-21 10:00:00'],
  counterparty: ['对方账号', 'the other side’s account', '6222020200112233'],
  counterparty_name: ['对方户名', 'the other side’s name', 'Lin Xia'],
  memo: ['摘要', 'what else the bank says', 'payout'],
  break_id: ['差异', 'the break', 'B1'],
  owner: ['负责人', 'whose it is', 'Wu'],
  effect: ['接受的差额', 'what a resolution accepts', '0.00'],
  posting_id: ['入账', 'the posting', 'BP-1'],
  line_id: ['银行流水', 'the bank line', 'T1'],
};

/** Who delivers which feeds. */
const BY: readonly (readonly [by: Said, feeds: readonly string[]])[] = [
  [
    ['联盟的登记系统', 'the alliance’s registry'],
    [
      ...['publishers', 'publisher-status', 'contacts', 'sites', 'site-reviews', 'filings', 'ownership', 'adzones'],
      ...['permissions', 'shops', 'programme', 'plans', 'rates', 'plan-members', 'withdrawals'],
    ],
  ],
  [['点击跟踪系统', 'the click tracking'], ['clicks']],
  [
    ['商城的交易系统', 'the mall’s trading system'],
    ['orders', 'receipts', 'closures', 'refunds', 'corrections'],
  ],
  [
    ['推广者或商家，通过联盟', 'publishers and sellers, through the alliance'],
    ['applications', 'disputes', 'appeals'],
  ],
  [
    ['联盟的工作人员；通常由命令或网页代写', 'people of the alliance; commands and pages usually write it for them'],
    [
      ...['application-decisions', 'notices', 'notice-cancellations', 'risk-decisions', 'case-decisions'],
      ...['adjustments', 'adjustment-approvals', 'cut-over-approvals', 'cut-over-withdrawals', 'break-notes'],
      ...['bank-postings', 'payment-files', 'payment-file-rows'],
    ],
  ],
  [
    ['旧账', 'the old books, once'],
    ['openings', 'opening-lines'],
  ],
  [
    ['银行', 'the bank'],
    ['deduction-results', 'payout-results', 'bank-statements', 'bank-lines'],
  ],
];

/** A column as it is told. */
export interface ToldColumn {
  readonly name: string;
  readonly meaning: Said;
  /** What a cell may hold. */
  readonly form: string;
  readonly example: string;
  readonly isKey: boolean;
  /** Whether every row has to have a value in it. */
  readonly isNeeded: boolean;
}

/** A feed's columns as they are told. */
export function toldColumns(feed: Feed): ToldColumn[] {
  return Object.entries(feed.columns).map(([name, { expected, empty }]) => {
    const told = COLUMNS[`${feed.name}.${name}`] ?? COLUMNS[name];
    if (told === undefined) throw new Error(`nothing is told of the column ${name} of ${feed.name}`);
    const [zh, en, example] = told;
    return {
      name,
      meaning: [zh, en],
      form: expected,
      example,
      isKey: feed.key.includes(name),
      isNeeded: empty === undefined,
    };
  });
}

/** Who delivers a feed. */
export function deliveredBy(feed: Feed): Said {
  const found = BY.find(([, feeds]) => feeds.includes(feed.name));
  if (found === undefined) throw new Error(`nothing is told of who delivers ${feed.name}`);
  return found[0];
}
