// Decides who promotes in a generated book: publishers with their sites, adzones, reviews and permissions.
// Each is a function of its ordinal; a publisher's rank is its share of the clicks.

import { csvRow } from '../../formats/files/csv.ts';
import { another, below, chance, draws, pick, ranks } from './draw.ts';
import { adzoneName, companyName, personName, publisherName } from './names.ts';
import { DAY, type Timeline } from './timeline.ts';

/** The publishers of a book, by ordinal; site and adzone ordinals count across all publishers. */
export interface Publishers {
  readonly count: number;
  /** A publisher by its share of the traffic. */
  pick(drawn: number): number;
  /** One of the few who hijack other publishers' buyers. */
  hijacker(drawn: number): number;
  /** The buyer tokens' ordinals a publisher owns; most own none. */
  ownBuyers(publisher: number): readonly number[];
  /** One of a publisher's sites. */
  site(publisher: number, drawn: number): number;
  /** The PID of one of a site's adzones. */
  pid(site: number, drawn: number): string;
  /** The site's filed domain, empty where it has none; only a `website` sends referrers. */
  referrerDomain(site: number): string;
  publisherRows(): Iterable<string>;
  statusRows(): Iterable<string>;
  siteRows(): Iterable<string>;
  reviewRows(): Iterable<string>;
  adzoneRows(): Iterable<string>;
  permissionRows(): Iterable<string>;
}

/** The permission Tmall took back on 11 December 2013 from sites below this score (SPEC 12). */
const PASSING = 60;
const SITES = 2;
const ADZONES = 3;
const KINDS = ['website', 'website', 'website', 'app', 'guide', 'software'] as const;

export const publisherId = (publisher: number): string => String(12_000_000 + publisher);
const siteId = (site: number): string => String(3_000_000 + site);
const adzoneId = (adzone: number): string => String(14_000_000 + adzone);

/** `count` publishers; `buyers` bounds the buyers they may own, `revokedAt` is the second Tmall takes cross-store back. */
export function publishers(seed: number, count: number, buyers: number, revokedAt: number, time: Timeline): Publishers {
  const of = draws(seed, 'publisher');
  const ofSite = draws(seed, 'site');
  const isHijacker = (publisher: number): boolean => publisher % 41 === 13;
  const hijackers = Math.max(1, Math.floor((count + 27) / 41));
  const sitesOf = (publisher: number): number => 1 + below(another(of(publisher), 1), SITES);
  const adzonesOf = (site: number): number => 1 + below(another(ofSite(site), 1), ADZONES);
  const publisherOf = (site: number): number => Math.floor(site / SITES);
  const kindOf = (site: number): string =>
    isHijacker(publisherOf(site)) ? 'website' : pick(another(ofSite(site), 2), KINDS);
  const domainOf = (site: number): string =>
    kindOf(site) === 'website' || chance(another(ofSite(site), 3), 0.3) ? `s${siteId(site)}.example.com` : '';
  const trusted = (site: number): boolean => publisherOf(site) < 8 || isHijacker(publisherOf(site));
  const scoreOf = (site: number): number => (trusted(site) ? PASSING : 35) + below(another(ofSite(site), 4), 41);
  const statusOf = (site: number): string => {
    const drawn = another(ofSite(site), 5);
    if (trusted(site) || chance(drawn, 0.93)) return 'approved';
    return pick(another(drawn, 1), ['rejected', 'amend', 'submitted']);
  };
  const filedAt = (site: number): number => -300 * DAY + below(another(ofSite(site), 6), 200 * DAY);
  const ownBuyers = (publisher: number): readonly number[] => {
    const drawn = another(of(publisher), 2);
    if (publisher < 3 || !chance(drawn, 0.12)) return [];
    const first = below(another(drawn, 1), buyers);
    return Array.from({ length: 1 + below(another(drawn, 2), 3) }, (_, at) => (first + at) % buyers);
  };

  function* sites(): Iterable<number> {
    for (let publisher = 0; publisher < count; publisher++) {
      for (let at = 0; at < sitesOf(publisher); at++) yield publisher * SITES + at;
    }
  }

  return {
    count,
    pick: ranks(count),
    hijacker: (drawn) => (below(drawn, hijackers) * 41 + 13) % count,
    ownBuyers,
    site: (publisher, drawn) => publisher * SITES + (drawn % sitesOf(publisher)),
    pid: (site, drawn) =>
      `mm_${12_000_000 + publisherOf(site)}_${3_000_000 + site}_${14_000_000 + site * ADZONES + (drawn % adzonesOf(site))}`,
    referrerDomain: (site) => (kindOf(site) === 'website' ? domainOf(site) : ''),

    *publisherRows() {
      for (let publisher = 0; publisher < count; publisher++) {
        const drawn = another(of(publisher), 3);
        const company = chance(drawn, 0.3);
        const own = ownBuyers(publisher).map(buyerId).join(';');
        const account = `tk${publisherId(publisher)}@example.com`;
        const registered = time.stamp(-400 * DAY + below(another(drawn, 1), 90 * DAY));
        const kind = company ? 'company' : 'individual';
        const payee = company ? companyName(another(drawn, 3)) : personName(another(drawn, 3));
        yield csvRow([publisherId(publisher), publisherName(another(drawn, 2)), kind, payee, account, own, registered]);
      }
    },
    *statusRows() {
      for (let publisher = 13; publisher < count; publisher += 123) {
        const at = Math.floor(time.days * DAY * 0.6) + below(another(of(publisher), 4), 10 * DAY);
        yield csvRow([publisherId(publisher), 'frozen', time.stamp(at), 'traffic hijacking']);
      }
    },
    *siteRows() {
      for (const site of sites()) {
        const name = publisherName(another(ofSite(site), 7));
        const owner = publisherId(publisherOf(site));
        yield csvRow([siteId(site), owner, kindOf(site), name, domainOf(site), time.stamp(filedAt(site))]);
      }
    },
    *reviewRows() {
      for (const site of sites()) {
        const status = statusOf(site);
        const at = time.stamp(filedAt(site) + 2 * DAY + below(another(ofSite(site), 8), DAY));
        yield csvRow([siteId(site), 'submitted', null, time.stamp(filedAt(site)), null]);
        if (status === 'submitted') continue;
        const reason =
          status === 'approved' ? null : pick(another(ofSite(site), 9), ['无法访问', '内容不符', '域名未备案']);
        yield csvRow([siteId(site), status, String(scoreOf(site)), at, reason]);
      }
    },
    *adzoneRows() {
      for (const site of sites()) {
        for (let at = 0; at < adzonesOf(site); at++) {
          const adzone = site * ADZONES + at;
          yield csvRow([adzoneId(adzone), siteId(site), adzoneName(another(ofSite(site), 10 + at))]);
        }
      }
    },
    *permissionRows() {
      for (const site of sites()) {
        const granted = time.stamp(filedAt(site) + 5 * DAY);
        yield csvRow([siteId(site), 'cross-store:taobao', 'grant', granted, 'early days']);
        yield csvRow([siteId(site), 'cross-store:tmall', 'grant', granted, 'early days']);
        if (chance(another(ofSite(site), 20), 0.05))
          yield csvRow([siteId(site), 'api', 'grant', granted, 'early days']);
        if (scoreOf(site) < PASSING && statusOf(site) !== 'submitted') {
          yield csvRow([siteId(site), 'cross-store:tmall', 'revoke', time.stamp(revokedAt), 'site quality']);
        }
      }
    },
  };
}

/** A buyer's token. */
export function buyerId(buyer: number): string {
  return `b${buyer}`;
}
