/**
 * Draws a round from its seed: a random world, cut into deliveries that come late, twice, reordered and spoilt, nights
 * between them, results made from what has been instructed so far, changes of policy, and what goes wrong.
 */
import type { Draw } from './draw.ts';
import { financeOf, makeFinance, signOff, waiting } from './finance-maker.ts';
import type { Instruction } from './reference/facts.ts';
import { FINANCE, SHAPES } from './reference/feeds.ts';
import type { PolicyDocument } from './reference/policy.ts';
import { Reference } from './reference/reference.ts';
import { makeRegistry } from './registry-maker.ts';
import type { Cells, Fault, Rival, Script, Step } from './script.ts';
import { Speller, spoil } from './spelling.ts';
import { makeTrade } from './trade-maker.ts';
import { DAY, drawPolicy, type Fact, type Size, World } from './world.ts';

const ALL_FEEDS = Object.keys(SHAPES);
const WITHOUT_FINANCE = ALL_FEEDS.filter((feed) => !FINANCE.includes(feed));
const ENUMS = ['kind', 'status', 'mall', 'action', 'permission', 'scope', 'decision'];

/** The script of a seed; another size is another story. */
export function makeScript(seed: number, size: Size): Script {
  return new Maker(seed, size).script();
}

class Maker {
  readonly #seed: number;
  readonly #world: World;
  readonly #draw: Draw;
  /** Undefined of a round without finance. */
  readonly #finance: Draw | undefined;
  readonly #feeds: readonly string[];
  readonly #speller: Speller;
  /** Runs along, so that results can follow what was instructed. */
  readonly #reference: Reference;
  readonly #steps: Step[] = [];
  readonly #sent: Fact[] = [];
  readonly #faulty: boolean;
  readonly #workers: number;
  readonly #smallNight: number | undefined;
  #policy: PolicyDocument;

  constructor(seed: number, size: Size) {
    this.#seed = seed;
    this.#world = new World(seed, size);
    this.#draw = this.#world.draw;
    const { zoneName, digits, policy } = this.#world;
    this.#finance = financeOf(seed);
    this.#feeds = this.#finance === undefined ? WITHOUT_FINANCE : ALL_FEEDS;
    this.#policy = this.#waiting(policy);
    this.#speller = new Speller(this.#draw, this.#world.zone, digits);
    this.#reference = new Reference({ zone: zoneName, digits, policy: this.#policy });
    this.#faulty = this.#draw.chance(0.75);
    this.#workers = this.#draw.pick([1, 1, 1, 1, 1, 2, 3]);
    this.#smallNight = this.#draw.chance(0.5) ? 0 : undefined;
  }

  script(): Script {
    const world = this.#world;
    makeRegistry(world);
    makeTrade(world);
    if (this.#finance !== undefined) makeFinance(world, this.#finance);
    const partitions = this.#draw.pick([16, 16, 1, 3]);
    for (const day of this.#nights()) {
      this.#deliverUntil(world.zone.end(day));
      while (this.#draw.chance(0.15)) this.#adopt();
      this.#run(day);
      this.#instructionResults(day);
      if (this.#finance !== undefined) this.#signOff(this.#finance, day);
    }
    const { zoneName: zone, currency, digits } = world;
    return { seed: this.#seed, zone, currency, digits, partitions, policy: this.#policy, steps: this.#steps };
  }

  /** The days through which runs are made: some nightly, some after many days, the last well after the story's end. */
  #nights(): string[] {
    const { start, days, zone } = this.#world;
    const noon = (day: number): string => zone.day(start + day * DAY + DAY / 2);
    const nights: string[] = [];
    const { small, months } = this.#world.size;
    const most = this.#draw.pick(small ? [1, 2] : [2, 5, 12]) + 6 * (months ?? 0);
    let day = this.#draw.whole(0, 4);
    for (; day < days; day += this.#draw.chance(0.3) ? 1 : this.#draw.whole(1, Math.ceil((2 * days) / most)))
      nights.push(noon(day));
    for (let more = small ? this.#draw.whole(1, 3) : this.#draw.whole(2, 6); more > 0; more -= 1) {
      nights.push(noon(day));
      day += this.#draw.pick([1, 2, 12, 25]);
    }
    return [...new Set(nights)];
  }

  #deliverUntil(until: number): void {
    const draw = this.#draw;
    const { facts } = this.#world;
    const coming = facts.filter((fact) => fact.arrives < until);
    facts.splice(0, facts.length, ...facts.filter((fact) => fact.arrives >= until));
    const again = draw.some(this.#sent, draw.pick([0, 0.03, 0.1]));
    const known = coming.length;
    const jumbled = draw.chance(0.25);
    for (const feed of jumbled ? draw.shuffle(this.#feeds) : this.#mostlyInOrder()) {
      const all = [...coming, ...again].filter((fact) => fact.feed === feed);
      const rows = (draw.chance(0.6) ? draw.shuffle(all) : all).flatMap((fact) => this.#rows(fact));
      if (rows.length > 0) this.#deliverRows(feed, rows);
    }
    if (known > 0) this.#sent.push(...coming);
  }

  /** Registry first, then clicks, orders and facts; now and then the facts first, which park. */
  #mostlyInOrder(): string[] {
    const at = this.#feeds.indexOf('orders');
    const trade = this.#feeds.slice(at);
    return [...this.#feeds.slice(0, at), ...(this.#draw.chance(0.3) ? this.#draw.shuffle(trade) : trade)];
  }

  #rows(fact: Fact): Cells[] {
    const draw = this.#draw;
    const rows = [this.#speller.row(fact.values)];
    if (draw.chance(0.04)) rows.push(this.#speller.row(fact.values));
    if (draw.chance(0.02)) rows.unshift(spoil(draw, fact.values, this.#speller.row(fact.values), ENUMS));
    return rows;
  }

  #deliverRows(feed: string, rows: readonly Cells[]): void {
    const draw = this.#draw;
    const files = draw.chance(0.75) ? 1 : draw.whole(2, 3);
    const size = Math.ceil(rows.length / files);
    for (let from = 0; from < rows.length; from += size) {
      // Now and then a file overlaps the one before.
      const start = draw.chance(0.15) ? Math.max(0, from - 2) : from;
      const part = rows.slice(start, from + size);
      this.#reference.deliver(feed, part);
      const format = draw.chance(0.7) ? 'csv' : 'ndjson';
      const how = { gz: draw.chance(0.2), bom: draw.chance(0.2), gbk: draw.chance(0.15), twice: draw.chance(0.04) };
      this.#steps.push({ do: 'deliver', feed, rows: part, format, ...how, faults: this.#faults(0.1, 25) });
      if (how.twice) this.#reference.deliver(feed, part);
    }
  }

  /** One with that chance, and then now and then others on the next attempts. */
  #faults(chance: number, most: number): Fault[] {
    const draw = this.#draw;
    const faults: Fault[] = [];
    if (!this.#faulty || !draw.chance(chance)) return faults;
    do {
      faults.push({
        kind: draw.pick(['cut-before', 'cut-after', 'refuse', 'error', 'end']),
        statement: draw.whole(1, draw.pick([5, most, most])),
      });
    } while (draw.chance(0.3));
    return faults;
  }

  #adopt(): void {
    const policy = this.#waiting(drawPolicy(this.#draw, this.#world.digits));
    this.#steps.push({ do: 'adopt', policy, faults: this.#faults(0.3, 6) });
    this.#reference.adopt(policy);
  }

  #waiting(policy: PolicyDocument): PolicyDocument {
    return this.#finance === undefined ? policy : waiting(this.#finance, policy);
  }

  #signOff(draw: Draw, day: string): void {
    const fact = signOff(draw, this.#reference, this.#world.zone.end(day) - 1);
    if (fact !== undefined) this.#world.facts.push(fact);
  }

  #run(through: string): void {
    const draw = this.#draw;
    this.#reference.run(through);
    const faults = this.#faults(0.4, draw.pick([20, 100, 400]));
    const workers = draw.chance(0.7) ? 1 : this.#workers;
    const end = this.#world.zone.end(through);
    const rivals: readonly Rival[] = ['asks', 'takes-over', 'races'];
    this.#steps.push({
      do: 'run',
      through,
      workers,
      smallNight: this.#smallNight,
      clock: draw.pick([end, end, end + 1, end + draw.whole(0, 40 * DAY), Date.UTC(2026, 0, 1), Date.UTC(2099, 0, 1)]),
      early: draw.chance(0.15),
      faults,
      interrupted: draw.chance(0.4),
      beside: faults.length === 0 && draw.chance(0.15),
      rival: faults.length === 0 && draw.chance(0.25) ? draw.pick(rivals) : undefined,
    });
  }

  /** What the bank says of some of what has been instructed, true to the rules or not. */
  #instructionResults(day: string): void {
    const draw = this.#draw;
    const { zone, facts } = this.#world;
    for (const of of this.#reference.instructions) {
      if (!draw.chance(of.kind === 'payout' ? 0.6 : 0.35)) continue;
      for (let n = draw.pick([1, 1, 1, 2]); n > 0; n -= 1) {
        const begun = zone.start(of.day);
        const at = draw.pick([
          begun,
          begun - 1,
          of.at,
          of.at,
          of.at - 1,
          zone.end(of.day),
          zone.end(day) - 1,
          zone.end(day) + draw.whole(0, 3 * DAY),
        ]);
        const arrives = draw.chance(0.7) ? zone.end(day) : zone.end(day) + draw.whole(0, 5) * DAY;
        facts.push({ feed: `${of.kind}-results`, values: result(draw, of, at), arrives });
      }
    }
  }
}

function result(draw: Draw, of: Instruction, at: number): Fact['values'] {
  const bad = of.kind === 'deduction' ? 'failed' : 'returned';
  const id = draw.chance(0.97) ? of.id : `${of.id}x`;
  return {
    [`${of.kind}_id`]: id,
    status: draw.chance(0.55) ? 'confirmed' : bad,
    at: { at },
    reason: draw.pick(['', 'bank']),
  };
}
