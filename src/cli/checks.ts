/** Checks of what is typed on the command line: days, months, counts, zones, currencies. */
import { isIP, isIPv4 } from 'node:net';
import { Calendar, type Instant, isDay, isMonth, isZone } from '../core/calendar.ts';
import { quote } from '../core/feeds/feed.ts';
import { Refusal } from '../core/refusal.ts';

/** A name is read alike in every book. */
export const NO_TERMS = { calendar: new Calendar('UTC'), digits: 2 };

/** What was typed is not what is asked for, which it names: `a month such as 2013-12`. The command line says of what. */
export class Expected extends Error {}

function checked(holds: (text: string) => boolean, expected: string): (text: string) => string {
  return (text) => {
    if (!holds(text)) throw new Expected(expected);
    return text;
  };
}

export const dayOption = checked(isDay, 'an existing day such as 2013-12-11');
export const monthArgument = checked(isMonth, 'a month such as 2013-12');
export const zoneOption = checked(isZone, 'a time zone such as Asia/Shanghai');
export const currencyOption = checked((text) => /^[A-Z]{3}$/.test(text), 'a currency code such as CNY');

/**
 * The moment a person means with a flag such as `--as-of`, in the book's zone; without one, the clock's, to the second.
 * @throws Refusal when it is no moment, or is still to come
 */
export function momentOf(flag: string, text: string | undefined, calendar: Calendar, now: Instant): Instant {
  if (text === undefined) return now - (now % 1000);
  const at = calendar.parse(text) ?? (isDay(text) ? calendar.startOf(text) : undefined);
  if (at === undefined)
    throw new Refusal(`${flag} is ${quote(text)}: it must be a moment such as "2013-12-06 17:31:00", or a day`);
  if (at > now) throw new Refusal(`${flag} is ${calendar.format(at)}, which is still to come: give a moment gone by`);
  return at;
}

/** Addresses or nets, as often as they are said. */
export function addressOption(text: string, before: readonly string[] = []): readonly string[] {
  const [address = '', bits, more] = text.split('/');
  const most = isIPv4(address) ? 32 : 128;
  if (!isIP(address) || more !== undefined || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= most)))
    throw new Expected('an address such as 127.0.0.1, or a net such as 10.0.0.0/8');
  return [...before, text];
}

/** A whole number within bounds. */
export function countOption(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= from && value <= to)) throw new Expected(`a whole number from ${from} to ${to}`);
    return value;
  };
}

/** The decimal places of a currency's minor unit, by the runtime's currency tables. */
export function currencyDigits(currency: string): number {
  return new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
