/** The many ways in which a feed may write one value, and the ways in which a row may be bad. */
import type { Draw } from './draw.ts';
import { amountText, rateText } from './reference/arithmetic.ts';
import { spell, type Zone } from './reference/zone.ts';
import type { Cells } from './script.ts';

export type Value =
  | string
  | { readonly at: number }
  | { readonly money: bigint }
  | { readonly rate: bigint }
  | { readonly ids: readonly string[] };
export type Values = Readonly<Record<string, Value>>;

export class Speller {
  readonly #draw: Draw;
  readonly #zone: Zone;
  readonly #digits: number;

  constructor(draw: Draw, zone: Zone, digits: number) {
    this.#draw = draw;
    this.#zone = zone;
    this.#digits = digits;
  }

  row(values: Values): Cells {
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, this.#cell(value)]));
  }

  #cell(value: Value): string {
    if (typeof value === 'string') return value;
    if ('at' in value) return this.#instant(value.at);
    if ('money' in value) return this.#shorter(amountText(value.money, this.#digits));
    if ('ids' in value) return [...this.#draw.shuffle(value.ids), ...this.#draw.some(value.ids, 0.1)].join(';');
    return this.#rate(value.rate);
  }

  #instant(at: number): string {
    const draw = this.#draw;
    const offset = this.#zone.offset(at);
    const between = draw.chance(0.8) ? ' ' : 'T';
    const local = spell(at, offset, between, ':').slice(0, -6);
    if (this.#zone.instants(at + offset)[0] === at && draw.chance(0.6))
      return this.#fraction(this.#leftOut(at) ?? local);
    const way = draw.unit();
    if (way < 0.4) return this.#fraction(local) + spell(at, offset, between, ':').slice(-6);
    if (way < 0.6)
      return this.#fraction(spell(at, 0, between, ':').slice(0, -6)) + draw.pick(['Z', '+00:00', '-00:00']);
    if (way < 0.8) return this.#fraction(local) + spell(at, offset, between, '').slice(-5);
    const other = draw.pick([-720, -210, 60, 330, 345, 840]) * 60_000;
    return this.#fraction(spell(at, other, between, ':').slice(0, -6)) + spell(at, other, between, ':').slice(-6);
  }

  /** Now and then, the time that was left out by the clocks and that means this instant. */
  #leftOut(at: number): string | undefined {
    const zone = this.#zone;
    const before = zone.offset(at - 86_400_000);
    const is = before < zone.offset(at) && zone.instants(at + before).length === 0 && zone.instant(at + before) === at;
    return is && this.#draw.chance(0.5) ? spell(at, before, ' ', ':').slice(0, -6) : undefined;
  }

  /** `.500` may be written `.5`, and no fraction `.000`. */
  #fraction(text: string): string {
    if (!text.includes('.')) return this.#draw.chance(0.05) ? `${text}.0` : text;
    return this.#draw.chance(0.5) ? text.replace(/0+$/, '') : text;
  }

  #shorter(text: string): string {
    if (!text.includes('.') || this.#draw.chance(0.6)) return text;
    return text.replace(/\.?0+$/, '');
  }

  #rate(rate: bigint): string {
    const percent = amountText(rate, 4).replace(/\.?0+$/, '');
    return this.#draw.pick([rateText(rate), rateText(rate), `${percent}%`, `${percent} %`, amountText(rate, 6)]);
  }
}

const SPOILT: Readonly<Record<string, readonly string[]>> = {
  at: [
    '',
    '2013-02-30 00:00:00',
    '2013-12-10 24:00:00',
    '2013-12-10 10:61:00',
    '2013-12-10',
    'soon',
    '2013-12-10 10:00:00.1234',
  ],
  money: ['', '-0.01', '1.2345', '1e2', 'NaN', '1,000.00', 'Infinity', '.'],
  rate: ['', '0', '0.900001', '90.1%', '0.0000001', '-0.1', '0.00001%', '100%'],
  id: ['', 'a b', 'a/b', 'ü', 'x'.repeat(65)],
};

/** The same row with one cell that no row of its feed may hold. */
export function spoil(draw: Draw, values: Values, cells: Cells, enums: readonly string[]): Cells {
  const names = Object.keys(values).filter((name) => kindOf(name, values[name], enums) !== undefined);
  const name = draw.pick(names);
  const kind = kindOf(name, values[name], enums) ?? 'id';
  if (kind === 'enum') return { ...cells, [name]: draw.pick(['', 'ACTIVE', 'none']) };
  if (kind === 'quantity') return { ...cells, [name]: draw.pick(['0', '-1', '1.5', 'two', '']) };
  return { ...cells, [name]: draw.pick(SPOILT[kind] ?? ['']) };
}

const OPTIONAL = ['valid_to', 'received_amount', 'item_id', 'score', 'coupon_pid'];

function kindOf(name: string, value: Value | undefined, enums: readonly string[]): string | undefined {
  if (value === undefined || OPTIONAL.includes(name)) return undefined;
  if (typeof value === 'object')
    return 'at' in value ? 'at' : 'money' in value ? 'money' : 'rate' in value ? 'rate' : undefined;
  if (name === 'quantity') return 'quantity';
  if (enums.includes(name)) return 'enum';
  return name.endsWith('_id') ? 'id' : undefined;
}
