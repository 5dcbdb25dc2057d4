/** `cps appeal DECISION`: lodges a publisher's appeal, or decides it. */
import { type Command, Option } from 'commander';
import { Refusal } from '../../core/refusal.ts';
import { decideAppeal, lodgeAppeal } from '../../office/rulings.ts';
import { momentOf, personOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';

interface AppealOptions {
  readonly publisher: string;
  readonly by?: string;
  readonly reason: string;
  readonly grant?: true;
  readonly reject?: true;
  readonly at?: string;
}

export function registerAppeal(program: Command, act: Act): void {
  program
    .command('appeal')
    .description("lodge a publisher's appeal against a decision, or decide it")
    .argument('<decision>', 'as cps case names it')
    .requiredOption('--publisher <id>', 'whose appeal it is')
    .requiredOption('--reason <text>', 'why')
    .option('--by <name>', 'who lodges it (the publisher), or who decides it', personOption)
    .addOption(new Option('--grant', 'decide it for the publisher: its points go, and its account is active again'))
    .addOption(new Option('--reject', 'decide it against the publisher').conflicts('grant'))
    .option('--at <moment>', 'when, if not now')
    .addHelpText(
      'after',
      '\nExamples:\n  cps appeal overwritten-click.9003.201311-1 --publisher 1003 --reason "the clicks are real"\n' +
        '  cps appeal overwritten-click.9003.201311-1 --publisher 1003 --reject --by Zhao --reason "they are not"',
    )
    .action(act(appeal));
}

async function appeal(world: World, common: Common, decisionId: string, options: AppealOptions): Promise<Outcome> {
  const { publisher: publisherId, reason } = options;
  const outcome = options.grant === true ? 'granted' : options.reject === true ? 'rejected' : null;
  if (outcome !== null && options.by === undefined) throw new Refusal('say --by NAME: who decides the appeal');
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--at', options.at, book.calendar, world.now());
    const order = { decisionId, publisherId, by: options.by ?? publisherId, at, reason };
    const { parts } = await (outcome === null ? lodgeAppeal(session, order) : decideAppeal(session, order, outcome));
    const appealId = parts[0]?.rows[0]?.['appeal_id'] ?? '';
    const document = { decision: decisionId, publisher: publisherId, outcome: outcome ?? 'lodged' };
    const after =
      outcome === 'granted'
        ? `\nWhat went back to the sellers stays with them. An adjustment makes it good: cps adjust propose --publisher ${publisherId} --appeal ${appealId}`
        : '';
    answer(
      world,
      common,
      document,
      () => `Appeal of ${publisherId} against ${decisionId}: ${outcome ?? 'lodged'}.${after}\n`,
    );
    return DONE;
  });
}
