/** `cps feeds`: what a feed's files look like, and a file to fill in. It opens no book. */
import type { Command } from 'commander';
import type { Feed } from '../../core/feeds/feed.ts';
import { FEED_NAMES, FEEDS } from '../../core/feeds/index.ts';
import { meantName } from '../../core/feeds/names.ts';
import { Refusal } from '../../core/refusal.ts';
import { feedDocument, feedsText, feedTemplate, feedText } from '../../formats/feeds.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, languageOption, type Outcome, type Spoken, type World } from '../context.ts';
import { outputFile } from '../output-file.ts';

interface FeedsOptions extends Spoken {
  readonly template?: true;
  readonly out?: string;
}

export function registerFeeds(program: Command, act: Act): void {
  program
    .command('feeds')
    .description('which feeds there are, and the columns of one: meaning, form, example, key, and who delivers it')
    .argument('[name]', 'a feed, such as orders')
    .option('--template', 'the header row of a file to fill in')
    .option('--out <file>', 'where the template is written, if not to standard output')
    .addOption(languageOption())
    .addHelpText(
      'after',
      '\nExamples:\n  cps feeds\n  cps feeds orders\n  cps feeds orders --template --out orders.csv',
    )
    .action(act(feeds));
}

async function feeds(world: World, common: Common, name: string | undefined, options: FeedsOptions): Promise<Outcome> {
  const { template, out, lang } = options;
  if (name === undefined) {
    if (template === true || out !== undefined)
      throw new Refusal('a template is of one feed: cps feeds NAME --template');
    answer(world, common, { feeds: FEEDS.map(feedDocument) }, () => feedsText(FEEDS, lang));
    return DONE;
  }
  const feed = feedNamed(name);
  if (template !== true && out !== undefined)
    throw new Refusal('--out is where a template is written: say --template too');
  if (template !== true) {
    answer(world, common, feedDocument(feed), () => feedText(feed, lang));
    return DONE;
  }
  const text = feedTemplate(feed);
  if (out === undefined) answer(world, common, { feed: name, template: text }, () => text);
  else {
    const file = outputFile(out, '--out');
    file.write(text);
    file.keep();
    answer(world, common, { feed: name, out }, () => `Wrote ${out}: fill it in below its header, and cps ingest it.\n`);
  }
  return DONE;
}

/** The feed of a name. @throws Refusal, which says which one may be meant */
export function feedNamed(name: string): Feed {
  const feed = FEEDS.find((one) => one.name === name);
  if (feed !== undefined) return feed;
  const meant = meantName(name, FEED_NAMES);
  throw new Refusal(
    `${name} is no feed: ${meant === undefined ? 'cps feeds lists them' : `did you mean ${meant}? cps feeds lists them`}`,
  );
}
