/** `cps review`: scores every site, and shows or records what changes: states, grants, notices and their cancellations. */
import { readFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { type Calendar, type Instant, isDay } from '../../core/calendar.ts';
import { whyNot } from '../../core/error-code.ts';
import { quote } from '../../core/feeds/feed.ts';
import { isPartyId } from '../../core/ids.ts';
import { PERMISSIONS, type Permission, SITE_KINDS } from '../../core/promotion/permissions.ts';
import { Refusal } from '../../core/refusal.ts';
import { changeText, summaryDocument, summaryText } from '../../formats/review.ts';
import { type Reach, type Review, review } from '../../office/review.ts';
import { analyseIntake } from '../../store/connection/analyse.ts';
import type { Book } from '../../store/night/book.ts';
import { countOption, momentOf } from '../checks.ts';
import type { Act } from '../command.ts';
import { type Common, DONE, FINDINGS, type Outcome, type World, watched, withBook } from '../context.ts';
import { toStdout, type Write } from '../output.ts';
import { byOption, commandDoor, personActing, personNamed } from '../person.ts';

interface ReviewOptions {
  readonly asOf?: string;
  readonly noticeDays?: number;
  readonly apply?: true;
  readonly permission?: Permission;
  readonly kind?: string;
  readonly category?: string;
  readonly publisher?: string;
  readonly sites?: string;
  readonly exempt?: string;
  readonly ends?: string;
}

/** Sites from which fresh statistics are worth their time. */
const MANY_SITES = 20_000;

export function registerReview(program: Command, act: Act): void {
  program
    .command('review')
    .description('score every site, and show or record what changes')
    .option('--as-of <moment>', 'by what was dated up to then; without, now')
    .option('--notice-days <n>', "days between a notice and its end, if not the policy's", countOption(1, 366))
    .addOption(byOption())
    .option('--apply', 'record it: states, scores, grants, notices with their mails, cancellations')
    .addOption(new Option('--permission <name>', 'look at this one alone').choices(PERMISSIONS))
    .addOption(new Option('--kind <kind>', 'only sites of this kind').choices(SITE_KINDS))
    .option('--category <name>', 'only sites that have filed this category')
    .option('--publisher <id>', 'only sites of this publisher')
    .option('--sites <file>', 'only the sites whose ids stand in a file, one a line')
    .option('--exempt <file>', 'not the sites whose ids stand in a file, one a line')
    .option('--ends <moment>', 'when its notices end, instead of after so many days; never before these are over')
    .addHelpText(
      'after',
      '\nA review made again with the same facts changes nothing. It is recorded as a whole or not at all.\n' +
        '\nExamples:\n  cps review --as-of "2013-12-06 17:31:00"\n  cps review --as-of "2013-12-06 17:31:00" --apply --as Chen\n' +
        '  cps review --apply --permission cross-store:tmall --exempt portals.txt --ends "2013-12-11 00:00:00"',
    )
    .action(act(reviewCommand));
}

async function reviewCommand(world: World, common: Common, options: ReviewOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const asOf = momentOf('--as-of', options.asOf, book.calendar, world.now());
    const { noticeDays = null, apply } = options;
    let done = 0;
    const by = personNamed(world, common) ?? 'cps review';
    const now = momentOf('--at', undefined, book.calendar, world.now());
    const door = commandDoor(world, 'review', personActing(world, common), now);
    const { permission, kind, category, publisher } = options;
    const named = Object.entries({ permission, kind, category, publisher }).filter(([, value]) => value !== undefined);
    const reach: Reach = {
      ...Object.fromEntries(named),
      ...(options.sites === undefined ? {} : { sites: await sitesIn('--sites', options.sites) }),
      ...(options.exempt === undefined ? {} : { exempt: await sitesIn('--exempt', options.exempt) }),
    };
    const endsAt = options.ends === undefined ? undefined : endOf(options.ends, book.calendar);
    const order = {
      asOf,
      reach,
      ...(endsAt === undefined ? {} : { endsAt }),
      noticeDays,
      apply: apply === true,
      by,
      door,
      // Of a review as of another moment than now the book tells the time.
      ...(options.asOf === undefined ? { recordedAt: world.now() } : {}),
    };
    const made = await watched(world, 'sites', (line) => {
      const onSites = (sites: number): void => {
        done += sites;
        line.update(done);
      };
      return review(session, { ...order, onSites });
    });
    try {
      if (made.applied && made.changed >= MANY_SITES) await analyseIntake(session);
      await (common.json === true ? writeReviewJson : writeReview)(made, book, toStdout(world));
    } finally {
      await made.remove();
    }
    return made.refused.length > 0 ? FINDINGS : DONE;
  });
}

/** The ids that stand in a file, one a line; a heading `site_id` is none. */
async function sitesIn(flag: string, path: string): Promise<ReadonlySet<string>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Refusal(`the file ${path} of ${flag} cannot be read (${whyNot(error)}): give the path of a text file`);
  });
  const ids = text.split(/\r?\n/).map((line) => line.trim());
  const found = ids.filter((id) => id !== '' && id !== 'site_id');
  const strange = found.find((id) => !isPartyId(id));
  if (strange !== undefined)
    throw new Refusal(`${quote(strange)} in ${path} is no id of a site: write one id on each line`);
  return new Set(found);
}

/** A moment that may be still to come. */
function endOf(text: string, calendar: Calendar): Instant {
  const at = calendar.parse(text) ?? (isDay(text) ? calendar.startOf(text) : undefined);
  if (at !== undefined) return at;
  throw new Refusal(`--ends is ${quote(text)}: it must be a moment such as "2013-12-11 00:00:00", or a day`);
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
