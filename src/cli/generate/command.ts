/** `cps generate`: a realistic book of feeds in the past, for trying and measuring. */
import type { Command } from 'commander';
import { Refusal } from '../../core/refusal.ts';
import { table } from '../../formats/files/table.ts';
import { countOption, dayOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, watched } from '../context.ts';
import { type BookOptions, BookRefused, type GeneratedBook, generateBook } from './book.ts';

type GenerateOptions = Omit<BookOptions, 'onProgress'>;

export function registerGenerate(program: Command, act: Act): void {
  program
    .command('generate')
    .description('write a realistic book of feeds, the same for the same options')
    .requiredOption('--lines <n>', 'order lines', countOption(0, 100_000_000))
    .requiredOption('--seed <n>', 'another seed, another book', countOption(0, 999_999_999_999))
    .requiredOption('--out <dir>', 'the folder for the feeds; made when missing')
    .option('--days <n>', 'days with orders (30)', countOption(1, 366))
    .option('--clicks-per-line <n>', 'clicks for each order line, about (15)', countOption(0, 200))
    .option('--from <day>', 'the first day with orders (2013-11-20)', dayOption)
    .option('--publishers <n>', 'publishers (one for 200 lines, at least 20)', countOption(1, 1_000_000))
    .addHelpText(
      'after',
      '\nExamples:\n  cps generate --lines 10000 --seed 1 --out feeds && cps init && cps ingest feeds\n  cps generate --lines 1000000 --seed 2 --out big --days 60 --clicks-per-line 20',
    )
    .action(act(generate));
}

async function generate(world: World, common: Common, options: GenerateOptions): Promise<Outcome> {
  const { out } = options;
  const made = await watched(world, 'rows', async (line) => {
    return generateBook({ ...options, onProgress: (rows) => line.update(rows) });
  }).catch((error: unknown) => {
    throw error instanceof BookRefused ? new Refusal(error.message) : error;
  });
  answer(world, common, { out, ...made }, () => bookText(out, made));
  return DONE;
}

/** A row a feed; the clicks, a file a day, are counted together. */
function bookText(out: string, { files, firstDay, lastDay }: GeneratedBook): string {
  const feeds = new Map<string, { files: number; rows: number }>();
  for (const { file, rows } of files) {
    const feed = /([a-z-]+?)(-\d{4}-\d\d-\d\d)?\.csv$/.exec(file)?.[1] ?? file;
    const known = feeds.get(feed) ?? { files: 0, rows: 0 };
    feeds.set(feed, { files: known.files + 1, rows: known.rows + rows });
  }
  const right = (title: string) => ({ title, align: 'right' as const });
  const body = [...feeds].map(([feed, of]) => [feed, String(of.files), String(of.rows)]);
  const rows = files.reduce((sum, file) => sum + file.rows, 0);
  const total = ['total', String(files.length), String(rows)];
  return `${table([{ title: 'feed' }, right('files'), right('rows')], body, { total })}In ${out}: orders from ${firstDay}, the last fact on ${lastDay}.\n`;
}
