/**
 * The commands that tell a story, the same as text in either language and as JSON: how each is asked for, and what it reads.
 * What a story says is in src/formats.
 */
import { caseDocument, caseFileDocument, caseStory, casesStory } from '../formats/cases.ts';
import { statusDocument, statusStory } from '../formats/status.ts';
import type { Story } from '../formats/story/story.ts';
import type { Speech } from '../formats/words/index.ts';
import { caseFile, caseSummaries } from '../office/cases.ts';
import { explanationOf } from '../office/explanation.ts';
import { statusOf } from '../office/status.ts';
import type { Session } from '../store/connection/session.ts';
import { inSnapshot } from '../store/connection/snapshot.ts';
import type { Book } from '../store/night/book.ts';
import type { Register } from './command.ts';
import { DONE, languageOption, type Spoken, tell, withBook } from './context.ts';

/** What a command read: as a document, and as a story in any language. */
interface Told {
  readonly document: unknown;
  readonly story: (speech: Speech) => Story;
}

interface StoryCommand {
  readonly does: string;
  /** What it is of, told by its place. */
  readonly of?: readonly [name: string, help: string];
  /** What it may be narrowed by. */
  readonly flag?: readonly [name: string, help: string];
  readonly examples: readonly string[];
  readonly read: (session: Session, book: Book, of: string, isNarrowed: boolean) => Promise<Told>;
}

const STORIES = {
  status: {
    does: 'how far the book has come, what waits in it, and for how long',
    examples: ['cps status', 'cps status --lang zh', 'cps status --json'],
    read: async (session, book) => {
      const found = await statusOf(session, book);
      return { document: statusDocument(found, book), story: (speech) => statusStory(found, speech, book) };
    },
  },
  explain: {
    does: 'tell why an order line earned what it earned, to the fen',
    of: ['order-line', 'the id of the order line'],
    examples: ['cps explain L000561', 'cps explain L000561 --lang zh', 'cps explain L000561 --json'],
    read: (session, book, line) => explanationOf(session, book, line),
  },
  cases: {
    does: 'the cases of the risk desk, those to be decided first by their deadline',
    flag: ['open', 'only those with lines that nobody has answered'],
    examples: ['cps cases --open', 'cps cases --json'],
    read: async (session, book, _, isNarrowed) => {
      const all = await inSnapshot(session, () => caseSummaries(session, book));
      const shown = isNarrowed ? all.filter((one) => one.open > 0) : all;
      const document = { cases: shown.map((one) => caseDocument(one, book.digits)) };
      return { document, story: (speech) => casesStory(shown, speech, book) };
    },
  },
  case: {
    does: 'a case: its evidence in time, what is at stake, what was decided',
    of: ['case', 'as cps cases names it'],
    examples: ['cps case overwritten-click.9003.201311', 'cps case dispute.Q1 --json'],
    read: async (session, book, id) => {
      const shown = await inSnapshot(session, () => caseFile(session, book, id));
      return { document: caseFileDocument(shown, book), story: (speech) => caseStory(shown, speech, book) };
    },
  },
} satisfies Readonly<Record<string, StoryCommand>>;

/** Adds the command that tells a story. */
export function storyCommand(name: keyof typeof STORIES): Register {
  const { does, of, flag, examples, read }: StoryCommand = STORIES[name];
  return (program, act) => {
    const command = program.command(name).description(does);
    if (of !== undefined) command.argument(`<${of[0]}>`, of[1]);
    if (flag !== undefined) command.option(`--${flag[0]}`, flag[1]);
    command
      .addOption(languageOption())
      .addHelpText('after', `\nExamples:\n${examples.map((one) => `  ${one}`).join('\n')}`)
      .action(
        act((world, common, ...given: unknown[]) =>
          withBook(world, common, async ({ session, book }) => {
            const options = given.at(-1) as Spoken & Readonly<Record<string, unknown>>;
            const { document, story } = await read(session, book, String(given[0]), options[flag?.[0] ?? ''] === true);
            tell(world, common, book, options, document, story);
            return DONE;
          }),
        ),
      );
  };
}
