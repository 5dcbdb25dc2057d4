/**
 * The shapes that bodies of events are made of. A shape is the only description of a field: the TypeScript type, the
 * reader of the stored text and the writer of it come from it. It decides no rule; it knows texts, amounts and days.
 */
import { isDay, isMonth } from '../calendar.ts';
import { formatMoney, type Money, parseFraction, parseSum, type Rate } from '../money.ts';

/** What a reader answers where the value is not of its shape. */
export const BAD = Symbol('not of this shape');

export interface Shape<T> {
  /** The value of what JSON.parse made, or BAD, with the path to the fault written to `path`, innermost first. */
  read(value: unknown, digits: number, path: string[]): T | typeof BAD;
  /**
   * The JSON of a value: fields in the order of the shape, amounts as decimals of the currency's digits.
   * @param open what an object begins with in place of its brace
   */
  write(value: T, digits: number, open?: string): string;
  readonly optional?: true;
}

/** The type of the values of a shape. */
export type Infer<S> = S extends Shape<infer T> ? T : never;

export type Fields = Readonly<Record<string, Shape<unknown>>>;
type OptionalKey<F extends Fields> = { [K in keyof F]: F[K] extends Optional<unknown> ? K : never }[keyof F];
/** One object type as an editor shows it, in place of an intersection. */
type Flat<T> = { [K in keyof T]: T[K] };
/** The type of an object with these fields. */
export type Of<F extends Fields> = Flat<
  { readonly [K in Exclude<keyof F, OptionalKey<F>>]: Infer<F[K]> } & { readonly [K in OptionalKey<F>]?: Infer<F[K]> }
>;

function plain<T extends boolean | number>(test: (value: unknown) => value is T): Shape<T> {
  return { read: (value) => (test(value) ? value : BAD), write: String };
}

/** What JSON escapes in a text; most texts have none of it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes the control characters.
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/;

/** A text in which nothing has to be escaped. */
function simple<T extends string>(test: (value: string) => boolean): Shape<T> {
  return {
    read: (value) => (typeof value === 'string' && test(value) ? (value as T) : BAD),
    write: (value) => `"${value}"`,
  };
}

export const text: Shape<string> = {
  read: (value) => (typeof value === 'string' ? value : BAD),
  write: (value) => (ESCAPED.test(value) ? JSON.stringify(value) : `"${value}"`),
};
export const flag = plain((value): value is boolean => typeof value === 'boolean');
/** A count: a whole number of at least 0. */
export const whole = plain((value): value is number => Number.isSafeInteger(value) && (value as number) >= 0);
export const day: Shape<string> = simple(isDay);
export const month: Shape<string> = simple(isMonth);
/** A rate as text, between 0 and 1, written as `money.ts` writes it. */
export const rate: Shape<Rate> = simple((value) => parseFraction(value) === value);
/** A SHA-256 in hex. */
export const sha256: Shape<string> = simple((value) => /^[0-9a-f]{64}$/.test(value));
const INSTANT = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** An instant as an ISO text, in UTC, to the millisecond. */
export const instant: Shape<string> = simple((value) => INSTANT.test(value));

/** Minor units in memory, a decimal with exactly the currency's digits where it is stored. */
export const money: Shape<Money> = {
  read: (value, digits) => {
    const amount = typeof value === 'string' ? parseSum(value, digits) : undefined;
    return amount !== undefined && formatMoney(amount, digits) === value ? amount : BAD;
  },
  write: (value, digits) => `"${formatMoney(value, digits)}"`,
};

export function oneOf<const T extends string>(allowed: readonly T[]): Shape<T> {
  return simple((value) => allowed.some((one) => one === value));
}

export function nullable<T>(of: Shape<T>): Shape<T | null> {
  return {
    read: (value, digits, path) => (value === null ? null : of.read(value, digits, path)),
    write: (value, digits) => (value === null ? 'null' : of.write(value, digits)),
  };
}

export interface Optional<T> extends Shape<T> {
  readonly optional: true;
}

/** A field that may be absent. */
export function optional<T>(of: Shape<T>): Optional<T> {
  return { ...of, optional: true };
}

export function list<T>(of: Shape<T>): Shape<readonly T[]> {
  return {
    read: (value, digits, path) => {
      if (!Array.isArray(value)) return BAD;
      for (let i = 0; i < value.length; i++) {
        const item = of.read(value[i], digits, path);
        if (item === BAD) {
          path.push(String(i));
          return BAD;
        }
        value[i] = item;
      }
      return value as readonly T[];
    },
    write: (values, digits) => {
      let written = '[';
      for (let i = 0; i < values.length; i++) written += (i === 0 ? '' : ',') + of.write(values[i] as T, digits);
      return `${written}]`;
    },
  };
}

/** A list of exactly these items. */
export function tuple<const S extends readonly Shape<unknown>[]>(
  ...items: S
): Shape<{ readonly [I in keyof S]: Infer<S[I]> }> {
  return {
    read: (value, digits, path) => {
      if (!Array.isArray(value) || value.length !== items.length) return BAD;
      for (const [i, item] of items.entries()) {
        value[i] = item.read(value[i], digits, path);
        if (value[i] === BAD) return BAD;
      }
      return value as unknown as { readonly [I in keyof S]: Infer<S[I]> };
    },
    write: (values, digits) =>
      `[${items.map((item, i) => item.write((values as readonly unknown[])[i], digits)).join(',')}]`,
  };
}

/** One of two objects, told apart by a key that only the first has. */
export function either<A extends object, B extends object>(
  key: string & keyof A,
  a: Shape<A>,
  b: Shape<B>,
): Shape<A | B> {
  const isFirst = (value: unknown): value is A => typeof value === 'object' && value !== null && key in value;
  return {
    read: (value, digits, path) => (isFirst(value) ? a : b).read(value, digits, path),
    write: (value, digits) => (isFirst(value) ? a.write(value, digits) : b.write(value as B, digits)),
  };
}

/** An object of exactly these fields. It is read in place, so that the fields keep the order in which they were stored. */
export function object<const F extends Fields>(fields: F): Shape<Of<F>> {
  const shapes = new Map<string, Shape<unknown>>(Object.entries(fields));
  const required = [...shapes].filter(([, one]) => one.optional !== true).map(([key]) => key);
  const written = [...shapes].map(([key, shape]) => ({ key, first: `"${key}":`, next: `,"${key}":`, shape }));
  return {
    read: (value, digits, path) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return BAD;
      const found = value as Record<string, unknown>;
      const missing = required.find((key) => found[key] === undefined);
      if (missing !== undefined) {
        path.push(missing);
        return BAD;
      }
      for (const key of Object.keys(found)) {
        const field = shapes.get(key)?.read(found[key], digits, path) ?? (found[key] === null ? null : BAD);
        if (field === BAD || !shapes.has(key)) {
          path.push(key);
          return BAD;
        }
        found[key] = field;
      }
      return found as Of<F>;
    },
    write: (value, digits, open = '{') => {
      const of = value as Readonly<Record<string, unknown>>;
      let whole = open;
      for (let i = 0; i < written.length; i++) {
        const { key, first, next, shape } = written[i] as (typeof written)[number];
        const field = of[key];
        if (field === undefined && shape.optional === true) continue;
        whole += whole === open ? first : next;
        whole += shape.write(field, digits);
      }
      return `${whole}}`;
    },
  };
}
