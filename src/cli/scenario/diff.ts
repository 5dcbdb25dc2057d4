/** The difference between two texts as a unified diff, by the longest common subsequence of their lines. For small texts. */

const CONTEXT = 3;

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
  /** Lines of the first and of the second text before this one. */
  readonly before: readonly [number, number];
}

/**
 * A unified diff without its two head lines; empty when the texts are equal.
 * @param firstLine the number of the first text's first line, so that hunks tell lines of its file
 */
export function unifiedDiff(expected: string, actual: string, firstLine = 1): string {
  const lines = aligned(expected.split('\n').slice(0, -1), actual.split('\n').slice(0, -1));
  const changed = lines.flatMap((line, at) => (line.sign === ' ' ? [] : [at]));
  let text = '';
  for (let first = 0; first < changed.length; ) {
    let last = first;
    while ((changed[last + 1] ?? Number.POSITIVE_INFINITY) - (changed[last] ?? 0) <= 2 * CONTEXT) last++;
    const hunk = lines.slice(Math.max(0, (changed[first] ?? 0) - CONTEXT), (changed[last] ?? 0) + CONTEXT + 1);
    const [a, b] = hunk[0]?.before ?? [0, 0];
    const length = (other: Line['sign']): number => hunk.filter((line) => line.sign !== other).length;
    text += `@@ -${a + firstLine},${length('+')} +${b + firstLine},${length('-')} @@\n`;
    text += hunk.map((line) => `${line.sign}${line.text}\n`).join('');
    first = last + 1;
  }
  return text;
}

function aligned(a: readonly string[], b: readonly string[]): Line[] {
  // common[i][j]: how many lines a from i and b from j have in common, in order.
  const common = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const of = (i: number, j: number): number => common[i]?.[j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const row = common[i] ?? [];
      row[j] = a[i] === b[j] ? of(i + 1, j + 1) + 1 : Math.max(of(i + 1, j), of(i, j + 1));
    }
  }
  const lines: Line[] = [];
  for (let i = 0, j = 0; i < a.length || j < b.length; ) {
    const before = [i, j] as const;
    if (i < a.length && j < b.length && a[i] === b[j])
      lines.push({ sign: ' ', text: a[i++] ?? '', before: [before[0], j++] });
    else if (i < a.length && (j === b.length || of(i + 1, j) >= of(i, j + 1)))
      lines.push({ sign: '-', text: a[i++] ?? '', before });
    else lines.push({ sign: '+', text: b[j++] ?? '', before });
  }
  return lines;
}
