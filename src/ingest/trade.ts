/**
 * Facts about order lines as intake sees them: one shape whichever feed they came from, and what is impossible for a line
 * (SPEC 3). It reads and keeps nothing.
 */
import type { Calendar, Day } from '../core/calendar.ts';
import type { Terms } from '../core/feeds/columns.ts';
import { type Feed, parseRow, type Row } from '../core/feeds/feed.ts';
import { closures, receipts, refunds, riskDecisions } from '../core/feeds/index.ts';
import { formatMoney, type Money } from '../core/money.ts';
import type { KeptFact, ParkedRow } from '../store/intake.ts';

/** What judging trade rows is told. */
export interface TradeTerms extends Terms {
  readonly calendar: Calendar;
  readonly partitions: number;
  readonly nextDay: Day | null;
  readonly batch: bigint;
  readonly delivery: bigint;
}

export const FACT_FEEDS = [receipts, closures, refunds, riskDecisions] as unknown as readonly Feed[];

/** A fact row as it is kept, whichever feed it came from. */
export function factOf(feed: Feed, row: Row): KeptFact {
  const text = (name: string): string => String(row[name]);
  const instant = (name: string): number => row[name] as number;
  const money = (name: string): Money | null => row[name] as Money | null;
  const line = text('order_line_id');
  switch (feed.name) {
    case 'receipts':
      return fact(line, 'receipt', '', instant('confirmed_at'), money('received_amount'));
    case 'closures':
      return fact(line, 'closure', '', instant('closed_at'), null, text('reason'));
    case 'refunds':
      return fact(line, 'refund', text('refund_id'), instant('refunded_at'), money('amount'));
    default: {
      const decided = [text('reason'), text('decision'), text('decided_by')] as const;
      return fact(line, 'decision', text('decision_id'), instant('decided_at'), null, ...decided);
    }
  }
}

function fact(
  line: string,
  kind: KeptFact['kind'],
  id: string,
  at: number,
  amount: Money | null,
  reason: string | null = null,
  decision: string | null = null,
  decidedBy: string | null = null,
): KeptFact {
  return { order_line_id: line, kind, fact_id: id, at, amount, decision, decided_by: decidedBy, reason };
}

export const sameFact = (a: KeptFact, b: KeptFact): boolean =>
  a.at === b.at &&
  a.amount === b.amount &&
  a.decision === b.decision &&
  a.decided_by === b.decided_by &&
  a.reason === b.reason;

/** What is known of an order line while its facts are judged. */
export class LineFile {
  readonly paid: Money;
  readonly paidAt: number;
  readonly #facts: KeptFact[] = [];
  #refunded = 0n;

  constructor(order: { readonly paid_amount: Money; readonly paid_at: number }) {
    this.paid = order.paid_amount;
    this.paidAt = order.paid_at;
  }

  add(fact: KeptFact): void {
    this.#facts.push(fact);
    if (fact.kind === 'refund') this.#refunded += fact.amount ?? 0n;
  }

  /** The accepted fact under this one's key. */
  known(fact: KeptFact): KeptFact | undefined {
    return this.#facts.find((one) => one.kind === fact.kind && one.fact_id === fact.fact_id);
  }

  #has(kind: KeptFact['kind']): boolean {
    return this.#facts.some((fact) => fact.kind === kind);
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
    if (fact.kind === 'receipt' && this.#has('closure'))
      return `order line ${fact.order_line_id} is closed: it takes a receipt or a closure, not both`;
    if (fact.kind === 'closure' && this.#has('receipt'))
      return `order line ${fact.order_line_id} is received: it takes a receipt or a closure, not both`;
    if (fact.kind === 'refund' && this.#refunded + (fact.amount ?? 0n) > this.paid) {
      return `refunds of order line ${fact.order_line_id} would come to ${money(this.#refunded + (fact.amount ?? 0n))}, above the ${money(this.paid)} paid`;
    }
    return undefined;
  }
}

export interface AcceptedFact {
  readonly fact: KeptFact;
  readonly n: number;
  readonly aside: string | null;
}

/** A parked row was read once already, with the book's own terms, so that it reads again. */
export function parkedRow(feed: Feed, parked: ParkedRow, terms: Terms): Row {
  const row = parseRow(feed, JSON.parse(parked.cells) as (string | null)[], terms);
  if (typeof row === 'string') throw new Error(`a parked row of ${feed.name} no longer reads: ${row}`);
  return row;
}
