/** `cps cases`: what the risk desk has before it, gathered from the signals of the log and from what sellers dispute. */
import type { Command } from 'commander';
import { caseDocument, casesStory } from '../../formats/cases.ts';
import { caseSummaries } from '../../office/cases.ts';
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

interface CasesOptions extends Spoken {
  readonly open?: true;
}

export function registerCases(program: Command, act: Act): void {
  program
    .command('cases')
    .description('the cases of the risk desk, those to be decided first by their deadline')
    .option('--open', 'only those with lines that nobody has answered')
    .addOption(languageOption())
    .addHelpText('after', '\nExamples:\n  cps cases --open\n  cps cases --json')
    .action(act(cases));
}

async function cases(world: World, common: Common, options: CasesOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const all = await inSnapshot(session, () => caseSummaries(session, book));
    const shown = options.open === true ? all.filter((one) => one.open > 0) : all;
    const documents = shown.map((one) => caseDocument(one, book.digits));
    tell(world, common, book, options, { cases: documents }, (speech) => casesStory(shown, speech, book));
    return DONE;
  });
}
