import { type RawBuilder, sql } from 'kysely';
import { type Day, type Instant, isoOf } from '../../core/calendar.ts';
import type { Value } from '../../core/feeds/columns.ts';
import type { Feed, Row } from '../../core/feeds/feed.ts';
import { anyOf } from '../connection/any-of.ts';
import { arrayLiteral, type CopyRow, type CopyValue } from '../connection/copy-format.ts';
import type { Session } from '../connection/session.ts';
import { named, ofNamed, type PlacedLine } from '../night/placed.ts';
import type { Row as TableRow } from '../schema/tables.ts';

/** The table of each registry feed, of clicks and of the desk; the other feeds share order_line, trade_fact and result. */
const TABLE_OF: Readonly<Record<string, string>> = {
  publishers: 'publisher',
  'publisher-status': 'publisher_status',
  sites: 'site',
  'site-reviews': 'site_review',
  adzones: 'adzone',
  permissions: 'permission',
  shops: 'shop',
  programme: 'programme',
  plans: 'plan',
  rates: 'rate',
  'plan-members': 'plan_member',
  filings: 'filing',
  ownership: 'ownership',
  withdrawals: 'withdrawal',
  applications: 'application',
  'application-decisions': 'application_decision',
  notices: 'notice',
  'notice-cancellations': 'notice_cancellation',
  clicks: 'click',
  contacts: 'contact',
  disputes: 'dispute',
  'case-decisions': 'case_decision',
  appeals: 'appeal',
  adjustments: 'adjustment',
  'adjustment-approvals': 'adjustment_approval',
  openings: 'opening',
  'opening-lines': 'opening_line',
  'cut-over-approvals': 'cut_over_approval',
  'cut-over-withdrawals': 'cut_over_withdrawal',
  'bank-lines': 'bank_line',
  'bank-statements': 'bank_statement',
  'break-notes': 'break_note',
  'bank-postings': 'bank_posting',
  'payment-files': 'payment_file',
  'payment-file-rows': 'payment_file_row',
};

function tableOf(feed: Feed): string {
  const table = TABLE_OF[feed.name];
  if (table === undefined) throw new Error(`feed ${feed.name} has no table of its own`);
  return table;
}

/** A value as COPY takes it: instants as ISO texts. */
function stored(value: Value, kind: string): CopyValue {
  return kind === 'instant' && typeof value === 'number' ? isoOf(value) : value;
}

/** An accepted row of a registry feed or a click, with its place in its batch. */
export interface AcceptedRow {
  readonly row: Row;
  readonly n: number;
  readonly aside: string | null;
  /** The day whose night records it, of the feeds whose rows make an event of their own; the others have none. */
  readonly dueDay?: Day;
}

/** Copies accepted rows into the feed's own table. */
export async function keepRows(
  session: Session,
  feed: Feed,
  batch: bigint,
  rows: readonly AcceptedRow[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.entries(feed.columns);
  function* values(): Generator<CopyRow> {
    for (const { row, n, aside, dueDay } of rows) {
      const kept: Record<string, CopyValue> = { batch, aside };
      for (const [name, column] of columns) kept[name] = stored(row[name] ?? null, column.kind);
      if (feed.name !== 'clicks') kept['n'] = n;
      if (dueDay !== undefined) kept['due_day'] = dueDay;
      yield kept;
    }
  }
  await session.copyIn(tableOf(feed), values());
}

/** Of a row of old books: that its cut-over was not withdrawn since. */
export function standing(table: string): RawBuilder<boolean> {
  return sql<boolean>`not exists (select from cut_over_withdrawal w
    where w.cut_over_id = ${sql.ref(`${table}.cut_over_id`)} and w.batch > ${sql.ref(`${table}.batch`)})`;
}

const WITHDRAWABLE: readonly string[] = ['opening', 'opening_line'];

/** Every accepted version under the ids of a registry feed's first key column that stands, oldest first. */
export function versionsOf(session: Session, feed: Feed, ids: readonly string[]): Promise<Row[]> {
  const columns = Object.keys(feed.columns);
  const table = tableOf(feed);
  return session.all(sql<Row>`
    select ${sql.join(columns.map((name) => sql.ref(name)))} from ${sql.table(table)}
    where ${sql.ref(columns[0] ?? '')} = any(${ids})
      and ${WITHDRAWABLE.includes(table) ? standing(table) : sql`true`} order by batch, n`);
}

/** Those of some ids that a registry table knows in a column. */
export async function knownIds(
  session: Session,
  table: string,
  column: string,
  ids: readonly string[],
): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  const rows = await session.all(sql<{ id: string }>`
    select distinct ${sql.ref(column)} as id from ${sql.table(table)} where ${sql.ref(column)} = any(${ids})`);
  return new Set(rows.map((row) => row.id));
}

/** plan_id -> the shop it is of. */
export async function shopsOfPlans(session: Session, plans: readonly string[]): Promise<Map<string, string>> {
  const query = session.db.selectFrom('plan').select(['plan_id', 'shop_id']).distinct();
  const rows = await query.where('plan_id', '=', anyOf(plans)).execute();
  return new Map(rows.map((row) => [row.plan_id, row.shop_id]));
}

/** Accepted clicks under some keys. */
export function clicksUnder(
  session: Session,
  keys: readonly { buyer_id: string; click_id: string; clicked_at: number }[],
): Promise<Row[]> {
  return session.all(sql<Row>`
    select c.click_id, c.clicked_at, pid, c.buyer_id, shop_id, item_id, referrer, ip, sub_id from click c
    join unnest(${keys.map((key) => key.buyer_id)}::text[], ${keys.map((key) => key.click_id)}::text[], ${keys.map((key) => isoOf(key.clicked_at))}::timestamptz[])
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
    from unnest(${clicks.map(({ buyer }) => buyer)}::text[], ${clicks.map(({ at }) => isoOf(at))}::timestamptz[])
      with ordinality as k (buyer, at, place)
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

/** Accepted order lines among some, as rows of the feed `orders`. */
export function ordersUnder(session: Session, lines: readonly PlacedLine[]): Promise<Row[]> {
  return session.all(sql<Row>`
    select order_line_id, order_id, buyer_id, shop_id, item_id, category_id, quantity, paid_amount, paid_at, coupon_pid
    from ${named(lines)} join ${ofNamed('order_line', 'o')} on true`);
}

/** A trade fact as intake keeps and compares it. */
export type KeptFact = Omit<TableRow<'trade_fact'>, 'partition' | 'due_day' | 'batch' | 'n' | 'aside'>;

/** What was paid for an accepted order line and when, with one of its accepted trade facts; null where it has none. */
export type LineWithFact = {
  readonly order_line_id: string;
  readonly paid_amount: bigint;
  readonly paid_at: number;
  /** True of a line that old books had received and settled. */
  readonly was_received: boolean;
  /** Of a line that came with a cut-over, the day whose night takes it; null of others, whose payment it is. */
  readonly taken_on: Day | null;
} & ({ readonly [K in Exclude<keyof KeptFact, 'order_line_id'>]: KeptFact[K] } | { readonly kind: null });

/** The accepted order lines among some with their accepted trade facts: a row for each fact, one for a line without. */
export function linesWithFacts(session: Session, lines: readonly PlacedLine[]): Promise<LineWithFact[]> {
  return session.all(sql<LineWithFact>`
    select o.order_line_id, o.paid_amount, o.paid_at, l.confirmed_at is not null as was_received,
      case when o.brought_in is not null then o.due_day end as taken_on,
      f.kind, f.fact_id, f.at, f.amount, f.decision, f.decided_by, f.reason
    from ${named(lines)} join ${ofNamed('order_line', 'o')} on true
    left join lateral (
      select confirmed_at from opening_line
      where o.brought_in is not null and order_line_id = o.order_line_id and ${standing('opening_line')} offset 0) l on true
    left join ${ofNamed('trade_fact', 'f')} on true`);
}

export type ParkedRow = Omit<TableRow<'parked'>, 'batch' | 'n'>;

/** Parked rows about some order lines, in the order in which they were parked. */
export function parkedUnder(session: Session, ids: readonly string[]): Promise<ParkedRow[]> {
  return session.all(sql<ParkedRow>`
    select feed, key, order_line_id, delivery_id, line, cells, raw, aside from parked
    where order_line_id = any(${arrayLiteral(ids)}::text[]) order by batch, n`);
}

/** Takes rows out of those that wait. */
export async function unpark(session: Session, rows: readonly Pick<ParkedRow, 'feed' | 'key'>[]): Promise<void> {
  if (rows.length === 0) return;
  await sql`delete from parked p using unnest(${rows.map((row) => row.feed)}::text[], ${rows.map((row) => row.key)}::text[])
    as gone (feed, key) where p.feed = gone.feed and p.key = gone.key`.execute(session.db);
}

export type KnownInstruction = Pick<TableRow<'instruction'>, 'instruction_id' | 'business_day'>;

/** Instructions of a kind under some ids. */
export function instructionsUnder(
  session: Session,
  kind: 'deduction' | 'payout',
  ids: readonly string[],
): Promise<KnownInstruction[]> {
  const query = session.db.selectFrom('instruction').select(['instruction_id', 'business_day']);
  return query.where('kind', '=', kind).where('instruction_id', '=', anyOf(ids)).execute();
}

export type KeptResult = Pick<TableRow<'result'>, 'instruction_id' | 'status' | 'at' | 'reason'>;

/** Accepted results of some instructions, as accepted. */
export function resultsUnder(session: Session, ids: readonly string[]): Promise<KeptResult[]> {
  const query = session.db.selectFrom('result').select(['instruction_id', 'status', 'at', 'reason']);
  return query.where('instruction_id', '=', anyOf(ids)).orderBy('batch').orderBy('n').execute();
}

const TRADE_LOCK = 7_702_012n;

/** Lets the batches of everything but clicks commit one at a time, so that their order is one. Held to the transaction's end. */
export async function takeTurn(session: Session): Promise<void> {
  await sql`select pg_advisory_xact_lock(${TRADE_LOCK})`.execute(session.db);
}
