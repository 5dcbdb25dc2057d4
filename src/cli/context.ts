/**
 * What main gives every command, and how a command opens the book. No command reads a clock or the environment itself.
 */
import { stat } from 'node:fs/promises';
import { Option } from 'commander';
import type { Logger } from 'pino';
import type { Instant } from '../core/calendar.ts';
import { Refusal } from '../core/refusal.ts';
import { type Progress, progress } from '../formats/files/progress.ts';
import { visible, visibleJson, visibleLines } from '../formats/files/table.ts';
import type { Story } from '../formats/story/story.ts';
import { storyText } from '../formats/story/text.ts';
import { SPEECH, type Speech, TONGUES, type Tongue } from '../formats/words/index.ts';
import { connect, type Session } from '../store/connection/session.ts';
import { type Book, readBook } from '../store/night/book.ts';
import { migrate } from '../store/schema/migrate.ts';
import { actAsWriter } from '../store/schema/roles.ts';
import { useEmbedded } from '../store/server/embedded.ts';

/** The world as main hands it down. */
export interface World {
  readonly version: string;
  readonly now: () => Instant;
  /** Milliseconds that only go forward, for durations. */
  readonly ticks: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The machine, and this process there. */
  readonly place: string;
  /** The user of the operating system. */
  readonly user: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly log: Logger;
  /** Settles when the program gets SIGTERM or SIGINT; until it is called, such a signal ends the program at once. */
  readonly untilStopped: () => Promise<void>;
}

/** The options that every command takes. */
export interface Common {
  readonly database?: string;
  readonly data: string;
  readonly json?: true;
  /** Who acts. */
  readonly as?: string;
  /** What `as` was called at first. */
  readonly by?: string;
}

/** How a command ended: 0 done, 1 done with findings (SPEC 16). */
export type Outcome = 0 | 1;
export const DONE: Outcome = 0;
export const FINDINGS: Outcome = 1;

export interface OpenDatabase {
  readonly session: Session;
  readonly url: string;
  /** Whether the session acts as `cps_writer`; otherwise it is the connected user. */
  readonly isWriter: boolean;
}

/** The URL of the operator's PostgreSQL, or of the private one under `--data`, for as long as the work takes. */
export async function withServer<T>(world: World, common: Common, work: (url: string) => Promise<T>): Promise<T> {
  const given = urlGiven(world, common);
  if (given !== '') return work(given);
  const server = await useEmbedded(common.data);
  try {
    return await work(server.url);
  } finally {
    await server.release();
  }
}

const urlGiven = ({ environment }: World, { database }: Common): string =>
  database ?? environment['DATABASE_URL'] ?? '';

/** Connects to its database, brings that up to date, and lets go at the end. */
export function withDatabase<T>(world: World, common: Common, work: (open: OpenDatabase) => Promise<T>): Promise<T> {
  return withServer(world, common, async (url) => {
    const session = await connect(url, 'cps');
    try {
      await migrate(session);
      const isWriter = await actAsWriter(session);
      return await work({ session, url, isWriter });
    } finally {
      await session.close();
    }
  });
}

/** The same, with the book that has to be there. */
export async function withBook<T>(
  world: World,
  common: Common,
  work: (open: OpenDatabase & { book: Book }) => Promise<T>,
): Promise<T> {
  await refuseMissingData(world, common);
  return withDatabase(world, common, async (open) => {
    const book = await readBook(open.session);
    if (book === undefined) throw new Refusal('this database holds no book: cps init makes one');
    return work({ ...open, book });
  });
}

/** A private database is made by `init`, not by asking for a book that is not there. */
async function refuseMissingData(world: World, common: Common): Promise<void> {
  if (urlGiven(world, common) !== '') return;
  const there = await stat(common.data).then(
    () => true,
    () => false,
  );
  if (!there)
    throw new Refusal(`there is no book under ${common.data}: cps init makes one, --data or --database name another`);
}

/** Writes one JSON document, or the text made of it for people. */
export function answer(world: World, common: Common, document: unknown, text: () => string): void {
  world.stdout.write(common.json === true ? `${visibleJson(document, 2)}\n` : visibleLines(text()));
}

/** Tells people something beside the answer, on standard error: whatever it names moves no terminal. */
export function remark(world: World, sentence: string): void {
  world.stderr.write(`${visible(sentence)}\n`);
}

/** Shows on a terminal how far some work is while it is done; nothing of it stays on the screen. */
export async function watched<T>(world: World, label: string, work: (line: Progress) => Promise<T>): Promise<T> {
  const line = progress(label, world.stderr, world.ticks);
  try {
    return await work(line);
  } finally {
    line.done();
  }
}

/** `--lang`: the language of what a command tells people; JSON says the same in any. */
export function languageOption(): Option {
  return new Option('--lang <language>', 'zh or en').choices([...TONGUES]).default('en');
}

/** What a command was asked to speak. */
export interface Spoken {
  readonly lang: Tongue;
}

/** Writes one JSON document, or the story of it in the language asked for. */
export function tell(
  world: World,
  common: Common,
  book: Book,
  { lang }: Spoken,
  document: unknown,
  story: (speech: Speech) => Story,
): void {
  answer(world, common, document, () => storyText(story(SPEECH[lang]), book));
}
