/**
 * Money is a whole number of minor units (fen) in a bigint; a rate is its shortest decimal text. Every rate
 * multiplication and every rounding of the project happens in this file, once, with decimal.js. No float is involved.
 */
import { Decimal } from 'decimal.js';

/** An amount in minor units of the book's currency (CNY: fen). */
export type Money = bigint;

/** A decimal fraction in shortest form, `0 < rate <= 0.9` for commissions: `0.055` is 5.5 %. */
export type Rate = string;

const Exact = Decimal.clone({ precision: 60, rounding: Decimal.ROUND_HALF_UP });
const MOST_WHOLE_DIGITS = 12;
/** Of a sum, in minor units: what a bigint of the database holds for certain. */
const MOST_SUM_DIGITS = 18;

/**
 * Reads one amount that somebody else states, a plain decimal such as `12.34`, `12` or `-0.05` (SPEC 1).
 * @param digits decimal places of the currency; a text with more is not an amount
 * @returns minor units, or undefined when the text is no such amount or has more than 12 whole digits
 */
export function parseMoney(text: string, digits: number): Money | undefined {
  return parseDecimal(text, digits, MOST_WHOLE_DIGITS);
}

/**
 * Reads a sum of amounts: a balance, a total, what a night or a month came to. The bound of one amount is not theirs.
 * @param digits as for `parseMoney`
 * @returns minor units, or undefined when the text is no such sum or has more than 18 digits in all
 */
export function parseSum(text: string, digits: number): Money | undefined {
  return parseDecimal(text, digits, MOST_SUM_DIGITS - digits);
}

/** Whether a book can hold a sum and read it back: 18 digits of minor units at most. */
export function isSum(amount: Money): boolean {
  return String(amount < 0n ? -amount : amount).length <= MOST_SUM_DIGITS;
}

function parseDecimal(text: string, digits: number, mostWholeDigits: number): Money | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const whole = match[2] ?? '';
  const fraction = match[3] ?? '';
  if (fraction.length > digits || whole.replace(/^0+/, '').length > mostWholeDigits) return undefined;
  const amount = BigInt(whole + fraction.padEnd(digits, '0'));
  return match[1] === '-' ? -amount : amount;
}

/** Writes minor units as a plain decimal with the currency's digits: `12.34`, `-0.05`, zero as `0.00` (SPEC 1, 15). */
export function formatMoney(amount: Money, digits: number): string {
  const text = (amount < 0n ? -amount : amount).toString();
  const sign = amount < 0n ? '-' : '';
  if (digits === 0) return sign + text;
  const padded = text.padStart(digits + 1, '0');
  return `${sign}${padded.slice(0, -digits)}.${padded.slice(-digits)}`;
}

/**
 * Reads a rate: `0.055`, `5.5%` or `5.50 %` (SPEC 1).
 * @returns the fraction in shortest form, or undefined when it is not one, has more than 6 places, or is outside 0 < rate <= 0.9
 */
export function parseRate(text: string): Rate | undefined {
  const value = fractionOf(text);
  return value?.gt(0) && value.lte('0.9') ? value.toFixed() : undefined;
}

/** Reads a fraction from 0 to 1 with at most 6 places, such as a service fee rate, or in percent; shortest form, or undefined. */
export function parseFraction(text: string): Rate | undefined {
  const value = fractionOf(text);
  return value?.lte(1) ? value.toFixed() : undefined;
}

function fractionOf(text: string): Decimal | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,12})?)( ?[%％])?$/.exec(text);
  if (match === null) return undefined;
  const value = new Exact(match[1] ?? '').div(match[2] === undefined ? 1 : 100);
  return value.decimalPlaces() <= 6 ? value : undefined;
}

/**
 * `round(base x rate x further rates)`, rounded once, half-up away from zero, to the minor unit (SPEC 1).
 * @param base minor units, of either sign
 * @returns minor units, with the sign of `base`
 */
export function share(base: Money, ...rates: readonly Rate[]): Money {
  return BigInt(product(base, rates).toFixed(0));
}

/**
 * `round(base x rate - less)` half-up to the minor unit, for progressive tax tables (SPEC 10).
 * @param less minor units taken off the product before it is rounded
 * @returns minor units
 */
export function shareLess(base: Money, rates: readonly Rate[], less: Money): Money {
  return BigInt(product(base, rates).minus(less.toString()).toFixed(0));
}

const MOST_RATES = 10_000;
/** Rates as decimals, kept: a book has few, and a night multiplies by them millions of times. */
const decimals = new Map<Rate, Decimal>();

function decimalOf(rate: Rate): Decimal {
  let decimal = decimals.get(rate);
  if (decimal === undefined) {
    if (decimals.size >= MOST_RATES) decimals.clear();
    decimal = new Exact(rate);
    decimals.set(rate, decimal);
  }
  return decimal;
}

function product(base: Money, rates: readonly Rate[]): Decimal {
  let result = new Exact(base.toString());
  for (const rate of rates) result = result.mul(decimalOf(rate));
  return result;
}

/** A total for each of so many, rounded half-up to the minor unit; undefined of none. For showing only: nothing is posted of it. */
export function each(total: Money, count: bigint): Money | undefined {
  if (count === 0n) return undefined;
  return BigInt(new Exact(total.toString()).div(count.toString()).toFixed(0));
}

/** Whether `part` is more than `rate` of `whole`, compared exactly: no quotient is made. Counts, not amounts. */
export function exceeds(part: number, whole: number, rate: Rate): boolean {
  return new Exact(whole).mul(rate).lt(part);
}

/** What a fraction leaves of the whole: `0.9` for `0.1`. */
export function complement(fraction: Rate): Rate {
  return new Exact(1).minus(fraction).toFixed();
}

/** The sum of amounts in minor units; `0n` of none. */
export function sum(amounts: Iterable<Money>): Money {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}

/** The smaller of two amounts. */
export function least(a: Money, b: Money): Money {
  return a < b ? a : b;
}

/** The amount, or `0n` where it is below zero. */
export function notBelowZero(amount: Money): Money {
  return amount < 0n ? 0n : amount;
}

/** A hundred times a decimal fraction, with at least so many places: `5.5` for `0.055` and 0, `5.50` for 2. */
export function hundredfold(rate: string, places: number): string {
  const [whole = '0', fraction = ''] = rate.split('.');
  const digits = fraction.padEnd(2, '0');
  const hundreds = `${whole}${digits.slice(0, 2)}`.replace(/^0+(?=\d)/, '');
  const rest = digits.slice(2).replace(/0+$/, '').padEnd(places, '0');
  return rest === '' ? hundreds : `${hundreds}.${rest}`;
}

/** A document's fields with every amount, which is a bigint, as a decimal. */
export function inDecimals(document: object, digits: number): Record<string, unknown> {
  const plain = (value: unknown): unknown => {
    if (typeof value === 'bigint') return formatMoney(value, digits);
    if (Array.isArray(value)) return value.map(plain);
    return typeof value === 'object' && value !== null ? inDecimals(value, digits) : value;
  };
  return Object.fromEntries(Object.entries(document).map(([name, value]) => [name, plain(value)]));
}
