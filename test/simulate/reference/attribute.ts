/** SPEC 5, 6 and the signals of 9, straight from the page: who earns an order line, at which rate, and what looks wrong. */
import { share } from './arithmetic.ts';
import type { Accepted, Facts } from './facts.ts';
import type { Parsed } from './feeds.ts';
import type { Settings } from './policy.ts';

const DAY = 86_400_000;

export interface Attribution {
  readonly outcome: 'attributed' | 'unattributed';
  readonly reason: string;
  readonly pid: string;
  readonly publisher: string;
  readonly clickId: string;
  readonly trace: string;
  readonly planId: string;
  readonly rate: bigint;
  readonly estimate: bigint;
  readonly signals: readonly string[];
  readonly held: boolean;
}

type Trace = 'same-store' | 'cross-store' | 'coupon';
interface Candidate {
  readonly pid: string;
  readonly at: number;
  readonly trace: Trace;
  readonly click: Parsed | undefined;
}
interface Promoter {
  readonly publisher: Parsed;
  readonly site: Parsed;
}

const none = {
  pid: '',
  publisher: '',
  clickId: '',
  trace: '',
  planId: '',
  rate: 0n,
  estimate: 0n,
  signals: [],
  held: false,
};
const unattributed = (reason: string): Attribution => ({ outcome: 'unattributed', reason, ...none });

/** Everything an attribution may look at, as delivered when the day opened. */
export class Evidence {
  readonly #facts: Facts;
  readonly #settings: Settings;
  readonly #clicks = new Map<string, Parsed[]>();
  readonly #rates: Parsed[];

  constructor(facts: Facts, settings: Settings) {
    this.#facts = facts;
    this.#settings = settings;
    for (const { row } of facts.list('clicks')) {
      const buyer = String(row['buyer_id']);
      const before = this.#clicks.get(buyer);
      if (before === undefined) this.#clicks.set(buyer, [row]);
      else before.push(row);
    }
    this.#rates = facts.latest('rates');
  }

  attribute(line: Parsed): Attribution {
    const coupon = line['coupon_pid'];
    if (!this.#settings.couponOverride || typeof coupon !== 'string') return this.#byClicks(line);
    const candidate: Candidate = { pid: coupon, at: Number(line['paid_at']), trace: 'coupon', click: undefined };
    const reason = this.#fails(line, candidate);
    if (reason !== undefined) return unattributed(reason);
    const byClicks = this.#byClicks(line);
    const publisher = this.#promoter(coupon)?.publisher['publisher_id'];
    const fired = byClicks.outcome === 'attributed' && byClicks.publisher !== publisher ? ['coupon-override'] : [];
    return this.#won(line, candidate, fired);
  }

  #byClicks(line: Parsed): Attribution {
    const { candidates, unknown } = this.#candidates(line);
    if (candidates.length === 0) return unattributed(unknown > 0 ? 'pid-unknown' : 'no-click');
    const tried = this.#settings.fallThrough ? candidates : candidates.slice(0, 1);
    let first: string | undefined;
    for (const candidate of tried) {
      const reason = this.#fails(line, candidate);
      if (reason === undefined) return this.#won(line, candidate, this.#fired(line, candidate));
      first ??= reason;
    }
    return unattributed(first ?? '');
  }

  #candidates(line: Parsed): { candidates: Candidate[]; unknown: number } {
    const paid = Number(line['paid_at']);
    const candidates: Candidate[] = [];
    let unknown = 0;
    for (const click of this.#clicks.get(String(line['buyer_id'])) ?? []) {
      const at = Number(click['clicked_at']);
      const trace = click['shop_id'] === line['shop_id'] ? 'same-store' : 'cross-store';
      const days = trace === 'same-store' ? this.#settings.sameStoreWindowDays : this.#settings.crossStoreWindowDays;
      if (at < paid - days * DAY || at > paid) continue;
      const pid = String(click['pid']);
      if (this.#promoter(pid) === undefined) unknown += 1;
      else candidates.push({ pid, at, trace, click });
    }
    const idOf = (of: Candidate): string => String(of.click?.['click_id']);
    candidates.sort((a, b) => b.at - a.at || (idOf(a) < idOf(b) ? 1 : -1));
    return { candidates, unknown };
  }

  #promoter(pid: string): Promoter | undefined {
    const match = /^mm_([A-Za-z0-9-]{1,24})_([A-Za-z0-9-]{1,24})_([A-Za-z0-9-]{1,24})$/.exec(pid);
    if (match === null) return undefined;
    const [, publisherId = '', siteId = '', adzoneId = ''] = match;
    const publisher = this.#facts.find('publishers', publisherId);
    const site = this.#facts.find('sites', siteId);
    const adzone = this.#facts.find('adzones', adzoneId);
    if (publisher === undefined || site === undefined || adzone === undefined) return undefined;
    if (adzone['site_id'] !== siteId || site['publisher_id'] !== publisherId) return undefined;
    return { publisher, site };
  }

  /** The reason of the first test that fails; undefined when it passes. */
  #fails(line: Parsed, candidate: Candidate): string | undefined {
    const { at, trace } = candidate;
    const promoter = this.#promoter(candidate.pid);
    if (promoter === undefined) return 'pid-unknown';
    const { publisher, site } = promoter;
    const siteId = site['site_id'];
    const mine = { publisher_id: publisher['publisher_id'] ?? null };
    if ((valueAt(this.#facts, 'publisher-status', mine, at)?.['status'] ?? 'active') !== 'active')
      return 'publisher-not-active';
    const review = valueAt(this.#facts, 'site-reviews', { site_id: siteId ?? null }, at);
    if (review?.['status'] !== 'approved' || at >= this.#facts.withdrawnAt(String(siteId))) return 'site-not-approved';
    if (valueAt(this.#facts, 'programme', { shop_id: line['shop_id'] ?? null }, at)?.['action'] !== 'join')
      return 'shop-not-in-programme';
    if (trace === 'cross-store') {
      const mall = this.#facts.find('shops', String(line['shop_id']))?.['mall'];
      const asOf = this.#settings.permissionAsOf === 'order' ? Number(line['paid_at']) : at;
      if (!mayAt(this.#facts, String(siteId), `cross-store:${mall}`, asOf)) return 'cross-store-not-permitted';
    }
    const own = String(publisher['own_buyer_ids']).split(';');
    if (this.#settings.selfPurchase === 'deny' && own.includes(String(line['buyer_id']))) return 'self-purchase';
    return this.#rate(line, candidate) === undefined ? 'no-rate' : undefined;
  }

  /** The rate row of SPEC 6. */
  #rate(line: Parsed, { at, trace, pid }: Candidate): Parsed | undefined {
    const t = this.#settings.rateAsOf === 'order' ? Number(line['paid_at']) : at;
    const publisher = this.#promoter(pid)?.publisher['publisher_id'] ?? null;
    const valid = this.#rates.filter((rate) => {
      const to = rate['valid_to'];
      return Number(rate['valid_from']) <= t && (to === null || t < Number(to));
    });
    const wanted: Record<string, unknown> = {
      item: line['item_id'],
      category: line['category_id'],
      shop: line['shop_id'],
    };
    const kinds = trace === 'cross-store' ? ['general'] : this.#settings.planPrecedence;
    const scopes = trace === 'cross-store' ? ['category', 'shop'] : ['item', 'category', 'shop'];
    for (const kind of kinds) {
      for (const scope of scopes) {
        const rows = valid.filter((rate) => {
          const plan = this.#facts.find('plans', String(rate['plan_id']));
          if (plan?.['shop_id'] !== line['shop_id'] || plan?.['kind'] !== kind) return false;
          if (rate['scope'] !== scope || rate['scope_id'] !== wanted[scope]) return false;
          const membership = { plan_id: rate['plan_id'] ?? null, publisher_id: publisher };
          return kind !== 'targeted' || valueAt(this.#facts, 'plan-members', membership, t)?.['action'] === 'join';
        });
        rows.sort(
          (a, b) =>
            Number(b['valid_from']) - Number(a['valid_from']) || (String(a['plan_id']) < String(b['plan_id']) ? 1 : -1),
        );
        if (rows[0] !== undefined) return rows[0];
      }
    }
    return undefined;
  }

  #won(line: Parsed, candidate: Candidate, fired: readonly string[]): Attribution {
    const rate = this.#rate(line, candidate);
    const { actions } = this.#settings;
    const rateValue = BigInt(String(rate?.['rate']));
    return {
      outcome: 'attributed',
      reason: '',
      pid: candidate.pid,
      publisher: String(this.#promoter(candidate.pid)?.publisher['publisher_id']),
      clickId: String(candidate.click?.['click_id'] ?? ''),
      trace: candidate.trace,
      planId: String(rate?.['plan_id']),
      rate: rateValue,
      estimate: share(BigInt(String(line['paid_amount'])), rateValue),
      signals: fired.filter((signal) => actions[signal] !== 'off').sort(),
      held: fired.some((signal) => actions[signal] === 'hold'),
    };
  }

  /** The signals of a winning click. */
  #fired(line: Parsed, { pid, at, click }: Candidate): string[] {
    const settings = this.#settings;
    const promoter = this.#promoter(pid);
    if (click === undefined || promoter === undefined) return [];
    const clicks = this.#clicks.get(String(line['buyer_id'])) ?? [];
    const within = (other: Parsed, seconds: number): boolean =>
      Number(other['clicked_at']) >= at - seconds * 1000 && Number(other['clicked_at']) <= at;
    const fired: string[] = [];
    if (Number(line['paid_at']) - at < settings.fastOrderSeconds * 1000) fired.push('fast-order');
    const overwritten = clicks.some((other) => {
      const owner = this.#promoter(String(other['pid']))?.publisher['publisher_id'];
      const foreign = owner !== undefined && owner !== promoter.publisher['publisher_id'];
      return foreign && other['shop_id'] === click['shop_id'] && within(other, settings.overwriteSeconds);
    });
    if (overwritten) fired.push('overwritten-click');
    const domain = String(promoter.site['domain']).toLowerCase();
    if (promoter.site['kind'] === 'website' && domain !== '') {
      const referrer = String(click['referrer']);
      const host = hostOf(referrer);
      if (referrer === '') fired.push('no-referrer');
      else if (host !== undefined && host !== domain && !host.endsWith(`.${domain}`)) fired.push('referrer-mismatch');
    }
    const same = clicks.filter((other) => other['pid'] === pid && within(other, settings.floodSeconds));
    if (same.length > settings.floodClicks) fired.push('click-flood');
    return fired;
  }
}

/** The host of an absolute URL, lower-cased and without port; undefined for what is none. */
function hostOf(referrer: string): string | undefined {
  if (!URL.canParse(referrer)) return undefined;
  const host = new URL(referrer).hostname.toLowerCase();
  return host === '' ? undefined : host;
}

/** SPEC 1: the row of a dated switch that holds at an instant: the last `at` not after it, then the one accepted later. */
export function valueAt(facts: Facts, feed: string, of: Parsed, at: number): Parsed | undefined {
  let best: Accepted | undefined;
  for (const one of facts.list(feed)) {
    if (!Object.entries(of).every(([name, value]) => one.row[name] === value)) continue;
    const when = Number(one.row['at']);
    if (when > at) continue;
    const than = best === undefined ? Number.NEGATIVE_INFINITY : Number(best.row['at']);
    if (when > than || (when === than && one.n > (best?.n ?? 0))) best = one;
  }
  return best?.row;
}

/**
 * Whether a site holds a permission at an instant: rows of `permissions`, approvals of applications as grants, and the ends
 * of notices as revocations, but for a notice that was cancelled, or after which and before whose end a person granted the
 * permission. What a review said goes where a person said something later, whatever the dates. A site that was withdrawn
 * holds none (SPEC 12).
 */
function mayAt(facts: Facts, site: string, permission: string, at: number): boolean {
  if (at >= facts.withdrawnAt(site)) return false;
  const approvals = facts.list('application-decisions').flatMap(({ row, n }) => {
    const application = facts.find('applications', String(row['application_id']));
    const isIt = application?.['site_id'] === site && application['permission'] === permission;
    return isIt && row['decision'] === 'approve' ? [{ at: Number(row['decided_at']), n, may: true, person: true }] : [];
  });
  const rows = facts
    .list('permissions')
    .filter(({ row }) => row['site_id'] === site && row['permission'] === permission)
    .map(({ row, n }) => {
      const person = (row['review'] ?? '') === '';
      return { at: Number(row['at']), n, may: row['action'] === 'grant', person };
    });
  const grants = [...rows, ...approvals].filter((one) => one.may && one.person);
  const ends = facts.list('notices').flatMap(({ row, n }) => {
    if (row['site_id'] !== site || !String(row['permissions']).split(';').includes(permission)) return [];
    const [from, end] = [Number(row['issued_at']), Number(row['effective_at'])];
    const isCancelled = facts
      .list('notice-cancellations')
      .some((one) => one.row['notice_id'] === row['notice_id'] && one.row['permission'] === permission);
    const person = (row['score'] ?? '') === '';
    const isGranted = grants.some(
      (grant) => grant.at < end && (grant.at > from || (grant.n > n && (grant.at === from || !person))),
    );
    return isCancelled || isGranted ? [] : [{ at: end, n, may: false, person }];
  });
  const all = [...rows, ...approvals, ...ends];
  const stands = (one: (typeof rows)[number]): boolean =>
    one.person || !all.some((other) => other.person && other.n > one.n && other.at <= one.at);
  const before = [...rows.filter(stands), ...approvals, ...ends].filter((one) => one.at <= at);
  return before.sort((a, b) => a.at - b.at || a.n - b.n).at(-1)?.may ?? false;
}
