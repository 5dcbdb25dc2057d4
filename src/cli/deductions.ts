/** `cps deductions`: a seller's month of charges and deductions, closed or as it stands. */
import type { Command } from 'commander';
import type { Day, Month } from '../core/calendar.ts';
import { formatMoney } from '../core/money.ts';
import { type MonthFrame, MonthTotals } from '../core/month.ts';
import { CHARGES, countStates, type DeductionStates, deductionsText } from '../formats/deductions.ts';
import { type MonthFormat, monthCsv, monthJson } from '../formats/month.ts';
import type { Book } from '../store/book.ts';
import { isSeller, sellerFrame, sellerLines } from '../store/months-of.ts';
import type { Session } from '../store/session.ts';
import { inSnapshot } from '../store/snapshot.ts';
import { dayOption, monthArgument } from './checks.ts';
import type { Act } from './command.ts';
import { type Common, DONE, type Outcome, type World, withBook } from './context.ts';
import { UsageError } from './errors.ts';
import { asOfOption, type MonthOptions, monthFormat, refuseMonthOutside, refuseOpenDay } from './months.ts';
import { toStdout, toText, type Write } from './output.ts';

export function registerDeductions(program: Command, act: Act): void {
  program
    .command('deductions')
    .description("a seller's month: every charge and why, what was given back, what was deducted")
    .argument('<seller>', 'the id of the seller')
    .argument('<month>', 'a month such as 2013-12; an open one is shown as it stands', monthArgument)
    .option('--format <format>', 'text, json or csv')
    .option(
      '--as-of <day>',
      'as it stood after the night of this day; otherwise a closed month is told as it was closed',
      dayOption,
    )
    .addHelpText(
      'after',
      '\nExamples:\n  cps deductions s1 2013-12\n  cps deductions s1 2013-12 --format csv > s1-2013-12.csv',
    )
    .action(act(deductions));
}

/**
 * Writes a seller's month (SPEC 7, 16).
 * @throws UsageError when the seller is not known or the book has nothing to say of the month
 */
async function writeDeductions(
  session: Session,
  book: Book,
  of: { readonly seller: string; readonly month: Month; readonly format: MonthFormat; readonly asOf?: Day },
  write: Write,
): Promise<void> {
  const { seller, month, format } = of;
  await inSnapshot(session, async () => {
    if (!(await isSeller(session, seller))) {
      throw new UsageError(`seller ${seller} is not known: no shop of theirs has been delivered`);
    }
    await refuseMonthOutside(session, book, month);
    refuseOpenDay(book, of.asOf, month);
    const frame = await sellerFrame(session, book, seller, month, of.asOf ?? null);
    for await (const piece of pieces(frame, format, session, book)) await write(piece);
  });
}

/** A seller's month as text, whole. UsageError as writeDeductions. */
export async function deductionsOf(session: Session, book: Book, seller: string, month: Month): Promise<string> {
  const kept = toText();
  await writeDeductions(session, book, { seller, month, format: 'text' }, kept.write);
  return kept.text();
}

function pieces(frame: MonthFrame, format: MonthFormat, session: Session, book: Book): AsyncGenerator<string> {
  const totals = new MonthTotals(frame.opening);
  const states: DeductionStates = new Map();
  const lines = sellerLines(session, book, frame);
  if (format === 'csv') return monthCsv(frame, lines, totals, book);
  if (format === 'text') return deductionsText(frame, lines, totals, states, book);
  const tail = () => ({
    movements: Object.fromEntries(
      CHARGES.map(([name, ...types]) => [name, formatMoney(totals.of(...types), book.digits)]),
    ),
    deductions: Object.fromEntries(
      [...states].map(([state, { count, amount }]) => [state, { count, amount: formatMoney(amount, book.digits) }]),
    ),
  });
  return monthJson(frame, countStates(lines, states), totals, book, { head: {}, tail });
}

async function deductions(
  world: World,
  common: Common,
  seller: string,
  month: Month,
  options: MonthOptions,
): Promise<Outcome> {
  const format = monthFormat(common, options);
  return withBook(world, common, async ({ session, book }) => {
    await writeDeductions(session, book, { seller, month, format, ...asOfOption(options) }, toStdout(world));
    return DONE;
  });
}
