/**
 * Lists in pages, each in a stable order with the key of its last row as the place to go on from, and their totals. Where
 * a seller or publisher asks, its own are named in the query, beside what PostgreSQL lets it see.
 */

import { sql } from 'kysely';
import type { OwnParty } from '../../core/access.ts';
import type { Day, Month } from '../../core/calendar.ts';
import { STATEMENT_FIGURES } from '../../core/events/event.ts';
import type { Money } from '../../core/money.ts';
import type { Session } from '../connection/session.ts';
import { IS_OPEN, REFUSED, type StoredRefusal, WITH_END } from '../intake/deliveries.ts';
import type { Row } from '../schema/tables.ts';

/** A page: after this key, so many rows and one more, which tells whether there is a next page. */
export interface PageOf {
  readonly after: readonly string[] | null;
  readonly limit: number;
}

export interface AttributionsAsked {
  readonly from: Day;
  readonly through: Day;
  readonly outcome: 'attributed' | 'unattributed' | null;
  readonly own: OwnParty | null;
  /** A publisher's own mark; of a seller's lines none is known. */
  readonly subId: string | null;
}

export type ListedAttribution = Omit<Row<'attribution'>, 'partition' | 'position'>;

const attributionsWhere = ({ outcome, own, subId }: AttributionsAsked) => sql`
  ${subId === null ? sql`true` : own?.role === 'seller' ? sql`false` : sql`a.sub_id = ${subId}`} and
  ${outcome === null ? sql`true` : sql`a.outcome = ${outcome}`}
  and ${own === null ? sql`true` : own.role === 'seller' ? sql`a.seller_id = ${own.party}` : sql`a.publisher_id = ${own.party}`}`;

/** Attributions of some nights, by day and order line; the key is both. A page reads the days it shows and no others. */
export function attributionsPage(
  session: Session,
  asked: AttributionsAsked,
  { after, limit }: PageOf,
): Promise<ListedAttribution[]> {
  const [day = asked.from, line = ''] = after ?? [];
  return session.all(sql<ListedAttribution>`
    select a.order_line_id, a.business_day, a.outcome, a.reason, a.seller_id, a.publisher_id, a.pid, a.click_id,
      ${asked.own?.role === 'seller' ? sql`null` : sql`a.sub_id`} as sub_id, a.trace,
      a.plan_id, a.rate, a.estimate, a.signals, a.held
    from (select business_day from night
      where business_day between greatest(${asked.from}::date, ${day}::date) and ${asked.through} order by business_day) d
    cross join lateral (select * from attribution a
      where a.business_day = d.business_day and (a.business_day > ${day} or a.order_line_id > ${line})
        and ${attributionsWhere(asked)}
      order by a.order_line_id limit ${limit + 1}) a
    order by d.business_day, a.order_line_id limit ${limit + 1}`);
}

/** How many attributions some nights made, and the sum of their estimates. */
export async function attributionTotals(
  session: Session,
  asked: AttributionsAsked,
): Promise<{ count: number; estimate: Money }> {
  const row = await session.first(sql<{ count: bigint; estimate: Money }>`
    select count(*) as count, coalesce(sum(estimate), 0)::bigint as estimate from attribution a
    where a.business_day between ${asked.from} and ${asked.through} and ${attributionsWhere(asked)}`);
  return { count: Number(row?.count ?? 0n), estimate: row?.estimate ?? 0n };
}

/** Whether the night of an order line has been run and, of a party's own session, whether the line is the party's. */
export async function isLineThere(session: Session, partition: number, line: string): Promise<boolean> {
  const rows = await session.all(sql`
    select 1 from attribution where partition = ${partition} and order_line_id = ${line}
    union all
    select 1 from settlement where partition = ${partition} and order_line_id = ${line} limit 1`);
  return rows.length > 0;
}

export type ListedStatement = { readonly publisher_id: string; readonly month: Month; readonly disposition: string } & {
  readonly [K in (typeof STATEMENT_FIGURES)[number]]: Money;
};

/** Statements, of a month, a publisher or all, by publisher and month; the key is both. */
export function statementsPage(
  session: Session,
  of: { readonly month: Month | null; readonly publisher: string | null },
  { after, limit }: PageOf,
): Promise<ListedStatement[]> {
  const [publisher = '', month = ''] = after ?? [];
  return session.all(sql<ListedStatement>`
    select publisher_id, month, ${sql.join(STATEMENT_FIGURES.map((name) => sql.ref(name)))}, disposition from statement
    where ${statementsWhere(of)} and (publisher_id, month) > (${publisher}, ${month})
    order by publisher_id, month limit ${limit + 1}`);
}

const statementsWhere = ({ month, publisher }: { month: Month | null; publisher: string | null }) => sql`
  ${month === null ? sql`true` : sql`month = ${month}`}
  and ${publisher === null ? sql`true` : sql`publisher_id = ${publisher}`}`;

/** How many statements, and the sum of each of their figures. */
export async function statementTotals(
  session: Session,
  of: { readonly month: Month | null; readonly publisher: string | null },
): Promise<{ count: number; figures: Readonly<Record<(typeof STATEMENT_FIGURES)[number], Money>> }> {
  const sums = STATEMENT_FIGURES.map((name) => sql`coalesce(sum(${sql.ref(name)}), 0)::bigint as ${sql.ref(name)}`);
  const row = await session.first(sql<{ count: bigint } & Record<(typeof STATEMENT_FIGURES)[number], Money>>`
    select count(*) as count, ${sql.join(sums)} from statement where ${statementsWhere(of)}`);
  if (row === undefined) throw new Error('a sum came to nothing');
  const { count, ...figures } = row;
  return { count: Number(count), figures };
}

export interface InstructionsAsked {
  readonly kind: 'deduction' | 'payout';
  readonly state: string | null;
  readonly party: string | null;
  readonly from: Day | null;
  readonly through: Day | null;
}

export type ListedInstruction = Omit<Row<'instruction'>, 'kind' | 'partition' | 'position'>;

const instructionsWhere = ({ kind, state, party, from, through }: InstructionsAsked) => sql`
  kind = ${kind} and ${state === null ? sql`true` : sql`state = ${state}`}
  and ${party === null ? sql`true` : sql`party_id = ${party}`}
  and ${from === null ? sql`true` : sql`business_day >= ${from}`}
  and ${through === null ? sql`true` : sql`business_day <= ${through}`}`;

/** Deductions or payouts, by id, which is the key. */
export function instructionsPage(
  session: Session,
  asked: InstructionsAsked,
  { after, limit }: PageOf,
): Promise<ListedInstruction[]> {
  return session.all(sql<ListedInstruction>`
    select instruction_id, party_id, amount, business_day, state from instruction
    where ${instructionsWhere(asked)} and instruction_id > ${after?.[0] ?? ''}
    order by instruction_id limit ${limit + 1}`);
}

/** How many deductions or payouts are asked for, and what they come to in minor units. */
export async function instructionTotals(
  session: Session,
  asked: InstructionsAsked,
): Promise<{ count: number; amount: Money }> {
  const row = await session.first(sql<{ count: bigint; amount: Money }>`
    select count(*) as count, coalesce(sum(amount), 0)::bigint as amount from instruction
    where ${instructionsWhere(asked)}`);
  return { count: Number(row?.count ?? 0n), amount: row?.amount ?? 0n };
}

export interface ListedNight {
  readonly business_day: Day;
  readonly policy: number;
  readonly root: string | null;
  /** What its last run took, where it was run by a program that kept it; seconds as a decimal. */
  readonly seconds: string | null;
  readonly lines: bigint | null;
}

/** Nights that were run, the newest first; the key is the day. */
export function nightsPage(session: Session, { after, limit }: PageOf): Promise<ListedNight[]> {
  return session.all(sql<ListedNight>`
    select n.business_day, n.policy, encode(r.root, 'hex') as root, t.seconds, t.lines
    from night n join night_root r on r.business_day = n.business_day
    left join night_time t on t.business_day = n.business_day
    where ${after === null ? sql`true` : sql`n.business_day < ${after[0]}::date`}
    order by n.business_day desc limit ${limit + 1}`);
}

/** The root of the night of a day, in hex; undefined where it was not run. */
export async function rootOf(session: Session, day: Day): Promise<string | undefined> {
  const query = session.db.selectFrom('night_root').select('root').where('business_day', '=', day);
  return (await query.executeTakeFirst())?.root.toString('hex');
}

/** Keeps how long a night took. It is for people who watch, and no part of the books. */
export async function keepNightTime(
  session: Session,
  of: { readonly day: Day; readonly seconds: number; readonly lines: number },
): Promise<void> {
  await sql`
    insert into night_time (business_day, seconds, lines) values (${of.day}, ${of.seconds.toFixed(3)}, ${of.lines})
    on conflict (business_day) do update set seconds = excluded.seconds, lines = excluded.lines`.execute(session.db);
}

export type ListedSite = Pick<Row<'site'>, 'site_id' | 'publisher_id' | 'kind' | 'name' | 'domain'>;

/** Sites in their latest version, by id, which is the key. */
export function sitesPage(session: Session, publisher: string | null, { after, limit }: PageOf): Promise<ListedSite[]> {
  return session.all(sql<ListedSite>`
    select distinct on (site_id) site_id, publisher_id, kind, name, domain from site
    where site_id > ${after?.[0] ?? ''} and ${publisher === null ? sql`true` : sql`publisher_id = ${publisher}`}
    order by site_id, batch desc, n desc limit ${limit + 1}`);
}

export type ListedDelivery = Row<'delivery'>;

/** Deliveries, the newest first; the key is their number. */
export function deliveriesPage(session: Session, { after, limit }: PageOf): Promise<ListedDelivery[]> {
  return session.all(sql<ListedDelivery>`
    select delivery_id, file, feed, sha256, bytes, read_as, rows_read, finished, by_name, by_issuer, by_identity from delivery
    where ${after === null ? sql`true` : sql`delivery_id < ${after[0]}::bigint`}
    order by delivery_id desc limit ${limit + 1}`);
}

export type ListedRefusal = StoredRefusal;

/** Refused rows, as they were delivered and why, the oldest first; the key is their number. */
export function refusalsPage(
  session: Session,
  { feed, which }: { readonly feed: string | null; readonly which: 'open' | 'all' },
  { after, limit }: PageOf,
): Promise<ListedRefusal[]> {
  return session.all(sql<ListedRefusal>`
    select ${REFUSED} from refusal r join delivery d on d.delivery_id = r.delivery_id ${WITH_END}
    where r.refusal_id > ${after?.[0] ?? '0'}::bigint and ${feed === null ? sql`true` : sql`r.feed = ${feed}`}
      and ${which === 'all' ? sql`true` : IS_OPEN}
    order by r.refusal_id limit ${limit + 1}`);
}

/** Whose a site is; undefined where it is not known. */
export async function publisherOfSite(session: Session, site: string): Promise<string | undefined> {
  const query = session.db.selectFrom('site').select('publisher_id').where('site_id', '=', site);
  return (await query.orderBy('batch', 'desc').orderBy('n', 'desc').limit(1).executeTakeFirst())?.publisher_id;
}
