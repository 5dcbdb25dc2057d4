// Decides what buyers clicked in a generated book: the way to each order, the clicks of those who only look, and the
// hijackers' clicks. Clicks are made slice by slice of the day, found from the orders that follow them; no click is
// kept longer than its slice.

import { another, below, chance, draws } from './draw.ts';
import { isHijacked, type Order, type Orders } from './orders.ts';
import { buyerId, type Publishers } from './publishers.ts';
import { ITEMS, itemId, type Shops, shopId } from './shops.ts';
import { DAY, SLICE, type Timeline } from './timeline.ts';

/** The clicks of one slice, in order of time, as rows of the feed `clicks`. */
interface ClickSlice {
  readonly text: string;
  readonly rows: number;
}

export interface Clicks {
  /** Slices with clicks: from the first (negative: before the first order's day) up to `end`, exclusive. */
  readonly start: number;
  readonly end: number;
  slice(slice: number): ClickSlice;
}

/** Clicks go back this many days: a little more than any window, so that some come too early to count. */
const BACK = 18;
const SLICES_OF_DAY = DAY / SLICE;
/** Orders fall into classes by ordinal; the orders of a class have the same lags, in slices, for all their clicks. */
const CLASSES = 32;
/** So many of an order's clicks may be its buyer's own; those after are of people who only look. */
const JOURNEY = 7;
const UNKNOWN = 0.015;
/** Seconds in which nobody honest gets from a click to having paid. */
const NO_SOONER = 20;

/** The clicks of a book, about `perOrder` for each order. */
export function clicks(
  seed: number,
  perOrder: number,
  time: Timeline,
  of: Orders,
  who: Publishers,
  what: Shops,
): Clicks {
  const drawnOf = draws(seed, 'click');
  const ofJourney = draws(seed, 'journey');
  const steps = Math.ceil(perOrder);
  const lags = lagTable(seed, steps);
  const row = rowMaker(time, who);

  /** The click `step` steps before an order is paid (0 the last), put in its second of the slice. */
  function click(order: Order, step: number, lag: number, slice: number, seconds: string[]): number {
    const drawn = drawnOf(order.ordinal * steps + step);
    if (step === steps - 1 && !chance(another(drawn, 1), perOrder - step)) return 0;
    const room = lag === 0 ? Math.max(1, order.paidAt - slice * SLICE - NO_SOONER) : SLICE;
    const second = below(another(drawn, 2), room);
    const id = `k${order.ordinal}-${step}`;
    const looking = step >= journeyLength(order, ofJourney(order.ordinal));
    if (looking) {
      const buyer = of.buyers + below(another(drawn, 3), of.buyers * 3);
      const site = who.site(who.pick(another(drawn, 4)), another(drawn, 5));
      row(seconds, second, slice, id, buyer, what.pick(another(drawn, 6)), site, drawn, '');
      return 1;
    }
    const here = order.journey !== 'cross' && (step === 0 || chance(another(drawn, 7), 0.5));
    const liked = step === 0 || chance(another(drawn, 8), 0.45);
    const site = who.site(liked ? order.favourite : who.pick(another(drawn, 4)), another(drawn, 5));
    row(seconds, second, slice, id, order.buyer, here ? order.shop : what.pick(another(drawn, 6)), site, drawn, '');
    return 1;
  }

  /** A hijacker's click as an order is paid and, where it steals one, the click it comes on top of. */
  function hijack(order: Order, slice: number, seconds: string[]): number {
    const drawn = drawnOf(-1 - order.ordinal);
    const site = who.site(who.hijacker(another(drawn, 1)), another(drawn, 2));
    const paid = order.paidAt - slice * SLICE;
    const before = order.journey === 'fast' ? below(another(drawn, 3), 3) : 4 + below(another(drawn, 3), 100);
    const from = order.journey === 'unfiled' ? 'cdn77.ads-toolbar.example.net' : '';
    row(seconds, paid - before, slice, `k${order.ordinal}-h`, order.buyer, order.shop, site, drawn, from);
    if (order.journey !== 'overwritten') return 1;
    const victim = who.site(order.favourite, another(drawn, 4));
    const earlier = paid - before - 1 - below(another(drawn, 5), 50);
    row(seconds, earlier, slice, `k${order.ordinal}-v`, order.buyer, order.shop, victim, another(drawn, 6), '');
    return 2;
  }

  return {
    start: steps === 0 ? 0 : -BACK * SLICES_OF_DAY,
    end: time.slices,
    slice(slice) {
      const seconds: string[] = [];
      let rows = 0;
      for (let at = 0; at < lags.length; at++) {
        const lag = lags[at] ?? 0;
        // Who only looks is found from any order: such clicks wrap around, so that the last day has as many as others.
        if (slice < 0 && at >= JOURNEY * CLASSES) break;
        const paidIn = at < JOURNEY * CLASSES ? slice + lag : (slice + lag) % time.slices;
        if (paidIn < 0 || paidIn >= time.slices) continue;
        const first = time.firstOrder(paidIn);
        const next = time.firstOrder(paidIn + 1);
        const place = (at % CLASSES) - (first % CLASSES);
        for (let order = first + (place < 0 ? place + CLASSES : place); order < next; order += CLASSES) {
          rows += click(of.order(order, paidIn), Math.floor(at / CLASSES), lag, slice, seconds);
        }
      }
      for (let at = time.firstOrder(slice); steps > 0 && at < time.firstOrder(slice + 1); at++) {
        const order = of.order(at, slice);
        if (isHijacked(order.journey)) rows += hijack(order, slice, seconds);
      }
      return { text: seconds.join(''), rows };
    },
  };
}

/** How many of an order's clicks its buyer made. */
function journeyLength(order: Order, drawn: number): number {
  switch (order.journey) {
    case 'organic':
      return 0;
    case 'direct':
      return 2 + below(drawn, JOURNEY - 1);
    case 'cross':
      return 2 + below(drawn, JOURNEY - 2);
    case 'own':
      return 1;
    case 'fast':
    case 'overwritten':
    case 'unfiled':
      return below(drawn, 3);
  }
}

/**
 * For each step back and class, how many slices before its order a click falls, growing step by step of a journey. Each
 * step takes as many of the 32 classes a moment back, some hours or some days, so that every seed has the same mix.
 */
function lagTable(seed: number, steps: number): Int32Array {
  const lags = new Int32Array(steps * CLASSES);
  const most = BACK * SLICES_OF_DAY;
  const drawn = draws(seed, 'lag');
  const turns = below(drawn(-1), CLASSES);
  for (let at = 0; at < lags.length; at++) {
    const any = drawn(at);
    if (at >= JOURNEY * CLASSES) {
      lags[at] = below(another(any, 1), 2 * SLICES_OF_DAY);
      continue;
    }
    const back = Math.floor(at / CLASSES);
    const moments = back === 0 ? 20 : 14;
    const hours = back === 0 ? 29 : 25;
    const turn = (at * (2 * back + 13) + turns) % CLASSES;
    const moment = below(another(any, 2), back === 0 ? 1 : 4);
    const hour = below(another(any, 3), SLICES_OF_DAY / 4);
    const day = below(another(any, 4), 5) * SLICES_OF_DAY + below(another(any, 5), SLICES_OF_DAY / 6);
    const step = turn < moments ? moment : turn < hours ? hour : day;
    lags[at] = Math.min(most, (lags[at - CLASSES] ?? 0) + step);
  }
  return lags;
}

type PutRow = (
  seconds: string[],
  second: number,
  slice: number,
  id: string,
  buyer: number,
  shop: number,
  site: number,
  drawn: number,
  unfiled: string,
) => void;

/** Puts a click into its second of the slice; clicks of the same second stay in the order they came. */
function rowMaker(time: Timeline, who: Publishers): PutRow {
  return (seconds, second, slice, id, buyer, shop, site, drawn, unfiled) => {
    const pid = chance(another(drawn, 9), UNKNOWN) ? unknownPid(another(drawn, 10)) : who.pid(site, another(drawn, 11));
    const item = chance(another(drawn, 12), 0.7) ? itemId(shop, below(another(drawn, 13), ITEMS)) : '';
    const domain = unfiled === '' ? who.referrerDomain(site) : unfiled;
    const page = another(drawn, 14);
    const referrer = domain === '' || chance(page, 0.08) ? '' : `http://www.${domain}/p/${page & 0xffff}.html`;
    const host = another(buyer, 15);
    const ip = `10.${host & 255}.${(host >>> 8) & 255}.${(host >>> 16) & 255}`;
    const stamp = time.stamp(slice * SLICE + second);
    seconds[second] =
      `${seconds[second] ?? ''}${id},${stamp},${pid},${buyerId(buyer)},${shopId(shop)},${item},${referrer},${ip}\n`;
  };
}

/** A PID the registry does not know: a publisher that never was, or a form that never was one. */
function unknownPid(drawn: number): string {
  return chance(drawn, 0.8)
    ? `mm_${98_000_000 + (drawn & 0xfff)}_${9_000_000 + (drawn & 0xff)}_1`
    : `tk_${drawn & 0xffff}`;
}
