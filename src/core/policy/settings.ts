/** The kinds of value a policy's setting can have, and what is said of one that is none. Which settings there are is in policy.ts. */
import { formatMoney, type Money, parseFraction, parseMoney, type Rate } from '../money.ts';

type Reading<T> = { readonly value: T } | { readonly fault: string };
/** Reads one setting: its value, or what it must be. `fallback` is the preset's value, for settings with parts. */
export type Reader<T> = (value: unknown, fallback: T, digits: number) => Reading<T>;

export const fault = (expected: string): { fault: string } => ({ fault: expected });

export function whole(from: number, to: number): Reader<number> {
  return (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to
      ? { value }
      : fault(`a whole number from ${from} to ${to}`);
}

export function choice<T extends string>(allowed: readonly T[]): Reader<T> {
  return (value) => {
    const found = allowed.find((one) => one === value);
    return found === undefined ? fault(`one of ${allowed.map((one) => `"${one}"`).join(', ')}`) : { value: found };
  };
}

export const flag: Reader<boolean> = (value) => (typeof value === 'boolean' ? { value } : fault('true or false'));

export const name: Reader<string> = (value) =>
  typeof value === 'string' && /^[^\p{C}]{1,60}$/u.test(value) ? { value } : fault('a name of 1 to 60 characters');

export const amount: Reader<Money> = (value, _fallback, digits) => {
  const parsed = typeof value === 'string' ? parseMoney(value, digits) : undefined;
  return parsed !== undefined && parsed >= 0n
    ? { value: parsed }
    : fault(`an amount of 0 or more in quotes, such as "${formatMoney(10n, digits)}"`);
};

export const fraction: Reader<Rate> = (value) => {
  const parsed = typeof value === 'string' ? parseFraction(value) : undefined;
  return parsed === undefined
    ? fault('a fraction from 0 to 1 in quotes with at most 6 places, such as "0.10"')
    : { value: parsed };
};

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * A setting with named parts: those given replace the preset's, a name that is none of them is an error.
 * @param what what a part is called, such as `signal`
 */
export function parts<T extends object>(what: string, readers: { readonly [K in keyof T]: Reader<T[K]> }): Reader<T> {
  const names = Object.keys(readers);
  return (value, fallback, digits) => {
    if (!isObject(value)) return fault(`an object of ${names.join(', ')}`);
    const merged = { ...fallback } as Record<string, unknown>;
    for (const [key, given] of Object.entries(value)) {
      if (!Object.hasOwn(readers, key)) {
        return fault(`without ${JSON.stringify(key)}, which is no ${what}: they are ${names.join(', ')}`);
      }
      const reading = (readers[key as keyof T] as Reader<unknown>)(given, fallback[key as keyof T], digits);
      if ('fault' in reading) return fault(`${reading.fault} for ${key}`);
      merged[key] = reading.value;
    }
    return { value: merged as T };
  };
}
