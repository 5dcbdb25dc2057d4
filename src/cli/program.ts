/** The command line: global options, every command from its own file, and how a command ends. */
import { type Argument, Command, CommanderError, InvalidArgumentError, type Option } from 'commander';
import { quote } from '../core/feeds/feed.ts';
import { Refusal } from '../core/refusal.ts';
import { visible, visibleJson, visibleLines } from '../formats/files/table.ts';
import { actCommands } from './acts.ts';
import { Expected } from './checks.ts';
import type { Act, Register } from './command.ts';
import { type Common, type Outcome, remark, type World } from './context.ts';
import { exitCodeOf, sentenceOf } from './errors.ts';
import { registerAdjust } from './finance/adjust.ts';
import { registerAgeing } from './finance/ageing.ts';
import { registerBank } from './finance/bank.ts';
import { registerCompare } from './finance/compare.ts';
import { registerCutOver } from './finance/cut-over.ts';
import { registerMonth } from './finance/month.ts';
import { registerPay } from './finance/pay.ts';
import { registerPosting } from './finance/posting.ts';
import { registerReconcile } from './finance/reconcile.ts';
import { registerReport } from './finance/report.ts';
import { registerDeductions, registerStatement } from './finance/statement.ts';
import { registerStatements } from './finance/statements.ts';
import { registerTax } from './finance/tax.ts';
import { registerVerifyStatement } from './finance/verify-statement.ts';
import { registerGenerate } from './generate/command.ts';
import { registerAnchor } from './night/anchor.ts';
import { registerExport } from './night/export.ts';
import { registerFeeds } from './night/feeds.ts';
import { registerIngest } from './night/ingest.ts';
import { registerInit } from './night/init.ts';
import { registerPolicy } from './night/policy.ts';
import { registerRejects } from './night/rejects.ts';
import { registerRun } from './night/run.ts';
import { registerVerify } from './night/verify.ts';
import { registerWhatIf } from './night/whatif.ts';
import { registerWork } from './night/work.ts';
import { personOption } from './person.ts';
import { registerScenario } from './scenario/command.ts';
import { registerAudit } from './server/audit.ts';
import { registerDemo } from './server/demo.ts';
import { registerKey } from './server/key.ts';
import { registerMail } from './server/mail.ts';
import { registerPerson } from './server/person.ts';
import { registerServe } from './server/serve.ts';
import { registerStop } from './server/stop.ts';
import { registerWebhook } from './server/webhook.ts';
import { registerNotice } from './sites/notice.ts';
import { registerApplication, registerPermissions } from './sites/permissions.ts';
import { registerReview } from './sites/review.ts';
import { storyCommand } from './stories.ts';

const COMMANDS: readonly Register[] = [
  registerInit,
  registerFeeds,
  registerIngest,
  registerRejects,
  registerRun,
  registerWork,
  storyCommand('status'),
  storyCommand('explain'),
  registerStatement,
  registerDeductions,
  registerTax,
  registerStatements,
  registerExport,
  registerReport,
  registerCompare,
  registerPolicy,
  registerWhatIf,
  actCommands('site', 'file, verify, judge or withdraw a site, or switch a permission'),
  registerReview,
  registerPermissions,
  registerApplication,
  registerNotice,
  storyCommand('cases'),
  storyCommand('case'),
  actCommands('decide'),
  actCommands('appeal'),
  actCommands('dispute'),
  registerAdjust,
  registerAgeing,
  registerCutOver,
  registerMonth,
  registerPay,
  registerBank,
  registerReconcile,
  actCommands('break'),
  registerPosting,
  registerMail,
  registerWebhook,
  registerPerson,
  registerKey,
  registerAudit,
  registerServe,
  registerGenerate,
  registerScenario,
  registerVerify,
  registerAnchor,
  registerVerifyStatement,
  registerDemo,
  registerStop,
];

const EXIT_CODES = `
Exit codes: 0 done; 1 done, with findings; 2 bad usage or input, nothing changed; 3 refused; 4 failed, safe to run again.
With --database or DATABASE_URL a PostgreSQL of yours (15 or later) holds the book; without, a private one under --data.`;

/**
 * Runs one command line.
 * @param args what follows `cps`
 * @returns the exit code
 */
export async function main(args: readonly string[], world: World): Promise<number> {
  let code: number = 0;
  const act: Act =
    <A extends unknown[]>(action: (world: World, common: Common, ...own: A) => Promise<Outcome>) =>
    async (...rest: [...A, Command]) => {
      const command = rest.at(-1) as Command;
      code = await action(world, command.optsWithGlobals<Common>(), ...(rest.slice(0, -1) as A));
    };
  const program = programOf(world);
  for (const register of COMMANDS) register(program, act);
  speakOfWhatIsTyped(program);
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    const isAsked = error instanceof CommanderError && error.exitCode === 0;
    if (isAsked) return 0;
    const exit = error instanceof CommanderError ? 2 : exitCodeOf(error);
    const sentence = visible(sentenceOf(error).replace(/^error: /, ''));
    if (args.includes('--json')) world.stdout.write(`${visibleJson({ error: sentence, exit }, 2)}\n`);
    // What is wrong with how a command was typed, the command line has told already.
    if (error instanceof CommanderError) return exit;
    remark(world, `cps: ${sentence}`);
    if (exit === 4) world.log.debug({ err: error }, 'failed');
    return exit;
  }
}

/** What is typed wrong is told as everything else is: what, what it is, and what it must be. */
function speakOfWhatIsTyped(command: Command): void {
  for (const option of command.options) watch(option, option.long ?? option.flags);
  for (const argument of command.registeredArguments) watch(argument, argument.name());
  for (const one of command.commands) speakOfWhatIsTyped(one);
}

function watch(typed: Option | Argument, name: string): void {
  const { parseArg: parse, argChoices: choices } = typed;
  if (parse === undefined) return;
  typed.parseArg = <T>(text: string, before: T): T => {
    try {
      return parse.call(typed, text, before) as T;
    } catch (error) {
      if (!(error instanceof Expected || error instanceof InvalidArgumentError)) throw error;
      const expected = error instanceof Expected ? error.message : `one of ${(choices ?? []).join(', ')}`;
      throw new Refusal(`${name} is ${quote(text)}: it must be ${expected}`);
    }
  };
}

function programOf(world: World): Command {
  return new Command('cps')
    .description('CPS commission settlement: who earned each sale, what sellers owe, what publishers are paid.')
    .version(world.version)
    .option('--database <url>', 'the PostgreSQL that holds the book')
    .option('--data <dir>', 'where the private PostgreSQL lives', '.cps')
    .option('--json', 'one JSON document on standard output')
    .option('--as <person>', 'who decides or delivers it, for the record; CPS_AS says it too', personOption)
    .addHelpText('after', EXIT_CODES)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(visibleLines(text.replace(/^error: /, 'cps: '))),
    })
    .exitOverride();
}
