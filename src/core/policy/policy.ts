/**
 * The policy: every setting that the sources leave open, by the names SPEC uses, in one validated document (SPEC 14).
 * It says what the rules are; it does not apply them. How an adopted policy is kept is in sealed.ts.
 */
import { PLAN_KINDS, type PlanKind } from '../attribution/registry.ts';
import { quote } from '../feeds/feed.ts';
import { formatMoney, type Money, type Rate } from '../money.ts';
import { type PermissionTerms, permissionTerms, type ReviewTerms, reviewTerms } from '../promotion/review/terms.ts';
import { type Actions, ofEachSignal, THRESHOLDS, type Thresholds } from '../signals/index.ts';
import { ACTIONS, type Threshold } from '../signals/signal.ts';
import { preset } from './preset.ts';
import { amount, choice, fault, flag, fraction, isObject, name, parts, type Reader, whole } from './settings.ts';

export interface Policy extends Thresholds {
  readonly name: string;
  /** Days of 24 h in which a click in the bought-from shop may earn (SPEC 5). */
  readonly sameStoreWindowDays: number;
  readonly crossStoreWindowDays: number;
  readonly permissionAsOf: 'click' | 'order';
  readonly rateAsOf: 'click' | 'order';
  readonly selfPurchase: 'allow' | 'deny';
  readonly fallThrough: boolean;
  readonly couponOverride: boolean;
  readonly planPrecedence: readonly PlanKind[];
  /** The alliance's share of the commission, 0 to 1 (SPEC 7). */
  readonly serviceFeeRate: Rate;
  /** In minor units: a commission below it is voided (SPEC 7). */
  readonly minimumCommission: Money;
  /** What is done about each signal (SPEC 9); their thresholds are settings beside these. */
  readonly actions: Actions;
  /** Day of the month, 1 to 28, from which a night closes the months before (SPEC 10). */
  readonly payDay: number;
  readonly taxProfile: 'none' | 'cn-labour';
  /** Days from settlement to the night that makes an earning payable; 0 makes it payable at once. */
  readonly clearingDays: number;
  /** Whether an earning waits, too, until its seller's deduction is confirmed. */
  readonly payWhenCollected: boolean;
  /** In minor units: a smaller payout is carried (SPEC 10). */
  readonly minimumPayout: Money;
  /** What a site has to be for each permission, and how it comes to it (SPEC 12). */
  readonly permissions: PermissionTerms;
  readonly review: ReviewTerms;
  /** Calendar days between a notice and the day at whose beginning permissions end (SPEC 12). */
  readonly noticeDays: number;
  /** Days from the rejection of an application to the next for the same permission and site (SPEC 12). */
  readonly reapplyDays: number;
  /** Days from a case's first open line to the day by which it is to be decided. */
  readonly caseDeadlineDays: number;
  /** Days from a seller's dispute to the day by which it is to be decided. */
  readonly disputeDays: number;
  /** Days in which a publisher may appeal: against a decision of the desk, against a rejected application (SPEC 12). */
  readonly appealDays: number;
  /** In minor units: a decision with more at stake needs a second person. */
  readonly approvalAbove: Money;
  /** What a forfeit costs its publishers, if the one who decides does not say otherwise; 0 to 1000. */
  readonly violationPoints: number;
  /** Points from which freezing is recommended, and from which terminating is. Applied by people. */
  readonly freezePoints: number;
  readonly terminatePoints: number;
  /** Whether a forfeited line goes to the publisher whose click was overwritten. */
  readonly restoreOverwritten: boolean;
}

const precedence: Reader<readonly PlanKind[]> = (value) => {
  const kinds = Array.isArray(value) ? value.map((kind) => PLAN_KINDS.find((known) => known === kind)) : [];
  const known = kinds.filter((kind): kind is PlanKind => kind !== undefined);
  return known.length === PLAN_KINDS.length && kinds.length === known.length && new Set(known).size === known.length
    ? { value: known }
    : fault('"event", "targeted" and "general", each once, in an order of your choice');
};

const actions: Reader<Actions> = parts(
  'signal',
  ofEachSignal(() => choice(ACTIONS)),
);

const thresholds = Object.fromEntries(
  Object.entries<Threshold>(THRESHOLDS).map(([setting, { most }]) => [setting, whole(0, most)]),
) as { readonly [K in keyof Thresholds]: Reader<number> };

const SETTINGS: { readonly [K in keyof Policy]: Reader<Policy[K]> } = {
  name,
  sameStoreWindowDays: whole(0, 366),
  crossStoreWindowDays: whole(0, 366),
  permissionAsOf: choice(['click', 'order']),
  rateAsOf: choice(['click', 'order']),
  selfPurchase: choice(['allow', 'deny']),
  fallThrough: flag,
  couponOverride: flag,
  planPrecedence: precedence,
  serviceFeeRate: fraction,
  minimumCommission: amount,
  ...thresholds,
  actions,
  payDay: whole(1, 28),
  taxProfile: choice(['none', 'cn-labour']),
  clearingDays: whole(0, 366),
  payWhenCollected: flag,
  minimumPayout: amount,
  permissions: permissionTerms,
  review: reviewTerms,
  noticeDays: whole(1, 366),
  reapplyDays: whole(0, 366),
  caseDeadlineDays: whole(1, 366),
  disputeDays: whole(1, 366),
  appealDays: whole(0, 366),
  approvalAbove: amount,
  violationPoints: whole(0, 1000),
  freezePoints: whole(1, 100_000),
  terminatePoints: whole(1, 100_000),
  restoreOverwritten: flag,
};

/** The preset `alimama-2013`: the defaults of SPEC, for a currency with that many digits. */
export function alimama2013(digits: number): Policy {
  return preset(digits);
}

/**
 * Reads a policy document: the settings it names, the preset's values for the rest (SPEC 14).
 * @param text JSON; `preset`, if given, must be "alimama-2013"
 * @param digits of the book's currency
 * @returns the policy, or one sentence that names the first unknown key or bad value
 */
export function parsePolicy(text: string, digits: number): Policy | string {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    return `the policy is not JSON (${error instanceof Error ? error.message : String(error)}): write one object of settings`;
  }
  if (!isObject(document))
    return 'the policy is not a JSON object: write one object of settings, {} for the preset itself';
  const { preset: named, ...settings } = document;
  if (named !== undefined && named !== 'alimama-2013')
    return `preset is ${quote(JSON.stringify(named))}: the only preset is "alimama-2013"`;
  return policyWith(settings, alimama2013(digits), digits);
}

/** A policy with some of its settings replaced; or one sentence that names the first unknown one or bad value. */
export function policyWith(settings: Readonly<Record<string, unknown>>, base: Policy, digits: number): Policy | string {
  const policy: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(settings)) {
    if (!Object.hasOwn(SETTINGS, key)) {
      return `${quote(key)} is no setting of a policy: they are preset, ${Object.keys(SETTINGS).join(', ')}`;
    }
    const setting = key as keyof Policy;
    const reading = (SETTINGS[setting] as Reader<unknown>)(value, base[setting], digits);
    if ('fault' in reading) return `${key} is ${quote(JSON.stringify(value))}: it must be ${reading.fault}`;
    policy[key] = reading.value;
  }
  return policy as unknown as Policy;
}

/** The whole policy as JSON text, amounts as decimals, so that `parsePolicy` reads the same policy back. */
export function policyText(policy: Policy, digits: number): string {
  return JSON.stringify(
    policy,
    (_key, value: unknown) => (typeof value === 'bigint' ? formatMoney(value, digits) : value),
    2,
  );
}
