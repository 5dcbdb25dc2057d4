/** A name that is nearly a known one: of a column, a feed or an id, as somebody has mistyped or restyled it. */

/** The one of the known names that is surely meant; undefined where none is near, or two are as near. */
export function meantName(name: string, known: readonly string[]): string | undefined {
  const bare = plain(name);
  if (bare.length < 2) return undefined;
  const near = known.map((one) => ({ one, far: distance(bare, plain(one)) }));
  const least = Math.min(...near.map(({ far }) => far));
  const nearest = near.filter(({ far }) => far === least);
  return nearest.length === 1 && least <= mostOf(bare) ? nearest[0]?.one : undefined;
}

const plain = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, '');

/** So many letters may differ: one of a short name, two of a longer one. */
const mostOf = (name: string): number => (name.length < 5 ? 1 : 2);

/** How many letters are added, left out, changed or swapped between two texts. */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const changed = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row[j] = Math.min(
        changed,
        (last[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        isSwapped ? (before[j - 2] ?? 0) + 1 : changed,
      );
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
