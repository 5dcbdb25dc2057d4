/**
 * What a word or sentence is: Chinese and English side by side, `{name}` standing for a value. A table of such pairs is
 * whole by its type, and whoever says a sentence has to give every value it asks for.
 */

/** One term as [Chinese, English]; a third text is for both at once, so that no value is said twice. */
type Pair = readonly [zh: string, en: string, both?: string];
export type Texts = Readonly<Record<string, Pair>>;

/** The names of the values in a text. */
export type Slots<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Slots<Rest>
  : never;

/** What has to be given with a text: nothing, or a value for each of its slots. */
export type Given<Text extends string, Value> = [Slots<Text>] extends [never]
  ? []
  : [values: Readonly<Record<Slots<Text>, Value>>];

/**
 * A table whose Chinese and English ask for the same values; the compiler refuses another.
 *
 *     texts({ hello: ['{name}，你好', 'Hello {name}'] })
 */
export function texts<const T extends Texts>(table: T & Even<T>): T {
  return table;
}

type Even<T extends Texts> = {
  readonly [K in keyof T]: [Slots<T[K][0]>] extends [Slots<T[K][1]>]
    ? [Slots<T[K][1]>] extends [Slots<T[K][0]>]
      ? T[K]
      : never
    : never;
};

/** A text taken apart: its own words, and what stands in each of its places. */
export function parted<Value>(text: string, values: Readonly<Record<string, Value>> = {}): (string | Value)[] {
  return text.split(/\{(\w+)\}/).map((part, at) => (at % 2 === 0 ? part : (values[part] ?? `{${part}}`)));
}

/** The text with its values put in. */
export function filled(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return parted(text, values).join('');
}
