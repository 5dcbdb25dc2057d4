/**
 * Clicks as they are kept: copied in, looked up by their keys, the partitions that they lie in, and which of them come too
 * late for the orders of their buyers. Whether a click is taken is judged in src/ingest.
 */
import { sql } from 'kysely';
import { type Day, type Instant, isoOf } from '../../core/calendar.ts';
import type { Row } from '../../core/feeds/feed.ts';
import type { ClickRow } from '../../core/feeds/index.ts';
import { arrayLiteral } from '../connection/copy-format.ts';
import type { Session } from '../connection/session.ts';

const COLUMNS = [
  'clicked_at',
  'batch',
  'click_id',
  'pid',
  'buyer_id',
  'shop_id',
  'item_id',
  'referrer',
  'ip',
  'sub_id',
  'aside',
];

/** Copies clicks in. A key that is there already, or twice among them, fails the whole. */
export async function keepClicks<T extends { readonly row: ClickRow }>(
  session: Session,
  batch: bigint,
  clicks: Iterable<T>,
  asideOf: (click: T) => string | null,
): Promise<void> {
  await session.copyInBinary('click', COLUMNS, clicks, (cells, click) => {
    const { row } = click;
    cells.instant(row.clicked_at);
    cells.int8(batch);
    cells.text(row.click_id);
    cells.text(row.pid);
    cells.text(row.buyer_id);
    cells.text(row.shop_id);
    cells.text(row.item_id);
    cells.text(row.referrer);
    cells.text(row.ip);
    cells.text(row.sub_id);
    cells.text(asideOf(click));
  });
}

/** Accepted clicks under some keys. */
export function clicksUnder(
  session: Session,
  keys: readonly { buyer_id: string; click_id: string; clicked_at: number }[],
): Promise<Row[]> {
  return session.all(sql<Row>`
    select c.click_id, c.clicked_at, pid, c.buyer_id, shop_id, item_id, referrer, ip, sub_id from click c
    join unnest(${arrayLiteral(keys.map((key) => key.buyer_id))}::text[],
        ${arrayLiteral(keys.map((key) => key.click_id))}::text[],
        ${arrayLiteral(keys.map((key) => isoOf(key.clicked_at)))}::timestamptz[])
      as k (buyer_id, click_id, clicked_at)
      on c.buyer_id = k.buyer_id and c.click_id = k.click_id and c.clicked_at = k.clicked_at`);
}

/**
 * Which of some moments are of buyers who paid in the days after it, and all of whose orders of these days were decided.
 * @returns their places among those given
 */
export async function decidedBuyers(
  session: Session,
  clicks: readonly { readonly buyer: string; readonly at: Instant }[],
  { nextDay, firstDay, days }: { readonly nextDay: Day; readonly firstDay: Day; readonly days: number },
): Promise<Set<number>> {
  const rows = await session.all(sql<{ place: number }>`
    select k.place::integer as place
    from unnest(${arrayLiteral(clicks.map(({ buyer }) => buyer))}::text[],
        ${arrayLiteral(clicks.map(({ at }) => isoOf(at)))}::timestamptz[]) with ordinality as k (buyer, at, place)
    join order_line o on o.buyer_id = k.buyer and o.paid_at >= k.at and o.paid_at <= k.at + ${days} * interval '24 hours'
    where o.due_day >= ${firstDay} and o.brought_in is null
    group by k.place having bool_and(o.due_day < ${nextDay})`);
  return new Set(rows.map(({ place }) => place - 1));
}

const CLICK_SPANS_LOCK = 7_702_011n;
/**
 * Days of clicks in a partition: few enough that its indexes stay small where clicks come in, enough that a window of
 * fifteen days touches three partitions and not sixteen.
 */
const SPAN_DAYS = 8;
const SPAN = SPAN_DAYS * 86_400_000;

/** The span of days, and so the partition, that a click lies in. */
export function clickSpan(clickedAt: Instant): number {
  return Math.floor(clickedAt / SPAN);
}

/** Makes the partitions of spans that have none. The caller remembers those that are there. */
export async function makeClickSpans(session: Session, spans: readonly number[]): Promise<void> {
  await session.transaction(async () => {
    await sql`select pg_advisory_xact_lock(${CLICK_SPANS_LOCK})`.execute(session.db);
    for (const span of spans) {
      const from = isoOf(span * SPAN).slice(0, 10);
      await sql`select make_click_span(${from}::date)`.execute(session.db);
    }
  });
}
