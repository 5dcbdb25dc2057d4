/** `cps status`: how far the book has come, what waits in it, and how old that is. */
import type { Command } from 'commander';
import { statusDocument, statusText } from '../../formats/status.ts';
import { statusOf } from '../../office/status.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';

export function registerStatus(program: Command, act: Act): void {
  program
    .command('status')
    .description('how far the book has come, what waits in it, and for how long')
    .addHelpText('after', '\nExamples:\n  cps status\n  cps status --json')
    .action(act(status));
}

async function status(world: World, common: Common): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const found = await statusOf(session, book);
    answer(world, common, statusDocument(found, book), () => statusText(found, book));
    return DONE;
  });
}
