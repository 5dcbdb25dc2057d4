/** `cps case ID`: one case with its evidence in time, what is at stake, and what was decided. */
import type { Command } from 'commander';
import { caseFileDocument, caseStory } from '../../formats/cases.ts';
import { caseFile } from '../../office/cases.ts';
import { inSnapshot } from '../../store/connection/snapshot.ts';
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

export function registerCase(program: Command, act: Act): void {
  program
    .command('case')
    .description('a case: its evidence in time, what is at stake, what was decided')
    .argument('<case>', 'as cps cases names it')
    .addOption(languageOption())
    .addHelpText('after', '\nExamples:\n  cps case overwritten-click.9003.201311\n  cps case dispute.Q1 --json')
    .action(act(showCase));
}

async function showCase(world: World, common: Common, id: string, spoken: Spoken): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const shown = await inSnapshot(session, () => caseFile(session, book, id));
    tell(world, common, book, spoken, caseFileDocument(shown, book), (speech) => caseStory(shown, speech, book));
    return DONE;
  });
}
