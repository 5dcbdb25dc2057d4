/** `cps verify`: re-derives the book from its events and names the first difference of each kind (SPEC 13). */
import type { Command } from 'commander';
import { type Column, table, visible } from '../../formats/files/table.ts';
import type { Checked, Differences, Report } from '../../verify/report.ts';
import { verify } from '../../verify/verify.ts';
import { countOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, FINDINGS, type Outcome, type World, watched, withBook } from '../context.ts';
import { anchorsIn } from './anchor.ts';

interface VerifyOptions {
  readonly workers: number;
  readonly deep?: true;
  readonly against?: string;
}

export function registerVerify(program: Command, act: Act): void {
  program
    .command('verify')
    .description('derive the book again from its events, and name what differs')
    .option('--workers <n>', 'worker threads, a partition at a time', countOption(1, 64), 1)
    .option('--deep', 'also make every decision again from what was delivered')
    .option('--against <file>', 'also compare the roots of nights with those kept in a file by cps anchor')
    .addHelpText(
      'after',
      '\nExit code 1 when something differs.\n\nExamples:\n  cps verify\n  cps verify --workers 2 --deep\n  cps verify --against /elsewhere/anchors.txt\n  cps verify --json',
    )
    .action(act(verifyCommand));
}

async function verifyCommand(world: World, common: Common, options: VerifyOptions): Promise<Outcome> {
  const anchors = options.against === undefined ? [] : await anchorsIn(options.against);
  return withBook(world, common, async ({ session, url }) => {
    const started = world.ticks();
    const { workers, deep } = options;
    const report = await watched(world, 'events', (line) => {
      const onProgress = (events: number, of: number | undefined) => line.update(events, of);
      return verify(session, { url, workers, deep: deep === true, anchors, onProgress });
    });
    const seconds = ((world.ticks() - started) / 1000).toFixed(1);
    const { checked, differences } = report;
    answer(world, common, documentOf(checked, differences, options, seconds), () => textOf(report, seconds));
    return differences.length === 0 ? DONE : FINDINGS;
  });
}

function documentOf(
  checked: Checked,
  differences: readonly Differences[],
  options: VerifyOptions,
  seconds: string,
): object {
  return {
    deep: options.deep === true,
    checked,
    differences: differences.map(({ kind, count, first }) => ({
      kind,
      count,
      first: { ...first, position: first.position === null ? null : Number(first.position) },
    })),
    seconds,
  };
}

const NAMES: readonly (readonly [keyof Checked, string])[] = [
  ['events', 'events'],
  ['transfers', 'transfers'],
  ['accountDays', 'account days'],
  ['lines', 'order lines'],
  ['instructions', 'deductions and payouts'],
  ['statements', 'statements'],
  ['decisions', 'decisions'],
  ['deliveries', 'deliveries sealed'],
  ['nights', 'nights'],
  ['audit', 'entries of the audit'],
  ['anchors', 'roots kept outside'],
];

function textOf({ checked, differences }: Report, seconds: string): string {
  const columns: Column[] = [{ title: 'checked' }, { title: 'count', align: 'right' }];
  const counts = table(
    columns,
    NAMES.flatMap(([key, name]) => (checked[key] === undefined ? [] : [[name, String(checked[key])]])),
  );
  const end = differences.length === 0 ? 'No difference.' : differences.map(sentence).join('\n');
  return `${counts}${end}\nVerified in ${seconds} s.\n`;
}

function sentence({ kind, count, first }: Differences): string {
  const place =
    first.position === null || first.partition === null
      ? ''
      : ` (partition ${first.partition}, position ${first.position})`;
  const of = kind === 'anchors' ? ['kept outside', 'of this book'] : ['stored', 'derived'];
  const many = count === 1 ? '1 difference' : `${count} differences, the first`;
  return visible(
    `${kind}: ${many} at ${first.subject}${place}: ${first.field} is ${of[0]} as ${first.stored}, ${of[1]} as ${first.derived}`,
  );
}
