/** A small random world, dense in edges: who is there, what is switched when, and which instants, amounts and ids meet. */
import { Draw } from './draw.ts';
import type { PolicyDocument } from './reference/policy.ts';
import { Zone } from './reference/zone.ts';
import type { Value, Values } from './spelling.ts';

/** A row to be delivered, and when it reaches the book. */
export interface Fact {
  readonly feed: string;
  readonly values: Values;
  readonly arrives: number;
}

/** How large a world is. */
export interface Size {
  /** Fewer lines and days, for a round that has to be quick. */
  readonly small?: boolean;
  /** So many months of 30 days, with lines for each. */
  readonly months?: number | undefined;
}

const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const ZONES: readonly (readonly [zone: string, starts: readonly string[]])[] = [
  ['Asia/Shanghai', ['2013-11-08', '2013-12-28', '2014-02-01']],
  ['UTC', ['2013-11-20', '2012-02-20']],
  ['America/New_York', ['2013-10-25', '2014-03-01']],
  ['America/New_York', ['2013-10-25', '2014-03-01']],
  ['Europe/Berlin', ['2013-10-15', '2014-03-20']],
  ['Europe/Berlin', ['2013-10-15', '2014-03-20']],
  ['Asia/Kolkata', ['2013-12-20']],
  // Midnight is left out, or comes twice.
  ['America/Sao_Paulo', ['2013-10-10', '2014-02-08']],
  ['America/Havana', ['2013-10-25', '2014-03-01']],
  // Half an hour.
  ['Australia/Lord_Howe', ['2013-09-28', '2014-03-28']],
  // A whole day is left out.
  ['Pacific/Apia', ['2011-12-20']],
];

export interface Shop {
  readonly id: string;
  readonly seller: string;
  readonly mall: string;
}
export interface Site {
  readonly id: string;
  readonly publisher: string;
  readonly domain: string;
}

export class World {
  readonly draw: Draw;
  readonly zoneName: string;
  readonly zone: Zone;
  readonly digits: number;
  readonly currency: string;
  /** The first instant of the book's first days, and how many days things happen in. */
  readonly start: number;
  readonly days: number;
  readonly policy: PolicyDocument;
  readonly facts: Fact[] = [];
  readonly buyers: readonly string[];
  readonly items: readonly string[];
  readonly categories = ['c1', 'c2', 'c.3'];
  readonly shops: Shop[] = [];
  readonly sites: Site[] = [];
  readonly publishers: string[] = [];
  readonly pids: string[] = [];
  /** How many plans and clicks have been numbered. */
  plans = 0;
  clicks = 0;
  readonly #instants: number[] = [];

  readonly size: Size;
  /** Instants at which the zone's clocks are changed. */
  readonly #changes: readonly number[];

  constructor(seed: number, size: Size) {
    this.size = size;
    const { small, months } = size;
    this.draw = new Draw(seed);
    const { draw } = this;
    const [zone, starts] = draw.chance(0.5) ? (ZONES[0] ?? ['UTC', []]) : draw.pick(ZONES);
    this.zoneName = zone;
    this.zone = new Zone(zone);
    [this.currency, this.digits] = draw.pick([
      ['CNY', 2],
      ['CNY', 2],
      ['CNY', 2],
      ['CNY', 2],
      ['JPY', 0],
      ['KWD', 3],
    ] as const);
    this.start = this.zone.start(this.zone.day(this.zone.start(draw.pick(starts)) + draw.whole(0, 12) * DAY + DAY / 2));
    this.days = months === undefined ? draw.pick(small ? [2, 6, 12, 20] : [3, 10, 20, 30, 45, 65]) : months * 30;
    this.#changes = this.zone.changes(this.start - 2 * DAY, this.start + this.days * DAY);
    this.policy = drawPolicy(draw, this.digits);
    this.buyers = Array.from({ length: draw.whole(2, 5) }, (_, n) => `b${n}`);
    this.items = Array.from({ length: draw.whole(2, 4) }, (_, n) => `i_${n}`);
  }

  /** An instant of the story: often one that something else has, or an edge beside it, or a day's edge. */
  instant(from = this.start, to = this.start + this.days * DAY): number {
    const { draw } = this;
    const known = this.#instants.filter((at) => at >= from && at <= to);
    let at: number;
    const changes = this.#changes.filter((change) => change >= from && change <= to);
    if (changes.length > 0 && draw.chance(0.15))
      at = draw.pick(changes) + draw.pick([0, 0, -1, 1, -1000, 1000, HOUR / 2, -HOUR / 2, HOUR - 1000, HOUR, -HOUR]);
    else if (known.length > 0 && draw.chance(0.35)) at = draw.pick(known) + draw.pick([0, 0, 0, 0, 1, -1, 1000, -1000]);
    else {
      at = from + Math.floor((draw.unit() * (to - from)) / 1000) * 1000;
      if (draw.chance(0.15)) at = this.zone.start(this.zone.day(at)) + draw.pick([0, 0, -1, -1000, 1]);
      else if (draw.chance(0.1)) at += draw.whole(1, 999);
    }
    at = Math.max(from, at);
    this.note(at);
    return at;
  }

  note(at: number): void {
    this.#instants.push(at);
  }

  money(): bigint {
    const { draw } = this;
    const kind = draw.unit();
    if (kind < 0.05) return 0n;
    if (kind < 0.2) return BigInt(draw.whole(1, 60));
    if (kind < 0.9) return BigInt(draw.whole(100, 99_999));
    return BigInt(draw.whole(1_000_000, 90_000_000));
  }

  /** Adds a fact; it arrives at its instant or later, now and then before. */
  add(feed: string, values: Record<string, Value>, at: number): void {
    const { draw } = this;
    let arrives = at;
    if (draw.chance(at < this.start ? 0.03 : 0.15)) arrives += draw.whole(0, 12) * DAY;
    else if (draw.chance(0.08)) arrives -= draw.whole(0, 12) * DAY;
    this.facts.push({ feed, values, arrives });
  }
}

const AMOUNT = (draw: Draw, digits: number, choices: readonly number[]): string => {
  const minor = BigInt(draw.pick(choices));
  const text = minor.toString().padStart(digits + 1, '0');
  return digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`;
};

/** Any setting may be given or left to its default. */
export function drawPolicy(draw: Draw, digits: number): PolicyDocument {
  const actions: Record<string, string> = {};
  for (const signal of [
    'fast-order',
    'overwritten-click',
    'referrer-mismatch',
    'no-referrer',
    'click-flood',
    'coupon-override',
  ])
    if (draw.chance(0.4)) actions[signal] = draw.pick(['off', 'flag', 'hold']);
  const settings: Required<Omit<PolicyDocument, 'name' | 'clearingDays' | 'payWhenCollected'>> = {
    sameStoreWindowDays: draw.pick([0, 1, 2, 7, 15]),
    crossStoreWindowDays: draw.pick([0, 1, 2, 15]),
    permissionAsOf: draw.pick(['click', 'order']),
    rateAsOf: draw.pick(['click', 'order']),
    selfPurchase: draw.pick(['allow', 'deny']),
    fallThrough: draw.chance(0.5),
    couponOverride: draw.chance(0.6),
    planPrecedence: draw.shuffle(['event', 'targeted', 'general']),
    serviceFeeRate: draw.pick(['0', '0.1', '0.10', '0.075', '0.333333', '1', '0.999999']),
    minimumCommission: AMOUNT(draw, digits, [0, 1, 2, 10, 50]),
    fastOrderSeconds: draw.pick([0, 1, 3, 60]),
    overwriteSeconds: draw.pick([0, 1, 60, 3600]),
    floodClicks: draw.pick([0, 1, 2, 3]),
    floodSeconds: draw.pick([0, 1, 60]),
    actions,
    payDay: draw.pick([1, 2, 10, 20, 28]),
    taxProfile: draw.pick(['none', 'cn-labour', 'cn-labour']),
    minimumPayout: AMOUNT(draw, digits, [0, 1, 10, 1000, 100_000]),
  };
  const always = digits === 2 ? [] : ['minimumCommission', 'minimumPayout'];
  const usual = draw.pick([0.2, 0.5, 0.9]);
  return Object.fromEntries(Object.entries(settings).filter(([name]) => always.includes(name) || draw.chance(usual)));
}
