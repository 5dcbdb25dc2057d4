/** Which sign sets the cells of a table apart, told by its header: the one by which it names the most columns. Nothing else is read. */

const DELIMITERS = [',', ';', '\t', '|'] as const;

/** The delimiter of a header line; a comma where none does better. */
export function delimiterOf(line: string, columns: readonly string[]): string {
  const named = (delimiter: string): number =>
    line.split(delimiter).filter((cell) => columns.includes(cell.trim().replace(/^"|"$/g, '').trim())).length;
  return DELIMITERS.reduce((best, one) => (named(one) > named(best) ? one : best), ',');
}
