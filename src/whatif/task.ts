/**
 * Decides the order lines of one night again, some partitions of it: as the night did, which has to give what the book
 * has to the byte, and under other rules. It reads in a shared snapshot and writes nothing.
 */

import type { Day, Instant } from '../core/calendar.ts';
import { bodyText } from '../core/events/event.ts';
import { addTo } from '../core/groups.ts';
import type { Policy } from '../core/policy/policy.ts';
import type { DatedFact } from '../core/settlement/line-nights.ts';
import { type Changes, isChanged, replacedBy, revised } from '../core/whatif/changes.ts';
import { type Outcome, outcomeOf } from '../core/whatif/outcome.ts';
import { type ChangedLine, type PackedTally, Tally } from '../core/whatif/tally.ts';
import { AS_THEY_WERE, type OtherRules, type PastNight, PastNights, type Seen } from '../night/past-nights.ts';
import { Refused } from '../night/run.ts';
import type { Session } from '../store/connection/session.ts';
import { type Cursor, type DueLine, linesDue } from '../store/night/facts.ts';
import { type BookedLine, bookedLines, factsThrough } from '../store/whatif/reads.ts';
import { clickMark } from './clicks-that-sold.ts';

/** A night as it was: what it saw, and the version of the policy it used. */
export interface DatedNight {
  readonly day: Day;
  readonly through: bigint;
  readonly policyVersion: number;
}

/** What deciding again is told at its start, as it travels to a thread. */
export interface AgainTerms {
  readonly digits: number;
  /** Every completed night of the book; the last one ends what counts as having happened. */
  readonly nights: readonly DatedNight[];
  readonly policies: readonly { readonly version: number; readonly policy: Policy }[];
  readonly changes: Changes;
  /** Changed lines to keep, the largest. */
  readonly top: number;
  /** Also hand on every changed line. */
  readonly everyLine: boolean;
  /** Also hand on which clicks between two instants (the second left out) brought a sale. */
  readonly buying: readonly [from: Instant, to: Instant] | null;
}

export interface AgainTask {
  readonly day: Day;
  /** In order and without a gap. */
  readonly partitions: readonly number[];
}

/** What a batch came to. */
export interface BatchAgain {
  readonly lines: number;
  readonly tally: PackedTally;
  readonly changed: readonly ChangedLine[];
  /** The clicks that brought a sale, by the shop clicked: marks of clicks (see buying.ts). */
  readonly buying: readonly (readonly [shop: string, marks: BigUint64Array])[];
}

/** An order line decided twice. */
export interface Twice {
  readonly line: DueLine;
  readonly book: Outcome;
  readonly other: Outcome;
}

/** Lines a batch holds. */
const LINES_A_BATCH = 1500;

/** Decides a book's lines twice: as its nights did, and under the changes. One for a connection. */
export class Again {
  readonly #session: Session;
  readonly #terms: AgainTerms;
  readonly #nights: PastNights;
  readonly #nightOn: (day: Day) => PastNight;
  readonly #other: OtherRules;
  readonly #last: Day;

  constructor(session: Session, terms: AgainTerms) {
    this.#session = session;
    this.#terms = terms;
    this.#nightOn = nightsByDay(terms);
    this.#nights = new PastNights(session, terms.digits, this.#nightOn);
    const replaced = replacedBy(terms.changes);
    this.#other = { policy: terms.changes.policy, revise: (known) => revised(known, replaced) };
    this.#last = terms.nights.at(-1)?.day ?? '';
  }

  /** Decides the lines of a task, batch by batch. Call it in the snapshot. */
  async take(task: AgainTask, onBatch: (batch: BatchAgain) => void): Promise<void> {
    let cursor: Cursor | undefined = { partition: task.partitions[0] ?? 0, after: '' };
    while (cursor !== undefined) {
      const lines: DueLine[] = await linesDue(this.#session, task.day, task.partitions, cursor, LINES_A_BATCH);
      // What old books decided is not decided again.
      const ours = lines.filter((line) => line.broughtIn === null);
      if (ours.length > 0) onBatch(this.#tallied(await this.twice(task.day, ours)));
      const last = lines.at(-1);
      cursor =
        last === undefined || lines.length < LINES_A_BATCH
          ? undefined
          : { partition: last.partition, after: last.orderLineId };
    }
  }

  #tallied(lines: readonly Twice[]): BatchAgain {
    const { top, everyLine, buying } = this.#terms;
    const tally = new Tally(top);
    const changed: ChangedLine[] = [];
    const marks = new Map<string, bigint[]>();
    for (const { book, other } of lines) {
      const line = tally.add(book, other);
      if (line !== undefined && everyLine) changed.push(line);
      if (buying !== null && other.stands.commission > 0n) markBuying(other, buying, marks);
    }
    const packed = [...marks].map(([shop, list]) => [shop, BigUint64Array.from(list)] as const);
    return { lines: lines.length, tally: tally.pack(), changed, buying: packed };
  }

  /**
   * Decides some lines of one night, as it did and under the other rules.
   * @throws Refused where deciding again does not give what the book has
   */
  async twice(day: Day, lines: readonly DueLine[]): Promise<Twice[]> {
    const { changes, digits } = this.#terms;
    const seen = await this.#nights.seen(day, this.#nightOn(day), lines, [this.#other]);
    const booked = await bookedLines(this.#session, lines);
    const facts = await factsThrough(this.#session, lines, this.#last);
    const own = await this.#outcomes(lines, seen, facts, AS_THEY_WERE);
    for (const [at, line] of lines.entries()) {
      const departure = departureOf(own[at], booked.get(line.orderLineId), this.#last, digits);
      if (departure !== undefined) throw notAgain(line.orderLineId, day, departure);
    }
    const others = isChanged(changes) ? await this.#outcomes(lines, seen, facts, this.#other) : own;
    return lines.flatMap((line, at) => {
      const [book, changed] = [own[at], others[at]];
      return book === undefined || changed === undefined ? [] : [{ line, book, other: changed }];
    });
  }

  /** What comes of some lines, in their order, under some rules. */
  async #outcomes(
    lines: readonly DueLine[],
    seen: Seen,
    facts: ReadonlyMap<string, readonly DatedFact[]>,
    rules: OtherRules,
  ): Promise<Outcome[]> {
    const attributions = this.#nights.attribute(lines, seen, rules);
    const begun = attributions.map((event) => ({ event, facts: facts.get(event.subject) ?? [] }));
    const lives = await this.#nights.lives(begun, rules);
    return attributions.map((attribution, at) => outcomeOf(attribution, lives[at]));
  }
}

/** The nights of the terms by their day. */
function nightsByDay({ nights, policies }: AgainTerms): (day: Day) => PastNight {
  const byDay = new Map(nights.map((night) => [night.day, night]));
  const byVersion = new Map(policies.map(({ version, policy }) => [version, policy]));
  return (day) => {
    const night = byDay.get(day);
    if (night === undefined) throw new Error(`the book has no night of ${day}: see cps verify`);
    const policy = byVersion.get(night.policyVersion);
    if (policy === undefined) throw new Error(`policy ${night.policyVersion} is not in this book: see cps verify`);
    return { ...night, policy };
  };
}

function markBuying(
  { attribution, events }: Outcome,
  [from, to]: readonly [Instant, Instant],
  marks: Map<string, bigint[]>,
): void {
  const given = events.find((event) => event.type === 'CommissionRestored');
  const winner = (given ?? attribution).body.tested.at(-1)?.candidate;
  if (winner === undefined || 'coupon' in winner) return;
  const at = Date.parse(winner.at);
  if (at < from || at >= to) return;
  addTo(marks, winner.shop, clickMark(winner));
}

/** In what a line decided again departs from what the book has; undefined where it does not, to the byte. */
function departureOf(
  again: Outcome | undefined,
  booked: BookedLine | undefined,
  last: Day,
  digits: number,
): string | undefined {
  if (booked === undefined || again === undefined) return 'its attribution';
  const { attribution, standing, events } = again;
  if (booked.type !== attribution.type || booked.body !== bodyText(attribution, digits)) return 'its attribution';
  if (booked.publisher_id !== attribution.publisherId || booked.seller_id !== attribution.sellerId)
    return 'its parties';
  // A night under way may have moved the line beyond the last completed one.
  if (standing === null || (booked.moved_on !== null && booked.moved_on > last)) return undefined;
  if ((booked.state === null) !== (events.length === 0)) return 'what became of it';
  if (booked.state === null) return undefined;
  const { settled, restored } = standing;
  const same =
    booked.state === standing.state &&
    booked.hold === standing.hold &&
    booked.restored_pid === (restored?.pid ?? null) &&
    booked.restored_click === (restored?.click ?? null) &&
    booked.commission === (settled?.commission ?? null) &&
    booked.fee === (settled?.fee ?? null) &&
    booked.earning === (settled?.earning ?? null);
  return same ? undefined : 'what became of it';
}

function notAgain(line: string, day: Day, what: string): Refused {
  return new Refused(
    `order line ${line} of ${day} cannot be decided again: ${what} comes out otherwise than the book has it, as when its clicks are no longer kept; take a later span, or see cps verify --deep`,
  );
}
