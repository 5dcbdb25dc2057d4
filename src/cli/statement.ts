/** `cps statement`: a publisher's month, closed or as it stands. */
import type { Command } from 'commander';
import type { Day, Month } from '../core/calendar.ts';
import { formatMoney, type Money } from '../core/money.ts';
import { MonthTotals, type PublisherFrame } from '../core/month.ts';
import { type MonthFormat, monthCsv, monthJson } from '../formats/month.ts';
import { MOVEMENTS, statementText } from '../formats/statement.ts';
import type { Book } from '../store/book.ts';
import { isPublisher, publisherFrame, publisherLines } from '../store/months-of.ts';
import type { Session } from '../store/session.ts';
import { inSnapshot } from '../store/snapshot.ts';
import { dayOption, monthArgument } from './checks.ts';
import type { Act } from './command.ts';
import { type Common, DONE, type Outcome, type World, withBook } from './context.ts';
import { UsageError } from './errors.ts';
import { asOfOption, type MonthOptions, monthFormat, refuseMonthOutside, refuseOpenDay } from './months.ts';
import { toStdout, toText, type Write } from './output.ts';
import { writeStatementProof } from './statement-proof.ts';

export function registerStatement(program: Command, act: Act): void {
  program
    .command('statement')
    .description("a publisher's month: every line of its payable, what was paid, what is held")
    .argument('<publisher>', 'the id of the publisher')
    .argument('<month>', 'a month such as 2013-12; an open one is shown as it stands', monthArgument)
    .option('--format <format>', 'text, json or csv')
    .option(
      '--as-of <day>',
      'as it stood after the night of this day; otherwise a closed month is told as it was closed',
      dayOption,
    )
    .option(
      '--proof',
      'of a closed month, as json: the lines as sealed in the log and the way to the root of its night',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  cps statement 1010 2013-12\n  cps statement 1010 2013-12 --format csv > 1010-2013-12.csv\n  cps statement 1010 2013-12 --format json --proof > 1010-2013-12.json',
    )
    .action(act(statement));
}

/**
 * Writes a publisher's month (SPEC 10, 16).
 * @throws UsageError when the publisher is not known or the book has nothing to say of the month
 */
async function writeStatement(
  session: Session,
  book: Book,
  of: {
    readonly publisher: string;
    readonly month: Month;
    readonly format: MonthFormat;
    readonly isProof?: boolean;
    readonly asOf?: Day;
  },
  write: Write,
): Promise<void> {
  const { publisher, month, format } = of;
  await inSnapshot(session, async () => {
    if (!(await isPublisher(session, publisher))) {
      throw new UsageError(`publisher ${publisher} is not known: see the publishers feed`);
    }
    await refuseMonthOutside(session, book, month);
    refuseOpenDay(book, of.asOf, month);
    if (of.isProof === true) return writeStatementProof(session, book, of, write);
    const frame = await publisherFrame(session, book, publisher, month, of.asOf ?? null);
    const totals = new MonthTotals(frame.opening);
    for await (const piece of pieces(frame, format, totals, session, book)) await write(piece);
    refuseBreak(frame, totals.balance, book.digits);
  });
}

/** A publisher's month as text, whole. UsageError as writeStatement. */
export async function statementOf(session: Session, book: Book, publisher: string, month: Month): Promise<string> {
  const kept = toText();
  await writeStatement(session, book, { publisher, month, format: 'text' }, kept.write);
  return kept.text();
}

function pieces(frame: PublisherFrame, format: MonthFormat, totals: MonthTotals, session: Session, book: Book) {
  const lines = publisherLines(session, book, frame);
  if (format === 'csv') return monthCsv(frame, lines, totals, book);
  if (format === 'text') return statementText(frame, lines, totals, book);
  return monthJson(frame, lines, totals, book, {
    head: { name: frame.name },
    tail: () => documentTail(frame, totals, book.digits),
  });
}

function documentTail(frame: PublisherFrame, totals: MonthTotals, digits: number): Record<string, unknown> {
  const money = (amount: Money): string => formatMoney(amount, digits);
  const { issued, payout } = frame;
  return {
    movements: Object.fromEntries(MOVEMENTS.map(([name, ...types]) => [name, money(totals.of(...types))])),
    statement:
      issued === null
        ? null
        : {
            closedOn: issued.business_day,
            disposition: issued.disposition,
            gross: money(issued.gross),
            taxDue: money(issued.tax_due),
            returned: money(issued.returned),
            payout: money(issued.payout),
          },
    payout: payout === null ? null : { id: payout.id, state: payout.state, valueDate: payout.value_date },
    memo: { held: money(frame.held), returned: money(frame.returned) },
  };
}

/** A closed month's lines have to come to what was stated; where they do not, nobody should rely on what was printed. */
function refuseBreak({ issued, party, month, opening }: PublisherFrame, closing: Money, digits: number): void {
  if (issued === null || (issued.opening === opening && issued.closing === closing)) return;
  const money = (amount: Money): string => formatMoney(amount, digits);
  throw new Error(
    `the statement of ${party} for ${month} says ${money(issued.opening)} to ${money(issued.closing)}, its lines come from ${money(opening)} to ${money(closing)}: run cps verify`,
  );
}

async function statement(
  world: World,
  common: Common,
  publisher: string,
  month: Month,
  options: MonthOptions & { readonly proof?: true },
): Promise<Outcome> {
  const format = monthFormat(common, options);
  const isProof = options.proof === true;
  if (isProof && options.asOf !== undefined)
    throw new UsageError('a proof is of the month as it closed: leave --as-of out');
  if (isProof && format !== 'json') throw new UsageError('a proof is written as json: add --format json');
  return withBook(world, common, async ({ session, book }) => {
    await writeStatement(session, book, { publisher, month, format, isProof, ...asOfOption(options) }, toStdout(world));
    return DONE;
  });
}
