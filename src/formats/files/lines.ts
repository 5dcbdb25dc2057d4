/** Pieces of text for people: pairs of label and text in two columns, a product with its rounding. It decides no amount. */
import type { Calendar } from '../../core/calendar.ts';
import { formatMoney, type Money, type Rate, share } from '../../core/money.ts';
import { visible, width } from './table.ts';

/** How amounts and instants of a book are shown. */
export interface Showing {
  readonly calendar: Calendar;
  readonly currency: string;
  readonly digits: number;
}

/**
 * Rows of a few cells, one below the other, their columns aligned and two blanks apart; the last cell runs free. Empty
 * cells at the end of a row are left out.
 */
export function aligned(rows: readonly (readonly string[])[], indent = 2): string {
  const shown = rows.map((row) => row.map(visible));
  const widths: number[] = [];
  for (const row of shown) {
    for (const [at, cell] of row.entries()) {
      if (row.slice(at + 1).some((after) => after !== '')) widths[at] = Math.max(widths[at] ?? 0, width(cell));
    }
  }
  const margin = ' '.repeat(indent);
  return shown
    .map((row) => {
      const cells = row.map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - width(cell))));
      return `${(margin + cells.join('  ')).trimEnd()}\n`;
    })
    .join('');
}

/** Rows under labels of one width, so that blocks made apart stand under each other. */
export function labelled(rows: readonly (readonly string[])[], indent = 2): string {
  const same = rows.map(([label = '', ...rest]) => [label.padEnd(LABEL), ...rest]);
  return aligned(same, indent);
}

const LABEL = 'commission'.length;

/**
 * A product and its rounding, such as `63.99 x 0.0996 = 6.373404 -> 6.37` (SPEC 1: it rounds once, at the end).
 * @param base minor units
 * @param digits of the currency
 */
export function productText(base: Money, rates: readonly Rate[], digits: number): string {
  const factors = [formatMoney(base, digits), ...rates].join(' x ');
  return `${factors} = ${exactProduct(base, rates, digits)} -> ${formatMoney(share(base, ...rates), digits)}`;
}

/** The product before it is rounded, in plain decimals, with at least the currency's digits. */
function exactProduct(base: Money, rates: readonly Rate[], digits: number): string {
  let value = base;
  let places = digits;
  for (const rate of rates) {
    const [whole = '', fraction = ''] = rate.split('.');
    value *= BigInt(whole + fraction);
    places += fraction.length;
  }
  while (places > digits && value % 10n === 0n) {
    value /= 10n;
    places--;
  }
  return formatMoney(value, places);
}

/** An instant that a body holds as ISO text, in the book's zone. */
export function momentText(iso: string, calendar: Calendar): string {
  return calendar.format(Date.parse(iso));
}
