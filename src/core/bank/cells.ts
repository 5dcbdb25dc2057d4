/**
 * Amounts and days as banks and spreadsheets write them in tables. How a file writes them is decided for the whole column:
 * a cell that does not fit is a fault, and a column that can be read in two ways is asked about.
 */
import { type Calendar, type Instant, isDay } from '../calendar.ts';
import { type Money, parseSum } from '../money.ts';

/** A cell without what spreadsheets put around ids: quotes, an apostrophe, a formula, tabs, blanks of any width. */
export function cleaned(cell: string): string {
  const text = cell.replaceAll(/[\t\u00a0\u3000\ufeff]/g, ' ').trim();
  const formula = /^="(.*)"$/.exec(text)?.[1];
  return (formula ?? text).replace(/^['`]/, '').trim();
}

/** Whether a number has lost its last digits to a spreadsheet: 2.01312E+27. */
export function hasLostDigits(text: string): boolean {
  return /^\d(?:[.,]\d+)?E\+?\d+$/i.test(text);
}

export type Decimal = '.' | ',';

/** Without currency, blanks, signs and brackets: digits and separators only. */
const bare = (text: string): string => text.replaceAll(/[^\d.,]/g, '');

/**
 * Which separator stands before the decimals in a column.
 * @returns it; or one sentence where cells contradict each other or say nothing of it
 */
export function decimalOf(cells: readonly string[], digits: number): Decimal | string {
  const found = new Set<Decimal>();
  let unsure: string | undefined;
  for (const cell of cells) {
    const text = bare(cell);
    const [point, comma] = [text.lastIndexOf('.'), text.lastIndexOf(',')];
    if (point < 0 && comma < 0) continue;
    const last = point > comma ? '.' : ',';
    const places = text.length - 1 - Math.max(point, comma);
    const isRepeated = text.split(last).length > 2;
    if (isRepeated) found.add(last === '.' ? ',' : '.');
    else if ((point >= 0 && comma >= 0) || places !== 3) found.add(last);
    else if (digits === 3) unsure ??= cell;
    else found.add(last === '.' ? ',' : '.');
  }
  if (found.size > 1) return 'its amounts have their decimals behind a point and behind a comma';
  const [one] = found;
  if (one === undefined && unsure !== undefined)
    return `${JSON.stringify(unsure)} may be thousands or decimals: say decimal=. or decimal=, in --columns`;
  return one ?? '.';
}

/** An amount with or without currency, thousands, a sign before or behind it, brackets, or DR and CR. */
export function amountIn(cell: string, decimal: Decimal, digits: number): Money | undefined {
  const text = cell.normalize('NFKC').replaceAll(/[−–]/g, '-').trim();
  const match =
    /^([-+(]?)\s*(?:[A-Z]{3}|\p{Sc})?\s*([-+]?)\s*([\d.,' ]*\d)\s*(?:[A-Z]{3}|\p{Sc}|元)?\s*([-+)]|DR|CR|D|C)?$/iu.exec(
      text,
    );
  if (match === null) return undefined;
  const [, before = '', within = '', figures = '', behind = ''] = match;
  if ((before === '(') !== (behind === ')')) return undefined;
  const thousands = decimal === '.' ? ',' : '.';
  const [whole = '', fraction, more] = figures.replaceAll(/[' ]/g, '').split(decimal);
  if (more !== undefined || fraction?.includes(thousands)) return undefined;
  if (whole.includes(thousands) && !new RegExp(`^\\d{1,3}(?:[${thousands}]\\d{3})+$`).test(whole)) return undefined;
  const kept = fraction?.replace(/0+$/, '').padEnd(Math.min(digits, fraction.length), '0') ?? '';
  const amount = parseSum(`${whole.replaceAll(thousands, '')}${kept === '' ? '' : `.${kept}`}`, digits);
  if (amount === undefined) return undefined;
  const isOut = [before, within].includes('-') || before === '(' || /^(-|DR?)$/i.test(behind);
  return isOut ? -amount : amount;
}

export type DateOrder = 'ymd' | 'dmy' | 'mdy';

const DATE = /^(\d{1,4})[-/. 年](\d{1,2})[-/. 月](\d{1,4})日?(.*)$/;

/**
 * Which order a column writes day, month and year in.
 * @returns it; or one sentence where cells contradict each other or could be either
 */
export function dateOrderOf(cells: readonly string[]): DateOrder | string {
  const found = new Set<DateOrder>();
  let unsure: string | undefined;
  for (const cell of cells) {
    const match = DATE.exec(cell);
    if (match === null) continue;
    const [, first = '', second = ''] = match;
    if (first.length === 4) found.add('ymd');
    else if (Number(first) > 12) found.add('dmy');
    else if (Number(second) > 12) found.add('mdy');
    else if (cell.includes('.')) found.add('dmy');
    else if (first !== second) unsure ??= cell;
  }
  if (found.size > 1) return `its dates are in several orders (${[...found].join(', ')})`;
  const [one] = found;
  if (one === undefined && unsure !== undefined)
    return `${JSON.stringify(unsure)} may be day or month first: say dates=dmy or dates=mdy in --columns`;
  return one ?? 'ymd';
}

/** A day or a moment of a day, with seconds or without, in the order of its column; the start of the day where no time is said. */
export function momentIn(cell: string, order: DateOrder, calendar: Calendar): Instant | undefined {
  const packed = /^(\d{4})(\d\d)(\d\d)$/.exec(cell);
  const match = packed === null ? DATE.exec(cell) : [cell, packed[1], packed[2], packed[3], ''];
  if (match === null) return undefined;
  const parts = [match[1] ?? '', match[2] ?? '', match[3] ?? ''];
  const [year = '', month = '', date = ''] =
    order === 'ymd' || packed !== null
      ? parts
      : order === 'dmy'
        ? [...parts].reverse()
        : [parts[2], parts[0], parts[1]];
  const day = `${year.length === 2 ? `20${year}` : year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  if (!isDay(day)) return undefined;
  const time = /^(?:[T ,]+(\d{1,2}):(\d\d)(?::(\d\d))?(?:[.]\d+)?(Z|[+-]\d\d:?\d\d)?)?$/.exec(
    (match[4] ?? '').trimEnd(),
  );
  if (time === null) return undefined;
  if (time[1] === undefined) return calendar.startOf(day);
  return calendar.parse(`${day} ${time[1].padStart(2, '0')}:${time[2]}:${time[3] ?? '00'}${time[4] ?? ''}`);
}
