/** `cps ingest`: delivers files, folders or standard input, and prints a receipt for each. */
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { codeOf } from '../../core/error-code.ts';
import { FEED_NAMES } from '../../core/feeds/index.ts';
import { meantName } from '../../core/feeds/names.ts';
import { formatMoney } from '../../core/money.ts';
import { Refusal } from '../../core/refusal.ts';
import { table } from '../../formats/files/table.ts';
import { noticeLine, noticeShown } from '../../formats/notices.ts';
import { deliver, type Receipt } from '../../ingest/deliver/deliver.ts';
import { feedOf, folder } from '../../ingest/source/folder.ts';
import type { Place } from '../../ingest/source/original.ts';
import { spool } from '../../ingest/source/spool.ts';
import { ruleOf, signerOf } from '../../office/acts/feeds.ts';
import { analyseIntake } from '../../store/connection/analyse.ts';
import { type BoundOptions, boundOptions, boundsOf } from '../bounds.ts';
import { momentOf } from '../checks.ts';
import type { Act } from '../command.ts';
import {
  answer,
  type Common,
  DONE,
  FINDINGS,
  type Outcome,
  remark,
  type World,
  watched,
  withBook,
} from '../context.ts';
import { commandDoor, personActing, personAsked } from '../person.ts';
import { feedNamed } from './feeds.ts';
import { unkeptNote } from './rejects.ts';

interface IngestOptions extends BoundOptions {
  readonly feed?: string;
  readonly sheet?: string;
  readonly encoding?: string;
}

interface Source {
  readonly path: Place;
  readonly file?: string;
  readonly feed: string;
}

/** Rows from which fresh statistics are worth their time. */
const MANY_ROWS = 20_000;

export function registerIngest(program: Command, act: Act): void {
  const command = program.command('ingest');
  boundOptions(command)
    .description('deliver feed files, folders of them, or standard input (-)')
    .argument(
      '[file|dir...]',
      'clicks.csv, orders.xlsx, orders-2013-12-06.ndjson.gz, a folder, or - for standard input',
    )
    .option('--feed <name>', 'the feed of standard input, or of a file whose name does not say')
    .option('--sheet <name>', 'the sheet of a workbook, if not its first')
    .option('--encoding <name>', 'the encoding of the files, such as big5; UTF-8, UTF-16 and GB18030 are found without')
    .addHelpText(
      'after',
      '\ncps feeds lists the feeds, and cps feeds NAME the columns of one.\n' +
        '\nExamples:\n  cps ingest feeds/\n  cps ingest clicks-2013-12-06.csv.gz orders.csv\n  cps ingest --feed clicks < exported.csv\n  cps ingest --feed orders --sheet December shop.xlsx\n  cps ingest --as Chen adjustments.csv',
    )
    .action(act(ingest));
}

async function ingest(world: World, common: Common, paths: string[], options: IngestOptions): Promise<Outcome> {
  if (options.feed !== undefined) feedNamed(options.feed);
  const bounds = boundsOf(options);
  const { sources, ignored, cleanUp } = await sourcesOf(world, paths, options.feed);
  try {
    const two = sources.find(({ feed }) => ruleOf(feed).persons === 2);
    const person =
      two === undefined
        ? personActing(world, common)
        : personAsked(world, common, `${two.feed} take two persons, and who delivers them is one`);
    return await withBook(world, common, async ({ session, book }) => {
      const door = commandDoor(world, 'ingest', person, momentOf('--at', undefined, book.calendar, world.now()));
      for (const path of ignored) remark(world, `left out ${path}: its name is no feed's`);
      const receipts: Receipt[] = [];
      const how = { sheet: options.sheet, encoding: options.encoding };
      for (const source of sources) {
        let rows = 0;
        const order = { ...source, bounds, door, ...signerOf(source.feed, 'command', person) };
        const delivered = watched(world, basename(source.file ?? String(source.path)), (line) =>
          deliver(session, { ...order, ...how, now: world.now() }, (more) => {
            rows += more;
            line.update(rows);
          }),
        );
        receipts.push(await delivered);
      }
      if (receipts.reduce((rows, receipt) => rows + receipt.accepted, 0) >= MANY_ROWS) await analyseIntake(session);
      const money = (amount: bigint): string => formatMoney(amount, book.digits);
      const documents = receipts.map((receipt) => {
        return { ...receipt, amount: money(receipt.amount), notices: receipt.notices.map(noticeShown) };
      });
      answer(world, common, { deliveries: documents }, () => receiptTable(receipts, money));
      return receipts.some(hasFindings) ? FINDINGS : DONE;
    });
  } finally {
    await cleanUp();
  }
}

async function sourcesOf(world: World, given: readonly string[], feed: string | undefined) {
  if (given.length === 0 && feed === undefined) {
    throw new Refusal('nothing to deliver: name files or folders, or say --feed NAME to read standard input');
  }
  const paths = given.length === 0 ? ['-'] : given;
  const sources: Source[] = [];
  const ignored: string[] = [];
  let cleanUp = async (): Promise<void> => undefined;
  for (const path of paths) {
    if (path === '-') {
      if (feed === undefined) throw new Refusal('standard input has no name to tell its feed: say --feed NAME');
      const kept = await spool(world.stdin, 'standard-input');
      cleanUp = kept.remove;
      sources.push({ path: kept.place, file: 'standard input', feed });
    } else if (await isFolder(path)) {
      const found = await folder(path, FEED_NAMES);
      ignored.push(...found.ignored);
      for (const file of found.files) sources.push({ path: file, feed: feedOf(file, FEED_NAMES) ?? '' });
    } else {
      const named = feed ?? feedOf(path, FEED_NAMES);
      if (named === undefined) throw await namelessFile(path);
      sources.push({ path, feed: named });
    }
  }
  if (sources.length === 0) throw new Refusal(`${paths.join(', ')} holds no feed file: they are named like clicks.csv`);
  return { sources, ignored, cleanUp };
}

/** Why a file is not taken whose name is no feed's: it is not there, or which feed may be meant. */
async function namelessFile(path: string): Promise<Refusal> {
  const isThere = await stat(path).then(
    () => true,
    (error: unknown) => codeOf(error) !== 'ENOENT',
  );
  if (!isThere) return new Refusal(`${path} does not exist: check the path and the spelling`);
  const meant = meantName(basename(path).replace(/[.].*$/, ''), FEED_NAMES);
  const which =
    meant === undefined ? 'say --feed NAME; cps feeds lists them' : `say --feed ${meant} if that is what it is`;
  return new Refusal(
    `the name of ${path} is no feed's: name it like orders.csv or clicks-2013-12-06.ndjson.gz, or ${which}`,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

const hasFindings = (receipt: Receipt): boolean => receipt.conflict + receipt.rejected + receipt.woken.rejected > 0;

function receiptTable(receipts: readonly Receipt[], money: (amount: bigint) => string): string {
  const right = (title: string) => ({ title, align: 'right' as const });
  const columns = [
    { title: 'file' },
    { title: 'feed' },
    ...['read', 'accepted', 'duplicate', 'conflict', 'rejected', 'parked', 'amount'].map(right),
    { title: 'sha-256' },
  ];
  const rows = receipts.map((one) => [
    one.file,
    one.feed,
    ...[one.read, one.accepted, one.duplicate, one.conflict, one.rejected, one.parked].map(String),
    one.amount === 0n ? '' : money(one.amount),
    one.sha256.slice(0, 12),
  ]);
  const notes = receipts.flatMap((one) => [
    ...(one.unknownColumns.length > 0
      ? [`${one.file}: kept aside unknown columns ${one.unknownColumns.join(', ')}.`]
      : []),
    ...one.notices.map((notice) => `${one.file}: ${noticeLine(notice)}.`),
    ...(one.woken.accepted + one.woken.rejected > 0 ? [wokenNote(one)] : []),
    ...(one.unkept > 0 ? [unkeptNote({ file: one.file, count: one.unkept })] : []),
    ...(one.resumedAfter > 0
      ? [`${one.file}: went on after row ${one.resumedAfter}, where a delivery was cut short.`]
      : []),
  ]);
  const refused = receipts.some(hasFindings);
  if (refused) notes.push('Some rows were refused: cps rejects tells which and why.');
  return `${table(columns, rows)}${notes.map((note) => `${note}\n`).join('')}`;
}

function wokenNote({ file, woken }: Receipt): string {
  const rejected = woken.rejected > 0 ? `, and ${woken.rejected} proved impossible` : '';
  return `${file}: parked rows of earlier files found their order lines: ${woken.accepted} accepted${rejected}.`;
}
