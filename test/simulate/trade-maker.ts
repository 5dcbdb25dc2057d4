/** The trade of a random world: order lines with the clicks before them and what becomes of them, at the edges of every rule. */
import { settingsOf } from './reference/policy.ts';
import type { Value } from './spelling.ts';
import { DAY, type Shop, type World } from './world.ts';

export function makeTrade(world: World): void {
  const { draw } = world;
  const { small, months } = world.size;
  const lines = draw.pick(small ? [8, 16] : [20, 45, 80, 120]) + 10 * (months ?? 0);
  for (let n = 0; n < lines; n += 1) makeLine(world, `${draw.pick(['L', 'L', 'l.', '9_', 'L-'])}${n}`, n);
  for (let n = draw.whole(0, 10); n > 0; n -= 1)
    makeClick(world, { buyer: draw.pick(world.buyers), at: world.instant() });
}

function makeLine(world: World, id: string, n: number): void {
  const { draw } = world;
  const shop = draw.pick(world.shops);
  const buyer = draw.pick(world.buyers);
  const item = draw.pick(world.items);
  const paidAt = world.instant(world.start, world.start + world.days * 0.75 * DAY);
  const paid = world.money();
  const order = {
    order_line_id: id,
    order_id: `O${Math.floor(n / 2)}`,
    buyer_id: buyer,
    shop_id: draw.chance(0.98) ? shop.id : 'unknown',
    item_id: item,
    category_id: draw.pick(world.categories),
    quantity: String(draw.whole(1, 3)),
    paid_amount: { money: paid },
    paid_at: { at: paidAt },
    coupon_pid: draw.chance(0.15) ? pid(world) : '',
  };
  // Where the order comes long after its facts, these wait parked.
  const late = draw.chance(0.12) ? draw.whole(0, 10) * DAY : 0;
  world.add('orders', order, paidAt + late);
  if (draw.chance(0.05)) world.add('orders', { ...order, paid_amount: { money: paid + 1n } }, world.instant());
  makeClicks(world, buyer, shop, item, paidAt);
  makeFate(world, id, paidAt, paid);
}

function pid(world: World): string {
  const { draw } = world;
  if (draw.chance(0.93)) return draw.pick(world.pids);
  const [a, b] = [draw.pick(world.sites), draw.pick(world.pids)];
  return draw.pick([
    `mm_${a.publisher}_${a.id}_${b.split('_')[3]}`,
    `mm_${draw.pick(world.publishers)}_${b.split('_')[2]}_${b.split('_')[3]}`,
    'mm_1001_1',
    'mm_nobody_none_nothing',
    `${b}_1`,
    b.replace('mm_', 'MM_'),
    'x, "y"',
  ]);
}

function referrer(world: World): string {
  const { draw } = world;
  const domain = draw.pick(world.sites).domain || 'site.example.com';
  return draw.pick([
    '',
    '',
    `http://${domain}/`,
    `https://www.${domain.toUpperCase()}:8080/x?y=1`,
    `http://evil${domain}/`,
    `http://${domain}.evil.net/`,
    'http://hijack.example.net/',
    `http://user:pw@${domain}/`,
    'not a url',
    domain,
    `//${domain}/`,
    'about:blank',
    'HTTP://B.CN',
  ]);
}

function makeClick(
  world: World,
  of: { buyer: string; at: number; pid?: string; shop?: string; item?: string; id?: string },
): void {
  const { draw } = world;
  if (of.at < world.start - 40 * DAY) return;
  world.note(of.at);
  world.clicks += 1;
  const click = {
    click_id: of.id ?? (draw.chance(0.9) ? `k${world.clicks}` : `k${draw.whole(1, world.clicks)}`),
    clicked_at: { at: of.at },
    pid: of.pid ?? pid(world),
    buyer_id: of.buyer,
    shop_id: of.shop ?? draw.pick(world.shops).id,
    item_id: of.item ?? draw.pick(['', ...world.items]),
    referrer: referrer(world),
    ip: `10.0.0.${draw.whole(0, 255)}`,
  };
  world.add('clicks', click, of.at);
}

function makeClicks(world: World, buyer: string, shop: Shop, item: string, paidAt: number): void {
  const { draw } = world;
  const settings = settingsOf(world.policy, world.digits);
  const window = (draw.chance(0.5) ? settings.sameStoreWindowDays : settings.crossStoreWindowDays) * DAY;
  const nearby = (at: number): number => at + draw.pick([0, 0, 0, 1, -1, 1000, -1000]);
  for (let n = draw.pick([0, 1, 2, 2, 3, 4]); n > 0; n -= 1) {
    const at = draw.pick([
      nearby(paidAt),
      nearby(paidAt - window),
      nearby(paidAt - settings.fastOrderSeconds * 1000),
      paidAt - draw.whole(0, 3) * DAY - draw.whole(0, 80_000) * 1000,
      paidAt - draw.whole(0, 4000) * 1000,
    ]);
    const bought = draw.chance(0.8) ? { shop: shop.id } : {};
    const same = draw.chance(0.3) ? { item } : {};
    const own = { buyer: draw.chance(0.97) ? buyer : draw.pick(world.buyers), at, pid: pid(world), ...bought, ...same };
    makeClick(world, own);
    if (draw.chance(0.2)) {
      const before = nearby(
        at - draw.pick([0, settings.overwriteSeconds]) * 1 - (draw.chance(0.5) ? settings.overwriteSeconds * 1000 : 0),
      );
      makeClick(world, { buyer, at: before, shop: shop.id });
    }
    if (draw.chance(0.15)) {
      for (let more = settings.floodClicks + draw.whole(-1, 1); more > 0; more -= 1) {
        const before = draw.chance(0.5) ? at : nearby(at - settings.floodSeconds * 1000);
        makeClick(world, { ...own, at: before, shop: draw.pick(world.shops).id });
      }
    }
  }
}

function makeFate(world: World, id: string, paidAt: number, paid: bigint): void {
  const { draw } = world;
  const last = world.start + world.days * DAY;
  const after = (from: number): number => {
    if (draw.chance(0.02)) return paidAt - draw.pick([1, 1000, DAY]);
    if (draw.chance(0.1)) return from;
    return world.instant(from, Math.max(from, draw.chance(0.5) ? Math.min(last, from + 6 * DAY) : last));
  };
  const confirmed = after(paidAt);
  const edges = [paidAt, confirmed, confirmed + 1, confirmed - 1];
  const around = (): number => (draw.chance(0.2) ? draw.pick(edges) : after(draw.chance(0.5) ? paidAt : confirmed));
  const line = { order_line_id: id };
  const receipts = draw.chance(0.78) ? (draw.chance(0.06) ? 2 : 1) : 0;
  for (let n = 0; n < receipts; n += 1) {
    const part = (paid * BigInt(draw.whole(0, 100))) / 100n;
    const received: Value = draw.chance(0.6)
      ? ''
      : { money: draw.pick([0n, paid, part, part, paid - 1n < 0n ? 0n : paid - 1n, paid + 1n]) };
    const at = n === 0 ? confirmed : after(paidAt);
    world.add('receipts', { ...line, confirmed_at: { at }, received_amount: received }, at);
  }
  if (draw.chance(receipts === 0 ? 0.5 : 0.08)) {
    const at = around();
    world.add('closures', { ...line, closed_at: { at }, reason: 'cancelled' }, at);
  }
  for (let n = draw.pick([0, 0, 1, 1, 2, 4]); n > 0; n -= 1) {
    const at = around();
    const amount = draw.pick([1n, paid, paid / 3n, (paid * BigInt(draw.whole(0, 100))) / 100n, paid / 7n]);
    if (amount === 0n && draw.chance(0.9)) continue;
    world.add(
      'refunds',
      { refund_id: `R${draw.chance(0.9) ? n : 1}`, ...line, amount: { money: amount }, refunded_at: { at } },
      at,
    );
  }
  for (let n = draw.pick([0, 0, 1, 1, 2, 3]); n > 0; n -= 1) {
    const at = around();
    const decision = draw.pick(['release', 'release', 'release', 'forfeit']);
    world.add(
      'risk-decisions',
      { decision_id: `X${n}`, ...line, decision, decided_at: { at }, decided_by: 'risk-0', reason: '' },
      at,
    );
  }
}
