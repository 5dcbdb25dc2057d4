/** `cps decide CASE`: proposes what becomes of a case, or approves what somebody else has proposed. */
import { type Command, Option } from 'commander';
import type { Ruling } from '../../core/cases/decide.ts';
import type { CaseDecision } from '../../core/events/desk.ts';
import { formatMoney } from '../../core/money.ts';
import { decisionDocument } from '../../formats/cases.ts';
import { approveCase, decideCase } from '../../office/rulings.ts';
import type { Book } from '../../store/night/book.ts';
import { countOption, momentOf, personOption } from '../checks.ts';
import type { Act } from '../command.ts';
import { answer, type Common, DONE, type Outcome, type World, withBook } from '../context.ts';
import { UsageError } from '../errors.ts';

interface DecideOptions {
  readonly decision?: CaseDecision;
  readonly by: string;
  readonly reason?: string;
  readonly freeze?: true;
  readonly terminate?: true;
  readonly points?: number;
  readonly approve?: true;
  readonly at?: string;
}

export function registerDecide(program: Command, act: Act): void {
  program
    .command('decide')
    .description('propose a decision of a case, or approve one; the next night acts on it')
    .argument('<case>', 'as cps cases names it')
    .requiredOption('--by <name>', 'who decides', personOption)
    .addOption(
      new Option('--decision <what>', 'of a dispute forfeit or reject').choices(['release', 'forfeit', 'reject']),
    )
    .option('--reason <text>', 'why; the publishers are told')
    .addOption(new Option('--freeze', 'freeze the publishers of the case').conflicts(['terminate', 'approve']))
    .addOption(new Option('--terminate', 'terminate them').conflicts('approve'))
    .option(
      '--points <n>',
      'violation points for each of them; the policy says how many otherwise',
      countOption(0, 1000),
    )
    .addOption(
      new Option('--approve', 'approve what somebody else has proposed').conflicts(['decision', 'reason', 'points']),
    )
    .option('--at <moment>', 'when it was decided, if not now')
    .addHelpText(
      'after',
      '\nExamples:\n  cps decide overwritten-click.9003.201311 --decision forfeit --terminate --by Chen --reason "the app clicks by itself"\n' +
        '  cps decide overwritten-click.9003.201311 --approve --by Wu',
    )
    .action(act(decide));
}

async function decide(world: World, common: Common, id: string, options: DecideOptions): Promise<Outcome> {
  const { decision, by, reason, points = null } = options;
  if (options.approve === undefined && (decision === undefined || reason === undefined)) {
    throw new UsageError('say --decision and --reason to propose, or --approve to approve what was proposed');
  }
  return withBook(world, common, async ({ session, book }) => {
    const at = momentOf('--at', options.at, book.calendar, world.now());
    const against = options.terminate === true ? 'terminate' : options.freeze === true ? 'freeze' : 'none';
    const ruling =
      decision === undefined || reason === undefined
        ? await approveCase(session, id, by, at)
        : await decideCase(session, id, { decision, by, at, reason, against, points });
    const document = { holds: ruling.holds, decision: decisionDocument(ruling.decision, book) };
    answer(world, common, document, () => rulingText(ruling, book));
    return DONE;
  });
}

/** What came of it, in two lines at most. */
function rulingText({ decision, holds }: Ruling, { digits, currency }: Book): string {
  const { decisionId, lines, amount } = decision;
  const what = `${decision.decision} of ${lines} ${lines === 1 ? 'line' : 'lines'}, ${formatMoney(amount, digits)} ${currency} at stake`;
  if (!holds)
    return `Proposed ${decisionId}: ${what}.\nIt needs a second person: cps decide ${decision.caseId} --approve --by NAME\n`;
  const acts = decision.decision === 'reject' ? 'the line stays as it is' : 'the next night acts on it';
  return `Decided ${decisionId}: ${what}; ${acts}.\n`;
}
