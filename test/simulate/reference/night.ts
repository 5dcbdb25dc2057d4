/** The nights of SPEC 4 and 7 to 11 over everything accepted, and the books they make. Naive: one line, one fact at a time. */
import { labourTax, share, shareOfShare } from './arithmetic.ts';
import { type Attribution, Evidence, valueAt } from './attribute.ts';
import { type Facts, TRADE } from './facts.ts';
import type { Parsed, Terms } from './feeds.ts';
import type { Settings } from './policy.ts';
import { nextDay, nextMonth } from './zone.ts';

export interface Leg {
  readonly debit: string;
  readonly credit: string;
  readonly amount: bigint;
}
export interface Entry {
  readonly id: string;
  readonly day: string;
  readonly occurredAt: number;
  readonly event: string;
  readonly subject: string;
  readonly legs: readonly Leg[];
}
export interface Statement {
  /** The day whose night issued it. */
  readonly day: string;
  readonly publisher: string;
  readonly month: string;
  readonly opening: bigint;
  /** Postings to payable by event, as the publisher sees them. */
  readonly moved: ReadonlyMap<string, bigint>;
  readonly closing: bigint;
  readonly gross: bigint;
  readonly tax: bigint;
  readonly returned: bigint;
  readonly payout: bigint;
  readonly disposition: 'paid' | 'carried' | 'frozen';
}
export interface Line {
  /** The day whose night attributed it. */
  readonly day: string;
  readonly order: Parsed;
  readonly seller: string;
  readonly attribution: Attribution;
  state: 'open' | 'settled' | 'done';
  held: boolean;
  receipt: Parsed | undefined;
  readonly refunds: Parsed[];
  feeRate: bigint;
  commission: bigint;
  fee: bigint;
  /** What the earning waits for; undefined where it does not. */
  waits: Wait | undefined;
}

/** Until a day, and, where `collect` is there, until the seller's charge is collected. */
interface Wait {
  readonly until: string;
  readonly collect: Charge | undefined;
}

/** What a seller was charged in a night: held by a deduction, or netted. */
interface Charge {
  heldBy: string | undefined;
}

const CLEARING_IN = 'assets:clearing:deductions';
const CLEARING_OUT = 'liabilities:clearing:payouts';
const BANK = 'assets:bank';
const FEE = 'revenues:service-fee';
const due = (seller: string): string => `assets:seller:${seller}:due`;
const owed = (publisher: string, pocket: string): string => `liabilities:publisher:${publisher}:${pocket}`;

/** At equal instants (SPEC 4). */
const RANK: Readonly<Record<string, number>> = {
  refunds: 1,
  corrections: 1,
  closures: 2,
  receipts: 3,
  'risk-decisions': 4,
};

export class Books {
  readonly lines = new Map<string, Line>();
  readonly entries: Entry[] = [];
  readonly statements: Statement[] = [];
  readonly balances = new Map<string, bigint>();
  readonly #facts: Facts;
  readonly #terms: Terms;
  readonly #ordinals = new Map<string, number>();
  #openMonth: string | undefined;
  /** Charges that have to be collected, by seller; those that no deduction holds are netted, or held this night. */
  readonly #charges = new Map<string, { readonly charge: Charge; loose: boolean }[]>();
  readonly #posted = new Set<Parsed>();

  constructor(facts: Facts, terms: Terms) {
    this.#facts = facts;
    this.#terms = terms;
  }

  balance(account: string): bigint {
    return this.balances.get(account) ?? 0n;
  }

  /** The balances by what was posted through a day, added up anew. */
  balancesOf(day: string): Map<string, bigint> {
    const balances = new Map<string, bigint>();
    for (const entry of this.entries) {
      if (entry.day > day) continue;
      for (const { debit, credit, amount } of entry.legs) {
        balances.set(debit, (balances.get(debit) ?? 0n) + amount);
        balances.set(credit, (balances.get(credit) ?? 0n) - amount);
      }
    }
    return balances;
  }

  night(day: string, settings: Settings): void {
    this.#openMonth ??= day.slice(0, 7);
    const evidence = new Evidence(this.#facts, settings);
    for (const { row, due: on } of this.#facts.list('orders')) {
      if (on !== day) continue;
      const id = String(row['order_line_id']);
      const old = this.#facts.old(id);
      const attribution = old === undefined ? evidence.attribute(row) : asItWas(old);
      this.lines.set(id, {
        day,
        order: row,
        seller: String(this.#facts.find('shops', String(row['shop_id']))?.['seller_id']),
        attribution,
        state: 'open',
        held: attribution.held,
        receipt: undefined,
        refunds: [],
        feeRate: 0n,
        commission: 0n,
        fee: 0n,
        waits: undefined,
      });
      if (typeof old?.['fee_rate'] === 'bigint') this.#settledBefore(id, old['fee_rate']);
    }
    for (const [id, line] of this.lines) this.#settle(day, id, line, settings);
    this.#bookResults(day);
    this.#open(day);
    this.#adjust(day);
    this.#deduct(day);
    this.#clear(day);
    if (Number(day.slice(8)) >= settings.payDay) this.#close(day, settings);
  }

  /** A line that old books had settled. */
  #settledBefore(id: string, feeRate: bigint): void {
    const line = this.lines.get(id);
    if (line === undefined) return;
    line.state = 'settled';
    line.feeRate = feeRate;
    const { commission, fee } = worth(line);
    line.commission = commission;
    line.fee = fee;
  }

  #post(day: string, occurredAt: number, event: string, subject: string, legs: readonly Leg[]): void {
    const posted = legs.flatMap(({ debit, credit, amount }) => {
      if (amount === 0n) return [];
      return [amount > 0n ? { debit, credit, amount } : { debit: credit, credit: debit, amount: -amount }];
    });
    if (posted.length === 0) return;
    const stem = `${day}.${event}.${subject}`;
    const ordinal = (this.#ordinals.get(stem) ?? 0) + 1;
    this.#ordinals.set(stem, ordinal);
    this.entries.push({ id: `${stem}.${ordinal}`, day, occurredAt, event, subject, legs: posted });
    for (const { debit, credit, amount } of posted) {
      this.balances.set(debit, this.balance(debit) + amount);
      this.balances.set(credit, this.balance(credit) - amount);
    }
  }

  #settle(day: string, id: string, line: Line, settings: Settings): void {
    const facts = this.#facts.ofLine(id).filter((fact) => fact.due === day);
    const instant = (fact: (typeof facts)[number]): number => Number(fact.row[TRADE[fact.feed] ?? '']);
    const rank = (fact: (typeof facts)[number]): number => RANK[fact.feed] ?? 0;
    facts.sort((a, b) => instant(a) - instant(b) || rank(a) - rank(b) || a.n - b.n);
    for (const fact of facts) {
      if (line.attribution.outcome === 'unattributed' || line.state === 'done') return;
      const at = instant(fact);
      if (fact.feed === 'refunds' || fact.feed === 'corrections') this.#refund(day, at, id, line, fact.row);
      else if (fact.feed === 'closures') line.state = 'done';
      else if (fact.feed === 'receipts') this.#receive(day, at, id, line, fact.row, settings);
      else if (fact.row['decision'] === 'release') this.#release(day, at, id, line);
      else this.#forfeit(day, at, id, line);
    }
  }

  #pocket(line: Line): string {
    return owed(line.attribution.publisher, line.held ? 'held' : line.waits === undefined ? 'payable' : 'clearing');
  }

  #receive(day: string, at: number, id: string, line: Line, receipt: Parsed, settings: Settings): void {
    line.receipt = receipt;
    line.feeRate = settings.serviceFeeRate;
    const { commission, fee } = worth(line);
    if (commission < settings.minimumCommission) {
      line.state = 'done';
      return;
    }
    line.state = 'settled';
    line.commission = commission;
    line.fee = fee;
    if (settings.clearingDays > 0 || settings.payWhenCollected) {
      const until = laterDay(day, settings.clearingDays);
      line.waits = { until, collect: settings.payWhenCollected ? this.#charge(line.seller) : undefined };
    }
    this.#post(day, at, 'CommissionSettled', id, [
      { debit: due(line.seller), credit: this.#pocket(line), amount: commission - fee },
      { debit: due(line.seller), credit: FEE, amount: fee },
    ]);
  }

  #refund(day: string, at: number, id: string, line: Line, refund: Parsed): void {
    line.refunds.push(refund);
    if (line.state !== 'settled') return;
    const left = worth(line);
    const commission = line.commission - left.commission;
    const fee = line.fee - left.fee;
    line.commission = left.commission;
    line.fee = left.fee;
    this.#giveBack(day, at, 'CommissionReversed', id, line, commission, fee);
  }

  #giveBack(day: string, at: number, event: string, id: string, line: Line, commission: bigint, fee: bigint): void {
    this.#post(day, at, event, id, [
      { debit: this.#pocket(line), credit: due(line.seller), amount: commission - fee },
      { debit: FEE, credit: due(line.seller), amount: fee },
    ]);
  }

  #release(day: string, at: number, id: string, line: Line): void {
    if (!line.held) return;
    if (line.state === 'settled') {
      const amount = line.commission - line.fee;
      const debit = this.#pocket(line);
      const credit = this.#pocket({ ...line, held: false });
      this.#post(day, at, 'CommissionReleased', id, [{ debit, credit, amount }]);
    }
    line.held = false;
  }

  /** A charge of this night, which its deduction will hold. */
  #charge(seller: string): Charge {
    const charge: Charge = { heldBy: undefined };
    this.#charges.set(seller, [...(this.#charges.get(seller) ?? []), { charge, loose: true }]);
    return charge;
  }

  /** After the deductions: what waited long enough becomes payable. */
  #clear(day: string): void {
    for (const [id, line] of this.lines) {
      if (line.waits === undefined || line.state !== 'settled' || line.held || line.waits.until > day) continue;
      const { collect } = line.waits;
      const holder = collect?.heldBy;
      if (holder !== undefined && this.#facts.instructions.get(holder)?.booked !== 'confirmed') continue;
      const debit = this.#pocket(line);
      line.waits = undefined;
      this.#post(day, this.#terms.zone.end(day), 'EarningCleared', id, [
        { debit, credit: this.#pocket(line), amount: line.commission - line.fee },
      ]);
    }
  }

  /** What two persons have approved through a day, and no night has posted. */
  #approved(feed: string, day: string): Parsed[] {
    const due = this.#facts.list(feed).filter((one) => one.due <= day && !this.#posted.has(one.row));
    for (const { row } of due) this.#posted.add(row);
    return due.map(({ row }) => row);
  }

  #open(day: string): void {
    for (const approval of this.#approved('cut-over-approvals', day)) {
      for (const row of this.#facts.openingsOf(String(approval['cut_over_id']))) {
        const amount = BigInt(String(row['amount']));
        const account = String(row['account']);
        const leg =
          account === 'due'
            ? { debit: due(String(row['seller_id'])), credit: 'equity:opening', amount }
            : { debit: 'equity:opening', credit: owed(String(row['publisher_id']), account), amount };
        this.#post(day, Number(approval['approved_at']), 'OpeningPosted', `opening:${row['opening_id']}`, [leg]);
      }
    }
  }

  #adjust(day: string): void {
    const approvals = this.#approved('adjustment-approvals', day);
    const id = (of: Parsed): string => String(of['adjustment_id']);
    approvals.sort((a, b) => Number(a['approved_at']) - Number(b['approved_at']) || (id(a) < id(b) ? -1 : 1));
    for (const approval of approvals) {
      const of = this.#facts.find('adjustments', id(approval)) ?? {};
      const at = Number(approval['approved_at']);
      const month = day.slice(0, 7);
      const leg = { debit: 'expenses:adjustment', amount: BigInt(String(of['amount'])) };
      if (of['publisher_id'] === null)
        this.#post(day, at, 'DueAdjusted', `due:${of['seller_id']}-${month}`, [
          { ...leg, credit: due(String(of['seller_id'])) },
        ]);
      else
        this.#post(day, at, 'AdjustmentPosted', `${of['publisher_id']}-${month}`, [
          { ...leg, credit: owed(String(of['publisher_id']), 'payable') },
        ]);
    }
  }

  #forfeit(day: string, at: number, id: string, line: Line): void {
    if (line.state === 'settled') this.#giveBack(day, at, 'CommissionForfeited', id, line, line.commission, line.fee);
    line.state = 'done';
    line.commission = 0n;
    line.fee = 0n;
  }

  #bookResults(day: string): void {
    for (const kind of ['deduction', 'payout']) {
      const results = this.#facts.list(`${kind}-results`).filter((result) => result.due === day);
      results.sort((a, b) => Number(a.row['at']) - Number(b.row['at']) || a.n - b.n);
      for (const { row } of results) this.#bookResult(day, row, String(row[`${kind}_id`]));
    }
  }

  #bookResult(day: string, row: Parsed, id: string): void {
    const instruction = this.#facts.instructions.get(id);
    if (instruction === undefined) throw new Error(`${id} was never instructed`);
    const { party, amount } = instruction;
    const wasConfirmed = instruction.booked === 'confirmed';
    const status = String(row['status']);
    instruction.booked = status;
    const at = Number(row['at']);
    const one = (event: string, debit: string, credit: string): void =>
      this.#post(day, at, event, id, [{ debit, credit, amount }]);
    if (instruction.kind === 'deduction') {
      if (status === 'confirmed') one('DeductionConfirmed', BANK, CLEARING_IN);
      else {
        one('DeductionFailed', due(party), wasConfirmed ? BANK : CLEARING_IN);
        for (const known of this.#charges.get(party) ?? []) known.loose ||= known.charge.heldBy === id;
      }
    } else if (status === 'confirmed') one('PayoutConfirmed', CLEARING_OUT, BANK);
    else one('PayoutReturned', wasConfirmed ? BANK : CLEARING_OUT, owed(party, 'returned'));
  }

  #instruct(day: string, kind: 'deduction' | 'payout', id: string, party: string, amount: bigint): void {
    const at = this.#terms.zone.start(day);
    this.#facts.instructions.set(id, { id, kind, party, amount, day, state: 'instructed', at, booked: 'instructed' });
  }

  #deduct(day: string): void {
    for (const [account, amount] of [...this.balances]) {
      const seller = /^assets:seller:(.*):due$/.exec(account)?.[1];
      if (seller === undefined || amount <= 0n) continue;
      const id = `D-${seller}-${day.replaceAll('-', '')}`;
      this.#instruct(day, 'deduction', id, seller, amount);
      const leg = { debit: CLEARING_IN, credit: account, amount };
      this.#post(day, this.#terms.zone.end(day), 'DeductionInstructed', id, [leg]);
    }
    for (const [seller, charges] of this.#charges) {
      const id = `D-${seller}-${day.replaceAll('-', '')}`;
      const holder = this.#facts.instructions.has(id) ? id : undefined;
      for (const known of charges) {
        if (known.loose) known.charge.heldBy = holder;
        known.loose = false;
      }
    }
  }

  #close(day: string, settings: Settings): void {
    const current = day.slice(0, 7);
    while (this.#openMonth !== undefined && this.#openMonth < current) {
      const month = this.#openMonth;
      const publishers = [...new Set(this.#facts.list('publishers').map(({ row }) => String(row['publisher_id'])))];
      for (const publisher of publishers) this.#statement(day, month, publisher, settings);
      this.#openMonth = nextMonth(month);
    }
  }

  #statement(day: string, month: string, publisher: string, settings: Settings): void {
    const payable = owed(publisher, 'payable');
    const moved = new Map<string, bigint>();
    let opening = 0n;
    for (const entry of this.entries) {
      for (const { debit, credit, amount } of entry.legs) {
        if (debit !== payable && credit !== payable) continue;
        const signed = credit === payable ? amount : -amount;
        const when = entry.day.slice(0, 7);
        if (when < month) opening += signed;
        else if (when === month) moved.set(entry.event, (moved.get(entry.event) ?? 0n) + signed);
      }
    }
    const returned = -this.balance(owed(publisher, 'returned'));
    if (moved.size === 0 && opening === 0n && returned === 0n) return;
    const closing = [...moved.values()].reduce((sum, amount) => sum + amount, opening);
    const now = -this.balance(payable);
    let gross = closing;
    if (now < gross) gross = now;
    if (gross < 0n) gross = 0n;
    const kind = this.#facts.find('publishers', publisher)?.['kind'];
    const taxed = settings.taxProfile === 'cn-labour' && kind === 'individual';
    const tax = taxed ? labourTax(gross, this.#terms.digits) : 0n;
    const payout = gross - tax + returned;
    const last = valueAt(this.#facts, 'publisher-status', { publisher_id: publisher }, this.#terms.zone.end(day) - 1);
    const active = (last?.['status'] ?? 'active') === 'active';
    const tooSmall = payout <= 0n || payout < settings.minimumPayout;
    const disposition = !active ? 'frozen' : tooSmall ? 'carried' : 'paid';
    const paid = disposition === 'paid';
    const figures = { opening, moved, closing, gross, returned, disposition } as const;
    this.statements.push({ day, publisher, month, ...figures, tax: paid ? tax : 0n, payout: paid ? payout : 0n });
    if (!paid) return;
    const end = this.#terms.zone.end(day);
    this.#post(day, end, 'TaxWithheld', `${publisher}-${month}`, [
      { debit: payable, credit: 'liabilities:tax:withheld', amount: tax },
    ]);
    const id = `P-${publisher}-${month.replace('-', '')}`;
    this.#instruct(day, 'payout', id, publisher, payout);
    this.#post(day, end, 'PayoutInstructed', id, [
      { debit: payable, credit: CLEARING_OUT, amount: gross - tax },
      { debit: owed(publisher, 'returned'), credit: CLEARING_OUT, amount: returned },
    ]);
  }
}

/** What a line is worth by the refunds that have taken effect (SPEC 7, base, C and F). */
function worth(line: Line): { commission: bigint; fee: bigint } {
  // What a correction adds is taken off with the other sign.
  const sign = (one: Parsed): bigint => ('correction_id' in one ? -1n : 1n);
  const sum = (refunds: Parsed[]): bigint =>
    refunds.reduce((all, one) => all + sign(one) * BigInt(String(one['amount'])), 0n);
  const when = (one: Parsed): number => Number(one['refunded_at'] ?? one['corrected_at']);
  const paid = BigInt(String(line.order['paid_amount']));
  const received = line.receipt?.['received_amount'];
  let base = paid - sum(line.refunds);
  if (typeof received === 'bigint') {
    const confirmed = Number(line.receipt?.['confirmed_at']);
    const early = sum(line.refunds.filter((one) => when(one) <= confirmed));
    const later = sum(line.refunds.filter((one) => when(one) > confirmed));
    base = (received < paid - early ? received : paid - early) - later;
  }
  if (base < 0n) base = 0n;
  const { rate } = line.attribution;
  return { commission: share(base, rate), fee: shareOfShare(base, rate, line.feeRate) };
}

function laterDay(day: string, days: number): string {
  return days === 0 ? day : laterDay(nextDay(day), days - 1);
}

/** Who earns a line of old books is as they had it. */
function asItWas(old: Parsed): Attribution {
  const rate = BigInt(String(old['rate']));
  return {
    outcome: 'attributed',
    reason: '',
    pid: String(old['pid']),
    publisher: String(old['pid']).split('_')[1] ?? '',
    clickId: '',
    trace: String(old['trace']),
    planId: '',
    rate,
    estimate: share(BigInt(String(old['paid_amount'])), rate),
    signals: [],
    held: false,
  };
}
