/**
 * What a "what if" changes: a policy for the whole span, permission rows, rate rows; and the registry as it would have
 * been with them. It decides no line.
 */

import type { Dated, Known, KnownPid, PlanEntry, RateEntry, ShopEntry, SiteEntry } from '../attribution/registry.ts';
import type { Instant } from '../calendar.ts';
import type { Policy } from '../policy/policy.ts';

/** A row of the feed `permissions` as it counts here. */
export interface PermissionRow {
  readonly siteId: string;
  readonly permission: string;
  readonly action: string;
  readonly at: Instant;
}

/** A row of the feed `rates`. */
export interface RateRow extends RateEntry {
  readonly planId: string;
}

/**
 * What is to be different. Rows replace what the book has of exactly what they name: all rows of a site's one
 * permission, all rows of one scope of a plan; everything else stays. They count as delivered before the first night.
 */
export interface Changes {
  readonly policy: Policy | null;
  readonly permissions: readonly PermissionRow[];
  readonly rates: readonly RateRow[];
}

export const NO_CHANGE: Changes = { policy: null, permissions: [], rates: [] };

export const isChanged = ({ policy, permissions, rates }: Changes): boolean =>
  policy !== null || permissions.length > 0 || rates.length > 0;

/** What the rows replace, by what they name. */
interface Replaced {
  /** site -> permission -> rows in order of `at`, equal ones in the order of the file. */
  readonly sites: ReadonlyMap<string, ReadonlyMap<string, readonly Dated[]>>;
  /** plan -> `scope:scope_id` -> rows. */
  readonly plans: ReadonlyMap<string, ReadonlyMap<string, readonly RateEntry[]>>;
}

/** Puts the rows under what they name; once, however many registries they are laid over. */
export function replacedBy({ permissions, rates }: Changes): Replaced {
  const sites = new Map<string, Map<string, Dated[]>>();
  for (const { siteId, permission, action, at } of permissions)
    rowsUnder(sites, siteId, permission).push({ value: action, at });
  for (const byPermission of sites.values()) for (const rows of byPermission.values()) rows.sort((a, b) => a.at - b.at);
  const plans = new Map<string, Map<string, RateEntry[]>>();
  for (const { planId, ...row } of rates) rowsUnder(plans, planId, `${row.scope}:${row.scopeId}`).push(row);
  return { sites, plans };
}

function rowsUnder<T>(groups: Map<string, Map<string, T[]>>, id: string, name: string): T[] {
  const group = groups.get(id) ?? new Map<string, T[]>();
  groups.set(id, group);
  const rows = group.get(name) ?? [];
  group.set(name, rows);
  return rows;
}

/** The registry with rows replaced. It follows `base` as more of it is loaded, and remembers what it has been asked. */
export function revised(base: Known, { sites, plans }: Replaced): Known {
  const pids = new Map<string, KnownPid | undefined>();
  const shops = new Map<string, ShopEntry>();
  const revisedSite = (site: SiteEntry): SiteEntry => {
    const replaced = sites.get(site.siteId);
    return replaced === undefined ? site : { ...site, permissions: new Map([...site.permissions, ...replaced]) };
  };
  const revisedPlan = (plan: PlanEntry): PlanEntry => {
    const replaced = plans.get(plan.planId);
    return replaced === undefined ? plan : { ...plan, rates: new Map([...plan.rates, ...replaced]) };
  };
  const lookPid = (pid: string): KnownPid | undefined => {
    const known = base.pid(pid);
    return known === undefined || !sites.has(known.siteId) ? known : { ...known, site: revisedSite(known.site) };
  };
  return {
    shops: {
      get: (shopId) => {
        const known = shops.get(shopId);
        if (known !== undefined) return known;
        const shop = base.shops.get(shopId);
        if (shop === undefined) return undefined;
        const own = shop.plans.some((plan) => plans.has(plan.planId))
          ? { ...shop, plans: shop.plans.map(revisedPlan) }
          : shop;
        shops.set(shopId, own);
        return own;
      },
    },
    pid: (pid) => {
      if (!pids.has(pid)) pids.set(pid, lookPid(pid));
      return pids.get(pid);
    },
  };
}
