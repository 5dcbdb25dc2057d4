/**
 * What a review reads, as of an instant: every site by id, a batch at a time, with its filing, its ownership and how it
 * stands; beside them, in the same order, its clicks by where they came from and its forfeited lines. It scores nothing.
 */

import { type RawBuilder, sql } from 'kysely';
import { DAY_LENGTH, type Instant, isoOf } from '../../core/calendar.ts';
import { groupBy } from '../../core/groups.ts';
import type { ReviewedSite } from '../../core/promotion/review/check.ts';
import type { State } from '../../core/promotion/review/standing.ts';
import type { Session } from '../connection/session.ts';
import type { Row } from '../schema/tables.ts';
import { type SiteSwitch, switchesOf } from './switches.ts';

/** A site as filed, without what was counted. */
type FiledSite = Omit<ReviewedSite, 'clicks' | 'forfeits'>;

/** A site with how it stands. */
export interface SiteToReview {
  readonly filed: FiledSite;
  readonly state: State | null;
  /** The publisher's status in force. */
  readonly publisher: string;
  readonly switches: readonly SiteSwitch[];
}

type SiteRow = Omit<Row<'site'>, 'filed_at' | 'batch' | 'n' | 'aside'> & { readonly first_filed_at: Instant };

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
  const query = sql<SiteRow>`
    select distinct on (s.site_id) s.site_id, s.publisher_id, s.kind, s.name, s.domain,
      (select min(filed_at) from site f where f.site_id = s.site_id) as first_filed_at
    from site s
    where ${only === null ? standing : sql`s.site_id = ${only}`}
      and exists (select from site f where f.site_id = s.site_id and f.filed_at <= ${at}::timestamptz)
    order by s.site_id, s.batch desc, s.n desc`;
  for await (const rows of session.stream(query, SITES_A_BATCH)) yield await withStanding(session, rows, asOf);
}

type FilingRow = Omit<Row<'filing'>, 'site_id' | 'batch' | 'n' | 'aside'>;

async function withStanding(session: Session, rows: readonly SiteRow[], asOf: Instant): Promise<SiteToReview[]> {
  const sites = rows.map((row) => row.site_id);
  const publishers = [...new Set(rows.map((row) => row.publisher_id))];
  const at = sql`${isoOf(asOf)}::timestamptz`;
  const byId = async <T>(query: RawBuilder<T & { readonly id: string }>): Promise<Map<string, T>> =>
    new Map((await session.all(query)).map((row) => [row.id, row]));
  const filings = await byId(sql<FilingRow & { id: string }>`
    select distinct on (site_id) site_id as id, filed_at, icp_number, categories, description, daily_visitors, evidence
    from filing where site_id = any(${sites}) and filed_at <= ${at} order by site_id, filed_at desc`);
  const ownership = await byId(sql<{ id: string; verified: string; how: string; by: string }>`
    select distinct on (site_id) site_id as id, verified, how, verified_by as by from ownership
    where site_id = any(${sites}) and at <= ${at} order by site_id, at desc, batch desc, n desc`);
  const states = await byId(sql<State & { id: string }>`
    select distinct on (site_id) site_id as id, status, score, at, reason from site_review
    where site_id = any(${sites}) and at <= ${at} order by site_id, at desc, batch desc, n desc`);
  const status = await byId(sql<{ id: string; status: string }>`
    select distinct on (publisher_id) publisher_id as id, status from publisher_status
    where publisher_id = any(${publishers}) and at <= ${at} order by publisher_id, at desc, batch desc, n desc`);
  const switches = groupBy(await switchesOf(session, sites, { asOf }), ({ siteId }) => siteId);
  return rows.map((row) => {
    const filing = filings.get(row.site_id);
    const found = ownership.get(row.site_id);
    return {
      filed: {
        siteId: row.site_id,
        publisherId: row.publisher_id,
        kind: row.kind,
        name: row.name,
        domain: row.domain,
        firstFiledAt: row.first_filed_at,
        filing: filing === undefined ? null : filingOf(filing),
        ownership: found === undefined ? null : { verified: found.verified === 'yes', how: found.how, by: found.by },
      },
      state: states.get(row.site_id) ?? null,
      publisher: status.get(row.publisher_id)?.status ?? 'active',
      switches: switches.get(row.site_id) ?? [],
    };
  });
}

function filingOf(row: FilingRow): NonNullable<ReviewedSite['filing']> {
  const { filed_at: filedAt, icp_number: icpNumber, categories, description, daily_visitors: dailyVisitors } = row;
  return { filedAt, icpNumber, categories, description, dailyVisitors, evidence: row.evidence };
}

/** Clicks of a site that came from one place. */
export interface Origin {
  readonly siteId: string;
  /** Scheme and authority of the referrer. */
  readonly origin: string;
  readonly clicks: bigint;
}

/**
 * The clicks of some days before an instant by site and origin, in order of the sites' ids; those without an absolute
 * referrer, and those whose PID is not known, are left out. The clicks that were kept are all there is.
 */
export function clickOrigins(session: Session, asOf: Instant, days: number): AsyncGenerator<Origin[]> {
  // The instants stand in the text, so that the planner sees which spans of clicks it needs.
  const from = sql.lit(isoOf(asOf - days * DAY_LENGTH));
  const query = sql<Origin>`
    select c.site_id as "siteId", c.origin, count(*) as clicks from (
      select split_part(pid, '_', 2) as publisher_id, split_part(pid, '_', 3) as site_id,
        split_part(pid, '_', 4) as adzone_id, substring(referrer from '^[A-Za-z][A-Za-z0-9+.-]*://[^/?#\\\\]*') as origin
      from click
      where clicked_at > ${from}::timestamptz and clicked_at <= ${sql.lit(isoOf(asOf))}::timestamptz and referrer <> ''
        and pid ~ '^mm_[A-Za-z0-9-]+_[A-Za-z0-9-]+_[A-Za-z0-9-]+$') c
    join (select distinct adzone_id, site_id from adzone) a on a.adzone_id = c.adzone_id and a.site_id = c.site_id
    join (select distinct site_id, publisher_id from site) s on s.site_id = c.site_id and s.publisher_id = c.publisher_id
    where c.origin is not null
    group by c.site_id, c.origin order by c.site_id collate "C"`;
  return session.stream(query);
}

export interface Forfeits {
  readonly siteId: string;
  readonly lines: bigint;
}

/** How many lines of each site were forfeited in some days before an instant, as the log has it, in order of the sites' ids. */
export function forfeitedLines(session: Session, asOf: Instant, days: number): AsyncGenerator<Forfeits[]> {
  const query = sql<Forfeits>`
    select split_part(a.pid, '_', 3) as "siteId", count(distinct a.order_line_id) as lines
    from trade_fact f
    join attribution a on a.partition = f.partition and a.order_line_id = f.order_line_id and a.outcome = 'attributed'
    join settlement s on s.partition = f.partition and s.order_line_id = f.order_line_id
    join log l on l.partition = s.partition and l.position = s.position
    where f.decision = 'forfeit' and f.at > ${isoOf(asOf - days * DAY_LENGTH)}::timestamptz
      and f.at <= ${isoOf(asOf)}::timestamptz and l.occurred_at = f.at
      and (l.type = 'CommissionForfeited' or (l.type = 'CommissionVoided' and l.body ->> 'reason' = 'forfeited'))
    group by 1 order by (split_part(a.pid, '_', 3)) collate "C"`;
  return session.stream(query);
}
