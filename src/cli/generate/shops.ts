// Decides what is sold in a generated book: sellers' shops, their items and prices, their plans and rates.
// Each is a function of its ordinal; a shop's rank is its share of the orders.

import { csvRow } from '../../formats/files/csv.ts';
import { another, below, chance, draws, pick, ranks } from './draw.ts';
import { shopName } from './names.ts';
import { publisherId } from './publishers.ts';
import { DAY, type Timeline } from './timeline.ts';

/** The shops of a book, by ordinal; `item` counts within its shop, 0 to ITEMS - 1. */
export interface Shops {
  readonly count: number;
  /** A shop by its share of the trade. */
  pick(drawn: number): number;
  /** An item's price in fen, between 1.00 and about 2,000.00. */
  price(shop: number, item: number): number;
  categoryId(shop: number, item: number): string;
  shopRows(): Iterable<string>;
  programmeRows(): Iterable<string>;
  planRows(): Iterable<string>;
  rateRows(): Iterable<string>;
  memberRows(pickPublisher: (drawn: number) => number): Iterable<string>;
}

/** Items in a shop. */
export const ITEMS = 40;
const CATEGORIES = 3;
/** Sellers own one, two and three shops in turn. */
const SELLERS = [0, 1, 1, 2, 2, 2] as const;

export const shopId = (shop: number): string => String(57_000_000 + shop);
export const itemId = (shop: number, item: number): string => `i${shop * ITEMS + item}`;

/** `count` shops; their plans' dates follow the calendar. */
export function shops(seed: number, count: number, time: Timeline): Shops {
  const of = draws(seed, 'shop');
  const ofItem = draws(seed, 'item');
  const mallOf = (shop: number): string => (chance(another(of(shop), 1), 0.45) ? 'tmall' : 'taobao');
  const category = (shop: number, nth: number): string =>
    String(50_010_000 + ((below(of(shop), 500) + nth * 37) % 500));
  const targeted = (shop: number): boolean => chance(another(of(shop), 2), 0.3);
  const event = (shop: number): boolean => chance(another(of(shop), 3), 0.25);

  return {
    count,
    pick: ranks(count),
    price(shop, item) {
      const u = ofItem(shop * ITEMS + item) / 2 ** 32;
      return 590 + Math.floor(u * 9_000 + u * u * u * u * 190_000);
    },
    categoryId: (shop, item) => category(shop, item % CATEGORIES),

    *shopRows() {
      for (let shop = 0; shop < count; shop++) {
        const seller = Math.floor(shop / SELLERS.length) * CATEGORIES + (SELLERS[shop % SELLERS.length] ?? 0);
        yield csvRow([
          shopId(shop),
          `u${2_000_000 + seller}`,
          mallOf(shop),
          shopName(another(of(shop), 4), mallOf(shop)),
        ]);
      }
    },
    *programmeRows() {
      for (let shop = 0; shop < count; shop++) {
        const drawn = another(of(shop), 5);
        yield csvRow([shopId(shop), 'join', time.stamp(-320 * DAY + below(drawn, 200 * DAY))]);
        if (shop < 5 || !chance(another(drawn, 1), 0.03)) continue;
        const left = below(another(drawn, 2), time.days * DAY);
        yield csvRow([shopId(shop), 'leave', time.stamp(left)]);
        if (chance(another(drawn, 3), 0.4)) yield csvRow([shopId(shop), 'join', time.stamp(left + 3 * DAY)]);
      }
    },
    *planRows() {
      for (let shop = 0; shop < count; shop++) {
        yield csvRow([`g${shopId(shop)}`, shopId(shop), 'general', '通用计划']);
        if (targeted(shop)) yield csvRow([`t${shopId(shop)}`, shopId(shop), 'targeted', '核心推广者定向计划']);
        if (event(shop)) yield csvRow([`e${shopId(shop)}`, shopId(shop), 'event', '年终大促']);
      }
    },
    *rateRows() {
      for (let shop = 0; shop < count; shop++) {
        const drawn = another(of(shop), 6);
        const categories = Array.from({ length: 2 + (shop % 2) }, (_, nth) => category(shop, nth));
        yield* generalRates(
          shopId(shop),
          drawn,
          shop >= 5 && chance(another(drawn, 1), 0.03),
          categories,
          (item) => itemId(shop, item),
          time,
        );
        if (targeted(shop)) {
          const since = time.stamp(-90 * DAY + below(another(drawn, 2), 60 * DAY));
          yield rate(`t${shopId(shop)}`, 'shop', shopId(shop), 300 + below(another(drawn, 3), 1500), since, null);
          yield rate(`t${shopId(shop)}`, 'item', itemId(shop, 1), 500 + below(another(drawn, 4), 2501), since, null);
        }
        if (event(shop)) {
          const first = below(another(drawn, 5), Math.max(1, time.days - 5)) * DAY;
          const since = time.stamp(first);
          const until = time.stamp(first + (4 + below(another(drawn, 6), 8)) * DAY);
          yield rate(
            `e${shopId(shop)}`,
            'category',
            category(shop, 0),
            300 + below(another(drawn, 7), 1700),
            since,
            until,
          );
          yield rate(`e${shopId(shop)}`, 'item', itemId(shop, 2), 500 + below(another(drawn, 8), 2501), since, until);
        }
      }
    },
    *memberRows(pickPublisher) {
      for (let shop = 0; shop < count; shop++) {
        if (!targeted(shop)) continue;
        const drawn = another(of(shop), 7);
        const members = new Set(Array.from({ length: 8 }, (_, nth) => pickPublisher(another(drawn, nth))));
        for (const publisher of members) {
          const joined = -60 * DAY + below(another(drawn, publisher), (60 + Math.ceil(time.days / 2)) * DAY);
          const member = [`t${shopId(shop)}`, publisherId(publisher)];
          yield csvRow([...member, 'join', time.stamp(joined)]);
          if (chance(another(drawn, publisher + 1), 0.1))
            yield csvRow([...member, 'leave', time.stamp(joined + 20 * DAY)]);
        }
      }
    },
  };
}

/** A general plan's rates: for the shop (unless bare, and some changed midway), for categories, for featured items. */
function* generalRates(
  shop: string,
  drawn: number,
  bare: boolean,
  categories: readonly string[],
  item: (nth: number) => string,
  time: Timeline,
): Iterable<string> {
  const plan = `g${shop}`;
  const since = time.stamp(-330 * DAY);
  const base = 50 + below(another(drawn, 10), 950);
  if (!bare && chance(another(drawn, 11), 0.1)) {
    const change = time.stamp(below(another(drawn, 12), time.days) * DAY);
    yield rate(plan, 'shop', shop, base, since, change);
    yield rate(plan, 'shop', shop, base + 100, change, null);
  } else if (!bare) {
    yield rate(plan, 'shop', shop, base, since, null);
  }
  for (const [nth, category] of categories.entries()) {
    yield rate(plan, 'category', category, 50 + below(another(drawn, 13 + nth), 1500), since, null);
  }
  yield rate(plan, 'item', item(0), 200 + below(another(drawn, 16), 2801), since, null);
}

/** A rates row; `points` are hundredths of a percent, written as a fraction or as a percent, as sellers do. */
function rate(plan: string, scope: string, of: string, points: number, since: string, until: string | null): string {
  const two = String(points % 100).padStart(2, '0');
  const percent = `${Math.floor(points / 100)}.${two}`;
  const text = pick(another(points, of.length), [
    `0.${String(points).padStart(4, '0')}`,
    `0.${String(points).padStart(4, '0')}`,
    `${percent}%`,
    `${percent} %`,
  ]);
  return csvRow([plan, scope, of, text, since, until]);
}
