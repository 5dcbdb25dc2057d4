/**
 * What people decide about money in a random world: corrections of lines, adjustments by two persons, old books handed on.
 * It draws from a chance of its own, so that a round that plays no finance is the round it always was.
 */
import { Draw } from './draw.ts';
import type { PolicyDocument } from './reference/policy.ts';
import type { Reference } from './reference/reference.ts';
import type { Value } from './spelling.ts';
import { DAY, type Fact, type World } from './world.ts';

const CUT_OVER = 'old-books';
const PEOPLE = ['Chen', 'Wu', 'chen', 'Lin Xia'];

/** The chance that a round plays finance with; undefined for one that does not. */
export function financeOf(seed: number): Draw | undefined {
  const draw = new Draw(seed ^ 0x5eed);
  return draw.chance(0.5) ? draw : undefined;
}

/** A policy that lets earnings wait, now and then. */
export function waiting(draw: Draw, policy: PolicyDocument): PolicyDocument {
  return {
    ...policy,
    ...(draw.chance(0.8) ? { clearingDays: draw.pick([0, 1, 1, 2, 7]) } : {}),
    ...(draw.chance(0.6) ? { payWhenCollected: draw.chance(0.6) } : {}),
  };
}

/** Adds corrections of the world's lines, adjustments with their approvals, and openings. */
export function makeFinance(world: World, draw: Draw): void {
  const orders = world.facts.filter((fact) => fact.feed === 'orders');
  for (const order of orders) if (draw.chance(0.3)) makeCorrections(world, draw, order);
  for (let n = draw.whole(0, 12); n > 0; n -= 1) makeAdjustment(world, draw, n);
  if (draw.chance(0.6)) for (let n = draw.whole(1, 6); n > 0; n -= 1) makeOpening(world, draw, n);
  if (draw.chance(0.6)) for (let n = draw.whole(1, 5); n > 0; n -= 1) makeOldLine(world, draw, n);
}

function makeCorrections(world: World, draw: Draw, { values }: Fact): void {
  const { paid_at: paidAt, paid_amount: paid } = values;
  if (typeof paidAt !== 'object' || !('at' in paidAt) || typeof paid !== 'object' || !('money' in paid)) return;
  for (let n = draw.pick([1, 1, 2]); n > 0; n -= 1) {
    const at = world.instant(paidAt.at);
    const size = (paid.money * BigInt(draw.whole(0, 60))) / 100n + 1n;
    const row = {
      correction_id: `${draw.pick(['K', 'K', 'R'])}${n}`,
      order_line_id: values['order_line_id'] ?? '',
      amount: { money: draw.chance(0.5) ? size : -size },
      corrected_at: { at },
      reason: draw.pick(['miscounted', '少了一件']),
    };
    world.add('corrections', row, at);
  }
}

function party(world: World, draw: Draw, isSeller: boolean): Record<string, Value> {
  const id = isSeller ? draw.pick(world.shops).seller : draw.pick(world.publishers);
  const known = draw.chance(0.95) ? id : 'unknown';
  return isSeller ? { publisher_id: '', seller_id: known } : { publisher_id: known, seller_id: '' };
}

function amount(draw: Draw): Value {
  const size = BigInt(draw.pick([1, 7, 100, draw.whole(1, 50_000)]));
  return { money: draw.chance(0.5) ? size : -size };
}

function makeAdjustment(world: World, draw: Draw, n: number): void {
  const at = draw.chance(0.1) ? world.start - DAY : world.instant();
  const own = { adjustment_id: `A${n}` };
  const decided = { amount: amount(draw), reason: 'mended', document: 'ab'.repeat(32) };
  const proposed = { proposed_by: draw.pick(PEOPLE), proposed_at: { at } };
  world.add('adjustments', { ...own, ...party(world, draw, draw.chance(0.4)), ...decided, ...proposed }, at);
  for (let times = draw.pick([0, 1, 1, 1, 1, 2]); times > 0; times -= 1) {
    const then = draw.pick([at, at, at - 1, at + 1, at + draw.whole(0, 10) * DAY]);
    world.add(
      'adjustment-approvals',
      {
        adjustment_id: draw.chance(0.95) ? own.adjustment_id : 'A99',
        approved_by: draw.pick(PEOPLE),
        approved_at: { at: then },
      },
      Math.max(at, then),
    );
  }
}

function makeOpening(world: World, draw: Draw, n: number): void {
  const account = draw.pick(['payable', 'payable', 'returned', 'due']);
  const row = {
    opening_id: `o${n}`,
    cut_over_id: CUT_OVER,
    ...party(world, draw, account === 'due'),
    account,
    amount: amount(draw),
    prepared_by: 'Chen',
  };
  world.add('openings', row, draw.chance(0.7) ? world.start - DAY : world.instant());
}

/** A line of old books, paid before the story or in it, with what becomes of it here. */
function makeOldLine(world: World, draw: Draw, n: number): void {
  const paidAt = world.start - draw.whole(-3, 20) * DAY - draw.whole(0, DAY);
  const paid = world.money();
  const own = { order_line_id: `old${n}` };
  const order = {
    ...own,
    order_id: `P${n}`,
    buyer_id: draw.pick(world.buyers),
    shop_id: draw.chance(0.95) ? draw.pick(world.shops).id : 'unknown',
    item_id: draw.pick(world.items),
    category_id: draw.pick(world.categories),
    quantity: '1',
    paid_amount: { money: paid },
    paid_at: { at: paidAt },
  };
  const settled = draw.chance(0.5);
  const confirmedAt = paidAt + draw.pick([0, 1, DAY, -1]);
  const line = {
    ...order,
    cut_over_id: CUT_OVER,
    pid: draw.chance(0.95) ? draw.pick(world.pids) : 'mm_nobody_none_nothing',
    trace: draw.pick(['same-store', 'cross-store', 'coupon']),
    rate: { rate: BigInt(draw.pick([1, 50_000, 100_000, 333_333, 900_000])) },
    confirmed_at: settled ? { at: confirmedAt } : '',
    fee_rate: settled ? draw.pick(['0', '0.1', '0.075', '1']) : '',
    prepared_by: 'Chen',
  };
  world.add('opening-lines', line, draw.chance(0.7) ? world.start - DAY : world.instant());
  if (draw.chance(0.1)) world.add('orders', { ...order, coupon_pid: '' }, world.instant());
  const later = (): number => world.instant(paidAt);
  if (draw.chance(settled ? 0.2 : 0.8)) {
    const at = later();
    world.add(
      'receipts',
      { ...own, confirmed_at: { at }, received_amount: draw.chance(0.7) ? '' : { money: paid / 2n } },
      at,
    );
  }
  for (let more = draw.pick([0, 1, 1, 2]); more > 0; more -= 1) {
    const at = later();
    const amount = { money: paid / BigInt(draw.whole(1, 4)) + 1n };
    world.add('refunds', { refund_id: `R${more}`, ...own, amount, refunded_at: { at } }, at);
  }
}

/** The sign-off of the openings that have come so far, with their totals or others; undefined where nobody signs. */
export function signOff(draw: Draw, reference: Reference, at: number): Fact | undefined {
  const { count, of, lines, linesPaid } = reference.openings(CUT_OVER);
  if (count + lines === 0 || !draw.chance(0.3)) return undefined;
  const off = draw.chance(0.8) ? 0n : 1n;
  const values = {
    cut_over_id: CUT_OVER,
    openings: String(count),
    payable: { money: of('payable') },
    returned: { money: of('returned') },
    due: { money: of('due') + off },
    lines: lines === 0 && draw.chance(0.5) ? '' : String(lines),
    lines_paid: lines === 0 && draw.chance(0.5) ? '' : { money: linesPaid },
    approved_by: draw.chance(0.9) ? 'Wu' : 'chen',
    approved_at: { at: at - draw.pick([0, 0, 1, DAY, -2 * DAY, 40 * DAY]) },
  };
  return { feed: 'cut-over-approvals', values, arrives: at };
}
