/**
 * What switches sites' permissions, and which sites were withdrawn. Notices and approvals are kept once, where they were
 * delivered, and are switches only as they are read: a notice that was cancelled leaves no row behind that could come in
 * force over what a person decided meanwhile.
 */
import { type RawBuilder, sql } from 'kysely';
import { type Instant, isoOf } from '../../core/calendar.ts';
import type { Switch } from '../../core/promotion/review/standing.ts';
import type { Session } from '../connection/session.ts';

/** What is seen: deliveries up to a batch, and facts dated up to an instant. */
export interface Sight {
  readonly through?: bigint;
  readonly asOf?: Instant;
}

export interface SiteSwitch extends Switch {
  readonly siteId: string;
}

const EVERY_BATCH = 9_223_372_036_854_775_807n;
const seen = (through: bigint | undefined): bigint => through ?? EVERY_BATCH;
const moment = (asOf: Instant | undefined): RawBuilder<unknown> =>
  sql`${asOf === undefined ? 'infinity' : isoOf(asOf)}::timestamptz`;

/**
 * The switches of some sites' permissions, by site, in order of their instants, equal ones as accepted: rows of the feed,
 * approvals of applications, and the ends of notices. A notice is over for a permission when it was cancelled, or when an
 * application for it was approved while it ran.
 */
export function switchesOf(session: Session, sites: readonly string[], sight: Sight): Promise<SiteSwitch[]> {
  const through = seen(sight.through);
  const until = moment(sight.asOf);
  const approved = sql`
    select a.site_id, a.permission, a.application_id, d.decided_at, d.batch, d.n
    from application a join application_decision d on d.application_id = a.application_id
    where a.site_id = any(${sites}) and d.decision = 'approve' and d.batch <= ${through} and d.decided_at <= ${until}`;
  return session.all(sql<SiteSwitch>`
    with approved as materialized (${approved})
    select site_id as "siteId", permission, value, at, source, is_persons as "isPersons", ref from (
      select site_id, permission, action as value, at, 'row' as source, true as is_persons, reason as ref, batch, n
      from permission where site_id = any(${sites}) and batch <= ${through} and at <= ${until}
      union all
      select site_id, permission, 'grant', decided_at, 'approval', true, application_id, batch, n from approved
      union all
      select o.site_id, p.permission, 'revoke', o.effective_at, 'notice', o.score is null, o.notice_id, o.batch, o.n
      from notice o cross join lateral unnest(o.permissions) p (permission)
      where o.site_id = any(${sites}) and o.batch <= ${through} and o.issued_at <= ${until}
        and not exists (
          select from notice_cancellation c where c.notice_id = o.notice_id and c.permission = p.permission
            and c.batch <= ${through} and c.cancelled_at <= ${until})
        and not exists (
          select from approved a where a.site_id = o.site_id and a.permission = p.permission
            and a.decided_at >= o.issued_at and a.decided_at < o.effective_at)) s
    order by site_id, at, batch, n`);
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
