// Decides who buys what in a generated book, and what brought them: orders and their lines, from their ordinals.
// It does not decide what becomes of a line afterwards, nor which clicks led to it.

import { another, below, chance, draws, pick } from './draw.ts';
import { buyerId, type Publishers } from './publishers.ts';
import { ITEMS, itemId, type Shops, shopId } from './shops.ts';
import { SLICE, type Timeline } from './timeline.ts';

/**
 * What brought the buyer: nothing (`organic`), links to this shop (`direct`), links to other shops only (`cross`),
 * links of a publisher the buyer is one with (`own`), or a hijacker: clicks made as the order is paid (`fast`), on top
 * of another publisher's click (`overwritten`), from a place that was never filed (`unfiled`).
 */
export type Journey = 'organic' | 'direct' | 'cross' | 'own' | 'fast' | 'overwritten' | 'unfiled';

export interface Order {
  readonly ordinal: number;
  readonly journey: Journey;
  readonly buyer: number;
  readonly shop: number;
  /** The publisher whose links the buyer likes best. */
  readonly favourite: number;
  /** Seconds from the book's first midnight. */
  readonly paidAt: number;
}

export interface Line {
  readonly ordinal: number;
  /** Ten digits, scattered, unlike any other line's. */
  readonly digits: string;
  readonly id: string;
  /** In fen. */
  readonly paid: number;
  /** The line as a row of the feed `orders`. */
  readonly row: string;
}

export interface Orders {
  readonly count: number;
  readonly buyers: number;
  /** The order of this ordinal; `slice` is the one it is paid in. */
  order(ordinal: number, slice: number): Order;
  lines(order: Order): readonly Line[];
}

/** Lines of ten orders in a row, which make 1.3 an order; each ten starts elsewhere in the pattern. */
const PATTERN = [1, 1, 2, 1, 1, 1, 3, 1, 1, 1] as const;
const LINES_OF_TEN = 13;

/** What share of the orders each journey brings; a hijacker strikes only where its clicks have room in the slice. */
const JOURNEYS: readonly (readonly [Journey, number])[] = [
  ['organic', 0.325],
  ['direct', 0.46],
  ['cross', 0.165],
  ['own', 0.008],
  ['overwritten', 0.02],
  ['fast', 0.012],
  ['unfiled', 0.01],
];
const ROOM = 170;

const COUPONS = 0.05;
const SCATTER = 10 ** 10;

/** How many orders a number of lines makes, and how many buyers those have. */
export function orderCount(lines: number, seed: number): number {
  const tens = Math.floor(lines / LINES_OF_TEN);
  let left = lines - tens * LINES_OF_TEN;
  let orders = tens * PATTERN.length;
  for (let at = 0; left > 0; at++, orders++) left -= sizeOf(turn(seed)(tens), at);
  return orders;
}

export function buyerCount(orders: number): number {
  return Math.max(50, Math.ceil(orders * 1.2));
}

/** The orders of a book of `lines` lines. */
export function orders(seed: number, lines: number, time: Timeline, who: Publishers, what: Shops): Orders {
  const count = orderCount(lines, seed);
  const buyers = buyerCount(count);
  const of = draws(seed, 'order');
  const ofBuyer = draws(seed, 'buyer');
  const ofLine = draws(seed, 'line');
  const turnOf = turn(seed);
  const lineDigits = scattered(below(of(-1), SCATTER));
  const orderDigits = scattered(below(of(-2), SCATTER));

  function line(order: Order, orderId: string, ordinal: number): Line {
    const drawn = ofLine(ordinal);
    const digits = lineDigits(ordinal);
    const item = below(another(drawn, 1), ITEMS);
    const quantity = chance(another(drawn, 2), 0.85) ? 1 : 2 + below(another(drawn, 3), 3);
    const off = chance(another(drawn, 4), 0.4) ? below(another(drawn, 5), 30) : 0;
    const paid = Math.floor((what.price(order.shop, item) * quantity * (100 - off)) / 100);
    const coupon = chance(another(drawn, 6), COUPONS) ? couponPid(another(drawn, 7)) : '';
    const row = `L${digits},${orderId},${buyerId(order.buyer)},${shopId(order.shop)},${itemId(order.shop, item)},${what.categoryId(order.shop, item)},${quantity},${fen(paid)},${time.stamp(order.paidAt)},${coupon}\n`;
    return { ordinal, digits, id: `L${digits}`, paid, row };
  }

  function couponPid(drawn: number): string {
    if (chance(drawn, 0.02)) return 'mm_99000001_9000001_99000001';
    return who.pid(who.site(who.pick(another(drawn, 1)), another(drawn, 2)), another(drawn, 3));
  }

  return {
    count,
    buyers,
    order(ordinal, slice) {
      const drawn = of(ordinal);
      const paidAt = time.paidAt(ordinal, slice);
      const journey = journeyOf(another(drawn, 1), paidAt - slice * SLICE);
      let buyer = below(another(drawn, 2), buyers);
      let favourite = who.pick(chance(another(drawn, 3), 0.6) ? ofBuyer(buyer) : another(drawn, 4));
      if (journey === 'own') {
        const owner = ownerNear(who, below(another(drawn, 5), who.count));
        const own = who.ownBuyers(owner);
        if (own[0] !== undefined) {
          favourite = owner;
          buyer = pick(another(drawn, 6), [own[0], ...own]);
        }
      }
      return { ordinal, journey, buyer, shop: what.pick(another(drawn, 7)), favourite, paidAt };
    },
    lines(order) {
      const ten = Math.floor(order.ordinal / PATTERN.length);
      const place = order.ordinal % PATTERN.length;
      const start = turnOf(ten);
      let first = ten * LINES_OF_TEN;
      for (let at = 0; at < place; at++) first += sizeOf(start, at);
      const next = Math.min(lines, first + sizeOf(start, place));
      const id = `T${orderDigits(order.ordinal)}`;
      return Array.from({ length: next - first }, (_, at) => line(order, id, first + at));
    },
  };
}

/** An amount of fen as the feeds write it. */
export function fen(amount: number): string {
  const rest = amount % 100;
  return `${(amount - rest) / 100}.${rest < 10 ? '0' : ''}${rest}`;
}

function journeyOf(drawn: number, intoSlice: number): Journey {
  let upTo = 0;
  for (const [journey, share] of JOURNEYS) {
    upTo += share;
    if (chance(drawn, upTo)) return isHijacked(journey) && intoSlice < ROOM ? 'direct' : journey;
  }
  return 'direct';
}

/** Whether a hijacker made its clicks beside this journey. */
export function isHijacked(journey: Journey): boolean {
  return journey === 'fast' || journey === 'overwritten' || journey === 'unfiled';
}

/**
 * Ordinals below 10^8 as ten digits each its own: times 6,180,339,887 (odd, no multiple of five) modulo 10^10, in two
 * halves so that no product leaves the exact integers.
 */
function scattered(offset: number): (ordinal: number) => string {
  return (ordinal) => {
    const upper = ((ordinal * 61_803) % 100_000) * 100_000;
    return String(SCATTER + ((upper + ordinal * 39_887 + offset) % SCATTER)).slice(1);
  };
}

/** The first publisher from this one on, within a few, who owns buyers; else this one. */
function ownerNear(who: Publishers, publisher: number): number {
  for (let step = 0; step < 30; step++) {
    if (who.ownBuyers((publisher + step) % who.count).length > 0) return (publisher + step) % who.count;
  }
  return publisher;
}

function turn(seed: number): (ten: number) => number {
  const drawn = draws(seed, 'ten');
  return (ten) => below(drawn(ten), PATTERN.length);
}

function sizeOf(start: number, place: number): number {
  return PATTERN[(start + place) % PATTERN.length] ?? 1;
}
