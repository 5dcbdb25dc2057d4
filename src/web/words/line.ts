/** What a page about one order line says: why it is whose it is, what became of it, what would have had to be different. */
import { texts } from './text.ts';

export const LINE = texts({
  'line-title': ['订单行 {line}', 'Order line {line}'],
  // Reasons of SPEC 5 to 9, as the log names them
  'no-click': ['窗口内没有点击', 'no click in the window'],
  'pid-unknown': ['PID 未登记', 'PID unknown'],
  'publisher-not-active': ['推广者账户非正常', 'publisher not active'],
  'site-not-approved': ['网站未通过审核', 'site not approved'],
  'shop-not-in-programme': ['店铺未参加推广', 'shop not in the programme'],
  'cross-store-not-permitted': ['无跨店结算权限', 'cross-store not permitted'],
  'self-purchase': ['自购', 'self-purchase'],
  'no-rate': ['没有佣金率', 'no rate'],
  passed: ['通过', 'passed'],
});
