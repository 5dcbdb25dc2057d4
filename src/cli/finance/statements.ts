/** `cps statements`: a month's documents for everyone who has one, as files with their manifests. */
import { mkdir } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Month } from '../../core/calendar.ts';
import { Refusal } from '../../core/refusal.ts';
import { fileAll } from '../../filing/crew.ts';
import { refuseMonthOutside } from '../../office/months.ts';
import type { Session } from '../../store/connection/session.ts';
import { type DocumentParty, publishersWithMonth, sellersWithMonth } from '../../store/month/documents.ts';
import { countOption, monthArgument } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, watched, withBook } from '../context.ts';
import { writing } from '../output.ts';
import { type MonthOptions, wantedOf, withDocumentOptions } from './months.ts';

interface StatementsOptions extends MonthOptions {
  readonly out: string;
  readonly party: string;
  readonly workers: number;
  readonly again?: true;
}

const PARTIES: Readonly<Record<string, readonly ((session: Session, month: Month) => Promise<DocumentParty[]>)[]>> = {
  publishers: [publishersWithMonth],
  sellers: [sellersWithMonth],
  both: [publishersWithMonth, sellersWithMonth],
};

export function registerStatements(program: Command, act: Act): void {
  withDocumentOptions(
    program
      .command('statements')
      .description("a month's documents for everyone who has one, a file and a manifest each")
      .argument('<month>', 'a month such as 2013-12; an open one is written as it stands', monthArgument),
  )
    .requiredOption('--out <dir>', 'the folder for the files; it is made where it is not there')
    .option('--party <who>', Object.keys(PARTIES).join(', '), 'both')
    .option('--workers <n>', 'worker threads', countOption(1, 64), 1)
    .option('--again', 'also write the files of a closed month that are there')
    .addHelpText(
      'after',
      '\nKilled and started again it goes on: files of a closed month that are there, whole, are kept.\n\nExamples:\n  cps statements 2013-12 --format pdf --out december\n  cps statements 2013-12 --format xlsx --party sellers --workers 2 --out december',
    )
    .action(act(statements));
}

async function statements(world: World, common: Common, month: Month, options: StatementsOptions): Promise<Outcome> {
  const { out, workers } = options;
  const wanted = wantedOf(options, month, 'pdf');
  const lists = PARTIES[options.party];
  if (lists === undefined) {
    throw new Refusal(`${options.party} is nobody to write for: --party is one of ${Object.keys(PARTIES).join(', ')}`);
  }
  return withBook(world, common, async ({ session, book, url }) => {
    await refuseMonthOutside(session, book, month);
    await writing(out, () => mkdir(out, { recursive: true }));
    const parties = (await Promise.all(lists.map((list) => list(session, month)))).flat();
    const started = world.ticks();
    let done = 0;
    const filed = await watched(world, 'documents', (line) =>
      writing(out, () =>
        fileAll({ url, folder: out, wanted, again: options.again === true }, parties, workers, (more) => {
          done += more;
          line.update(done, parties.length);
        }),
      ),
    );
    const seconds = (world.ticks() - started) / 1000;
    const perSecond = seconds > 0 ? (filed.written / seconds).toFixed(1) : null;
    const { written, kept, bytes } = filed;
    answer(
      world,
      common,
      { month, format: wanted.format, out, documents: parties.length, written, kept, bytes, seconds, perSecond },
      () =>
        `Documents of ${month} in ${out}: ${written} written${kept === 0 ? '' : `, ${kept} were there`}, ${seconds.toFixed(1)} s${perSecond === null ? '' : `, ${perSecond} a second`}.\n`,
    );
    return DONE;
  });
}
