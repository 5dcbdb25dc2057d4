/**
 * A whole book in memory, written from SPEC.md alone and sharing no code with src/: rows in, nights, exports as CSV.
 * It is plain and slow on purpose; where it and the engine differ, SPEC decides.
 */
import { amountText, rateText } from './arithmetic.ts';
import { writeCsv } from './csv.ts';
import { type Counts, Facts, type Instruction, totalOf, type Verdict } from './facts.ts';
import { SHAPES, type Terms } from './feeds.ts';
import { Books } from './night.ts';
import { type PolicyDocument, type Settings, settingsOf } from './policy.ts';
import { nextDay, Zone } from './zone.ts';

export const EXPORTS = ['attributions', 'transfers', 'balances', 'statements', 'ingest'] as const;
export type ExportName = (typeof EXPORTS)[number];

export class Reference {
  readonly #terms: Terms;
  readonly #facts: Facts;
  readonly books: Books;
  #settings: Settings;

  constructor(terms: { zone: string; digits: number; policy: PolicyDocument }) {
    this.#terms = { zone: new Zone(terms.zone), digits: terms.digits };
    this.#facts = new Facts(this.#terms);
    this.books = new Books(this.#facts, this.#terms);
    this.#settings = settingsOf(terms.policy, terms.digits);
  }

  get nextDay(): string | undefined {
    return this.#facts.nextDay;
  }

  get instructions(): readonly Instruction[] {
    return [...this.#facts.instructions.values()];
  }

  /** The openings of a cut-over that were accepted so far, and what they come to. */
  openings(cutOver: string): {
    readonly count: number;
    readonly of: (account: string) => bigint;
    readonly lines: number;
    readonly linesPaid: bigint;
  } {
    const openings = this.#facts.openingsOf(cutOver);
    const lines = this.#facts.oldLines(cutOver);
    const linesPaid = lines.reduce((all, one) => all + BigInt(String(one['paid_amount'])), 0n);
    return { count: openings.length, of: (account) => totalOf(openings, account), lines: lines.length, linesPaid };
  }

  get counts(): ReadonlyMap<string, Counts> {
    return this.#facts.counts;
  }

  adopt(policy: PolicyDocument): void {
    this.#settings = settingsOf(policy, this.#terms.digits);
  }

  deliver(feed: string, rows: readonly Readonly<Record<string, string>>[]): Verdict[] {
    return rows.map((row) => this.#facts.deliver(feed, row));
  }

  /** Every day before one, which is the first not yet opened. */
  runBefore(day: string): void {
    const { zone } = this.#terms;
    this.run(zone.day(zone.start(day) - 1));
  }

  /** Every day not yet run, in order, through `day`. */
  run(through: string): void {
    const dues = this.#facts.list('orders').map(({ due }) => due);
    let day = this.#facts.nextDay ?? dues.sort()[0];
    while (day !== undefined && day <= through) {
      this.#facts.nextDay = nextDay(day);
      this.books.night(day, this.#settings);
      day = nextDay(day);
    }
  }

  /** An export as CSV: everything, or what was booked through a day. */
  export(name: ExportName, asOf = '9999-12-31'): string {
    const terms = { ...this.#terms, asOf };
    return { attributions, transfers, balances, statements, ingest }[name](this.books, this.#facts, terms);
  }
}

interface Shown extends Terms {
  readonly asOf: string;
}

const byText =
  <T>(of: (one: T) => string) =>
  (a: T, b: T): number =>
    of(a) < of(b) ? -1 : of(a) > of(b) ? 1 : 0;

function attributions(books: Books, _facts: Facts, { digits, asOf }: Shown): string {
  const header = 'order_line_id,outcome,reason,pid,click_id,trace,plan_id,rate,estimate,signals,held';
  const lines = [...books.lines].filter(([, line]) => line.day <= asOf).sort(byText(([id]) => id));
  const rows = lines.map(([id, { attribution: of }]) => {
    if (of.outcome === 'unattributed') return [id, of.outcome, of.reason, '', '', '', '', '', '', '', 'false'];
    const rate = [of.planId, rateText(of.rate), amountText(of.estimate, digits)];
    return [id, of.outcome, '', of.pid, of.clickId, of.trace, ...rate, of.signals.join(';'), String(of.held)];
  });
  return writeCsv(header.split(','), rows);
}

function transfers(books: Books, _facts: Facts, { digits, zone, asOf }: Shown): string {
  const header = 'entry,business_day,occurred_at,event,subject,debit,credit,amount';
  const entries = books.entries.filter((entry) => entry.day <= asOf).sort(byText((entry) => entry.id));
  const rows = entries.flatMap(({ id, day, occurredAt, event, subject, legs }) =>
    legs.map(({ debit, credit, amount }) => {
      return [id, day, zone.write(occurredAt), event, subject, debit, credit, amountText(amount, digits)];
    }),
  );
  return writeCsv(header.split(','), rows);
}

function balances(books: Books, _facts: Facts, { digits, asOf }: Shown): string {
  const kept = [...books.balancesOf(asOf)].filter(([, balance]) => balance !== 0n).sort(byText(([account]) => account));
  return writeCsv(
    ['account', 'balance'],
    kept.map(([account, balance]) => [account, amountText(balance, digits)]),
  );
}

const COLUMNS: readonly (readonly [column: string, ...events: string[]])[] = [
  ['earnings', 'CommissionSettled', 'EarningCleared'],
  ['reversals', 'CommissionReversed'],
  ['releases', 'CommissionReleased'],
  ['forfeitures', 'CommissionForfeited'],
  ['adjustments', 'AdjustmentPosted', 'OpeningPosted'],
  ['tax', 'TaxWithheld'],
  ['payouts', 'PayoutInstructed'],
];

function statements(books: Books, _facts: Facts, { digits, asOf }: Shown): string {
  const moved = COLUMNS.map(([column]) => column);
  const header = [
    'publisher_id',
    'month',
    'opening',
    ...moved,
    'closing',
    'gross',
    'tax_due',
    'returned',
    'payout',
    'disposition',
  ];
  const sorted = books.statements
    .filter((of) => of.day <= asOf)
    .sort(byText((of) => `${of.publisher}\u0000${of.month}`));
  const rows = sorted.map((of) => {
    const columns = COLUMNS.map(([, ...events]) =>
      events.reduce((all, event) => all + (of.moved.get(event) ?? 0n), 0n),
    );
    const money = [of.opening, ...columns, of.closing];
    const last = [of.gross, of.tax, of.returned, of.payout];
    return [of.publisher, of.month, ...[...money, ...last].map((amount) => amountText(amount, digits)), of.disposition];
  });
  return writeCsv(header, rows);
}

function ingest(_books: Books, facts: Facts): string {
  const kinds = ['accepted', 'duplicate', 'conflict', 'rejected', 'parked'] as const;
  const rows = Object.keys(SHAPES)
    .sort()
    .flatMap((feed) => {
      const counts = facts.counts.get(feed);
      return counts === undefined ? [] : [[feed, ...kinds.map((kind) => String(counts[kind]))]];
    });
  return writeCsv(['feed', ...kinds], rows);
}
