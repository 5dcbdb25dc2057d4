/**
 * What a sender of webhooks needs of the book: which endpoints have something to be told, the lock on one, the news that
 * comes next, and the record of what came of a round. It reads the log and never writes it; nothing here posts.
 */

import { sql } from 'kysely';
import { type Instant, isoOf } from '../../core/calendar.ts';
import type { EventType } from '../../core/events/event.ts';
import { type Logged, readEvent, type StoredEvent } from '../../core/events/read-body.ts';
import { type Audience, LINE_TYPES, type Winner } from '../../core/webhook/telling.ts';
import { rowsAs } from '../connection/rewrite.ts';
import type { Session } from '../connection/session.ts';
import type { LogPlace } from '../log/place.ts';
import { audienceOf, type EndpointState, pauseEndpoint } from './webhooks.ts';

/** The first key of the advisory locks of endpoints; the second is the endpoint's number. */
const ENDPOINT_LOCK = 0x686f6f6b;

/** The endpoints that may be told something now, and have something to be told. */
export async function endpointsDue(session: Session, now: Instant): Promise<number[]> {
  const rows = await session.all(sql<{ id: number }>`
    select endpoint_id as id from webhook_endpoint e
    where state = 'active' and (next_attempt is null or next_attempt <= ${isoOf(now)}) and (
      exists (select from webhook_delivery d where d.endpoint_id = e.endpoint_id and d.next_attempt <= ${isoOf(now)})
      or exists (select from webhook_cursor c join partition_head h on h.partition = c.partition
        where c.endpoint_id = e.endpoint_id and c.position < h.position))
    order by last_delivered nulls first, endpoint_id`);
  return rows.map((row) => row.id);
}

/** Takes an endpoint for this connection's life, or until it is let go; false when another sender has it. */
export async function lockEndpoint(session: Session, id: number): Promise<boolean> {
  const row = await session.first(sql<{ locked: boolean }>`
    select pg_try_advisory_lock(${ENDPOINT_LOCK}::int, ${id}::int) as locked`);
  return row?.locked === true;
}

/** Lets an endpoint go, so that another sender may take it. */
export async function unlockEndpoint(session: Session, id: number): Promise<void> {
  await sql`select pg_advisory_unlock(${ENDPOINT_LOCK}::int, ${id}::int)`.execute(session.db);
}

/** An endpoint as its sender needs it. */
export interface ActiveEndpoint {
  readonly endpointId: number;
  readonly url: string;
  readonly audience: Audience;
  readonly kinds: readonly string[];
  readonly generation: number;
  /** Since when nothing was taken of what was sent, and in how many rounds of news. */
  readonly failingSince: Instant | null;
  readonly failures: number;
  readonly lastDelivered: Instant | null;
  /** Newest first. */
  readonly secrets: readonly string[];
}

/** An endpoint that may be told something now; undefined where it may not. */
export async function activeEndpoint(session: Session, id: number, now: Instant): Promise<ActiveEndpoint | undefined> {
  const row = await session.first(sql<
    Omit<ActiveEndpoint, 'audience'> & { seller_id: string | null; publisher_id: string | null }
  >`
    select endpoint_id as "endpointId", url, seller_id, publisher_id, kinds, generation, failing_since as "failingSince", failures,
      last_delivered as "lastDelivered", array(
        select secret from webhook_secret s
        where s.endpoint_id = e.endpoint_id and (valid_until is null or valid_until > ${isoOf(now)})
        order by made_at desc, valid_until desc nulls first) as secrets
    from webhook_endpoint e
    where endpoint_id = ${id} and state = 'active'
      and (next_attempt is null or next_attempt <= ${isoOf(now)})`);
  if (row === undefined) return undefined;
  const { seller_id, publisher_id, ...endpoint } = row;
  return { ...endpoint, audience: audienceOf(seller_id, publisher_id) };
}

/** An event that an endpoint is told of. */
export interface News {
  readonly logged: Logged;
  readonly winner: Winner;
  /** True where an earlier event of its subject waits: it has to wait too. */
  readonly isBehind: boolean;
}

/** News that was not taken before. */
export interface Overdue extends News {
  readonly attempts: number;
  readonly firstFailed: Instant | null;
}

type NewsRow = StoredEvent & {
  readonly pid: string | null;
  readonly click_id: string | null;
  readonly trace: string | null;
  readonly sub_id: string | null;
  readonly behind: boolean;
};

/** Of a line the winner by whom it was this event's publisher's, which a restoration changes. */
const NEWS_COLUMNS = sql`l.partition, l.position, l.type::text as type, l.business_day, l.occurred_at, l.subject,
  l.ordinal, l.seller_id, l.publisher_id, l.body,
  case when a.publisher_id = l.publisher_id then a.pid when s.publisher_id = l.publisher_id then s.pid end as pid,
  case when a.publisher_id = l.publisher_id then a.click_id when s.publisher_id = l.publisher_id then s.click_id end
    as click_id,
  case when a.publisher_id = l.publisher_id then a.trace when s.publisher_id = l.publisher_id then s.trace end as trace,
  case when a.publisher_id = l.publisher_id then a.sub_id when s.publisher_id = l.publisher_id then s.sub_id end as sub_id`;

const WINNER = sql`left join attribution a on a.partition = l.partition and a.order_line_id = l.subject
    and l.type = any(${[...LINE_TYPES]}::event_type[])
  left join settlement s on s.partition = a.partition and s.order_line_id = a.order_line_id`;

/** What was not taken before and is due again, longest due first, at most `limit`. */
export async function overdueNews(
  session: Session,
  endpointId: number,
  digits: number,
  now: Instant,
  limit: number,
): Promise<Overdue[]> {
  const rows = await session.all(sql<NewsRow & { attempts: number; first_failed: Instant | null }>`
    select ${NEWS_COLUMNS}, false as behind, d.attempts, d.first_failed
    from (select * from webhook_delivery where endpoint_id = ${endpointId} and next_attempt <= ${isoOf(now)}
      order by next_attempt, partition, position limit ${limit}) d
    join log l on l.partition = d.partition and l.position = d.position ${WINNER}
    order by d.next_attempt, l.partition, l.position`);
  return rows.map((row) => ({
    ...newsOf(row, digits),
    attempts: row.attempts,
    firstFailed: row.first_failed,
  }));
}

/** A stretch of one partition: the events after a position, through another. */
export interface Stretch {
  readonly partition: number;
  readonly after: bigint;
  readonly through: bigint;
}

/** The stretches of the log that an endpoint has not been told of, at most `span` events of each partition. */
export function stretchesBehind(session: Session, endpointId: number, span: number): Promise<Stretch[]> {
  return session.all(sql<Stretch>`
    select c.partition, c.position as after, least(h.position, c.position + ${span}) as through
    from webhook_cursor c join partition_head h on h.partition = c.partition
    where c.endpoint_id = ${endpointId} and c.position < h.position order by c.partition`);
}

/**
 * The news in some stretches of the log: entries that posted, and statements, at most `limit` of each stretch, in the
 * order of their days and, within a partition, of the log.
 * @param endpointId whose waiting deliveries are looked at
 */
export async function newsIn(
  session: Session,
  stretches: readonly Stretch[],
  of: {
    readonly endpointId: number;
    readonly types: readonly EventType[];
    readonly audience: Audience;
    readonly limit: number;
    readonly digits: number;
  },
): Promise<News[]> {
  const { role, party } = of.audience;
  const rows = await session.all(sql<NewsRow>`
    select ${NEWS_COLUMNS}, exists (select from webhook_delivery d where d.endpoint_id = ${of.endpointId}
        and d.partition = l.partition and d.subject = l.subject and d.state = 'waiting') as behind
    from unnest(${stretches.map((one) => one.partition)}::smallint[],
      ${stretches.map((one) => String(one.after))}::bigint[], ${stretches.map((one) => String(one.through))}::bigint[])
      as stretch (partition, after, through)
    cross join lateral (
      select * from log n
      where n.partition = stretch.partition and n.position > stretch.after and n.position <= stretch.through
        and n.type = any(${[...of.types]}::event_type[]) and (n.ordinal > 0 or n.type = 'StatementIssued')
        and ${role === 'seller' ? sql`n.seller_id = ${party}` : sql`true`}
        and ${role === 'publisher' ? sql`n.publisher_id = ${party}` : sql`true`}
      order by n.position limit ${of.limit}) l
    ${WINNER}
    order by l.business_day, l.partition, l.position`);
  return rows.map((row) => newsOf(row, of.digits));
}

function newsOf(row: NewsRow, digits: number): News {
  const winner = { pid: row.pid, clickId: row.click_id, trace: row.trace, subId: row.sub_id };
  return { logged: readEvent(row, digits), winner, isBehind: row.behind };
}

/** A delivery that is to be tried again, or was given up. */
export interface FailedDelivery extends LogPlace {
  readonly subject: string;
  readonly state: 'waiting' | 'given-up';
  readonly attempts: number;
  readonly firstFailed: Instant | null;
  /** Null of what was given up, and of what waits for an earlier one of its subject. */
  readonly nextAttempt: Instant | null;
  readonly answer: string | null;
}

/** What came of a round, and how the endpoint stands after it. */
export interface RoundRecord {
  readonly endpointId: number;
  readonly generation: number;
  readonly at: Instant;
  /** How far each partition has been told, or has rows in `failed`. */
  readonly cursors: ReadonlyMap<number, bigint>;
  readonly taken: number;
  /** Those of the taken that had a row, with their subjects. */
  readonly settled: readonly (LogPlace & { readonly subject: string })[];
  readonly failed: readonly FailedDelivery[];
  readonly failingSince: Instant | null;
  readonly failures: number;
  readonly nextAttempt: Instant | null;
  readonly answer: string | null;
  /** Why the endpoint is paused from now on; null where it is not. */
  readonly paused: string | null;
}

/**
 * Records a round, in one transaction.
 * @returns the endpoint's state after it; undefined, with nothing recorded, where it was removed or told to begin again
 * from an earlier day meanwhile
 */
export function recordRound(session: Session, round: RoundRecord): Promise<EndpointState | undefined> {
  return session.transaction(async () => {
    const { endpointId, at, taken, paused } = round;
    const now = await session.first(sql<{ state: EndpointState }>`
      update webhook_endpoint set failures = ${round.failures},
        failing_since = ${moment(round.failingSince)}::timestamptz,
        next_attempt = ${moment(round.nextAttempt)}::timestamptz,
        delivered = delivered + ${taken}, last_answer = coalesce(${round.answer}::text, last_answer),
        last_delivered = case when ${taken > 0} then ${isoOf(at)}::timestamptz else last_delivered end
      where endpoint_id = ${endpointId} and generation = ${round.generation} returning state`);
    if (now === undefined) return undefined;
    await moveCursors(session, endpointId, round.cursors);
    if (round.failed.length > 0) await keepFailed(session, endpointId, round.failed);
    if (round.settled.length > 0) await dropSettled(session, endpointId, round.settled);
    const subjects = [...round.failed, ...round.settled];
    if (subjects.length > 0) await callNext(session, endpointId, subjects, at);
    if (paused === null || now.state !== 'active') return now.state;
    await pauseEndpoint(session, endpointId, { by: 'cps webhook send', at }, paused);
    return 'paused';
  });
}

const moment = (at: Instant | null): string | null => (at === null ? null : isoOf(at));

async function moveCursors(session: Session, endpointId: number, cursors: ReadonlyMap<number, bigint>): Promise<void> {
  if (cursors.size === 0) return;
  await sql`
    update webhook_cursor c set position = moved.position
    from unnest(${[...cursors.keys()]}::smallint[], ${[...cursors.values()].map(String)}::bigint[])
      as moved (partition, position)
    where c.endpoint_id = ${endpointId} and c.partition = moved.partition and c.position < moved.position`.execute(
    session.db,
  );
}

async function keepFailed(session: Session, endpointId: number, failed: readonly FailedDelivery[]): Promise<void> {
  const rows = failed.map(({ partition, position, subject, state, attempts, firstFailed, nextAttempt, answer }) => ({
    ...{ endpoint_id: endpointId, partition, position, subject, state, attempts },
    ...{ first_failed: moment(firstFailed), next_attempt: moment(nextAttempt), last_answer: answer },
  }));
  await sql`
    insert into webhook_delivery select * from ${rowsAs('webhook_delivery', rows)}
    on conflict (endpoint_id, partition, position) do update set state = excluded.state, attempts = excluded.attempts,
      first_failed = excluded.first_failed, next_attempt = excluded.next_attempt,
      last_answer = excluded.last_answer`.execute(session.db);
}

async function dropSettled(session: Session, endpointId: number, settled: readonly LogPlace[]): Promise<void> {
  const taken = settled.map(({ partition, position }) => ({ partition, position }));
  await sql`
    delete from webhook_delivery d using ${rowsAs('webhook_delivery', taken)} taken
    where d.endpoint_id = ${endpointId} and d.partition = taken.partition and d.position = taken.position`.execute(
    session.db,
  );
}

/** The first that waits of each of some subjects is due now, unless it has its time already. */
async function callNext(
  session: Session,
  endpointId: number,
  subjects: readonly { readonly partition: number; readonly subject: string }[],
  at: Instant,
): Promise<void> {
  await sql`
    update webhook_delivery d set next_attempt = ${isoOf(at)}
    from (select distinct * from unnest(${subjects.map((one) => one.partition)}::smallint[],
      ${subjects.map((one) => one.subject)}::text[]) as u (partition, subject)) u
    where d.endpoint_id = ${endpointId} and d.partition = u.partition and d.subject = u.subject and d.state = 'waiting'
      and d.next_attempt is null and not exists (
        select from webhook_delivery b where b.endpoint_id = d.endpoint_id and b.partition = d.partition
          and b.subject = d.subject and b.state = 'waiting' and b.position < d.position)`.execute(session.db);
}
