/** The difference between two texts as a unified diff. */
import { structuredPatch } from 'diff';

/**
 * A unified diff without its two head lines; empty when the texts are equal.
 * @param firstLine the number of the first text's first line, so that hunks tell lines of its file
 */
export function unifiedDiff(expected: string, actual: string, firstLine = 1): string {
  const { hunks } = structuredPatch('', '', expected, actual, '', '', { context: 3 });
  const place = (start: number, lines: number): string => `${start + firstLine - 1},${lines}`;
  return hunks
    .map(({ oldStart, oldLines, newStart, newLines, lines }) => {
      const body = lines.map((line) => `${line}\n`).join('');
      return `@@ -${place(oldStart, oldLines)} +${place(newStart, newLines)} @@\n${body}`;
    })
    .join('');
}
