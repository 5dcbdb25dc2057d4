// Decides when a generated book's orders are paid: how they spread over days and hours, in order of their ordinals.
// Times are seconds from midnight of the first day in the book's zone; nothing here reads a clock.

import { below, chance, type Draw, draws } from './draw.ts';

/** Seconds in a day, and in a slice: the stretch within which rows are made together and put in order of time. */
export const DAY = 86_400;
export const SLICE = 300;

/** The book's calendar. Slices count from midnight of the first day; those before it are negative. */
export interface Timeline {
  readonly days: number;
  /** Slices in which orders are paid: 0 up to this, exclusive. */
  readonly slices: number;
  /** The first order paid in a slice or later; the number of orders from the end on. */
  firstOrder(slice: number): number;
  /** The second an order of a slice is paid. */
  paidAt(order: number, slice: number): number;
  /** `yyyy-mm-dd`. */
  day(second: number): string;
  /** `yyyy-mm-dd hh:mm:ss`. */
  stamp(second: number): string;
}

/** Orders by hour of the day, as shares: quiet at night, busy after supper. */
const HOURS = [18, 10, 6, 4, 3, 4, 8, 16, 30, 46, 56, 54, 48, 52, 56, 56, 54, 48, 44, 56, 70, 78, 66, 38];

/** The trade's own feasts, by how many times a usual day. */
const FEASTS: Readonly<Record<string, number>> = { '11-11': 3, '12-12': 2.2 };

const TWO = Array.from({ length: 60 }, (_, figure) => String(figure).padStart(2, '0'));

/** The calendar of a book of `orders` orders over `days` days from `from` (`yyyy-mm-dd`). */
export function timeline(seed: number, from: string, days: number, orders: number): Timeline {
  const midnight = Date.parse(`${from}T00:00:00Z`);
  const texts = new Map<number, string>();
  const dayText = (day: number): string => {
    let text = texts.get(day);
    if (text === undefined) {
      text = new Date(midnight + day * DAY * 1000).toISOString().slice(0, 10);
      texts.set(day, text);
    }
    return text;
  };
  const weights = Array.from({ length: days }, (_, day) => weightOf(dayText(day), draws(seed, 'day')(day)));
  const firsts = firstOrders(weights, orders);
  const moment = draws(seed, 'moment');
  return {
    days,
    slices: firsts.length - 1,
    firstOrder: (slice) => firsts[Math.max(0, slice)] ?? orders,
    paidAt: (order, slice) => slice * SLICE + within(order, firsts[slice] ?? 0, firsts[slice + 1] ?? orders, moment),
    day: (second) => dayText(Math.floor(second / DAY)),
    stamp(second) {
      const day = Math.floor(second / DAY);
      const rest = second - day * DAY;
      const minutes = Math.floor(rest / 60);
      return `${dayText(day)} ${TWO[Math.floor(minutes / 60)]}:${TWO[minutes % 60]}:${TWO[rest % 60]}`;
    },
  };
}

function weightOf(day: string, drawn: number): number {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  const usual = weekday === 0 || weekday === 6 ? 92 : 100;
  return (usual + below(drawn, 11) - 5) * (FEASTS[day.slice(5)] ?? (chance(drawn, 0.03) ? 1.3 : 1));
}

/** For each slice the first order paid in it, and last the number of orders: ordinals in proportion to the weights. */
function firstOrders(weights: readonly number[], orders: number): Float64Array {
  const perHour = 3600 / SLICE;
  const firsts = new Float64Array(weights.length * HOURS.length * perHour + 1);
  const whole = weights.reduce((sum, weight) => sum + weight, 0) * HOURS.reduce((sum, hour) => sum + hour, 0) * perHour;
  let before = 0;
  let slice = 0;
  for (const weight of weights) {
    for (const hour of HOURS) {
      for (let part = 0; part < perHour; part++) {
        firsts[slice++] = Math.floor((before / whole) * orders);
        before += weight * hour;
      }
    }
  }
  firsts[slice] = orders;
  return firsts;
}

/** Seconds into its slice: the orders of a slice in equal parts, each somewhere in its own. */
function within(order: number, first: number, next: number, moment: Draw): number {
  return Math.floor(((order - first + moment(order) / 2 ** 32) / (next - first)) * SLICE);
}
