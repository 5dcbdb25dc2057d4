/**
 * A cell as spreadsheets and exports write it, read as what was meant: without the marks that keep text text, and moments in
 * their spellings. What is lost is not guessed: it is told. What a cell of a column may hold is decided in columns.ts.
 */
import { isDay } from '../calendar.ts';

const FORMULA = /^="(.*)"$/s;
/** The marks that Excel and payment systems put before digits so that they stay text. */
const TEXT_MARK = /^['`](?=.)/;

/**
 * The text of a cell; empty where nothing but blanks stands in it.
 * @param isExact false of free text, which may begin with an apostrophe of its own
 */
export function meant(cell: string, isExact: boolean): string {
  if (isPlain(cell)) return cell;
  const bare = cell.trim();
  const inner = FORMULA.exec(bare)?.[1]?.replaceAll('""', '"').trim() ?? bare;
  return isExact ? inner.replace(TEXT_MARK, '').trim() : inner;
}

/** Whether a cell surely is what it says: it begins and ends with a letter, a digit or a sign that marks nothing. */
function isPlain(cell: string): boolean {
  const first = cell.charCodeAt(0);
  const last = cell.charCodeAt(cell.length - 1);
  return isOrdinary(first) && isOrdinary(last);
}

const isOrdinary = (unit: number): boolean => unit > 0x27 && unit < 0x80 && unit !== 0x3d && unit !== 0x60;

/** Whether a spreadsheet has rounded the number to what it shows: `2.01312E+17`. */
export function isRounded(text: string): boolean {
  return hasExponent(text) && /^-?\d(?:\.\d+E\+?|E\+)\d{1,3}$/i.test(text);
}

/** Whether an E stands among the last five characters, where an exponent has it: a look instead of an expression. */
function hasExponent(text: string): boolean {
  for (let at = Math.max(1, text.length - 5); at < text.length; at += 1)
    if ((text.charCodeAt(at) | 0x20) === 0x65) return true;
  return false;
}

const YEAR_FIRST =
  /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]\s*(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d{1,3})?))?(Z|[+-]\d\d:?\d\d)?$/;
const DAY_FIRST = /^(\d{1,2})\.(\d{1,2})\.(\d{4}) +(\d{1,2}):(\d\d)(?::(\d\d(?:\.\d{1,3})?))?$/;
const two = (digits: string | undefined): string => (digits ?? '0').padStart(2, '0');

/** A moment in the one spelling that is read, where its order of year, month and day is certain; else the text as it is. */
export function momentSpelt(text: string): string {
  const [, year, month, day, hour, minute, second, offset = ''] = YEAR_FIRST.exec(text) ?? dayFirst(text);
  if (year === undefined) return text;
  return `${year}-${two(month)}-${two(day)} ${two(hour)}:${two(minute)}:${second ?? '00'}${offset}`;
}

function dayFirst(text: string): readonly (string | undefined)[] {
  const [all, day, month, year, ...time] = DAY_FIRST.exec(text) ?? [];
  return [all, year, month, day, ...time];
}

/** What is to be done about a cell that was not read, where it shows why; completes "... is X: it must be Y". */
export function remedyOf(text: string, kind: string): string | undefined {
  if (isRounded(text))
    return 'a spreadsheet has rounded it and lost its digits: have it exported anew with this column as text';
  if (kind === 'instant') {
    if (/^\d{5}(\.\d+)?$/.test(text))
      return "that is a spreadsheet's own number of a day: give this column a format of date and time, and export it again";
    if (/^\d{1,2}\/\d{1,2}\/\d{4}\b/.test(text))
      return 'whether the day or the month comes first cannot be told: write the year first';
    if (/^\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?$/.test(text)) return 'it says no time of day: add one';
    const day = momentSpelt(text).slice(0, '2013-12-11'.length);
    if (/^(?:199|20\d)\d-\d\d-\d\d$/.test(day) && !isDay(day))
      return `there is no day ${day}: check year, month and day`;
  }
  if (kind === 'money' && /^[¥￥$€]|元$|^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(text))
    return 'write the number alone, without a sign of money and without separators of thousands';
  return undefined;
}
