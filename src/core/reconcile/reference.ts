/**
 * Finds our references in what banks write: in any case, wrapped, with blanks or without hyphens, beside other words. One
 * that runs on into another word is not found, and neither is one of several.
 */

const SIGNS = /^[\s._/-]*$/;

interface Known {
  /** reference -> whose it is */
  readonly exact: ReadonlyMap<string, string>;
  /** Letters and digits of a reference in capitals -> whose it is; null where that is more than one. */
  readonly plain: ReadonlyMap<string, string | null>;
  readonly lengths: readonly number[];
  readonly firsts: ReadonlySet<string>;
}

export type Finder = (...texts: readonly string[]) => string | undefined;

/**
 * Makes what finds references.
 * @param references each with whose it is
 * @returns whose reference stands in the first of some texts that has one
 */
export function referenceFinder(references: readonly (readonly [reference: string, of: string])[]): Finder {
  const plain = new Map<string, string | null>();
  for (const [reference, of] of references) {
    const key = plainOf(reference);
    plain.set(key, plain.has(key) && plain.get(key) !== of ? null : of);
  }
  const keys = [...plain.keys()].filter((key) => key !== '');
  const known = {
    exact: new Map(references),
    plain,
    lengths: [...new Set(keys.map((key) => key.length))].sort((a, b) => b - a),
    firsts: new Set(keys.map((key) => key[0] ?? '')),
  };
  return (...texts) => {
    for (const text of texts) {
      const own = known.exact.get(text);
      if (own !== undefined) return own;
      const found = new Set(foundIn(text, known));
      if (found.size > 0) return found.size === 1 ? [...found][0] : undefined;
    }
    return undefined;
  };
}

function plainOf(text: string): string {
  return text
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^A-Z0-9]/g, '');
}

function foundIn(given: string, { exact, plain, lengths, firsts }: Known): string[] {
  const text = given.normalize('NFKC').toUpperCase();
  const at = [...text.matchAll(/[A-Z0-9]/g)].map(({ index }) => index);
  const letters = at.map((index) => text[index]).join('');
  const isWord = (i: number): boolean => i > 0 && i < at.length && (at[i] ?? 0) - (at[i - 1] ?? 0) === 1;
  const found: string[] = [];
  for (let i = 0; i < at.length; i++) {
    if (!firsts.has(letters[i] ?? '') || isWord(i)) continue;
    for (const length of lengths) {
      const of = plain.get(letters.slice(i, i + length));
      if (of === undefined || i + length > at.length || isWord(i + length)) continue;
      const [start, end] = [at[i] ?? 0, (at[i + length - 1] ?? 0) + 1];
      if (!SIGNS.test(text.slice(start, end).replaceAll(/[A-Z0-9]/g, ''))) continue;
      const whose = of ?? exact.get(given.normalize('NFKC').slice(start, end));
      if (whose !== undefined) found.push(whose);
      i += length - 1;
      break;
    }
  }
  return found;
}
