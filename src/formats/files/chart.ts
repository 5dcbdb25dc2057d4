/** Bar charts as inline SVG: groups of bars from a common zero. It is told what to draw and chooses nothing of it. */
import type { Money } from '../../core/money.ts';
import { html, type Markup } from './markup.ts';
import { cut } from './table.ts';

/** A bar: its amount decides its length, its text stands behind it. */
interface Bar {
  readonly kind: 'book' | 'other';
  readonly amount: Money;
  readonly text: string;
}

export interface Group {
  readonly label: string;
  readonly bars: readonly Bar[];
}

/** Units of the drawing: wide enough for a telephone held upright, where a unit is about a pixel. */
const WIDTH = 360;
const LABEL = 16;
const BAR = 14;
const GAP = 10;
/** Room for a character of the text behind the longest bar. */
const CHARACTER = 7.5;
const LONGEST_LABEL = 52;

/** A chart of some groups, for those who see it and, by its title, those who hear it. */
export function barChart(title: string, groups: readonly Group[]): Markup {
  const amounts = groups.flatMap(({ bars }) => bars.map(({ amount }) => amount));
  const most = amounts.reduce((a, b) => (a > b ? a : b), 0n);
  const least = amounts.reduce((a, b) => (a < b ? a : b), 0n);
  const span = most - least === 0n ? 1n : most - least;
  const longest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ text }) => text.length)), 0);
  const room = Math.max(Math.floor(WIDTH - 8 - longest * CHARACTER), 60);
  const scaled = (amount: Money): number => Number((amount * BigInt(room) * 100n) / span) / 100;
  const zero = scaled(-least);
  let y = 0;
  const drawn = groups.map(({ label, bars }) => {
    const top = y;
    y += LABEL + bars.length * (BAR + 2) + GAP;
    const body = bars.map((bar, at) => barMarkup(bar, top + LABEL + at * (BAR + 2), zero, scaled(bar.amount)));
    return html`<text x="0" y="${top + 12}" class="label">${cut(label, LONGEST_LABEL)}</text>${body}`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${Math.max(y, 1)}" role="img" aria-label="${title}">${drawn}</svg>`;
}

function barMarkup({ kind, amount, text }: Bar, y: number, zero: number, length: number): Markup {
  const from = amount < 0n ? zero + length : zero;
  const size = Math.max(Math.abs(length), 1);
  const end = Math.max(from + size, zero) + 4;
  return html`<rect x="${from.toFixed(2)}" y="${y}" width="${size.toFixed(2)}" height="${BAR}" class="${kind}"/><text x="${end.toFixed(2)}" y="${y + 11}" class="amount">${text}</text>`;
}
