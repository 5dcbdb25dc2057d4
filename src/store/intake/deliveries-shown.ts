/** Deliveries as they are looked at: each with its receipt, its refused rows, and what is parked. It decides nothing. */

import { sql } from 'kysely';
import type { Session } from '../connection/session.ts';
import type { ListedDelivery, PageOf } from '../lists/lists.ts';
import type { Row } from '../schema/tables.ts';
import { COUNTS, eachCount, IS_OPEN, REFUSED, type RefusalEnd, type Tally, WITH_END } from './deliveries.ts';

/** A delivery with its receipt: its rows as judged when it came. */
export interface DeliveryReceipt extends Tally {
  readonly id: bigint;
  readonly file: string;
  readonly feed: string;
  readonly sha256: string;
  readonly bytes: bigint;
  readonly rowsRead: number;
  readonly finished: boolean;
  /** Who delivered it; null of what the engine recorded by itself. */
  readonly by: string | null;
  /** Rows of it that were parked and were judged since, as their order lines came. */
  readonly woken: { readonly accepted: number; readonly rejected: number };
}

type ReceiptRow = ListedDelivery &
  Record<(typeof COUNTS)[number] | 'woken_accepted' | 'woken_rejected' | 'amount', bigint>;

const RECEIPT = sql`d.delivery_id, d.file, d.feed, d.sha256, d.bytes, d.read_as, d.rows_read, d.finished,
  d.by_name, d.by_issuer, d.by_identity,
  ${sql.join(COUNTS.map((name) => sql`coalesce(t.${sql.ref(name)}, 0)::bigint as ${sql.ref(name)}`))},
  coalesce(t.amount, 0)::bigint as amount, coalesce(t.woken_accepted, 0)::bigint as woken_accepted,
  coalesce(t.woken_rejected, 0)::bigint as woken_rejected`;
const TALLIES = sql`left join lateral (
  select ${sql.join(COUNTS.map((name) => sql`sum(${sql.ref(name)}) filter (where not woken) as ${sql.ref(name)}`))},
    sum(amount) filter (where not woken) as amount, sum(accepted) filter (where woken) as woken_accepted,
    sum(rejected) filter (where woken) as woken_rejected
  from tally where tally.delivery_id = d.delivery_id) t on true`;

/** Deliveries, the newest first; the key is their number. */
export async function receiptsPage(session: Session, { after, limit }: PageOf): Promise<DeliveryReceipt[]> {
  const rows = await session.all(sql<ReceiptRow>`
    select ${RECEIPT} from (select * from delivery
      where ${after === null ? sql`true` : sql`delivery_id < ${after[0]}::bigint`}
      order by delivery_id desc limit ${limit + 1}) d ${TALLIES} order by d.delivery_id desc`);
  return rows.map(receipt);
}

/** One delivery; undefined where there is none of this number. */
export async function deliveryNamed(session: Session, id: bigint): Promise<DeliveryReceipt | undefined> {
  const rows = await session.all(sql<ReceiptRow>`
    select ${RECEIPT} from delivery d ${TALLIES} where d.delivery_id = ${id}`);
  return rows.map(receipt)[0];
}

function receipt(row: ReceiptRow): DeliveryReceipt {
  const { delivery_id: id, file, feed, sha256, bytes, finished, by_name: by, amount } = row;
  return {
    ...{ id, file, feed, sha256, bytes, finished, by, amount },
    ...eachCount((name) => Number(row[name])),
    rowsRead: Number(row.rows_read),
    woken: { accepted: Number(row.woken_accepted), rejected: Number(row.woken_rejected) },
  };
}

/** A refused row with its cells. */
export type RefusedRow = Omit<Row<'refusal'>, 'key'> & Pick<Row<'delivery'>, 'file'> & RefusalEnd;

/** Refused rows of a delivery, a feed or all, open ones or all, the newest first; the key is their number. */
export function refusedPage(
  session: Session,
  of: { readonly delivery: bigint | null; readonly feed: string | null; readonly which: 'open' | 'all' },
  { after, limit }: PageOf,
): Promise<RefusedRow[]> {
  return session.all(sql<RefusedRow>`
    select ${REFUSED}, r.delivery_id, r.about from refusal r join delivery d on d.delivery_id = r.delivery_id ${WITH_END}
    where ${after === null ? sql`true` : sql`r.refusal_id < ${after[0]}::bigint`}
      and ${of.feed === null ? sql`true` : sql`r.feed = ${of.feed}`}
      and ${of.delivery === null ? sql`true` : sql`r.delivery_id = ${of.delivery}`}
      and ${of.which === 'all' ? sql`true` : IS_OPEN}
    order by r.refusal_id desc limit ${limit + 1}`);
}

/** One refused row; undefined where there is none of this number. */
export function refusalNamed(session: Session, id: bigint): Promise<RefusedRow | undefined> {
  return session.first(sql<RefusedRow>`
    select ${REFUSED}, r.delivery_id, r.about from refusal r join delivery d on d.delivery_id = r.delivery_id ${WITH_END}
    where r.refusal_id = ${id}`);
}

/** How many refused rows are open, by feed. */
export async function refusedByFeed(session: Session): Promise<{ feed: string; count: number }[]> {
  const rows = await session.all(sql<{ feed: string; count: bigint }>`
    select r.feed, count(*) as count from refusal r ${WITH_END} where ${IS_OPEN} group by r.feed order by r.feed collate "C"`);
  return rows.map(({ feed, count }) => ({ feed, count: Number(count) }));
}

/** A row that waits for its order line. */
export type ParkedRow = Omit<Row<'parked'>, 'batch' | 'n' | 'cells' | 'aside'> & Pick<Row<'delivery'>, 'file'>;

/** Parked rows by feed and key, which is their key. */
export function parkedPage(session: Session, { after, limit }: PageOf): Promise<ParkedRow[]> {
  const [feed = '', key = ''] = after ?? [];
  return session.all(sql<ParkedRow>`
    select p.feed, p.key, p.order_line_id, p.delivery_id, d.file, p.line, p.raw
    from parked p join delivery d on d.delivery_id = p.delivery_id
    where (p.feed, p.key) > (${feed}, ${key}) order by p.feed, p.key limit ${limit + 1}`);
}
