/**
 * What the tests of SPEC 5 ask, what they found and what would have been needed, as [Chinese, English]. The tables are
 * typed by the tests: one without its words does not compile. The log holds none of them.
 */
import type { FactOf, Reason, TestName } from '../../core/attribution/tests/index.ts';
import { parsePid } from '../../core/ids.ts';
import { ANOTHER } from '../../core/line/audience.ts';
import type { Policy } from '../../core/policy/policy.ts';
import type { Pair } from './signals.ts';

/** Why a line is unattributed, or a candidate failed. */
export const REASON_WORDS = {
  'no-click': ['窗口内没有点击', 'no click in the window'],
  'pid-unknown': ['PID 未登记', 'the PID is not known'],
  'publisher-not-active': ['推广者账户不正常', 'the publisher was not active'],
  'site-not-approved': ['网站未通过审核', 'the site was not approved'],
  'shop-not-in-programme': ['店铺未参加推广', 'the shop was not in the programme'],
  'cross-store-not-permitted': ['没有跨店结算权限', 'cross-store was not permitted'],
  'self-purchase': ['自购', 'a purchase of its own'],
  'no-rate': ['没有适用的佣金率', 'there was no rate'],
} as const satisfies Readonly<Record<Reason, Pair>>;

type Switched = Extract<FactOf[TestName], { readonly value: string; readonly since: string }>;
/** What a dated switch says (SPEC 3). */
export const SWITCH_WORDS = {
  active: ['正常', 'active'],
  frozen: ['冻结', 'frozen'],
  terminated: ['终止', 'terminated'],
  submitted: ['已提交', 'submitted'],
  approved: ['已通过', 'approved'],
  rejected: ['已拒绝', 'rejected'],
  amend: ['待修改', 'to be amended'],
  withdrawn: ['已撤回', 'withdrawn'],
  join: ['已参加', 'joined'],
  leave: ['已退出', 'left'],
  grant: ['已授予', 'granted'],
  revoke: ['已收回', 'revoked'],
} as const satisfies Readonly<Record<Switched['value'], Pair>>;

/** A candidate that was tested, as the words need it. */
export interface Tried {
  readonly pid: string;
  readonly isCoupon: boolean;
  readonly isCrossStore: boolean;
  /** Of the line; the buyer is empty for a reader who may not know it. */
  readonly order: { readonly [K in 'shop' | 'mall' | 'buyer' | 'item' | 'category']: string };
  readonly policy: Policy;
  /** An instant of an event as its reader sees it. */
  readonly when: (iso: string) => string;
}

interface TestWords<F> {
  readonly asked: (of: Tried) => Pair;
  readonly found: (fact: F, of: Tried) => Pair;
  readonly needed: (of: Tried) => Pair;
}

const publisher = ({ pid }: Tried): Pair => {
  const id = parsePid(pid)?.publisherId;
  return pid === ANOTHER ? ['另一位推广者', ANOTHER] : [`推广者 ${id}`, `publisher ${id}`];
};
const site = ({ pid }: Tried): Pair => {
  const id = parsePid(pid)?.siteId;
  return pid === ANOTHER ? ['另一位推广者的网站', `the site of ${ANOTHER}`] : [`网站 ${id}`, `site ${id}`];
};
const buyer = ({ order }: Tried): Pair =>
  order.buyer === '' ? ['买家', 'the buyer'] : [`买家 ${order.buyer}`, `buyer ${order.buyer}`];

/** A name before Chinese words: what ends in an id has a space behind it. */
const named = ([zh]: Pair): string => (/[0-9A-Za-z]$/.test(zh) ? `${zh} ` : zh);

const AT_CLICK: Pair = ['点击时', 'at the click'];
const AT_PAYMENT: Pair = ['付款时', 'at payment'];
const moment = ({ isCoupon }: Tried): Pair => (isCoupon ? AT_PAYMENT : AT_CLICK);
const momentBy = (asOf: 'click' | 'order', of: Tried): Pair => (asOf === 'click' ? moment(of) : AT_PAYMENT);

function since(row: Switched | null, none: Pair, { when }: Tried): Pair {
  if (row === null) return none;
  const [zh, en] = SWITCH_WORDS[row.value];
  return [`${zh}，自 ${when(row.since)}`, `${en} since ${when(row.since)}`];
}

export const TEST_WORDS: { readonly [N in TestName]: TestWords<FactOf[N]> } = {
  'pid-known': {
    asked: () => ['PID 已登记', 'the PID is known'],
    found: (isKnown, { pid }) =>
      isKnown ? [`${pid} 已登记`, `${pid} is in the registry`] : [`${pid} 未登记`, `${pid} is not in the registry`],
    needed: ({ pid }) => [
      `${pid} 须在当晚之前登记为其推广者网站的推广位`,
      `${pid} would have had to name an adzone of a site of its publisher, as delivered before the night`,
    ],
  },
  'publisher-active': {
    asked: (of) => [`${named(publisher(of))}账户正常`, `${publisher(of)[1]} is active`],
    found: (row, of) => since(row, ['无状态记录，视为正常', 'no status row, so active'], of),
    needed: (of) => [
      `${named(publisher(of))}${moment(of)[0]}须账户正常`,
      `${publisher(of)[1]} would have had to be active ${moment(of)[1]}`,
    ],
  },
  'site-approved': {
    asked: (of) => [`${named(site(of))}已通过审核`, `${site(of)[1]} is approved`],
    found: (row, of) => since(row, ['从未审核，视为已提交', 'never reviewed, so submitted'], of),
    needed: (of) => [
      `${named(site(of))}${moment(of)[0]}须已通过审核`,
      `${site(of)[1]} would have had to be approved ${moment(of)[1]}`,
    ],
  },
  'shop-in-programme': {
    asked: ({ order }) => [`店铺 ${order.shop} 参加推广`, `shop ${order.shop} is in the programme`],
    found: (row, of) => since(row, ['从未参加', 'never joined'], of),
    needed: (of) => [
      `店铺 ${of.order.shop} ${moment(of)[0]}须已参加推广`,
      `shop ${of.order.shop} would have had to be in the programme ${moment(of)[1]}`,
    ],
  },
  'cross-store-permitted': {
    asked: (of) => [`网站有权 cross-store:${of.order.mall}`, `site may earn cross-store:${of.order.mall}`],
    found: (row, of) => {
      const [zh, en] = since(row, ['从未授予', 'never granted'], of);
      const { permissionAsOf: as } = of.policy;
      return [`${zh}（以${as === 'click' ? '点击' : '付款'}时为准）`, `${en} (as of the ${as})`];
    },
    needed: (of) => {
      const { shop, mall } = of.order;
      const [zh, en] = momentBy(of.policy.permissionAsOf, of);
      return [
        `${named(site(of))}${zh}须有 cross-store:${mall} 权限，或者点击就在店铺 ${shop}`,
        `${site(of)[1]} would have had to hold cross-store:${mall} ${en}, or the click to be on shop ${shop}`,
      ];
    },
  },
  'self-purchase': {
    asked: (of) => [`${named(buyer(of))}可以购买`, `${buyer(of)[1]} may buy`],
    found: (isOwn, { policy }) =>
      isOwn
        ? [
            `是其自有买家；规则：${policy.selfPurchase === 'allow' ? '允许' : '不允许'}`,
            `it is one of them; the policy: ${policy.selfPurchase}`,
          ]
        : ['不在其自有买家之列', 'not among its own buyers'],
    needed: (of) => [
      `${named(buyer(of))}须不是${named(publisher(of))}自己的买家，或者规则允许自购`,
      `${buyer(of)[1]} would have had to be none of ${publisher(of)[1]}'s own, or the policy to allow self-purchase`,
    ],
  },
  'rate-applies': {
    asked: () => ['有适用的佣金率', 'a rate applies'],
    found: (rate, { policy }) =>
      rate === null
        ? [`${policy.rateAsOf === 'click' ? '点击' : '付款'}时没有`, `none at the ${policy.rateAsOf}`]
        : ['见下', 'see below'],
    needed: (of) => {
      const { shop, item, category } = of.order;
      const [zh, en] = momentBy(of.policy.rateAsOf, of);
      return of.isCrossStore
        ? [
            `店铺 ${shop} 的通用计划${zh}须有类目 ${category} 或全店的佣金率`,
            `a general plan of shop ${shop} would have had to hold a rate for category ${category} or the shop ${en}`,
          ]
        : [
            `店铺 ${shop} 的计划${zh}须有商品 ${item}、类目 ${category} 或全店的佣金率`,
            `a plan of shop ${shop} would have had to hold a rate for item ${item}, category ${category} or the shop ${en}`,
          ];
    },
  },
};
