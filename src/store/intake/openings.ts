/** The openings and order lines of cut-overs as delivered, with their sign-offs. It judges nothing. */
import { type RawBuilder, sql } from 'kysely';
import type { Day, Instant } from '../../core/calendar.ts';
import type { ApprovedOpeningLine, OpeningLine } from '../../core/cut-over/brought-in.ts';
import type { ApprovedOpening, Opening } from '../../core/cut-over/opening.ts';
import { anyOf } from '../connection/any-of.ts';
import { arrayLiteral } from '../connection/copy-format.ts';
import type { Session } from '../connection/session.ts';
import { standing } from './intake.ts';

export interface KnownOpening extends Opening {
  readonly approvedBy: string | null;
  readonly approvedAt: Instant | null;
  readonly dueDay: Day | null;
}

function known(session: Session, where: RawBuilder<unknown>): Promise<KnownOpening[]> {
  return session.all(sql<KnownOpening>`
    select o.opening_id as "openingId", o.cut_over_id as "cutOverId", o.publisher_id as "publisherId",
      o.seller_id as "sellerId", o.account, o.amount, o.prepared_by as "preparedBy", a.approved_by as "approvedBy",
      a.approved_at as "approvedAt", a.due_day as "dueDay"
    from opening o left join cut_over_approval a on a.cut_over_id = o.cut_over_id
    where ${where} and ${standing('o')} order by a.approved_at, o.opening_id`);
}

/** The openings of some cut-overs. */
export function openingsOf(session: Session, cutOvers: readonly string[]): Promise<KnownOpening[]> {
  return known(session, sql`o.cut_over_id = any(${cutOvers})`);
}

const LINE = sql`l.order_line_id as "orderLineId", l.cut_over_id as "cutOverId", l.order_id as "orderId",
  l.buyer_id as "buyerId", l.shop_id as "shopId", s.mall, s.seller_id as "sellerId", l.item_id as "itemId",
  l.category_id as "categoryId", l.quantity, l.paid_amount as paid, l.paid_at as "paidAt", l.pid, l.trace,
  trim_scale(l.rate)::text as rate, l.confirmed_at as "confirmedAt", trim_scale(l.fee_rate)::text as "feeRate",
  l.prepared_by as "preparedBy"`;
/** A shop's mall and seller are the same in all of its versions. */
const SHOP = sql`join lateral (select mall, seller_id from shop where shop.shop_id = l.shop_id limit 1) s on true`;

/** The order lines of some cut-overs. */
export function openingLinesOf(session: Session, cutOvers: readonly string[]): Promise<OpeningLine[]> {
  return session.all(sql<OpeningLine>`
    select ${LINE} from opening_line l ${SHOP} where l.cut_over_id = any(${cutOvers}) and ${standing('l')}
    order by l.order_line_id`);
}

/** The cut-over of each order line among some that old books hand on, signed off or not. */
export async function cutOversOfLines(session: Session, ids: readonly string[]): Promise<Map<string, string>> {
  const rows = await session.all(sql<{ line: string; cutOver: string }>`
    select l.order_line_id as line, l.cut_over_id as "cutOver" from opening_line l
    where l.order_line_id = any(${arrayLiteral(ids)}::text[]) and ${standing('l')}`);
  return new Map(rows.map(({ line, cutOver }) => [line, cutOver]));
}

/** Some order lines that were signed off, by id; all that are due through a day where none are named. */
export async function approvedLines(
  session: Session,
  of: { readonly lines: readonly string[] } | { readonly through: Day },
): Promise<Map<string, ApprovedOpeningLine>> {
  const which = 'lines' in of ? sql`l.order_line_id = any(${[...of.lines]})` : sql`a.due_day <= ${of.through}`;
  const rows = await session.all(sql<ApprovedOpeningLine>`
    select ${LINE}, a.approved_by as "approvedBy", a.due_day as "dueDay"
    from opening_line l ${SHOP} join cut_over_approval a on a.cut_over_id = l.cut_over_id
    where ${which} and ${standing('l')}`);
  return new Map(rows.map((row) => [row.orderLineId, row]));
}

/** Who signed a cut-over off, and the day whose night posts it; undefined where nobody did. */
export function signOffOf(
  session: Session,
  cutOver: string,
): Promise<{ readonly approvedBy: string; readonly dueDay: Day } | undefined> {
  return session.db
    .selectFrom('cut_over_approval')
    .select(['approved_by as approvedBy', 'due_day as dueDay'])
    .where('cut_over_id', '=', cutOver)
    .executeTakeFirst();
}

/** The cut-overs of which something was delivered and nobody has signed off yet. */
export async function cutOversWaiting(session: Session): Promise<string[]> {
  const rows = await session.all(sql<{ id: string }>`
    select distinct o.cut_over_id as id from (
      select cut_over_id from opening o where ${standing('o')}
      union all select cut_over_id from opening_line l where ${standing('l')}) o
    where not exists (select from cut_over_approval a where a.cut_over_id = o.cut_over_id) order by 1`);
  return rows.map(({ id }) => id);
}

/** The cut-overs among some that are signed off. */
export async function signedOff(session: Session, cutOvers: readonly string[]): Promise<Set<string>> {
  const query = session.db.selectFrom('cut_over_approval').select('cut_over_id as id');
  const rows = await query.where('cut_over_id', '=', anyOf(cutOvers)).execute();
  return new Set(rows.map((row) => row.id));
}

export interface DueOpening extends ApprovedOpening {
  readonly dueDay: Day;
}

/** Those due through a day and after the last day run, in the order of their sign-off, then by id. */
export async function openingsDue(session: Session, day: Day, last: Day | null): Promise<DueOpening[]> {
  const found = await known(session, sql`a.due_day <= ${day} and a.due_day > ${last ?? '-infinity'}::date`);
  return found.flatMap(({ approvedBy, approvedAt, dueDay, ...one }) =>
    approvedBy === null || approvedAt === null || dueDay === null ? [] : [{ ...one, approvedBy, approvedAt, dueDay }],
  );
}
