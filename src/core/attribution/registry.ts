/**
 * What a night knows of publishers, sites, adzones, shops and plans: the slice of the registry that its lines name, as
 * delivered when the day opened. It answers questions; it decides nothing.
 */
import type { Instant } from '../calendar.ts';
import { type Pid, parsePid } from '../ids.ts';
import type { Rate } from '../money.ts';

/** The kinds of plan; a policy says in which order they are asked for a rate (SPEC 6). */
export const PLAN_KINDS = ['event', 'targeted', 'general'] as const;
export type PlanKind = (typeof PLAN_KINDS)[number];

/** A row of a dated switch. Lists are in order of `at`, equal ones as accepted (SPEC 1). */
export interface Dated {
  readonly value: string;
  readonly at: Instant;
}

export interface PublisherEntry {
  readonly publisherId: string;
  readonly kind: 'individual' | 'company';
  readonly ownBuyers: ReadonlySet<string>;
  readonly status: readonly Dated[];
  /** plan_id -> join and leave rows. */
  readonly memberships: ReadonlyMap<string, readonly Dated[]>;
}

export interface SiteEntry {
  readonly siteId: string;
  readonly publisherId: string;
  readonly kind: string;
  readonly domain: string;
  readonly reviews: readonly Dated[];
  /** permission -> grant and revoke rows. */
  readonly permissions: ReadonlyMap<string, readonly Dated[]>;
}

export interface RateEntry {
  readonly scope: 'item' | 'category' | 'shop';
  readonly scopeId: string;
  readonly rate: Rate;
  readonly validFrom: Instant;
  readonly validTo: Instant | null;
}

export interface PlanEntry {
  readonly planId: string;
  readonly kind: PlanKind;
  /** `scope:scope_id` -> rows. */
  readonly rates: ReadonlyMap<string, readonly RateEntry[]>;
}

export interface ShopEntry {
  readonly shopId: string;
  readonly sellerId: string;
  readonly mall: 'taobao' | 'tmall';
  readonly programme: readonly Dated[];
  readonly plans: readonly PlanEntry[];
}

/** A PID whose adzone is of its site and whose site is of its publisher. */
export interface KnownPid extends Pid {
  readonly pid: string;
  readonly publisher: PublisherEntry;
  readonly site: SiteEntry;
}

/** The row in force at an instant: the last with `at <= t`; undefined when there is none. */
export function inForce(rows: readonly Dated[] | undefined, at: Instant): Dated | undefined {
  if (rows === undefined) return undefined;
  for (let i = rows.length - 1; i >= 0; i--) {
    const row = rows[i];
    if (row !== undefined && row.at <= at) return row;
  }
  return undefined;
}

/** Whether a publisher is active at an instant; one without a status row is (SPEC 1). */
export function isActive({ status }: PublisherEntry, at: Instant): boolean {
  return (inForce(status, at)?.value ?? 'active') === 'active';
}

/** The rows of a switch that ends for good at an instant with a last value, whatever is dated later; as they are if it does not. */
export function endedAt(rows: readonly Dated[], at: Instant | undefined, value: string): readonly Dated[] {
  return at === undefined ? rows : [...rows.filter((row) => row.at < at), { value, at }];
}

/** What a decision asks of a registry. */
export interface Known {
  readonly shops: { get(shopId: string): ShopEntry | undefined };
  /** What a PID names, or undefined when it is not known (SPEC 5). */
  pid(pid: string): KnownPid | undefined;
}

export class Registry implements Known {
  readonly publishers = new Map<string, PublisherEntry>();
  readonly sites = new Map<string, SiteEntry>();
  /** adzone_id -> site_id. */
  readonly adzones = new Map<string, string>();
  readonly shops = new Map<string, ShopEntry>();
  readonly #pids = new Map<string, KnownPid | null>();

  /** What a PID names, or undefined when it is not known: not of the form, or not true to the registry (SPEC 5). */
  pid(pid: string): KnownPid | undefined {
    let known = this.#pids.get(pid);
    if (known === undefined) {
      known = this.#look(pid);
      this.#pids.set(pid, known);
    }
    return known ?? undefined;
  }

  #look(pid: string): KnownPid | null {
    const parts = parsePid(pid);
    if (parts === undefined || this.adzones.get(parts.adzoneId) !== parts.siteId) return null;
    const site = this.sites.get(parts.siteId);
    const publisher = this.publishers.get(parts.publisherId);
    if (site === undefined || publisher === undefined || site.publisherId !== parts.publisherId) return null;
    return { ...parts, pid, publisher, site };
  }

  /** Entries kept, so that a night can bound what it remembers. */
  get size(): number {
    return this.publishers.size + this.sites.size + this.adzones.size + this.shops.size + this.#pids.size;
  }
}
