/** Figures as a page shows them: thousands apart, a minus sign of its own width, rates in percent. Text to text, no float. */
import { formatMoney, hundredfold } from '../../core/money.ts';
import type { ShowAmount } from '../document/told.ts';
import type { Showing } from './lines.ts';

/** `-1,234.50` with a true minus for `-1234.50`. */
export function grouped(amount: string): string {
  const [whole = '', fraction] = amount.replace('-', '').split('.');
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${amount.startsWith('-') ? '\u2212' : ''}${thousands}${fraction === undefined ? '' : `.${fraction}`}`;
}

/** Amounts of a page, thousands apart. */
export function paged({ digits }: Showing): ShowAmount {
  return (amount) => grouped(formatMoney(amount, digits));
}

/** `5.5 %` for the fraction `0.055`, with a blank that does not break; empty for none. */
export function percent(rate: string): string {
  return rate === '' ? '' : `${hundredfold(rate, 0)}\u00a0%`;
}
