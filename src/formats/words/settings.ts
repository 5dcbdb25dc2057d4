/**
 * What the settings of a policy (SPEC 14) are called and what their choices mean, as [Chinese, English]. The table is typed
 * by the policy: a setting without its words does not compile. A draft names settings as the document does, not so.
 */
import type { Policy } from '../../core/policy/policy.ts';
import type { PermissionTerm, ReviewTerms } from '../../core/promotion/review/terms.ts';
import type { Pair } from './signals.ts';

type Part =
  | `review-${keyof ReviewTerms}`
  | `permissions-${keyof PermissionTerm}`
  | `points-${keyof ReviewTerms['points']}`;
/** A setting whose value is one of a few names; the names of signals' actions stand with the signals. */
type Chosen = 'permissionAsOf' | 'rateAsOf' | 'selfPurchase' | 'taxProfile';
type Choice =
  | { [K in Chosen]: `${K}-${Policy[K]}` }[Chosen]
  | 'permissions-any'
  | `permissions-${PermissionTerm['grantedBy']}`;

export const SETTING_WORDS = {
  'setting-name': ['名称', 'name'],
  'setting-sameStoreWindowDays': ['同店点击有效天数', 'days a same-store click may earn'],
  'setting-crossStoreWindowDays': ['跨店点击有效天数', 'days a cross-store click may earn'],
  'setting-permissionAsOf': ['跨店权限以何时为准', 'cross-store permission as of'],
  'setting-rateAsOf': ['佣金率以何时为准', 'rate as of'],
  'setting-selfPurchase': ['自购', 'purchases by the publisher itself'],
  'setting-fallThrough': ['最后点击不合格时看更早的点击', 'an earlier click may earn where a later one fails'],
  'setting-couponOverride': ['优惠券优先于点击', 'a coupon goes before clicks'],
  'setting-planPrecedence': ['计划的先后', 'order of plans'],
  'setting-serviceFeeRate': ['服务费率', 'service fee rate'],
  'setting-minimumCommission': ['最低佣金', 'smallest commission'],
  'setting-fastOrderSeconds': ['点击后过快下单：秒数', 'fast order: seconds'],
  'setting-overwriteSeconds': ['覆盖他人点击：秒数', 'overwritten click: seconds'],
  'setting-floodClicks': ['点击泛滥：次数', 'click flood: clicks'],
  'setting-floodSeconds': ['点击泛滥：秒数', 'click flood: seconds'],
  'setting-actions': ['风险信号的处理', 'what a signal does'],
  'setting-payDay': ['每月结算日', 'day of the month that closes months'],
  'setting-taxProfile': ['代扣税规则', 'tax withheld'],
  'setting-clearingDays': ['结算后的观察天数', 'days from settlement to payable'],
  'setting-payWhenCollected': ['收到卖家扣款后才付', 'pay only what was collected'],
  'setting-minimumPayout': ['最低付款额', 'smallest payout'],
  'setting-permissions': ['权限条件', 'permission'],
  'setting-review': ['网站审核', 'site review'],
  'setting-noticeDays': ['权限终止前的通知天数', 'days of notice before a permission ends'],
  'setting-caseDeadlineDays': ['案件裁决期限（天）', 'days to decide a case'],
  'setting-disputeDays': ['卖家异议裁决期限（天）', 'days to decide a dispute'],
  'setting-appealDays': ['申诉期限（天）', 'days to appeal'],
  'setting-reapplyDays': ['被拒后多少天可再申请', 'days from a rejection to the next application'],
  'setting-approvalAbove': ['超过此金额须第二人批准', 'a second person decides above'],
  'setting-violationPoints': ['没收一次扣分', 'points of a forfeit'],
  'setting-freezePoints': ['建议冻结的分数', 'points to recommend freezing'],
  'setting-terminatePoints': ['建议终止的分数', 'points to recommend terminating'],
  'setting-restoreOverwritten': ['没收后归还被覆盖的推广者', 'a forfeited line returns to the overwritten publisher'],
  'setting-permissions-leastScore': ['最低得分', 'least score'],
  'setting-permissions-state': ['网站状态', 'state of the site'],
  'setting-permissions-standing': ['账户状态', 'standing of the account'],
  'setting-permissions-grantedBy': ['授予方式', 'granted by'],
  'setting-review-points': ['满分', 'points'],
  'setting-review-approveScore': ['通过分数', 'score to approve'],
  'setting-review-clickDays': ['查看点击的天数', 'days of clicks looked at'],
  'setting-review-leastClicks': ['判断来源所需的最少点击', 'fewest clicks that are judged'],
  'setting-review-mostForeign': ['站外来源占比上限', 'greatest share of other origins'],
  'setting-review-mostStripped': ['无来源点击占比上限', 'greatest share of clicks without an origin'],
  'setting-review-forfeitDays': ['查看没收的天数', 'days of forfeits counted'],
  'setting-review-mostForfeits': ['没收次数上限', 'most forfeits'],
  'setting-review-ageDays': ['备案满多少天', 'days since first filed'],
  'setting-points-ownership': ['所有权', 'ownership'],
  'setting-points-icp': ['ICP 备案', 'ICP filing'],
  'setting-points-fields': ['资料齐全', 'complete filing'],
  'setting-points-referrer': ['点击来源', 'origin of clicks'],
  'setting-points-stripped': ['无来源的点击', 'clicks without an origin'],
  'setting-points-forfeits': ['没收', 'forfeits'],
  'setting-points-age': ['备案时间', 'age'],
  'value-permissionAsOf-click': ['点击时', 'the click'],
  'value-permissionAsOf-order': ['下单时', 'the order'],
  'value-rateAsOf-click': ['点击时', 'the click'],
  'value-rateAsOf-order': ['下单时', 'the order'],
  'value-selfPurchase-allow': ['计佣', 'earn'],
  'value-selfPurchase-deny': ['不计佣', 'earn nothing'],
  'value-permissions-any': ['不限', 'any'],
  'value-permissions-review': ['评审', 'a review'],
  'value-permissions-application': ['申请获批', 'an application'],
  'value-taxProfile-none': ['不代扣', 'nothing'],
  'value-taxProfile-cn-labour': ['中国劳务报酬', 'Chinese labour income'],
} as const satisfies Readonly<Record<`setting-${keyof Policy | Part}` | `value-${Choice}`, Pair>>;
