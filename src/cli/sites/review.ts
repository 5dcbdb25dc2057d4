/** `cps review`: scores every site, and shows or records what changes: states, grants, notices and their cancellations. */
import type { Command } from 'commander';
import { changeText, summaryDocument, summaryText } from '../../formats/review.ts';
import { type Review, review } from '../../office/review.ts';
import { analyseIntake } from '../../store/connection/analyse.ts';
import type { Book } from '../../store/night/book.ts';
import { countOption, momentOf } from '../checks.ts';
import type { Act } from '../command.ts';
import { type Common, DONE, type Outcome, type World, watched, withBook } from '../context.ts';
import { toStdout, type Write } from '../output.ts';

interface ReviewOptions {
  readonly asOf?: string;
  readonly noticeDays?: number;
  readonly apply?: true;
  readonly by: string;
}

/** Sites from which fresh statistics are worth their time. */
const MANY_SITES = 20_000;

export function registerReview(program: Command, act: Act): void {
  program
    .command('review')
    .description('score every site, and show or record what changes')
    .option('--as-of <moment>', 'by what was dated up to then; without, now')
    .option('--notice-days <n>', "days between a notice and its end, if not the policy's", countOption(1, 366))
    .option('--apply', 'record it: states, scores, grants, notices with their mails, cancellations')
    .option('--by <name>', 'who answers for it', 'cps review')
    .addHelpText(
      'after',
      '\nA review made again with the same facts changes nothing. It is recorded as a whole or not at all.\n' +
        '\nExamples:\n  cps review --as-of "2013-12-06 17:31:00"\n  cps review --as-of "2013-12-06 17:31:00" --apply --by Chen',
    )
    .action(act(reviewCommand));
}

async function reviewCommand(world: World, common: Common, options: ReviewOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const asOf = momentOf('--as-of', options.asOf, book.calendar, world.now());
    const { noticeDays = null, apply, by } = options;
    let done = 0;
    const made = await watched(world, 'sites', (line) => {
      const onSites = (sites: number): void => {
        done += sites;
        line.update(done);
      };
      return review(session, { asOf, noticeDays, apply: apply === true, by, onSites });
    });
    try {
      if (made.applied && made.changed >= MANY_SITES) await analyseIntake(session);
      await (common.json === true ? writeReviewJson : writeReview)(made, book, toStdout(world));
    } finally {
      await made.remove();
    }
    return DONE;
  });
}

/** Writes a review for people, a site after the other. */
export async function writeReview(made: Review, book: Book, write: Write): Promise<void> {
  for await (const change of made.changes()) await write(`${changeText(change, book)}\n`);
  await write(summaryText(made, book));
}

async function writeReviewJson(made: Review, book: Book, write: Write): Promise<void> {
  const document = JSON.stringify(summaryDocument(made, book), null, 2);
  await write(`${document.slice(0, -2)},\n  "changes": [`);
  let first = true;
  for await (const change of made.changes()) {
    await write(`${first ? '\n' : ',\n'}    ${JSON.stringify(change)}`);
    first = false;
  }
  await write(first ? ']\n}\n' : '\n  ]\n}\n');
}
