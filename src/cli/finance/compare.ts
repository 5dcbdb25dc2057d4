/** `cps compare`: a network's Taobaoke order report held against these books, every difference with its reason. */
import type { Command } from 'commander';
import { type Day, firstDayOf, lastDayOf } from '../../core/calendar.ts';
import type { ReportLine } from '../../core/line/report.ts';
import { formatMoney } from '../../core/money.ts';
import { Refusal } from '../../core/refusal.ts';
import { type Column, table } from '../../formats/files/table.ts';
import { type Comparison, compareReport, type Difference, orderOf } from '../../formats/report/compare.ts';
import { REPORT_FORMATS, type ReportFormat } from '../../formats/report/formats.ts';
import { type NetworkReport, readNetworkReport } from '../../ingest/source/network-report.ts';
import { explanationOf } from '../../office/explanation.ts';
import type { Session } from '../../store/connection/session.ts';
import { inSnapshot } from '../../store/connection/snapshot.ts';
import { orderFates, type ReportScope, reportLines } from '../../store/lists/reports.ts';
import type { Book } from '../../store/night/book.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, FINDINGS, type Outcome, type World, withBook } from '../context.ts';
import { refuseScope, type ScopeOptions, withScope } from './report.ts';

interface CompareOptions extends ScopeOptions {
  readonly by: string;
  readonly explain?: true;
}

type Report = NetworkReport & { readonly is: ReportFormat };

/** Explanations are long; beyond these a person asks for one by one. */
const MOST_EXPLAINED = 20;

export function registerCompare(program: Command, act: Act): void {
  withScope(
    program
      .command('compare')
      .description("hold a network's order report (Taobaoke's or JD's) against these books, line by line")
      .argument('<report>', 'the file as delivered: .xls, .xlsx, .csv or text, with older or newer names of columns'),
  )
    .option('--by <time>', 'the time by which the report was taken: paid (创建时间) or settled (结算时间)', 'paid')
    .option('--explain', `explain each line that differs, up to ${MOST_EXPLAINED}`)
    .addHelpText(
      'after',
      '\nWithout --month the days are those of the report, from its first to its last. Exit code 1 when something differs.\n\nExamples:\n  cps compare 1010.xls --publisher 1010 --month 2013-12\n  cps compare settled.csv --seller s1 --by settled --explain',
    )
    .action(act(compare));
}

async function compare(world: World, common: Common, path: string, options: CompareOptions): Promise<Outcome> {
  const by = timeOf(options);
  const report = await readNetworkReport(path, REPORT_FORMATS);
  return withBook(world, common, async ({ session, book }) => {
    const { scope, found } = await compared(session, book, report, by, options);
    const lines = [...new Set(found.differences.flatMap(({ line }) => (line === null ? [] : [line])))];
    const explained: { text: string; document: unknown }[] = [];
    if (options.explain === true) {
      for (const line of lines.slice(0, MOST_EXPLAINED)) explained.push(await explanationOf(session, book, line));
    }
    answer(world, common, documentOf(path, report, scope, found, explained, book), () => {
      const texts = explained.map(({ text }) => `\n${text}`).join('');
      return `${textOf(path, report, scope, found, book)}${texts}`;
    });
    return found.differences.length === 0 ? DONE : FINDINGS;
  });
}

/**
 * A report in a file held against a publisher's lines, as text.
 * @param name what the text calls the file
 */
export async function comparisonText(
  session: Session,
  book: Book,
  file: { readonly path: string; readonly name: string },
  publisher: string,
): Promise<string> {
  const options: CompareOptions = { publisher, by: 'paid' };
  const report = await readNetworkReport(file.path, REPORT_FORMATS);
  const { scope, found } = await compared(session, book, report, timeOf(options), options);
  return textOf(file.name, report, scope, found, book);
}

function timeOf({ by }: CompareOptions): 'paid' | 'settled' {
  if (by !== 'paid' && by !== 'settled') throw new Refusal(`--by is paid or settled, not ${by}`);
  return by;
}

async function compared(
  session: Session,
  book: Book,
  report: Report,
  by: 'paid' | 'settled',
  options: CompareOptions,
): Promise<{ scope: ReportScope; found: Comparison }> {
  await refuseScope(session, book, options);
  const scope = scopeOf(report, by, options, book);
  return { scope, found: await inSnapshot(session, () => comparison(session, book, report, scope)) };
}

/** The days compared: the month asked for, or those of the report's own rows. */
function scopeOf(report: Report, by: 'paid' | 'settled', options: CompareOptions, { calendar }: Book): ReportScope {
  const time = report.is.times[by];
  const { publisher, seller, month } = options;
  const own = {
    publisher: publisher ?? null,
    seller: seller ?? null,
    by,
  };
  if (month !== undefined) return { ...own, from: firstDayOf(month), to: lastDayOf(month) };
  const days = report.rows.flatMap(({ cells }): Day[] => {
    const at = calendar.parse(cells.get(time) ?? '');
    return at === undefined ? [] : [calendar.dayOf(at)];
  });
  if (days.length === 0) throw new Refusal(`no row of the report has a time under ${time}: name a --month`);
  const from = days.reduce((first, day) => (day < first ? day : first));
  return { ...own, from, to: days.reduce((last, day) => (day > last ? day : last)) };
}

async function comparison(
  session: Session,
  book: Book,
  { is, headers, rows }: Report,
  scope: ReportScope,
): Promise<Comparison> {
  const lines: ReportLine[] = [];
  for await (const list of reportLines(session, book, scope)) lines.push(...list);
  const fates = await orderFates(session, [...new Set(rows.map((row) => orderOf(is, row)))]);
  return compareReport(is, headers, rows, lines, fates, book);
}

function documentOf(
  path: string,
  report: Report,
  scope: ReportScope,
  { rows, lines, same, differences, totals, compared, notCompared, totalRows }: Comparison,
  explained: readonly { readonly document: unknown }[],
  { digits }: Book,
): object {
  return {
    report: path,
    format: report.is.name,
    ...scope,
    rows,
    lines,
    same,
    compared,
    notCompared,
    sheetsNotCompared: report.others,
    totalRows,
    differences: differences.map((one) => ({ ...one, by: one.by === null ? null : formatMoney(one.by, digits) })),
    totals: Object.fromEntries([...totals].map(([column, sum]) => [column, formatMoney(sum, digits)])),
    ...(explained.length === 0 ? {} : { explained: explained.map(({ document }) => document) }),
  };
}

const COLUMNS: readonly Column[] = [
  { title: 'row', align: 'right' },
  { title: 'order' },
  { title: 'order line' },
  { title: 'column' },
  { title: 'report', align: 'right', max: 24 },
  { title: 'books', align: 'right', max: 24 },
  { title: 'by', align: 'right' },
  { title: 'why', max: 160 },
];

const KINDS: Readonly<Record<Difference['kind'], string>> = {
  'only-in-report': 'not in the books',
  'only-in-books': 'not in the report',
  differs: '',
  unreadable: '',
  total: '',
};

/** What was compared, by column, and what was not. */
function extentOf({ compared, notCompared, totalRows }: Comparison, { others }: Report): string {
  const columns = compared.map(
    ({ column, rows, differ }) => `${column} ${rows}${differ > 0 ? ` (${differ} differ)` : ''}`,
  );
  const names = (of: readonly string[]): string => of.join(', ');
  return [
    `Compared, by column: ${columns.length === 0 ? 'nothing' : names(columns)}.\n`,
    ...(totalRows > 0 ? [`Rows of totals, held against the report's own rows: ${totalRows}.\n`] : []),
    ...(notCompared.length > 0 ? [`Not compared: ${names(notCompared)}.\n`] : []),
    ...(others.length > 0 ? [`Sheets not compared: ${names(others)}.\n`] : []),
  ].join('');
}

function textOf(
  path: string,
  report: Report,
  { from, to, by }: ReportScope,
  found: Comparison,
  { digits }: Book,
): string {
  const { rows, lines, same, differences, totals } = found;
  const extent = extentOf(found, report);
  const head = `${path}: ${rows} rows, the books: ${lines} lines ${by} from ${from} to ${to}; ${same} say the same.\n`;
  if (differences.length === 0) return `${head}No difference.\n${extent}`;
  const cells = differences.map((one) => [
    one.row === null ? '' : String(one.row),
    one.order,
    one.line ?? '',
    KINDS[one.kind] || one.column,
    one.report,
    one.books,
    one.by === null ? '' : formatMoney(one.by, digits),
    one.why,
  ]);
  const sums = [...totals].map(([column, sum]) => [column, formatMoney(sum, digits)]);
  const total =
    sums.length === 0 ? '' : `\n${table([{ title: 'report less books' }, { title: 'by', align: 'right' }], sums)}`;
  const hint = differences.find(({ line }) => line !== null)?.line;
  const end = hint === undefined ? '' : `\ncps explain ${hint} tells the whole of a line.\n`;
  return `${head}\n${table(COLUMNS, cells)}${total}\n${extent}${end}`;
}
