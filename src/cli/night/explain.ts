/** `cps explain`: why an order line earned what it earned, from the log. */
import type { Command } from 'commander';
import { explanationOf } from '../../office/explanation.ts';
import type { Act } from '../command.ts';
import {
  type Common,
  DONE,
  languageOption,
  type Outcome,
  type Spoken,
  tell,
  type World,
  withBook,
} from '../context.ts';

export function registerExplain(program: Command, act: Act): void {
  program
    .command('explain')
    .description('tell why an order line earned what it earned, to the fen')
    .argument('<order-line>', 'the id of the order line')
    .addOption(languageOption())
    .addHelpText(
      'after',
      '\nExamples:\n  cps explain L000561\n  cps explain L000561 --lang zh\n  cps explain L000561 --json',
    )
    .action(act(explain));
}

async function explain(world: World, common: Common, orderLineId: string, spoken: Spoken): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const { story, document } = await explanationOf(session, book, orderLineId);
    tell(world, common, book, spoken, document, story);
    return DONE;
  });
}
