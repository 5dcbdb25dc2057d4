/**
 * How cells of a report and of the books are read so that equal things are equal texts. Whether a bare rate is a percentage or a
 * fraction is decided for a column, never for a cell (SPEC 1).
 */
import { meant } from '../../core/feeds/cell.ts';
import type { ReportLine } from '../../core/line/report.ts';
import { formatMoney, hundredfold, type Money, parseSum } from '../../core/money.ts';
import type { ReportFormat } from './formats.ts';
import type { ReportColumn, ReportedRow, ReportTerms } from './table.ts';
import { STATUSES } from './taobaoke.ts';

/** How a column's cells are read on each side; undefined of a text that is no value of it. */
export interface Reader {
  readonly report: (text: string) => string | undefined;
  readonly books: (text: string) => string | undefined;
}

type Pairs = readonly (readonly [ReportedRow, ReportLine])[];

/** The reader of a column, which for rates depends on the whole of it. */
export function columnReader(
  format: ReportFormat,
  column: ReportColumn<ReportLine>,
  pairs: Pairs,
  terms: ReportTerms,
): Reader {
  const both = (read: Reader['report']): Reader => ({ report: read, books: read });
  switch (format.compared[column.header]) {
    case 'count':
      return both((text) => /^(\d+)(\.0+)?$/.exec(text)?.[1]);
    case 'amount':
      return both((text) => shown(amountOf(text, terms), terms));
    case 'day':
      return both((text) => dayOf(text, terms));
    case 'status':
      return both((text) => Object.values(STATUSES).find((one) => one === (format.statuses[text] ?? text)));
    case 'percent':
      return both((text) => rateIn(text, true));
    case 'rate': {
      const isPercent = writesPercent(column, pairs, terms);
      return { report: (text) => rateIn(text, isPercent), books: (text) => rateIn(text, false) };
    }
    default:
      return both((text) => text);
  }
}

const RATE = /^(\d{1,3}(?:\.\d{1,12})?)( ?[%％])?$/;

/** A rate in percent without needless digits: `5.5` for `5.50 %`; a bare one as its column has it. */
function rateIn(text: string, isPercent: boolean): string | undefined {
  const [, number, sign] = RATE.exec(text) ?? [];
  if (number === undefined) return undefined;
  const percent = sign !== undefined || isPercent ? number : hundredfold(number, 0);
  return percent.includes('.') ? percent.replace(/\.?0+$/, '') : percent;
}

/**
 * Whether the bare rates of a column are percentages: where a tenth of them is 1 or more. Where none is, both readings can be
 * meant, and the column has the one by which more of its rows say what the books say.
 */
function writesPercent(column: ReportColumn<ReportLine>, pairs: Pairs, terms: ReportTerms): boolean {
  const bare = pairs.flatMap(([row, line]) => {
    const [, number, sign] = RATE.exec(row.cells.get(column.header) ?? '') ?? [];
    return number === undefined || sign !== undefined ? [] : [{ number, line }];
  });
  const large = bare.filter(({ number }) => !/^0*(\.|$)/.test(number)).length;
  if (large > 0) return large * 10 >= bare.length;
  const agreeing = (isPercent: boolean): number =>
    bare.filter(({ number, line }) => rateIn(number, isPercent) === rateIn(column.cell(line, terms), false)).length;
  return agreeing(true) > agreeing(false);
}

/** An amount in minor units; thousands and a currency sign are left aside. */
export function amountOf(text: string, { digits }: ReportTerms): Money | undefined {
  const plain = meant(text, true)
    .replace(/^[¥￥]\s*/, '')
    .replace(/,(?=\d{3}(\D|$))/g, '');
  return parseSum(plain, digits);
}

const shown = (amount: Money | undefined, { digits }: ReportTerms): string | undefined =>
  amount === undefined ? undefined : formatMoney(amount, digits);

/** The day of a time: networks and books need not agree on the second. */
function dayOf(text: string, { calendar }: ReportTerms): string | undefined {
  const at = calendar.parse(/^\d{4}-\d\d-\d\d$/.test(text) ? `${text} 00:00:00` : text);
  return at === undefined ? undefined : calendar.dayOf(at);
}
