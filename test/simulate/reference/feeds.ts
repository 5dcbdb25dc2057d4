/** What the reference knows of each feed's columns (SPEC 3, and src/core/feeds/README.md for those of SPEC 12): how a cell reads, which columns are the key, which may be amended. */
import { scaled } from './arithmetic.ts';
import type { Zone } from './zone.ts';

type Value = string | number | bigint | null;
/** A row that parsed: its values, and its place in what was ever delivered. */
export type Parsed = Readonly<Record<string, Value>>;
export interface Terms {
  readonly zone: Zone;
  readonly digits: number;
}
type Reader = (text: string, terms: Terms) => Value | undefined;

const matching =
  (form: RegExp): Reader =>
  (text) =>
    form.test(text) ? text : undefined;
const party = matching(/^[A-Za-z0-9-]{1,24}$/);
const id = matching(/^[A-Za-z0-9._-]{1,64}$/);
const text: Reader = (given) => given;
const instant: Reader = (given, { zone }) => zone.read(given);
const one =
  (...allowed: string[]): Reader =>
  (given) =>
    allowed.includes(given) ? given : undefined;
const optional =
  (reader: Reader): Reader =>
  (given, terms) =>
    given === '' ? null : reader(given, terms);
const money =
  (least: bigint): Reader =>
  (given, { digits }) => {
    const minor = scaled(given, digits);
    return minor !== undefined && minor >= least ? minor : undefined;
  };
const signed: Reader = (given, { digits }) => {
  const minor = scaled(given, digits);
  return minor === 0n ? undefined : minor;
};
const anyAmount: Reader = (given, { digits }) => scaled(given, digits);
const said: Reader = (given) => (given.trim() === '' ? undefined : given);
const sha = matching(/^[0-9a-f]{64}$/);
const natural: Reader = (given) => (/^\d{1,9}$/.test(given) ? Number(given) : undefined);
const fraction: Reader = (given) => {
  const millionths = /^\d(\.\d{1,6})?$/.test(given) ? scaled(given, 6) : undefined;
  return millionths !== undefined && millionths <= 1_000_000n ? millionths : undefined;
};
const quantity: Reader = (given) => (/^[1-9]\d*$/.test(given) ? Number(given) : undefined);
const score: Reader = (given) => {
  const hundredths = scaled(given, 2);
  return hundredths !== undefined && hundredths >= 0n && hundredths <= 10_000n ? hundredths : undefined;
};
const rate: Reader = (given) => {
  const percent = /^(.*?) ?%$/.exec(given);
  const millionths = percent === null ? scaled(given, 6) : scaled(percent[1] ?? '', 4);
  return millionths !== undefined && millionths > 0n && millionths <= 900_000n ? millionths : undefined;
};
const idSet: Reader = (given) => [...new Set(given.split(';').filter((one) => one !== ''))].sort().join(';');

const PERMISSIONS = ['cross-store:tmall', 'cross-store:taobao', 'site-wide:tmall', 'api', 'taodianjin'];
const permission = one(...PERMISSIONS);
const permissionSet: Reader = (given) => {
  const names = [...new Set(given.split(';'))].sort();
  return names.every((name) => PERMISSIONS.includes(name)) ? names.join(';') : undefined;
};

interface FeedShape {
  readonly columns: Readonly<Record<string, Reader>>;
  /** Empty: the whole row. */
  readonly key: readonly string[];
  readonly amendable?: readonly string[];
}

/** In the order in which a folder is taken in. */
export const SHAPES: Readonly<Record<string, FeedShape>> = {
  publishers: {
    columns: {
      publisher_id: party,
      name: text,
      kind: one('individual', 'company'),
      payee_name: text,
      payee_account: text,
      own_buyer_ids: idSet,
      registered_at: instant,
    },
    key: ['publisher_id'],
    amendable: ['name', 'kind', 'payee_name', 'payee_account', 'own_buyer_ids', 'registered_at'],
  },
  'publisher-status': {
    columns: { publisher_id: party, status: one('active', 'frozen', 'terminated'), at: instant, reason: text },
    key: [],
  },
  sites: {
    columns: {
      site_id: party,
      publisher_id: party,
      kind: one('website', 'app', 'guide', 'software'),
      name: text,
      domain: text,
      filed_at: instant,
    },
    key: ['site_id'],
    amendable: ['kind', 'name', 'domain', 'filed_at'],
  },
  'site-reviews': {
    columns: {
      site_id: party,
      status: one('submitted', 'approved', 'rejected', 'amend'),
      score: optional(score),
      at: instant,
      reason: text,
    },
    key: [],
  },
  adzones: { columns: { adzone_id: party, site_id: party, name: text }, key: ['adzone_id'], amendable: ['name'] },
  permissions: {
    columns: {
      site_id: party,
      permission,
      action: one('grant', 'revoke'),
      at: instant,
      reason: text,
    },
    key: [],
  },
  withdrawals: {
    columns: { site_id: party, withdrawn_at: instant, withdrawn_by: text, reason: text },
    key: ['site_id'],
  },
  applications: {
    columns: { application_id: id, site_id: party, permission, applied_at: instant, statement: text },
    key: ['application_id'],
  },
  'application-decisions': {
    columns: {
      application_id: id,
      decision: one('approve', 'reject'),
      decided_at: instant,
      decided_by: text,
      reason: text,
    },
    key: ['application_id'],
  },
  notices: {
    columns: {
      notice_id: id,
      site_id: party,
      permissions: permissionSet,
      issued_at: instant,
      effective_at: instant,
      issued_by: text,
      reason: text,
    },
    key: ['notice_id'],
  },
  'notice-cancellations': {
    columns: { notice_id: id, permission, cancelled_at: instant, cancelled_by: text, reason: text },
    key: ['notice_id', 'permission'],
  },
  shops: {
    columns: { shop_id: party, seller_id: party, mall: one('taobao', 'tmall'), name: text },
    key: ['shop_id'],
    amendable: ['name'],
  },
  programme: { columns: { shop_id: party, action: one('join', 'leave'), at: instant }, key: [] },
  plans: {
    columns: { plan_id: party, shop_id: party, kind: one('general', 'targeted', 'event'), name: text },
    key: ['plan_id'],
    amendable: ['name'],
  },
  rates: {
    columns: {
      plan_id: party,
      scope: one('item', 'category', 'shop'),
      scope_id: id,
      rate,
      valid_from: instant,
      valid_to: optional(instant),
    },
    key: ['plan_id', 'scope', 'scope_id', 'valid_from'],
  },
  'plan-members': {
    columns: { plan_id: party, publisher_id: party, action: one('join', 'leave'), at: instant },
    key: [],
  },
  clicks: {
    columns: {
      click_id: id,
      clicked_at: instant,
      pid: text,
      buyer_id: id,
      shop_id: party,
      item_id: optional(id),
      referrer: text,
      ip: text,
      sub_id: optional(text),
    },
    key: ['buyer_id', 'clicked_at', 'click_id'],
  },
  orders: {
    columns: {
      order_line_id: id,
      order_id: id,
      buyer_id: id,
      shop_id: party,
      item_id: id,
      category_id: id,
      quantity,
      paid_amount: money(0n),
      paid_at: instant,
      coupon_pid: optional(text),
    },
    key: ['order_line_id'],
  },
  receipts: {
    columns: { order_line_id: id, confirmed_at: instant, received_amount: optional(money(0n)) },
    key: ['order_line_id'],
  },
  closures: { columns: { order_line_id: id, closed_at: instant, reason: text }, key: ['order_line_id'] },
  refunds: {
    columns: { refund_id: id, order_line_id: id, amount: money(1n), refunded_at: instant },
    key: ['order_line_id', 'refund_id'],
  },
  corrections: {
    columns: { correction_id: id, order_line_id: id, amount: signed, corrected_at: instant, reason: said },
    key: ['order_line_id', 'correction_id'],
  },
  'risk-decisions': {
    columns: {
      decision_id: id,
      order_line_id: id,
      decision: one('release', 'forfeit'),
      decided_at: instant,
      decided_by: text,
      reason: text,
    },
    key: ['order_line_id', 'decision_id'],
  },
  adjustments: {
    columns: {
      adjustment_id: id,
      publisher_id: optional(party),
      seller_id: optional(party),
      amount: signed,
      reason: said,
      document: sha,
      proposed_by: said,
      proposed_at: instant,
    },
    key: ['adjustment_id'],
  },
  'adjustment-approvals': {
    columns: { adjustment_id: id, approved_by: said, approved_at: instant },
    key: ['adjustment_id'],
  },
  openings: {
    columns: {
      opening_id: id,
      cut_over_id: id,
      publisher_id: optional(party),
      seller_id: optional(party),
      account: one('payable', 'returned', 'due'),
      amount: signed,
      prepared_by: said,
    },
    key: ['opening_id'],
  },
  'opening-lines': {
    columns: {
      order_line_id: id,
      cut_over_id: id,
      order_id: id,
      buyer_id: id,
      shop_id: party,
      item_id: id,
      category_id: id,
      quantity,
      paid_amount: money(0n),
      paid_at: instant,
      pid: said,
      trace: one('same-store', 'cross-store', 'coupon'),
      rate,
      confirmed_at: optional(instant),
      fee_rate: optional(fraction),
      prepared_by: said,
    },
    key: ['order_line_id'],
  },
  'cut-over-approvals': {
    columns: {
      cut_over_id: id,
      openings: natural,
      payable: anyAmount,
      returned: anyAmount,
      due: anyAmount,
      lines: optional(natural),
      lines_paid: optional(money(0n)),
      approved_by: said,
      approved_at: instant,
    },
    key: ['cut_over_id'],
  },
  'deduction-results': {
    columns: { deduction_id: id, status: one('confirmed', 'failed'), at: instant, reason: text },
    key: ['deduction_id', 'status'],
  },
  'payout-results': {
    columns: { payout_id: id, status: one('confirmed', 'returned'), at: instant, reason: text },
    key: ['payout_id', 'status'],
  },
};

export function shapeOf(feed: string): FeedShape {
  const shape = SHAPES[feed];
  if (shape === undefined) throw new Error(`${feed} is no feed`);
  return shape;
}

/** The first judgement: the row parses and keeps the bounds of a single row. Undefined where it does not. */
export function readRow(feed: string, cells: Readonly<Record<string, string>>, terms: Terms): Parsed | undefined {
  const row: Record<string, Value> = {};
  for (const [name, reader] of Object.entries(shapeOf(feed).columns)) {
    const value = reader(cells[name] ?? '', terms);
    if (value === undefined) return undefined;
    row[name] = value;
  }
  if (feed === 'rates' && row['valid_to'] !== null && Number(row['valid_to']) <= Number(row['valid_from']))
    return undefined;
  if (feed === 'notices' && Number(row['effective_at']) <= Number(row['issued_at'])) return undefined;
  const ofOne = (row['publisher_id'] === null) !== (row['seller_id'] === null);
  if (feed === 'adjustments' && !ofOne) return undefined;
  if (feed === 'opening-lines') {
    const { confirmed_at: confirmed, fee_rate: fee } = row;
    if ((confirmed === null) !== (fee === null)) return undefined;
    if (confirmed !== null && Number(confirmed) < Number(row['paid_at'])) return undefined;
  }
  if (feed === 'openings') {
    const isSeller = row['account'] === 'due';
    if (!ofOne || (row['seller_id'] !== null) !== isSeller) return undefined;
    if (row['account'] === 'returned' && BigInt(String(row['amount'])) < 0n) return undefined;
  }
  return row;
}

/** Feeds that a round has only where it plays finance: what people decide about money. */
export const FINANCE: readonly string[] = [
  'corrections',
  'adjustments',
  'adjustment-approvals',
  'openings',
  'opening-lines',
  'cut-over-approvals',
];

export function sameValues(names: readonly string[], a: Parsed, b: Parsed): boolean {
  return names.every((name) => a[name] === b[name]);
}

export function keyText(feed: string, row: Parsed): string {
  const { key, columns } = shapeOf(feed);
  const names = key.length > 0 ? key : Object.keys(columns);
  return JSON.stringify(names.map((name) => String(row[name])));
}
