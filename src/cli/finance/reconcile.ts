/** `cps reconcile`: the network's feed, the ledger and the bank at the end of a day, and every difference by its name. */
import { type Command, Option } from 'commander';
import { csvRow, csvSafe } from '../../formats/files/csv.ts';
import { agrees, BREAK_COLUMNS, breakCells, reconcileDocument, reconcileStory } from '../../formats/reconcile.ts';
import { GRACE_DAYS, reconciliationOf } from '../../office/bank.ts';
import { inSnapshot } from '../../store/connection/snapshot.ts';
import { countOption, dayOption } from '../checks.ts';
import type { Act } from '../command.ts';
import {
  type Common,
  DONE,
  FINDINGS,
  languageOption,
  type Outcome,
  type Spoken,
  tell,
  type World,
  withBook,
} from '../context.ts';

interface ReconcileOptions extends Spoken {
  readonly through: string;
  readonly graceDays: number;
  readonly format: 'text' | 'json' | 'csv';
}

export function registerReconcile(program: Command, act: Act): void {
  program
    .command('reconcile')
    .description('the bank against the ledger at the end of a day; exit code 1 where something is open or unexplained')
    .requiredOption('--through <day>', 'a day that was run', dayOption)
    .option('--grace-days <n>', 'how far bank and ledger may be apart', countOption(0, 60), GRACE_DAYS)
    .addOption(new Option('--format <format>').choices(['text', 'json', 'csv']).default('text'))
    .addOption(languageOption())
    .addHelpText(
      'after',
      '\nExamples:\n  cps reconcile --through 2014-01-21\n  cps reconcile --through 2014-01-21 --format csv > breaks.csv',
    )
    .action(act(reconcile));
}

async function reconcile(world: World, common: Common, options: ReconcileOptions): Promise<Outcome> {
  return withBook(world, common, async ({ session, book }) => {
    const { through, graceDays, format } = options;
    const { of, ways } = await inSnapshot(session, () => reconciliationOf(session, book, through, graceDays));
    const isJson = common.json === true || format === 'json';
    if (format === 'csv' && !isJson) {
      const rows = [BREAK_COLUMNS, ...of.breaks.map((one) => breakCells(one, book).map(csvSafe))];
      world.stdout.write(rows.map(csvRow).join(''));
    } else {
      const output = isJson ? { ...common, json: true as const } : common;
      tell(world, output, book, options, reconcileDocument(of, ways, book), (speech) =>
        reconcileStory(of, ways, speech, book),
      );
    }
    return agrees(of, ways) ? DONE : FINDINGS;
  });
}
