/** `cps bank`: takes in what a bank says moved on its accounts. */
import { type Command, Option } from 'commander';
import { type ColumnMap, parseColumnMap } from '../../core/bank/table.ts';
import { formatMoney } from '../../core/money.ts';
import { Refusal } from '../../core/refusal.ts';
import { BANK_FORMATS, type BankFormat } from '../../ingest/source/bank-file.ts';
import { takeBankFile } from '../../office/bank.ts';
import { momentOf } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { commandDoor, personActing } from '../person.ts';

interface BankOptions {
  readonly format?: BankFormat;
  readonly account?: string;
  readonly columns?: string;
}

export function registerBank(program: Command, act: Act): void {
  program
    .command('bank')
    .description(
      "take in a bank's file: Alipay 账务明细, camt.053, camt.054, MT940 or CSV; a line delivered twice counts once",
    )
    .argument('<file>', 'as the bank made it, plain, .gz or .zip')
    .addOption(new Option('--format <format>', 'if the content is not to tell').choices([...BANK_FORMATS]))
    .option('--account <account>', 'of a plain CSV: the account it is of, if its columns do not tell')
    .option(
      '--columns <map>',
      'of a plain CSV: our names and its columns, such as ref=Id,at=Date,amount=Sum; remembered for its account',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  cps bank 20140121.csv\n  cps bank statement.xml\n' +
        '  cps bank july.csv --account 6222 --columns ref=Id,at=Date,in=Credit,out=Debit,reference=Note,balance=Balance',
    )
    .action(act(bank));
}

async function bank(world: World, common: Common, path: string, options: BankOptions): Promise<Outcome> {
  const columns = options.columns === undefined ? undefined : columnsOf(options.columns);
  const { format, account } = options;
  return withBook(world, common, async ({ session, book }) => {
    const door = commandDoor(
      world,
      'bank',
      personActing(world, common),
      momentOf('--at', undefined, book.calendar, world.now()),
    );
    const order = {
      path,
      ...(format === undefined ? {} : { format }),
      ...(account === undefined ? {} : { account }),
      ...(columns === undefined ? {} : { columns }),
    };
    const { file, newLines } = await takeBankFile(session, book, order, path, door);
    const money = (side: 'income' | 'outgo') => ({
      lines: file.totals[side].count,
      amount: formatMoney(file.totals[side].amount, book.digits),
    });
    const document = {
      file: path,
      format: file.format,
      sha256: file.sha256,
      lines: file.lines,
      newLines,
      statements: file.statements.length,
      in: money('income'),
      out: money('outgo'),
    };
    answer(world, common, { ...document, notices: file.notices }, () => {
      const { in: income, out } = document;
      const known = file.lines - newLines;
      const told = `${path}: ${file.format}, ${file.lines} lines (${known} known already), in ${income.amount}, out ${out.amount} ${book.currency}`;
      return [told, ...file.notices.map((notice) => `  note: ${notice}`), ''].join('\n');
    });
    return DONE;
  });
}

function columnsOf(text: string): ColumnMap {
  const map = parseColumnMap(text);
  if (typeof map === 'string') throw new Refusal(`--columns: ${map}`);
  return map;
}
