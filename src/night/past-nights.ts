/**
 * Decides the order lines of nights that are over again, as those nights did or under other rules: from what had been
 * delivered when each opened. It reads and compares nothing of what the log says came of them, and writes nothing.
 */
import { attribute, reach } from '../core/attribution/attribution.ts';
import type { Click, OrderLine } from '../core/attribution/click.ts';
import { type Known, Registry } from '../core/attribution/registry.ts';
import type { Day } from '../core/calendar.ts';
import type { Attribution, LineBeginning } from '../core/events/event.ts';
import type { Policy } from '../core/policy/policy.ts';
import { begin, type DatedFact, type Life, live, nightsRestoring } from '../core/settlement/line-nights.ts';
import { restorationNeeds } from '../core/settlement/restoration.ts';
import type { Session } from '../store/connection/session.ts';
import { REMEMBERED, RegistryLoader } from '../store/registry/registry.ts';
import { clicksFor, needsOf } from './clicks.ts';

/** A night as it was: the last batch it saw, and the policy it used. */
export interface PastNight {
  readonly through: bigint;
  readonly policy: Policy;
  readonly policyVersion: number;
}

/** The rules under which lines are decided again. */
export interface OtherRules {
  /** In place of every night's own policy; null where they keep theirs. */
  readonly policy: Policy | null;
  /** What a night knew of the registry, with what is changed. */
  readonly revise: (known: Known) => Known;
}

/** As the nights decided. */
export const AS_THEY_WERE: OtherRules = { policy: null, revise: (known) => known };

/** What a night knew of some lines: its registry, and their buyers' clicks by buyer. */
export interface Seen {
  readonly day: Day;
  readonly night: PastNight;
  readonly registry: Registry;
  readonly clicks: ReadonlyMap<string, readonly Click[]>;
}

/** Where a line begins, and the facts that came after, as accepted. */
export interface Begun {
  readonly event: LineBeginning;
  readonly facts: readonly DatedFact[];
}

/** The nights of a book, and what has been loaded of the registry as one of them saw it. One for a connection. */
export class PastNights {
  readonly #session: Session;
  readonly #digits: number;
  readonly #nightOn: (day: Day) => PastNight | undefined;
  #loaded: { readonly through: bigint; readonly registry: Registry; readonly loader: RegistryLoader } | undefined;

  /** @param nightOn the night of a day; undefined of a day that has no rules, whose facts are passed over */
  constructor(session: Session, digits: number, nightOn: (day: Day) => PastNight | undefined) {
    this.#session = session;
    this.#digits = digits;
    this.#nightOn = nightOn;
  }

  /** Reads what a night knew of some lines, with clicks as far back as it or any of the other rules look. */
  async seen(
    day: Day,
    night: PastNight,
    lines: Iterable<OrderLine>,
    others: readonly OtherRules[] = [],
  ): Promise<Seen> {
    const furthest = Math.max(...others.map(({ policy }) => reach(policy ?? night.policy)), reach(night.policy));
    const clicks = await clicksFor(this.#session, [...lines], furthest, night.through);
    if (this.#loaded?.through !== night.through || this.#loaded.registry.size > REMEMBERED)
      this.#loaded = { through: night.through, ...this.#registryOf(night) };
    const { registry, loader } = this.#loaded;
    await loader.load(registry, needsOf(lines, clicks));
    return { day, night, registry, clicks };
  }

  /** Attributes lines of a night under some rules. */
  attribute(lines: readonly OrderLine[], { day, night, registry, clicks }: Seen, rules: OtherRules): Attribution[] {
    const terms = { registry: rules.revise(registry), ...inPlace(night, rules), businessDay: day };
    return lines.map((line) => attribute(line, clicks.get(line.buyerId) ?? [], terms));
  }

  /**
   * What some lines' facts make of them, night by night, under some rules.
   * @returns in their order; undefined of a line that nobody earned
   */
  async lives(lines: readonly Begun[], rules: OtherRules): Promise<(Life | undefined)[]> {
    const knew = await this.#knewOf(lines, rules);
    return lines.map(({ event, facts }) => {
      if (event.type === 'OrderUnattributed') return undefined;
      return live(begin(event), facts, (businessDay) => {
        const night = this.#nightOn(businessDay);
        if (night === undefined) return undefined;
        const known = knew.get(businessDay);
        const mayRestore = known !== undefined && event.type === 'OrderAttributed';
        const restoring = mayRestore ? { attributed: event, registry: known } : undefined;
        return { ...inPlace(night, rules), businessDay, digits: this.#digits, restoring };
      });
    });
  }

  /** What the nights knew that may give some of the lines back, by day: of a few lines, and none for most. */
  async #knewOf(lines: readonly Begun[], rules: OtherRules): Promise<Map<Day, Known>> {
    const policyOn = (day: Day): Policy | undefined => rules.policy ?? this.#nightOn(day)?.policy;
    const needs = new Map<Day, { shops: string[]; pids: string[] }>();
    for (const { event, facts } of lines) {
      if (event.type !== 'OrderAttributed') continue;
      for (const day of nightsRestoring(event, facts, policyOn)) {
        const { shops, pids } = restorationNeeds(event);
        const others = needs.get(day) ?? { shops: [], pids: [] };
        needs.set(day, { shops: [...others.shops, ...shops], pids: [...others.pids, ...pids] });
      }
    }
    const found = new Map<Day, Known>();
    for (const [day, need] of needs) {
      const night = this.#nightOn(day);
      if (night === undefined) continue;
      const { registry, loader } = this.#registryOf(night);
      await loader.load(registry, need);
      found.set(day, rules.revise(registry));
    }
    return found;
  }

  #registryOf({ through }: PastNight): { registry: Registry; loader: RegistryLoader } {
    return { registry: new Registry(), loader: new RegistryLoader(this.#session, through) };
  }
}

/** The policy that a night decides with under some rules. */
function inPlace({ policy, policyVersion }: PastNight, rules: OtherRules): { policy: Policy; policyVersion: number } {
  return rules.policy === null ? { policy, policyVersion } : { policy: rules.policy, policyVersion: 0 };
}
