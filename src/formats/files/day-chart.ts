/**
 * A month as bars, a day each: what came upwards, what went back downwards, from one zero. The bars stretch to whatever
 * width they are given, so no word stands inside; what they say in words is the page's.
 */
import type { Day } from '../../core/calendar.ts';
import type { Money } from '../../core/money.ts';
import { html, type Markup } from './markup.ts';

export interface DayBar {
  readonly day: Day;
  /** From 0 up. */
  readonly up: Money;
  /** 0, or below. */
  readonly down: Money;
  /** What is said of it to who points at it. */
  readonly told: string;
}

/** Units of the drawing: of a day's width, of a bar's, and of the height. */
const DAY = 10;
const BAR = 7;
const HEIGHT = 100;
/** A bar that is there is seen. */
const LEAST = 0.8;

/** A chart of days in order, for those who see it and, by its title, those who hear it. */
export function dayChart(title: string, bars: readonly DayBar[]): Markup {
  const most = bars.reduce((a, { up }) => (up > a ? up : a), 0n);
  const least = bars.reduce((a, { down }) => (down < a ? down : a), 0n);
  const span = most - least === 0n ? 1n : most - least;
  const scaled = (amount: Money): number => Number((amount * BigInt(HEIGHT) * 1000n) / span) / 1000;
  const zero = scaled(most);
  const width = Math.max(bars.length, 1) * DAY;
  const drawn = bars.map(({ up, down, told }, at) => {
    const x = at * DAY + (DAY - BAR) / 2;
    const high = up === 0n ? 0 : Math.max(scaled(up), LEAST);
    const deep = down === 0n ? 0 : Math.max(scaled(-down), LEAST);
    return html`<g><title>${told}</title><rect class="first" x="${x}" y="${(zero - high).toFixed(2)}" width="${BAR}" height="${high.toFixed(2)}"/><rect class="second" x="${x}" y="${zero.toFixed(2)}" width="${BAR}" height="${deep.toFixed(2)}"/></g>`;
  });
  return html`<svg viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${title}"><line class="guide" x1="0" x2="${width}" y1="0" y2="0"/>${drawn}<line class="base" x1="0" x2="${width}" y1="${zero.toFixed(2)}" y2="${zero.toFixed(2)}"/></svg>`;
}
