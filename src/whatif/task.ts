/**
 * Decides the order lines of one night again, some partitions of it: as the night did, which has to give what the book
 * has to the byte, and under other rules. It reads in a shared snapshot and writes nothing.
 */
import { type AttributionTerms, attribute, reach } from '../core/attribution/attribution.ts';
import type { Click } from '../core/attribution/click.ts';
import { type Known, Registry } from '../core/attribution/registry.ts';
import type { Day, Instant } from '../core/calendar.ts';
import { bodyText } from '../core/events/event.ts';
import type { Policy } from '../core/policy/policy.ts';
import { type DatedFact, nightsRestoring } from '../core/settlement/line-nights.ts';
import { restorationNeeds } from '../core/settlement/restoration.ts';
import { type Changes, isChanged, replacedBy, revised } from '../core/whatif/changes.ts';
import { type Attribution, type Outcome, outcomeOf } from '../core/whatif/outcome.ts';
import { type ChangedLine, type PackedTally, Tally } from '../core/whatif/tally.ts';
import { clicksFor, needsOf } from '../night/clicks.ts';
import { Refused } from '../night/run.ts';
import type { Session } from '../store/connection/session.ts';
import { type Cursor, type DueLine, linesDue } from '../store/night/facts.ts';
import { REMEMBERED, RegistryLoader } from '../store/registry/registry.ts';
import { type BookedLine, bookedLines, factsThrough } from '../store/whatif/reads.ts';
import { clickMark } from './clicks-that-sold.ts';

/** A night as it was: what it saw, and the policy it used. */
export interface PastNight {
  readonly day: Day;
  readonly through: bigint;
  readonly policyVersion: number;
}

/** What deciding again is told at its start, as it travels to a thread. */
export interface AgainTerms {
  readonly digits: number;
  /** Every completed night of the book; the last one ends what counts as having happened. */
  readonly nights: readonly PastNight[];
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

/** Some lines, their buyers' clicks by buyer, and by line the facts that came after. */
interface Happened {
  readonly lines: readonly DueLine[];
  readonly clicks: ReadonlyMap<string, readonly Click[]>;
  readonly facts: ReadonlyMap<string, readonly DatedFact[]>;
}

/** One of the two ways in which lines are decided. */
interface Way {
  readonly terms: AttributionTerms;
  /** In place of every night's own policy; null where they keep theirs. */
  readonly replacing: Policy | null;
  /** What a night knew, with what is changed. */
  readonly revise: (known: Known) => Known;
}

/** Lines a batch holds. */
const LINES_A_BATCH = 1500;

/** A book's rules by day, and what has been loaded of the registry as a night saw it. One for a connection. */
export class Again {
  readonly #session: Session;
  readonly #terms: AgainTerms;
  readonly #nights: ReadonlyMap<Day, PastNight>;
  readonly #policies: ReadonlyMap<number, Policy>;
  readonly #replaced: ReturnType<typeof replacedBy>;
  readonly #last: Day;
  #seen: { through: bigint; registry: Registry; loader: RegistryLoader; other: Known } | undefined;

  constructor(session: Session, terms: AgainTerms) {
    this.#session = session;
    this.#terms = terms;
    this.#nights = new Map(terms.nights.map((night) => [night.day, night]));
    this.#policies = new Map(terms.policies.map(({ version, policy }) => [version, policy]));
    this.#replaced = replacedBy(terms.changes);
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
    const night = this.#night(day);
    const policy = this.#policy(night.policyVersion);
    const furthest = Math.max(reach(policy), changes.policy === null ? 0 : reach(changes.policy));
    const clicks = await clicksFor(this.#session, lines, furthest, night.through);
    const { registry, loader, other } = this.#knowledge(night.through);
    await loader.load(registry, needsOf(lines, clicks));
    const booked = await bookedLines(this.#session, lines);
    const facts = await factsThrough(this.#session, lines, this.#last);
    const asBooked = { registry, policy, policyVersion: night.policyVersion, businessDay: day };
    const asChanged = {
      ...asBooked,
      registry: other,
      ...(changes.policy === null ? {} : { policy: changes.policy, policyVersion: 0 }),
    };
    const happened = { lines, clicks, facts };
    const own = await this.#outcomes(happened, { terms: asBooked, replacing: null, revise: (known) => known });
    for (const [at, line] of lines.entries()) {
      const departure = departureOf(own[at], booked.get(line.orderLineId), this.#last, digits);
      if (departure !== undefined) throw notAgain(line.orderLineId, day, departure);
    }
    const revise = (known: Known): Known => revised(known, this.#replaced);
    const others = isChanged(changes)
      ? await this.#outcomes(happened, { terms: asChanged, replacing: changes.policy, revise })
      : own;
    return lines.flatMap((line, at) => {
      const [book, changed] = [own[at], others[at]];
      return book === undefined || changed === undefined ? [] : [{ line, book, other: changed }];
    });
  }

  /** What comes of some lines, in their order, in one of the two ways. */
  async #outcomes({ lines, clicks, facts }: Happened, way: Way): Promise<Outcome[]> {
    const { digits } = this.#terms;
    const rulesOn = (day: Day) => {
      const { policyVersion } = this.#night(day);
      return way.replacing === null
        ? { policy: this.#policy(policyVersion), policyVersion }
        : { policy: way.replacing, policyVersion: 0 };
    };
    const attributions = lines.map((line) => attribute(line, clicks.get(line.buyerId) ?? [], way.terms));
    const knew = await this.#knewOf(attributions, facts, (day) => rulesOn(day).policy);
    return attributions.map((attributed) =>
      outcomeOf(attributed, facts.get(attributed.subject) ?? [], (businessDay) => {
        const registry = knew.get(businessDay);
        const mayRestore = registry !== undefined && attributed.type === 'OrderAttributed';
        const restoring = mayRestore ? { attributed, registry: way.revise(registry) } : undefined;
        return { ...rulesOn(businessDay), businessDay, digits, restoring };
      }),
    );
  }

  /** What the nights knew that may give some of the lines back, by day: of a few lines, and none for most batches. */
  async #knewOf(
    attributions: readonly Attribution[],
    facts: Happened['facts'],
    policyOn: (day: Day) => Policy,
  ): Promise<Map<Day, Registry>> {
    const needs = new Map<Day, { shops: string[]; pids: string[] }>();
    for (const attributed of attributions) {
      if (attributed.type === 'OrderUnattributed') continue;
      for (const day of nightsRestoring(attributed, facts.get(attributed.subject) ?? [], policyOn)) {
        const { shops, pids } = restorationNeeds(attributed);
        const others = needs.get(day) ?? { shops: [], pids: [] };
        needs.set(day, { shops: [...others.shops, ...shops], pids: [...others.pids, ...pids] });
      }
    }
    const found = new Map<Day, Registry>();
    for (const [day, need] of needs) {
      const registry = new Registry();
      await new RegistryLoader(this.#session, this.#night(day).through).load(registry, need);
      found.set(day, registry);
    }
    return found;
  }

  #night(day: Day): PastNight {
    const night = this.#nights.get(day);
    if (night === undefined) throw new Error(`the book has no night of ${day}: see cps verify`);
    return night;
  }

  #policy(version: number): Policy {
    const policy = this.#policies.get(version);
    if (policy === undefined) throw new Error(`policy ${version} is not in this book: see cps verify`);
    return policy;
  }

  #knowledge(through: bigint) {
    if (this.#seen?.through !== through || this.#seen.registry.size > REMEMBERED) {
      const registry = new Registry();
      const loader = new RegistryLoader(this.#session, through);
      this.#seen = { through, registry, loader, other: revised(registry, this.#replaced) };
    }
    return this.#seen;
  }
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
  const list = marks.get(winner.shop);
  const mark = clickMark(winner);
  if (list === undefined) marks.set(winner.shop, [mark]);
  else list.push(mark);
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
