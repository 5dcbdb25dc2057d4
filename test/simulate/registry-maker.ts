/** The registry of a random world: publishers, sites, shops, plans and rates, with their switches, amendments and mistakes. */
import type { Value } from './spelling.ts';
import { DAY, type World } from './world.ts';

const NAMES = ['推广者', 'A, "quoted" name', "O'Neil", 'two words', ''];

export function makeRegistry(world: World): void {
  makePublishers(world);
  makeShops(world);
  for (const shop of world.shops) makePlans(world, shop.id);
}

/** Before the book's first day, mostly. */
function early(world: World): number {
  return world.draw.chance(0.95) ? world.start - world.draw.whole(5, 30) * DAY : world.instant();
}

function switches(
  world: World,
  feed: string,
  values: Record<string, Value>,
  column: string,
  choices: string[],
  most: number,
): void {
  const { draw } = world;
  const times = draw.whole(0, most);
  let at = world.instant();
  for (let n = 0; n < times; n += 1) {
    if (draw.chance(0.7)) at = world.instant();
    const arrives = draw.chance(0.5) ? world.start - DAY : at;
    world.add(feed, { ...values, [column]: draw.pick(choices), at: { at } }, arrives);
  }
}

function makePublishers(world: World): void {
  const { draw } = world;
  const ids = draw.shuffle(['1001', '1002', 'a-1', 'Z9', 'A1', '-', '0', '10010']).slice(0, draw.whole(2, 6));
  for (const publisher of ids) {
    world.publishers.push(publisher);
    const filing = (): Record<string, Value> => ({
      publisher_id: publisher,
      name: draw.pick(NAMES),
      kind: draw.pick(['individual', 'individual', 'company']),
      payee_name: '姓名',
      payee_account: `${publisher}@example.com`,
      own_buyer_ids: { ids: draw.some(world.buyers, 0.1) },
      registered_at: { at: world.start - draw.whole(40, 42) * DAY },
    });
    const first = filing();
    const at = early(world);
    world.add('publishers', first, at);
    while (draw.chance(0.3)) world.add('publishers', draw.chance(0.8) ? filing() : first, world.instant());
    switches(
      world,
      'publisher-status',
      { publisher_id: publisher, reason: draw.pick(['', 'a, b']) },
      'status',
      ['active', 'active', 'frozen', 'terminated'],
      draw.pick([0, 0, 3]),
    );
    for (let n = draw.whole(1, 2); n > 0; n -= 1) makeSite(world, publisher, `${publisher}-s${n}`.slice(-24), at);
  }
}

function makeSite(world: World, publisher: string, id: string, since: number): void {
  const { draw } = world;
  const domain = draw.pick(['site.example.com', 'Site.Example.COM', '', 'b.cn']);
  world.sites.push({ id, publisher, domain });
  const filing = (of: string): Record<string, Value> => ({
    site_id: id,
    publisher_id: of,
    kind: draw.pick(['website', 'website', 'website', 'app', 'guide', 'software']),
    name: draw.pick(NAMES),
    domain: draw.chance(0.8) ? domain : draw.pick(['other.example.org', '']),
    filed_at: { at: since },
  });
  world.add('sites', filing(publisher), since);
  while (draw.chance(0.25))
    world.add('sites', filing(draw.chance(0.8) ? publisher : draw.pick(world.publishers)), world.instant());
  const review = { site_id: id, score: draw.pick(['', '0', '59', '60.5', '100']), reason: '' };
  if (draw.chance(0.95)) world.add('site-reviews', { ...review, status: 'approved', at: { at: since } }, since);
  switches(
    world,
    'site-reviews',
    review,
    'status',
    ['submitted', 'approved', 'approved', 'approved', 'rejected', 'amend'],
    draw.pick([0, 0, 3]),
  );
  for (const permission of ['cross-store:tmall', 'cross-store:taobao', 'api']) {
    const row = { site_id: id, permission, reason: '' };
    if (draw.chance(0.6)) world.add('permissions', { ...row, action: 'grant', at: { at: since } }, since);
    switches(world, 'permissions', row, 'action', ['grant', 'grant', 'revoke'], draw.pick([0, 0, 3]));
  }
  makeMatters(world, id);
  for (let n = draw.whole(1, 2); n > 0; n -= 1) {
    const zone = `${id}z${n}`.slice(-24);
    const at = draw.chance(0.95) ? since : world.instant();
    world.add('adzones', { adzone_id: zone, site_id: id, name: draw.pick(NAMES) }, at);
    while (draw.chance(0.15)) {
      const of = draw.chance(0.6) ? id : draw.pick(world.sites).id;
      world.add('adzones', { adzone_id: zone, site_id: of, name: draw.pick(NAMES) }, world.instant());
    }
    world.pids.push(`mm_${publisher}_${id}_${zone}`);
  }
}

/** Notices, applications and withdrawals of a site, which people decide about (SPEC 12). */
function makeMatters(world: World, site: string): void {
  const { draw } = world;
  const last = world.start + world.days * DAY;
  const permissions = ['cross-store:tmall', 'cross-store:taobao', 'api'];
  const by = { issued_by: 'Chen', reason: draw.pick(['', 'a, b']) };
  for (let n = draw.pick([0, 0, 1, 2]); n > 0; n -= 1) {
    const notice = `N-${site}-${n}`;
    const issued = world.instant();
    const ends = draw.chance(0.5) ? world.instant(issued) : issued + draw.pick([0, 1, DAY, 5 * DAY, 5 * DAY]);
    world.note(ends);
    const about = [draw.pick(permissions), ...draw.some(permissions, 0.5)];
    const row = { notice_id: notice, site_id: site, permissions: { ids: about }, ...by };
    world.add('notices', { ...row, issued_at: { at: issued }, effective_at: { at: ends } }, issued);
    for (const permission of draw.some(permissions, 0.25)) {
      const at = draw.pick([issued, ends - 1, ends, world.instant(issued, ends)]);
      const cancelled = { notice_id: notice, permission, cancelled_at: { at }, cancelled_by: 'Sun', reason: 'mended' };
      world.add('notice-cancellations', cancelled, at);
    }
  }
  for (let n = draw.pick([0, 0, 1, 2]); n > 0; n -= 1) {
    const application = `A-${site}-${n}`;
    const at = world.instant();
    const row = { application_id: application, site_id: site, permission: draw.pick(permissions), statement: '' };
    world.add('applications', { ...row, applied_at: { at } }, at);
    const decided = draw.chance(0.05) ? at - 1 : world.instant(at, last);
    const decision = draw.pick(['approve', 'approve', 'reject']);
    const ruling = { application_id: application, decision, decided_by: 'Chen', reason: '' };
    if (draw.chance(0.85)) world.add('application-decisions', { ...ruling, decided_at: { at: decided } }, decided);
  }
  if (draw.chance(0.1)) {
    const at = world.instant();
    const row = { site_id: site, withdrawn_by: 'its owner', reason: '' };
    world.add('withdrawals', { ...row, withdrawn_at: { at } }, at);
    if (draw.chance(0.2)) world.add('withdrawals', { ...row, withdrawn_at: { at: at + 1 } }, world.instant());
  }
}

function makeShops(world: World): void {
  const { draw } = world;
  const sellers = ['s0', 's1', 'S-2'].slice(0, draw.whole(1, 3));
  for (let n = draw.whole(3, 8); n > 0; n -= 1) {
    const shop = {
      id: draw.pick(['5', 'x-', 'Y']) + n,
      seller: draw.pick(sellers),
      mall: draw.pick(['taobao', 'tmall']),
    };
    world.shops.push(shop);
    const at = early(world);
    const filing = (mall: string, seller: string): Record<string, Value> => ({
      shop_id: shop.id,
      seller_id: seller,
      mall,
      name: draw.pick(NAMES),
    });
    world.add('shops', filing(shop.mall, shop.seller), at);
    while (draw.chance(0.2)) {
      const mall = draw.chance(0.7) ? shop.mall : draw.pick(['taobao', 'tmall']);
      world.add('shops', filing(mall, draw.chance(0.8) ? shop.seller : draw.pick(sellers)), world.instant());
    }
    if (draw.chance(0.95)) world.add('programme', { shop_id: shop.id, action: 'join', at: { at } }, at);
    switches(
      world,
      'programme',
      { shop_id: shop.id },
      'action',
      ['join', 'join', 'join', 'leave'],
      draw.pick([0, 0, 3]),
    );
  }
}

function makePlans(world: World, shop: string): void {
  const { draw } = world;
  const kinds = ['general', 'targeted', 'event', 'general', 'targeted', 'event'].filter((_, n) =>
    draw.chance(n === 0 ? 0.95 : n < 3 ? 0.7 : 0.25),
  );
  const instants = [world.start - 20 * DAY, world.instant(), world.instant()];
  for (const kind of kinds) {
    world.plans += 1;
    const plan = draw.pick(['p', 'P', 'p-']) + world.plans;
    const at = early(world);
    const filing = (as: string): Record<string, Value> => ({
      plan_id: plan,
      shop_id: shop,
      kind: as,
      name: draw.pick(NAMES),
    });
    world.add('plans', filing(kind), at);
    while (draw.chance(0.15))
      world.add('plans', filing(draw.chance(0.7) ? kind : draw.pick(['general', 'event'])), world.instant());
    if (kind === 'targeted' || draw.chance(0.05)) {
      for (const publisher of draw.some(world.publishers, 0.6)) {
        const row = { plan_id: plan, publisher_id: publisher };
        if (draw.chance(0.7)) world.add('plan-members', { ...row, action: 'join', at: { at } }, at);
        switches(world, 'plan-members', row, 'action', ['join', 'leave'], draw.pick([0, 2]));
      }
    }
    for (let n = draw.whole(1, 5); n > 0; n -= 1) makeRate(world, plan, shop, instants);
  }
}

function makeRate(world: World, plan: string, shop: string, instants: readonly number[]): void {
  const { draw } = world;
  const scope = draw.pick(['item', 'category', 'shop', 'shop', 'shop']);
  const others: Record<string, readonly string[]> = { item: world.items, category: world.categories };
  const scopeId =
    others[scope] === undefined ? (draw.chance(0.95) ? shop : draw.pick(world.shops).id) : draw.pick(others[scope]);
  const from = draw.chance(0.7) ? draw.pick(instants) : world.instant();
  const after = (): Value => ({
    at: world.instant(from + (draw.chance(0.9) ? 1 : -DAY), world.start + (world.days + 3) * DAY),
  });
  const rate = {
    rate: BigInt(
      draw.pick([1, 999, 5_000, 12_345, 55_000, 55_000, 100_000, 100_000, 333_333, 333_333, 500_000, 500_000, 900_000]),
    ),
  };
  const row = { plan_id: plan, scope, scope_id: scopeId, rate, valid_from: { at: from } };
  const arrives = draw.chance(0.85) ? world.start - 2 * DAY : world.instant();
  world.add('rates', { ...row, valid_to: draw.chance(0.6) ? '' : after() }, arrives);
  if (draw.chance(0.25))
    world.add('rates', { ...row, valid_to: after() }, draw.chance(0.5) ? arrives + DAY : world.instant());
}
