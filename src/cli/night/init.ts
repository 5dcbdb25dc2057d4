/** `cps init`: creates the book; on an existing one says so and changes nothing. */
import type { Command } from 'commander';
import { policyFrom } from '../../office/policies.ts';
import { createBook, readBook } from '../../store/night/book.ts';
import { currencyDigits, currencyOption, zoneOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withDatabase } from '../context.ts';

const NO_WRITER =
  'The engine acts as the connected user, not as cps_writer: see src/cli/README.md, Running a book, for how the roles are made.\n';

interface InitOptions {
  readonly policy?: string;
  readonly zone: string;
  readonly currency: string;
}

export function registerInit(program: Command, act: Act): void {
  program
    .command('init')
    .description('create the book')
    .option('--policy <file>', 'a policy file (JSON); without, the preset alimama-2013')
    .option('--zone <zone>', 'the zone of business days', zoneOption, 'Asia/Shanghai')
    .option('--currency <code>', 'the currency of every amount', currencyOption, 'CNY')
    .addHelpText(
      'after',
      '\nExamples:\n  cps init\n  cps init --policy policy.json --zone Asia/Shanghai --currency CNY',
    )
    .action(act(init));
}

async function init(world: World, common: Common, options: InitOptions): Promise<Outcome> {
  const { zone, currency } = options;
  const digits = currencyDigits(currency);
  const { policy } = await policyFrom(options.policy, digits);
  return withDatabase(world, common, async ({ session, isWriter }) => {
    const created = await createBook(session, { zone, currency, digits, policy });
    const book = await readBook(session);
    const terms = { zone: book?.calendar.zone, currency: book?.currency };
    answer(
      world,
      common,
      { created, ...terms, policy: created ? policy.name : undefined, isWriter },
      () =>
        (created
          ? `Created a book in ${currency}, days of ${zone}, policy ${policy.name}.\n`
          : `There is a book already, in ${terms.currency}, days of ${terms.zone}: nothing was changed.\n`) +
        (isWriter ? '' : NO_WRITER),
    );
    return DONE;
  });
}
