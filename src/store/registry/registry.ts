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
import { parsePid } from '../../core/ids.ts';
import type { Session } from '../connection/session.ts';
import type { Row } from '../schema/tables.ts';
import { switchesOf, withdrawalsOf } from './switches.ts';

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
    const shops = await this.#session.all(sql<{ shop_id: string; seller_id: string; mall: 'taobao' | 'tmall' }>`
      select distinct on (shop_id) shop_id, seller_id, mall from shop
      where shop_id = any(${ids}) and batch <= ${through} order by shop_id, batch desc, n desc`);
    const programme = groupDated(
      await this.#session.all(sql<DatedRow>`
      select shop_id as id, action as value, at from programme
      where shop_id = any(${ids}) and batch <= ${through} order by shop_id, at, batch, n`),
    );
    const plans = await this.#loadPlans(ids);
    for (const shop of shops) {
      const entry: ShopEntry = {
        shopId: shop.shop_id,
        sellerId: shop.seller_id,
        mall: shop.mall,
        programme: programme.get(shop.shop_id) ?? [],
        plans: plans.get(shop.shop_id) ?? [],
      };
      registry.shops.set(entry.shopId, entry);
    }
  }

  async #loadPlans(shopIds: string[]): Promise<Map<string, PlanEntry[]>> {
    const through = this.#through;
    const plans = await this.#session.all(sql<{ plan_id: string; shop_id: string; kind: PlanEntry['kind'] }>`
      select distinct on (plan_id) plan_id, shop_id, kind from plan
      where shop_id = any(${shopIds}) and batch <= ${through} order by plan_id, batch desc, n desc`);
    const rates = await this.#session.all(sql<RateRecord>`
      select distinct on (plan_id, scope, scope_id, valid_from) plan_id, scope, scope_id, rate, valid_from, valid_to
      from rate where plan_id = any(${plans.map((plan) => plan.plan_id)}) and batch <= ${through}
      order by plan_id, scope, scope_id, valid_from, batch desc, n desc`);
    const ratesOf = new Map<string, Map<string, RateEntry[]>>();
    for (const row of rates) {
      const entry: RateEntry = {
        scope: row.scope,
        scopeId: row.scope_id,
        rate: row.rate,
        validFrom: row.valid_from,
        validTo: row.valid_to,
      };
      const byScope = ratesOf.get(row.plan_id) ?? new Map<string, RateEntry[]>();
      ratesOf.set(row.plan_id, byScope);
      add(byScope, `${row.scope}:${row.scope_id}`, entry);
    }
    const byShop = new Map<string, PlanEntry[]>();
    for (const plan of plans) {
      add(byShop, plan.shop_id, {
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
    const sites = await this.#session.all(sql<{ site_id: string; publisher_id: string; kind: string; domain: string }>`
      select distinct on (site_id) site_id, publisher_id, kind, domain from site
      where site_id = any(${ids}) and batch <= ${through} order by site_id, batch desc, n desc`);
    const reviews = groupDated(
      await this.#session.all(sql<DatedRow>`
      select site_id as id, status as value, at from site_review
      where site_id = any(${ids}) and batch <= ${through} order by site_id, at, batch, n`),
    );
    const permissions = groupSwitches(
      (await switchesOf(this.#session, ids, { through })).map(({ siteId: id, permission: name, value, at }) => ({
        id,
        name,
        value,
        at,
      })),
    );
    const withdrawn = await withdrawalsOf(this.#session, ids, { through });
    for (const site of sites) {
      const end = withdrawn.get(site.site_id);
      const switched = [...(permissions.get(site.site_id) ?? [])];
      const entry: SiteEntry = {
        siteId: site.site_id,
        publisherId: site.publisher_id,
        kind: site.kind,
        domain: site.domain,
        reviews: endedAt(reviews.get(site.site_id) ?? [], end, 'withdrawn'),
        permissions: new Map(switched.map(([name, rows]) => [name, endedAt(rows, end, 'revoke')])),
      };
      registry.sites.set(entry.siteId, entry);
    }
  }

  async #loadPublishers(registry: Registry, ids: string[]): Promise<void> {
    if (ids.length === 0) return;
    const through = this.#through;
    const publishers = await this.#session.all(sql<{
      publisher_id: string;
      kind: PublisherEntry['kind'];
      own_buyer_ids: string[];
    }>`
      select distinct on (publisher_id) publisher_id, kind, own_buyer_ids from publisher
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
    for (const publisher of publishers) {
      const entry: PublisherEntry = {
        publisherId: publisher.publisher_id,
        kind: publisher.kind,
        ownBuyers: new Set(publisher.own_buyer_ids),
        status: status.get(publisher.publisher_id) ?? [],
        memberships: memberships.get(publisher.publisher_id) ?? new Map(),
      };
      registry.publishers.set(entry.publisherId, entry);
    }
  }
}

interface DatedRow extends Dated {
  readonly id: string;
}

type RateRecord = Omit<Row<'rate'>, 'batch' | 'n' | 'aside'> & { readonly scope: RateEntry['scope'] };

function add<T>(groups: Map<string, T[]>, key: string, value: T): void {
  const group = groups.get(key);
  if (group === undefined) groups.set(key, [value]);
  else group.push(value);
}

function groupDated(rows: readonly DatedRow[]): Map<string, Dated[]> {
  const groups = new Map<string, Dated[]>();
  for (const { id, value, at } of rows) add(groups, id, { value, at });
  return groups;
}

function groupSwitches(rows: readonly (DatedRow & { name: string })[]): Map<string, Map<string, Dated[]>> {
  const groups = new Map<string, Map<string, Dated[]>>();
  for (const { id, name, value, at } of rows) {
    const switches = groups.get(id) ?? new Map<string, Dated[]>();
    groups.set(id, switches);
    add(switches, name, { value, at });
  }
  return groups;
}
