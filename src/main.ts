#!/usr/bin/env node
/** The only place that knows the clock, the environment and the logger: it hands them to the command line. */
import { readFileSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { pino } from 'pino';
import { codeOf, lackOf } from './core/error-code.ts';

const log = pino({ level: process.env['CPS_LOG'] ?? 'warn', base: null }, pino.destination({ dest: 2, sync: true }));

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The user who runs this; its number where the system has no name for it. */
function user(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? ''}`;
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Whoever reads may stop early, as `head` does.
  process.exit(error.code === 'EPIPE' ? 0 : 4);
});

/** What nobody foresaw ends in one line too; CPS_LOG=debug shows where it came from. */
function fail(error: unknown): never {
  const said = error instanceof Error ? error.message.split('\n')[0] : String(error);
  const lack = lackOf(error);
  process.stderr.write(`cps: ${lack === undefined ? said : `${lack} (${codeOf(error)})`}\n`);
  log.debug({ err: error }, 'failed');
  process.exit(4);
}
process.on('uncaughtException', fail);
process.on('unhandledRejection', fail);

/** The program's own files are opened all at once; of those it then may not open, the system says that they are not there. */
function failToLoad(error: unknown): never {
  const { userLimits } = process.report.getReport() as { userLimits?: { open_files?: { soft: number | 'unlimited' } } };
  return fail(Number(userLimits?.open_files?.soft) < 1024 ? Object.assign(new Error(), { code: 'EMFILE' }) : error);
}

const { main } = await import('./cli/program.ts').catch(failToLoad);

process.exitCode = await main(process.argv.slice(2), {
  version,
  now: () => Date.now(),
  ticks: () => performance.now(),
  environment: process.env,
  place: `${hostname()} ${process.pid}`,
  user: user(),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  log,
  untilStopped: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
    }),
});
