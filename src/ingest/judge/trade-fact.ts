/**
 * Facts about order lines as intake sees them: one shape whichever feed they came from, and what is impossible for a line
 * (SPEC 3). It reads and keeps nothing.
 */
import type { Day } from '../../core/calendar.ts';
import type { Terms } from '../../core/feeds/columns.ts';
import { type Columns, Fault, type Feed, parseRow, type Row, type RowOf } from '../../core/feeds/feed.ts';
import { corrections } from '../../core/feeds/finance.ts';
import { closures, receipts, refunds, riskDecisions } from '../../core/feeds/index.ts';
import { formatMoney, type Money, sum } from '../../core/money.ts';
import type { KeptFact, ParkedRow } from '../../store/intake/intake.ts';
import type { JudgeTerms } from './chunk-tally.ts';

/** How a row of each feed of facts is kept, one shape whichever feed it came from, and the row that it was. */
const FACTS: readonly {
  readonly feed: Feed;
  readonly of: (row: Row) => KeptFact;
  readonly rowOf: (fact: KeptFact) => Row;
}[] = [
  factsOf(
    receipts,
    (row) => fact(row, 'receipt', '', row.confirmed_at, { amount: row.received_amount }),
    ({ at, amount }) => ({ confirmed_at: at, received_amount: amount }),
  ),
  factsOf(
    closures,
    (row) => fact(row, 'closure', '', row.closed_at, { reason: row.reason }),
    ({ at, reason }) => ({ closed_at: at, reason }),
  ),
  factsOf(
    refunds,
    (row) => fact(row, 'refund', row.refund_id, row.refunded_at, { amount: row.amount }),
    ({ fact_id, at, amount }) => ({ refund_id: fact_id, refunded_at: at, amount }),
  ),
  factsOf(
    corrections,
    (row) => fact(row, 'correction', row.correction_id, row.corrected_at, row),
    ({ fact_id, at, amount, reason }) => ({ correction_id: fact_id, corrected_at: at, amount, reason }),
  ),
  factsOf(
    riskDecisions,
    (row) => fact(row, 'decision', row.decision_id, row.decided_at, row),
    ({ fact_id, at, ...of }) => ({ decision_id: fact_id, decided_at: at, ...of }),
  ),
];

export const FACT_FEEDS: readonly Feed[] = FACTS.map(({ feed }) => feed);

/** A fact row as it is kept. */
export function keptFact(feed: Pick<Feed, 'name'>, row: Row): KeptFact {
  return formOf(feed).of(row);
}

/** The row of a feed that a kept fact was. */
export function factRow(feed: Pick<Feed, 'name'>, fact: KeptFact): Row {
  return { order_line_id: fact.order_line_id, ...formOf(feed).rowOf(fact) };
}

function formOf(feed: Pick<Feed, 'name'>) {
  const known = FACTS.find((one) => one.feed.name === feed.name);
  if (known === undefined) throw new Error(`${feed.name} is no feed of facts about order lines`);
  return known;
}

function factsOf<C extends Columns>(
  feed: Feed<C>,
  of: (row: RowOf<C>) => KeptFact,
  rowOf: (fact: KeptFact) => Omit<RowOf<C>, 'order_line_id'> | Row,
) {
  return {
    feed: feed as unknown as Feed,
    of: of as unknown as (row: Row) => KeptFact,
    rowOf: rowOf as unknown as (fact: KeptFact) => Row,
  };
}

function fact(
  { order_line_id }: { readonly order_line_id: string },
  kind: KeptFact['kind'],
  fact_id: string,
  at: number,
  more: Partial<Pick<KeptFact, 'amount' | 'decision' | 'decided_by' | 'reason'>>,
): KeptFact {
  const { amount = null, decision = null, decided_by = null, reason = null } = more;
  return { order_line_id, kind, fact_id, at, amount, decision, decided_by, reason };
}

/** What a fact takes off its line; below 0 where it adds. */
function takenBy({ kind, amount }: KeptFact): Money {
  if (kind === 'refund') return amount ?? 0n;
  return kind === 'correction' ? -(amount ?? 0n) : 0n;
}

/** What facts about an order line are judged by. */
export interface Paid {
  readonly paid_amount: Money;
  readonly paid_at: number;
  /** True of a line that old books had received and settled. */
  readonly was_received?: boolean;
  /** Of a line that came with a cut-over, the day whose night takes it: no fact of it is due before. */
  readonly taken_on?: Day | null;
}

/** What is known of an order line while its facts are judged. */
export class LineFile {
  readonly paid: Money;
  readonly paidAt: number;
  readonly #facts: KeptFact[] = [];
  /** What refunds and corrections take off, and the corrections that add. */
  #taken = 0n;
  readonly #added: { readonly at: number; readonly amount: Money }[] = [];

  readonly takenOn: Day | null;
  readonly #wasReceived: boolean;

  constructor(order: Paid) {
    this.paid = order.paid_amount;
    this.paidAt = order.paid_at;
    this.#wasReceived = order.was_received ?? false;
    this.takenOn = order.taken_on ?? null;
  }

  add(fact: KeptFact): void {
    this.#facts.push(fact);
    const taken = takenBy(fact);
    if (taken > 0n) this.#taken += taken;
    else if (taken < 0n) this.#added.push({ at: fact.at, amount: -taken });
  }

  /** The accepted fact under this one's key. */
  known(fact: KeptFact): KeptFact | undefined {
    return this.#facts.find((one) => one.kind === fact.kind && one.fact_id === fact.fact_id);
  }

  /** What was paid, with the corrections up to an instant that add to it: they are in effect when a fact of then is. */
  #paidBy(at: number): Money {
    return this.paid + sum(this.#added.filter((one) => one.at <= at).map((one) => one.amount));
  }

  #has(kind: KeptFact['kind']): boolean {
    return this.#facts.some((fact) => fact.kind === kind);
  }

  /** Why a fact is impossible for this line, or undefined. */
  impossible(fact: KeptFact, terms: JudgeTerms): string | undefined {
    const money = (amount: Money): string => formatMoney(amount, terms.digits);
    if (fact.at < this.paidAt) {
      return `dated ${terms.calendar.format(fact.at)}, before order line ${fact.order_line_id} was paid at ${terms.calendar.format(this.paidAt)}: check the line and the moment`;
    }
    if (fact.kind === 'receipt' && fact.amount !== null && fact.amount > this.#paidBy(fact.at)) {
      return `received ${money(fact.amount)} of order line ${fact.order_line_id}, which was paid with ${money(this.#paidBy(fact.at))}: check the line and the amount`;
    }
    if (fact.kind === 'receipt' && this.#has('closure'))
      return `order line ${fact.order_line_id} is closed: it takes a receipt or a closure, not both`;
    if (fact.kind === 'closure' && this.#has('receipt'))
      return `order line ${fact.order_line_id} is received: it takes a receipt or a closure, not both`;
    if (this.#wasReceived && (fact.kind === 'receipt' || fact.kind === 'closure'))
      return `order line ${fact.order_line_id} was received in the old books: it takes no receipt and no closure`;
    const taken = takenBy(fact);
    if (taken > 0n && this.#taken + taken > this.#paidBy(fact.at)) {
      return `refunds of order line ${fact.order_line_id} would come to ${money(this.#taken + taken)}, above the ${money(this.#paidBy(fact.at))} paid: check the line and the amount`;
    }
    return undefined;
  }
}

export interface AcceptedFact {
  readonly fact: KeptFact;
  /** The first day it may be due on, where that is not left to its own. */
  readonly from: Day | null;
  readonly n: number;
  readonly aside: string | null;
}

/** A parked row was read once already, with the book's own terms, so that it reads again. */
export function parkedRow(feed: Feed, parked: ParkedRow, terms: Terms): Row {
  const row = parseRow(feed, JSON.parse(parked.cells) as (string | null)[], terms);
  if (row instanceof Fault) throw new Error(`a parked row of ${feed.name} no longer reads: ${row.reason}`);
  return row;
}
