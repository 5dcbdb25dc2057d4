/** Which rate applies to a line (SPEC 6): by trace, kind of plan, scope, and then the latest row. */
import type { Instant } from '../calendar.ts';
import { byCodePoint } from '../ids.ts';
import type { Trace } from './click.ts';
import {
  inForce,
  type PlanEntry,
  type PlanKind,
  type PublisherEntry,
  type RateEntry,
  type ShopEntry,
} from './registry.ts';

export interface RateQuestion {
  readonly shop: ShopEntry;
  readonly publisher: PublisherEntry;
  readonly trace: Trace;
  readonly itemId: string;
  readonly categoryId: string;
  readonly at: Instant;
  readonly precedence: readonly PlanKind[];
}

export interface RateFound {
  readonly plan: PlanEntry;
  readonly row: RateEntry;
  /** Since when the publisher is a member, where the plan is a targeted one. */
  readonly memberSince: Instant | undefined;
}

const SAME_STORE_SCOPES = ['item', 'category', 'shop'] as const;
const CROSS_STORE_SCOPES = ['category', 'shop'] as const;

/** The rate that applies, or undefined when none does: the reason `no-rate`. */
export function findRate(question: RateQuestion): RateFound | undefined {
  const { shop, trace, at } = question;
  const crossStore = trace === 'cross-store';
  const kinds: readonly PlanKind[] = crossStore ? ['general'] : question.precedence;
  const scopes = crossStore ? CROSS_STORE_SCOPES : SAME_STORE_SCOPES;
  for (const kind of kinds) {
    const plans = shop.plans.filter((plan) => plan.kind === kind && (kind !== 'targeted' || isMember(question, plan)));
    for (const scope of scopes) {
      const scopeId = scope === 'item' ? question.itemId : scope === 'category' ? question.categoryId : shop.shopId;
      const best = latest(plans, `${scope}:${scopeId}`, at);
      if (best !== undefined) {
        const member = kind === 'targeted' ? membership(question, best.plan) : undefined;
        return { ...best, memberSince: member?.at };
      }
    }
  }
  return undefined;
}

function membership(question: RateQuestion, plan: PlanEntry) {
  return inForce(question.publisher.memberships.get(plan.planId), question.at);
}

function isMember(question: RateQuestion, plan: PlanEntry): boolean {
  return membership(question, plan)?.value === 'join';
}

/** Of several valid rows the latest `valid_from`; then the greater plan_id. */
function latest(
  plans: readonly PlanEntry[],
  key: string,
  at: Instant,
): { plan: PlanEntry; row: RateEntry } | undefined {
  let best: { plan: PlanEntry; row: RateEntry } | undefined;
  for (const plan of plans) {
    for (const row of plan.rates.get(key) ?? []) {
      if (row.validFrom > at || (row.validTo !== null && row.validTo <= at)) continue;
      const order = best === undefined ? 1 : row.validFrom - best.row.validFrom;
      if (best === undefined || order > 0 || (order === 0 && byCodePoint(plan.planId, best.plan.planId) > 0)) {
        best = { plan, row };
      }
    }
  }
  return best;
}
