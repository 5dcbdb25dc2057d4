/** `cps break`: whose a break is, what is said of it, and that it is resolved; the next night writes it into the log. */
import { type Command, Option } from 'commander';
import { Refusal } from '../../core/refusal.ts';
import { type BreakSaying, noteBreak } from '../../office/bank.ts';
import { momentOf, personOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';

interface BreakOptions {
  readonly by: string;
  readonly owner?: string;
  readonly comment?: string;
  readonly resolve?: true;
  readonly reason?: string;
  readonly at?: string;
}

export function registerBreak(program: Command, act: Act): void {
  program
    .command('break')
    .description('assign a break to somebody, comment on it, or resolve it with a reason')
    .argument('<id>', 'as cps reconcile names it')
    .requiredOption('--by <name>', 'who says it', personOption)
    .addOption(
      new Option('--owner <name>', 'whose it is from now on').argParser(personOption).conflicts(['comment', 'resolve']),
    )
    .addOption(new Option('--comment <text>', 'what is known of it').conflicts('resolve'))
    .option('--resolve', 'accept it as explained; it stays in the sums, as the bank and the ledger still differ')
    .option('--reason <text>', 'why it is resolved')
    .option('--at <moment>', 'when it was said, if not now')
    .addHelpText(
      'after',
      '\nExamples:\n  cps break late-1f2e3d4c5b6a --owner Wu --by Chen\n' +
        '  cps break late-1f2e3d4c5b6a --resolve --by Wu --reason "booked on the 22nd"',
    )
    .action(act(say));
}

async function say(world: World, common: Common, id: string, options: BreakOptions): Promise<Outcome> {
  const saying = sayingOf(options);
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--at', options.at, book.calendar, world.now());
    const { found } = await noteBreak(session, id, options.by, at, saying);
    const done =
      saying.step === 'assign' ? `is ${saying.owner}'s` : saying.step === 'resolve' ? 'is resolved' : 'has a comment';
    answer(world, common, { break: id, kind: found.kind, ...saying, by: options.by }, () => `Break ${id} ${done}.\n`);
    return DONE;
  });
}

function sayingOf({ owner, comment, resolve, reason }: BreakOptions): BreakSaying {
  if (owner !== undefined) return { step: 'assign', owner };
  const text = (resolve === true ? reason : comment)?.trim() ?? '';
  if (text === '') throw new Refusal('say --owner, --comment, or --resolve with a --reason');
  return { step: resolve === true ? 'resolve' : 'comment', reason: text };
}
