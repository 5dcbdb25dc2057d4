/**
 * Judges order lines and the facts about them: receipts, closures, refunds, risk decisions (SPEC 3). A fact about a line
 * not yet seen is parked, and judged as soon as its line is accepted, as if it had arrived then.
 */
import type { Calendar, Day } from '../core/calendar.ts';
import { isoOf } from '../core/calendar.ts';
import type { Terms } from '../core/feeds/columns.ts';
import { type Feed, keyOf, parseRow, quote, type Row, sameContent } from '../core/feeds/feed.ts';
import { closures, type OrderRow, orders, receipts, refunds, riskDecisions } from '../core/feeds/index.ts';
import { partitionOf } from '../core/ids.ts';
import { formatMoney, type Money } from '../core/money.ts';
import {
  type KeptFact,
  knownIds,
  ordersUnder,
  type ParkedRow,
  parkedUnder,
  tradeFactsUnder,
  unpark,
} from '../store/intake.ts';
import type { Session } from '../store/session.ts';
import { asideText, type Candidate, dueDay, Ledger } from './judged.ts';

/** What judging trade rows is told. */
export interface TradeTerms extends Terms {
  readonly calendar: Calendar;
  readonly partitions: number;
  readonly nextDay: Day | null;
  readonly batch: bigint;
  readonly delivery: bigint;
}

const FACT_FEEDS = [receipts, closures, refunds, riskDecisions] as unknown as readonly Feed[];

/** A fact row as it is kept, whichever feed it came from. */
function factOf(feed: Feed, row: Row): KeptFact {
  const text = (name: string): string | null => (row[name] === undefined ? null : (row[name] as string | null));
  const base = {
    order_line_id: String(row['order_line_id']),
    amount: null,
    decision: null,
    decided_by: null,
    reason: null,
  };
  switch (feed.name) {
    case 'receipts':
      return {
        ...base,
        kind: 'receipt',
        fact_id: '',
        at: row['confirmed_at'] as number,
        amount: row['received_amount'] as Money | null,
      };
    case 'closures':
      return { ...base, kind: 'closure', fact_id: '', at: row['closed_at'] as number, reason: text('reason') };
    case 'refunds':
      return {
        ...base,
        kind: 'refund',
        fact_id: String(row['refund_id']),
        at: row['refunded_at'] as number,
        amount: row['amount'] as Money,
      };
    default:
      return {
        ...base,
        kind: 'decision',
        fact_id: String(row['decision_id']),
        at: row['decided_at'] as number,
        decision: text('decision'),
        decided_by: text('decided_by'),
        reason: text('reason'),
      };
  }
}

const sameFact = (a: KeptFact, b: KeptFact): boolean =>
  a.at === b.at &&
  a.amount === b.amount &&
  a.decision === b.decision &&
  a.decided_by === b.decided_by &&
  a.reason === b.reason;

const idOf = (fact: KeptFact): string => `${fact.kind} ${fact.fact_id}`;

/** What is known of an order line while its facts are judged. */
class LineFile {
  readonly paid: Money;
  readonly paidAt: number;
  readonly facts = new Map<string, KeptFact>();
  #refunded = 0n;

  constructor(order: { paid_amount: Money; paid_at: number }) {
    this.paid = order.paid_amount;
    this.paidAt = order.paid_at;
  }

  add(fact: KeptFact): void {
    this.facts.set(idOf(fact), fact);
    if (fact.kind === 'refund') this.#refunded += fact.amount ?? 0n;
  }

  /** Why a fact is impossible for this line, or undefined. */
  impossible(fact: KeptFact, terms: TradeTerms): string | undefined {
    const money = (amount: Money): string => formatMoney(amount, terms.digits);
    if (fact.at < this.paidAt) {
      return `dated ${terms.calendar.format(fact.at)}, before order line ${fact.order_line_id} was paid at ${terms.calendar.format(this.paidAt)}`;
    }
    if (fact.kind === 'receipt' && fact.amount !== null && fact.amount > this.paid) {
      return `received ${money(fact.amount)} of order line ${fact.order_line_id}, which was paid with ${money(this.paid)}`;
    }
    if (fact.kind === 'receipt' && this.facts.has('closure '))
      return `order line ${fact.order_line_id} is closed: it takes a receipt or a closure, not both`;
    if (fact.kind === 'closure' && this.facts.has('receipt '))
      return `order line ${fact.order_line_id} is received: it takes a receipt or a closure, not both`;
    if (fact.kind === 'refund' && this.#refunded + (fact.amount ?? 0n) > this.paid) {
      return `refunds of order line ${fact.order_line_id} would come to ${money(this.#refunded + (fact.amount ?? 0n))}, above the ${money(this.paid)} paid`;
    }
    return undefined;
  }
}

interface AcceptedFact {
  readonly fact: KeptFact;
  readonly n: number;
  readonly aside: string | null;
}

/** Judges a chunk of receipts, closures, refunds or risk decisions and keeps what it accepts or parks. */
export async function judgeFacts(
  session: Session,
  feed: Feed,
  candidates: readonly Candidate[],
  ledger: Ledger,
  terms: TradeTerms,
): Promise<void> {
  const ids = [...new Set(candidates.map(({ row }) => String(row['order_line_id'])))];
  const homes = homesOf(ids, terms);
  const files = new Map<string, LineFile>();
  for (const row of await ordersUnder(session, homes, ids))
    files.set(String(row['order_line_id']), new LineFile(row as OrderRow));
  for (const fact of await tradeFactsUnder(session, homes, ids)) files.get(fact.order_line_id)?.add(fact);
  const parked = await parkedRows(session, feed, ids, terms);
  const accepted: AcceptedFact[] = [];
  const toPark: (Candidate & { key: string; n: number })[] = [];
  for (const candidate of candidates) {
    const { row, given } = candidate;
    const fact = factOf(feed, row);
    const file = files.get(fact.order_line_id);
    const key = keyOf(feed, row);
    const known = file?.facts.get(idOf(fact));
    const waiting = parked.get(key);
    if (known !== undefined || waiting !== undefined) {
      const same =
        known === undefined ? waiting !== undefined && sameContent(feed, waiting, row) : sameFact(known, fact);
      if (same) ledger.duplicate();
      else ledger.refuse('conflict', given, knownOtherwise(feed, row));
      continue;
    }
    if (file === undefined) {
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
    accepted.push({ fact, n: ledger.next(), aside: asideText(given) });
    ledger.accept(fact.amount);
  }
  await keepFacts(session, accepted, terms);
  await park(session, feed, toPark, terms);
}

function knownOtherwise(feed: Feed, row: Row): string {
  const key = feed.key.map((name) => `${name} ${quote(String(row[name]))}`).join(', ');
  return `${key} is known with other content: it stays as it was first delivered`;
}

const homesOf = (ids: readonly string[], terms: TradeTerms): number[] => [
  ...new Set(ids.map((id) => partitionOf(id, terms.partitions))),
];

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

/** A parked row was read once already, with the book's own terms, so that it reads again. */
function parkedRow(feed: Feed, parked: ParkedRow, terms: Terms): Row {
  const row = parseRow(feed, JSON.parse(parked.cells) as (string | null)[], terms);
  if (typeof row === 'string') throw new Error(`a parked row of ${feed.name} no longer reads: ${row}`);
  return row;
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
  const rows = accepted.map(({ fact, n, aside }) => [
    partitionOf(fact.order_line_id, terms.partitions),
    fact.order_line_id,
    fact.kind,
    fact.fact_id,
    isoOf(fact.at),
    fact.amount,
    fact.decision,
    fact.decided_by,
    fact.reason,
    dueDay(terms.calendar, fact.at, terms.nextDay),
    terms.batch,
    n,
    aside,
  ]);
  await session.copyIn('trade_fact', columns, rows);
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
  for (const row of await ordersUnder(session, homesOf(ids, terms), ids)) known.set(String(row['order_line_id']), row);
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

async function keepOrders(
  session: Session,
  accepted: readonly Candidate<OrderRow>[],
  terms: TradeTerms,
): Promise<void> {
  const columns = [
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
  const rows = accepted.map(({ row, given }) => [
    partitionOf(row.order_line_id, terms.partitions),
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
  await session.copyIn('order_line', columns, rows);
}

/** What waking did to the rows of one earlier delivery. */
export interface Woken {
  readonly delivery: bigint;
  readonly feed: string;
  readonly ledger: Ledger;
}

/** Judges parked rows as their lines are accepted, each under its own delivery, file and line. */
class Waking {
  readonly accepted: AcceptedFact[] = [];
  readonly seen: ParkedRow[] = [];
  readonly #terms: TradeTerms;
  readonly #ledgers = new Map<string, Woken>();

  constructor(terms: TradeTerms) {
    this.#terms = terms;
  }

  wake(order: OrderRow, parked: readonly ParkedRow[], batchLedger: Ledger): void {
    if (parked.length === 0) return;
    const file = new LineFile(order);
    for (const one of parked) {
      const feed = FACT_FEEDS.find((known) => known.name === one.feed);
      if (feed === undefined) throw new Error(`a row is parked under ${one.feed}, which parks nothing`);
      const fact = factOf(feed, parkedRow(feed, one, this.#terms));
      const { ledger } = this.#of(one);
      ledger.tally.parked--;
      this.seen.push(one);
      const impossible = file.impossible(fact, this.#terms);
      if (impossible === undefined) {
        file.add(fact);
        this.accepted.push({ fact, n: batchLedger.next(), aside: one.aside });
        ledger.accept(fact.amount);
      } else {
        const cells = JSON.parse(one.cells) as (string | null)[];
        ledger.refuse(
          'rejected',
          { line: Number(one.line), row: 0, raw: one.raw, cells, aside: null, fault: null },
          impossible,
        );
      }
    }
  }

  outcome(): Woken[] {
    return [...this.#ledgers.values()];
  }

  #of(parked: ParkedRow): Woken {
    const key = `${parked.delivery_id} ${parked.feed}`;
    const known = this.#ledgers.get(key);
    if (known !== undefined) return known;
    const woken = {
      delivery: parked.delivery_id,
      feed: parked.feed,
      ledger: new Ledger(parked.feed, parked.delivery_id),
    };
    this.#ledgers.set(key, woken);
    return woken;
  }
}
