/**
 * The preset `alimama-2013` (SPEC 14): the value of each setting that a policy document does not name. It is read when a
 * policy is written and adopted, and never again: nights, verifying and explaining read what was adopted, whole.
 */
import { parseMoney } from '../money.ts';
import { PERMISSION_DEFAULTS, REVIEW_DEFAULTS } from '../promotion/review/terms.ts';
import { ofEachSignal, presetThresholds } from '../signals/index.ts';

/** The values for a currency with that many digits; amounts in minor units. */
export function preset(digits: number) {
  const small = (text: string) => (digits >= 2 ? (parseMoney(text, digits) ?? 0n) : 1n);
  return {
    name: 'alimama-2013',
    sameStoreWindowDays: 15,
    crossStoreWindowDays: 15,
    permissionAsOf: 'click',
    rateAsOf: 'click',
    selfPurchase: 'deny',
    fallThrough: true,
    couponOverride: true,
    planPrecedence: ['event', 'targeted', 'general'],
    serviceFeeRate: '0.1',
    minimumCommission: small('0.01'),
    ...presetThresholds(),
    actions: ofEachSignal(({ action }) => action),
    payDay: 20,
    taxProfile: 'none',
    clearingDays: 0,
    payWhenCollected: false,
    minimumPayout: small('0.10'),
    permissions: PERMISSION_DEFAULTS,
    review: REVIEW_DEFAULTS,
    noticeDays: 5,
    reapplyDays: 15,
    caseDeadlineDays: 15,
    disputeDays: 15,
    appealDays: 15,
    approvalAbove: parseMoney('1000', digits) ?? 0n,
    violationPoints: 6,
    freezePoints: 12,
    terminatePoints: 18,
    restoreOverwritten: false,
  } as const;
}
