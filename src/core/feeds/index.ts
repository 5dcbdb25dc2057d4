/** Every feed, in the order in which a folder is taken in. A new feed is one constant and its row's meaning in intake. */

import { parsePid } from '../ids.ts';
import { PERMISSIONS, SITE_KINDS, SITE_STATES } from '../promotion/permissions.ts';
import { bankLines, bankPostings, bankStatements, breakNotes, paymentFileRows, paymentFiles } from './bank.ts';
import {
  amountAboveZero,
  amountFromZero,
  bought,
  code,
  idSet,
  instant,
  mark,
  oneOf,
  orEmpty,
  otherId,
  partyId,
  rate,
  score,
  words,
} from './columns.ts';
import { cutOverApprovals, cutOverWithdrawals, openingLines, openings } from './cut-over.ts';
import { appeals, caseDecisions, contacts, disputes } from './desk.ts';
import { type Feed, feed, type RowOf } from './feed.ts';
import { adjustmentApprovals, adjustments, corrections } from './finance.ts';
import {
  applicationDecisions,
  applications,
  filings,
  noticeCancellations,
  notices,
  ownership,
  withdrawals,
} from './promotion.ts';

const publishers = feed('publishers', {
  columns: {
    publisher_id: partyId,
    name: words,
    kind: oneOf('individual', 'company'),
    payee_name: words,
    payee_account: code,
    own_buyer_ids: idSet,
    registered_at: instant,
  },
  key: ['publisher_id'],
  amendable: ['name', 'kind', 'payee_name', 'payee_account', 'own_buyer_ids', 'registered_at'],
  odd: ({ publisher_id: publisher, payee_name: name, payee_account: account }) =>
    name === '' || account === ''
      ? [{ kind: 'no-payee', about: name === '' ? 'payee_name' : 'payee_account', detail: { publisher } }]
      : [],
});

const publisherStatus = feed('publisher-status', {
  columns: { publisher_id: partyId, status: oneOf('active', 'frozen', 'terminated'), at: instant, reason: words },
  key: 'row',
});

const sites = feed('sites', {
  columns: {
    site_id: partyId,
    publisher_id: partyId,
    kind: oneOf(...SITE_KINDS),
    name: words,
    domain: words,
    filed_at: instant,
  },
  key: ['site_id'],
  amendable: ['kind', 'name', 'domain', 'filed_at'],
});

/** Of a row that a review made its moment's digits; empty of what a person decided, whose later word wins (SPEC 12). */
const byReview = orEmpty(otherId);

const siteReviews = feed('site-reviews', {
  columns: {
    site_id: partyId,
    status: oneOf(...SITE_STATES),
    score: orEmpty(score),
    at: instant,
    reason: words,
    review: byReview,
  },
  key: 'row',
});

const adzones = feed('adzones', {
  columns: { adzone_id: partyId, site_id: partyId, name: words },
  key: ['adzone_id'],
  amendable: ['name'],
});

const permissions = feed('permissions', {
  columns: {
    site_id: partyId,
    permission: oneOf(...PERMISSIONS),
    action: oneOf('grant', 'revoke'),
    at: instant,
    reason: words,
    review: byReview,
  },
  key: 'row',
});

const shops = feed('shops', {
  columns: { shop_id: partyId, seller_id: partyId, mall: oneOf('taobao', 'tmall'), name: words },
  key: ['shop_id'],
  amendable: ['name'],
});

const programme = feed('programme', {
  columns: { shop_id: partyId, action: oneOf('join', 'leave'), at: instant },
  key: 'row',
});

const plans = feed('plans', {
  columns: { plan_id: partyId, shop_id: partyId, kind: oneOf('general', 'targeted', 'event'), name: words },
  key: ['plan_id'],
  amendable: ['name'],
});

const rates = feed('rates', {
  columns: {
    plan_id: partyId,
    scope: oneOf('item', 'category', 'shop'),
    scope_id: otherId,
    rate,
    valid_from: instant,
    valid_to: orEmpty(instant),
  },
  key: ['plan_id', 'scope', 'scope_id', 'valid_from'],
  bounds: (row) =>
    row.valid_to !== null && row.valid_to <= row.valid_from
      ? 'valid_to is not after valid_from: a rate must be valid for some time'
      : undefined,
});

const planMembers = feed('plan-members', {
  columns: { plan_id: partyId, publisher_id: partyId, action: oneOf('join', 'leave'), at: instant },
  key: 'row',
});

const clicks = feed('clicks', {
  columns: {
    click_id: otherId,
    clicked_at: instant,
    pid: code,
    buyer_id: otherId,
    shop_id: partyId,
    item_id: orEmpty(otherId),
    referrer: words,
    ip: code,
    sub_id: orEmpty(mark),
  },
  key: ['buyer_id', 'clicked_at', 'click_id'],
});

const orders = feed('orders', {
  columns: {
    order_line_id: otherId,
    ...bought,
    coupon_pid: orEmpty(code),
  },
  key: ['order_line_id'],
  odd: ({ coupon_pid: coupon, paid_at: at, order_line_id: line }, tomorrow) => [
    ...(coupon !== null && parsePid(coupon) === undefined
      ? [{ kind: 'coupon-no-pid', about: 'coupon_pid', detail: { coupon } } as const]
      : []),
    ...(tomorrow !== undefined && at >= tomorrow
      ? [{ kind: 'future-order', about: 'paid_at', detail: { line } } as const]
      : []),
  ],
});

export const receipts = feed('receipts', {
  columns: { order_line_id: otherId, confirmed_at: instant, received_amount: orEmpty(amountFromZero) },
  key: ['order_line_id'],
});

export const closures = feed('closures', {
  columns: { order_line_id: otherId, closed_at: instant, reason: words },
  key: ['order_line_id'],
});

export const refunds = feed('refunds', {
  columns: { refund_id: otherId, order_line_id: otherId, amount: amountAboveZero, refunded_at: instant },
  key: ['order_line_id', 'refund_id'],
});

export const riskDecisions = feed('risk-decisions', {
  columns: {
    decision_id: otherId,
    order_line_id: otherId,
    decision: oneOf('release', 'forfeit'),
    decided_at: instant,
    decided_by: words,
    reason: words,
  },
  key: ['order_line_id', 'decision_id'],
});

const deductionResults = feed('deduction-results', {
  columns: { deduction_id: otherId, status: oneOf('confirmed', 'failed'), at: instant, reason: words },
  key: ['deduction_id', 'status'],
});

const payoutResults = feed('payout-results', {
  columns: { payout_id: otherId, status: oneOf('confirmed', 'returned'), at: instant, reason: words },
  key: ['payout_id', 'status'],
});

export const FEEDS: readonly Feed[] = [
  publishers,
  publisherStatus,
  contacts,
  sites,
  siteReviews,
  filings,
  ownership,
  adzones,
  permissions,
  applications,
  applicationDecisions,
  notices,
  noticeCancellations,
  withdrawals,
  shops,
  programme,
  plans,
  rates,
  planMembers,
  clicks,
  orders,
  receipts,
  closures,
  refunds,
  corrections,
  disputes,
  riskDecisions,
  caseDecisions,
  appeals,
  adjustments,
  adjustmentApprovals,
  cutOverWithdrawals,
  openings,
  openingLines,
  cutOverApprovals,
  paymentFiles,
  paymentFileRows,
  deductionResults,
  payoutResults,
  bankStatements,
  bankLines,
  breakNotes,
  bankPostings,
] as readonly unknown[] as readonly Feed[];

export const FEED_NAMES: readonly string[] = FEEDS.map((of) => of.name);

export type ClickRow = RowOf<typeof clicks.columns>;
export type OrderRow = RowOf<typeof orders.columns>;
