/**
 * A party's month: what its account opened with, the entries that moved it, what it closed with. The shapes in which
 * the store hands it on, and the totals that prove opening + lines = closing.
 */
import type { Standing } from '../bank/standing.ts';
import type { Day, Instant, Month } from '../calendar.ts';
import type { EventType, StatementFigures } from '../events/event.ts';
import type { Money, Rate } from '../money.ts';

/** One entry on the party's account, with what is known of the line it is about. */
export interface MonthLine {
  readonly business_day: Day;
  readonly occurred_at: Instant;
  readonly type: EventType;
  /** The order line, deduction or payout; of tax and adjustments the publisher and month. */
  readonly subject: string;
  readonly ordinal: number;
  readonly publisher_id: string | null;
  readonly pid: string | null;
  readonly trace: string | null;
  readonly click_id: string | null;
  /** The publisher's own mark of the click that won the line; null without one, and of a seller's month. */
  readonly sub_id: string | null;
  readonly rate: Rate | null;
  /** C, F and P as the entry moved them: below 0 where they were given back; null for what is no commission. */
  readonly commission: Money | null;
  readonly fee: Money | null;
  readonly earning: Money | null;
  /** What it did to the account: a publisher's payable rises by what it earns, a seller's due by what it owes. */
  readonly amount: Money;
  /** The click that won the line of a settlement: when, and in which shop; null for a coupon and all else. */
  readonly clicked_at: string | null;
  readonly click_shop: string | null;
  readonly refund: string | null;
  readonly decision: string | null;
  readonly decided_by: string | null;
  readonly reason: string | null;
  /** A deduction's or payout's last state. */
  readonly state: string | null;
  /** Of what corrects a settlement (reversal, release, forfeiture) the entry it corrects; null for all else. */
  readonly corrects: string | null;
}

/** What is known of a party's month beside its lines. */
export interface MonthFrame {
  readonly party: string;
  readonly month: Month;
  /** True until the month is closed: more may still be posted to it. */
  readonly open: boolean;
  /** The last day the lines reach: the month's last, or the last one run; null before the month's first was run. */
  readonly through: Day | null;
  /**
   * The night after which the month is shown: what came later does not appear. A closed month is shown as it was
   * closed.
   */
  readonly asOf: Day | null;
  readonly opening: Money;
}

/** A publisher's statement row as it was issued, with the day that closed the month. */
export type IssuedStatement = StatementFigures & { readonly business_day: Day };

export interface PublisherFrame extends MonthFrame {
  readonly name: string;
  /** Whether a line of the publisher's, attributed by then, bears its own mark: then its lines show them. */
  readonly marked: boolean;
  /** The statement as issued; null while the month is open, and where a closed month had nothing to state. */
  readonly issued: IssuedStatement | null;
  readonly payout: { readonly id: string; readonly standing: Standing } | null;
  /** Balances at the end of `through`. */
  readonly held: Money;
  /** Earned, and not payable yet. */
  readonly clearing: Money;
  readonly returned: Money;
}

/** A line's figures that are summed down a document, by the column they stand in. */
export const SUMMED = ['commission', 'fee', 'earning', 'amount'] as const;
export type Sums = Readonly<Record<(typeof SUMMED)[number], Money>>;

/**
 * The one place where a document's totals are made: count, sums by event and by column, deductions by what became of
 * them, and the balance after the last line.
 */
export class MonthTotals {
  balance: Money;
  count = 0;
  readonly byType = new Map<EventType, Money>();
  readonly sums: Record<(typeof SUMMED)[number], Money> = { commission: 0n, fee: 0n, earning: 0n, amount: 0n };
  /** Deductions by their last state: how many and how much, both positive. */
  readonly deductions = new Map<string, { readonly count: number; readonly amount: Money }>();

  constructor(opening: Money) {
    this.balance = opening;
  }

  /** Adds a line, or so many lines of one type and state by their sums; returns the balance after them. */
  add(line: Pick<MonthLine, 'type' | 'amount' | 'commission' | 'fee' | 'earning' | 'state'>, lines = 1): Money {
    const { type, amount, state } = line;
    this.count += lines;
    this.byType.set(type, (this.byType.get(type) ?? 0n) + amount);
    for (const column of SUMMED) this.sums[column] += line[column] ?? 0n;
    if (type === 'DeductionInstructed' && state !== null) {
      const known = this.deductions.get(state) ?? { count: 0, amount: 0n };
      this.deductions.set(state, { count: known.count + lines, amount: known.amount - amount });
    }
    this.balance += amount;
    return this.balance;
  }

  /** The sum over some events; 0 where none was. */
  of(...types: readonly EventType[]): Money {
    let total = 0n;
    for (const type of types) total += this.byType.get(type) ?? 0n;
    return total;
  }
}
