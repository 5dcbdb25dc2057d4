import { type RawBuilder, sql } from 'kysely';
import { type Day, isoOf } from '../../core/calendar.ts';
import type { Value } from '../../core/feeds/columns.ts';
import type { Feed, Row } from '../../core/feeds/feed.ts';
import type { OrderRow } from '../../core/feeds/index.ts';
import { anyOf } from '../connection/any-of.ts';
import { arrayLiteral, type CopyRow, type CopyValue } from '../connection/copy-format.ts';
import type { Session } from '../connection/session.ts';
import { named, ofNamed, type PlacedLine } from '../night/placed.ts';
import type { Row as TableRow } from '../schema/tables.ts';

/** The table of each registry feed and of the desk; clicks have their own room, the other feeds share order_line, trade_fact and result. */
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

/** An accepted row of a registry feed, with its place in its batch. */
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
      const kept: Record<string, CopyValue> = { batch, aside, n };
      for (const [name, column] of columns) kept[name] = stored(row[name] ?? null, column.kind);
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
    where ${sql.ref(columns[0] ?? '')} = any(${arrayLiteral(ids)}::text[])
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
    select distinct ${sql.ref(column)} as id from ${sql.table(table)}
    where ${sql.ref(column)} = any(${arrayLiteral(ids)}::text[])`);
  return new Set(rows.map((row) => row.id));
}

/** plan_id -> the shop it is of. */
export async function shopsOfPlans(session: Session, plans: readonly string[]): Promise<Map<string, string>> {
  const query = session.db.selectFrom('plan').select(['plan_id', 'shop_id']).distinct();
  const rows = await query.where('plan_id', '=', anyOf(plans)).execute();
  return new Map(rows.map((row) => [row.plan_id, row.shop_id]));
}

/** Accepted order lines among some, as rows of the feed `orders`. */
export function ordersUnder(session: Session, lines: readonly PlacedLine[]): Promise<Row[]> {
  return session.all(sql<Row>`
    select order_line_id, order_id, buyer_id, shop_id, item_id, category_id, quantity, paid_amount, paid_at, coupon_pid
    from ${named(lines)} join ${ofNamed('order_line', 'o')} on true`);
}

/** A trade fact as intake keeps and compares it. */
export type KeptFact = Omit<TableRow<'trade_fact'>, 'partition' | 'due_day' | 'batch' | 'n' | 'aside'>;

/** Where and from when on something of an order line is kept, and the cells of its row that no column took. */
interface Kept {
  readonly partition: number;
  readonly dueDay: Day;
  readonly aside: string | null;
}

const FACT_COLUMNS = ['at', 'amount', 'batch', 'due_day', 'n', 'partition', 'order_line_id', 'kind', 'fact_id'];
const DECISION_COLUMNS = ['decision', 'decided_by', 'reason', 'aside'];

/** Copies trade facts in; `of` says what is kept of each. */
export async function keepTradeFacts<T>(
  session: Session,
  batch: bigint,
  facts: Iterable<T>,
  of: (item: T) => Kept & { readonly fact: KeptFact; readonly n: number },
): Promise<void> {
  await session.copyInBinary('trade_fact', [...FACT_COLUMNS, ...DECISION_COLUMNS], facts, (cells, item) => {
    const { fact, n, partition, dueDay, aside } = of(item);
    cells.instant(fact.at);
    cells.int8(fact.amount);
    cells.int8(batch);
    cells.day(dueDay);
    cells.int4(n);
    cells.int2(partition);
    cells.text(fact.order_line_id);
    cells.text(fact.kind);
    cells.text(fact.fact_id);
    cells.text(fact.decision);
    cells.text(fact.decided_by);
    cells.text(fact.reason);
    cells.text(aside);
  });
}

const PAID_COLUMNS = [
  'paid_amount',
  'paid_at',
  'batch',
  'due_day',
  'quantity',
  'partition',
  'order_line_id',
  'order_id',
];
const BOUGHT_COLUMNS = ['buyer_id', 'shop_id', 'item_id', 'category_id', 'coupon_pid', 'aside', 'brought_in'];

/** Copies order lines in, of orders or of a cut-over; `of` says what is kept of each. */
export async function keepOrderLines<T>(
  session: Session,
  batch: bigint,
  lines: Iterable<T>,
  of: (item: T) => Kept & { readonly row: OrderRow; readonly broughtIn: string | null },
): Promise<void> {
  await session.copyInBinary('order_line', [...PAID_COLUMNS, ...BOUGHT_COLUMNS], lines, (cells, item) => {
    const { row, partition, dueDay, aside, broughtIn } = of(item);
    cells.int8(row.paid_amount);
    cells.instant(row.paid_at);
    cells.int8(batch);
    cells.day(dueDay);
    cells.int4(row.quantity);
    cells.int2(partition);
    cells.text(row.order_line_id);
    cells.text(row.order_id);
    cells.text(row.buyer_id);
    cells.text(row.shop_id);
    cells.text(row.item_id);
    cells.text(row.category_id);
    cells.text(row.coupon_pid);
    cells.text(aside);
    cells.text(broughtIn);
  });
}

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
    select o.order_line_id, o.paid_amount, o.paid_at,
      o.brought_in is not null and exists (select from opening_line
        where order_line_id = o.order_line_id and confirmed_at is not null and ${standing('opening_line')}) as was_received,
      case when o.brought_in is not null then o.due_day end as taken_on,
      f.kind, f.fact_id, f.at, f.amount, f.decision, f.decided_by, f.reason
    from ${named(lines)} join ${ofNamed('order_line', 'o')} on true
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
