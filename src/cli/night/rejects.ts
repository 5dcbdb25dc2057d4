/** `cps rejects`: which rows were refused and why, for people, or in the feed's own columns to be mended. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { FEED_NAMES } from '../../core/feeds/index.ts';
import { Refusal } from '../../core/refusal.ts';
import { table, visibleJson } from '../../formats/files/table.ts';
import { cellsOf, columnsOfFeed, rejectsCsv } from '../../office/rejects.ts';
import type { Session } from '../../store/connection/session.ts';
import { refusals, type StoredRefusal, unkeptRefusals } from '../../store/intake/deliveries.ts';
import type { Act } from '../command.ts';
import { type Common, DONE, type Outcome, remark, type World, withBook } from '../context.ts';
import { toStdout, type Write } from '../output.ts';

interface RejectsOptions {
  readonly feed?: string;
  readonly format?: string;
}

export function registerRejects(program: Command, act: Act): void {
  program
    .command('rejects')
    .description('which rows were refused, and why')
    .option('--feed <name>', "one feed's only")
    .option('--format <format>', "text, or csv: the feed's own columns and why, to mend and deliver again")
    .addHelpText(
      'after',
      '\nExamples:\n  cps rejects\n  cps rejects --feed orders --format csv > orders-mended.csv && cps ingest orders-mended.csv',
    )
    .action(act(rejects));
}

async function rejects(world: World, common: Common, options: RejectsOptions): Promise<Outcome> {
  const { feed, format = common.json === true ? 'json' : 'text' } = options;
  if (feed !== undefined && !FEED_NAMES.includes(feed)) {
    throw new Refusal(`${feed} is no feed: the feeds are ${FEED_NAMES.join(', ')}`);
  }
  if (!['text', 'csv', 'json'].includes(format)) throw new Refusal(`${format} is no format: they are text, csv, json`);
  if (common.json === true && format !== 'json') {
    throw new Refusal(`--json and --format ${format} ask for different things: leave one out`);
  }
  if (format === 'csv' && feed === undefined) {
    throw new Refusal('csv is written in the columns of one feed: say --feed NAME');
  }
  return withBook(world, common, async ({ session }) => {
    const write = toStdout(world);
    if (format === 'csv') {
      const left = await writeRejectsCsv(session, feed ?? '', write);
      if (left > 0) {
        const rows = left === 1 ? '1 row' : `${left} rows`;
        remark(world, `${rows} did not parse into cells and cannot be written in columns: cps rejects shows them`);
      }
    } else await (format === 'json' ? writeJson : writeRejectsText)(session, feed, write);
    if (format !== 'json') for (const one of await unkeptRefusals(session, feed)) remark(world, unkeptNote(one));
    return DONE;
  });
}

const COLUMNS = [
  { title: 'file' },
  { title: 'line', align: 'right' as const },
  { title: 'verdict' },
  { title: 'reason' },
  { title: 'row', max: 80 },
];

/** Writes what was refused as tables (SPEC 3), a page at most a list's rows. */
async function writeRejectsText(session: Session, feed: string | undefined, write: Write): Promise<void> {
  let count = 0;
  for await (const list of refusals(session, feed)) {
    const rows = list.map((one) => [fileOf(one), String(one.line), one.verdict, one.reason, one.raw]);
    await write(`${count === 0 ? '' : '\n'}${table(COLUMNS, rows)}`);
    count += list.length;
  }
  if (count === 0) await write(`No row${feed === undefined ? '' : ` of ${feed}`} was refused.\n`);
}

/** What is said of refused rows that are only counted. */
export function unkeptNote({ file, count }: { readonly file: string; readonly count: number }): string {
  return `${file}: ${count} more rows were refused like those kept and are only counted: mend the file by what is shown, and deliver it again.`;
}

/** The file, with its feed where its name does not say. */
function fileOf({ file, feed }: StoredRefusal): string {
  return basename(file).startsWith(feed) ? file : `${file} (${feed})`;
}

/** Writes the refused rows in the feed's own columns, and why; returns how many had no cells to write. */
async function writeRejectsCsv(session: Session, feed: string, write: Write): Promise<number> {
  const pieces = rejectsCsv(session, feed);
  for (;;) {
    const next = await pieces.next();
    if (next.done === true) return next.value;
    await write(next.value);
  }
}

async function writeJson(session: Session, feed: string | undefined, write: Write): Promise<void> {
  await write('{ "rejects": [');
  let first = true;
  for await (const list of refusals(session, feed)) {
    let text = '';
    for (const one of list) {
      const { file, line, verdict, reason, raw } = one;
      const cells = cellsOf(one);
      const columns = columnsOfFeed(one.feed);
      const row = cells === null ? null : Object.fromEntries(columns.map((name, at) => [name, cells[at] ?? '']));
      const document = { feed: one.feed, file, line: Number(line), verdict, reason, row, raw };
      text += `${first ? '\n' : ',\n'}  ${visibleJson(document)}`;
      first = false;
    }
    await write(text);
  }
  await write(`${first ? '' : '\n'}], "unkept": ${visibleJson(await unkeptRefusals(session, feed))} }\n`);
}
