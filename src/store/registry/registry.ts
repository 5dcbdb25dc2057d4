/**
 * Loads the slice of the registry that a batch of lines names, as delivered up to a batch: one query a table, only for
 * what the registry does not hold yet.
 */

import { sql } from 'kysely';
import {
  type Dated,
  endedAt,
  type PlanEntry,
  type PublisherEntry,
  type RateEntry,
  type Registry,
  type ShopEntry,
  type SiteEntry,
} from '../../core/attribution/registry.ts';
import { addTo, groupBy } from '../../core/groups.ts';
import { parsePid } from '../../core/ids.ts';
import type { Session } from '../connection/session.ts';
import { judgementsOf, switchesOf, withdrawalsOf } from './switches.ts';

export interface Needs {
  readonly shops?: Iterable<string>;
  readonly publishers?: Iterable<string>;
  readonly pids?: Iterable<string>;
}

/** Registry entries that a worker keeps before it forgets them and loads anew: some 100 MB of a large registry. */
export const REMEMBERED = 100_000;

/** Loads what is needed and missing. `through` is the last batch to be seen. */
export class RegistryLoader {
  readonly #session: Session;
  readonly #through: bigint;
  readonly #asked = new Set<string>();

  constructor(session: Session, through: bigint) {
    this.#session = session;
    this.#through = through;
  }

  async load(registry: Registry, needs: Needs): Promise<void> {
    const adzones = new Set<string>();
    const sites = new Set<string>();
    const publishers = new Set(needs.publishers ?? []);
    for (const text of needs.pids ?? []) {
      const pid = parsePid(text);
      if (pid === undefined) continue;
      adzones.add(pid.adzoneId);
      sites.add(pid.siteId);
      publishers.add(pid.publisherId);
    }
    await this.#loadShops(registry, this.#missing('shop', needs.shops ?? []));
    await this.#loadAdzones(registry, this.#missing('adzone', adzones));
    await this.#loadSites(registry, this.#missing('site', sites));
    await this.#loadPublishers(registry, this.#missing('publisher', publishers));
  }

  /** The ids not asked for before; whatever was asked for once is in the registry or not known at all. */
  #missing(kind: string, ids: Iterable<string>): string[] {
    const missing: string[] = [];
    for (const id of ids) {
      const key = `${kind} ${id}`;
      if (this.#asked.has(key)) continue;
      this.#asked.add(key);
      missing.push(id);
    }
    return missing;
  }

  async #loadShops(registry: Registry, ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const through = this.#through;
    const shops = await this.#session.all(sql<Pick<ShopEntry, 'shopId' | 'sellerId' | 'mall'>>`
      select distinct on (shop_id) shop_id as "shopId", seller_id as "sellerId", mall from shop
      where shop_id = any(${ids}) and batch <= ${through} order by shop_id, batch desc, n desc`);
    const programme = groupDated(
      await this.#session.all(sql<DatedRow>`
      select shop_id as id, action as value, at from programme
      where shop_id = any(${ids}) and batch <= ${through} order by shop_id, at, batch, n`),
    );
    const plans = await this.#loadPlans(ids);
    for (const shop of shops) {
      const { shopId } = shop;
      registry.shops.set(shopId, { ...shop, programme: programme.get(shopId) ?? [], plans: plans.get(shopId) ?? [] });
    }
  }

  async #loadPlans(shopIds: string[]): Promise<Map<string, PlanEntry[]>> {
    const through = this.#through;
    const plans = await this.#session.all(sql<{ plan_id: string; shop_id: string; kind: PlanEntry['kind'] }>`
      select distinct on (plan_id) plan_id, shop_id, kind from plan
      where shop_id = any(${shopIds}) and batch <= ${through} order by plan_id, batch desc, n desc`);
    const rates = await this.#session.all(sql<RateEntry & { planId: string }>`
      select distinct on (plan_id, scope, scope_id, valid_from) plan_id as "planId", scope, scope_id as "scopeId", rate,
        valid_from as "validFrom", valid_to as "validTo"
      from rate where plan_id = any(${plans.map((plan) => plan.plan_id)}) and batch <= ${through}
      order by plan_id, scope, scope_id, valid_from, batch desc, n desc`);
    const ratesOf = new Map<string, Map<string, RateEntry[]>>();
    for (const { planId, ...rate } of rates) {
      const byScope = ratesOf.get(planId) ?? new Map<string, RateEntry[]>();
      ratesOf.set(planId, byScope);
      addTo(byScope, `${rate.scope}:${rate.scopeId}`, rate);
    }
    const byShop = new Map<string, PlanEntry[]>();
    for (const plan of plans) {
      addTo(byShop, plan.shop_id, {
        planId: plan.plan_id,
        kind: plan.kind,
        rates: ratesOf.get(plan.plan_id) ?? new Map(),
      });
    }
    return byShop;
  }

  async #loadAdzones(registry: Registry, ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const rows = await this.#session.all(sql<{ adzone_id: string; site_id: string }>`
      select distinct on (adzone_id) adzone_id, site_id from adzone
      where adzone_id = any(${ids}) and batch <= ${this.#through} order by adzone_id, batch desc, n desc`);
    for (const row of rows) registry.adzones.set(row.adzone_id, row.site_id);
  }

  async #loadSites(registry: Registry, ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const through = this.#through;
    const sites = await this.#session.all(sql<Pick<SiteEntry, 'siteId' | 'publisherId' | 'kind' | 'domain'>>`
      select distinct on (site_id) site_id as "siteId", publisher_id as "publisherId", kind, domain from site
      where site_id = any(${ids}) and batch <= ${through} order by site_id, batch desc, n desc`);
    const reviews = await judgementsOf(this.#session, ids, through);
    const permissions = groupSwitches(
      (await switchesOf(this.#session, ids, through)).map(({ siteId: id, permission: name, value, at }) => ({
        id,
        name,
        value,
        at,
      })),
    );
    const withdrawn = await withdrawalsOf(this.#session, ids, { through });
    for (const site of sites) {
      const end = withdrawn.get(site.siteId);
      const rows = [...(permissions.get(site.siteId) ?? [])];
      registry.sites.set(site.siteId, {
        ...site,
        reviews: endedAt(
          (reviews.get(site.siteId) ?? []).map(({ status: value, at }) => ({ value, at })),
          end,
          'withdrawn',
        ),
        permissions: new Map(rows.map(([name, switched]) => [name, endedAt(switched, end, 'revoke')])),
      });
    }
  }

  async #loadPublishers(registry: Registry, ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const through = this.#through;
    const publishers = await this.#session.all(sql<
      Pick<PublisherEntry, 'publisherId' | 'kind'> & { ownBuyers: string[] }
    >`
      select distinct on (publisher_id) publisher_id as "publisherId", kind, own_buyer_ids as "ownBuyers" from publisher
      where publisher_id = any(${ids}) and batch <= ${through} order by publisher_id, batch desc, n desc`);
    const status = groupDated(
      await this.#session.all(sql<DatedRow>`
      select publisher_id as id, status as value, at from publisher_status
      where publisher_id = any(${ids}) and batch <= ${through} order by publisher_id, at, batch, n`),
    );
    const memberships = groupSwitches(
      await this.#session.all(sql<DatedRow & { name: string }>`
      select publisher_id as id, plan_id as name, action as value, at from plan_member
      where publisher_id = any(${ids}) and batch <= ${through} order by publisher_id, plan_id, at, batch, n`),
    );
    for (const { ownBuyers, ...publisher } of publishers) {
      const { publisherId } = publisher;
      registry.publishers.set(publisherId, {
        ...publisher,
        ownBuyers: new Set(ownBuyers),
        status: status.get(publisherId) ?? [],
        memberships: memberships.get(publisherId) ?? new Map(),
      });
    }
  }
}

interface DatedRow extends Dated {
  readonly id: string;
}

const groupDated = (rows: readonly DatedRow[]): Map<string, Dated[]> =>
  groupBy(
    rows,
    ({ id }) => id,
    ({ value, at }) => ({ value, at }),
  );

function groupSwitches(rows: readonly (DatedRow & { name: string })[]): Map<string, Map<string, Dated[]>> {
  const groups = new Map<string, Map<string, Dated[]>>();
  for (const { id, name, value, at } of rows) {
    const switches = groups.get(id) ?? new Map<string, Dated[]>();
    groups.set(id, switches);
    addTo(switches, name, { value, at });
  }
  return groups;
}
