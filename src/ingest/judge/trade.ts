/**
 * Judges order lines and the facts about them: receipts, closures, refunds, risk decisions (SPEC 3). A fact about a line
 * not yet seen is parked, and judged as soon as its line is accepted, as if it had arrived then.
 */

import type { Day } from '../../core/calendar.ts';
import type { OpeningLine } from '../../core/cut-over/brought-in.ts';
import { type Feed, keyOf, type Row } from '../../core/feeds/feed.ts';
import type { OrderRow } from '../../core/feeds/index.ts';
import { groupBy } from '../../core/groups.ts';
import { byCodePoint, partitionOf } from '../../core/ids.ts';
import type { Session } from '../../store/connection/session.ts';
import {
  type KeptFact,
  keepOrderLines,
  keepTradeFacts,
  linesWithFacts,
  ordersUnder,
  type ParkedRow,
  parkedUnder,
  unpark,
} from '../../store/intake/intake.ts';
import { cutOversOfLines } from '../../store/intake/openings.ts';
import type { PlacedLine } from '../../store/night/placed.ts';
import { asideText, type Candidate, type ChunkTally, dueDay, type JudgeTerms } from './chunk-tally.ts';
import { type Chunk, idsIn, type Judgement, judgement, type Placed, parent, type Rules, stays } from './judgement.ts';
import { type AcceptedFact, factRow, keptFact, LineFile, parkedRow } from './trade-fact.ts';
import { Waking, type Woken } from './waking.ts';

/** Receipts, closures, refunds, corrections and risk decisions, which wait for their order line. */
async function facts({ session, feed, rows, terms }: Chunk): Promise<Rules> {
  const ids = idsIn(rows, 'order_line_id');
  const files = await filesOf(session, placed(ids, terms));
  const parked = await parkedRows(session, feed, ids, terms);
  const made = new Map<Row, { fact: KeptFact; file: LineFile | undefined }>();
  for (const row of rows) {
    const fact = keptFact(feed, row);
    made.set(row, { fact, file: files.get(fact.order_line_id) });
  }
  const of = (row: Row): { fact: KeptFact; file: LineFile | undefined } => {
    const known = made.get(row);
    if (known === undefined) throw new Error(`a row of ${feed.name} is none of its chunk`);
    return known;
  };
  return {
    known: (row) => {
      const { fact, file } = of(row);
      const known = file?.known(fact);
      return known === undefined ? parked.get(keyOf(feed, row)) : factRow(feed, known);
    },
    waits: (row) => of(row).file === undefined,
    park: (row) => {
      parked.set(keyOf(feed, row), row);
    },
    impossible: (row) => {
      const { fact, file } = of(row);
      return file?.impossible(fact, terms);
    },
    accept: (row) => {
      const { fact, file } = of(row);
      file?.add(fact);
    },
    keep: async (accepted, waiting) => {
      const kept = accepted.map(({ row, given, n }) => {
        const { fact, file } = of(row);
        return { fact, from: file?.takenOn ?? null, n, aside: asideText(given) };
      });
      await keepFacts(session, kept, terms);
      await park(session, feed, waiting, terms);
    },
  };
}

const placed = (ids: readonly string[], terms: JudgeTerms): PlacedLine[] =>
  inPlace(ids, (id) => id, terms).map(({ partition, item }) => ({ partition, orderLineId: item }));

/** Items with the partitions of their lines, in the order of partition and line: how the tables' keys and the nights have them. */
function inPlace<T>(
  items: readonly T[],
  lineOf: (item: T) => string,
  terms: JudgeTerms,
): { partition: number; line: string; item: T }[] {
  const found: { partition: number; line: string; item: T }[][] = [];
  for (const item of items) {
    const line = lineOf(item);
    const partition = partitionOf(line, terms.partitions);
    found[partition] ??= [];
    found[partition].push({ partition, line, item });
  }
  return found.flatMap((ofOne) => ofOne.sort((a, b) => byCodePoint(a.line, b.line)));
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
  terms: JudgeTerms,
): Promise<Map<string, Row>> {
  const rows = new Map<string, Row>();
  for (const one of await parkedUnder(session, ids)) {
    if (one.feed === feed.name) rows.set(one.key, parkedRow(feed, one, terms));
  }
  return rows;
}

async function keepFacts(session: Session, accepted: readonly AcceptedFact[], terms: JudgeTerms): Promise<void> {
  const facts = inPlace(accepted, ({ fact }) => fact.order_line_id, terms);
  await keepTradeFacts(session, terms.batch, facts, ({ partition, item: { fact, from, n, aside } }) => {
    const dueOn = dueDay(terms.calendar, fact.at, later(from, terms.nextDay));
    return { partition, fact, dueDay: dueOn, n, aside };
  });
}

const later = (a: Day | null, b: Day | null): Day | null => (a === null || (b !== null && b > a) ? b : a);

async function park(session: Session, feed: Feed, rows: readonly Placed[], terms: JudgeTerms): Promise<void> {
  const values = rows.map(({ row, given, n }) => ({
    feed: feed.name,
    key: keyOf(feed, row),
    order_line_id: String(row['order_line_id']),
    delivery_id: terms.delivery,
    line: given.line,
    batch: terms.batch,
    n,
    cells: JSON.stringify(given.cells),
    raw: given.raw,
    aside: asideText(given),
  }));
  await session.copyIn('parked', values);
}

/** Order lines, which wake what was parked about them. */
async function orderLines({ session, rows, terms, tally }: Chunk<OrderRow>): Promise<Rules<OrderRow>> {
  const ids = idsIn(rows, 'order_line_id');
  const handedOn = await cutOversOfLines(session, ids);
  const known = await ordersUnder(session, placed(ids, terms));
  const waiting = await parkedByLine(session, ids);
  const waking = new Waking(terms);
  return {
    stored: known.filter((row) => !handedOn.has(String(row['order_line_id']))),
    impossible: ({ order_line_id: id }) => {
      const cutOver = handedOn.get(id);
      return cutOver === undefined
        ? undefined
        : `order line ${id} comes with cut-over ${cutOver}, as the old books had it: leave it out of the orders`;
    },
    accept: (row) => waking.wake(row, waiting.get(row.order_line_id) ?? [], tally),
    keep: (accepted) => keepOrders(session, accepted, terms),
    wake: () => keepWoken(session, waking, terms),
  };
}

async function parkedByLine(session: Session, ids: readonly string[]): Promise<Map<string, ParkedRow[]>> {
  return groupBy(await parkedUnder(session, ids), (parked) => parked.order_line_id);
}

async function keepWoken(session: Session, waking: Waking, terms: JudgeTerms): Promise<Woken[]> {
  await keepFacts(session, waking.accepted, terms);
  await unpark(session, waking.seen);
  return waking.outcome();
}

/** Those of some order lines that are here. */
export async function knownLines(session: Session, ids: readonly string[], terms: JudgeTerms): Promise<Set<string>> {
  if (ids.length === 0) return new Set();
  return new Set((await ordersUnder(session, placed(ids, terms))).map((row) => String(row['order_line_id'])));
}

/**
 * Takes in lines of old books that were signed off, each due in the night of a day, and wakes what was parked about them:
 * all at once, so that what waits in one file is counted once, whichever sign-offs it waited for.
 */
export async function takeLinesIn(
  session: Session,
  taken: readonly { readonly line: OpeningLine; readonly due: Day }[],
  tally: ChunkTally,
  terms: JudgeTerms,
): Promise<Woken[]> {
  if (taken.length === 0) return [];
  const waiting = await parkedByLine(
    session,
    taken.map(({ line }) => line.orderLineId),
  );
  await keepOrderLines(session, terms.batch, taken, ({ line, due }) => ({
    partition: partitionOf(line.orderLineId, terms.partitions),
    dueDay: due,
    aside: null,
    broughtIn: line.cutOverId,
    row: {
      order_line_id: line.orderLineId,
      order_id: line.orderId,
      buyer_id: line.buyerId,
      shop_id: line.shopId,
      item_id: line.itemId,
      category_id: line.categoryId,
      quantity: line.quantity,
      paid_amount: line.paid,
      paid_at: line.paidAt,
      coupon_pid: null,
    },
  }));
  const waking = new Waking(terms);
  for (const { line, due } of taken) {
    const order = {
      paid_amount: line.paid,
      paid_at: line.paidAt,
      was_received: line.confirmedAt !== null,
      taken_on: due,
    };
    waking.wake(order, waiting.get(line.orderLineId) ?? [], tally);
  }
  return keepWoken(session, waking, terms);
}

async function keepOrders(
  session: Session,
  accepted: readonly Candidate<OrderRow>[],
  terms: JudgeTerms,
): Promise<void> {
  const lines = inPlace(accepted, ({ row }) => row.order_line_id, terms);
  await keepOrderLines(session, terms.batch, lines, ({ partition, item: { row, given } }) => ({
    partition,
    row,
    dueDay: dueDay(terms.calendar, row.paid_at, terms.nextDay),
    aside: asideText(given),
    broughtIn: null,
  }));
}

const FACTS: Judgement = { conflict: stays, begin: facts };
const ORDERS = judgement<OrderRow>({
  parents: [parent('shop')],
  conflict: stays,
  amount: 'paid_amount',
  begin: orderLines,
});

export const TRADE: Readonly<Record<string, Judgement>> = {
  orders: ORDERS,
  receipts: { ...FACTS, amount: 'received_amount' },
  closures: FACTS,
  refunds: { ...FACTS, amount: 'amount' },
  corrections: { ...FACTS, amount: 'amount' },
  'risk-decisions': FACTS,
};
