/** `cps whatif`: decides real days again under other rules, and says who gains and who loses. */

import type { Command } from 'commander';
import { Refusal } from '../../core/refusal.ts';
import { progress } from '../../formats/files/progress.ts';
import { storyPage } from '../../formats/story/html.ts';
import { comparedDocument, comparedStory } from '../../formats/whatif/compared.ts';
import { supposedReviewsDocument, supposedReviewsText } from '../../formats/whatif/reviews.ts';
import { whatIfStory } from '../../formats/whatif/story.ts';
import { CHANGED_HEADER, changedRow, whatIfDocument } from '../../formats/whatif/whatif.ts';
import { SPEECH } from '../../formats/words/index.ts';
import { policyFrom } from '../../office/policies.ts';
import { answerTo, comparisonOf, type Supposed } from '../../office/suppose.ts';
import { supposedReviews } from '../../office/suppose-reviews.ts';
import type { Book } from '../../store/night/book.ts';
import { countOption, dayOption, momentOf } from '../checks.ts';
import type { Act } from '../command.ts';
import {
  answer,
  type Common,
  DONE,
  languageOption,
  type OpenDatabase,
  type Outcome,
  type Spoken,
  tell,
  type World,
  withBook,
} from '../context.ts';
import { outputFile } from '../output-file.ts';

interface WhatIfOptions extends Supposed, Spoken {
  readonly explain?: string;
  readonly reviews?: true;
  readonly asOf?: string;
  readonly html?: string;
  readonly lines?: string;
  readonly top: number;
  readonly workers: number;
}

const HELP = `
The outcome of a span is that of the order lines attributed on its days: each is decided as its night saw it (what had
been delivered by then, the policy in force), and what its receipts, closures, refunds and risk decisions delivered so
far, and due through the last day run, make of it. With nothing changed that is what the book has, line by line, and
this is checked of every line. Nothing is written to the book.

  --policy       decides these lines by this policy alone, their later settlement too
  --permissions  rows of the feed permissions; they replace all rows of each site's permission that they name, as if
                 delivered before the first night: one row "grant" leaves a permission open, one row "revoke" closes it
  --rates        rows of the feed rates; they replace all rows of each scope of a plan that they name
  --reviews      looks at no line again: it reviews every site under the policy and names those that would get a notice
                 which the rules in force do not give, with what they earned across stores on the days of the span
  What people decided about a line (risk decisions) is applied as it was delivered.
  Publishers are irregular where a line of the span is forfeited under either rules, or where they were frozen or
  terminated at some time from the span's first day to the last day run.

Examples:
  cps whatif --from 2013-12-01 --to 2013-12-31 --permissions left-open.csv
  cps whatif --from 2013-12-01 --to 2013-12-31 --policy stricter.json --html stricter.html --lines changed.csv
  cps whatif --from 2013-12-01 --to 2013-12-31 --permissions left-open.csv --explain L6
  cps whatif --from 2013-12-01 --to 2013-12-31 --cpc 0.30 --cpa 5.00
  cps whatif --from 2013-10-01 --to 2013-12-05 --reviews --policy stricter.json`;

export function registerWhatIf(program: Command, act: Act): void {
  program
    .command('whatif')
    .description('decide real days again under other rules: who gains, who loses')
    .requiredOption('--from <day>', 'the first day', dayOption)
    .requiredOption('--to <day>', 'the last day', dayOption)
    .option('--policy <file>', 'a policy file in place of the policies in force')
    .option('--permissions <file>', 'permission rows in place of those of the same site and permission')
    .option('--reviews', 'with --policy: whom a review by it would give notice, and what that touches')
    .option('--as-of <moment>', 'with --reviews: by what was dated up to then; without, now')
    .option('--rates <file>', 'rate rows in place of those of the same scope of a plan')
    .option('--cpc <price>', 'also what each shop would pay at a price a click')
    .option('--cpa <price>', 'also what each shop would pay at a price a sale')
    .option('--explain <order-line>', 'both decisions about one line side by side')
    .option('--html <file>', 'also as one page with charts')
    .option('--lines <file>', 'also every line that comes out otherwise, as CSV')
    .option('--top <n>', 'sellers, publishers, shops and lines to name', countOption(1, 1000), 20)
    .option('--workers <n>', 'worker threads', countOption(1, 64), 1)
    .addOption(languageOption())
    .addHelpText('after', HELP)
    .action(act(whatIfCommand));
}

async function whatIfCommand(world: World, common: Common, options: WhatIfOptions): Promise<Outcome> {
  const { explain } = options;
  const alone = (['html', 'lines', 'cpc', 'cpa'] as const).find((name) => options[name] !== undefined);
  if (explain !== undefined && alone !== undefined)
    throw new Refusal(`--explain tells of one line: leave --${alone} out`);
  if (options.reviews === true) return reviewsSupposed(world, common, options);
  if (options.asOf !== undefined) throw new Refusal('--as-of goes with --reviews: leave it out, or say --reviews');
  return withBook(world, common, async (open) => {
    if (explain === undefined) return wholeSpan(world, common, options, open);
    const { session, book } = open;
    const twice = await comparisonOf(session, book, options, explain);
    const document = comparedDocument(twice, book);
    tell(world, common, book, options, document, (speech) => comparedStory(twice, speech, book));
    return DONE;
  });
}

/** What a review would come to under another policy, before it is adopted. */
async function reviewsSupposed(world: World, common: Common, options: WhatIfOptions): Promise<Outcome> {
  const { policy: file, from, to, top } = options;
  const other = (['permissions', 'rates', 'cpc', 'cpa', 'explain', 'html', 'lines'] as const).find(
    (name) => options[name] !== undefined,
  );
  if (other !== undefined) throw new Refusal(`--reviews looks at sites and at no line: leave --${other} out`);
  if (typeof file !== 'string') throw new Refusal('--reviews needs --policy: whose thresholds are supposed');
  return withBook(world, common, async ({ session, book }) => {
    const { policy } = await policyFrom(file, book.digits);
    const asOf = momentOf('--as-of', options.asOf, book.calendar, world.now());
    const found = await supposedReviews(session, { policy, asOf, from, to });
    answer(world, common, supposedReviewsDocument(found, policy.name, book), () =>
      supposedReviewsText(found, policy.name, top, book),
    );
    return DONE;
  });
}

async function wholeSpan(
  world: World,
  common: Common,
  options: WhatIfOptions,
  { session, book, url }: OpenDatabase & { book: Book },
): Promise<Outcome> {
  const drafts: ReturnType<typeof outputFile>[] = [];
  const draft = (path: string | undefined, option: string) => {
    if (path === undefined) return undefined;
    const made = outputFile(path, option);
    drafts.push(made);
    return made;
  };
  const line = progress('lines', world.stderr, world.ticks);
  try {
    const page = draft(options.html, '--html');
    const lines = draft(options.lines, '--lines');
    lines?.write(CHANGED_HEADER);
    const found = await answerTo(session, book, options, {
      url,
      workers: options.workers,
      top: options.top,
      onProgress: (count) => line.update(count),
      ...(lines === undefined
        ? {}
        : { onChanged: (changed) => lines.write(changed.map((one) => changedRow(one, book.digits)).join('')) }),
    });
    const speech = SPEECH[options.lang];
    page?.write(storyPage(whatIfStory(found, speech, book), speech, book));
    for (const made of drafts.splice(0)) made.keep();
    line.done();
    tell(world, common, book, options, whatIfDocument(found, book.digits), () => whatIfStory(found, speech, book));
    return DONE;
  } finally {
    line.done();
    for (const made of drafts) made.drop();
  }
}
