/** `cps pay`: files of payouts and deductions for a bank, what became of them, and the bank's answers. It sends nothing. */
import { type Command, Option } from 'commander';
import { formatMoney } from '../../core/money.ts';
import { orThrow, Refusal } from '../../core/refusal.ts';
import { table } from '../../formats/files/table.ts';
import { PAY_FORMATS, WITHHOLDING } from '../../formats/pay/index.ts';
import { readAnswers } from '../../ingest/source/bank-file.ts';
import { payerOf, stateOfFile, takeAnswers } from '../../office/payments.ts';
import { paymentFiles } from '../../store/bank/payments.ts';
import type { Book } from '../../store/night/book.ts';
import { addActs } from '../acts.ts';
import { dayOption, momentOf } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, FINDINGS, type Outcome, type World, withBook } from '../context.ts';
import { byOption, commandDoor, personActing, personAsked } from '../person.ts';
import { type Written, writeIntoFolder } from './pay-folder.ts';

interface FilesOptions {
  readonly format?: string;
  readonly deductions?: true;
  readonly out: string;
  readonly through?: string;
  readonly payerName?: string;
  readonly payerAccount?: string;
  readonly payerBic?: string;
  readonly at?: string;
}

export function registerPay(program: Command, act: Act): void {
  const pay = addActs(program, act, 'pay', 'payment files for a bank: a payout is in one live file at most');
  pay
    .command('files')
    .description('write what was instructed and is in no live file')
    .addOption(
      new Option('--format <format>', 'of payouts').choices(PAY_FORMATS.map((one) => one.name)).conflicts('deductions'),
    )
    .option('--deductions', 'the list by which sellers are charged, instead of payouts')
    .requiredOption('--out <dir>', 'a folder that is there')
    .option('--through <day>', 'only what was instructed up to this day', dayOption)
    .option('--payer-name <name>', 'for alipay-classic and pain001')
    .option('--payer-account <account>', 'for alipay-classic the e-mail, for pain001 an IBAN or number')
    .option('--payer-bic <bic>', "for pain001: the payer's bank")
    .option('--at <moment>', 'when they are written, if not now')
    .addOption(byOption())
    .addHelpText(
      'after',
      '\nExamples:\n  cps pay files --format alipay --out pay --as Chen\n' +
        '  cps pay files --format pain001 --payer-name "CPS Ltd" --payer-account DE89370400440532013000 --out pay --as Chen\n' +
        '  cps pay files --deductions --out pay --as Chen',
    )
    .action(act(files));
  pay
    .command('results')
    .description("take in a bank's answers: pain.002, or CSV with the columns reference, status, at, reason")
    .argument('<file>', 'as the bank made it')
    .addHelpText('after', '\nExamples:\n  cps pay results pain002.xml')
    .action(act(results));
  pay.command('list').description('every payment file, and how far the bank has answered').action(act(list));
}

async function files(world: World, common: Common, options: FilesOptions): Promise<Outcome> {
  const format = options.deductions === true ? WITHHOLDING : PAY_FORMATS.find((one) => one.name === options.format);
  if (format === undefined) throw new Refusal('say --format for payouts, or --deductions');
  const { payerName, payerAccount, payerBic } = options;
  const payer = orThrow(payerOf({ name: payerName, account: payerAccount, bic: payerBic }, format.needsPayer));
  const by = personAsked(world, common, 'who writes them');
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--at', options.at, book.calendar, world.now());
    const kind = options.deductions === true ? 'deduction' : 'payout';
    const { out, through = null } = options;
    const written = await writeIntoFolder(
      session,
      commandDoor(world, 'pay files', by, at),
      { kind, format, through, payer },
      out,
    );
    const document = {
      files: written.files.map((one) => ({ ...one, amount: formatMoney(one.amount, book.digits) })),
      leftOut: written.leftOut,
    };
    answer(world, common, document, () => writtenText(written, book));
    return written.leftOut.length === 0 ? DONE : FINDINGS;
  });
}

function writtenText({ files: made, leftOut }: Written, { digits, currency }: Book): string {
  const written = made.map(
    ({ path, rows, amount, sha256 }) =>
      `${path}: ${rows} ${rows === 1 ? 'row' : 'rows'}, ${formatMoney(amount, digits)} ${currency}, SHA-256 ${sha256}\n`,
  );
  const missing = leftOut.map(
    ({ instructionId, partyId, why }) => `${instructionId} is in no file: ${why} (publisher ${partyId})\n`,
  );
  return written.length + missing.length === 0 ? 'Nothing waits to be sent.\n' : [...written, ...missing].join('');
}

async function results(world: World, common: Common, path: string): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--at', undefined, book.calendar, world.now());
    const door = commandDoor(world, 'pay results', personActing(world, common), at);
    const found = await takeAnswers(session, door, path, await readAnswers(path, book.calendar));
    const { done, refused, unknown } = found;
    const waits = unknown
      .map((reference) => `${reference} is not decided by the bank: it is not paid again\n`)
      .join('');
    answer(world, common, found, () => `${done} done, ${refused} refused, ${unknown.length} not decided\n${waits}`);
    return unknown.length === 0 ? DONE : FINDINGS;
  });
}

async function list(world: World, common: Common): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const all = await paymentFiles(session);
    const shown = all.map((one) => ({
      file: one.fileId,
      format: one.format,
      state: stateOfFile(one),
      rows: one.rows,
      answered: one.answered,
      amount: formatMoney(one.amount, book.digits),
      at: book.calendar.format(one.at),
      by: one.by,
      sha256: one.sha256,
    }));
    const columns = ['file', 'format', 'state', 'rows', 'answered', 'amount', 'at', 'by'] as const;
    answer(world, common, { files: shown }, () =>
      table(
        columns.map((title) => ({ title, align: ['rows', 'answered', 'amount'].includes(title) ? 'right' : 'left' })),
        shown.map((one) => columns.map((name) => String(one[name]))),
      ),
    );
    return DONE;
  });
}
