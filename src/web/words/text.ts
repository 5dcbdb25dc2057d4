/**
 * What a word or sentence of the pages is: Chinese and English side by side, `{name}` standing for a value. A table of
 * such pairs is whole by its type, and whoever says a sentence has to give every value it asks for.
 */

/** One term as [Chinese, English]. */
type Pair = readonly [zh: string, en: string];
export type Texts = Readonly<Record<string, Pair>>;

/** The names of the values in a text. */
export type Slots<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Slots<Rest>
  : never;

/** What has to be given with a text: nothing, or a value for each of its slots. */
export type Given<Text extends string> = [Slots<Text>] extends [never]
  ? []
  : [values: Readonly<Record<Slots<Text>, string | number>>];

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

/** The text with its values put in. */
export function filled(text: string, values: Readonly<Record<string, string | number>> = {}): string {
  return text.replace(/\{(\w+)\}/g, (slot, name: string) => String(values[name] ?? slot));
}
