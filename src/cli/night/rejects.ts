/** `cps rejects`: which rows were refused and why, for people, or in the feed's own columns to be mended. */
import { basename } from 'node:path';
import type { Command } from 'commander';
import { Refusal } from '../../core/refusal.ts';
import { table, visibleJson } from '../../formats/files/table.ts';
import { noticeLine, noticeShown } from '../../formats/notices.ts';
import { cellsOf, columnsOfFeed, rejectsCsv } from '../../office/rejects.ts';
import type { Session } from '../../store/connection/session.ts';
import { refusals, type StoredRefusal, unkeptRefusals } from '../../store/intake/deliveries.ts';
import { deliveriesRemarked, remarksOf } from '../../store/intake/remarks.ts';
import { addActs } from '../acts.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, remark, type World, withBook } from '../context.ts';
import { toStdout, type Write } from '../output.ts';
import { feedNamed } from './feeds.ts';

interface RejectsOptions {
  readonly feed?: string;
  readonly format?: string;
  readonly all?: true;
}

export function registerRejects(program: Command, act: Act): void {
  const command = addActs(
    program,
    act,
    'rejects',
    'which rows were refused and are neither mended nor dismissed, and why',
  )
    .option('--all', 'those too that were mended or dismissed')
    .option('--feed <name>', "one feed's only")
    .option('--format <format>', "text, or csv: the feed's own columns and why, to mend and deliver again")
    .addHelpText(
      'after',
      '\nExamples:\n  cps rejects\n  cps rejects --all --feed orders\n  cps rejects --feed orders --format csv > orders-mended.csv && cps ingest orders-mended.csv',
    )
    .action(act(rejects));
  command
    .command('notices')
    .description('what was taken with a delivery and looks wrong, the newest delivery first; it is no reject')
    .argument('[feed]', "one feed's only")
    .addHelpText('after', '\nExamples:\n  cps rejects notices\n  cps rejects notices orders')
    .action(act(notices));
}

/** Deliveries with notices that are listed at most; the pages show each. */
const NOTICED = 200;

async function notices(world: World, common: Common, feed: string | undefined): Promise<Outcome> {
  if (feed !== undefined) feedNamed(feed);
  return withBook(world, common, async ({ session }) => {
    const found = await deliveriesRemarked(session, feed ?? null, NOTICED);
    const remarks = await remarksOf(
      session,
      found.map(({ delivery_id: id }) => id),
    );
    const all = found.map(({ delivery_id: id, ...of }) => ({ delivery: Number(id), ...of, of: remarks.get(id) ?? [] }));
    const document = all.map(({ of, ...one }) => ({ ...one, notices: of.map(noticeShown) }));
    answer(world, common, { deliveries: document }, () =>
      all.length === 0
        ? 'No delivery has notices.\n'
        : all
            .flatMap(({ delivery, file, of }) => of.map((one) => `${delivery} ${file}: ${noticeLine(one)}.\n`))
            .join(''),
    );
    return DONE;
  });
}

async function rejects(world: World, common: Common, options: RejectsOptions): Promise<Outcome> {
  const { feed, format = common.json === true ? 'json' : 'text' } = options;
  if (feed !== undefined) feedNamed(feed);
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
    } else {
      const which = options.all === true ? 'all' : 'open';
      await (format === 'json' ? writeJson : writeRejectsText)(session, feed, which, write);
    }
    if (format !== 'json') for (const one of await unkeptRefusals(session, feed)) remark(world, unkeptNote(one));
    return DONE;
  });
}

const COLUMNS = [
  { title: 'number', align: 'right' as const },
  { title: 'file' },
  { title: 'line', align: 'right' as const },
  { title: 'verdict' },
  { title: 'reason' },
  { title: 'row', max: 80 },
];
/** Where ended ones are listed too. */
const STATE = { title: 'state' };

type Which = 'open' | 'all';

/** Writes what was refused as tables (SPEC 3), a page at most a list's rows. */
async function writeRejectsText(session: Session, feed: string | undefined, which: Which, write: Write): Promise<void> {
  let count = 0;
  for await (const list of refusals(session, feed, which)) {
    const rows = list.map((one) => {
      const { refusal_id: number, line, verdict, reason, raw } = one;
      const cells = [String(number), fileOf(one), String(line), verdict, reason, raw];
      return which === 'open' ? cells : [...cells, stateOf(one)];
    });
    await write(`${count === 0 ? '' : '\n'}${table(which === 'open' ? COLUMNS : [...COLUMNS, STATE], rows)}`);
    count += list.length;
  }
  const rows = feed === undefined ? 'No row' : `No row of ${feed}`;
  if (count === 0)
    await write(
      which === 'all' ? `${rows} was refused.\n` : `${rows} is refused and open: cps rejects --all lists what was.\n`,
    );
}

/** How a refused row stands, in a word or two. */
function stateOf({ mended_by: mended, dismissed_by: by, dismissed_why: why }: StoredRefusal): string {
  return mended !== null ? 'mended' : by !== null ? `dismissed by ${by}: ${why}` : 'open';
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

async function writeJson(session: Session, feed: string | undefined, which: Which, write: Write): Promise<void> {
  await write('{ "rejects": [');
  let first = true;
  for await (const list of refusals(session, feed, which)) {
    let text = '';
    for (const one of list) {
      const { file, line, verdict, reason, raw } = one;
      const cells = cellsOf(one);
      const columns = columnsOfFeed(one.feed);
      const row = cells === null ? null : Object.fromEntries(columns.map((name, at) => [name, cells[at] ?? '']));
      const number = Number(one.refusal_id);
      const document = {
        number,
        feed: one.feed,
        file,
        line: Number(line),
        verdict,
        reason,
        state: stateOf(one),
        row,
        raw,
      };
      text += `${first ? '\n' : ',\n'}  ${visibleJson(document)}`;
      first = false;
    }
    await write(text);
  }
  await write(`${first ? '' : '\n'}], "unkept": ${visibleJson(await unkeptRefusals(session, feed))} }\n`);
}
