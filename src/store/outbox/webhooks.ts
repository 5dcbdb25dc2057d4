/**
 * The endpoints of webhooks as people keep them: registered, paused, given a new secret, removed, told again from a day
 * on. They are records of the operator and no facts: no night reads them. Sending is in src/hooks, over webhook-turns.ts.
 */
import { sql, type UpdateResult } from 'kysely';
import { type Day, type Instant, isoOf } from '../../core/calendar.ts';
import type { Audience } from '../../core/webhook/telling.ts';
import type { Session } from '../connection/session.ts';

/** Who changes an endpoint, and when. */
export interface Change {
  readonly by: string;
  readonly at: Instant;
}

export interface NewEndpoint extends Change {
  readonly url: string;
  readonly audience: Audience;
  readonly kinds: readonly string[];
  readonly secret: string;
  /** The first business day it is told of; null for what is appended from now on. */
  readonly from: Day | null;
}

/** Registers an endpoint; where the audience has one of that URL already, answers that one's id and changes nothing. */
export function addEndpoint(
  session: Session,
  { url, audience, kinds, secret, from, by, at }: NewEndpoint,
): Promise<{ readonly endpointId: number; readonly isNew: boolean }> {
  return session.transaction(async () => {
    const { sellerId, publisherId } = columnsOf(audience);
    const made = await sql<{ id: number }>`
      insert into webhook_endpoint (url, seller_id, publisher_id, kinds, changed_by, changed_at)
      values (${url}, ${sellerId}, ${publisherId}, ${[...kinds]}::text[], ${by}, ${isoOf(at)})
      on conflict do nothing returning endpoint_id as id`.execute(session.db);
    const endpointId = made.rows[0]?.id;
    if (endpointId === undefined) {
      const row = await session.first(sql<{ id: number }>`
        select endpoint_id as id from webhook_endpoint
        where url = ${url} and state <> 'removed' and seller_id is not distinct from ${sellerId}
          and publisher_id is not distinct from ${publisherId}`);
      return { endpointId: row?.id ?? 0, isNew: false };
    }
    await session.db
      .insertInto('webhook_secret')
      .values({ endpoint_id: endpointId, made_at: isoOf(at), secret })
      .execute();
    const places = from === null ? null : await headsBefore(session, from);
    await sql`
      insert into webhook_cursor (endpoint_id, partition, position)
      select ${endpointId}, h.partition, ${places === null ? sql`h.position` : sql`coalesce(p.position, 0)`}
      from partition_head h left join ${placesTable(places ?? [])} on p.partition = h.partition`.execute(session.db);
    return { endpointId, isNew: true };
  });
}

function columnsOf({ role, party }: Audience): { sellerId: string | null; publisherId: string | null } {
  return { sellerId: role === 'seller' ? party : null, publisherId: role === 'publisher' ? party : null };
}

type Head = readonly [partition: number, position: number];

/** Where each partition ended before a day, by the last night before it; none where there was no night. */
async function headsBefore(session: Session, day: Day): Promise<readonly Head[]> {
  const row = await session.first(sql<{ body: string }>`
    select l.body from night_root n join log l on l.partition = 0 and l.position = n.position
    where n.business_day < ${day} order by n.business_day desc limit 1`);
  return row === undefined ? [] : (JSON.parse(row.body) as { heads: Head[] }).heads;
}

function placesTable(heads: readonly Head[]) {
  const partitions = heads.map(([partition]) => partition);
  const positions = heads.map(([, position]) => String(position));
  return sql`unnest(${partitions}::smallint[], ${positions}::bigint[]) as p (partition, position)`;
}

export type EndpointState = 'active' | 'paused' | 'removed';

export interface Endpoint {
  readonly endpointId: number;
  readonly url: string;
  readonly audience: Audience;
  readonly kinds: readonly string[];
  readonly state: EndpointState;
  readonly reason: string;
  readonly changedBy: string;
  readonly changedAt: Instant;
  /** Deliveries taken so far, those sent again included. */
  readonly delivered: number;
  readonly lastDelivered: Instant | null;
  readonly lastAnswer: string | null;
  /** Since when nothing was taken of what was sent; null where the last round was not in vain. */
  readonly failingSince: Instant | null;
  /** Nothing is sent before; null for at once. */
  readonly nextAttempt: Instant | null;
  /** Events of the log that have not been looked at yet, told or not. */
  readonly behind: number;
  /** Deliveries that were not taken and are tried again, and those that are not. */
  readonly waiting: number;
  readonly givenUp: number;
}

type EndpointRow = Omit<Endpoint, 'audience' | 'delivered' | 'behind' | 'waiting' | 'givenUp'> & {
  readonly seller_id: string | null;
  readonly publisher_id: string | null;
  readonly delivered: bigint;
  readonly behind: bigint;
  readonly waiting: bigint;
  readonly given_up: bigint;
};

/**
 * Endpoints by number, removed ones only where they are named.
 * @param of one endpoint, or those of an audience; without either, all
 */
export async function endpoints(
  session: Session,
  of: { readonly endpointId?: number; readonly audience?: Audience } = {},
): Promise<Endpoint[]> {
  const { sellerId, publisherId } = of.audience === undefined ? columnsOf(NOBODY) : columnsOf(of.audience);
  const rows = await session.all(sql<EndpointRow>`
    select e.endpoint_id as "endpointId", url, seller_id, publisher_id, kinds, state, reason,
      changed_by as "changedBy", changed_at as "changedAt", delivered, last_delivered as "lastDelivered",
      last_answer as "lastAnswer", failing_since as "failingSince", next_attempt as "nextAttempt", (
        select coalesce(sum(h.position - c.position), 0)::bigint from webhook_cursor c
        join partition_head h on h.partition = c.partition where c.endpoint_id = e.endpoint_id) as behind,
      (select count(*) from webhook_delivery d where d.endpoint_id = e.endpoint_id and d.state = 'waiting') as waiting,
      (select count(*) from webhook_delivery d where d.endpoint_id = e.endpoint_id and d.state = 'given-up') as given_up
    from webhook_endpoint e
    where ${of.endpointId === undefined ? sql`state <> 'removed'` : sql`e.endpoint_id = ${of.endpointId}`}
      and (${of.audience === undefined} or (seller_id is not distinct from ${sellerId}::text
        and publisher_id is not distinct from ${publisherId}::text))
    order by e.endpoint_id`);
  return rows.map(({ seller_id, publisher_id, given_up, ...row }) => ({
    ...row,
    audience: audienceOf(seller_id, publisher_id),
    delivered: Number(row.delivered),
    behind: Number(row.behind),
    waiting: Number(row.waiting),
    givenUp: Number(given_up),
  }));
}

const NOBODY: Audience = { role: 'operator', party: null };

/** Whose an endpoint is, by its columns. */
export function audienceOf(sellerId: string | null, publisherId: string | null): Audience {
  if (sellerId !== null) return { role: 'seller', party: sellerId };
  return publisherId === null ? NOBODY : { role: 'publisher', party: publisherId };
}

/** A change of one endpoint, with who made it and when. */
const endpointIn = (session: Session, id: number, { by, at }: Change) =>
  session.db
    .updateTable('webhook_endpoint')
    .set({ changed_by: by, changed_at: isoOf(at) })
    .where('endpoint_id', '=', id);

const NEXT_GENERATION = { generation: sql<number>`generation + 1` };

/** Whether the endpoint was there, in a state in which this may be done. */
async function changed(update: { executeTakeFirst(): Promise<UpdateResult> }): Promise<boolean> {
  return (await update.executeTakeFirst()).numUpdatedRows > 0n;
}

/** Pauses an endpoint: nothing more is sent, and nothing is lost. False when there is no such endpoint that is active. */
export function pauseEndpoint(session: Session, id: number, change: Change, reason: string): Promise<boolean> {
  return changed(endpointIn(session, id, change).set({ state: 'paused', reason }).where('state', '=', 'active'));
}

/** Goes on where a pause stopped; what waits is tried at once. False when there is no such endpoint that is paused. */
export function resumeEndpoint(session: Session, id: number, change: Change): Promise<boolean> {
  return session.transaction(async () => {
    const active = { state: 'active', reason: '', failing_since: null, failures: 0, next_attempt: null } as const;
    if (!(await changed(endpointIn(session, id, change).set(active).where('state', '=', 'paused')))) return false;
    await session.db
      .updateTable('webhook_delivery')
      .set({ next_attempt: isoOf(change.at) })
      .where('endpoint_id', '=', id)
      .where('next_attempt', 'is not', null)
      .execute();
    return true;
  });
}

/** Removes an endpoint with its secrets and what waits for it; who removed it stays. False when there is none. */
export function removeEndpoint(session: Session, id: number, change: Change): Promise<boolean> {
  return session.transaction(async () => {
    const removed = endpointIn(session, id, change).set({ state: 'removed', reason: '' }).set(NEXT_GENERATION);
    if (!(await changed(removed.where('state', '<>', 'removed')))) return false;
    for (const table of ['webhook_secret', 'webhook_delivery', 'webhook_cursor'] as const)
      await session.db.deleteFrom(table).where('endpoint_id', '=', id).execute();
    return true;
  });
}

/**
 * Gives an endpoint a new secret. The newest before it signs beside it until an instant, older ones no more.
 * @returns false when there is no such endpoint
 */
export function rotateSecret(
  session: Session,
  id: number,
  { by, at }: Change,
  { secret, keepUntil }: { readonly secret: string; readonly keepUntil: Instant },
): Promise<boolean> {
  return session.transaction(async () => {
    if (!(await changed(endpointIn(session, id, { by, at }).where('state', '<>', 'removed')))) return false;
    const own = session.db.deleteFrom('webhook_secret').where('endpoint_id', '=', id);
    await own.where('valid_until', 'is not', null).execute();
    const ending = session.db.updateTable('webhook_secret').set({ valid_until: isoOf(keepUntil) });
    await ending.where('endpoint_id', '=', id).execute();
    await session.db
      .insertInto('webhook_secret')
      .values({ endpoint_id: id, made_at: isoOf(at), secret })
      .execute();
    return true;
  });
}

/**
 * Lets an endpoint be told again from a business day on: its place in the log goes back there, never forward, and what
 * waits or was given up from there on is told in its turn.
 * @returns events of the log that are looked at now; undefined when there is no such endpoint
 */
export function replayFrom(session: Session, id: number, from: Day, change: Change): Promise<number | undefined> {
  return session.transaction(async () => {
    const replayed = endpointIn(session, id, change).set(NEXT_GENERATION).where('state', '<>', 'removed');
    if (!(await changed(replayed))) return undefined;
    const heads = await headsBefore(session, from);
    await sql`
      update webhook_cursor c set position = least(c.position, coalesce(p.position, 0))
      from partition_head h left join ${placesTable(heads)} on p.partition = h.partition
      where c.endpoint_id = ${id} and h.partition = c.partition`.execute(session.db);
    await sql`
      delete from webhook_delivery d using webhook_cursor c
      where d.endpoint_id = ${id} and c.endpoint_id = ${id} and c.partition = d.partition
        and d.position > c.position`.execute(session.db);
    const [endpoint] = await endpoints(session, { endpointId: id });
    return endpoint?.behind;
  });
}

/** `given-up` was tried to the end, and is sent again only when somebody replays it. */
export const DELIVERY_STATES = ['waiting', 'given-up'] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

/** A delivery that was not taken. */
export interface ListedDelivery {
  readonly endpointId: number;
  readonly state: DeliveryState;
  readonly type: string;
  readonly businessDay: Day;
  readonly subject: string;
  readonly ordinal: number;
  readonly attempts: number;
  readonly firstFailed: Instant | null;
  /** Null of what was given up, and of what waits for an earlier one of its subject. */
  readonly nextAttempt: Instant | null;
  readonly lastAnswer: string | null;
}

/** An endpoint's deliveries that were not taken, in the order of their days; of one state or both, at most `limit`. */
export function listDeliveries(
  session: Session,
  endpointId: number,
  state: DeliveryState | undefined,
  limit: number,
): Promise<ListedDelivery[]> {
  return session.all(sql<ListedDelivery>`
    select d.endpoint_id as "endpointId", d.state, l.type::text as type, l.business_day as "businessDay", l.subject,
      l.ordinal, d.attempts, d.first_failed as "firstFailed", d.next_attempt as "nextAttempt",
      d.last_answer as "lastAnswer"
    from webhook_delivery d join log l on l.partition = d.partition and l.position = d.position
    where d.endpoint_id = ${endpointId} and ${state === undefined ? sql`true` : sql`d.state = ${state}`}
    order by l.business_day, d.partition, d.position limit ${limit}`);
}
