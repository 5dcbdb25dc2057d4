/** The command line: global options, every command from its own file, and how a command ends. */
import { Command, CommanderError } from 'commander';
import { visible } from '../formats/table.ts';
import { registerAdjust } from './adjust.ts';
import { registerAgeing } from './ageing.ts';
import { registerAnchor } from './anchor.ts';
import { registerAppeal } from './appeal.ts';
import { registerApplication } from './application.ts';
import { registerBank } from './bank.ts';
import { registerBreak } from './break.ts';
import { registerCase } from './case.ts';
import { registerCases } from './cases.ts';
import type { Act, Register } from './command.ts';
import { registerCompare } from './compare.ts';
import type { Common, Outcome, World } from './context.ts';
import { registerCutOver } from './cut-over.ts';
import { registerDecide } from './decide.ts';
import { registerDeductions } from './deductions.ts';
import { registerDemo } from './demo.ts';
import { exitCodeOf, sentenceOf } from './errors.ts';
import { registerExplain } from './explain.ts';
import { registerExport } from './export.ts';
import { registerGenerate } from './generate.ts';
import { registerIngest } from './ingest.ts';
import { registerInit } from './init.ts';
import { registerKey } from './key.ts';
import { registerMail } from './mail.ts';
import { registerPay } from './pay.ts';
import { registerPermissions } from './permissions.ts';
import { registerPolicy } from './policy.ts';
import { registerReconcile } from './reconcile.ts';
import { registerRejects } from './rejects.ts';
import { registerReport } from './report.ts';
import { registerReview } from './review.ts';
import { registerRun } from './run.ts';
import { registerScenario } from './scenario/command.ts';
import { registerServe } from './serve.ts';
import { registerSite } from './site.ts';
import { registerStatement } from './statement.ts';
import { registerStatements } from './statements.ts';
import { registerStatus } from './status.ts';
import { registerStop } from './stop.ts';
import { registerTax } from './tax.ts';
import { registerVerify } from './verify.ts';
import { registerVerifyStatement } from './verify-statement.ts';
import { registerWhatIf } from './whatif.ts';

const COMMANDS: readonly Register[] = [
  registerInit,
  registerIngest,
  registerRejects,
  registerRun,
  registerStatus,
  registerExplain,
  registerStatement,
  registerDeductions,
  registerTax,
  registerStatements,
  registerExport,
  registerReport,
  registerCompare,
  registerPolicy,
  registerWhatIf,
  registerSite,
  registerReview,
  registerPermissions,
  registerApplication,
  registerCases,
  registerCase,
  registerDecide,
  registerAppeal,
  registerAdjust,
  registerAgeing,
  registerCutOver,
  registerPay,
  registerBank,
  registerReconcile,
  registerBreak,
  registerMail,
  registerKey,
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
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    world.stderr.write(`cps: ${visible(sentenceOf(error))}\n`);
    const exit = exitCodeOf(error);
    if (exit === 4) world.log.debug({ err: error }, 'failed');
    return exit;
  }
}

function programOf(world: World): Command {
  return new Command('cps')
    .description('CPS commission settlement: who earned each sale, what sellers owe, what publishers are paid.')
    .version(world.version)
    .option('--database <url>', 'the PostgreSQL that holds the book')
    .option('--data <dir>', 'where the private PostgreSQL lives', '.cps')
    .option('--json', 'one JSON document on standard output')
    .addHelpText('after', EXIT_CODES)
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: (text) => world.stdout.write(text),
      writeErr: (text) => world.stderr.write(text.replace(/^error: /, 'cps: ')),
    })
    .exitOverride();
}
