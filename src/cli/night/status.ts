/** `cps status`: how far the book has come, what waits in it, and how old that is. */
import type { Command } from 'commander';
import { statusDocument, statusStory } from '../../formats/status.ts';
import { statusOf } from '../../office/status.ts';
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

export function registerStatus(program: Command, act: Act): void {
  program
    .command('status')
    .description('how far the book has come, what waits in it, and for how long')
    .addOption(languageOption())
    .addHelpText('after', '\nExamples:\n  cps status\n  cps status --lang zh\n  cps status --json')
    .action(act(status));
}

async function status(world: World, common: Common, spoken: Spoken): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const found = await statusOf(session, book);
    tell(world, common, book, spoken, statusDocument(found, book), (speech) => statusStory(found, speech, book));
    return DONE;
  });
}
