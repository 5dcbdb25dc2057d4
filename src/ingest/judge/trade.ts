/**
 * Judges order lines and the facts about them: receipts, closures, refunds, risk decisions (SPEC 3). A fact about a line
 * not yet seen is parked, and judged as soon as its line is accepted, as if it had arrived then.
 */

import { type Day, isoOf } from '../../core/calendar.ts';
import type { OpeningLine } from '../../core/cut-over/brought-in.ts';
import { type Feed, keyOf, quote, type Row, sameContent } from '../../core/feeds/feed.ts';
import { type OrderRow, orders } from '../../core/feeds/index.ts';
import { byCodePoint, partitionOf } from '../../core/ids.ts';
import type { Session } from '../../store/connection/session.ts';
import {
  knownIds,
  linesWithFacts,
  ordersUnder,
  type ParkedRow,
  parkedUnder,
  unpark,
} from '../../store/intake/intake.ts';
import type { PlacedLine } from '../../store/night/placed.ts';
import { asideText, type Candidate, dueDay, type Ledger } from './chunk-tally.ts';
import { type AcceptedFact, factOf, LineFile, parkedRow, sameFact, type TradeTerms } from './trade-fact.ts';
import { Waking, type Woken } from './waking.ts';

/** Judges a chunk of receipts, closures, refunds or risk decisions and keeps what it accepts or parks. */
export async function judgeFacts(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
  ledger: Ledger,
  terms: TradeTerms,
): Promise<void> {
  const ids = [...new Set(candidates.map(({ row }) => String(row['order_line_id'])))];
  const files = await filesOf(session, placed(ids, terms));
  const parked = await parkedRows(session, feed, ids, terms);
  const accepted: AcceptedFact[] = [];
  const toPark: (Candidate & { key: string; n: number })[] = [];
  for (const candidate of candidates) {
    const { row, given } = candidate;
    const fact = factOf(feed, row);
    const file = files.get(fact.order_line_id);
    const known = file?.known(fact);
    const waiting = parked.size === 0 ? undefined : parked.get(keyOf(feed, row));
    if (known !== undefined || waiting !== undefined) {
      const same =
        known === undefined ? waiting !== undefined && sameContent(feed, waiting, row) : sameFact(known, fact);
      if (same) ledger.duplicate();
      else ledger.refuse('conflict', given, knownOtherwise(feed, row));
      continue;
    }
    if (file === undefined) {
      const key = keyOf(feed, row);
      parked.set(key, row);
      toPark.push({ ...candidate, key, n: ledger.next() });
      ledger.tally.parked++;
      continue;
    }
    const impossible = file.impossible(fact, terms);
    if (impossible !== undefined) {
      ledger.refuse('rejected', given, impossible);
      continue;
    }
    file.add(fact);
    accepted.push({ fact, from: file.takenOn, n: ledger.next(), aside: asideText(given) });
    ledger.accept(fact.amount);
  }
  await keepFacts(session, accepted, terms);
  await park(session, feed, toPark, terms);
}

function knownOtherwise(feed: Feed, row: Row): string {
  const key = feed.key.map((name) => `${name} ${quote(String(row[name]))}`).join(', ');
  return `${key} is known with other content: it stays as it was first delivered`;
}

const placed = (ids: readonly string[], terms: TradeTerms): PlacedLine[] =>
  inPlace(ids, (id) => id, terms).map(({ partition, item }) => ({ partition, orderLineId: item }));

/** Items with the partitions of their lines, in the order of partition and line: how the tables' keys and the nights have them. */
function inPlace<T>(
  items: readonly T[],
  lineOf: (item: T) => string,
  terms: TradeTerms,
): { partition: number; line: string; item: T }[] {
  const found = items.map((item) => {
    const line = lineOf(item);
    return { partition: partitionOf(line, terms.partitions), line, item };
  });
  return found.sort((a, b) => a.partition - b.partition || byCodePoint(a.line, b.line));
}

async function filesOf(session: Session, lines: readonly PlacedLine[]): Promise<Map<string, LineFile>> {
  const files = new Map<string, LineFile>();
  for (const row of await linesWithFacts(session, lines)) {
    const file = files.get(row.order_line_id) ?? new LineFile(row);
    files.set(row.order_line_id, file);
    if (row.kind !== null) file.add(row);
  }
  return files;
}

async function parkedRows(
  session: Session,
  feed: Feed,
  ids: readonly string[],
  terms: TradeTerms,
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  for (const one of await parkedUnder(session, ids)) {
    if (one.feed === feed.name) rows.set(one.key, parkedRow(feed, one, terms));
  }
  return rows;
}

async function keepFacts(session: Session, accepted: readonly AcceptedFact[], terms: TradeTerms): Promise<void> {
  const columns = [
    'partition',
    'order_line_id',
    'kind',
    'fact_id',
    'at',
    'amount',
    'decision',
    'decided_by',
    'reason',
    'due_day',
    'batch',
    'n',
    'aside',
  ];
  const placedFacts = inPlace(accepted, ({ fact }) => fact.order_line_id, terms);
  const rows = mapped(placedFacts, ({ partition, item: { fact, from, n, aside } }) => [
    partition,
    fact.order_line_id,
    fact.kind,
    fact.fact_id,
    isoOf(fact.at),
    fact.amount,
    fact.decision,
    fact.decided_by,
    fact.reason,
    dueDay(terms.calendar, fact.at, later(from, terms.nextDay)),
    terms.batch,
    n,
    aside,
  ]);
  await session.copyIn('trade_fact', columns, rows);
}

const later = (a: Day | null, b: Day | null): Day | null => (a === null || (b !== null && b > a) ? b : a);

/** Each made when it is asked for, so that a chunk's rows do not all exist at once. */
function* mapped<A, B>(items: readonly A[], make: (item: A) => B): Generator<B> {
  for (const item of items) yield make(item);
}

async function park(
  session: Session,
  feed: Feed,
  rows: readonly (Candidate & { key: string; n: number })[],
  terms: TradeTerms,
): Promise<void> {
  const columns = ['feed', 'key', 'order_line_id', 'delivery_id', 'line', 'batch', 'n', 'cells', 'raw', 'aside'];
  const values = rows.map(({ row, given, key, n }) => [
    feed.name,
    key,
    String(row['order_line_id']),
    terms.delivery,
    given.line,
    terms.batch,
    n,
    JSON.stringify(given.cells),
    given.raw,
    asideText(given),
  ]);
  await session.copyIn('parked', columns, values);
}

/** Judges a chunk of order lines, keeps what it accepts, and wakes what was parked about them. Returns the woken by delivery. */
export async function judgeOrders(
  session: Session,
  candidates: readonly Candidate<OrderRow>[],
  ledger: Ledger,
  terms: TradeTerms,
): Promise<Woken[]> {
  const feed = orders as unknown as Feed;
  const ids = [...new Set(candidates.map(({ row }) => row.order_line_id))];
  const known = new Map<string, Row>();
  for (const row of await ordersUnder(session, placed(ids, terms))) known.set(String(row['order_line_id']), row);
  const shops = await knownIds(session, 'shop', 'shop_id', [...new Set(candidates.map(({ row }) => row.shop_id))]);
  const waiting = new Map<string, ParkedRow[]>();
  for (const parked of await parkedUnder(session, ids)) {
    waiting.set(parked.order_line_id, [...(waiting.get(parked.order_line_id) ?? []), parked]);
  }
  const waking = new Waking(terms);
  const accepted: Candidate<OrderRow>[] = [];
  for (const candidate of candidates) {
    const { row, given } = candidate;
    const before = known.get(row.order_line_id);
    if (before !== undefined) {
      if (sameContent(feed, before, row)) ledger.duplicate();
      else ledger.refuse('conflict', given, knownOtherwise(feed, row));
    } else if (!shops.has(row.shop_id)) {
      ledger.refuse('rejected', given, `shop ${row.shop_id} is not known: deliver it first`);
    } else {
      known.set(row.order_line_id, row);
      accepted.push(candidate);
      ledger.accept(row.paid_amount);
      waking.wake(row, waiting.get(row.order_line_id) ?? [], ledger);
    }
  }
  await keepOrders(session, accepted, terms);
  await keepFacts(session, waking.accepted, terms);
  await unpark(session, waking.seen);
  return waking.outcome();
}

/** Those of some order lines that are here. */
export async function knownLines(session: Session, ids: readonly string[], terms: TradeTerms): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  return new Set((await ordersUnder(session, placed(ids, terms))).map((row) => String(row['order_line_id'])));
}

/** Takes in lines of old books that were signed off, due in the night of a day, and wakes what was parked about them. */
export async function takeLinesIn(
  session: Session,
  lines: readonly OpeningLine[],
  due: Day,
  ledger: Ledger,
  terms: TradeTerms,
): Promise<Woken[]> {
  const waiting = new Map<string, ParkedRow[]>();
  for (const parked of await parkedUnder(
    session,
    lines.map(({ orderLineId }) => orderLineId),
  )) {
    waiting.set(parked.order_line_id, [...(waiting.get(parked.order_line_id) ?? []), parked]);
  }
  const rows = mapped(lines, (line) => [
    partitionOf(line.orderLineId, terms.partitions),
    line.orderLineId,
    line.orderId,
    line.buyerId,
    line.shopId,
    line.itemId,
    line.categoryId,
    line.quantity,
    line.paid,
    isoOf(line.paidAt),
    null,
    due,
    terms.batch,
    null,
    line.cutOverId,
  ]);
  await session.copyIn('order_line', [...ORDER_COLUMNS, 'brought_in'], rows);
  const waking = new Waking(terms);
  for (const line of lines) {
    const order = {
      paid_amount: line.paid,
      paid_at: line.paidAt,
      was_received: line.confirmedAt !== null,
      taken_on: due,
    };
    waking.wake(order, waiting.get(line.orderLineId) ?? [], ledger);
  }
  await keepFacts(session, waking.accepted, terms);
  await unpark(session, waking.seen);
  return waking.outcome();
}

const ORDER_COLUMNS = [
  'partition',
  'order_line_id',
  'order_id',
  'buyer_id',
  'shop_id',
  'item_id',
  'category_id',
  'quantity',
  'paid_amount',
  'paid_at',
  'coupon_pid',
  'due_day',
  'batch',
  'aside',
];

async function keepOrders(
  session: Session,
  accepted: readonly Candidate<OrderRow>[],
  terms: TradeTerms,
): Promise<void> {
  const placedRows = inPlace(accepted, ({ row }) => row.order_line_id, terms);
  const rows = mapped(placedRows, ({ partition, item: { row, given } }) => [
    partition,
    row.order_line_id,
    row.order_id,
    row.buyer_id,
    row.shop_id,
    row.item_id,
    row.category_id,
    row.quantity,
    row.paid_amount,
    isoOf(row.paid_at),
    row.coupon_pid,
    dueDay(terms.calendar, row.paid_at, terms.nextDay),
    terms.batch,
    asideText(given),
  ]);
  await session.copyIn('order_line', ORDER_COLUMNS, rows);
}
