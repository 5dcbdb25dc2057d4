/** `cps tax MONTH`: what was withheld in a month, for filing. */
import { type Command, Option } from 'commander';
import type { Month } from '../../core/calendar.ts';
import { formatMoney, sum } from '../../core/money.ts';
import { taxableOf } from '../../core/month/tax.ts';
import { Refusal } from '../../core/refusal.ts';
import { type TaxLine, taxCsv, taxDocument, taxText } from '../../formats/finance.ts';
import { refuseMonthOutside } from '../../office/months.ts';
import type { Session } from '../../store/connection/session.ts';
import { inSnapshot } from '../../store/connection/snapshot.ts';
import { taxBooked, taxWithheld } from '../../store/month/tax.ts';
import type { Book } from '../../store/night/book.ts';
import { monthArgument } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';

interface TaxOptions {
  readonly format?: 'text' | 'csv' | 'json';
}

export function registerTax(program: Command, act: Act): void {
  program
    .command('tax')
    .description("a month's withholding list: payee, gross, taxable, tax")
    .argument('<month>', 'the month in which the tax was withheld, such as 2014-01', monthArgument)
    .addOption(new Option('--format <format>', 'text, csv or json').choices(['text', 'csv', 'json']))
    .addHelpText('after', '\nExamples:\n  cps tax 2014-01\n  cps tax 2014-01 --format csv > tax-2014-01.csv')
    .action(act(tax));
}

async function tax(world: World, common: Common, month: Month, options: TaxOptions): Promise<Outcome> {
  if (common.json === true && options.format !== undefined && options.format !== 'json')
    throw new Refusal(`--json and --format ${options.format} say two things: leave one out`);
  return withBook(world, common, async ({ session, book }) => {
    const lines = await inSnapshot(session, () => taxOf(session, book, month));
    if (options.format === 'csv') {
      world.stdout.write(taxCsv(lines, book.digits));
      return DONE;
    }
    const total = formatMoney(sum(lines.map((line) => line.tax)), book.digits);
    const document = { month, withheld: lines.map((line) => taxDocument(line, book.digits)), total };
    const json: Common = options.format === 'json' ? { ...common, json: true } : common;
    answer(world, json, document, () => taxText(month, lines, book));
    return DONE;
  });
}

/**
 * The tax withheld on the days of a month, as the account of withheld tax has it.
 * @throws Refusal when the book has nothing to say of the month
 */
export async function taxOf(session: Session, book: Book, month: Month): Promise<TaxLine[]> {
  await refuseMonthOutside(session, book, month);
  const found = await taxWithheld(session, month, book.digits);
  const booked = await taxBooked(session, month);
  const listed = sum(found.map((one) => one.tax));
  if (listed !== booked) {
    const money = (amount: bigint): string => formatMoney(amount, book.digits);
    throw new Error(`the list of ${month} comes to ${money(listed)}, its account to ${money(booked)}: see cps verify`);
  }
  return found.map((one) => ({ ...one, taxable: taxableOf(one.gross, book.digits) }));
}
