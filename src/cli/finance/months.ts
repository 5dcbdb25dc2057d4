/** What the commands on parties' months share: their options, which months a book can tell of, and where a document goes. */
import type { Command } from 'commander';
import type { Day, Month } from '../../core/calendar.ts';
import { documentOf, fileDocument, manifestPath, piecesOf, type Wanted } from '../../filing/filing.ts';
import { DOCUMENT_FORMATS, FORMAT_NAMES, type FormatName } from '../../formats/document/index.ts';
import { LANGUAGES, type Language } from '../../formats/words/index.ts';
import { type Party, refuseUnknown } from '../../office/months.ts';
import type { Session } from '../../store/connection/session.ts';
import { inSnapshot } from '../../store/connection/snapshot.ts';
import type { Book } from '../../store/night/book.ts';
import { dayOption } from '../checks.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { UsageError } from '../errors.ts';
import { toStdout, toText, type Write, writing } from '../output.ts';

export interface MonthOptions {
  readonly format?: string;
  readonly lang?: string;
  readonly out?: string;
  readonly asOf?: Day;
}

/** Adds the options of a document to a command. */
export function withDocumentOptions(command: Command): Command {
  return command
    .option('--format <format>', FORMAT_NAMES.join(', '))
    .option('--lang <language>', `the words of text, html, xlsx and pdf: ${LANGUAGES.join(', ')}`);
}

/** Adds the options of a command that writes one document. */
export function withOneDocumentOptions(command: Command): Command {
  return command
    .option(
      '--as-of <day>',
      'as it stood after the night of this day; otherwise a closed month is told as it was closed',
      dayOption,
    )
    .option('--out <file>', 'a file, which appears when it is complete, with a manifest beside it');
}

/** The format, language and day asked for. UsageError where format or language are none. */
export function wantedOf(options: MonthOptions, month: Month, usual: FormatName): Wanted {
  const asked = options.format ?? usual;
  const format = FORMAT_NAMES.find((known) => known === asked);
  if (format === undefined) throw new UsageError(`${asked} is no format: they are ${FORMAT_NAMES.join(', ')}`);
  return { month, format, language: languageAsked(options.lang, format), asOf: options.asOf ?? null };
}

/**
 * The same where `--out` may name a file, whose name then says the format; on standard output `--json` means json.
 * UsageError also where the two disagree.
 */
export function wantedHere(common: Common, options: MonthOptions, month: Month): Wanted {
  const { out } = options;
  if (out !== undefined) return wantedOf(options, month, formatOfName(out));
  const wanted = wantedOf(options, month, common.json === true ? 'json' : 'text');
  if (common.json === true && wanted.format !== 'json') {
    throw new UsageError(`--json and --format ${wanted.format} ask for different things: leave one out`);
  }
  return wanted;
}

/** The format that a file's name says; text where it says none. */
function formatOfName(path: string): FormatName {
  return FORMAT_NAMES.find((name) => path.toLowerCase().endsWith(`.${DOCUMENT_FORMATS[name].extension}`)) ?? 'text';
}

function languageAsked(asked: string | undefined, format: FormatName): Language | null {
  if (asked === undefined) return null;
  const language = LANGUAGES.find((known) => known === asked);
  if (language === undefined) throw new UsageError(`${asked} is no language: they are ${LANGUAGES.join(', ')}`);
  if (DOCUMENT_FORMATS[format].language === null) {
    throw new UsageError(`the names in ${format} are fixed, for programs: leave --lang out`);
  }
  return language;
}

/**
 * A party's document on standard output, `--json` meaning that format; or in a file of `--out` with its manifest beside
 * it, which `--json` then prints (SPEC 7, 10, 16).
 */
export async function showDocument(
  world: World,
  common: Common,
  of: Party,
  month: Month,
  options: MonthOptions,
): Promise<Outcome> {
  const wanted = wantedHere(common, options, month);
  if (options.out !== undefined) return fileTo(world, common, of, wanted, options.out);
  if ((wanted.format === 'pdf' || wanted.format === 'xlsx') && world.stdout.isTTY) {
    throw new UsageError(`${wanted.format} is nothing to show on a terminal: name a file with --out`);
  }
  return withBook(world, common, async ({ session, book }) => {
    await writeDocument(session, book, of, wanted, toStdout(world));
    return DONE;
  });
}

function fileTo(world: World, common: Common, of: Party, wanted: Wanted, out: string): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    await refuseUnknown(session, book, of, wanted);
    const manifest = await writing(out, () => fileDocument(session, book, of, wanted, out));
    answer(world, common, manifest, () => `Wrote ${out}, and ${manifestPath(out)} beside it.\n`);
    return DONE;
  });
}

async function writeDocument(session: Session, book: Book, of: Party, wanted: Wanted, write: Write): Promise<void> {
  await inSnapshot(session, async () => {
    await refuseUnknown(session, book, of, wanted);
    const document = await documentOf(session, book, of, wanted);
    for await (const piece of piecesOf(document, book, wanted)) await write(piece);
  });
}

/** A party's month as text, whole. UsageError where the party is not known or the book has nothing to say of the month. */
export async function documentText(session: Session, book: Book, of: Party, month: Month): Promise<string> {
  const kept = toText();
  await writeDocument(session, book, of, { month, format: 'text', language: null, asOf: null }, kept.write);
  return kept.text();
}
