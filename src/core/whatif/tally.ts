/**
 * What many lines come to: figures of the book and of the other rules beside each other, in all, by trace, by mall, by
 * reason, by kind of difference, and by seller, publisher and shop.
 */
import { byCodePoint } from '../ids.ts';
import { type Money, sum } from '../money.ts';
import { type Outcome, type Shift, shiftOf, weightOf } from './outcome.ts';
import { Largest, type Packed, Sums } from './sums.ts';

/** What a group of lines comes to under one of the two. */
export const FIGURES = [
  /** Lines of the group. */
  'lines',
  /** Of them those that are settled and still bring money. */
  'sales',
  'commission',
  'fee',
  'earning',
  /** Of the earnings, what waits in `held`. */
  'held',
  /** Commission that refunds gave back after settlement. */
  'refunded',
  /** Lines forfeited, and the earnings that this gave back. */
  'forfeitedLines',
  'forfeited',
  /** Lines attributed and not yet received, and their estimates. */
  'open',
  'estimate',
] as const;
export type Figure = (typeof FIGURES)[number];

/** The figures of a group under one of the two, amounts in minor units. */
export type Figures = Readonly<Record<Figure, bigint>>;

/** The figures of a group under both. */
export interface Both {
  readonly book: Figures;
  readonly other: Figures;
}

const WIDTH = FIGURES.length;
/** Of publishers, sellers and shops, of whom there may be a million, only these. */
const PARTY = ['sales', 'commission', 'earning', 'held', 'forfeitedLines', 'forfeited'] as const;

/** A line that comes out otherwise. */
export interface ChangedLine {
  readonly orderLineId: string;
  readonly businessDay: string;
  readonly shift: Shift;
  readonly shopId: string;
  readonly sellerId: string;
  readonly book: SideOfLine;
  readonly other: SideOfLine;
  readonly weight: Money;
}

/** One of a changed line's two outcomes. */
export interface SideOfLine {
  readonly publisherId: string | null;
  /** The trace; of a line nobody earned the reason. */
  readonly why: string;
  readonly state: Outcome['state'];
  readonly commission: Money;
  readonly fee: Money;
  readonly earning: Money;
  readonly held: Money;
}

/** Largest first; then by id, so that the order is one. */
const byWeight = (a: ChangedLine, b: ChangedLine): number =>
  a.weight === b.weight ? byCodePoint(a.orderLineId, b.orderLineId) : a.weight > b.weight ? -1 : 1;

/** A tally as it travels between threads. */
export interface PackedTally {
  readonly groups: Packed;
  readonly sellers: Packed;
  readonly publishers: Packed;
  readonly shops: Packed;
  readonly lines: readonly ChangedLine[];
}

export class Tally {
  /** Keys: `all`, `trace ...`, `mall ...`, `reason ...`, `shift ...`, `decided`. */
  readonly #groups = new Sums(WIDTH * 2);
  readonly #sellers = new Sums(PARTY.length * 2);
  readonly #publishers = new Sums(PARTY.length * 2);
  readonly #shops = new Sums(PARTY.length * 2);
  readonly #largest: Largest<ChangedLine>;

  /** @param top changed lines to keep */
  constructor(top: number) {
    this.#largest = new Largest(top, byWeight);
  }

  /** Takes a line in; returns how it differs, undefined where it does not. */
  add(book: Outcome, other: Outcome): ChangedLine | undefined {
    const changed = book === other ? undefined : changedLine(book, other);
    for (const [one, from] of [
      [book, 0],
      [other, WIDTH],
    ] as const) {
      const { attribution } = one;
      const { body } = attribution;
      const figures = figuresOf(one);
      const group = (key: string): void => this.#groups.add(key, figures, from);
      group('all');
      group(`mall ${body.order.mall}`);
      group(`${one.state === 'unattributed' ? 'reason' : 'trace'} ${one.why}`);
      if (changed !== undefined) group(`shift ${changed.shift}`);
      if (changed !== undefined && isDecidedForAnother(book, other)) group('decided');
      if (one.publisherId === null) continue;
      const party = partyOf(figures);
      const at = from === 0 ? 0 : PARTY.length;
      this.#sellers.add(attribution.sellerId ?? '', party, at);
      this.#shops.add(body.order.shop, party, at);
      for (const [id, own] of byPublisher(one, one.publisherId, party)) this.#publishers.add(id, own, at);
    }
    if (changed !== undefined) this.#largest.add(changed);
    return changed;
  }

  pack(): PackedTally {
    return {
      groups: this.#groups.pack(),
      sellers: this.#sellers.pack(),
      publishers: this.#publishers.pack(),
      shops: this.#shops.pack(),
      lines: this.#largest.list(),
    };
  }

  merge(packed: PackedTally): void {
    this.#groups.merge(packed.groups);
    this.#sellers.merge(packed.sellers);
    this.#publishers.merge(packed.publishers);
    this.#shops.merge(packed.shops);
    for (const line of packed.lines) this.#largest.add(line);
  }

  group(key: string): Both {
    const figures = this.#groups.of(key);
    return { book: named(FIGURES, figures, 0), other: named(FIGURES, figures, WIDTH) };
  }

  groups(beginning: string): string[] {
    return [...this.#groups.keys()].filter((key) => key.startsWith(`${beginning} `)).sort(byCodePoint);
  }

  lines(): readonly ChangedLine[] {
    return this.#largest.list();
  }

  *parties(kind: PartyKind): Generator<readonly [id: string, both: Both]> {
    const sums = { seller: this.#sellers, publisher: this.#publishers, shop: this.#shops }[kind];
    for (const id of sums.keys()) {
      const figures = sums.of(id);
      yield [id, { book: named(PARTY, figures, 0), other: named(PARTY, figures, PARTY.length) }];
    }
  }
}

export type PartyKind = 'seller' | 'publisher' | 'shop';

function named(names: readonly Figure[], figures: readonly bigint[], from: number): Figures {
  const all = Object.fromEntries(FIGURES.map((name) => [name, 0n])) as Record<Figure, bigint>;
  names.forEach((name, i) => {
    all[name] = figures[from + i] ?? 0n;
  });
  return all;
}

function figuresOf(one: Outcome): bigint[] {
  const { stands, held, refunded, forfeits, state, attribution } = one;
  const open = state === 'attributed';
  const estimate = open && 'estimate' in attribution.body ? attribution.body.estimate : 0n;
  const { commission, fee, earning } = stands;
  const sales = commission > 0n ? 1n : 0n;
  const back = [refunded.commission, forfeits.length > 0 ? 1n : 0n, sum(forfeits.map((of) => of.earning))] as const;
  return [1n, sales, commission, fee, earning, held, ...back, open ? 1n : 0n, estimate];
}

function partyOf(figures: readonly bigint[]): bigint[] {
  return PARTY.map((name) => figures[FIGURES.indexOf(name)] ?? 0n);
}

/** A line's figures by publisher: one that was given back is forfeited by one and earned by another. */
function byPublisher(
  { forfeits }: Outcome,
  publisherId: string,
  party: readonly bigint[],
): readonly (readonly [publisherId: string, party: readonly bigint[]])[] {
  if (forfeits.every((forfeit) => forfeit.publisherId === publisherId)) return [[publisherId, party]];
  const earned = PARTY.map((name, i) => (name === 'forfeitedLines' || name === 'forfeited' ? 0n : (party[i] ?? 0n)));
  const lost = { forfeitedLines: 1n, sales: 0n, commission: 0n, earning: 0n, held: 0n };
  return [
    [publisherId, earned],
    ...forfeits.map((forfeit) => {
      const figures = { ...lost, forfeited: forfeit.earning };
      return [forfeit.publisherId ?? '', PARTY.map((name) => figures[name])] as const;
    }),
  ];
}

/** Whether a person decided about the line when it was another publisher's: the decision counts as delivered. */
function isDecidedForAnother(book: Outcome, other: Outcome): boolean {
  return book.attribution.publisherId !== other.attribution.publisherId && (isDecided(book) || isDecided(other));
}

function isDecided({ events, forfeits }: Outcome): boolean {
  return forfeits.length > 0 || events.some(({ type }) => type === 'CommissionReleased');
}

function changedLine(book: Outcome, other: Outcome): ChangedLine | undefined {
  const shift = shiftOf(book, other);
  if (shift === undefined) return undefined;
  const { subject, businessDay, sellerId, body } = book.attribution;
  return {
    orderLineId: subject,
    businessDay,
    shift,
    shopId: body.order.shop,
    sellerId: sellerId ?? '',
    book: sideOf(book),
    other: sideOf(other),
    weight: weightOf(book, other),
  };
}

function sideOf({ publisherId, why, state, stands, held }: Outcome): SideOfLine {
  return { publisherId, why, state, commission: stands.commission, fee: stands.fee, earning: stands.earning, held };
}
