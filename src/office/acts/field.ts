/**
 * What a person says of an act, field by field: how a text is read, how JSON has it, what a form calls it and the command
 * line tells of it. Commands, routes and forms are all made from these; none of them has a check of its own.
 */
import { type TSchema, Type } from 'typebox';
import { person, type Terms } from '../../core/feeds/columns.ts';
import { type Money, parseMoney, parseSum } from '../../core/money.ts';
import * as shapes from '../../formats/shapes.ts';

/** A word or sentence for people; a language that is missing does not compile. */
export type Said = readonly [zh: string, en: string];

export interface Field<T = unknown> {
  /** How it is asked for: `digest` and `digests` are of files on the command line, and SHA-256 in hex elsewhere. */
  readonly kind: 'id' | 'choice' | 'line' | 'words' | 'count' | 'amount' | 'switch' | 'digest' | 'digests' | 'names';
  readonly schema: TSchema;
  /** What a form calls it. */
  readonly label: Said;
  /** What the command line tells of it. */
  readonly help: string;
  /** Undefined where a text is no such value; nothing of the book is asked. */
  readonly read: (text: string, terms: Terms) => T | undefined;
  /** What it should be, to complete "must be ...". */
  readonly expected: string;
  /** What a form says of a text that does not do; a general sentence where nothing is said. */
  readonly wrong?: Said;
  /** What a form says beside it. */
  readonly hint?: Said;
  readonly isOptional?: true;
  /** Of a choice: its values. What a page calls them is among the words of the pages, as `<words>-<value>`. */
  readonly choices?: readonly string[];
  readonly words?: string;
  /** Characters that a form lets it have. */
  readonly most?: number;
}

export type Fields = Readonly<Record<string, Field>>;

/** What was said, by field. */
export type Given<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

type About = Pick<Field, 'label' | 'help'> & Partial<Pick<Field, 'wrong' | 'hint' | 'most' | 'expected'>>;

/** The id of what an act is about: the book knows it or not, its spelling is not judged. */
export function id(schema: TSchema, about: About): Field<string> {
  return { kind: 'id', schema, read: (text) => text, expected: 'an id', most: 320, ...about };
}

/** Characters that a form lets a reason have. */
const REASON_AT_MOST = 500;

/** A text of several lines that may not be blank. */
export function words(about: About): Field<string> {
  const read = (text: string): string | undefined => (text.trim() === '' ? undefined : text);
  return { kind: 'words', schema: shapes.Words, read, expected: 'some text', most: REASON_AT_MOST, ...about };
}

const REASON_MISSING: Said = ['请写明原因。', 'Say why: the reason is empty.'];

/** Why something is done. */
export function reason(about: Partial<About> = {}): Field<string> {
  return words({ label: ['理由', 'Reason'], help: 'why', expected: 'a reason', wrong: REASON_MISSING, ...about });
}

/** Somebody's name. */
export function name(about: About): Field<string> {
  const schema = Type.String({ minLength: 1, maxLength: 60 });
  const terms: Pick<Field<string>, 'read' | 'expected'> = {
    read: (text, of) => person.parse(text, of),
    expected: person.expected,
  };
  return { kind: 'line', schema, ...terms, most: 60, ...about };
}

/** One line of text that may be anything, held to a schema where it is JSON. */
export function line(schema: TSchema, about: About): Field<string> {
  return { kind: 'line', schema, read: (text) => text, expected: 'a text', ...about };
}

/** One of some values; `called` is how their words begin. */
export function choice<const V extends readonly string[]>(values: V, called: string, about: About): Field<V[number]> {
  const read = (text: string): V[number] | undefined => values.find((one) => one === text);
  const of = { choices: values, words: called, schema: shapes.oneOf(values) };
  return { kind: 'choice', read, expected: `one of ${values.join(', ')}`, ...of, ...about };
}

/** One or several of some values, apart by commas or semicolons; `called` is how their words begin. */
export function several<const V extends readonly string[]>(
  values: V,
  called: string,
  about: About,
): Field<readonly V[number][]> {
  const read = (text: string): readonly V[number][] | undefined => {
    const parts = text.split(/[,;]/).map((part) => part.trim());
    const known = values.filter((one) => parts.includes(one));
    return known.length > 0 && parts.every((part) => (values as readonly string[]).includes(part)) ? known : undefined;
  };
  const of = { choices: values, words: called, schema: Type.Array(shapes.oneOf(values)) };
  return { kind: 'names', read, expected: `some of ${values.join(', ')}`, ...of, ...about };
}

/** A whole number within bounds. */
export function count(from: number, to: number, about: About): Field<number> {
  const read = (text: string): number | undefined => {
    const value = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    return value >= from && value <= to ? value : undefined;
  };
  const schema = Type.Integer({ minimum: from, maximum: to });
  return { kind: 'count', schema, read, expected: `a whole number from ${from} to ${to}`, most: 12, ...about };
}

/** An exact amount in the book's currency; in JSON it is text. */
export function amount(about: About): Field<Money> {
  const read = (text: string, { digits }: Terms): Money | undefined => parseMoney(text, digits);
  return { kind: 'amount', schema: shapes.Money, read, expected: 'an amount such as 12.34 or -0.05', ...about };
}

/** A sum of amounts, which has a bound of its own. */
export function sum(about: About): Field<Money> {
  return { ...amount(about), read: (text, { digits }) => parseSum(text, digits) };
}

/** Yes where it is said, no where it is not. */
export function aSwitch(about: About): Field<boolean | null> {
  const read = (text: string): boolean | undefined => (text === 'yes' ? true : text === 'no' ? false : undefined);
  return { kind: 'switch', schema: Type.Boolean(), read, expected: 'yes or no', isOptional: true, ...about };
}

const readDigest = (text: string): string | undefined => (/^[0-9a-f]{64}$/.test(text) ? text : undefined);

/** A file that is kept as its SHA-256. */
export function digest(about: About): Field<string> {
  return { kind: 'digest', schema: shapes.Sha256, read: readDigest, expected: 'a SHA-256 of 64 hex digits', ...about };
}

/** Texts set apart by semicolons; in JSON a list. `digests` are files kept as their SHA-256. */
export function list(kind: 'digests' | 'names', about: About, most = 20): Field<readonly string[]> {
  const item = kind === 'digests' ? shapes.Sha256 : Type.String({ pattern: '^[^;]{1,60}$' });
  const read = (text: string): readonly string[] => text.split(';').filter((part) => part !== '');
  return {
    kind,
    schema: Type.Array(item, { maxItems: most }),
    read,
    expected: 'texts set apart by semicolons',
    ...about,
  };
}

/** The same field, which may be left out. */
export function optional<T>(field: Field<T>): Field<T | null> {
  return { ...field, isOptional: true };
}
