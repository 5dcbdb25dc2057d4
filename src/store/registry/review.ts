/**
 * What a review reads, as of an instant: every site by id, a batch at a time, with its filings, its ownership and what was
 * said of it; beside them, in the same order, its clicks by where they came from and its forfeited lines. It scores nothing.
 */

import { type RawBuilder, sql } from 'kysely';
import { DAY_LENGTH, type Day, type Instant, isoOf } from '../../core/calendar.ts';
import { DISPUTES } from '../../core/cases/pattern.ts';
import { groupBy } from '../../core/groups.ts';
import type { FiledAs, Filing, ReviewedSite } from '../../core/promotion/review/check.ts';
import {
  type Judged,
  type State,
  type Switch,
  stateAt,
  switchesIn,
  type Word,
} from '../../core/promotion/review/standing.ts';
import type { Session } from '../connection/session.ts';
import type { Row } from '../schema/tables.ts';
import { judgementsOf, wordsOf } from './switches.ts';

/** A site as filed, without what was counted. */
type FiledSite = Omit<ReviewedSite, 'clicks' | 'forfeits'>;

/** A site with how it stands. */
export interface SiteToReview {
  readonly filed: FiledSite;
  /** How it was judged, in the order that counts, also after the instant. */
  readonly judged: readonly Judged[];
  /** Of that, what is in force. */
  readonly state: State | null;
  /** The publisher's status in force. */
  readonly publisher: string;
  readonly switches: readonly Switch[];
  /** What was said of its permissions at any time, also after the instant. */
  readonly words: readonly Word[];
}

type VersionRow = Omit<Row<'site'>, 'site_id' | 'batch' | 'n' | 'aside'> & { readonly id: string };

const SITES_A_BATCH = 2000;

/**
 * Every site filed and not withdrawn by an instant, in order of their ids, a batch at a time.
 * @param only one site's id; its state is told although it was withdrawn
 */
export async function* sitesToReview(
  session: Session,
  asOf: Instant,
  only: string | null = null,
): AsyncGenerator<SiteToReview[]> {
  const at = isoOf(asOf);
  const standing = sql`not exists (
    select from withdrawal w where w.site_id = s.site_id and w.withdrawn_at <= ${at}::timestamptz)`;
  const query = sql<{ site_id: string }>`
    select distinct s.site_id from site s
    where s.filed_at <= ${at}::timestamptz and ${only === null ? standing : sql`s.site_id = ${only}`}
    order by s.site_id`;
  for await (const rows of session.stream(query, SITES_A_BATCH)) {
    const sites = rows.map((row) => row.site_id);
    yield await withStanding(session, sites, asOf);
  }
}

type FilingRow = Omit<Row<'filing'>, 'site_id' | 'batch' | 'n' | 'aside'> & { readonly id: string };

async function withStanding(session: Session, sites: readonly string[], asOf: Instant): Promise<SiteToReview[]> {
  const at = sql`${isoOf(asOf)}::timestamptz`;
  const byId = async <T extends { readonly id: string }>(query: RawBuilder<T>): Promise<Map<string, T[]>> =>
    groupBy(await session.all(query), ({ id }) => id);
  const versions = await byId(sql<VersionRow>`
    select site_id as id, publisher_id, kind, name, domain, filed_at from site
    where site_id = any(${sites}) and filed_at <= ${at} order by site_id, filed_at, batch, n`);
  const filings = await byId(sql<FilingRow>`
    select site_id as id, filed_at, icp_number, categories, description, daily_visitors, evidence
    from filing where site_id = any(${sites}) and filed_at <= ${at} order by site_id, filed_at`);
  const ownership = await byId(sql<{ id: string; at: Instant; verified: string; how: string; by: string }>`
    select distinct on (site_id) site_id as id, at, verified, how, verified_by as by from ownership
    where site_id = any(${sites}) and at <= ${at} order by site_id, at desc, batch desc, n desc`);
  const publishers = [...new Set([...versions.values()].flat().map((row) => row.publisher_id))];
  const status = await byId(sql<{ id: string; status: string }>`
    select distinct on (publisher_id) publisher_id as id, status from publisher_status
    where publisher_id = any(${publishers}) and at <= ${at} order by publisher_id, at desc, batch desc, n desc`);
  const judged = await judgementsOf(session, sites);
  const words = await wordsOf(session, sites);
  return sites.flatMap((siteId) => {
    const own = versions.get(siteId) ?? [];
    const last = own.at(-1);
    if (last === undefined) return [];
    const { publisher_id: publisherId, kind, name, domain } = last;
    const [found] = ownership.get(siteId) ?? [];
    const filed: FiledSite = {
      siteId,
      publisherId,
      kind,
      name,
      domain,
      filedAs: own.map((row): FiledAs => ({ at: row.filed_at, domain: row.domain })),
      filings: (filings.get(siteId) ?? []).map(filingOf),
      ownership:
        found === undefined ? null : { verified: found.verified === 'yes', at: found.at, how: found.how, by: found.by },
    };
    const said = words.get(siteId) ?? [];
    const verdicts = judged.get(siteId) ?? [];
    return [
      {
        filed,
        judged: verdicts,
        state: stateAt(verdicts, asOf),
        publisher: status.get(publisherId)?.[0]?.status ?? 'active',
        switches: switchesIn(said, asOf),
        words: said,
      },
    ];
  });
}

function filingOf(row: FilingRow): Filing {
  const { filed_at: filedAt, icp_number: icpNumber, categories, description, daily_visitors: dailyVisitors } = row;
  return { filedAt, icpNumber, categories, description, dailyVisitors, evidence: row.evidence };
}

/** The one site that is looked at. */
export type OneSite = Pick<FiledSite, 'siteId' | 'publisherId'>;

/** Clicks of a site that came from one place, while one domain was filed. */
export interface Origin {
  readonly siteId: string;
  /** Scheme and authority of the referrer; empty of clicks without one, null where it is no absolute URL. */
  readonly origin: string | null;
  /** The site's domain at the click; of a click before its first filing that of the first. */
  readonly domain: string;
  readonly clicks: bigint;
}

/**
 * The clicks of some days before an instant by site, origin and filed domain, in order of the sites' ids; those whose PID
 * is not known are left out. The clicks that were kept are all there is.
 */
export function clickOrigins(
  session: Session,
  asOf: Instant,
  days: number,
  only: OneSite | null = null,
): AsyncGenerator<Origin[]> {
  const pids = only === null ? sql`true` : sql`starts_with(pid, ${`mm_${only.publisherId}_${only.siteId}_`})`;
  // The instants stand in the text, so that the planner sees which spans of clicks it needs.
  const from = sql.lit(isoOf(asOf - days * DAY_LENGTH));
  const query = sql<Origin>`
    select c.site_id as "siteId", c.origin, s.domain, count(*) as clicks from (
      select clicked_at, split_part(pid, '_', 2) as publisher_id, split_part(pid, '_', 3) as site_id,
        split_part(pid, '_', 4) as adzone_id,
        case when referrer = '' then '' else substring(referrer from '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#\\\\]*') end as origin
      from click
      where clicked_at > ${from}::timestamptz and clicked_at <= ${sql.lit(isoOf(asOf))}::timestamptz
        and ${pids} and pid ~ '^mm_[A-Za-z0-9-]+_[A-Za-z0-9-]+_[A-Za-z0-9-]+$') c
    join (select distinct adzone_id, site_id from adzone) a on a.adzone_id = c.adzone_id and a.site_id = c.site_id
    join (
      select site_id, publisher_id, domain,
        case when lag(filed_at) over versions is null then '-infinity' else filed_at end as since,
        coalesce(lead(filed_at) over versions, 'infinity') as until
      from site window versions as (partition by site_id order by filed_at, batch, n)) s
      on s.site_id = c.site_id and s.publisher_id = c.publisher_id and c.clicked_at >= s.since and c.clicked_at < s.until
    group by c.site_id, c.origin, s.domain order by c.site_id collate "C"`;
  return session.stream(query);
}

export interface Forfeits {
  readonly siteId: string;
  readonly lines: bigint;
}

/**
 * How many lines of each site were forfeited for hijacking or cheating in some days before an instant, as the nights of the
 * days before a day have decided, in order of the sites' ids. What ended a seller's dispute is no such forfeit, and one
 * that a granted appeal has taken back is none any more.
 */
export function forfeitedLines(
  session: Session,
  asOf: Instant,
  days: number,
  today: Day,
  only: OneSite | null = null,
): AsyncGenerator<Forfeits[]> {
  const site = only === null ? sql`true` : sql`split_part(a.pid, '_', 3) = ${only.siteId}`;
  const at = sql`${isoOf(asOf)}::timestamptz`;
  const query = sql<Forfeits>`
    select split_part(a.pid, '_', 3) as "siteId", count(distinct a.order_line_id) as lines
    from trade_fact f
    join attribution a on a.partition = f.partition and a.order_line_id = f.order_line_id and a.outcome = 'attributed'
    join settlement s on s.partition = f.partition and s.order_line_id = f.order_line_id
    join log l on l.partition = s.partition and l.position = s.position
    where f.kind = 'decision' and f.decision = 'forfeit' and f.at > ${isoOf(asOf - days * DAY_LENGTH)}::timestamptz and f.at <= ${at}
      and ${site} and f.due_day < ${today}::date and l.occurred_at = f.at
      and (l.type = 'CommissionForfeited' or (l.type = 'CommissionVoided' and l.body ->> 'reason' = 'forfeited'))
      and f.fact_id not like ${`${DISPUTES}%`}
      and not exists (
        select from appeal lodged join appeal granted on granted.appeal_id = lodged.appeal_id
        where lodged.step = 'lodge' and lodged.decision_id = f.fact_id and lodged.publisher_id = a.publisher_id
          and granted.step = 'grant' and granted.at <= ${at})
    group by 1 order by (split_part(a.pid, '_', 3)) collate "C"`;
  return session.stream(query);
}

/** What a site earned across stores in the shops of a mall, of one seller. */
export interface CrossStore {
  readonly site: string;
  readonly mall: string;
  readonly seller: string;
  readonly lines: bigint;
  /** The publisher's share of what is settled, in minor units. */
  readonly earned: bigint;
}

/** What some sites earned across stores by lines attributed on some days, by mall and seller. */
export function crossStoreEarned(
  session: Session,
  sites: readonly string[],
  { from, to }: { readonly from: Day; readonly to: Day },
): Promise<CrossStore[]> {
  return session.all(sql<CrossStore>`
    select split_part(a.pid, '_', 3) as site, m.mall, a.seller_id as seller, count(*) as lines,
      coalesce(sum(s.earning) filter (where s.state = 'settled'), 0)::bigint as earned
    from attribution a
    join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id
    join order_line o on o.partition = a.partition and o.order_line_id = a.order_line_id
    cross join lateral (select mall from shop where shop_id = o.shop_id limit 1) m
    where a.outcome = 'attributed' and a.trace = 'cross-store' and a.business_day between ${from}::date and ${to}::date
      and split_part(a.pid, '_', 3) = any(${sites})
    group by 1, 2, 3 order by 1, 2, 3`);
}

/** Forfeits of days before one that no night has decided yet: what they take is not known. */
export async function forfeitsUndecided(session: Session, today: Day, lastRunDay: Day | null): Promise<number> {
  const row = await session.first(sql<{ count: bigint }>`
    select count(*) as count from trade_fact
    where kind = 'decision' and decision = 'forfeit' and due_day < ${today}::date and due_day > ${lastRunDay ?? '-infinity'}::date`);
  return Number(row?.count ?? 0n);
}
