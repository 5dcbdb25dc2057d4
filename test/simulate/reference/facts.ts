/** What the reference has accepted so far, and how it judges a row (SPEC 3). Naive: lists in the order of acceptance. */
import { keyText, type Parsed, readRow, sameValues, shapeOf, type Terms } from './feeds.ts';

export type Verdict = 'accepted' | 'duplicate' | 'conflict' | 'rejected' | 'parked';
export type Counts = Record<Verdict, number>;

/** An accepted row; `n` counts acceptances, `due` is the day whose night takes a fact. */
export interface Accepted {
  readonly row: Parsed;
  readonly n: number;
  readonly due: string;
}

/** A deduction or payout once instructed. */
export interface Instruction {
  readonly id: string;
  readonly kind: 'deduction' | 'payout';
  readonly party: string;
  readonly amount: bigint;
  readonly day: string;
  /** The state by the results accepted, and the instant of the last of them. */
  state: string;
  at: number;
  /** The state by what the nights have booked. */
  booked: string;
}

interface Parked {
  readonly feed: string;
  readonly key: string;
  readonly row: Parsed;
}

/** Feeds of facts about an order line, with the column of their instant. */
export const TRADE: Readonly<Record<string, string>> = {
  receipts: 'confirmed_at',
  closures: 'closed_at',
  refunds: 'refunded_at',
  corrections: 'corrected_at',
  'risk-decisions': 'decided_at',
};

/** The feed a row's column names, where that has to be known. */
const PARENTS: Readonly<Record<string, readonly (readonly [column: string, parent: string])[]>> = {
  'publisher-status': [['publisher_id', 'publishers']],
  sites: [['publisher_id', 'publishers']],
  'site-reviews': [['site_id', 'sites']],
  adzones: [['site_id', 'sites']],
  permissions: [['site_id', 'sites']],
  withdrawals: [['site_id', 'sites']],
  applications: [['site_id', 'sites']],
  'application-decisions': [['application_id', 'applications']],
  notices: [['site_id', 'sites']],
  'notice-cancellations': [['notice_id', 'notices']],
  programme: [['shop_id', 'shops']],
  plans: [['shop_id', 'shops']],
  rates: [['plan_id', 'plans']],
  'plan-members': [
    ['plan_id', 'plans'],
    ['publisher_id', 'publishers'],
  ],
  orders: [['shop_id', 'shops']],
  'adjustment-approvals': [['adjustment_id', 'adjustments']],
  'opening-lines': [['shop_id', 'shops']],
};

const sameName = (a: unknown, b: unknown): boolean => String(a).toLowerCase() === String(b).toLowerCase();

export class Facts {
  readonly #terms: Terms;
  readonly #versions = new Map<string, Parsed[]>();
  readonly #accepted = new Map<string, Accepted[]>();
  readonly #byLine = new Map<string, (Accepted & { readonly feed: string })[]>();
  readonly #parked = new Map<string, Parked[]>();
  readonly #old = new Map<string, { readonly row: Parsed; readonly due: string }>();
  readonly counts = new Map<string, Counts>();
  readonly instructions = new Map<string, Instruction>();
  #n = 0;
  /** The first day not yet opened; undefined before a first night. */
  nextDay: string | undefined;

  constructor(terms: Terms) {
    this.#terms = terms;
  }

  list(feed: string): readonly Accepted[] {
    return this.#accepted.get(feed) ?? [];
  }

  /** The latest version of the row with that id, in a feed whose key is one id. */
  find(feed: string, id: string): Parsed | undefined {
    return this.#versions.get(`${feed} ${JSON.stringify([id])}`)?.at(-1);
  }

  /** The instant from which a site is over; infinity where it is not withdrawn. */
  withdrawnAt(site: string): number {
    return Number(this.find('withdrawals', site)?.['withdrawn_at'] ?? Number.POSITIVE_INFINITY);
  }

  /** The accepted trade facts and decisions of a line. */
  ofLine(id: string): readonly (Accepted & { readonly feed: string })[] {
    return this.#byLine.get(id) ?? [];
  }

  line(id: string): Parsed | undefined {
    return this.find('orders', id);
  }

  /** The latest versions of all rows of a feed. */
  latest(feed: string): Parsed[] {
    const found: Parsed[] = [];
    for (const [key, versions] of this.#versions) {
      const last = versions.at(-1);
      if (key.startsWith(`${feed} `) && last !== undefined) found.push(last);
    }
    return found;
  }

  deliver(feed: string, cells: Readonly<Record<string, string>>): Verdict {
    const verdict = this.#judge(feed, cells);
    this.#count(feed, verdict, 1);
    if (feed === 'orders' && verdict === 'accepted') this.#wake(cells['order_line_id'] ?? '');
    return verdict;
  }

  #count(feed: string, verdict: Verdict, by: number): void {
    const counts = this.counts.get(feed) ?? { accepted: 0, duplicate: 0, conflict: 0, rejected: 0, parked: 0 };
    counts[verdict] += by;
    this.counts.set(feed, counts);
  }

  #judge(feed: string, cells: Readonly<Record<string, string>>): Verdict {
    const row = readRow(feed, cells, this.#terms);
    if (row === undefined) return 'rejected';
    if (feed === 'orders' && this.#handedOn(String(row['order_line_id']))) return 'rejected';
    const key = `${feed} ${keyText(feed, row)}`;
    const versions = this.#versions.get(key);
    const names = Object.keys(shapeOf(feed).columns);
    if (versions !== undefined) {
      if (versions.some((version) => sameValues(names, version, row))) return 'duplicate';
      if (!this.#amends(feed, versions.at(-1), row)) return 'conflict';
      versions.push(row);
      this.#accept(feed, row);
      return 'accepted';
    }
    for (const [column, parent] of PARENTS[feed] ?? [])
      if (this.find(parent, String(row[column])) === undefined) return 'rejected';
    if (feed in TRADE && this.line(String(row['order_line_id'])) === undefined) {
      const line = String(row['order_line_id']);
      this.#parked.set(line, [...(this.#parked.get(line) ?? []), { feed, key, row }]);
      this.#versions.set(key, [row]);
      return 'parked';
    }
    if (!this.#possible(feed, row)) return 'rejected';
    this.#versions.set(key, [row]);
    this.#accept(feed, row);
    return 'accepted';
  }

  #amends(feed: string, last: Parsed | undefined, row: Parsed): boolean {
    if (last === undefined) return false;
    const { columns, amendable } = shapeOf(feed);
    const fixed = (may: readonly string[]): string[] => Object.keys(columns).filter((name) => !may.includes(name));
    if (feed === 'rates') return last['valid_to'] === null && sameValues(fixed(['valid_to']), last, row);
    return amendable !== undefined && sameValues(fixed(amendable), last, row);
  }

  #possible(feed: string, row: Parsed): boolean {
    const trade = TRADE[feed];
    if (trade !== undefined) return this.#tradePossible(feed, row, Number(row[trade]));
    if (feed === 'rates' && row['scope'] === 'shop')
      return this.find('plans', String(row['plan_id']))?.['shop_id'] === row['scope_id'];
    if (feed === 'applications' || feed === 'notices') {
      const asked = Number(row[feed === 'notices' ? 'issued_at' : 'applied_at']);
      if (asked >= this.withdrawnAt(String(row['site_id']))) return false;
      return feed === 'applications' ? this.#appliable(row) : !this.#isOpened(Number(row['effective_at']));
    }
    if (feed === 'application-decisions')
      return (
        Number(row['decided_at']) >= Number(this.find('applications', String(row['application_id']))?.['applied_at'])
      );
    if (feed === 'notice-cancellations') return this.#cancellable(row);
    if (feed === 'deduction-results' || feed === 'payout-results') return this.#resultPossible(feed, row);
    if (feed === 'adjustments' || feed === 'openings') return this.#partyKnown(row) && !this.#signedOff(row);
    if (feed === 'opening-lines') return this.#lineTakeable(row) && !this.#signedOff(row);
    if (feed === 'adjustment-approvals') return this.#approvable(row);
    if (feed === 'cut-over-approvals') return this.#signable(row);
    return true;
  }

  #partyKnown(row: Parsed): boolean {
    const { publisher_id: publisher, seller_id: seller } = row;
    if (typeof publisher === 'string') return this.find('publishers', publisher) !== undefined;
    return this.latest('shops').some((shop) => shop['seller_id'] === seller);
  }

  #signedOff(row: Parsed): boolean {
    return 'cut_over_id' in row && this.find('cut-over-approvals', String(row['cut_over_id'])) !== undefined;
  }

  #approvable(row: Parsed): boolean {
    const proposed = this.find('adjustments', String(row['adjustment_id']));
    if (proposed === undefined || sameName(proposed['proposed_by'], row['approved_by'])) return false;
    return Number(row['approved_at']) >= Number(proposed['proposed_at']);
  }

  #signable(row: Parsed): boolean {
    const openings = this.openingsOf(String(row['cut_over_id']));
    const lines = this.oldLines(String(row['cut_over_id']));
    if ([...openings, ...lines].some((one) => sameName(one['prepared_by'], row['approved_by']))) return false;
    if (openings.length + lines.length === 0) return false;
    const last = (one: Parsed): number => Number(one['confirmed_at'] ?? one['paid_at']);
    if (
      lines.some(
        (one) => last(one) > Number(row['approved_at']) || this.line(String(one['order_line_id'])) !== undefined,
      )
    )
      return false;
    const paid = lines.reduce((all, one) => all + BigInt(String(one['paid_amount'])), 0n);
    return (
      openings.length === row['openings'] &&
      lines.length === (row['lines'] ?? 0) &&
      paid === BigInt(String(row['lines_paid'] ?? 0)) &&
      ['payable', 'returned', 'due'].every((account) => totalOf(openings, account) === row[account])
    );
  }

  /** Whether old books hand the line on, signed off or not. */
  #handedOn(line: string): boolean {
    return this.find('opening-lines', line) !== undefined;
  }

  /** A PID of the registry, and no order line that is here already. */
  #lineTakeable(row: Parsed): boolean {
    const [, publisher, site, adzone, ...more] = String(row['pid']).split('_');
    const known =
      String(row['pid']).startsWith('mm_') &&
      more.length === 0 &&
      this.find('publishers', String(publisher)) !== undefined &&
      this.find('sites', String(site)) !== undefined &&
      this.find('adzones', String(adzone)) !== undefined;
    return known && this.line(String(row['order_line_id'])) === undefined;
  }

  /** The lines of old books become order lines with the sign-off, due in its night. */
  #takeIn(approval: Parsed, due: string): void {
    for (const old of this.oldLines(String(approval['cut_over_id']))) {
      const id = String(old['order_line_id']);
      const row: Parsed = { ...pick(old, Object.keys(shapeOf('orders').columns)), coupon_pid: null };
      this.#versions.set(`orders ${JSON.stringify([id])}`, [row]);
      this.#old.set(id, { row: old, due });
      this.#n += 1;
      this.#accepted.set('orders', [...(this.#accepted.get('orders') ?? []), { row, n: this.#n, due }]);
      this.#wake(id);
    }
  }

  /** What old books had of a line; undefined of one delivered as an order. */
  old(id: string): Parsed | undefined {
    return this.#old.get(id)?.row;
  }

  oldLines(cutOver: string): Parsed[] {
    return this.latest('opening-lines').filter((one) => one['cut_over_id'] === cutOver);
  }

  openingsOf(cutOver: string): Parsed[] {
    return this.latest('openings').filter((one) => one['cut_over_id'] === cutOver);
  }

  /** SPEC 12: nobody loses a right on a day that was opened before the notice came. */
  #isOpened(at: number): boolean {
    return this.nextDay !== undefined && this.#terms.zone.day(at) < this.nextDay;
  }

  /** SPEC 12: one application is open at a time for a site and permission, and fifteen days lie after a rejection. */
  #appliable(row: Parsed): boolean {
    const at = Number(row['applied_at']);
    return this.latest('applications').every((other) => {
      if (other['site_id'] !== row['site_id'] || other['permission'] !== row['permission']) return true;
      const decision = this.find('application-decisions', String(other['application_id']));
      if (decision === undefined || at < Number(decision['decided_at'])) return false;
      return decision['decision'] === 'approve' || at >= Number(decision['decided_at']) + 15 * 86_400_000;
    });
  }

  /** A notice is cancelled for a permission that it is about, while it runs. */
  #cancellable(row: Parsed): boolean {
    const notice = this.find('notices', String(row['notice_id']));
    const at = Number(row['cancelled_at']);
    const isAbout = String(notice?.['permissions']).split(';').includes(String(row['permission']));
    return isAbout && Number(notice?.['issued_at']) <= at && at < Number(notice?.['effective_at']);
  }

  #tradePossible(feed: string, row: Parsed, at: number): boolean {
    const id = String(row['order_line_id']);
    const line = this.line(id);
    if (line === undefined || at < Number(line['paid_at'])) return false;
    const of = (other: string): Accepted[] => this.ofLine(id).filter((one) => one.feed === other);
    const amount = (one: { readonly row: Parsed }): bigint => BigInt(String(one.row['amount']));
    const added = of('corrections').filter((one) => amount(one) > 0n && Number(one.row['corrected_at']) <= at);
    const paid = added.reduce((all, one) => all + amount(one), BigInt(String(line['paid_amount'])));
    if (feed === 'receipts' || feed === 'closures') {
      if (of('receipts').length + of('closures').length > 0) return false;
      if ((this.old(id)?.['confirmed_at'] ?? null) !== null) return false;
      const received = row['received_amount'];
      return typeof received !== 'bigint' || received <= paid;
    }
    const takes = feed === 'refunds' ? amount({ row }) : feed === 'corrections' ? -amount({ row }) : 0n;
    if (takes <= 0n) return true;
    const less = of('corrections').filter((one) => amount(one) < 0n);
    const before = less.reduce(
      (all, one) => all - amount(one),
      of('refunds').reduce((all, one) => all + amount(one), 0n),
    );
    return before + takes <= paid;
  }

  /** SPEC 10, Results: moves the instruction on where the result follows. */
  #resultPossible(feed: string, row: Parsed): boolean {
    const kind = feed === 'deduction-results' ? 'deduction' : 'payout';
    const instruction = this.instructions.get(String(row[`${kind}_id`]));
    if (instruction === undefined || instruction.kind !== kind) return false;
    const follows: Record<string, string[]> = {
      instructed: ['confirmed', 'failed', 'returned'],
      confirmed: ['failed', 'returned'],
    };
    const status = String(row['status']);
    const at = Number(row['at']);
    if (!follows[instruction.state]?.includes(status) || at < instruction.at) return false;
    instruction.state = status;
    instruction.at = at;
    return true;
  }

  #accept(feed: string, row: Parsed): void {
    const approved = feed === 'adjustment-approvals' || feed === 'cut-over-approvals';
    const instant = TRADE[feed] ?? (feed === 'orders' ? 'paid_at' : approved ? 'approved_at' : 'at');
    const own = instant in row ? this.#terms.zone.day(Number(row[instant])) : '';
    const from = feed in TRADE ? (this.#old.get(String(row['order_line_id']))?.due ?? '') : '';
    const due = [own, this.nextDay ?? '', from].reduce((latest, day) => (day > latest ? day : latest));
    this.#n += 1;
    const list = this.#accepted.get(feed) ?? [];
    list.push({ row, n: this.#n, due });
    this.#accepted.set(feed, list);
    const line = row['order_line_id'];
    if (feed in TRADE && typeof line === 'string')
      this.#byLine.set(line, [...(this.#byLine.get(line) ?? []), { feed, row, n: this.#n, due }]);
    if (feed === 'cut-over-approvals') this.#takeIn(row, due);
  }

  /** Judges what was parked for a line, in the order it was parked, now that the line is there. */
  #wake(line: string): void {
    const parked = this.#parked.get(line) ?? [];
    this.#parked.delete(line);
    for (const { feed, key, row } of parked) {
      this.#count(feed, 'parked', -1);
      if (this.#possible(feed, row)) {
        this.#accept(feed, row);
        this.#count(feed, 'accepted', 1);
      } else {
        this.#versions.delete(key);
        this.#count(feed, 'rejected', 1);
      }
    }
  }
}

/** What the openings of a cut-over come to on one of the accounts. */
export function totalOf(openings: readonly Parsed[], account: string): bigint {
  return openings
    .filter((one) => one['account'] === account)
    .reduce((all, one) => all + BigInt(String(one['amount'])), 0n);
}

function pick(row: Parsed, names: readonly string[]): Parsed {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}
