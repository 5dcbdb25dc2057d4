/** `cps report`: the tables that networks give, with their very headers, from these books. */
import type { Command } from 'commander';
import { firstDayOf, lastDayOf, type Month } from '../../core/calendar.ts';
import type { ReportLine, ReportRefund } from '../../core/line/report.ts';
import { Refusal } from '../../core/refusal.ts';
import { writeWhole } from '../../filing/whole-file.ts';
import { REPORTS, type Report } from '../../formats/report/index.ts';
import { REPORT_FORMATS, type ReportFormat, writeReport } from '../../formats/report/write.ts';
import { refuseMonthOutside } from '../../office/months.ts';
import type { Session } from '../../store/connection/session.ts';
import { inSnapshot } from '../../store/connection/snapshot.ts';
import { type ReportScope, reportLines } from '../../store/lists/reports.ts';
import { isPublisher, isSeller } from '../../store/month/lines.ts';
import type { Book } from '../../store/night/book.ts';
import { monthArgument } from '../checks.ts';
import type { Act } from '../command.ts';
import { type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { toStdout, toText, writing } from '../output.ts';

/** Whose lines and which month: `cps report` and `cps compare` ask the same way. */
export interface ScopeOptions {
  readonly publisher?: string;
  readonly seller?: string;
  readonly month?: Month;
}

interface ReportOptions extends ScopeOptions {
  readonly columns: string;
  readonly format?: string;
  readonly out?: string;
}

const NAMES = Object.keys(REPORTS);

export function registerReport(program: Command, act: Act): void {
  withScope(
    program
      .command('report')
      .description('a table as networks give it: Taobaoke orders, 维权 refunds, settled orders of merchants, JD rows')
      .argument('<name>', NAMES.join(', ')),
  )
    .option('--columns <n>', 'of taobaoke: 30, or 31 with 技术服务费比率', '31')
    .option('--format <format>', REPORT_FORMATS.join(', '))
    .option('--out <file>', 'a file, which appears when it is complete')
    .addHelpText(
      'after',
      '\nA month means orders paid in it; of merchant those settled, of refunds those given back in it.\n\nExamples:\n  cps report taobaoke --publisher 1010 --month 2013-12 --format xlsx --out 1010.xlsx\n  cps report refunds --seller s1 --month 2013-12\n  cps report jd --publisher 1010 --format ndjson',
    )
    .action(act(report));
}

/** Adds the options of a scope. */
export function withScope(command: Command): Command {
  return command
    .option('--publisher <id>', 'only the lines of this publisher')
    .option('--seller <id>', 'only the lines of this seller')
    .option('--month <month>', 'only this month, such as 2013-12', monthArgument);
}

/** Refuses a party or a month that the book does not know. */
export async function refuseScope(session: Session, book: Book, options: ScopeOptions): Promise<void> {
  const { publisher, seller, month } = options;
  if (publisher !== undefined && !(await isPublisher(session, publisher))) {
    throw new Refusal(`publisher ${publisher} is not known: see the publishers feed`);
  }
  if (seller !== undefined && !(await isSeller(session, seller))) {
    throw new Refusal(`seller ${seller} is not known: no shop of theirs has been delivered`);
  }
  if (month !== undefined) await refuseMonthOutside(session, book, month);
}

async function report(world: World, common: Common, name: string, options: ReportOptions): Promise<Outcome> {
  const table = REPORTS[name];
  if (table === undefined) throw new Refusal(`${name} is no report: they are ${NAMES.join(', ')}`);
  if (options.columns !== '30' && options.columns !== '31') {
    throw new Refusal(`--columns is 30 or 31, not ${options.columns}`);
  }
  const asked = options.format ?? (common.json === true ? 'json' : 'csv');
  const format = REPORT_FORMATS.find((known) => known === asked);
  if (format === undefined) throw new Refusal(`${asked} is no format: they are ${REPORT_FORMATS.join(', ')}`);
  if (common.json === true && format !== 'json') {
    throw new Refusal(`--json and --format ${format} ask for different things: leave one out`);
  }
  if (format === 'xlsx' && options.out === undefined && world.stdout.isTTY) {
    throw new Refusal('xlsx is nothing to show on a terminal: name a file with --out');
  }
  return withBook(world, common, ({ session, book }) =>
    inSnapshot(session, async () => {
      await refuseScope(session, book, options);
      const pieces = reportPieces(session, book, table, { ...options, name, format });
      const { out } = options;
      if (out === undefined) for await (const piece of pieces) await toStdout(world)(piece);
      else await writing(out, () => writeWhole(out, pieces));
      return DONE;
    }),
  );
}

/** A party's whole table as csv. Refusal where nobody has that id. */
export async function reportText(session: Session, book: Book, name: string, party: string): Promise<string> {
  const table = REPORTS[name];
  if (table === undefined) throw new Refusal(`${name} is no report: they are ${NAMES.join(', ')}`);
  const scope = (await isSeller(session, party)) ? { seller: party } : { publisher: party };
  await refuseScope(session, book, scope);
  const kept = toText();
  const options = { ...scope, columns: '31', name, format: 'csv' as const };
  await inSnapshot(session, async () => {
    for await (const piece of reportPieces(session, book, table, options)) await kept.write(piece);
  });
  return kept.text();
}

function reportPieces(
  session: Session,
  book: Book,
  table: Report,
  options: Omit<ReportOptions, 'format'> & { readonly name: string; readonly format: ReportFormat },
): AsyncGenerator<string | Uint8Array> {
  const { month, publisher, seller, name, format } = options;
  const scope: ReportScope = {
    publisher: publisher ?? null,
    seller: seller ?? null,
    by: table.by,
    from: month === undefined ? null : firstDayOf(month),
    to: month === undefined ? null : lastDayOf(month),
  };
  const lines = reportLines(session, book, scope);
  const choice = { columns: Number(options.columns), bySeller: seller !== undefined };
  return table.of === 'lines'
    ? writeReport(name, table.columns(choice), settledOnly(lines, table), format, book)
    : writeReport(name, table.columns(choice), refundsOf(lines, book, scope), format, book);
}

/** A table by settlement has no line that is not settled, also where no month is asked for. */
async function* settledOnly(lists: AsyncIterable<ReportLine[]>, { by }: Report): AsyncGenerator<ReportLine[]> {
  for await (const list of lists) yield by === 'settled' ? list.filter(({ settled }) => settled !== null) : list;
}

/** The refunds of lines, those given back within the scope's days. */
async function* refundsOf(
  lists: AsyncIterable<ReportLine[]>,
  { calendar }: Book,
  { from, to }: ReportScope,
): AsyncGenerator<ReportRefund[]> {
  const start = from === null ? Number.NEGATIVE_INFINITY : calendar.startOf(from);
  const end = to === null ? Number.POSITIVE_INFINITY : calendar.endOf(to);
  for await (const list of lists) {
    yield list.flatMap((line) =>
      line.reversals.filter(({ at }) => at >= start && at < end).map((reversal) => ({ line, reversal })),
    );
  }
}
