/** `cps run`: runs the nights not yet run, in order, through a day. */
import type { Command } from 'commander';
import { table } from '../../formats/files/table.ts';
import type { NightReport } from '../../night/night.ts';
import { type RunReport, run } from '../../night/run.ts';
import { keepNightTime } from '../../store/lists/lists.ts';
import { countOption, dayOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, watched, withBook } from '../context.ts';

interface RunOptions {
  readonly through: string;
  readonly workers: number;
  readonly dryRun?: true;
}

export function registerRun(program: Command, act: Act): void {
  program
    .command('run')
    .description('run the nights not yet run, in order')
    .requiredOption('--through <day>', 'the last day to run, which has to be over', dayOption)
    .option('--workers <n>', 'worker threads for large nights', countOption(1, 64), 1)
    .option('--dry-run', "report what the first open day's night would do, and write nothing")
    .addHelpText(
      'after',
      '\nExamples:\n  cps run --through 2013-12-11\n  cps run --through 2013-12-31 --workers 2\n  cps run --through 2013-12-12 --dry-run',
    )
    .action(act(runCommand));
}

async function runCommand(world: World, common: Common, options: RunOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, url }) => {
    const started = world.ticks();
    let done = 0;
    let begun = started;
    const report = await watched(world, 'night', (line) =>
      run(session, {
        through: options.through,
        workers: options.workers,
        now: world.now(),
        dryRun: options.dryRun === true,
        url,
        program: { version: world.version, place: world.place },
        onBatch: (_day, rows) => {
          done += rows;
          line.update(done);
        },
        onNight: async (night) => {
          world.log.info({ day: night.day, ...night.counts }, 'night completed');
          const seconds = (world.ticks() - begun) / 1000;
          begun = world.ticks();
          const { attributed, unattributed, settled } = night.counts;
          const lines = attributed + unattributed + settled;
          if (options.dryRun === undefined) await keepNightTime(session, { day: night.day, seconds, lines });
        },
      }),
    );
    const seconds = ((world.ticks() - started) / 1000).toFixed(1);
    answer(world, common, { dryRun: options.dryRun === true, nights: report.nights, seconds }, () =>
      report.nights.length === 0 ? nothingToRun(report, options) : nightTable(report.nights, options, seconds),
    );
    return DONE;
  });
}

function nothingToRun(report: RunReport, options: RunOptions): string {
  return report.firstDay === null
    ? 'Nothing to run: no order line has been delivered yet.\n'
    : `Nothing to run: every day through ${options.through} is closed; ${report.firstDay} is the next.\n`;
}

/** The nights that did something, a row each; quiet ones are counted. */
function nightTable(nights: readonly NightReport[], options: RunOptions, seconds: string): string {
  const first = nights[0];
  if (first === undefined) return '';
  const names = Object.keys(first.counts) as (keyof NightReport['counts'])[];
  const busy = nights.filter(({ counts }) => names.some((name) => counts[name] > 0));
  const shown = names.filter((name) => busy.some(({ counts }) => counts[name] > 0));
  const rows = busy.map(({ day, counts }) => [day, ...shown.map((name) => String(counts[name]))]);
  const total = ['total', ...shown.map((name) => String(busy.reduce((sum, { counts }) => sum + counts[name], 0)))];
  const columns = [{ title: 'night' }, ...shown.map((name) => ({ title: name, align: 'right' as const }))];
  const what = options.dryRun === true ? 'would run; nothing was written' : 'run';
  const quiet = nights.length - busy.length;
  const summary = `${nights.length} ${nights.length === 1 ? 'night' : 'nights'} ${what}${quiet > 0 ? `, ${quiet} of them with nothing to do` : ''}, in ${seconds} s.\n`;
  return `${busy.length > 0 ? table(columns, rows, { total }) : ''}${summary}`;
}
