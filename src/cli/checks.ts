/** Checks of what is typed on the command line: days, months, counts, zones, currencies. */
import { InvalidArgumentError } from 'commander';
import { Calendar, type Instant, isDay, isMonth, isZone } from '../core/calendar.ts';
import { person } from '../core/feeds/columns.ts';
import type { World } from './context.ts';
import { UsageError } from './errors.ts';

/** A name is read alike in every book. */
const NO_TERMS = { calendar: new Calendar('UTC'), digits: 2 };

function checked(holds: (text: string) => boolean, expected: string): (text: string) => string {
  return (text) => {
    if (!holds(text)) throw new InvalidArgumentError(`It must be ${expected}.`);
    return text;
  };
}

export const dayOption = checked(isDay, 'an existing day such as 2013-12-11');
export const monthArgument = checked(isMonth, 'a month such as 2013-12');
export const zoneOption = checked(isZone, 'a time zone such as Asia/Shanghai');
export const personOption = checked(
  (text) => person.parse(text, NO_TERMS) !== undefined,
  'a name of 1 to 60 characters without blanks around it',
);
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

/**
 * When something was decided: the clock's moment, or the one that is typed, in the book's zone.
 * @throws UsageError for a text that is no moment, or one that is still to come
 */
export function momentOf(text: string | undefined, calendar: Calendar, world: Pick<World, 'now'>): Instant {
  const now = world.now();
  if (text === undefined) return now;
  const at = calendar.parse(text);
  if (at === undefined) throw new UsageError(`--at ${text} is no moment: write one such as "2013-12-11 17:31:00"`);
  if (at > now) throw new UsageError(`--at ${text} is still to come: say when it was decided`);
  return at;
}
