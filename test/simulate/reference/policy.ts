/** The policy as the reference reads it: a document's settings over the defaults of SPEC (14, `alimama-2013`). */
import { scaled } from './arithmetic.ts';

export interface PolicyDocument {
  name?: string;
  sameStoreWindowDays?: number;
  crossStoreWindowDays?: number;
  permissionAsOf?: 'click' | 'order';
  rateAsOf?: 'click' | 'order';
  selfPurchase?: 'allow' | 'deny';
  fallThrough?: boolean;
  couponOverride?: boolean;
  planPrecedence?: string[];
  serviceFeeRate?: string;
  minimumCommission?: string;
  fastOrderSeconds?: number;
  overwriteSeconds?: number;
  floodClicks?: number;
  floodSeconds?: number;
  actions?: Record<string, string>;
  payDay?: number;
  taxProfile?: 'none' | 'cn-labour';
  minimumPayout?: string;
  clearingDays?: number;
  payWhenCollected?: boolean;
}

export interface Settings
  extends Required<Omit<PolicyDocument, 'serviceFeeRate' | 'minimumCommission' | 'minimumPayout'>> {
  serviceFeeRate: bigint;
  minimumCommission: bigint;
  minimumPayout: bigint;
}

export function settingsOf(document: PolicyDocument, digits: number): Settings {
  const exactly = (text: string, places: number): bigint => {
    const value = scaled(text, places);
    if (value === undefined) throw new Error(`${text} is no number of ${places} places`);
    return value;
  };
  return {
    name: document.name ?? 'alimama-2013',
    sameStoreWindowDays: document.sameStoreWindowDays ?? 15,
    crossStoreWindowDays: document.crossStoreWindowDays ?? 15,
    permissionAsOf: document.permissionAsOf ?? 'click',
    rateAsOf: document.rateAsOf ?? 'click',
    selfPurchase: document.selfPurchase ?? 'deny',
    fallThrough: document.fallThrough ?? true,
    couponOverride: document.couponOverride ?? true,
    planPrecedence: document.planPrecedence ?? ['event', 'targeted', 'general'],
    serviceFeeRate: exactly(document.serviceFeeRate ?? '0.10', 6),
    minimumCommission: exactly(document.minimumCommission ?? '0.01', digits),
    fastOrderSeconds: document.fastOrderSeconds ?? 3,
    overwriteSeconds: document.overwriteSeconds ?? 60,
    floodClicks: document.floodClicks ?? 20,
    floodSeconds: document.floodSeconds ?? 60,
    actions: {
      'fast-order': 'hold',
      'overwritten-click': 'hold',
      'referrer-mismatch': 'flag',
      'no-referrer': 'off',
      'click-flood': 'hold',
      'coupon-override': 'flag',
      ...document.actions,
    },
    payDay: document.payDay ?? 20,
    taxProfile: document.taxProfile ?? 'none',
    minimumPayout: exactly(document.minimumPayout ?? '0.10', digits),
    clearingDays: document.clearingDays ?? 0,
    payWhenCollected: document.payWhenCollected ?? false,
  };
}
