/** Makes the answer of what many lines decided again came to: the four interests, who gains and loses most, the traffic. */

import { Registry } from '../core/attribution/registry.ts';
import { byCodePoint } from '../core/ids.ts';
import type { Money } from '../core/money.ts';
import { abs, SHIFTS } from '../core/whatif/outcome.ts';
import type { Cut, Interests, Pair, Party, ShopTraffic, Traffic, WhatIf } from '../core/whatif/result.ts';
import { Largest, Sums } from '../core/whatif/sums.ts';
import type { Both, Figure, PartyKind, Tally } from '../core/whatif/tally.ts';
import type { Session } from '../store/connection/session.ts';
import { RegistryLoader } from '../store/registry/registry.ts';
import { clicksByPid, namesOf, publishersNotActive } from '../store/whatif/reads.ts';
import type { Buying } from './clicks-that-sold.ts';
import type { Past, WhatIfOrder } from './past.ts';

interface Decided {
  readonly past: Past;
  readonly order: WhatIfOrder;
  readonly tally: Tally;
  readonly bought: Buying;
}

const pair = ({ book, other }: Both, figure: Figure): Pair => ({ book: book[figure], other: other[figure] });
const change = (both: Both, figure: Figure): Money => both.other[figure] - both.book[figure];

/** The answer, with the names of those it names. Call it in the snapshot the lines were decided in. */
export async function answerOf(session: Session, decided: Decided): Promise<WhatIf> {
  const { past, order, tally } = decided;
  const after = (key: string): string => key.slice(key.indexOf(' ') + 1);
  const shifts = SHIFTS.map((shift) => ({ shift, both: tally.group(`shift ${shift}`) }));
  return {
    from: order.from,
    to: order.to,
    through: past.last.day,
    changes: order.said,
    all: tally.group('all'),
    interests: await interestsOf(session, decided),
    traces: tally.groups('trace').map((key) => ({ trace: after(key), both: tally.group(key) })),
    reasons: tally.groups('reason').map((key) => ({ reason: after(key), both: tally.group(key) })),
    shifts,
    decidedForAnother: tally.group('decided').other,
    sellers: await largest(session, tally, 'seller', 'commission', order.top),
    publishers: await largest(session, tally, 'publisher', 'earning', order.top),
    lines: { list: tally.lines(), of: Number(shifts.reduce((sum, { both }) => sum + both.other.lines, 0n)) },
    traffic: order.prices.cpc === null && order.prices.cpa === null ? null : await trafficOf(session, decided),
  };
}

async function interestsOf(session: Session, { past, order, tally }: Decided): Promise<Interests> {
  const { calendar } = past.book;
  const [from, to] = [calendar.startOf(order.from), calendar.endOf(past.last.day)];
  const caught = await publishersNotActive(session, from, to, past.last.through);
  const sums = new Sums(6);
  const FIGURES = ['earning', 'held', 'forfeited'] as const;
  const counts = { good: 0n, irregular: 0n };
  for (const [id, both] of tally.parties('publisher')) {
    const isIrregular = both.book.forfeitedLines > 0n || both.other.forfeitedLines > 0n || caught.has(id);
    const kind = isIrregular ? 'irregular' : 'good';
    counts[kind]++;
    sums.add(kind, [...FIGURES.map((one) => both.book[one]), ...FIGURES.map((one) => both.other[one])]);
  }
  const of = (kind: string, figure: number): Pair => {
    const figures = sums.of(kind);
    return { book: figures[figure] ?? 0n, other: figures[figure + FIGURES.length] ?? 0n };
  };
  return {
    alliance: pair(tally.group('all'), 'fee'),
    sellers: ['taobao', 'tmall'].map((mall) => ({ mall, commission: pair(tally.group(`mall ${mall}`), 'commission') })),
    good: of('good', 0),
    goodHeld: of('good', 1),
    goodCount: counts.good,
    irregular: of('irregular', 0),
    irregularHeld: of('irregular', 1),
    irregularForfeited: of('irregular', 2),
    irregularCount: counts.irregular,
  };
}

/** The parties whose figure changes most; equal ones by id. */
async function largest(
  session: Session,
  tally: Tally,
  kind: Exclude<PartyKind, 'shop'>,
  figure: Figure,
  top: number,
): Promise<Cut<Party>> {
  const kept = new Largest<{ id: string; both: Both; moved: Money }>(top, (a, b) =>
    a.moved === b.moved ? byCodePoint(a.id, b.id) : a.moved > b.moved ? -1 : 1,
  );
  let of = 0;
  for (const [id, both] of tally.parties(kind)) {
    const moved = abs(change(both, figure));
    if (moved === 0n && change(both, 'held') === 0n) continue;
    of++;
    kept.add({ id, both, moved });
  }
  const list = kept.list();
  const names =
    kind === 'publisher'
      ? await namesOf(
          session,
          'publisher',
          list.map((one) => one.id),
        )
      : new Map();
  return { list: list.map(({ id, both }) => ({ id, name: names.get(id) ?? null, both })), of };
}

/** Clicks counted by shop: the PIDs known by the span's last night, a list at a time. */
async function clicksByShop(session: Session, { past, order }: Decided): Promise<Sums> {
  const { calendar } = past.book;
  const through = past.nights.find(({ day }) => day === order.to)?.through ?? past.last.through;
  const clicks = new Sums(1);
  const [from, to] = [calendar.startOf(order.from), calendar.endOf(order.to)];
  for await (const rows of clicksByPid(session, from, to, through)) {
    const registry = new Registry();
    await new RegistryLoader(session, through).load(registry, { pids: rows.map((row) => row.pid) });
    for (const row of rows) if (registry.pid(row.pid) !== undefined) clicks.add(row.shop_id, [row.clicks]);
  }
  return clicks;
}

async function trafficOf(session: Session, decided: Decided): Promise<Traffic> {
  const { order, tally, bought } = decided;
  const cpc = order.prices.cpc ?? 0n;
  const cpa = order.prices.cpa ?? 0n;
  const clicks = await clicksByShop(session, decided);
  for (const [shop] of tally.parties('shop')) clicks.add(shop, [0n]);
  const sold = new Map([...tally.parties('shop')].map(([shop, { other }]) => [shop, other]));
  const all = { clicks: 0n, buying: 0n, sales: 0n, cps: 0n, cpc: 0n, cpa: 0n, idle: 0n };
  const kept = new Largest<Omit<ShopTraffic, 'name'>>(order.top, (a, b) =>
    a.cps === b.cps ? byCodePoint(a.shopId, b.shopId) : a.cps > b.cps ? -1 : 1,
  );
  for (const shopId of clicks.keys()) {
    const [received = 0n] = clicks.of(shopId);
    const buying = bought.of(shopId);
    const sales = sold.get(shopId)?.sales ?? 0n;
    const cost = { cps: sold.get(shopId)?.commission ?? 0n, cpc: received * cpc, cpa: sales * cpa };
    const one = { clicks: received, buying, sales, ...cost, idle: (received - buying) * cpc };
    for (const name of Object.keys(all) as (keyof typeof all)[]) all[name] += one[name];
    kept.add({ shopId, ...one });
  }
  const list = kept.list();
  const names = await namesOf(
    session,
    'shop',
    list.map((one) => one.shopId),
  );
  const shops = list.map((one) => ({ ...one, name: names.get(one.shopId) ?? '' }));
  return { ...order.prices, shops, shopCount: clicks.size, all };
}
