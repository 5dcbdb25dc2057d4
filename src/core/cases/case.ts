/**
 * A case of the risk desk: the lines that one pattern gathers, what is at stake in those that nobody has answered yet,
 * and how it stands. A case is no record: it is what the log and the decisions delivered say when it is looked at.
 */
import type { ClickEvidence } from '../attribution/click.ts';
import { addDays, type Calendar, type Day } from '../calendar.ts';
import type { Money } from '../money.ts';
import type { Policy } from '../policy/policy.ts';
import type { FiredSignal } from '../signals/index.ts';
import { type Decision, holds, pendingOf } from './decision.ts';
import type { CaseKey } from './pattern.ts';

/** A line as the desk sees it. */
export interface CaseLine {
  readonly orderLineId: string;
  /** The day whose night attributed it. */
  readonly businessDay: Day;
  readonly paidAt: number;
  readonly paid: Money;
  readonly buyer: string;
  readonly shop: string;
  readonly sellerId: string;
  /** Null of an unattributed line, which only a dispute can be about. */
  readonly publisherId: string | null;
  readonly pid: string;
  readonly click: ClickEvidence | null;
  readonly signals: readonly FiredSignal[];
  readonly state: 'unattributed' | 'attributed' | 'settled' | 'voided' | 'forfeited';
  readonly hold: 'none' | 'held' | 'released';
  /** Given to the publisher it had been taken from: for its first one, forfeited. */
  readonly restored: boolean;
  /** A risk decision about it was delivered, whether its night has been run or not. */
  readonly answered: boolean;
  readonly estimate: Money;
  /** As it stands settled; 0 before. */
  readonly commission: Money;
  readonly fee: Money;
  readonly earning: Money;
}

/** Lines of a month that are alike, of one PID and standing alike, without their evidence; their amounts are added up. */
export type LikeLines = Pick<CaseLine, 'publisherId' | 'pid' | 'state' | 'hold' | 'restored' | 'answered'> &
  Pick<CaseLine, 'estimate' | 'commission' | 'fee' | 'earning'> & {
    readonly count: number;
    readonly first: Day;
    readonly last: Day;
    readonly buyers: readonly string[];
  };

export interface Dispute {
  readonly disputeId: string;
  readonly sellerId: string;
  readonly at: number;
  readonly reason: string;
}

/** How a case stands: `decided` by its own decision, `closed` where its lines were answered one by one. */
export type CaseState = 'open' | 'overdue' | 'proposed' | 'appealed' | 'decided' | 'closed';

export interface CaseSummary extends CaseKey {
  readonly publishers: readonly string[];
  readonly pids: number;
  readonly lines: number;
  /** Lines nobody has answered: only they are at stake. */
  readonly open: number;
  readonly buyers: number;
  /** Of the open lines: what lies in held, and C and F as settled. */
  readonly held: Money;
  readonly commission: Money;
  readonly fee: Money;
  /** Of open lines not yet settled, what their commission is estimated at. */
  readonly estimate: Money;
  readonly first: Day;
  readonly last: Day;
  readonly deadline: Day | null;
  readonly state: CaseState;
}

/**
 * Whether a line of a case still waits for an answer. A dispute is answered by a decision of its own; a line with
 * signals by any risk decision about it, whoever delivered it.
 */
export function isOpen(
  line: Pick<CaseLine, 'state' | 'hold' | 'restored' | 'answered'>,
  key: CaseKey,
  decisions: readonly Decision[],
): boolean {
  if (line.state === 'voided' || line.state === 'forfeited' || line.state === 'unattributed') return false;
  if (key.pattern === 'dispute')
    return !decisions.some((one) => holds(one) && (one.decision === 'reject' || line.answered));
  return !line.answered && !line.restored && line.hold !== 'released';
}

/** What would be given back or released for a line: its commission, or before its receipt what it is estimated at. */
export function stakeOf(line: CaseLine): Money {
  return line.state === 'settled' ? line.commission : line.estimate;
}

/** What a case is looked at with. */
export interface CaseTerms {
  readonly policy: Policy;
  readonly calendar: Calendar;
  /** The first day not yet run: deadlines are counted by the book's days. */
  readonly today: Day | null;
}

/** Gathers a case line by line, in any order, without keeping the lines. */
export class CaseFold {
  readonly #key: CaseKey;
  readonly #decisions: readonly Decision[];
  readonly #dispute: Dispute | undefined;
  readonly #publishers = new Set<string>();
  readonly #pids = new Set<string>();
  readonly #buyers = new Set<string>();
  #lines = 0;
  #open = 0;
  #sums = { held: 0n, commission: 0n, fee: 0n, estimate: 0n };
  #first: Day | undefined;
  #last: Day | undefined;
  #firstOpen: Day | undefined;

  constructor(key: CaseKey, decisions: readonly Decision[], dispute?: Dispute) {
    this.#key = key;
    this.#decisions = decisions;
    this.#dispute = dispute;
  }

  add(line: CaseLine): void {
    this.addLike({ ...line, count: 1, first: line.businessDay, last: line.businessDay, buyers: [line.buyer] });
  }

  /** Adds lines that are alike together. */
  addLike(lines: LikeLines): void {
    const { first, last, count } = lines;
    this.#lines += count;
    if (lines.publisherId !== null) this.#publishers.add(lines.publisherId);
    this.#pids.add(lines.pid);
    for (const buyer of lines.buyers) this.#buyers.add(buyer);
    this.#first = this.#first === undefined || first < this.#first ? first : this.#first;
    this.#last = this.#last === undefined || last > this.#last ? last : this.#last;
    if (!isOpen(lines, this.#key, this.#decisions)) return;
    this.#open += count;
    this.#firstOpen = this.#firstOpen === undefined || first < this.#firstOpen ? first : this.#firstOpen;
    if (lines.state === 'settled') {
      this.#sums.commission += lines.commission;
      this.#sums.fee += lines.fee;
      if (lines.hold === 'held') this.#sums.held += lines.earning;
    } else this.#sums.estimate += lines.estimate;
  }

  summary(terms: CaseTerms): CaseSummary {
    const deadline = this.#deadline(terms);
    return {
      ...this.#key,
      publishers: [...this.#publishers].sort(),
      pids: this.#pids.size,
      lines: this.#lines,
      open: this.#open,
      buyers: this.#buyers.size,
      ...this.#sums,
      first: this.#first ?? '',
      last: this.#last ?? '',
      deadline,
      state: this.#state(deadline, terms.today),
    };
  }

  #deadline({ policy, calendar }: CaseTerms): Day | null {
    if (this.#open === 0 || this.#firstOpen === undefined) return null;
    if (this.#dispute !== undefined) return addDays(calendar.dayOf(this.#dispute.at), policy.disputeDays);
    return addDays(this.#firstOpen, policy.caseDeadlineDays);
  }

  #state(deadline: Day | null, today: Day | null): CaseState {
    if (this.#open > 0) {
      if (pendingOf(this.#decisions) !== undefined) return 'proposed';
      return deadline !== null && today !== null && today > deadline ? 'overdue' : 'open';
    }
    const appealed = this.#decisions.some(({ appeals }) => appeals.some(({ end }) => end === null));
    if (appealed) return 'appealed';
    return this.#decisions.some(holds) ? 'decided' : 'closed';
  }
}
