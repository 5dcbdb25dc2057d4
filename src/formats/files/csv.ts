// Decides how cells become a CSV row, the same bytes every time: minimal quoting, LF line ends.
// It does not decide which cells a row holds, nor how amounts and times are written.

const QUOTED = /[",\r\n]/;
const NUMBER = /^[+-]?[0-9]+(\.[0-9]+)?$/;
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;

/**
 * One CSV row with its LF: a cell is quoted only when it holds a comma, a quote, CR or LF; quotes are doubled; null is
 * an empty cell (SPEC 15).
 */
export function csvRow(cells: readonly (string | null)[]): string {
  let row = '';
  for (let at = 0; at < cells.length; at++) {
    const cell = cells[at] ?? '';
    if (at > 0) row += ',';
    row += QUOTED.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
  }
  return `${row}\n`;
}

/**
 * The cell made safe for a file a spreadsheet will open: one that would start a formula (`= + - @`, their fullwidth
 * forms, TAB, CR, LF) gets a leading apostrophe, unless it is a plain number such as `-0.05`. Not for a file that a
 * program reads back: the apostrophe stays.
 */
export function csvSafe(cell: string | null): string | null {
  if (cell === null || !FORMULA.test(cell) || NUMBER.test(cell)) return cell;
  return `'${cell}`;
}
