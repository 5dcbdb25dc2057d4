/**
 * Withdrawals, applications, decisions and notices as delivered: what intake judges new ones by, and what a night makes
 * events of. It judges nothing.
 */

import { type RawBuilder, sql } from 'kysely';
import { type Day, type Instant, isoOf } from '../../core/calendar.ts';
import { groupBy } from '../../core/groups.ts';
import { type PromotionFact, SUBJECTS } from '../../core/promotion/events.ts';
import { MOST_NAMED, type NoticeLetters } from '../../core/promotion/notices.ts';
import { anyOf } from '../connection/any-of.ts';
import type { Session } from '../connection/session.ts';
import type { Stray } from '../proof/sums.ts';
import type { MaybeRow, Row } from '../schema/tables.ts';

/** Who a site is and whose, in its latest version. */
export interface SiteName {
  readonly site_id: string;
  readonly publisher_id: string;
  readonly site_name: string;
  readonly publisher_name: string;
  /** In which letters to the publisher are written; null for both. */
  readonly language: string | null;
}

/** The names of some sites and their publishers, the last delivered, by site. */
export async function siteNames(session: Session, sites: readonly string[]): Promise<Map<string, SiteName>> {
  const rows = await session.all(sql<SiteName>`
    select distinct on (s.site_id) s.site_id, s.publisher_id, s.name as site_name, p.name as publisher_name,
      (select c.language from contact c where c.publisher_id = s.publisher_id order by c.batch desc, c.n desc limit 1)
    from site s join publisher p on p.publisher_id = s.publisher_id
    where s.site_id = any(${sites})
    order by s.site_id, s.batch desc, s.n desc, p.batch desc, p.n desc`);
  return new Map(rows.map((row) => [row.site_id, row]));
}

/** An application with its decision, if it has one, and the appeal against that, if there is one. */
export type KnownApplication = Omit<Row<'application'>, 'due_day' | 'batch' | 'n' | 'aside'> &
  MaybeRow<'application_decision', 'decision' | 'decided_at' | 'decided_by' | 'reason'> & {
    readonly appealed_by: string | null;
  };

const APPLICATION = sql`
  select a.application_id, a.site_id, a.permission, a.applied_at, a.statement, a.appeal_of, d.decision, d.decided_at,
    d.decided_by, d.reason, b.application_id as appealed_by
  from application a
  left join application_decision d on d.application_id = a.application_id
  left join application b on b.appeal_of = a.application_id`;

/** Applications of some ids, by id. */
export async function applicationsUnder(
  session: Session,
  ids: readonly string[],
): Promise<Map<string, KnownApplication>> {
  const rows = await session.all(sql<KnownApplication>`${APPLICATION} where a.application_id = any(${ids})`);
  return new Map(rows.map((row) => [row.application_id, row]));
}

/** Every application for some sites. */
export function applicationsFor(session: Session, sites: readonly string[]): Promise<KnownApplication[]> {
  return session.all(sql<KnownApplication>`${APPLICATION} where a.site_id = any(${sites})`);
}

/** Every application without a decision, oldest first. */
export function applicationsWaiting(session: Session): Promise<KnownApplication[]> {
  return session.all(sql<KnownApplication>`
    ${APPLICATION} where d.application_id is null order by a.applied_at, a.application_id`);
}

/** A site's applications up to an instant, oldest first; a later decision is left out by who reads. */
export async function applicationsOfSite(session: Session, site: string, asOf: Instant): Promise<KnownApplication[]> {
  const rows = await session.all(sql<KnownApplication>`
    ${APPLICATION} where a.site_id = ${site} order by a.applied_at, a.application_id`);
  return rows.filter((row) => row.applied_at <= asOf);
}

export type KnownNotice = Pick<Row<'notice'>, 'notice_id' | 'site_id' | 'permissions' | 'issued_at' | 'effective_at'>;

/** Notices of some ids, by id. */
export async function noticesUnder(session: Session, ids: readonly string[]): Promise<Map<string, KnownNotice>> {
  const query = session.db
    .selectFrom('notice')
    .select(['notice_id', 'site_id', 'permissions', 'issued_at', 'effective_at']);
  const rows = await query.where('notice_id', '=', anyOf(ids)).execute();
  return new Map(rows.map((row) => [row.notice_id, row]));
}

/** A notice that has not ended. */
export interface RunningNotice {
  readonly id: string;
  readonly site: string;
  readonly publisher: string;
  readonly issuedAt: Instant;
  readonly effectiveAt: Instant;
  readonly issuedBy: string;
  readonly reason: string;
}

/** The notices issued by an instant that end after it, the first to end first; of one id, or of all. */
export function noticesEnding(session: Session, after: Instant, id: string | null): Promise<RunningNotice[]> {
  const at = sql`${isoOf(after)}::timestamptz`;
  return session.all(sql<RunningNotice>`
    select n.notice_id as id, n.site_id as site, s.publisher_id as publisher, n.issued_at as "issuedAt",
      n.effective_at as "effectiveAt", n.issued_by as "issuedBy", n.reason
    from notice n cross join lateral (select publisher_id from site where site_id = n.site_id limit 1) s
    where n.issued_at <= ${at} and n.effective_at > ${at} and (${id}::text is null or n.notice_id = ${id})
    order by n.effective_at, n.notice_id`);
}

/** What became of the letters of the notices that reviews issued as of an instant. */
export function noticeLetters(session: Session, issuedAt: Instant): Promise<NoticeLetters> {
  return lettersOf(session, sql`n.issued_at = ${isoOf(issuedAt)}::timestamptz and n.score is not null`);
}

/** What became of the letters of the notices that end after an instant and still take something. */
export function lettersOfRunning(session: Session, after: Instant): Promise<NoticeLetters> {
  return lettersOf(
    session,
    sql`n.effective_at > ${isoOf(after)}::timestamptz and exists (
      select from unnest(n.permissions) p (permission) where not exists (
        select from notice_cancellation c where c.notice_id = n.notice_id and c.permission = p.permission))`,
  );
}

async function lettersOf(session: Session, which: RawBuilder<unknown>): Promise<NoticeLetters> {
  const rows = await session.all(sql<{ fate: string; count: bigint; publishers: string[] }>`
    select case when m.state <> 'queued' then m.state when c.email is null then 'withoutAddress'
        when m.attempts = 0 then 'neverTried' else 'again' end as fate,
      count(*) as count, (array_agg(distinct m.publisher_id))[1:${MOST_NAMED}] as publishers
    from notice n join mail m on m.message_id = n.notice_id
    left join lateral (
      select email from contact c where c.publisher_id = m.publisher_id order by batch desc, n desc limit 1) c on true
    where ${which} group by 1`);
  const of = (fate: string): number => Number(rows.find((row) => row.fate === fate)?.count ?? 0n);
  return {
    sent: of('sent'),
    refused: of('refused'),
    again: of('again'),
    neverTried: of('neverTried'),
    withoutAddress: of('withoutAddress'),
    publishers: rows.find((row) => row.fate === 'withoutAddress')?.publishers ?? [],
  };
}

/** A notice as its publisher reads it. */
export interface SiteNotice {
  readonly id: string;
  readonly permissions: readonly string[];
  readonly issuedAt: Instant;
  readonly effectiveAt: Instant;
  readonly reason: string;
  /** The permissions for which it was cancelled. */
  readonly cancelled: readonly string[];
}

/** The notices of a site, the latest first. */
export function noticesOfSite(session: Session, site: string): Promise<SiteNotice[]> {
  return session.all(sql<SiteNotice>`
    select notice_id as id, permissions, issued_at as "issuedAt", effective_at as "effectiveAt", reason,
      array(select c.permission from notice_cancellation c where c.notice_id = notice.notice_id) as cancelled
    from notice where site_id = ${site} order by issued_at desc, notice_id desc`);
}

/** A fact with where its matter's last event lies, if an earlier night wrote one. */
export interface DueFact extends PromotionFact {
  readonly subject: string;
  readonly previous: bigint | null;
  readonly dueDay: Day;
}

/** The facts of every kind, one shape; `from` narrows each kind's own table, here called f. */
function facts(from: RawBuilder<unknown>): RawBuilder<unknown> {
  const none = sql`null::text[]`;
  return sql`
    select 'SiteWithdrawn' as type, 0 as rank, f.site_id as id, f.withdrawn_at as at, f.site_id, '{}'::text[] as permissions,
      f.withdrawn_by as by, f.reason as words, null::text as appeal_of, null::timestamptz as effective_at,
      null::numeric as score, ${none} as short, f.due_day
    from withdrawal f where ${from}
    union all
    select 'PermissionApplied', 0, f.application_id, f.applied_at, f.site_id, array[f.permission], '', f.statement,
      f.appeal_of, null, null, ${none}, f.due_day
    from application f where ${from}
    union all
    select case f.decision when 'approve' then 'PermissionApproved' else 'PermissionRejected' end, 1, f.application_id,
      f.decided_at, a.site_id, array[a.permission], f.decided_by, f.reason, a.appeal_of, null, null, ${none}, f.due_day
    from application_decision f join application a on a.application_id = f.application_id where ${from}
    union all
    select 'NoticeIssued', 0, f.notice_id, f.issued_at, f.site_id, f.permissions, f.issued_by, f.reason, null,
      f.effective_at, f.score, f.short, f.due_day
    from notice f where ${from}
    union all
    select 'NoticeCancelled', 1, f.notice_id, f.cancelled_at, o.site_id, array[f.permission], f.cancelled_by, f.reason,
      null, null, null, ${none}, f.due_day
    from notice_cancellation f join notice o on o.notice_id = f.notice_id where ${from}`;
}

const PREFIX = sql`case type ${sql.join(
  Object.entries(SUBJECTS).map(([type, prefix]) => sql`when ${sql.lit(type)} then ${sql.lit(prefix)}`),
  sql` `,
)} end`;

/**
 * The facts due through a day and after the last day run, by subject; of one subject in the order in which they follow.
 * Before a book's first night every fact up to its day is due.
 */
export function promotionDue(session: Session, day: Day, last: Day | null, size: number): AsyncGenerator<DueFact[]> {
  const due = sql`f.due_day <= ${day} and f.due_day > ${last ?? '-infinity'}::date`;
  const query = sql<DueFact>`
    select type, id, at, d.site_id as "siteId", s.publisher_id as "publisherId", permissions, by, words,
      appeal_of as "appealOf", effective_at as "effectiveAt", score, coalesce(short, '{}') as short,
      d.subject, p.position as previous, d.due_day as "dueDay"
    from (select *, ${PREFIX} || id as subject from (${facts(due)}) u) d
    cross join lateral (select publisher_id from site where site_id = d.site_id limit 1) s
    left join promotion p on p.subject = d.subject
    order by d.subject collate "C", rank, at, permissions`;
  return session.stream(query, size);
}

/** How many facts are due, counted up to a limit. */
export async function isPromotionDue(session: Session, day: Day, last: Day | null): Promise<boolean> {
  const due = sql`f.due_day <= ${day} and f.due_day > ${last ?? '-infinity'}::date`;
  const rows = await session.all(sql`select 1 from (${facts(due)}) u limit 1`);
  return rows.length > 0;
}

/** The last positions of some matters' events, by partition. */
export async function lastOfMatters(session: Session, subjects: readonly string[]): Promise<Map<number, bigint[]>> {
  const rows = await session.all(sql<{ partition: number; position: bigint }>`
    select partition, position from promotion where subject = any(${subjects})`);
  return groupBy(
    rows,
    ({ partition }) => partition,
    ({ position }) => position,
  );
}

/** The first matter in the log that nothing delivered accounts for. */
export function matterWithoutFact(session: Session): Promise<Stray | undefined> {
  return session.first(sql<Stray>`
    select p.partition, p.position, p.subject, count(*) over () as total from promotion p
    where not exists (select from (${facts(sql`true`)}) u where ${PREFIX} || u.id = p.subject)
    order by p.subject collate "C" limit 1`);
}
