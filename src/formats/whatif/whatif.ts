/** The answer of a "what if" as a document for programs, and its changed lines as CSV. */

import { formatMoney, inDecimals } from '../../core/money.ts';
import type { Interests, Pair, Party, Traffic, WhatIf } from '../../core/whatif/result.ts';
import type { Both, ChangedLine, Figures, SideOfLine } from '../../core/whatif/tally.ts';
import { csvRow, csvSafe } from '../files/csv.ts';
import { SPEECH } from '../words/index.ts';
import { supposedText } from './story.ts';

const COUNTS: ReadonlySet<string> = new Set(['lines', 'sales', 'forfeitedLines', 'open']);

/** The answer as a document: amounts as inDecimals, counts as numbers. */
export function whatIfDocument(answer: WhatIf, digits: number): Record<string, unknown> {
  const money = (amount: bigint): string => formatMoney(amount, digits);
  const pair = ({ book, other }: Pair) => ({ book: money(book), whatIf: money(other), change: money(other - book) });
  const figures = (of: Figures) =>
    Object.fromEntries(
      Object.entries(of).map(([name, value]) => [name, COUNTS.has(name) ? Number(value) : money(value)]),
    );
  const both = ({ book, other }: Both) => ({ book: figures(book), whatIf: figures(other) });
  const party = (one: Party, figure: 'commission' | 'earning') => ({
    id: one.id,
    ...(one.name === null ? {} : { name: one.name }),
    [figure]: pair({ book: one.both.book[figure], other: one.both.other[figure] }),
    held: pair({ book: one.both.book.held, other: one.both.other.held }),
  });
  const { from, to, through, changes, all, traces, reasons, shifts, sellers, publishers, lines, traffic } = answer;
  return {
    from,
    to,
    through,
    changes: changes.map((one) => supposedText(one, SPEECH.en)),
    differs: lines.of > 0,
    interests: interestsDocument(answer.interests, pair),
    all: both(all),
    traces: Object.fromEntries(traces.map((one) => [one.trace, both(one.both)])),
    reasons: Object.fromEntries(reasons.map((one) => [one.reason, both(one.both)])),
    changed: Object.fromEntries(shifts.map((one) => [one.shift, both(one.both)])),
    decidedForAnother: Number(answer.decidedForAnother.lines),
    sellers: { of: sellers.of, largest: sellers.list.map((one) => party(one, 'commission')) },
    publishers: { of: publishers.of, largest: publishers.list.map((one) => party(one, 'earning')) },
    lines: { of: lines.of, largest: lines.list.map((line) => lineDocument(line, digits)) },
    ...(traffic === null
      ? {}
      : {
          traffic: {
            cpc: traffic.cpc === null ? null : money(traffic.cpc),
            cpa: traffic.cpa === null ? null : money(traffic.cpa),
            all: trafficDocument(traffic.all, traffic, money),
            shops: {
              of: traffic.shopCount,
              largest: traffic.shops.map((shop) => ({
                id: shop.shopId,
                name: shop.name,
                ...trafficDocument(shop, traffic, money),
              })),
            },
          },
        }),
  };
}

function interestsDocument(of: Interests, pair: (of: Pair) => object): Record<string, unknown> {
  return {
    alliance: pair(of.alliance),
    sellers: Object.fromEntries(of.sellers.map(({ mall, commission }) => [mall, pair(commission)])),
    good: { publishers: Number(of.goodCount), earnings: pair(of.good), held: pair(of.goodHeld) },
    irregular: {
      publishers: Number(of.irregularCount),
      earnings: pair(of.irregular),
      held: pair(of.irregularHeld),
      forfeited: pair(of.irregularForfeited),
    },
  };
}

function lineDocument(line: ChangedLine, digits: number): Record<string, unknown> {
  const side = ({ publisherId, ...of }: SideOfLine) => inDecimals({ publisher: publisherId, ...of }, digits);
  const { orderLineId, businessDay, shift, shopId, sellerId, book, other } = line;
  const place = { line: orderLineId, day: businessDay, what: shift, shop: shopId, seller: sellerId };
  return { ...place, book: side(book), whatIf: side(other) };
}

function trafficDocument(
  { clicks, buying, sales, cps, cpc, cpa, idle }: Traffic['all'],
  prices: Pick<Traffic, 'cpc' | 'cpa'>,
  money: (amount: bigint) => string,
): Record<string, unknown> {
  const counts = { clicks: Number(clicks), buying: Number(buying), sales: Number(sales) };
  const byClick = prices.cpc === null ? {} : { cpc: money(cpc), idle: money(idle) };
  return { ...counts, cps: money(cps), ...byClick, ...(prices.cpa === null ? {} : { cpa: money(cpa) }) };
}

const SIDE_COLUMNS = ['publisher', 'why', 'state', 'commission', 'fee', 'earning', 'held'];

/** The columns of the file of changed lines. */
export const CHANGED_HEADER = csvRow([
  'order_line_id',
  'business_day',
  'what',
  'shop_id',
  'seller_id',
  ...SIDE_COLUMNS.map((name) => `book_${name}`),
  ...SIDE_COLUMNS.map((name) => `whatif_${name}`),
]);

/** A changed line as a row of that file. */
export function changedRow(line: ChangedLine, digits: number): string {
  const side = ({ publisherId, why, state, commission, fee, earning, held }: SideOfLine): (string | null)[] => [
    publisherId,
    why,
    state,
    ...[commission, fee, earning, held].map((amount) => formatMoney(amount, digits)),
  ];
  const { orderLineId, businessDay, shift, shopId, sellerId, book, other } = line;
  const cells = [orderLineId, businessDay, shift, shopId, sellerId, ...side(book), ...side(other)];
  return csvRow(cells.map(csvSafe));
}
