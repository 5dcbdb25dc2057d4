/** `cps month`: a month from its close to the last fen, step by step, each with what to do next. */
import type { Command } from 'commander';
import type { Month } from '../../core/calendar.ts';
import { isMonthDone, monthDocument, monthStory } from '../../formats/month.ts';
import { monthWalk } from '../../office/month.ts';
import { inSnapshot } from '../../store/connection/snapshot.ts';
import { monthArgument } from '../checks.ts';
import type { Act } from '../command.ts';
import {
  type Common,
  DONE,
  FINDINGS,
  languageOption,
  type Outcome,
  type Spoken,
  tell,
  type World,
  withBook,
} from '../context.ts';

export function registerMonth(program: Command, act: Act): void {
  program
    .command('month')
    .description(
      'what is closed, filed, sent, answered, covered, broken, booked and left of a month, and what to do next',
    )
    .argument('<month>', 'a month such as 2013-12', monthArgument)
    .addOption(languageOption())
    .addHelpText(
      'after',
      '\nExit code 1 while something waits.\n\nExamples:\n  cps month 2013-12\n  cps month 2013-12 --json',
    )
    .action(act(month));
}

async function month(world: World, common: Common, of: Month, spoken: Spoken): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const walk = await inSnapshot(session, () => monthWalk(session, book, of));
    tell(world, common, book, spoken, monthDocument(walk, book.digits), (speech) => monthStory(walk, speech));
    return isMonthDone(walk) ? DONE : FINDINGS;
  });
}
