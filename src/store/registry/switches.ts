/**
 * What was said of sites: what switches their permissions, how they were judged, and which were withdrawn. Notices and
 * approvals are kept once, where they were delivered, and are switches only as they are read (core/promotion/review/standing.ts):
 * a notice that was cancelled leaves no row behind that could come in force over what a person decided meanwhile.
 */
import { type RawBuilder, sql } from 'kysely';
import { type Instant, isoOf } from '../../core/calendar.ts';
import { groupBy } from '../../core/groups.ts';
import { type Judged, judgedIn, type Switch, switchesIn, type Word } from '../../core/promotion/review/standing.ts';
import type { Session } from '../connection/session.ts';

/** What is seen: deliveries up to a batch, and facts dated up to an instant. */
export interface Sight {
  readonly through?: bigint;
  readonly asOf?: Instant;
}

const EVERY_BATCH = 9_223_372_036_854_775_807n;
const seen = (through: bigint | undefined): bigint => through ?? EVERY_BATCH;
const moment = (asOf: Instant | undefined): RawBuilder<unknown> =>
  sql`${asOf === undefined ? 'infinity' : isoOf(asOf)}::timestamptz`;

/** What was said of some sites' permissions, by site: rows of the feed, approvals of applications, and notices. */
export async function wordsOf(
  session: Session,
  sites: readonly string[],
  through?: bigint,
): Promise<Map<string, Word[]>> {
  const last = seen(through);
  const rows = await session.all(sql<Word & { readonly siteId: string }>`
    select site_id as "siteId", permission, value, at, said_at as "saidAt", source, is_persons as "isPersons", ref,
      cancelled_at as "cancelledAt", (row_number() over (order by batch, n))::integer as accepted from (
      select site_id, permission, action as value, at, at as said_at, 'row' as source, review is null as is_persons,
        reason as ref, null::timestamptz as cancelled_at, batch, n
      from permission where site_id = any(${sites}) and batch <= ${last}
      union all
      select a.site_id, a.permission, 'grant', d.decided_at, d.decided_at, 'approval', true, a.application_id, null,
        d.batch, d.n
      from application a join application_decision d on d.application_id = a.application_id
      where a.site_id = any(${sites}) and d.decision = 'approve' and d.batch <= ${last}
      union all
      select o.site_id, p.permission, 'revoke', o.effective_at, o.issued_at, 'notice', o.score is null, o.notice_id,
        c.cancelled_at, o.batch, o.n
      from notice o cross join lateral unnest(o.permissions) p (permission)
      left join notice_cancellation c
        on c.notice_id = o.notice_id and c.permission = p.permission and c.batch <= ${last}
      where o.site_id = any(${sites}) and o.batch <= ${last}) s
    order by site_id, batch, n`);
  return groupBy(rows, ({ siteId }) => siteId);
}

export interface SiteSwitch extends Switch {
  readonly siteId: string;
}

/** The switches of some sites' permissions, as delivered up to a batch: by site and permission in their order. */
export async function switchesOf(session: Session, sites: readonly string[], through: bigint): Promise<SiteSwitch[]> {
  const words = await wordsOf(session, sites, through);
  return [...words].flatMap(([siteId, own]) => switchesIn(own).map((one) => ({ ...one, siteId })));
}

/** How some sites were judged, by site, in the order that counts. */
export async function judgementsOf(
  session: Session,
  sites: readonly string[],
  through?: bigint,
): Promise<Map<string, Judged[]>> {
  const rows = await session.all(sql<Judged & { readonly siteId: string }>`
    select site_id as "siteId", status, score, at, reason, review is null as "isPersons",
      (row_number() over (order by batch, n))::integer as accepted
    from site_review where site_id = any(${sites}) and batch <= ${seen(through)} order by site_id, batch, n`);
  return new Map([...groupBy(rows, ({ siteId }) => siteId)].map(([site, own]) => [site, judgedIn(own)]));
}

/** When some sites were withdrawn; a site that was not is left out. */
export async function withdrawalsOf(
  session: Session,
  sites: readonly string[],
  sight: Sight,
): Promise<Map<string, Instant>> {
  const rows = await session.all(sql<{ site_id: string; withdrawn_at: Instant }>`
    select site_id, withdrawn_at from withdrawal
    where site_id = any(${sites}) and batch <= ${seen(sight.through)} and withdrawn_at <= ${moment(sight.asOf)}`);
  return new Map(rows.map((row) => [row.site_id, row.withdrawn_at]));
}
