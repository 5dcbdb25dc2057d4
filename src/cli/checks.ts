/** Checks of what is typed on the command line: days, months, counts, zones, currencies. */
import { InvalidArgumentError } from 'commander';
import { isDay, isMonth, isZone } from '../core/calendar.ts';

function checked(holds: (text: string) => boolean, expected: string): (text: string) => string {
  return (text) => {
    if (!holds(text)) throw new InvalidArgumentError(`It must be ${expected}.`);
    return text;
  };
}

export const dayOption = checked(isDay, 'an existing day such as 2013-12-11');
export const monthArgument = checked(isMonth, 'a month such as 2013-12');
export const zoneOption = checked(isZone, 'a time zone such as Asia/Shanghai');
export const currencyOption = checked((text) => /^[A-Z]{3}$/.test(text), 'a currency code such as CNY');

/** A whole number within bounds. */
export function countOption(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to))
      throw new InvalidArgumentError(`It must be a whole number from ${from} to ${to}.`);
    return value;
  };
}

/** The decimal places of a currency's minor unit, by the runtime's currency tables. */
export function currencyDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
