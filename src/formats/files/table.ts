// Decides how cells stand in columns of a terminal or a text statement, where Chinese takes two columns.
// It does not decide what a cell says: figures and times arrive as text.

/** One column of a table: its title, its side, and the most columns of screen a cell may take (longer ones are cut with `…`). */
export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  readonly max?: number;
}

/** Code points shown over two columns: Unicode's EastAsianWidth W and F, ranges joined across unassigned ones. */
const WIDE = ranges(
  `1100-115f 231a-231b 2329-232a 23e9-23ec 23f0 23f3 25fd-25fe 2614-2615 2648-2653 267f 2693 26a1 26aa-26ab 26bd-26be
  26c4-26c5 26ce 26d4 26ea 26f2-26f3 26f5 26fa 26fd 2705 270a-270b 2728 274c 274e 2753-2755 2757 2795-2797 27b0 27bf
  2b1b-2b1c 2b50 2b55 2e80-303e 3041-3247 3250-4dbf 4e00-a4c6 a960-a97c ac00-d7a3 f900-faff fe10-fe19 fe30-fe6b
  ff01-ff60 ffe0-ffe6 16fe0-1b2fb 1f004 1f0cf 1f18e 1f191-1f19a 1f200-1f320 1f32d-1f335 1f337-1f37c 1f37e-1f393
  1f3a0-1f3ca 1f3cf-1f3d3 1f3e0-1f3f0 1f3f4 1f3f8-1f43e 1f440 1f442-1f4fc 1f4ff-1f53d 1f54b-1f54e 1f550-1f567 1f57a
  1f595-1f596 1f5a4 1f5fb-1f64f 1f680-1f6c5 1f6cc 1f6d0-1f6d2 1f6d5-1f6df 1f6eb-1f6ec 1f6f4-1f6fc 1f7e0-1f7f0
  1f90c-1f93a 1f93c-1f945 1f947-1f9ff 1fa70-1faf6 20000-3fffd`,
);

/** What combines with the character before it and takes no column: marks, joiners, the later half of a Hangul syllable. */
const COMBINING = /^[\p{Mn}\p{Me}\p{Cf}\u1160-\u11ff]$/u;

/** What could drive a terminal or turn a line around: controls, line separators, direction marks, half a surrogate pair. */
export const UNSHOWN = /[\p{Cc}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]/gu;

const PLAIN = /^[\x20-\x7e]*$/;
const GAP = '  ';

/**
 * The columns of screen a text takes: East Asian wide and fullwidth characters two, combining ones and controls none,
 * all others one (ambiguous ones too, as terminals do outside CJK locales).
 */
export function width(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += widthOf(character);
  return columns;
}

/** The text with every character that could drive a terminal replaced by a visible one: ESC by `␛`, LF by `␊`, others by `�`. */
export function visible(text: string): string {
  return PLAIN.test(text) ? text : text.replace(UNSHOWN, sign);
}

/** The same of a text of several lines, whose line ends and tabs stay. */
export function visibleLines(text: string): string {
  return text.replace(UNSHOWN, (character) => (character === '\n' || character === '\t' ? character : sign(character)));
}

/** A document as JSON in which every such character is escaped, so that it can be shown as it is. */
export function visibleJson(document: unknown, indent = 0): string {
  return JSON.stringify(document, null, indent).replace(UNSHOWN, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function sign(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return code === 0x7f ? '␡' : '�';
}

/** The text, or as much of its beginning as leaves room for `…` within `max` columns (at least 1). */
export function cut(text: string, max: number): string {
  if (width(text) <= max) return text;
  let kept = '';
  let columns = 1;
  for (const character of text) {
    columns += widthOf(character);
    if (columns > max) break;
    kept += character;
  }
  return `${kept}…`;
}

/**
 * An aligned table: header, a rule, the rows and, under a second rule, the total. Every line ends in LF and none in a
 * blank; columns stand two blanks apart, after `indent` blanks. Throws a RangeError when a row has another number of
 * cells than there are columns.
 *
 *     table([{ title: '推广者' }, { title: 'payable', align: 'right' }], [['小美返利', '12.30']])
 */
export function table(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  options: { readonly indent?: number; readonly total?: readonly string[] } = {},
): string {
  const shown = (cells: readonly string[]): string[] => show(columns, cells);
  const head = shown(columns.map((column) => column.title));
  const body = rows.map(shown);
  const foot = options.total === undefined ? [] : [shown(options.total)];
  const widths = columns.map(() => 0);
  for (const cells of [head, ...body, ...foot]) {
    for (const [at, cell] of cells.entries()) widths[at] = Math.max(widths[at] ?? 0, width(cell));
  }
  const margin = ' '.repeat(options.indent ?? 0);
  const line = (cells: readonly string[]): string => {
    const padded = cells.map((cell, at) => pad(cell, widths[at] ?? 0, columns[at]?.align ?? 'left'));
    return `${(margin + padded.join(GAP)).replace(/ +$/, '')}\n`;
  };
  const rule = line(widths.map((columnWidth) => '-'.repeat(columnWidth)));
  const end = foot.length === 0 ? '' : rule + foot.map(line).join('');
  return line(head) + rule + body.map(line).join('') + end;
}

function show(columns: readonly Column[], cells: readonly string[]): string[] {
  if (cells.length !== columns.length) {
    throw new RangeError(`a row of ${cells.length} cells does not fit a table of ${columns.length} columns`);
  }
  return cells.map((cell, at) => cut(visible(cell), columns[at]?.max ?? Number.POSITIVE_INFINITY));
}

function pad(cell: string, columns: number, align: 'left' | 'right'): string {
  const blanks = ' '.repeat(columns - width(cell));
  return align === 'right' ? blanks + cell : cell + blanks;
}

function widthOf(character: string): 0 | 1 | 2 {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0)) return 0;
  if (code < 0x300 && code !== 0xad) return 1;
  if (COMBINING.test(character)) return 0;
  return isWide(code) ? 2 : 1;
}

/** Whether a code point lies in WIDE, by halving: even places hold a range's first, odd ones its last. */
function isWide(code: number): boolean {
  let low = 0;
  let high = WIDE.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((WIDE[2 * middle + 1] ?? 0) < code) low = middle + 1;
    else high = middle;
  }
  const first = WIDE[2 * low];
  return first !== undefined && first <= code;
}

function ranges(text: string): Uint32Array {
  return Uint32Array.from(
    text.split(/\s+/).flatMap((range) => {
      const [first = '', last = first] = range.split('-');
      return [Number.parseInt(first, 16), Number.parseInt(last, 16)];
    }),
  );
}

/** A column and what stands in it of each row. */
interface CellColumn<Row> extends Column {
  readonly cell: (row: Row) => string;
}

/** A table of things, each cell made by its column. */
export function tableBy<Row>(rows: readonly Row[], columns: readonly CellColumn<Row>[]): string {
  return table(
    columns,
    rows.map((row) => columns.map(({ cell }) => cell(row))),
  );
}
